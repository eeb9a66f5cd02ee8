//! Controls of the request log.
//!
//! | | Query | |
//! |---|---|---|
//! | `GET /sandbox/requests` | filters, `after`, `before`, `limit`, `wait_seconds`, `emptied` | lists exchanges, oldest first |
//! | `GET /sandbox/requests/{id}` | `show_sensitive` | shows all of one |
//! | `GET /sandbox/requests/har` | filters, `show_sensitive` | returns exchanges as a HAR |
//! | `POST /sandbox/requests/{id}/replay` | | sends a request again, with a new signature |
//! | `GET /sandbox/requests/{id}/curl` | | returns a curl command that does |
//! | `DELETE /sandbox/requests` | | empties the log |
//!
//! An id is the number of an exchange, or the Request-ID of its response.

mod again;
pub(super) mod fault;
mod filter;
mod har;
pub(in crate::http::controls) mod mask;
mod read;
mod view;

use super::context::Controls;
use super::outcome::{Failure, answer};
use super::request::query;
use crate::http::connection::connection_of;
use crate::request_log::{Exchange, NotFound, Position, RequestLog};
use axum::Router;
use axum::extract::{Path, Request, State};
use axum::response::Response;
use axum::routing::{get, post};
use filter::{Filter, Query};
use ruhui_core::bilingual::Bilingual;
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
pub(super) use view::Masking;

pub(super) fn router() -> Router<Controls> {
    Router::new()
        .route("/sandbox/requests", get(list).delete(clear))
        .route("/sandbox/requests/har", get(archive))
        .route("/sandbox/requests/{id}", get(show))
        .route("/sandbox/requests/{id}/curl", get(again::curl))
        .route("/sandbox/requests/{id}/replay", post(again::replay))
}

async fn list(State(controls): State<Controls>, request: Request) -> Response {
    answer(controls, request, |controls, request| async move {
        let log = log(&controls)?;
        let filter = query::<Query>(&request)?.check()?;
        let masking = Masking::unless(filter.query().show_sensitive);
        let (found, Position { newest, emptied }) = tokio::select! {
            found = found(log, &filter) => found,
            () = controls.service.draining_started() => {
                let Position { newest, emptied } = log.position();
                return Ok(json!({ "data": [], "newest": newest, "emptied": emptied, "stopping": true }));
            }
        };
        let data: Vec<Value> =
            found.iter().map(|exchange| Value::Object(view::summary(exchange, masking))).collect();
        Ok(json!({ "data": data, "newest": newest, "emptied": emptied }))
    })
    .await
}

/// Returns the exchanges that a filter takes, and the position of the log when it was searched. A filter with
/// `wait_seconds` waits until it takes one, or until the log is emptied.
async fn found(log: &RequestLog, filter: &Filter) -> (Vec<Arc<Exchange>>, Position) {
    let wait = Duration::from_secs(filter.query().wait_seconds.unwrap_or(0).into());
    let known = filter.query().emptied.unwrap_or_else(|| log.position().emptied);
    let searching = async {
        let mut searched = filter.query().after.unwrap_or(0);
        loop {
            let position = log.position();
            let found = search(log, filter, searched);
            if !found.is_empty() || wait.is_zero() || position.emptied != known {
                return (found, position);
            }
            // Exchanges are not searched twice: a busy log would be read whole for each request.
            searched = position.newest;
            log.wait_for_change_of(position).await;
        }
    };
    if wait.is_zero() {
        return searching.await;
    }
    match tokio::time::timeout(wait, searching).await {
        Ok(found) => found,
        Err(_) => (Vec::new(), log.position()),
    }
}

/// Returns exchanges with higher numbers than `after`, in the order of the log: the first ones if the query names a
/// number, and the last ones otherwise.
fn search(log: &RequestLog, filter: &Filter, after: u64) -> Vec<Arc<Exchange>> {
    let later = log.later_than(after);
    let taken = later.into_iter().filter(|exchange| filter.takes(exchange));
    if filter.query().after.is_some() {
        return taken.take(filter.limit).collect();
    }
    let mut last: Vec<_> = taken.rev().take(filter.limit).collect();
    last.reverse();
    last
}

#[derive(Deserialize)]
struct Show {
    #[serde(default)]
    show_sensitive: Option<bool>,
}

async fn show(State(controls): State<Controls>, Path(id): Path<String>, request: Request) -> Response {
    answer(controls, request, move |controls, request| async move {
        let Show { show_sensitive } = query(&request)?;
        let exchange = by_id(log(&controls)?, &id)?;
        Ok(view::whole(&controls, &exchange, Masking::unless(show_sensitive)))
    })
    .await
}

async fn archive(State(controls): State<Controls>, request: Request) -> Response {
    answer(controls, request, |controls, request| async move {
        let filter = query::<Query>(&request)?.check()?;
        let (found, _) = found(log(&controls)?, &filter).await;
        Ok(har::of(&found, Masking::unless(filter.query().show_sensitive)))
    })
    .await
}

async fn clear(State(controls): State<Controls>, request: Request) -> Response {
    answer(controls, request, |controls, request| async move {
        log(&controls)?.clear();
        connection_of(request.extensions()).note(|exchange| exchange.notes.is_left_out = true);
        Ok(json!({}))
    })
    .await
}

fn log(controls: &Controls) -> Result<&Arc<RequestLog>, Failure> {
    controls.service.request_log.as_ref().ok_or_else(|| Failure::NotFound {
        what: Bilingual::fixed(
            "this service keeps no request log: set `request_log = \"on\"` in the table [service] of ruhui.toml, and start again",
            "本服务未保留请求日志：请在 ruhui.toml 的 [service] 中设置 `request_log = \"on\"` 后重新启动",
        ),
    })
}

fn by_id(log: &RequestLog, id: &str) -> Result<Arc<Exchange>, Failure> {
    let Ok(number) = id.parse::<u64>() else {
        let all = log.all();
        let found = all.into_iter().rev().find(|exchange| read::request_id(exchange).as_deref() == Some(id));
        return found.ok_or_else(|| Failure::NotFound {
            what: Bilingual::new(
                format!("the log has no request with the number or the Request-ID {id:?}; it may have left: `ruhui requests` lists those that are there"),
                format!("日志中没有编号或 Request-ID 为 {id:?} 的请求，可能已被移出；可用 `ruhui requests` 查看现有请求"),
            ),
        });
    };
    log.find(number).map_err(|error| {
        let newest = log.position().newest;
        let what = match error {
            NotFound::Left => Bilingual::new(
                format!(
                    "request {number} has left the log, which keeps the last ones; the newest is {newest}"
                ),
                format!("请求 {number} 已被移出日志（仅保留最近的请求），最新编号为 {newest}"),
            ),
            NotFound::Unknown if newest == 0 => Bilingual::new(
                format!("there is no request {number}: none has arrived since the start"),
                format!("没有请求 {number}：启动以来尚未收到请求"),
            ),
            NotFound::Unknown => Bilingual::new(
                format!("there is no request {number}; the newest is {newest}"),
                format!("没有请求 {number}，最新编号为 {newest}"),
            ),
        };
        Failure::NotFound { what }
    })
}
