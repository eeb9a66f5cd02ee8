//! `ruhui explain`: why a request's signature is not accepted.

use super::seconds_or_now;
use crate::cli::{ExplainArguments, Output};
use crate::credentials::{Family, Settings};
use crate::language::Language;
use crate::{input, output};
use ruhui::key::PrivateKey;
use ruhui::sign::Scheme;
use ruhui_core::explain::{Expected, Explanation, Keys, Received, Verdict, expected, explain};
use serde_json::json;
use std::process::ExitCode;

pub(crate) fn run(arguments: ExplainArguments, language: Language) -> anyhow::Result<ExitCode> {
    let message = input::message(&input::file(&arguments.file, language)?, language)?;
    if message.start.starts_with("HTTP/") {
        anyhow::bail!(
            language
                .pick("this is a reply; `ruhui verify` checks replies", "这是应答；请用 `ruhui verify` 验签")
        );
    }
    let mut start = message.start.split(' ');
    let (Some(method), Some(target)) = (start.next(), start.next()) else {
        anyhow::bail!(
            language.pick("the first line must be `METHOD PATH HTTP/1.1`", "首行须为 `METHOD PATH HTTP/1.1`")
        );
    };
    let authorization = message.headers.get(http::header::AUTHORIZATION).map(http::HeaderValue::as_bytes);
    let is_brands = authorization.is_some_and(|text| text.starts_with(Scheme::Brand.as_str().as_bytes()));
    let settings = arguments.credentials.resolve(&[], is_brands.then_some(Family::Brand), language)?;
    let now = seconds_or_now(arguments.at)?;
    let received = Received::with_headers(method, target, &message.headers, &message.body, now);
    let private = settings.private_key(language)?;
    let explanation = explain(&received, &keys(&settings, &private, language)?);
    let expected = expected(&received, &private).ok();
    show(&explanation, expected.as_ref(), arguments.output.output, language)?;
    Ok(match explanation.verdict {
        Verdict::Accepted => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    })
}

fn show(
    explanation: &Explanation,
    expected: Option<&Expected>,
    output: Output,
    language: Language,
) -> std::io::Result<()> {
    match output {
        Output::Json => output::json(&json!({ "explanation": explanation, "expected": expected })),
        Output::Text => {
            output::line(language.say(explanation).trim_end())?;
            match (&explanation.comparison, expected) {
                // Where the mistake was proved, the two messages stand there already.
                (None, Some(expected)) => {
                    output::line("")?;
                    output::line(language.say(expected).trim_end())
                }
                _ => Ok(()),
            }
        }
    }
}

/// The caller's key under its serial, and the keys that are taken for it by mistake.
fn keys(settings: &Settings, private: &PrivateKey, language: Language) -> anyhow::Result<Keys> {
    let mut keys = Keys::new().with_caller(settings.serial_no(language)?, private.public_key());
    if let (id, Some(key)) = settings.public_key(language)? {
        keys = keys.with_other("WeChat Pay", id, key);
    }
    if let Some(certificate) = settings.platform_certificate(language)? {
        let serial_no = Some(certificate.serial_no().clone());
        keys = keys.with_other("WeChat Pay", serial_no, certificate.public_key().clone());
    }
    Ok(keys)
}
