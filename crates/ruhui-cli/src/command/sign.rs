//! `ruhui sign`: the Authorization of a request, and the message that it signs.

use super::seconds_or_now;
use crate::cli::{Output, SignArguments};
use crate::credentials::Family;
use crate::language::Language;
use crate::{input, output};
use anyhow::Context as _;
use ruhui::key::PrivateKey;
use ruhui::sign::{Signer, request_message};
use ruhui::types::{BrandId, Caller, MchId, NonceStr, SerialNo};
use ruhui_server::env::SystemEntropy;
use serde_json::json;
use std::process::ExitCode;

pub(crate) fn run(arguments: SignArguments, language: Language) -> anyhow::Result<ExitCode> {
    let settings = arguments.credentials.resolve(None, language)?;
    let caller = match settings.family() {
        Family::Partner => {
            Caller::Merchant(MchId::new(settings.required("RUHUI_MCHID", "--mchid", language)?)?)
        }
        Family::Brand => {
            Caller::Brand(BrandId::new(settings.required("RUHUI_BRAND_ID", "--brand-id", language)?)?)
        }
    };
    let serial_no = SerialNo::new(settings.required("RUHUI_SERIAL_NO", "--serial-no", language)?)
        .context("--serial-no")?;
    let path = settings.required("RUHUI_PRIVATE_KEY", "--private-key", language)?;
    let pem = std::fs::read_to_string(path).with_context(|| path.to_owned())?;
    let key =
        PrivateKey::from_pem(&pem).map_err(|error| anyhow::anyhow!("{path}: {}", language.say(&error)))?;

    let now = seconds_or_now(arguments.timestamp)?;
    let nonce = match arguments.nonce_str {
        Some(text) => NonceStr::new(text).context("--nonce-str")?,
        None => NonceStr::new(ruhui_core::env::nonce_str(&SystemEntropy))?,
    };
    let body = input::data(arguments.request.data.as_deref())?;
    let (method, target) = (arguments.request.method.as_str(), arguments.request.target.as_str());
    let authorization = Signer::new(caller, serial_no, key).authorize(method, target, now, &nonce, &body);
    let message = request_message(method, target, &now.as_second().to_string(), nonce.as_str(), &body);
    let message = String::from_utf8_lossy(&message);
    match arguments.output.output {
        Output::Json => output::json(&json!({ "message": message, "authorization": authorization })),
        Output::Text => {
            let bytes = message.len();
            eprintln!(
                "{}",
                language.pick(format!("message, {bytes} bytes:"), format!("待签名串，共 {bytes} 字节："))
            );
            eprint!("{message}");
            eprintln!("----");
            output::line(&format!("Authorization: {authorization}"));
        }
    }
    Ok(ExitCode::SUCCESS)
}
