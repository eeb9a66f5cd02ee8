//! Signatures of responses (应答签名) and callbacks (回调通知), in five headers: the service signs, the caller
//! verifies (验签).

use super::{PROBE_PREFIX, Scheme, Skew, check_window, response_message};
use crate::head;
use crate::key::{OutsideValidity, PlatformKeys, PrivateKey};
use crate::types::{NonceStr, SerialNo};
use http::HeaderMap;
use http::header::{HeaderName, HeaderValue};
use jiff::Timestamp;
use std::fmt;

/// Names of the signature headers of requests, responses and callbacks, and of `Request-ID`.
pub mod header {
    use http::header::HeaderName;

    /// Time of the signature, in Unix seconds.
    pub const TIMESTAMP: HeaderName = HeaderName::from_static("wechatpay-timestamp");
    /// Nonce of the signature.
    pub const NONCE: HeaderName = HeaderName::from_static("wechatpay-nonce");
    /// Signature, in Base64.
    pub const SIGNATURE: HeaderName = HeaderName::from_static("wechatpay-signature");
    /// Id of the key. In a response: the key that signed. In a request: the key that encrypted its fields,
    /// which the caller also wants the response to be signed with.
    pub const SERIAL: HeaderName = HeaderName::from_static("wechatpay-serial");
    /// Signature scheme.
    pub const SIGNATURE_TYPE: HeaderName = HeaderName::from_static("wechatpay-signature-type");
    /// All headers of a signature: a message with any of them is signed.
    pub const OF_SIGNATURE: [HeaderName; 5] = [TIMESTAMP, NONCE, SIGNATURE, SERIAL, SIGNATURE_TYPE];
    /// Request id that the service gives to a request and its response.
    pub const REQUEST_ID: HeaderName = HeaderName::from_static("request-id");
}

/// Reason for which a response or callback fails signature verification. `{}` prints English, `{:#}` Chinese.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum VerifyError {
    /// A header is missing: the response was not signed, or something on the way dropped the header.
    MissingHeader(HeaderName),
    /// A header appears more than once.
    DuplicateHeader(HeaderName),
    /// A header's value is malformed.
    MalformedHeader(HeaderName),
    /// The key that signed is not configured.
    UnknownSerial {
        /// Id of the key that the response names.
        serial: String,
        /// Ids of the configured keys.
        known: Vec<SerialNo>,
    },
    /// The signature is too old: a replay, or this machine's clock is fast.
    TooOld {
        /// Number of seconds before this clock.
        seconds: i64,
    },
    /// The signature is from the future: this machine's clock is slow.
    TooFarAhead {
        /// Number of seconds after this clock.
        seconds: i64,
    },
    /// The platform certificate (平台证书) that signed is not valid at this time.
    CertificateNotValid {
        /// Serial number of the certificate.
        serial: String,
        /// Whether the certificate is not valid yet or has expired.
        why: OutsideValidity,
    },
    /// The scheme is not the one that this caller uses.
    WrongAlgorithm {
        /// Scheme that the response names.
        found: String,
        /// Scheme expected.
        wanted: Scheme,
    },
    /// The signature is wrong on purpose: a probe whether signatures are verified (partner page 4013059017).
    Probe,
    /// Signature mismatch: the signature does not verify over the timestamp, the nonce and the body.
    Forged,
}

impl From<Skew> for VerifyError {
    fn from(skew: Skew) -> Self {
        match skew {
            Skew::TooOld { seconds } => Self::TooOld { seconds },
            Skew::TooFarAhead { seconds } => Self::TooFarAhead { seconds },
        }
    }
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let zh = f.alternate();
        match self {
            Self::MissingHeader(name) if zh => write!(f, "缺少 HTTP 头 {name}"),
            Self::MissingHeader(name) => {
                write!(f, "the header {name} is missing: not signed, or dropped on the way")
            }
            Self::DuplicateHeader(name) if zh => write!(f, "HTTP 头 {name} 重复"),
            Self::DuplicateHeader(name) => write!(f, "the header {name} appears more than once"),
            Self::MalformedHeader(name) if zh => write!(f, "HTTP 头 {name} 的值无法解析"),
            Self::MalformedHeader(name) => write!(f, "the header {name} cannot be read"),
            Self::UnknownSerial { serial, known } => {
                let known = known.iter().map(SerialNo::as_str).collect::<Vec<_>>().join(", ");
                if zh {
                    write!(f, "签名密钥 {serial} 未配置，已配置：{known}")
                } else {
                    write!(f, "signed by {serial}, which is not configured; configured: {known}")
                }
            }
            Self::TooOld { seconds } if zh => {
                write!(f, "签名时间比本机时间早 {seconds} 秒，超过 300 秒")
            }
            Self::TooOld { seconds } => {
                write!(f, "signed {seconds} s before this clock, 300 s are allowed")
            }
            Self::TooFarAhead { seconds } if zh => {
                write!(f, "签名时间比本机时间晚 {seconds} 秒，超过 300 秒")
            }
            Self::TooFarAhead { seconds } => {
                write!(f, "signed {seconds} s ahead of this clock, 300 s are allowed")
            }
            Self::CertificateNotValid { serial, why } if zh => {
                write!(f, "平台证书 {serial} 不在有效期内：{why:#}")
            }
            Self::CertificateNotValid { serial, why } => {
                write!(f, "the platform certificate {serial} is not valid: {why}")
            }
            Self::WrongAlgorithm { found, wanted } if zh => {
                write!(f, "签名类型为 {found}，应为 {wanted}")
            }
            Self::WrongAlgorithm { found, wanted } => {
                write!(f, "signed as {found}, {wanted} is needed")
            }
            Self::Probe if zh => f.write_str("签名不匹配（这是微信支付的签名探测流量）"),
            Self::Probe => f.write_str("signature mismatch: a probe, wrong on purpose"),
            Self::Forged if zh => f.write_str("签名不匹配"),
            Self::Forged => f.write_str("the signature does not match the bytes received"),
        }
    }
}

impl std::error::Error for VerifyError {}

/// Signature headers of a response or callback.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SignatureHeaders {
    /// Timestamp as received: the signature is over this text.
    pub timestamp: String,
    /// Nonce, not interpreted.
    pub nonce: String,
    /// Signature, in Base64.
    pub signature: String,
    /// Id of the key that signed.
    pub serial: String,
    /// Scheme, if the header exists.
    pub signature_type: Option<String>,
}

impl SignatureHeaders {
    /// Reads the signature headers of a response or callback.
    ///
    /// # Errors
    ///
    /// [`VerifyError::MissingHeader`], [`VerifyError::DuplicateHeader`] or [`VerifyError::MalformedHeader`].
    pub fn read(headers: &HeaderMap) -> Result<Self, VerifyError> {
        let required = |name: HeaderName| {
            optional(headers, &name)?
                .filter(|value| !value.is_empty())
                .ok_or(VerifyError::MissingHeader(name))
        };
        Ok(Self {
            timestamp: required(header::TIMESTAMP)?,
            nonce: required(header::NONCE)?,
            signature: required(header::SIGNATURE)?,
            serial: required(header::SERIAL)?,
            signature_type: optional(headers, &header::SIGNATURE_TYPE)?,
        })
    }
}

fn optional(headers: &HeaderMap, name: &HeaderName) -> Result<Option<String>, VerifyError> {
    let mut values = head::values(headers, name);
    let Some(value) = values.next() else {
        return Ok(None);
    };
    if values.next().is_some() {
        return Err(VerifyError::DuplicateHeader(name.clone()));
    }
    let text = value.to_str().map_err(|_| VerifyError::MalformedHeader(name.clone()))?;
    Ok(Some(text.to_owned()))
}

/// Verifies the signature of a response or callback over its raw body.
///
/// Checks in this order: each header exists once, the key is configured, the time is inside the window, a
/// platform certificate is valid, the scheme (if named) is the expected one, the signature matches. The
/// caller reads the body only after these checks pass.
///
/// # Errors
///
/// [`VerifyError`], with a variant for each reason.
pub fn verify_response(
    headers: &HeaderMap,
    body: &[u8],
    scheme: Scheme,
    keys: &PlatformKeys,
    now: Timestamp,
) -> Result<(), VerifyError> {
    verify_response_at(headers, body, scheme, keys, Some(now))
}

/// Verifies a signature as [`verify_response`] does. If `now` is `None`, it skips the checks of the time and
/// of the certificate's validity: for a saved response, which may be older than the window.
///
/// A response that verifies without `now` may be a replay.
///
/// # Errors
///
/// The errors of [`verify_response`].
pub fn verify_response_at(
    headers: &HeaderMap,
    body: &[u8],
    scheme: Scheme,
    keys: &PlatformKeys,
    now: Option<Timestamp>,
) -> Result<(), VerifyError> {
    let said = SignatureHeaders::read(headers)?;
    let key = keys.find(&said.serial).ok_or_else(|| VerifyError::UnknownSerial {
        serial: said.serial.clone(),
        known: keys.serials().cloned().collect(),
    })?;
    let timestamp: i64 = said
        .timestamp
        .parse()
        .ok()
        .filter(|_| said.timestamp.bytes().all(|byte| byte.is_ascii_digit()))
        .ok_or(VerifyError::MalformedHeader(header::TIMESTAMP))?;
    if let Some(now) = now {
        check_window(timestamp, now)?;
        let why = keys.validity(&said.serial).and_then(|validity| validity.check(now).err());
        if let Some(why) = why {
            return Err(VerifyError::CertificateNotValid { serial: said.serial, why });
        }
    }
    if let Some(found) = said.signature_type.filter(|found| found != scheme.as_str()) {
        return Err(VerifyError::WrongAlgorithm { found, wanted: scheme });
    }
    if key.verifies(&response_message(&said.timestamp, &said.nonce, body), &said.signature) {
        Ok(())
    } else if said.signature.starts_with(PROBE_PREFIX) {
        Err(VerifyError::Probe)
    } else {
        Err(VerifyError::Forged)
    }
}

/// Signer of responses and callbacks: a private key of the platform, with its id.
#[derive(Debug, Clone)]
pub struct ResponseSigner {
    serial: SerialNo,
    key: PrivateKey,
}

impl ResponseSigner {
    /// Makes a signer. `serial` is the public key id (微信支付公钥ID) or the platform certificate's serial number.
    pub fn new(serial: SerialNo, key: PrivateKey) -> Self {
        Self { serial, key }
    }

    /// Returns the id of the key.
    pub fn serial(&self) -> &SerialNo {
        &self.serial
    }

    /// Returns the private key.
    pub fn key(&self) -> &PrivateKey {
        &self.key
    }

    /// Adds the five signature headers to a response whose body is exactly `body`.
    pub fn sign(
        &self,
        headers: &mut HeaderMap,
        scheme: Scheme,
        now: Timestamp,
        nonce: &NonceStr,
        body: &[u8],
    ) {
        let timestamp = now.as_second().to_string();
        let signature = self.key.sign(&response_message(&timestamp, nonce.as_str(), body));
        let value =
            |text: &str| HeaderValue::from_str(text).expect("digits, Base64 and serials are visible ASCII");
        headers.insert(header::TIMESTAMP, value(&timestamp));
        headers.insert(header::NONCE, value(nonce.as_str()));
        headers.insert(header::SIGNATURE, value(&signature));
        headers.insert(header::SERIAL, value(self.serial.as_str()));
        headers.insert(header::SIGNATURE_TYPE, HeaderValue::from_static(scheme.as_str()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Requests, responses and callbacks have one rule: an empty header counts as missing.
    #[test]
    fn an_empty_header_is_a_missing_one() {
        let mut headers = HeaderMap::new();
        for name in [header::TIMESTAMP, header::NONCE, header::SIGNATURE, header::SERIAL] {
            headers.insert(name, HeaderValue::from_static("1"));
        }
        headers.append(header::NONCE, HeaderValue::from_static(""));
        headers.insert(header::SIGNATURE_TYPE, HeaderValue::from_static(" "));
        let read = SignatureHeaders::read(&headers).unwrap();
        assert_eq!((read.nonce.as_str(), read.signature_type), ("1", None));
        headers.insert(header::SERIAL, HeaderValue::from_static(""));
        assert_eq!(SignatureHeaders::read(&headers), Err(VerifyError::MissingHeader(header::SERIAL)));
    }
}
