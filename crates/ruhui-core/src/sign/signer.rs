//! Who signs requests.

use super::authorization::Authorization;
use super::request_message;
use crate::key::PrivateKey;
use crate::types::{Caller, NonceStr, SerialNo};
use jiff::Timestamp;

/// Who signs requests: the caller, the serial of its certificate and the private key that belongs to it.
#[derive(Debug, Clone)]
pub struct Signer {
    caller: Caller,
    serial_no: SerialNo,
    key: PrivateKey,
}

impl Signer {
    /// Puts the three together.
    pub fn new(caller: Caller, serial_no: SerialNo, key: PrivateKey) -> Self {
        Self { caller, serial_no, key }
    }

    /// The caller.
    pub fn caller(&self) -> &Caller {
        &self.caller
    }

    /// The serial of the caller's certificate.
    pub fn serial_no(&self) -> &SerialNo {
        &self.serial_no
    }

    /// The private key.
    pub fn key(&self) -> &PrivateKey {
        &self.key
    }

    /// The value of the Authorization header for a request with exactly these bytes, in the order of the
    /// documents' example (partner page 4012365872).
    pub fn authorize(
        &self,
        method: &str,
        target: &str,
        now: Timestamp,
        nonce: &NonceStr,
        body: &[u8],
    ) -> String {
        let timestamp = now.as_second().to_string();
        let signature = self.key.sign(&request_message(method, target, &timestamp, nonce.as_str(), body));
        Authorization {
            caller: self.caller.clone(),
            nonce_str: nonce.clone(),
            signature,
            timestamp,
            serial_no: self.serial_no.clone(),
        }
        .to_string()
    }
}
