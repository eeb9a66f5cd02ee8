//! The envelope: what a callback's body is on the wire.

use super::Event;
use crate::seal::{ApiV3Key, OpenError, Sealed};
use crate::types::DateTime;
use crate::wire::{self, Fault};
use serde::{Deserialize, Serialize};
use std::fmt;
use zeroize::Zeroizing;

/// The `resource_type` of every notification.
pub const RESOURCE_TYPE: &str = "encrypt-resource";

/// A notification with its resource sealed. Members have the order of the pages' examples.
///
/// # Example
///
/// Both halves: what the service does, and what the receiver does once the signature was verified.
///
/// ```
/// use ruhui_core::api::event::{Event, EventKind, Notification};
/// use ruhui_core::seal::ApiV3Key;
/// use ruhui_core::types::Family;
///
/// let key = ApiV3Key::new("0123456789abcdef0123456789abcdef")?;
/// let kind = EventKind::SyncUserPoint;
/// let plain = br#"{"brand_id":"1077","card_id":"pbLatjvWOibDc5","openid":"obLatjnxgnqzS4myYGmLZ7LgLBA","user_card_code":"478515832665"}"#;
/// let sent = Notification::seal(
///     &key,
///     *b"j9g1wAzF9Xn1",
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
/// let Event::SyncUserPoint(event) = received.open(&key)? else { panic!() };
/// assert_eq!(event.brand_id.as_str(), "1077");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Notification {
    /// 通知ID: the same each time the notification is sent. `string(36)`.
    pub id: String,
    /// 通知创建时间.
    pub create_time: DateTime,
    /// 通知数据类型: [`RESOURCE_TYPE`].
    #[serde(default)]
    pub resource_type: String,
    /// 通知类型: [`EventKind`](super::EventKind) knows the names. The pages say `string(32)` and have longer
    /// ones.
    pub event_type: String,
    /// 回调摘要: for people. `string(64)`.
    #[serde(default)]
    pub summary: String,
    /// 通知资源数据: what happened, sealed.
    pub resource: Resource,
}

/// The sealed resource of a notification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Resource {
    /// 原始回调类型, such as `user_card`. `string(16)`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub original_type: Option<String>,
    /// 加密算法类型: always [`ALGORITHM`](crate::seal::ALGORITHM).
    pub algorithm: String,
    /// 数据密文: Base64 of ciphertext and tag.
    pub ciphertext: String,
    /// 附加数据: what is authenticated beside the ciphertext. `string(16)`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub associated_data: Option<String>,
    /// 随机串: 12 characters.
    pub nonce: String,
}

impl Notification {
    /// Seals `plain`, the JSON of what happened. `nonce` must be new to the key; 12 random alphanumeric
    /// characters are usual. The associated data is the original type.
    #[allow(clippy::too_many_arguments, reason = "the envelope's members, each once")]
    pub fn seal(
        key: &ApiV3Key,
        nonce: [u8; 12],
        id: impl Into<String>,
        create_time: DateTime,
        event_type: impl Into<String>,
        original_type: &str,
        summary: impl Into<String>,
        plain: &[u8],
    ) -> Self {
        let Sealed { algorithm, nonce, associated_data, ciphertext } =
            Sealed::seal(key, nonce, original_type, plain);
        let original_type = Some(original_type.to_owned());
        Self {
            id: id.into(),
            create_time,
            resource_type: RESOURCE_TYPE.to_owned(),
            event_type: event_type.into(),
            summary: summary.into(),
            resource: Resource { original_type, algorithm, ciphertext, associated_data, nonce },
        }
    }

    /// Reads a callback's body. Verify its signature first.
    ///
    /// # Errors
    ///
    /// [`Fault`] when the body is not JSON or not a notification.
    pub fn read(body: &[u8]) -> Result<Self, Fault> {
        wire::decode_reply(body, None)
    }

    /// Opens the seal and nothing more: the JSON of what happened. It is wiped when it is dropped.
    ///
    /// # Errors
    ///
    /// [`OpenError`], a variant for each way to fail.
    pub fn unseal(&self, key: &ApiV3Key) -> Result<Zeroizing<Vec<u8>>, OpenError> {
        let Resource { algorithm, ciphertext, associated_data, nonce, .. } = self.resource.clone();
        Sealed { algorithm, nonce, associated_data, ciphertext }.open(key).map(Zeroizing::new)
    }

    /// Opens the seal and reads what happened.
    ///
    /// # Errors
    ///
    /// [`OpenNotificationError`]: the key does not open it, or what is inside is not what its type promises.
    pub fn open(&self, key: &ApiV3Key) -> Result<Event, OpenNotificationError> {
        let plain = self.unseal(key).map_err(OpenNotificationError::Sealed)?;
        Event::read(&self.event_type, &plain).map_err(OpenNotificationError::Content)
    }
}

/// Why a notification does not become an event. `{}` prints English, `{:#}` Chinese.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum OpenNotificationError {
    /// The seal does not open.
    Sealed(OpenError),
    /// What is inside is not what the type promises.
    Content(Fault),
}

impl fmt::Display for OpenNotificationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sealed(error) => error.fmt(f),
            Self::Content(fault) => fault.fmt(f),
        }
    }
}

impl std::error::Error for OpenNotificationError {}
