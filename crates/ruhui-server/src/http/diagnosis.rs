//! In a sandbox, the log says why a signature was refused: signature errors say little, by design of the
//! API, and they are what integrators lose days on.
//!
//! Never to the caller, who may be anyone, and never with the body or the message: `ruhui explain` shows
//! those to who holds the key.

use super::verify::target;
use crate::error::Error;
use crate::service::Service;
use bytes::Bytes;
use http::request::Parts;

use ruhui_core::api::rows;
use ruhui_core::explain::{Keys, Received, Verdict, explain};
use ruhui_core::form::{self, Effect};
use ruhui_core::sign::{Authorization, Scheme};
use std::sync::Arc;

const WHOLE_FORM_SIGNED: &str = "the whole form was signed. Sign the text of the part `meta` alone, byte for byte as it \
is sent / 您对整个表单签名。只需对 `meta` 部分的文本签名，且须与发送的内容逐字节一致";

/// Explains a refusal off the request's road, one at a time; what comes meanwhile is not explained.
///
/// `sent` is the body as it came, `body` the part of it that the service verifies: the `meta` of an upload.
pub(super) fn log(service: &Arc<Service>, parts: &Parts, sent: &Bytes, body: &Bytes, error: &Error) {
    if !service.policy.diagnose || error.row().status != 401 {
        return;
    }
    let Ok(place) = service.diagnosing.clone().try_acquire_owned() else { return };
    let (service, body, sent, now) = (service.clone(), body.clone(), sent.clone(), service.env.wire.now());
    let (method, target, headers) = (parts.method.clone(), target(parts).to_owned(), parts.headers.clone());
    // A query may hold an openid, which the log must not.
    let path = parts.uri.path().to_owned();
    // Bytes came and nothing of them is verified: it is an upload whose form has no `meta`.
    let is_mismatch = error.row() == &rows::SIGNATURE_MISMATCH;
    let oddities = match is_mismatch && body.is_empty() && !sent.is_empty() {
        true => form::read(&headers, &sent).oddities,
        false => Vec::new(),
    };
    if let Some(oddity) = oddities.iter().find(|oddity| oddity.effect() == Effect::NoMeta) {
        let advice = oddity.advice();
        tracing::warn!("{method} {path}: {oddity}. {advice} / {oddity:#}。{advice:#}");
        return;
    }
    tokio::task::spawn_blocking(move || {
        let keys =
            keys(&service, headers.get(http::header::AUTHORIZATION).and_then(|value| value.to_str().ok()));
        let received = |body| Received::with_headers(method.as_str(), &target, &headers, body, now);
        if sent != body && explain(&received(&sent), &keys).verdict == Verdict::Accepted {
            tracing::warn!("{method} {path}: {WHOLE_FORM_SIGNED}");
            return;
        }
        let received = received(&body);
        let findings = explain(&received, &keys).findings;
        for cause in findings.iter().map(|finding| finding.cause) {
            let (name, advice) = (&cause.name, &cause.advice);
            tracing::warn!("{method} {path}: {name}. {advice} / {name:#}。{advice:#}");
        }
        if findings.is_empty() {
            tracing::warn!(
                "{method} {path}: no known mistake explains this signature; save the request and try `ruhui explain` / 未找到已知原因，可保存请求后用 `ruhui explain` 分析"
            );
        }
        drop(place);
    });
}

/// The keys of who says to be calling, and the platform's, which are taken for them by mistake.
fn keys(service: &Service, authorization: Option<&str>) -> Keys {
    let directory = service.directory();
    let parsed = authorization.and_then(|value| Authorization::parse(value).ok());
    let mut keys = Keys::new();
    for (caller, entry) in directory.callers() {
        let is_caller = parsed.as_ref().is_none_or(|parsed| parsed.caller() == caller);
        for (serial_no, certificate) in entry.certificates() {
            let (serial_no, key) = (Some(serial_no.clone()), certificate.public_key.clone());
            keys = match is_caller {
                true => keys.with_caller(serial_no, key),
                false => keys.with_other(caller.to_string(), serial_no, key),
            };
        }
    }
    for scheme in Scheme::ALL {
        for signer in service.platform.keys(scheme.family()).signers() {
            keys = keys.with_other("WeChat Pay", Some(signer.serial().clone()), signer.key().public_key());
        }
    }
    keys
}
