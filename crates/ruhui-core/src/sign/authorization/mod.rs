//! The Authorization header: built exactly, read liberally, verified over raw bytes.

mod error;
mod parse;

pub use error::{AuthorizationError, FieldError};

use super::{PROBE_PREFIX, Scheme, SignInformation, Skew, VerifyError, check_window, request_message};
use crate::key::PublicKey;
use crate::types::{Caller, NonceStr, SerialNo};
use jiff::Timestamp;
use std::fmt;

/// A parsed Authorization header. Its `Display` is the header's value.
#[derive(Clone, PartialEq, Eq)]
pub struct Authorization {
    pub(super) caller: Caller,
    pub(super) nonce_str: NonceStr,
    pub(super) signature: String,
    /// As received: the text is what was signed.
    pub(super) timestamp: String,
    pub(super) serial_no: SerialNo,
}

impl Authorization {
    /// Reads the header's value: fields in any order, blanks around commas and equals signs, unknown fields
    /// ignored; missing, doubled, empty and over-long fields rejected.
    ///
    /// # Errors
    ///
    /// [`AuthorizationError`] names the field and the fault.
    pub fn parse(value: &str) -> Result<Self, AuthorizationError> {
        parse::parse(value)
    }

    /// The scheme, which follows from the caller.
    pub fn scheme(&self) -> Scheme {
        self.caller.family().into()
    }

    /// Who says to be calling.
    pub fn caller(&self) -> &Caller {
        &self.caller
    }

    /// The serial of the certificate whose key is said to have signed.
    pub fn serial_no(&self) -> &SerialNo {
        &self.serial_no
    }

    /// The nonce.
    pub fn nonce_str(&self) -> &NonceStr {
        &self.nonce_str
    }

    /// The timestamp as received.
    pub fn timestamp(&self) -> &str {
        &self.timestamp
    }

    /// The timestamp in seconds.
    pub fn timestamp_seconds(&self) -> i64 {
        self.timestamp.parse().expect("parsing the header checked that the timestamp is a number")
    }

    /// The signature as received, in Base64.
    pub fn signature(&self) -> &str {
        &self.signature
    }

    /// Checks the timestamp against the clock.
    ///
    /// # Errors
    ///
    /// [`Skew`] when it is more than 300 seconds off, either way.
    pub fn check_window(&self, now: Timestamp) -> Result<(), Skew> {
        check_window(self.timestamp_seconds(), now)
    }

    /// The message that the signature should be over, for a request with these bytes.
    pub fn message(&self, method: &str, target: &str, body: &[u8]) -> Vec<u8> {
        request_message(method, target, &self.timestamp, self.nonce_str.as_str(), body)
    }

    /// Checks the signature over a request with these bytes.
    ///
    /// # Errors
    ///
    /// [`VerifyError::Probe`] or [`VerifyError::Forged`]: by the ordinary road, the former only names a
    /// failed signature that begins like a probe.
    pub fn verify(
        &self,
        method: &str,
        target: &str,
        body: &[u8],
        key: &PublicKey,
    ) -> Result<(), VerifyError> {
        if key.verifies(&self.message(method, target, body), &self.signature) {
            Ok(())
        } else if self.signature.starts_with(PROBE_PREFIX) {
            Err(VerifyError::Probe)
        } else {
            Err(VerifyError::Forged)
        }
    }

    /// What a refusal says of the message for a request with these bytes.
    pub fn sign_information(&self, method: &str, target: &str, body: &[u8]) -> SignInformation {
        SignInformation::of(method, target, &self.timestamp, self.nonce_str.as_str(), body)
    }
}

impl fmt::Display for Authorization {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} {}=\"{}\",nonce_str=\"{}\",signature=\"{}\",timestamp=\"{}\",serial_no=\"{}\"",
            self.scheme(),
            self.caller.field(),
            self.caller.id(),
            self.nonce_str,
            self.signature,
            self.timestamp,
            self.serial_no
        )
    }
}

/// Hides the signature: within its window, the header is as good as the call.
impl fmt::Debug for Authorization {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Authorization({}, serial_no {}, timestamp {})",
            self.caller, self.serial_no, self.timestamp
        )
    }
}
