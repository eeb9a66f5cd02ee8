//! `ruhui verify`: whether a saved reply is WeChat Pay's.

use super::seconds_or_now;
use crate::cli::VerifyArguments;
use crate::credentials::Family;
use crate::language::Language;
use crate::{input, output};
use anyhow::Context as _;
use ruhui::key::{Certificate, PlatformKeys, PublicKey};
use ruhui::sign::{Scheme, verify_reply};
use ruhui::types::SerialNo;
use std::process::ExitCode;

pub(crate) fn run(arguments: VerifyArguments, language: Language) -> anyhow::Result<ExitCode> {
    let settings = arguments.credentials.resolve(None, language)?;
    let read = |path: &str| std::fs::read_to_string(path).with_context(|| path.to_owned());
    let id = settings.required("RUHUI_WECHATPAY_PUBLIC_KEY_ID", "--public-key-id", language)?;
    let path = settings.required("RUHUI_WECHATPAY_PUBLIC_KEY", "--public-key", language)?;
    let key = PublicKey::from_pem(&read(path)?)
        .map_err(|error| anyhow::anyhow!("{path}: {}", language.say(&error)))?;
    let mut keys = PlatformKeys::new().with_public_key(SerialNo::new(id).context("--public-key-id")?, key);
    if let Some(path) = settings.optional("RUHUI_WECHATPAY_CERTIFICATE") {
        let certificate = Certificate::from_pem(&read(path)?)
            .map_err(|error| anyhow::anyhow!("{path}: {}", language.say(&error)))?;
        keys = keys.with_certificate(&certificate);
    }
    let scheme = match settings.family() {
        Family::Partner => Scheme::Merchant,
        Family::Brand => Scheme::Brand,
    };
    let message = input::message(&input::file(&arguments.reply)?)?;
    match verify_reply(&message.headers, &message.body, scheme, &keys, seconds_or_now(arguments.at)?) {
        Ok(()) => {
            output::line(language.pick("verified: the signature fits this reply", "验签通过"));
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => {
            output::line(&language.pick(format!("not verified: {error}"), format!("验签失败：{error:#}")));
            Ok(ExitCode::FAILURE)
        }
    }
}
