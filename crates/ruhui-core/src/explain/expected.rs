//! The right signature of a request, computed with the caller's private key.

use super::explanation::write_message;
use super::received::Received;
use super::sent;
use crate::key::PrivateKey;
use crate::sign::{Authorization, AuthorizationError, SignInformation};
use serde::Serialize;
use std::fmt;

/// Message and signature that a request should have. `{}` prints English, `{:#}` Chinese.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Expected {
    /// Canonical message (待签名串) to sign. Bytes of the body that are not UTF-8 are replaced.
    pub message: String,
    /// Signature of the message with this private key.
    pub signature: String,
    /// Whether the request has exactly this signature.
    pub matches: bool,
    /// Description of the message that a rejection would show, for comparison with the one that was shown.
    pub sign_information: SignInformation,
}

/// Message that a request should have signed, for whoever does not have the private key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ExpectedMessage {
    /// Canonical message (待签名串) to sign. Bytes of the body that are not UTF-8 are replaced.
    pub message: String,
    /// Length of the message in bytes.
    pub length: usize,
}

impl ExpectedMessage {
    /// Returns the message that a request should have signed.
    ///
    /// # Errors
    ///
    /// [`AuthorizationError`] if the request has no Authorization header with timestamp and nonce.
    pub fn of(request: &Received<'_>) -> Result<Self, AuthorizationError> {
        let authorization = authorization_of(request)?;
        let signed = sent::look(request).signed;
        let message = authorization.message(request.method(), request.target(), &signed);
        Ok(Self { message: String::from_utf8_lossy(&message).into_owned(), length: message.len() })
    }
}

/// Returns the signature that a request should have, given the private key that signs.
///
/// # Errors
///
/// [`AuthorizationError`] if the request has no Authorization header with timestamp and nonce.
pub fn expected(request: &Received<'_>, key: &PrivateKey) -> Result<Expected, AuthorizationError> {
    let authorization = authorization_of(request)?;
    // Of an upload, one part is signed.
    let (method, target, signed) = (request.method(), request.target(), sent::look(request).signed);
    let message = authorization.message(method, target, &signed);
    let signature = key.sign(&message);
    Ok(Expected {
        matches: signature == authorization.signature(),
        signature,
        message: String::from_utf8_lossy(&message).into_owned(),
        sign_information: authorization.sign_information(method, target, &signed),
    })
}

fn authorization_of(request: &Received<'_>) -> Result<Authorization, AuthorizationError> {
    match request.authorization() {
        [] => Err(AuthorizationError::Missing),
        [value] => Authorization::parse(value),
        _ => Err(AuthorizationError::Duplicate),
    }
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let length = self.sign_information.sign_message_length;
        let verdict = match (f.alternate(), self.matches) {
            (true, true) => "请求中的签名与此一致。",
            (true, false) => "请求中的签名与此不同。",
            (false, true) => "The request has this signature.",
            (false, false) => "The request has another signature.",
        };
        if f.alternate() {
            writeln!(f, "应签名的内容（{length} 字节）：")?
        } else {
            writeln!(f, "To be signed ({length} bytes):")?
        }
        write_message(f, &self.message)?;
        if f.alternate() {
            write!(f, "\n用该私钥得到的签名：\n    {}\n{verdict}", self.signature)
        } else {
            write!(f, "\nThe signature by this key:\n    {}\n{verdict}", self.signature)
        }
    }
}
