//! The envelope of a callback (回调通知): its JSON body, with the encrypted resource.

use super::{Event, ReadEvent};
use crate::encryption::{ALGORITHM, ApiV3Key, DecryptResourceError, EncryptedResource, ResourceNonce};
use crate::key::PrivateKey;
use crate::types::DateTime;
use crate::wire::{Fitted, InvalidField, fit, parse_received};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// The `resource_type` of every notification.
pub const RESOURCE_TYPE: &str = "encrypt-resource";

/// The body of a callback, with its resource encrypted. Fields have the order of the pages' examples.
///
/// # Example
///
/// The service encrypts an event. The receiver decrypts it, after it has verified the signature.
///
/// ```
/// use ruhui_core::api::event::{Event, EventKind, Notification};
/// use ruhui_core::encryption::{ApiV3Key, ResourceNonce};
/// use ruhui_core::types::Family;
///
/// let key = ApiV3Key::new("0123456789abcdef0123456789abcdef")?;
/// let kind = EventKind::SyncUserPoint;
/// let plain = br#"{"brand_id":"1077","card_id":"pbLatjvWOibDc5","openid":"obLatjnxgnqzS4myYGmLZ7LgLBA","user_card_code":"478515832665"}"#;
/// let sent = Notification::encrypt(
///     &key,
///     ResourceNonce::new("j9g1wAzF9Xn1")?,
///     "8b33f79f-8869-5ae5-b41b-3c0b59f957d0",
///     "2020-07-13T23:27:38+08:00".parse()?,
///     kind.event_type(Family::Partner),
///     kind.original_type(),
///     kind.summary(),
///     plain,
/// );
/// let body = serde_json::to_vec(&sent)?;
///
/// let received = Notification::read(&body)?;
/// let Event::SyncUserPoint(event) = received.decrypt_event(&key, None)?.event else { panic!() };
/// assert_eq!(event.brand_id.as_str(), "1077");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Notification {
    /// 通知ID: the notification's id, the same in each resend. `string(36)`.
    pub id: String,
    /// 通知创建时间: when the notification was created. Every documented notification has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(required))]
    pub create_time: Option<DateTime>,
    /// 通知数据类型: the type of the resource, always [`RESOURCE_TYPE`].
    #[serde(default)]
    pub resource_type: String,
    /// 通知类型: the type of the event; [`EventKind`](super::EventKind) has the known names. The pages say `string(32)`,
    /// but some of their names are longer.
    pub event_type: String,
    /// 回调摘要: a summary for people. `string(64)`.
    #[serde(default)]
    pub summary: String,
    /// 通知资源数据: the event, encrypted.
    pub resource: Resource,
    #[serde(skip)]
    invalid_fields: Vec<InvalidField>,
}

/// The encrypted resource of a notification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Resource {
    /// 原始回调类型: the type of the resource, such as `user_card`. `string(16)`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub original_type: Option<String>,
    /// 加密算法类型: the algorithm, always [`ALGORITHM`].
    #[serde(default = "algorithm")]
    #[cfg_attr(feature = "schema", schemars(!default))]
    pub algorithm: String,
    /// 数据密文: the ciphertext with its authentication tag, in Base64.
    pub ciphertext: String,
    /// 附加数据: data that is authenticated together with the ciphertext. `string(16)`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub associated_data: Option<String>,
    /// 随机串: the nonce of the encryption, 12 characters.
    pub nonce: String,
}

impl Notification {
    /// Encrypts `plain`, the JSON of the event, into a notification.
    ///
    /// `nonce` must never have been used with this key. The associated data is the original type.
    #[allow(clippy::too_many_arguments, reason = "the envelope's members, each once")]
    pub fn encrypt(
        key: &ApiV3Key,
        nonce: ResourceNonce,
        id: impl Into<String>,
        create_time: DateTime,
        event_type: impl Into<String>,
        original_type: &str,
        summary: impl Into<String>,
        plain: &[u8],
    ) -> Self {
        let EncryptedResource { algorithm, nonce, associated_data, ciphertext } =
            EncryptedResource::encrypt(key, nonce, original_type, plain);
        let original_type = Some(original_type.to_owned());
        Self {
            id: id.into(),
            create_time: Some(create_time),
            resource_type: RESOURCE_TYPE.to_owned(),
            event_type: event_type.into(),
            summary: summary.into(),
            resource: Resource { original_type, algorithm, ciphertext, associated_data, nonce },
            invalid_fields: Vec::new(),
        }
    }

    /// Reads a callback's body. Verify its signature first.
    ///
    /// The id, the event type, and the resource's ciphertext and nonce are required. Every other member that is not
    /// as documented is listed in [`invalid_fields`](Self::invalid_fields).
    ///
    /// # Errors
    ///
    /// [`InvalidField`] when the body is not JSON or lacks a required member.
    pub fn read(body: &[u8]) -> Result<Self, InvalidField> {
        let tree = parse_received(body)?;
        let Fitted { value, invalid_fields, .. } = fit::<Self>(tree, None, NEEDED, &[]);
        match value {
            Ok(notification) => Ok(Self { invalid_fields, ..notification }),
            Err(invalid_field) => Err(invalid_field),
        }
    }

    /// Returns the members of the body that are not as documented.
    pub fn invalid_fields(&self) -> &[InvalidField] {
        &self.invalid_fields
    }

    /// Decrypts the resource and returns the JSON of the event, unparsed. The memory is wiped when the value is
    /// dropped.
    ///
    /// If the resource decrypts, the name of the algorithm is not checked. Base64 may use either alphabet, with or
    /// without padding and white space.
    ///
    /// # Errors
    ///
    /// [`DecryptResourceError`], with a variant for each cause.
    pub fn decrypt(&self, key: &ApiV3Key) -> Result<Zeroizing<Vec<u8>>, DecryptResourceError> {
        let Resource { algorithm, ciphertext, associated_data, nonce, .. } = &self.resource;
        let encrypted = EncryptedResource {
            algorithm: ALGORITHM.to_owned(),
            nonce: nonce.clone(),
            associated_data: associated_data.clone(),
            ciphertext: standard_base64(ciphertext),
        };
        encrypted.decrypt(key).map(Zeroizing::new).map_err(|error| match algorithm.trim() {
            name if name.eq_ignore_ascii_case(ALGORITHM) => error,
            _ => DecryptResourceError::Algorithm(algorithm.clone()),
        })
    }

    /// Decrypts the resource and reads the event.
    ///
    /// `own_key`, the caller's private key, also decrypts the sensitive fields that are encrypted a second time.
    ///
    /// # Errors
    ///
    /// [`DecryptResourceError`] when the key does not decrypt the resource. A resource that decrypts causes no
    /// error: one that does not match its type is returned as [`Event::Invalid`].
    pub fn decrypt_event(
        &self,
        key: &ApiV3Key,
        own_key: Option<&PrivateKey>,
    ) -> Result<ReadEvent, DecryptResourceError> {
        Ok(Event::read(&self.event_type, &self.decrypt(key)?, own_key))
    }
}

/// The members that a notification requires; an empty one counts as missing.
const NEEDED: &[&str] = &["id", "event_type"];

fn algorithm() -> String {
    ALGORITHM.to_owned()
}

/// Returns `text` as padded Base64 of the standard alphabet, without white space.
fn standard_base64(text: &str) -> String {
    let mut standard: String = text
        .chars()
        .filter(|c| !c.is_ascii_whitespace() && *c != '=')
        .map(|c| match c {
            '-' => '+',
            '_' => '/',
            other => other,
        })
        .collect();
    while !standard.len().is_multiple_of(4) {
        standard.push('=');
    }
    standard
}
