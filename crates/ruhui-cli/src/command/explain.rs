//! `ruhui explain`: finds the reason for which a saved request is rejected.

use super::saved::{Saved, is_whole};
use crate::cli::{Output, SavedArguments};
use crate::credentials::{CredentialArguments, Family, Settings};
use crate::language::Language;
use crate::output;
use http::HeaderMap;
use ruhui::key::PrivateKey;
use ruhui::sign::Scheme;
use ruhui_core::capture::{Remark, Request};
use ruhui_core::explain::{
    Expected, Explanation, Keys, Received, Verdict, expected, explain, explain_incomplete,
};
use serde_json::json;
use std::process::ExitCode;

/// A saved request. Parts of it may be missing.
pub(crate) struct Sent {
    /// The method. Empty if it is not known.
    method: String,
    target: String,
    headers: HeaderMap,
    body: Option<Vec<u8>>,
    /// Whether an editor may have added the line end of the body.
    is_line_end_in_doubt: bool,
}

impl Sent {
    pub(crate) fn request(request: Request) -> Self {
        let body = is_whole(request.body_state).then_some(request.body);
        let is_line_end_in_doubt = request.remarks.contains(&Remark::LineEndInDoubt);
        Self {
            method: request.method,
            target: request.target,
            headers: request.headers,
            body,
            is_line_end_in_doubt,
        }
    }

    pub(crate) fn headers(headers: HeaderMap) -> Self {
        let (method, target) = (String::new(), String::new());
        Self { method, target, headers, body: None, is_line_end_in_doubt: false }
    }

    /// Returns the body as saved, then the body without its line end if an editor may have added it.
    fn bodies(&self) -> Vec<&[u8]> {
        let Some(saved) = self.body.as_deref() else { return Vec::new() };
        let without = saved.strip_suffix(b"\n").map(|body| body.strip_suffix(b"\r").unwrap_or(body));
        std::iter::once(saved).chain(without.filter(|_| self.is_line_end_in_doubt)).collect()
    }

    fn is_brands(&self) -> bool {
        let authorization = self.headers.get(http::header::AUTHORIZATION).map(http::HeaderValue::as_bytes);
        authorization.is_some_and(|text| text.starts_with(Scheme::Brand.as_str().as_bytes()))
    }
}

pub(crate) fn run(
    sent: &Sent,
    saved: &Saved,
    arguments: &SavedArguments,
    language: Language,
) -> anyhow::Result<ExitCode> {
    let family = if sent.is_brands() { Family::Brand } else { Family::Partner };
    let settings = arguments.credentials.resolve(&[], Some(family), language)?;
    let private = settings.private_key(language)?;
    let keys = keys(&settings, &private, &arguments.credentials, language)?;

    let time = saved.time_of_request();
    let now = time.unwrap_or(saved.now);
    let received = |body| {
        let received = Received::with_headers(&sent.method, &sent.target, &sent.headers, body, now);
        if time.is_none() { received.at_its_own_time() } else { received }
    };
    let mut judged = None;
    for body in sent.bodies() {
        let explanation = explain(&received(body), &keys);
        if is_understood(&explanation) {
            judged = Some((explanation, body));
            break;
        }
        judged.get_or_insert((explanation, body));
    }
    let (explanation, expected) = match judged {
        Some((explanation, body)) => (explanation, expected(&received(body), &private).ok()),
        None => (explain_incomplete(&received(&[]), &keys), None),
    };
    match arguments.output.output {
        Output::Json => output::json(&json!({
            "read": saved.notes.json(), "explanation": explanation, "expected": expected,
        }))?,
        Output::Text => {
            saved.notes.print(language)?;
            show(&explanation, expected.as_ref(), language)?;
        }
    }
    Ok(match explanation.verdict {
        Verdict::Accepted => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    })
}

/// Returns whether the signature verifies, or the reason for the mismatch is known.
fn is_understood(explanation: &Explanation) -> bool {
    matches!(explanation.verdict, Verdict::Accepted | Verdict::SignatureRight | Verdict::Explained)
}

fn show(explanation: &Explanation, expected: Option<&Expected>, language: Language) -> std::io::Result<()> {
    output::line(language.say(explanation).trim_end())?;
    match (&explanation.comparison, expected) {
        // The comparison already shows both messages.
        (None, Some(expected)) => {
            output::line("")?;
            output::line(language.say(expected).trim_end())
        }
        _ => Ok(()),
    }
}

/// Collects the keys for the judgement: the caller's number and key, the platform's keys, and the other keys
/// of a sandbox's kit.
fn keys(
    settings: &Settings,
    private: &PrivateKey,
    credentials: &CredentialArguments,
    language: Language,
) -> anyhow::Result<Keys> {
    let mut keys = Keys::new();
    if let Some(id) = settings.caller_id() {
        keys = keys.of_caller(id);
    }
    keys = match settings.certificate() {
        Some(certificate) if settings.serial_no(language)?.as_ref() == Some(certificate.serial_no()) => {
            let validity = certificate.validity();
            keys.with_caller_within(certificate.serial_no().clone(), private.public_key(), validity)
        }
        _ => keys.with_caller(settings.serial_no(language)?, private.public_key()),
    };
    keys = platform(keys, settings, language)?;
    // The kit of a sandbox also has the other family's keys.
    let Some(other) = credentials.other_family_of_kit(settings, language) else {
        return Ok(keys);
    };
    if let Ok(key) = other.private_key(language) {
        keys = keys.with_other(other.caller_shown(), other.serial_no(language)?, key.public_key());
    }
    platform(keys, &other, language)
}

fn platform(mut keys: Keys, settings: &Settings, language: Language) -> anyhow::Result<Keys> {
    let name = language.pick("WeChat Pay", "微信支付");
    if let (id, Some(key)) = settings.public_key(language)? {
        keys = keys.with_other(name, id, key);
    }
    if let Some(certificate) = settings.platform_certificate(language)? {
        let serial_no = Some(certificate.serial_no().clone());
        keys = keys.with_other(name, serial_no, certificate.public_key().clone());
    }
    Ok(keys)
}
