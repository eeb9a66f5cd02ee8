//! Responses and callbacks: the five headers, signed by the service and checked by the caller.

use super::{PROBE_PREFIX, Scheme, Skew, check_window, response_message};
use crate::head;
use crate::key::{OutsideValidity, PlatformKeys, PrivateKey};
use crate::types::{NonceStr, SerialNo};
use http::HeaderMap;
use http::header::{HeaderName, HeaderValue};
use jiff::Timestamp;
use std::fmt;

/// The names of the headers.
pub mod header {
    use http::header::HeaderName;

    /// Unix seconds of the signature.
    pub const TIMESTAMP: HeaderName = HeaderName::from_static("wechatpay-timestamp");
    /// The signature's nonce.
    pub const NONCE: HeaderName = HeaderName::from_static("wechatpay-nonce");
    /// The signature, in Base64.
    pub const SIGNATURE: HeaderName = HeaderName::from_static("wechatpay-signature");
    /// In a response: the key that signed. In a request: the key that fields are encrypted with and that the
    /// caller wants the response signed with.
    pub const SERIAL: HeaderName = HeaderName::from_static("wechatpay-serial");
    /// The scheme.
    pub const SIGNATURE_TYPE: HeaderName = HeaderName::from_static("wechatpay-signature-type");
    /// The service's name for this exchange.
    pub const REQUEST_ID: HeaderName = HeaderName::from_static("request-id");
}

/// Why a response or callback is not to be trusted. `{}` prints English, `{:#}` Chinese.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum VerifyError {
    /// A header is not there: the response was not signed, or something on the way dropped it.
    MissingHeader(HeaderName),
    /// A header appears more than once.
    DuplicateHeader(HeaderName),
    /// A header's value cannot be read.
    MalformedHeader(HeaderName),
    /// The key that signed is not among those configured.
    UnknownSerial {
        /// The key named by the response.
        serial: String,
        /// The keys configured.
        known: Vec<SerialNo>,
    },
    /// The signature is too old: a replay, or this machine's clock is ahead.
    TooOld {
        /// How many seconds before this clock.
        seconds: i64,
    },
    /// The signature is from the future: this machine's clock is behind.
    TooFarAhead {
        /// How many seconds after this clock.
        seconds: i64,
    },
    /// The platform certificate that signed is not valid at this time.
    CertificateNotValid {
        /// Its serial.
        serial: String,
        /// Whether it is too early or too late.
        why: OutsideValidity,
    },
    /// Signed in another scheme than this caller's.
    WrongAlgorithm {
        /// The scheme named by the response.
        found: String,
        /// The scheme expected.
        wanted: Scheme,
    },
    /// A signature that is wrong on purpose, to see whether it is checked (partner page 4013059017).
    Probe,
    /// The signature does not fit the bytes.
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

/// The signature headers of a response or callback.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SignatureHeaders {
    /// The signature's time as received: the text is what was signed.
    pub timestamp: String,
    /// The nonce, not interpreted.
    pub nonce: String,
    /// The signature, in Base64.
    pub signature: String,
    /// The key that signed.
    pub serial: String,
    /// The scheme, if said.
    pub signature_type: Option<String>,
}

impl SignatureHeaders {
    /// Takes the headers out of a response.
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

/// Checks the signature of a response or callback over its raw body.
///
/// In order: the headers are there once, the key is known, the time is inside the window, a platform certificate is
/// valid, the scheme is the expected one if it is said, the signature fits. Only then may the body be read.
///
/// # Errors
///
/// [`VerifyError`], a variant for each way to fail.
pub fn verify_response(
    headers: &HeaderMap,
    body: &[u8],
    scheme: Scheme,
    keys: &PlatformKeys,
    now: Timestamp,
) -> Result<(), VerifyError> {
    verify_response_at(headers, body, scheme, keys, Some(now))
}

/// Checks as [`verify_response`] does, and skips the checks of the time and of the certificate's validity if `now` is `None`: for a saved response
/// that is judged at its own time. A response that verifies in this way may be a replay.
///
/// # Errors
///
/// As [`verify_response`].
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

/// Who signs responses and callbacks: a key of the platform under its name.
#[derive(Debug, Clone)]
pub struct ResponseSigner {
    serial: SerialNo,
    key: PrivateKey,
}

impl ResponseSigner {
    /// `serial` is the public key id or the platform certificate's serial.
    pub fn new(serial: SerialNo, key: PrivateKey) -> Self {
        Self { serial, key }
    }

    /// The key's name.
    pub fn serial(&self) -> &SerialNo {
        &self.serial
    }

    /// The key.
    pub fn key(&self) -> &PrivateKey {
        &self.key
    }

    /// Puts the five headers on a response with exactly this body.
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

    /// One rule for requests, responses and callbacks: an empty header is a missing one.
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
