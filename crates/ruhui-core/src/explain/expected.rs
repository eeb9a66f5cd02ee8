//! The caller's side: what the signature should have been.

use super::explanation::write_message;
use super::received::Received;
use crate::key::PrivateKey;
use crate::sign::{Authorization, AuthorizationError, SignInformation};
use serde::Serialize;
use std::fmt;

/// What a request's signature should be. `{}` prints English, `{:#}` Chinese.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Expected {
    /// The message to sign. Bytes of the body that are not UTF-8 are replaced.
    pub message: String,
    /// The signature that this private key makes of it.
    pub signature: String,
    /// Whether the request has this very signature.
    pub matches: bool,
    /// What a refusal would say of the message, to compare with what one did say.
    pub sign_information: SignInformation,
}

/// Says what the signature of a request should be, given the private key that signs.
///
/// # Errors
///
/// [`AuthorizationError`] when the request has no Authorization header that gives timestamp and nonce.
pub fn expected(request: &Received<'_>, key: &PrivateKey) -> Result<Expected, AuthorizationError> {
    let authorization = match request.authorization() {
        [] => return Err(AuthorizationError::Missing),
        [value] => Authorization::parse(value)?,
        _ => return Err(AuthorizationError::Doubled),
    };
    let (method, target, body) = (request.method(), request.target(), request.body());
    let message = authorization.message(method, target, body);
    let signature = key.sign(&message);
    Ok(Expected {
        matches: signature == authorization.signature(),
        signature,
        message: String::from_utf8_lossy(&message).into_owned(),
        sign_information: authorization.sign_information(method, target, body),
    })
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
