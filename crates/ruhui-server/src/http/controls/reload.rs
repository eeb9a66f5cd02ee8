//! The control that applies the configuration file as it is now, without the wait of a sandbox that watches it.

use super::context::Controls;
use super::outcome::{Failure, answer};
use super::request::body;
use axum::Router;
use axum::extract::{Request, State};
use axum::response::Response;
use axum::routing::post;
use ruhui_core::bilingual::Bilingual;
use serde::Deserialize;
use serde_json::json;

pub(super) fn router() -> Router<Controls> {
    Router::new().route("/sandbox/reload", post(reload))
}

/// The body `{}`.
#[derive(Deserialize)]
struct Nothing {}

async fn reload(State(controls): State<Controls>, request: Request) -> Response {
    answer(controls, request, |controls, request| async move {
        let Nothing {} = body(request).await?;
        let Some(reloadable) = controls.reloadable else { return Err(no_file()) };
        Ok(json!(reloadable.reload().await?))
    })
    .await
}

fn no_file() -> Failure {
    Failure::NotFound {
        what: Bilingual::new(
            "this service was made without a configuration file, so there is none to read again",
            "该服务启动时没有配置文件，因此无法重新读取",
        ),
    }
}
