//! `ruhui sign`: the Authorization of a request, and the message that it signs.

use super::seconds_or_now;
use crate::cli::{Output, SignArguments};
use crate::language::Language;
use crate::{input, output};
use ruhui::sign::request_message;
use ruhui::types::NonceStr;
use ruhui_server::env::SystemEntropy;
use serde_json::json;
use std::process::ExitCode;

pub(crate) fn run(arguments: SignArguments, language: Language) -> anyhow::Result<ExitCode> {
    let settings = arguments.credentials.resolve(&[], None, language)?;
    let signer = settings.signer(language)?;
    let now = seconds_or_now(arguments.timestamp)?;
    let nonce = arguments.nonce_str.unwrap_or_else(|| ruhui_core::env::nonce_str(&SystemEntropy));
    let nonce = NonceStr::new(nonce).map_err(|error| language.say_of("--nonce-str", &error))?;
    let body = input::data(arguments.request.data.as_deref(), language)?;
    let (method, target) = (arguments.request.method.as_str(), arguments.request.target.as_str());
    let authorization = signer.authorize(method, target, now, &nonce, &body);
    let message = request_message(method, target, &now.as_second().to_string(), nonce.as_str(), &body);
    let message = String::from_utf8_lossy(&message);
    match arguments.output.output {
        Output::Json => output::json(&json!({ "message": message, "authorization": authorization }))?,
        Output::Text => {
            let bytes = message.len();
            eprintln!(
                "{}",
                language.pick(format!("message, {bytes} bytes:"), format!("待签名串，共 {bytes} 字节："))
            );
            eprint!("{message}");
            eprintln!("----");
            output::line(&format!("Authorization: {authorization}"))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
