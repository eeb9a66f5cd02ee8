//! Signer of requests.

use super::authorization::Authorization;
use super::request_message;
use crate::key::PrivateKey;
use crate::types::{Caller, NonceStr, SerialNo};
use jiff::Timestamp;

/// Signer of requests: the caller, the serial number of its certificate (商户API证书序列号) and the private key of
/// that certificate.
#[derive(Debug, Clone)]
pub struct Signer {
    caller: Caller,
    serial_no: SerialNo,
    key: PrivateKey,
}

impl Signer {
    /// Makes a signer from the caller, the serial number of its certificate and its private key.
    pub fn new(caller: Caller, serial_no: SerialNo, key: PrivateKey) -> Self {
        Self { caller, serial_no, key }
    }

    /// Returns the caller.
    pub fn caller(&self) -> &Caller {
        &self.caller
    }

    /// Returns the serial number of the caller's certificate.
    pub fn serial_no(&self) -> &SerialNo {
        &self.serial_no
    }

    /// Returns the private key.
    pub fn key(&self) -> &PrivateKey {
        &self.key
    }

    /// Signs a request with exactly these bytes and returns the value of its Authorization header, with the
    /// fields in the order of the documents' example (partner page 4012365872).
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
