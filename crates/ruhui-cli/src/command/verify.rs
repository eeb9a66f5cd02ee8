//! `ruhui verify`: whether a saved reply is WeChat Pay's.

use super::seconds_or_now;
use crate::cli::VerifyArguments;
use crate::credentials::Family;
use crate::language::Language;
use crate::{input, output};
use ruhui::sign::{Scheme, header, verify_reply};
use std::process::ExitCode;

pub(crate) fn run(arguments: VerifyArguments, language: Language) -> anyhow::Result<ExitCode> {
    let message = input::message(&input::file(&arguments.reply, language)?, language)?;
    if !message.start.starts_with("HTTP/") {
        anyhow::bail!(language.pick(
            "the first line must be a status line such as `HTTP/1.1 200 OK`; `ruhui explain` reads requests",
            "首行须为状态行，例如 `HTTP/1.1 200 OK`；请求报文请用 `ruhui explain`",
        ));
    }
    let said = message.headers.get(header::SIGNATURE_TYPE).map(http::HeaderValue::as_bytes);
    let family = (said == Some(Scheme::Brand.as_str().as_bytes())).then_some(Family::Brand);
    let settings = arguments.credentials.resolve(&[], family, language)?;
    let keys = settings.platform_keys(language)?;
    let scheme = match settings.family() {
        Family::Partner => Scheme::Merchant,
        Family::Brand => Scheme::Brand,
    };
    match verify_reply(&message.headers, &message.body, scheme, &keys, seconds_or_now(arguments.at)?) {
        Ok(()) => {
            output::line(language.pick("verified: the signature fits this reply", "验签通过"))?;
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => {
            output::line(&language.pick(format!("not verified: {error}"), format!("验签失败：{error:#}")))?;
            Ok(ExitCode::FAILURE)
        }
    }
}
