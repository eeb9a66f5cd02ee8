//! `ruhui call`: any path, with the SDK's guarantees.

use crate::cli::{CallArguments, Output};
use crate::credentials::Family;
use crate::failure::Failed;
use crate::language::Language;
use crate::{input, output};
use serde_json::{Value, json};
use std::process::ExitCode;

pub(crate) async fn run(arguments: CallArguments, language: Language) -> anyhow::Result<ExitCode> {
    let settings = arguments.credentials.resolve(&[], None, language)?;
    let body = input::data(arguments.request.data.as_deref(), language)?;
    let (method, target) = (arguments.request.method, arguments.request.target);
    let output = arguments.output.output;
    let called = match settings.family() {
        Family::Partner => settings.partner(language)?.call(method, &target, body).await,
        Family::Brand => settings.brand(language)?.call(method, &target, body).await,
    };
    let failed = Failed { settings: &settings, output, language, other_path: None };
    let reply = called.map_err(|error| failed.explain(error))?;
    match output {
        Output::Text => {
            eprintln!("{} Request-ID {}", reply.status(), reply.request_id().unwrap_or("-"));
            if !reply.body().is_empty() {
                output::lines(reply.body())?;
            }
        }
        Output::Json => {
            let text = || Value::String(String::from_utf8_lossy(reply.body()).into_owned());
            let body = match reply.body().is_empty() {
                true => Value::Null,
                false => serde_json::from_slice(reply.body()).unwrap_or_else(|_| text()),
            };
            let (status, request_id) = (reply.status().as_u16(), reply.request_id());
            output::json(&json!({ "status": status, "request_id": request_id, "body": body }))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
