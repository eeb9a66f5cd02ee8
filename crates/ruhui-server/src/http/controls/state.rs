//! Controls of the sandbox's whole state.
//!
//! | | Body | |
//! |---|---|---|
//! | `POST /sandbox/reset` | `{}` | puts the sandbox back to its beginning |
//! | `GET /sandbox/snapshots` | | lists the snapshots |
//! | `POST /sandbox/snapshots` | `name`, `overwrite` | writes the state to a snapshot |
//! | `DELETE /sandbox/snapshots/{name}` | | deletes a snapshot |
//! | `POST /sandbox/restore` | `name` | puts the sandbox back to a snapshot |

use super::context::Controls;
use super::outcome::{Failure, answer};
use super::request::body;
use crate::http::connection::connection_of;
use crate::http::response::ResponseWriter;
use crate::sandbox_state::{
    self as states, Changed, Header, Kept, Restored, RunningSandbox, SandboxFolder, SnapshotName, StateError,
};
use crate::store::StoreError;
use axum::Router;
use axum::extract::{Path, Request, State};
use axum::response::Response;
use axum::routing::{delete, get, post};
use ruhui_core::bilingual::Bilingual;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::Instant;

pub(super) fn router() -> Router<Controls> {
    Router::new()
        .route("/sandbox/reset", post(reset))
        .route("/sandbox/snapshots", get(list).post(keep))
        .route("/sandbox/snapshots/{name}", delete(remove))
        .route("/sandbox/restore", post(restore))
}

/// A body without members.
#[derive(Deserialize)]
struct Nothing {}

#[derive(Deserialize)]
struct Keep {
    name: String,
    #[serde(default)]
    overwrite: bool,
}

#[derive(Deserialize)]
struct Named {
    name: String,
}

async fn reset(State(controls): State<Controls>, request: Request) -> Response {
    answer(controls, request, |controls, request| async move {
        let connection = connection_of(request.extensions());
        let Nothing {} = body(request).await?;
        let began = Instant::now();
        // The log is empty after a reset, and begins with the next request.
        connection.note(|exchange| exchange.notes.is_left_out = true);
        follow_file(&controls).await?;
        let changed = states::reset(running(controls)?).await?;
        Ok(changed_state(&changed, began))
    })
    .await
}

async fn keep(State(controls): State<Controls>, request: Request) -> Response {
    answer(controls, request, |controls, request| async move {
        let Keep { name, overwrite } = body(request).await?;
        let name = name_of(&name)?;
        let (header, bytes) = states::keep(running(controls)?, name.clone(), overwrite).await?;
        Ok(snapshot(name.as_str(), &header, bytes))
    })
    .await
}

async fn restore(State(controls): State<Controls>, request: Request) -> Response {
    answer(controls, request, |controls, request| async move {
        let connection = connection_of(request.extensions());
        let Named { name } = body(request).await?;
        let name = name_of(&name)?;
        let began = Instant::now();
        follow_file(&controls).await?;
        let Restored { changed, create_time } = states::restore(running(controls)?, name.clone()).await?;
        connection.note(|exchange| exchange.notes.is_restore = true);
        let mut shown = changed_state(&changed, began);
        shown["name"] = json!(name.as_str());
        shown["create_time"] = json!(create_time);
        Ok(shown)
    })
    .await
}

async fn list(State(controls): State<Controls>, request: Request) -> Response {
    let is_english = ResponseWriter::new(&controls.service, request.headers()).is_english();
    answer(controls, request, move |controls, _| async move {
        let kept = states::list(&folder(&controls)?).await?;
        let data: Vec<Value> = kept.iter().map(|kept| line(kept, is_english)).collect();
        Ok(json!({ "data": data }))
    })
    .await
}

async fn remove(State(controls): State<Controls>, Path(name): Path<String>, request: Request) -> Response {
    answer(controls, request, |controls, _| async move {
        let name = name_of(&name)?;
        states::delete(&folder(&controls)?, name.clone()).await?;
        Ok(json!({ "name": name.as_str() }))
    })
    .await
}

/// Applies `ruhui.toml` as it is now: its settings hold for the new state, too.
async fn follow_file(controls: &Controls) -> Result<(), Failure> {
    if let Some(reloadable) = &controls.reloadable {
        reloadable.reload().await?;
    }
    Ok(())
}

fn name_of(text: &str) -> Result<SnapshotName, Failure> {
    SnapshotName::new(text).map_err(|what| Failure::Invalid { field: "name", what })
}

fn running(controls: Controls) -> Result<RunningSandbox, Failure> {
    let folder = folder(&controls)?;
    let Controls { service, clock, .. } = controls;
    Ok(RunningSandbox { service, clock, folder })
}

fn folder(controls: &Controls) -> Result<SandboxFolder, Failure> {
    controls.folder.clone().ok_or_else(|| {
        let what = ("this sandbox was started without a folder", "该沙箱启动时没有指定目录").into();
        Failure::Conflict { code: "NOT_SUPPORTED", what }
    })
}

/// The state after a change, and how long the change took.
fn changed_state(Changed { records, business_time }: &Changed, began: Instant) -> Value {
    let took = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    json!({ "records": records, "business_time": business_time, "took_ms": took })
}

fn snapshot(name: &str, Header { create_time, business_time, records, .. }: &Header, bytes: u64) -> Value {
    json!({
        "name": name,
        "create_time": create_time,
        "business_time": business_time,
        "records": records,
        "bytes": bytes,
    })
}

/// A snapshot in the list. One that cannot be read has a `problem` in place of the facts.
fn line(Kept { name, bytes, header }: &Kept, is_english: bool) -> Value {
    match header {
        Ok(header) => snapshot(name, header, *bytes),
        Err(error) => {
            let problem = Bilingual::of(error);
            let problem = if is_english { problem.en() } else { problem.zh() };
            json!({ "name": name, "bytes": bytes, "problem": problem })
        }
    }
}

impl From<StateError> for Failure {
    fn from(error: StateError) -> Self {
        let what = Bilingual::of(&error);
        match error {
            StateError::ConfigInvalid(mistake) => Self::InvalidConfig(mistake),
            StateError::Store(StoreError::NotSupported { .. }) => {
                Self::Conflict { code: "NOT_SUPPORTED", what }
            }
            StateError::Store(error) => Self::Store(error),
            StateError::Exists(_) => Self::Conflict { code: "EXISTS", what },
            StateError::Missing { .. } => Self::NotFound { what },
            StateError::Damaged { .. } => Self::Conflict { code: "SNAPSHOT_DAMAGED", what },
            StateError::UnknownFormat { .. } => Self::Conflict { code: "SNAPSHOT_UNKNOWN", what },
            StateError::File { .. } => Self::File { what },
        }
    }
}
