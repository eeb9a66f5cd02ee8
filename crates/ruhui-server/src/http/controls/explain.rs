//! Control that explains a request of anybody's: saved material in any format that people have.
//!
//! | | Query | Body | |
//! |---|---|---|---|
//! | `POST /sandbox/explain` | `exchange` | a request as text | says why its signature is rejected |
//!
//! The body is the material itself: raw HTTP, the output of `curl -v`, a HAR, and what else `capture` reads, whatever
//! its Content-Type is. The request log leaves these requests out: they change nothing, and carry requests of others.

use super::context::Controls;
use super::kit;
use super::outcome::{Failure, answer};
use super::request::{material, query};
use crate::http::connection::connection_of;
use crate::http::diagnosis;
use axum::Router;
use axum::extract::{Request, State};
use axum::response::Response;
use axum::routing::post;
use ruhui_core::bilingual::Bilingual;
use ruhui_core::capture::{self, Choice, Message};
use ruhui_core::explain::{ExpectedMessage, SavedRequest};
use serde::Deserialize;
use serde_json::{Value, json};
use std::num::NonZeroUsize;

pub(super) fn router() -> Router<Controls> {
    Router::new().route("/sandbox/explain", post(explain))
}

#[derive(Deserialize)]
struct Query {
    #[serde(default)]
    exchange: Option<NonZeroUsize>,
}

async fn explain(State(controls): State<Controls>, request: Request) -> Response {
    answer(controls, request, |controls, request| async move {
        connection_of(request.extensions()).note(|exchange| exchange.notes.is_left_out = true);
        let Query { exchange } = query(&request)?;
        let material = material(request).await?;
        // Thousands of messages are tried, which would hold up other requests.
        let explaining = tokio::task::spawn_blocking(move || of_material(&controls, &material, exchange));
        explaining.await.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()))
    })
    .await
}

fn of_material(
    controls: &Controls,
    material: &[u8],
    exchange: Option<NonZeroUsize>,
) -> Result<Value, Failure> {
    let choice = exchange.map_or(Choice::Last, |number| Choice::Nth(number.get()));
    let captured = capture::read_with(material, choice).map_err(|error| invalid(Bilingual::of(&error)))?;
    let notes = captured.notes();
    let date = captured.response().and_then(capture::Response::date);
    let saved = SavedRequest::of(captured.message).map_err(|message| invalid(not_a_request(&message)))?;
    let explained = diagnosis::of_saved(&controls.service, &saved, date);
    let mut explanation = explained.explanation;
    kit::name_file(controls, &mut explanation);
    let expected = explained.judged.and_then(|judged| ExpectedMessage::of(&judged).ok());
    Ok(json!({
        "read": notes,
        "request": { "method": saved.method(), "target": saved.target() },
        "diagnosis": explanation,
        "expected": expected,
    }))
}

fn invalid(what: Bilingual) -> Failure {
    Failure::Invalid { field: "body", what }
}

fn not_a_request(message: &Message) -> Bilingual {
    match message {
        Message::Request(_) => Bilingual::fixed(
            "this is a callback, which WeChat Pay signs, and requests are explained here; `ruhui verify` judges callbacks and responses",
            "这是由微信支付签名的回调通知，此处只诊断请求；回调通知和应答请使用 `ruhui verify`",
        ),
        _ => Bilingual::fixed(
            "this is a response, which WeChat Pay signs, and requests are explained here; `ruhui verify` judges responses and callbacks",
            "这是由微信支付签名的应答，此处只诊断请求；应答和回调通知请使用 `ruhui verify`",
        ),
    }
}
