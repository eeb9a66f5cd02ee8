//! Diagnosis of rejected signatures, in the log of a sandbox. A signature error says little, by design of the API,
//! and integrators lose days on it.
//!
//! The caller, who may be anyone, never sees the diagnosis. It never shows the body or the message: `ruhui explain`
//! shows those to a person who holds the key.

use super::connection::connection_of;
use super::verify::target;
use crate::error::Error;
use crate::service::Service;
use bytes::Bytes;
use http::HeaderMap;
use http::header::AUTHORIZATION;
use http::request::Parts;
use jiff::Timestamp;
use ruhui_core::explain::{
    Explanation, Extent, Keys, Received, SavedExplanation, SavedRequest, Verdict, explain, explain_incomplete,
};
use ruhui_core::sign::{Authorization, Scheme};
use ruhui_core::types::Caller;
use std::sync::{Arc, OnceLock};

/// Logs the explanation of a rejection, outside the request's task. One rejection is explained at a time; others
/// meanwhile are not.
///
/// `sent` is the body as received: for an upload, the whole form.
pub(super) fn log(service: &Arc<Service>, parts: &Parts, sent: &Bytes, error: &Error) {
    let (sent, (method, target)) = (sent.clone(), (parts.method.clone(), target(parts).to_owned()));
    explain_later(service, parts, error, move |service, headers| {
        let received =
            Received::with_headers(method.as_str(), &target, headers, &sent, service.env.wire.now());
        judge(service, &received, authorization_of(headers))
    });
}

/// Logs the explanation of a rejection of a head whose body was not sent.
pub(super) fn log_head(service: &Arc<Service>, parts: &Parts, error: &Error) {
    let (method, target) = (parts.method.clone(), target(parts).to_owned());
    explain_later(service, parts, error, move |service, headers| {
        let now = service.env.wire.now();
        let received = Received::with_headers(method.as_str(), &target, headers, &[], now);
        judge_extent(service, &received, headers, Extent::Headers)
    });
}

fn explain_later(
    service: &Arc<Service>,
    parts: &Parts,
    error: &Error,
    explain: impl FnOnce(&Service, &HeaderMap) -> Explanation + Send + 'static,
) {
    if !service.diagnose || error.row().status != 401 {
        return;
    }
    let slot = Arc::<OnceLock<Explanation>>::default();
    connection_of(&parts.extensions).note(|exchange| exchange.notes.diagnosis = Some(slot.clone()));
    let Some(permit) = service.sandbox_log.try_explain() else { return };
    let (service, method, headers) = (service.clone(), parts.method.clone(), parts.headers.clone());
    // A query may hold an openid, which the log must not.
    let path = parts.uri.path().to_owned();
    tokio::task::spawn_blocking(move || {
        let lines = lines(slot.get_or_init(|| explain(&service, &headers)));
        // The permit is free before the lines appear, so that a request sent after reading them is explained too.
        drop(permit);
        for line in lines {
            tracing::warn!("{method} {path}: {line}");
        }
    });
}

fn authorization_of(headers: &HeaderMap) -> Option<&str> {
    headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok())
}

/// The log lines of an explanation, without data from the caller: one line for each finding, in both languages.
fn lines(explanation: &Explanation) -> Vec<String> {
    let finding = |finding: &ruhui_core::explain::Finding| {
        let advice = &finding.cause.advice;
        format!("{finding}. {advice} / {finding:#}。{advice:#}")
    };
    let mut lines: Vec<_> = explanation.findings.iter().map(finding).collect();
    if explanation.findings.is_empty() {
        lines.push(format!("{verdict} / {verdict:#}", verdict = explanation.verdict));
    }
    if !explanation.perhaps.is_empty() {
        let en: Vec<_> = explanation.perhaps.iter().map(ToString::to_string).collect();
        let zh: Vec<_> = explanation.perhaps.iter().map(|words| format!("{words:#}")).collect();
        lines.push(format!(
            "the request alone does not show which of these it is: {} / 仅凭请求无法判断是以下哪种原因：{}",
            en.join("; "),
            zh.join("；")
        ));
    }
    lines
}

/// Explains the signature of a request in the request log, as it was judged on arrival.
pub(super) fn of_logged(service: &Service, logged: &Logged) -> Explanation {
    let Logged { method, target, headers, body, time } = logged;
    let (body, extent) = match body {
        Some(body) => (body.as_slice(), Extent::Whole),
        None => (&[][..], Extent::Headers),
    };
    let received = Received::with_headers(method, target, headers, body, *time);
    judge_extent(service, &received, headers, extent)
}

/// Explains the signature of a saved request, as of the time of its response if that is known.
pub(super) fn of_saved<'a>(
    service: &Service,
    saved: &'a SavedRequest,
    time: Option<Timestamp>,
) -> SavedExplanation<'a> {
    let now = service.env.wire.now();
    saved.explain(time, now, |received, extent| judge_extent(service, received, saved.headers(), extent))
}

fn judge_extent(
    service: &Service,
    received: &Received<'_>,
    headers: &HeaderMap,
    extent: Extent,
) -> Explanation {
    let authorization = authorization_of(headers);
    match extent {
        Extent::Whole => judge(service, received, authorization),
        Extent::Headers => {
            let parsed = authorization.and_then(|value| Authorization::parse(value).ok());
            explain_incomplete(received, &keys(service, parsed.as_ref().map(Authorization::caller)))
        }
    }
}

/// A request of the request log, in parts.
pub(super) struct Logged {
    pub(super) method: String,
    pub(super) target: String,
    pub(super) headers: HeaderMap,
    /// The whole body; `None` if the log has a part of it only.
    pub(super) body: Option<Vec<u8>>,
    /// Time of arrival.
    pub(super) time: Timestamp,
}

/// Explains a rejection by the keys of the caller that the request names. The keys of the serial's owner decide
/// instead if they made the signature, or if the named caller is unknown: then the caller's number is wrong.
fn judge(service: &Service, received: &Received<'_>, authorization: Option<&str>) -> Explanation {
    let parsed = authorization.and_then(|value| Authorization::parse(value).ok());
    let directory = service.directory();
    let owner = parsed.as_ref().and_then(|parsed| {
        let owns = |caller: &&Caller| {
            directory.caller(caller).is_some_and(|entry| entry.certificate(parsed.serial_no()).is_some())
        };
        directory.callers().map(|(caller, _)| caller).find(owns)
    });
    let said = parsed.as_ref().map(Authorization::caller);
    if let Some(owner) = owner.filter(|owner| Some(*owner) != said) {
        let explanation = explain(received, &keys(service, Some(owner)));
        let is_known = said.is_some_and(|said| directory.caller(said).is_some());
        let is_theirs = matches!(explanation.verdict, Verdict::SignatureRight | Verdict::Explained)
            && !explanation.findings.iter().any(|finding| finding.cause.id.starts_with("key_"));
        if is_theirs || !is_known {
            return explanation;
        }
    }
    explain(received, &keys(service, said))
}

/// The keys of a caller, and the keys of the other callers and of the platform, which clients use by mistake.
/// If no caller can be read, the keys of all callers count as the caller's.
fn keys(service: &Service, caller: Option<&Caller>) -> Keys {
    let directory = service.directory();
    let mut keys = match caller {
        Some(caller) => Keys::new().of_caller(caller.id()),
        None => Keys::new(),
    };
    for (other, entry) in directory.callers() {
        let is_caller = caller.is_none_or(|caller| caller == other);
        for (serial_no, certificate) in entry.certificates() {
            let (serial_no, key) = (serial_no.clone(), certificate.public_key.clone());
            keys = if is_caller {
                keys.with_caller_within(serial_no, key, certificate.validity)
            } else {
                keys.with_other(other.to_string(), Some(serial_no), key)
            };
        }
    }
    let settings = service.settings();
    for scheme in Scheme::ALL {
        for signer in settings.platform.keys(scheme.family()).signers() {
            keys = keys.with_platform(Some(signer.serial().clone()), signer.key().public_key());
        }
    }
    keys
}
