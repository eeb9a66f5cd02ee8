//! `ruhui call`: any path, with the SDK's guarantees.

use crate::cli::{CallArguments, Output};
use crate::credentials::Family;
use crate::language::Language;
use crate::{input, output};
use serde_json::{Value, json};
use std::process::ExitCode;

pub(crate) async fn run(arguments: CallArguments, language: Language) -> anyhow::Result<ExitCode> {
    let settings = arguments.credentials.resolve(None, language)?;
    let body = input::data(arguments.request.data.as_deref())?;
    let (method, target) = (arguments.request.method, arguments.request.target);
    let reply = match settings.family() {
        Family::Partner => settings.partner(language)?.call(method, &target, body).await?,
        Family::Brand => settings.brand(language)?.call(method, &target, body).await?,
    };
    let request_id = reply.request_id().unwrap_or("-");
    match arguments.output.output {
        Output::Text => {
            eprintln!("{} Request-ID {request_id}", reply.status());
            if !reply.body().is_empty() {
                output::bytes(reply.body());
            }
        }
        Output::Json => {
            let text = || Value::String(String::from_utf8_lossy(reply.body()).into_owned());
            let body = serde_json::from_slice(reply.body()).unwrap_or_else(|_| text());
            output::json(
                &json!({ "status": reply.status().as_u16(), "request_id": request_id, "body": body }),
            );
        }
    }
    Ok(ExitCode::SUCCESS)
}
