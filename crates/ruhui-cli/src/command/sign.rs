//! `ruhui sign`: prints the Authorization of a request, and the message that it signs (待签名串).

use super::call::write;
use super::seconds_or_now;
use crate::cli::{Output, Request, SignArguments};
use crate::credentials::{CARD_ID, Family, OPENID};
use crate::language::Language;
use crate::{input, output};
use anyhow::{anyhow, bail};
use ruhui::sign::request_message;
use ruhui::types::NonceStr;
use ruhui::wire::EncodeError;
use ruhui_server::env::SystemEntropy;
use serde_json::json;
use std::process::ExitCode;

pub(crate) fn run(arguments: SignArguments, language: Language) -> anyhow::Result<ExitCode> {
    let SignArguments { request, timestamp, nonce_str, output: how, credentials, defaults } = arguments;
    let Some(request) = request.request() else {
        bail!(language.pick("there is nothing to sign", "没有要签名的内容"))
    };
    let family = match &request {
        Request::Call { name, .. } => name.family().map(Family::from),
        Request::Path { .. } => None,
    };
    let more = [(CARD_ID, &defaults.card_id), (OPENID, &defaults.openid)];
    let settings = credentials.resolve(&more, family, language)?;
    let signer = settings.signer(language)?;
    let now = seconds_or_now(timestamp)?;
    let nonce = nonce_str.unwrap_or_else(|| ruhui_core::env::nonce_str(&SystemEntropy));
    let nonce = NonceStr::new(nonce).map_err(|error| language.say_of("--nonce-str", &error))?;
    let (method, target, body) = match request {
        Request::Path { method, target, data } => (method, target, input::data(data.as_deref(), language)?),
        Request::Call { name, fields, data } => {
            let call = write(&name, &fields, data.as_deref(), &settings, language)?.call;
            let (_, encrypt) = settings.public_key(language)?;
            let encoded = call.encode(encrypt.as_ref()).map_err(|error| {
                let hint = match error {
                    EncodeError::NoKey { .. } => {
                        language.pick("; give --public-key", "；请提供 --public-key")
                    }
                    _ => "",
                };
                anyhow!("{}{hint}", language.say(&error))
            })?;
            (call.method(), encoded.target, encoded.body)
        }
    };
    let (method, target) = (method.as_str(), target.as_str());
    let authorization = signer.authorize(method, target, now, &nonce, &body);
    let message = request_message(method, target, &now.as_second().to_string(), nonce.as_str(), &body);
    let message = String::from_utf8_lossy(&message);
    match how.output {
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
