//! Controls of the kit: the settings that a client needs, and programs filled with them.
//!
//! | | Query | |
//! |---|---|---|
//! | `GET /sandbox/kit` | `show_sensitive` | shows the variables of `kit.env` |
//! | `GET /sandbox/kit/programs` | | lists the clients that programs are written for |
//! | `GET /sandbox/kit/programs/{client}` | `task` | returns a program that gets a first token, or one that receives callbacks |

use super::context::Controls;
use super::outcome::{Failure, answer};
use super::request::query;
use crate::http::response::ResponseWriter;
use crate::kit_program::{FILES, KitClient, KitProgram, Task, UnknownClient, with_paths};
use crate::running_kit::RunningKit;
use axum::Router;
use axum::extract::{Path, Request, State};
use axum::response::Response;
use axum::routing::get;
use ruhui_core::bilingual::Bilingual;
use ruhui_core::explain::Explanation;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::convert::Infallible;

/// The variables with secrets, which are shown on demand only.
const SECRETS: [&str; 4] =
    ["RUHUI_PRIVATE_KEY", "RUHUI_APIV3_KEY", "RUHUI_BRAND_PRIVATE_KEY", "RUHUI_BRAND_API_KEY"];

pub(super) fn router() -> Router<Controls> {
    Router::new()
        .route("/sandbox/kit", get(show))
        .route("/sandbox/kit/programs", get(clients))
        .route("/sandbox/kit/programs/{client}", get(program))
}

#[derive(Deserialize)]
struct Show {
    #[serde(default)]
    show_sensitive: Option<bool>,
}

async fn show(State(controls): State<Controls>, request: Request) -> Response {
    answer(controls, request, |controls, request| async move {
        let Show { show_sensitive } = query(&request)?;
        let RunningKit { folder, variables } = kit(&controls)?;
        let shown = |(name, value): (&str, String)| {
            let is_shown = show_sensitive == Some(true) || !SECRETS.contains(&name);
            (name.to_owned(), json!(is_shown.then_some(value)))
        };
        let variables: Map<String, Value> = variables.into_iter().map(shown).collect();
        Ok(json!({ "folder": folder, "variables": variables }))
    })
    .await
}

async fn clients(State(controls): State<Controls>, request: Request) -> Response {
    answer(controls, request, |_, _| async move {
        let clients = KitClient::ALL.map(|client| {
            json!({ "client": client.as_str(), "title": client.title(), "not_run_in_ci": client.not_run_in_ci() })
        });
        Ok(json!({ "clients": clients }))
    })
    .await
}

#[derive(Deserialize)]
struct Wanted {
    #[serde(default)]
    task: Task,
}

async fn program(State(controls): State<Controls>, Path(client): Path<String>, request: Request) -> Response {
    let is_english = ResponseWriter::new(&controls.service, request.headers()).is_english();
    answer(controls, request, move |controls, request| async move {
        let client: KitClient = client
            .parse()
            .map_err(|unknown: UnknownClient| Failure::NotFound { what: Bilingual::of(&unknown) })?;
        let Wanted { task } = query(&request)?;
        let RunningKit { folder, variables } = kit(&controls)?;
        let values = variables.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        // A sandbox in memory has no files: its programs name them, and the response says which have to be saved.
        let path = |file: &str| match &folder {
            Some(folder) => folder.join(file).display().to_string(),
            None => file.to_owned(),
        };
        let Ok(values) = with_paths(values, |file| Ok::<_, Infallible>(path(file)));
        let program = KitProgram::of(client, task, &values);
        let KitProgram { file, commands, text, reads, .. } =
            program.ok_or_else(|| Failure::NotFound { what: KitClient::no_callbacks() })?;
        let missing = if folder.is_some() { Vec::new() } else { reads };
        let text = if is_english { text.en() } else { text.zh() };
        Ok(json!({
            "client": client.as_str(),
            "not_run_in_ci": client.not_run_in_ci(),
            "file": file,
            "commands": commands,
            "program": text,
            "missing_files": missing,
        }))
    })
    .await
}

/// Names the kit's file of the key that made a signature.
pub(super) fn name_file(controls: &Controls, explanation: &mut Explanation) {
    const KEYS: [(&str, &str); 2] =
        [("RUHUI_SERIAL_NO", "RUHUI_PRIVATE_KEY"), ("RUHUI_BRAND_SERIAL_NO", "RUHUI_BRAND_PRIVATE_KEY")];

    let Some(key) = &mut explanation.key else { return };
    let Ok(RunningKit { variables, .. }) = kit(controls) else { return };
    let named = variables.iter().find(|(_, value)| key.serial_no.as_ref() == Some(value));
    let variable = named.and_then(|(name, _)| KEYS.iter().find(|(serial, _)| serial == name));
    let file = variable.and_then(|(_, variable)| FILES.iter().find(|(known, _)| known == variable));
    key.file = file.map(|(_, file)| format!("kit/{file}"));
}

fn kit(controls: &Controls) -> Result<RunningKit, Failure> {
    let kit = controls.kit.as_ref().ok_or_else(|| Failure::NotFound {
        what: Bilingual::fixed("this sandbox was started without a kit", "该沙箱启动时没有 kit"),
    })?;
    kit.read().map_err(|what| Failure::File { what })
}
