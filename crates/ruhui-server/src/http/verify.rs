//! Signature verification: identifies the caller, verifies the request's signature, and chooses the response's keys.
//!
//! No business record is read here, and no response is signed before the signature is verified.

use super::properties::Properties;
use crate::directory::{CallerEntry, CertificateEntry};
use crate::domain::ResponseKey;
use crate::error::{Error, Rejected};
use crate::handlers::DefaultSigner;
use crate::platform::Platform;
use crate::service::Service;
use bytes::Bytes;
use http::HeaderMap;
use http::request::Parts;
use ruhui_core::api::{Row, rows};
use ruhui_core::bilingual::Bilingual;
use ruhui_core::head;
use ruhui_core::key::{OutsideValidity, PrivateKey};
use ruhui_core::sign::{Authorization, AuthorizationError, ResponseSigner, Scheme, header};
use ruhui_core::types::Family;
use serde_json::json;
use std::sync::Arc;

/// A request whose head names a known caller and a valid certificate of it. Its signature is not verified yet.
pub(super) struct Identified {
    authorization: Authorization,
    keys: Arc<CallerEntry>,
    certificate: Arc<CertificateEntry>,
}

/// A request whose signature was verified, with all keys that its response needs. All are from one read of the
/// registry: a reload meanwhile changes none of them.
pub(super) struct Verified<'a> {
    pub(super) authorization: Authorization,
    /// The caller's keys.
    pub(super) keys: Arc<CallerEntry>,
    /// The certificate that signed the request.
    pub(super) certificate: Arc<CertificateEntry>,
    /// The key that signs the response.
    pub(super) signer: &'a ResponseSigner,
    /// The key that decrypts the request's sensitive fields: the one that the request names, and no other.
    pub(super) decrypter: Option<&'a PrivateKey>,
    /// The rejection of a missing or unknown `Wechatpay-Serial`, if the endpoint needs a known one.
    pub(super) key_rejected: Option<&'static Row>,
}

/// Makes all checks that come before the signature and do not depend on the body. `family` is that of the endpoint.
pub(super) fn identify(service: &Service, parts: &Parts, family: Family) -> Result<Identified, Error> {
    head::check_accept(&parts.headers)?;
    let authorization = read_authorization(&parts.headers)?;
    let wanted = Scheme::from(family);
    if authorization.scheme() != wanted {
        let addition = Bilingual::new(format!("this path takes {wanted}"), format!("该路径须使用 {wanted}"));
        return Err(Rejected::with(&rows::SCHEME_WRONG, addition).into());
    }
    let now = service.env.wire.now();
    authorization
        .check_window(now)
        .map_err(|skew| Rejected::with(&rows::TIMESTAMP_OUTSIDE_WINDOW, Bilingual::of(&skew)))?;

    let directory = service.directory();
    let keys = directory.caller(authorization.caller()).ok_or_else(|| caller_unknown(&authorization))?;
    let certificate =
        keys.certificate(authorization.serial_no()).ok_or_else(|| serial_wrong(&authorization))?;
    match certificate.validity.check(now) {
        Ok(()) => {}
        Err(OutsideValidity::NotYet(_)) => return Err((&rows::CERTIFICATE_NOT_YET_VALID).into()),
        Err(OutsideValidity::Expired(_)) => return Err((&rows::CERTIFICATE_EXPIRED).into()),
    }
    Ok(Identified { keys: keys.clone(), certificate: certificate.clone(), authorization })
}

impl Identified {
    /// Verifies the signature over the body, and chooses the response's keys. The response to an error is unsigned.
    pub(super) fn verify<'a>(
        self,
        endpoint: &Properties,
        platform: &'a Platform,
        parts: &Parts,
        body: &Bytes,
    ) -> Result<Verified<'a>, Error> {
        let Self { authorization, keys, certificate } = self;
        let (method, target) = (parts.method.as_str(), target(parts));
        if authorization.verify(method, target, body, &certificate.public_key).is_err() {
            let information = authorization.sign_information(method, target, body);
            let detail = json!({
                "detail": { "issue": "sign not match" },
                "field": "signature",
                "location": "authorization",
                "sign_information": information,
            });
            let detail = Some(detail);
            return Err(Rejected { row: &rows::SIGNATURE_MISMATCH, addition: None, detail }.into());
        }
        let named = head::text(&parts.headers, header::SERIAL);
        let family = authorization.caller().family();
        let platform = platform.keys(family);
        let preferred = match endpoint.default_signer {
            DefaultSigner::Preferred => keys.key_stage.default_key(),
            DefaultSigner::Certificate => ResponseKey::Certificate,
        };
        let default = platform.default_for(keys.key_stage, preferred);
        let found = named.and_then(|serial| platform.find(keys.key_stage, serial));
        let key_rejected = match (family, named, found) {
            (Family::Brand, None, _) => Some(&rows::WECHATPAY_SERIAL_MISSING),
            (Family::Brand, Some(_), None) => Some(&rows::WECHATPAY_SERIAL_WRONG),
            // For a merchant, only endpoints with encrypted fields need it.
            (Family::Partner, None, _) if endpoint.has_encrypted_fields => {
                Some(&rows::WECHATPAY_SERIAL_MISSING)
            }
            (Family::Partner, Some(_), None) if endpoint.has_encrypted_fields => {
                Some(&rows::WECHATPAY_SERIAL_WRONG)
            }
            _ => None,
        };
        let (signer, decrypter) = (found.unwrap_or(default), found.map(ResponseSigner::key));
        Ok(Verified { authorization, keys, certificate, signer, decrypter, key_rejected })
    }
}

/// The request target, exactly as on the request line.
pub(super) fn target(parts: &Parts) -> &str {
    parts.uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str)
}

fn read_authorization(headers: &HeaderMap) -> Result<Authorization, Error> {
    let mut values = head::values(headers, http::header::AUTHORIZATION);
    let parsed = match (values.next(), values.next()) {
        (None, _) => Err(AuthorizationError::Missing),
        (Some(_), Some(_)) => Err(AuthorizationError::Duplicate),
        (Some(value), None) => {
            value.to_str().map_err(|_| AuthorizationError::NotText).and_then(Authorization::parse)
        }
    };
    parsed.map_err(|error| {
        let row = match error {
            AuthorizationError::Missing => &rows::AUTHORIZATION_MISSING,
            AuthorizationError::UnknownScheme => &rows::SCHEME_WRONG,
            _ => &rows::AUTHORIZATION_MALFORMED,
        };
        Rejected::with(row, Bilingual::of(&error)).into()
    })
}

fn caller_unknown(authorization: &Authorization) -> Rejected {
    let caller = authorization.caller();
    let detail = Bilingual::new(
        format!("no certificate of {caller} is known"),
        format!("{} {}", caller.field(), caller.id()),
    );
    Rejected::with(&rows::CALLER_UNKNOWN, detail)
}

fn serial_wrong(authorization: &Authorization) -> Rejected {
    let serial_no = authorization.serial_no();
    let detail = if serial_no.is_public_key_id() {
        Bilingual::new(
            "serial_no is a WeChat Pay public key id, the merchant certificate's serial is needed",
            "serial_no 是微信支付公钥ID，应为商户API证书序列号",
        )
    } else {
        Bilingual::new(format!("serial_no {serial_no}"), format!("serial_no {serial_no}"))
    };
    Rejected::with(&rows::SERIAL_WRONG, detail)
}
