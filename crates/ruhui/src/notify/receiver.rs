//! The receiver of callbacks: signature verification and decryption, from headers and raw bytes to a typed
//! event.

use super::{NotifyError, Received};
use crate::client::Client;
use crate::env::SystemClock;
use crate::error::{Error, Parameter, UsageError};
use crate::keys;
use crate::pem::Pem;
use http::HeaderMap;
use ruhui_core::api::FamilyMarker;
use ruhui_core::api::event::{Event, Notification};
use ruhui_core::encryption::{ApiV3Key, DecryptResourceError};
use ruhui_core::env::Clock;
use ruhui_core::explain::{ReceivedResponse, explain_response};
use ruhui_core::key::{PlatformKeys, PrivateKey};
use ruhui_core::sign::{Scheme, VerifyError, header, verify_response};
use ruhui_core::types::Family;
use ruhui_core::wire::ParameterIssue;
use std::fmt;
use std::sync::Arc;
use zeroize::Zeroizing;

/// Verifies and decrypts the callbacks of one merchant or brand. Clones are cheap and share the keys.
///
/// # Example
///
/// ```no_run
/// use ruhui::notify::Receiver;
///
/// # fn f(apiv3_key: String) -> Result<(), ruhui::Error> {
/// let receiver = Receiver::partner(
///     "PUB_KEY_ID_0119000000012025062400000000000001",
///     "kit/wxp_pub.pem",
///     apiv3_key,
/// )?
/// .build()?;
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Receiver(Arc<Inner>);

struct Inner {
    scheme: Scheme,
    keys: PlatformKeys,
    /// The current APIv3 key, then the former ones; never empty.
    apiv3_keys: Vec<ApiV3Key>,
    private_key: Option<PrivateKey>,
    clock: Arc<dyn Clock>,
}

/// Builder of a [`Receiver`]. [`ReceiverBuilder::build`] checks the platform certificates.
#[must_use = "a builder does nothing until `build` is called"]
pub struct ReceiverBuilder {
    scheme: Scheme,
    keys: PlatformKeys,
    platform_certificates: Vec<Pem>,
    apiv3_keys: Vec<ApiV3Key>,
    private_key: Option<PrivateKey>,
    clock: Arc<dyn Clock>,
}

impl Receiver {
    /// Returns the builder of a receiver for a service provider.
    ///
    /// - `public_key_id`: the WeChat Pay public key's id (微信支付公钥ID, `PUB_KEY_ID_...`);
    /// - `public_key`: that key (微信支付公钥, `pub_key.pem`, `wxp_pub.pem`);
    /// - `apiv3_key`: the merchant's APIv3 key (APIv3密钥), 32 bytes.
    ///
    /// # Errors
    ///
    /// [`Error::Usage`] names the parameter, the file, what it contains and what belongs there.
    pub fn partner(
        public_key_id: impl Into<String>,
        public_key: impl Into<Pem>,
        apiv3_key: impl Into<String>,
    ) -> Result<ReceiverBuilder, Error> {
        ReceiverBuilder::new(Family::Partner, public_key_id.into(), public_key.into(), apiv3_key.into())
    }

    /// Returns the builder of a receiver for a brand that sends requests in its own name. The parameters are
    /// those of [`Receiver::partner`], with the brand's WeChat Pay public key and the brand's own 32-byte
    /// key.
    ///
    /// # Errors
    ///
    /// Same as for [`Receiver::partner`].
    pub fn brand(
        public_key_id: impl Into<String>,
        public_key: impl Into<Pem>,
        apiv3_key: impl Into<String>,
    ) -> Result<ReceiverBuilder, Error> {
        ReceiverBuilder::new(Family::Brand, public_key_id.into(), public_key.into(), apiv3_key.into())
    }

    /// Returns the builder of a receiver with parsed keys, for a merchant that has only platform
    /// certificates.
    pub fn with_keys(family: Family, keys: PlatformKeys, apiv3_key: ApiV3Key) -> ReceiverBuilder {
        ReceiverBuilder {
            scheme: Scheme::from(family),
            keys,
            platform_certificates: Vec::new(),
            apiv3_keys: vec![apiv3_key],
            private_key: None,
            clock: Arc::new(SystemClock),
        }
    }

    /// Verifies a callback, then decrypts it. `body` is the request's body, byte for byte as received.
    ///
    /// An event that differs from the documents is still received. A verified event needs only an id, a type
    /// and a resource that decrypts; [`Received::invalid_fields`] lists the members that differ.
    ///
    /// # Errors
    ///
    /// [`NotifyError`], with a variant for each kind of failure and with the
    /// [response](NotifyError::response) to send. The body is not decoded before the signature is verified.
    pub fn receive(&self, headers: &HeaderMap, body: &[u8]) -> Result<Received, NotifyError> {
        self.verify(headers, body)?;
        let notification = Notification::read(body).map_err(|invalid_field| match invalid_field.issue {
            ParameterIssue::NoBody
            | ParameterIssue::NotUtf8 { .. }
            | ParameterIssue::NotJson { .. }
            | ParameterIssue::TooDeep => NotifyError::NotJson(invalid_field),
            _ => NotifyError::NotNotification(invalid_field),
        })?;
        let resource = self.decrypt(&notification).map_err(NotifyError::Decrypt)?;
        let read = Event::read(&notification.event_type, &resource, self.0.private_key.as_ref());
        Ok(Received::verified(body, notification, read, resource))
    }

    /// Returns whether the callback's headers name a key of this receiver. If several merchants share one
    /// address, this selects the receiver. It verifies nothing.
    pub fn knows(&self, headers: &HeaderMap) -> bool {
        let serial = headers.get(header::SERIAL).and_then(|serial| serial.to_str().ok());
        serial.is_some_and(|serial| self.0.keys.find(serial).is_some())
    }

    fn verify(&self, headers: &HeaderMap, body: &[u8]) -> Result<(), NotifyError> {
        let Inner { scheme, keys, clock, private_key, .. } = &*self.0;
        let now = clock.now();
        let own = || private_key.as_ref().map(PrivateKey::public_key);
        verify_response(headers, body, *scheme, keys, now).map_err(|error| {
            let findings = match error {
                // No findings: the advice on this error already names the right constructor for each family.
                VerifyError::WrongAlgorithm { ref found, .. } if !found.contains("SM2") => Vec::new(),
                _ => {
                    let received = ReceivedResponse::new(headers, body, *scheme).at(now);
                    explain_response(&received, keys, own().as_ref()).findings
                }
            };
            NotifyError::UnverifiedResponse { error, findings }
        })
    }

    fn decrypt(&self, notification: &Notification) -> Result<Zeroizing<Vec<u8>>, DecryptResourceError> {
        let mut opened = Err(DecryptResourceError::TagMismatch);
        for key in &self.0.apiv3_keys {
            opened = notification.decrypt(key);
            // Another key can help only against these two errors.
            if !matches!(opened, Err(DecryptResourceError::TagMismatch | DecryptResourceError::Algorithm(_)))
            {
                break;
            }
        }
        opened
    }
}

impl ReceiverBuilder {
    fn new(family: Family, public_key_id: String, public_key: Pem, apiv3_key: String) -> Result<Self, Error> {
        let id = keys::public_key_id(&public_key_id)?;
        let key = keys::public_key(public_key, None)?;
        let keys = PlatformKeys::new().with_public_key(id, key);
        Ok(Receiver::with_keys(family, keys, self::apiv3_key(apiv3_key)?))
    }

    /// Also accepts callbacks signed with this platform certificate (平台证书). Can be called several times,
    /// since several keys sign during a migration or a certificate rotation.
    pub fn platform_certificate(mut self, certificate: impl Into<Pem>) -> Self {
        self.platform_certificates.push(certificate.into());
        self
    }

    /// Also decrypts with this former APIv3 key (APIv3密钥). Can be called several times. After a change of the
    /// key, notifications encrypted with the former key still arrive for a while.
    ///
    /// # Errors
    ///
    /// [`Error::Usage`] unless the key has exactly 32 bytes.
    pub fn former_apiv3_key(mut self, apiv3_key: impl Into<String>) -> Result<Self, Error> {
        self.apiv3_keys.push(self::apiv3_key(apiv3_key.into())?);
        Ok(self)
    }

    /// Sets the caller's own private key (商户API证书私钥), which decrypts encrypted fields inside an event. A
    /// phone number and the data that a user filled in are encrypted in one edition of the documents, and in
    /// plain text in another. Without this key an encrypted text stays as received, and
    /// [`is_encrypted`](crate::types::PhoneNumber::is_encrypted) returns true for it.
    pub fn private_key(mut self, key: PrivateKey) -> Self {
        self.private_key = Some(key);
        self
    }

    /// Takes the time from `clock`: for tests, and for machines whose system clock is wrong.
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Checks the platform certificates and returns the receiver.
    ///
    /// # Errors
    ///
    /// [`Error::Usage`] names the parameter that is not valid.
    pub fn build(mut self) -> Result<Receiver, Error> {
        for certificate in self.platform_certificates {
            let certificate = keys::platform_certificate(certificate, None)?;
            self.keys = self.keys.with_certificate(&certificate);
        }
        Ok(Receiver(Arc::new(Inner {
            scheme: self.scheme,
            keys: self.keys,
            apiv3_keys: self.apiv3_keys,
            private_key: self.private_key,
            clock: self.clock,
        })))
    }
}

impl<F: FamilyMarker> Client<F> {
    /// Returns the builder of a receiver for the callbacks of this client's merchant or brand. The receiver
    /// verifies with the client's keys, decrypts fields inside an event with the client's private key, and
    /// uses the client's clock.
    ///
    /// # Errors
    ///
    /// [`Error::Usage`] unless the APIv3 key has exactly 32 bytes.
    pub fn receiver(&self, apiv3_key: impl Into<String>) -> Result<ReceiverBuilder, Error> {
        let apiv3_key = self::apiv3_key(apiv3_key.into())?;
        let (keys, clock) = self.verifying();
        let receiver = Receiver::with_keys(F::FAMILY, keys.clone(), apiv3_key);
        Ok(receiver.private_key(self.private_key().clone()).clock(clock))
    }
}

fn apiv3_key(text: String) -> Result<ApiV3Key, UsageError> {
    let text = Zeroizing::new(text);
    ApiV3Key::new(&text).map_err(|error| UsageError::Key {
        parameter: Parameter::ApiV3Key,
        path: None,
        error,
    })
}

impl fmt::Debug for Receiver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write(f, "Receiver", &self.0.keys, self.0.scheme)
    }
}

impl fmt::Debug for ReceiverBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write(f, "ReceiverBuilder", &self.keys, self.scheme)
    }
}

fn write(f: &mut fmt::Formatter<'_>, name: &str, keys: &PlatformKeys, scheme: Scheme) -> fmt::Result {
    f.debug_struct(name).field("scheme", &scheme).field("keys", keys).finish_non_exhaustive()
}
