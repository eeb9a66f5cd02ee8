//! `ruhui explain`: why a request's signature is not accepted.

use super::seconds_or_now;
use crate::cli::{ExplainArguments, Output};
use crate::credentials::Settings;
use crate::language::Language;
use crate::{input, output};
use anyhow::Context as _;
use ruhui::key::{Certificate, PrivateKey, PublicKey};
use ruhui::types::SerialNo;
use ruhui_core::explain::{Expected, Explanation, Keys, Received, Verdict, expected, explain};
use serde_json::json;
use std::process::ExitCode;

pub(crate) fn run(arguments: ExplainArguments, language: Language) -> anyhow::Result<ExitCode> {
    let settings = arguments.credentials.resolve(None, language)?;
    let message = input::message(&input::file(&arguments.file)?)?;
    let mut start = message.start.split(' ');
    let (Some(method), Some(target)) = (start.next(), start.next()) else {
        anyhow::bail!(
            language.pick("the first line must be `METHOD PATH HTTP/1.1`", "首行须为 `METHOD PATH HTTP/1.1`")
        );
    };
    let now = seconds_or_now(arguments.at)?;
    let received = Received::with_headers(method, target, &message.headers, &message.body, now);
    let private = private_key(&settings, language)?;
    let explanation = explain(&received, &keys(&settings, &private, language)?);
    let expected = expected(&received, &private).ok();
    show(&explanation, expected.as_ref(), arguments.output.output, language);
    Ok(match explanation.verdict {
        Verdict::Accepted => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    })
}

fn show(explanation: &Explanation, expected: Option<&Expected>, output: Output, language: Language) {
    match output {
        Output::Json => output::json(&json!({ "explanation": explanation, "expected": expected })),
        Output::Text => {
            output::line(language.say(explanation).trim_end());
            // Where the mistake was proved, the two messages stand there already.
            if let (None, Some(expected)) = (&explanation.comparison, expected) {
                output::line("");
                output::line(language.say(expected).trim_end());
            }
        }
    }
}

fn private_key(settings: &Settings, language: Language) -> anyhow::Result<PrivateKey> {
    let path = settings.required("RUHUI_PRIVATE_KEY", "--private-key", language)?;
    PrivateKey::from_pem(&read(path)?).map_err(|error| anyhow::anyhow!("{path}: {}", language.say(&error)))
}

/// The caller's key under its serial, and the keys that are taken for it by mistake.
fn keys(settings: &Settings, private: &PrivateKey, language: Language) -> anyhow::Result<Keys> {
    let serial_no = match settings.optional("RUHUI_CERTIFICATE") {
        Some(path) => Some(certificate(path, language)?.serial_no().clone()),
        None => settings.optional("RUHUI_SERIAL_NO").map(SerialNo::new).transpose().context("--serial-no")?,
    };
    let mut keys = Keys::new().with_caller(serial_no, private.public_key());
    if let Some(path) = settings.optional("RUHUI_WECHATPAY_PUBLIC_KEY") {
        let key = PublicKey::from_pem(&read(path)?)
            .map_err(|error| anyhow::anyhow!("{path}: {}", language.say(&error)))?;
        let id = settings.optional("RUHUI_WECHATPAY_PUBLIC_KEY_ID").map(SerialNo::new).transpose()?;
        keys = keys.with_other("WeChat Pay", id, key);
    }
    if let Some(path) = settings.optional("RUHUI_WECHATPAY_CERTIFICATE") {
        let certificate = certificate(path, language)?;
        let serial_no = Some(certificate.serial_no().clone());
        keys = keys.with_other("WeChat Pay", serial_no, certificate.public_key().clone());
    }
    Ok(keys)
}

fn certificate(path: &str, language: Language) -> anyhow::Result<Certificate> {
    Certificate::from_pem(&read(path)?).map_err(|error| anyhow::anyhow!("{path}: {}", language.say(&error)))
}

fn read(path: &str) -> anyhow::Result<String> {
    std::fs::read_to_string(path).with_context(|| path.to_owned())
}
