//! 平台证书: the platform certificates, for a merchant that does not use the WeChat Pay public key (微信支付公钥) yet.
//!
//! `GET /v3/certificates`, <https://pay.weixin.qq.com/doc/v3/partner/4012715700>

use super::{Document, Endpoint, Partner, RetrySafety, Row, rows};
use crate::encryption::EncryptedResource;
use crate::types::{DateTime, SerialNo};
use http::Method;
use serde::{Deserialize, Serialize};

/// Requests all platform certificates that may sign responses and callbacks.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[allow(clippy::exhaustive_structs)]
pub struct ListCertificates {}

impl Endpoint for ListCertificates {
    type Response = Certificates;
    type Family = Partner;

    const NAME: &'static str = "list_certificates";
    const SUMMARY: &'static str = "获取平台证书列表: the platform certificates, encrypted with the APIv3 key";
    const METHOD: Method = Method::GET;
    const PATH: &'static str = "/v3/certificates";
    const DOCUMENT: Document = Document::partner("4012715700", "2025-03-21");
    const RETRY_SAFETY: RetrySafety = RetrySafety::Idempotent;
    // `algorithm_type` selects the kind of certificates. Only RSA certificates exist here, so the parameter is
    // accepted and ignored.
    const IGNORED_MEMBERS: &'static [&'static str] = &["algorithm_type"];
    const ERRORS: &'static [&'static Row] =
        &[&rows::NO_PLATFORM_CERTIFICATE, &rows::PLATFORM_CERTIFICATE_FORBIDDEN, &rows::NO_APIV3_KEY];
}

/// The response to [`ListCertificates`]: the platform certificates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Certificates {
    /// The certificates, one entry each.
    pub data: Vec<PlatformCertificate>,
}

impl Certificates {
    /// Makes a response with these certificates.
    pub fn new(data: Vec<PlatformCertificate>) -> Self {
        Self { data }
    }
}

/// A platform certificate, encrypted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct PlatformCertificate {
    /// The certificate's serial number.
    pub serial_no: SerialNo,
    /// When the certificate becomes valid.
    pub effective_time: DateTime,
    /// When the certificate expires.
    pub expire_time: DateTime,
    /// The certificate's PEM, encrypted with the merchant's APIv3 key; `associated_data` is `certificate`.
    pub encrypt_certificate: EncryptedResource,
}

impl PlatformCertificate {
    /// Makes an entry: an encrypted certificate, its serial number, and the times between which it is valid.
    pub fn new(
        serial_no: SerialNo,
        effective_time: DateTime,
        expire_time: DateTime,
        encrypt_certificate: EncryptedResource,
    ) -> Self {
        Self { serial_no, effective_time, expire_time, encrypt_certificate }
    }
}
