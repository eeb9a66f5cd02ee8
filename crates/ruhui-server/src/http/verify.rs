//! Who calls: everything up to the signature, and the key that the reply is signed with.
//!
//! Nothing of the business is looked at here, and until the end of it no reply is signed.

use crate::domain::ReplyKey;
use crate::error::{Error, Refused};
use crate::service::Service;
use bytes::Bytes;
use http::HeaderMap;
use http::request::Parts;
use ruhui_core::api::certificates::ListCertificates;
use ruhui_core::api::{Endpoint, Row, rows};
use ruhui_core::bilingual::Bilingual;
use ruhui_core::head;
use ruhui_core::key::{OutsideValidity, PrivateKey, PublicKey};
use ruhui_core::sign::{Authorization, AuthorizationError, ReplySigner, Scheme, header};
use ruhui_core::types::{Caller, Family};
use serde_json::json;

/// Checks everything before the signature that does not depend on the body, and returns the key that the signature must be of.
pub(super) fn check_head(
    service: &Service,
    family: Family,
    parts: &Parts,
) -> Result<(Authorization, PublicKey), Error> {
    head::check_accept(&parts.headers)?;
    let authorization = read_authorization(&parts.headers)?;
    if authorization.scheme() != Scheme::from(family) {
        let wanted = Scheme::from(family);
        let specifics = Bilingual::new(format!("this path takes {wanted}"), format!("该路径须使用 {wanted}"));
        return Err(Refused::with(&rows::SCHEME_WRONG, specifics).into());
    }
    let now = service.env.wire.now();
    authorization
        .check_window(now)
        .map_err(|skew| Refused::with(&rows::TIMESTAMP_OUTSIDE_WINDOW, Bilingual::of(&skew)))?;

    let directory = service.directory();
    let caller = directory.caller(authorization.caller()).ok_or_else(|| caller_unknown(&authorization))?;
    let certificate =
        caller.certificate(authorization.serial_no()).ok_or_else(|| serial_wrong(&authorization))?;
    match certificate.validity.check(now) {
        Ok(()) => {}
        Err(OutsideValidity::NotYet(_)) => return Err((&rows::CERTIFICATE_NOT_YET_VALID).into()),
        Err(OutsideValidity::Expired(_)) => return Err((&rows::CERTIFICATE_EXPIRED).into()),
    }
    Ok((authorization, certificate.public_key.clone()))
}

/// Checks the signature, after [`check_head`]. An error is answered unsigned.
pub(super) fn check_signature(
    authorization: Authorization,
    public_key: &PublicKey,
    parts: &Parts,
    body: &Bytes,
) -> Result<Authorization, Error> {
    let (method, target) = (parts.method.as_str(), target(parts));
    match authorization.verify(method, target, body, public_key) {
        Ok(()) => Ok(authorization),
        Err(_) => {
            let information = authorization.sign_information(method, target, body);
            let detail = json!({
                "detail": { "issue": "sign not match" },
                "field": "signature",
                "location": "authorization",
                "sign_information": information,
            });
            Err(Refused { row: &rows::SIGNATURE_MISMATCH, specifics: None, detail: Some(detail) }.into())
        }
    }
}

/// The target exactly as it stood on the request line.
pub(super) fn target(parts: &Parts) -> &str {
    parts.uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str)
}

fn read_authorization(headers: &HeaderMap) -> Result<Authorization, Error> {
    let mut values = head::values(headers, http::header::AUTHORIZATION);
    let parsed = match (values.next(), values.next()) {
        (None, _) => Err(AuthorizationError::Missing),
        (Some(_), Some(_)) => Err(AuthorizationError::Doubled),
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
        Refused::with(row, Bilingual::of(&error)).into()
    })
}

fn caller_unknown(authorization: &Authorization) -> Refused {
    let caller = authorization.caller();
    let specifics = Bilingual::new(
        format!("no certificate of {caller} is known"),
        format!("{} {}", caller.field(), caller.id()),
    );
    Refused::with(&rows::CALLER_UNKNOWN, specifics)
}

fn serial_wrong(authorization: &Authorization) -> Refused {
    let serial_no = authorization.serial_no();
    let specifics = match serial_no.is_public_key_id() {
        true => Bilingual::new(
            "serial_no is a WeChat Pay public key id, the merchant certificate's serial is wanted",
            "serial_no 是微信支付公钥ID，应为商户API证书序列号",
        ),
        false => Bilingual::new(format!("serial_no {serial_no}"), format!("serial_no {serial_no}")),
    };
    Refused::with(&rows::SERIAL_WRONG, specifics)
}

/// What signs the reply, and what is wrong with the request's choice where the family is strict about it.
pub(super) struct Chosen<'a> {
    pub(super) signer: &'a ReplySigner,
    /// Opens the request's sensitive fields: the key that the request names, and no other.
    pub(super) open: Option<&'a PrivateKey>,
    pub(super) refused: Option<&'static Row>,
}

pub(super) fn choose_reply_key<'a, E: Endpoint>(
    service: &'a Service,
    caller: &Caller,
    headers: &HeaderMap,
) -> Chosen<'a> {
    let keys = service.platform.keys(caller.family());
    let named = head::text(headers, header::SERIAL);
    let directory = service.directory();
    let preference = directory.caller(caller).map(|entry| entry.reply_key).unwrap_or_default();
    // Who downloads certificates can verify the reply with nothing else.
    let preference = if E::PATH == ListCertificates::PATH { ReplyKey::Certificate } else { preference };
    let default = keys.default_for(preference);
    let found = named.and_then(|serial| keys.find(serial));
    let refused = match (caller.family(), named, found) {
        (Family::Brand, None, _) => Some(&rows::WECHATPAY_SERIAL_MISSING),
        (Family::Brand, Some(_), None) => Some(&rows::WECHATPAY_SERIAL_WRONG),
        // A merchant's call is less strict, unless it takes sealed fields.
        (Family::Partner, None, _) if E::SEALED => Some(&rows::WECHATPAY_SERIAL_MISSING),
        (Family::Partner, Some(_), None) if E::SEALED => Some(&rows::WECHATPAY_SERIAL_WRONG),
        _ => None,
    };
    Chosen { signer: found.unwrap_or(default), open: found.map(ReplySigner::key), refused }
}
