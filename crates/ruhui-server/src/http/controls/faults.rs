//! Controls of the faults that the sandbox plays on purpose.
//!
//! | | Body | |
//! |---|---|---|
//! | `GET /sandbox/faults` | | lists the rules in force |
//! | `POST /sandbox/faults` | a rule | adds a rule |
//! | `DELETE /sandbox/faults/{id}` | | removes a rule |
//! | `DELETE /sandbox/faults` | | removes all rules |
//! | `GET /sandbox/faults/kinds` | | returns the table of faults |

use super::context::Controls;
use super::outcome::{Failure, answer};
use super::request::body;
use crate::faults::{AddError, FAULTS, FaultKind, FaultRow, FaultRule, FaultTime, Faults};
use crate::host_switch::PortTaken;
use axum::Router;
use axum::extract::{Path, Request, State};
use axum::response::Response;
use axum::routing::{delete, get};
use ruhui_core::bilingual::Bilingual;
use serde_json::{Value, json};

pub(super) fn router() -> Router<Controls> {
    Router::new()
        .route("/sandbox/faults", get(list).post(add).delete(clear))
        .route("/sandbox/faults/kinds", get(kinds))
        .route("/sandbox/faults/{id}", delete(remove))
}

async fn list(State(controls): State<Controls>, request: Request) -> Response {
    answer(controls, request, |controls, _| async move { Ok(json!({ "data": faults(&controls)?.list() })) })
        .await
}

async fn add(State(controls): State<Controls>, request: Request) -> Response {
    answer(controls, request, |controls, request| async move {
        let rule: FaultRule = body(request).await?;
        let added = faults(&controls)?.add(rule)?;
        controls.service.apply_host_faults().await?;
        Ok(json!(added))
    })
    .await
}

async fn remove(State(controls): State<Controls>, Path(id): Path<String>, request: Request) -> Response {
    answer(controls, request, |controls, _| async move {
        let faults = faults(&controls)?;
        let removed = faults.remove(&id).ok_or_else(|| unknown(&id, faults))?;
        controls.service.apply_host_faults().await?;
        Ok(json!(removed))
    })
    .await
}

async fn clear(State(controls): State<Controls>, request: Request) -> Response {
    answer(controls, request, |controls, _| async move {
        let removed = faults(&controls)?.clear();
        controls.service.apply_host_faults().await?;
        Ok(json!({ "removed": removed }))
    })
    .await
}

async fn kinds(State(controls): State<Controls>, request: Request) -> Response {
    answer(controls, request, |_, _| async move {
        Ok(json!({ "data": FAULTS.iter().map(kind).collect::<Vec<_>>() }))
    })
    .await
}

fn kind(row: &FaultRow) -> Value {
    let FaultRow { kind, name, group, what, client, .. } = row;
    json!({
        "fault": name,
        "group": group,
        "at": times(*kind),
        "members": kind.members().collect::<Vec<_>>(),
        "what": what,
        "client": client,
    })
}

/// The moments at which a fault may happen, relative to the commit.
fn times(kind: FaultKind) -> Vec<FaultTime> {
    if kind.members().any(|member| member == "at") {
        return vec![FaultTime::Before, FaultTime::After];
    }
    FaultRule::new(kind).time().into_iter().collect()
}

fn faults(controls: &Controls) -> Result<&Faults, Failure> {
    controls.service.faults.as_deref().ok_or_else(|| Failure::NotFound {
        what: Bilingual::fixed(
            "this service plays no faults: only a sandbox does, so set `sandbox = true` in the table [service] of ruhui.toml, and start again",
            "本服务不能注入故障：只有沙箱可以，请在 ruhui.toml 的 [service] 中设置 `sandbox = true` 后重新启动",
        ),
    })
}

fn unknown(id: &str, faults: &Faults) -> Failure {
    let ids: Vec<String> = faults.list().into_iter().map(|rule| rule.id).collect();
    let what = if ids.is_empty() {
        Bilingual::new(
            format!("there is no rule {id:?}, and no other; `POST /sandbox/faults` adds one"),
            format!("没有规则 {id:?}，也没有其他规则；可用 `POST /sandbox/faults` 添加"),
        )
    } else {
        Bilingual::new(
            format!("there is no rule {id:?}; the rules are {}", ids.join(", ")),
            format!("没有规则 {id:?}；现有规则：{}", ids.join("、")),
        )
    };
    Failure::NotFound { what }
}

impl From<PortTaken> for Failure {
    fn from(taken: PortTaken) -> Self {
        Self::Conflict { code: "PORT_TAKEN", what: Bilingual::of(&taken) }
    }
}

impl From<AddError> for Failure {
    fn from(error: AddError) -> Self {
        match error {
            AddError::Invalid(error) => Self::Invalid { field: error.field, what: error.what },
            error @ AddError::TooMany { .. } => {
                Self::Conflict { code: "TOO_MANY_FAULTS", what: Bilingual::of(&error) }
            }
        }
    }
}
