//! The Authorization header of requests: built exactly, parsed liberally, verified over raw bytes.

mod error;
mod parse;

pub use error::{AuthorizationError, FieldError};

use super::{PROBE_PREFIX, Scheme, SignInformation, Skew, VerifyError, check_window, request_message};
use crate::key::PublicKey;
use crate::types::{Caller, NonceStr, SerialNo};
use jiff::Timestamp;
use std::fmt;

/// Parsed Authorization header. Its `Display` is the header's value.
#[derive(Clone, PartialEq, Eq)]
pub struct Authorization {
    pub(super) caller: Caller,
    pub(super) nonce_str: NonceStr,
    pub(super) signature: String,
    /// Timestamp as received: the signature is over this text.
    pub(super) timestamp: String,
    pub(super) serial_no: SerialNo,
}

impl Authorization {
    /// Parses the header's value.
    ///
    /// Fields may come in any order, with blanks around commas and equals signs. Unknown fields are ignored.
    /// Missing, duplicate, empty and over-long fields are rejected.
    ///
    /// # Errors
    ///
    /// [`AuthorizationError`] names the field and the fault.
    pub fn parse(value: &str) -> Result<Self, AuthorizationError> {
        parse::parse(value)
    }

    /// Returns the scheme, which follows from the caller.
    pub fn scheme(&self) -> Scheme {
        self.caller.family().into()
    }

    /// Returns the caller that the header names. It is proven only once the signature verifies.
    pub fn caller(&self) -> &Caller {
        &self.caller
    }

    /// Returns the serial number of the certificate whose key signed, according to the header.
    pub fn serial_no(&self) -> &SerialNo {
        &self.serial_no
    }

    /// Returns the nonce.
    pub fn nonce_str(&self) -> &NonceStr {
        &self.nonce_str
    }

    /// Returns the timestamp as received.
    pub fn timestamp(&self) -> &str {
        &self.timestamp
    }

    /// Returns the timestamp in Unix seconds.
    pub fn timestamp_seconds(&self) -> i64 {
        self.timestamp.parse().expect("parsing the header checked that the timestamp is a number")
    }

    /// Returns the signature as received, in Base64.
    pub fn signature(&self) -> &str {
        &self.signature
    }

    /// Checks that the timestamp is inside the time window around `now`.
    ///
    /// # Errors
    ///
    /// [`Skew`] if the timestamp is more than 300 seconds off, either way.
    pub fn check_window(&self, now: Timestamp) -> Result<(), Skew> {
        check_window(self.timestamp_seconds(), now)
    }

    /// Returns the canonical message (待签名串) that the signature must be over, for a request with these bytes.
    pub fn message(&self, method: &str, target: &str, body: &[u8]) -> Vec<u8> {
        request_message(method, target, &self.timestamp, self.nonce_str.as_str(), body)
    }

    /// Verifies the signature over a request with these bytes.
    ///
    /// # Errors
    ///
    /// [`VerifyError::Probe`] for a mismatching signature that starts with [`PROBE_PREFIX`], and
    /// [`VerifyError::Forged`] for any other mismatch.
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

    /// Returns the description of the canonical message that an error response shows, for a request with
    /// these bytes.
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

/// Hides the signature: within the time window, the header is all that a replay needs.
impl fmt::Debug for Authorization {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Authorization({}, serial_no {}, timestamp {})",
            self.caller, self.serial_no, self.timestamp
        )
    }
}
