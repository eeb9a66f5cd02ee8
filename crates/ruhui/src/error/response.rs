//! Success responses that give no value: unverified, not as documented, or not decryptable.

use super::exchange::Exchange;
use bytes::Bytes;
use ruhui_core::explain::{Finding, write_findings};
use ruhui_core::sign::VerifyError;
use ruhui_core::wire::{DecryptFailure, InvalidField};
use std::fmt;

/// A response whose signature was not verified. Its body is dropped and never decoded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub struct UnverifiedResponse {
    /// The failed check of the signature. Part of this error's text, so it is not the error's source.
    pub error: VerifyError,
    /// Causes that were found, the most specific first.
    pub findings: Vec<Finding>,
    /// The exchange. Its status is not proven.
    pub exchange: Exchange,
}

impl fmt::Display for UnverifiedResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Exchange { host, status, .. } = &self.exchange;
        let status = status.as_u16();
        if f.alternate() {
            write!(f, "{host} 的应答（状态码 {status}）验签失败：{:#}", self.error)?
        } else {
            write!(f, "a response from {host} that claims status {status} does not verify: {}", self.error)?;
        }
        write_findings(&self.findings, f)?;
        self.exchange.fmt(f)
    }
}

/// Body of a verified success response. It may hold a token or a phone number, so no message and no `Debug`
/// shows it.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct VerifiedBody(pub(crate) Bytes);

impl fmt::Debug for VerifiedBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.0.len())
    }
}

/// A verified success response whose body is not what the documents promise.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub struct Unexpected {
    /// Difference from the documents. It contains no value of the body.
    pub invalid_field: InvalidField,
    /// The exchange that the response belongs to.
    pub exchange: Exchange,
    pub(crate) body: VerifiedBody,
}

impl fmt::Display for Unexpected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Exchange { host, status, .. } = &self.exchange;
        if f.alternate() {
            write!(
                f,
                "{host} 的应答已通过验签（状态码 {}），但内容与文档不符：应答{:#}；请求可能已经生效{:#}",
                status.as_u16(),
                self.invalid_field,
                self.exchange
            )
        } else {
            write!(
                f,
                "the verified response from {host}, status {}, is not what the documents promise: {}; the call may have \
                 taken effect{}",
                status.as_u16(),
                self.invalid_field,
                self.exchange
            )
        }
    }
}

/// A verified success response with a sensitive field (敏感信息字段) that the client's private key does not
/// decrypt. The service encrypts to the certificate that signed the request.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub struct UndecryptableField {
    /// JSON Pointer to the field.
    pub field: String,
    /// Reason for which the field does not decrypt.
    pub why: DecryptFailure,
    /// The exchange that the response belongs to.
    pub exchange: Exchange,
    pub(crate) body: VerifiedBody,
}

impl fmt::Display for UndecryptableField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { field, why, exchange, .. } = self;
        let Exchange { host, status, .. } = exchange;
        if f.alternate() {
            write!(
                f,
                "{host} 的应答（状态码 {}）中的敏感信息字段 {field} 无法用商户私钥解密：{why:#}{exchange:#}",
                status.as_u16()
            )
        } else {
            write!(
                f,
                "the sensitive field {field} of the verified response from {host}, status {}, cannot be decrypted with \
                 the client's private key: {why}{exchange}",
                status.as_u16()
            )
        }
    }
}
