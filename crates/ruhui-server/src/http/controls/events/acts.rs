//! Acts on events: resend, redirect, drop, pause and resume.

use super::lookup::{Event, EventState, all, find};
use super::viewer;
use crate::http::controls::context::Controls;
use crate::http::controls::outcome::{Failure, answer};
use crate::http::controls::request::{body, empty};
use crate::outbox::AttemptKind;
use crate::service::Service;
use crate::store::StoreError;
use axum::extract::{Path, Request, State};
use axum::response::Response;
use ruhui_core::bilingual::Bilingual;
use ruhui_core::types::NotifyUrl;
use serde::Deserialize;
use serde_json::{Value, json};

/// Number of resends of one request at most.
const MOST_TIMES: u32 = 10;

#[derive(Deserialize)]
struct Resend {
    #[serde(default)]
    times: Option<u32>,
}

#[derive(Deserialize)]
struct Redirect {
    notify_url: NotifyUrl,
}

pub(super) async fn resend(
    State(controls): State<Controls>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    let viewer = viewer(&controls, &request);
    answer(controls, request, move |controls, request| async move {
        let times = body::<Resend>(request).await?.times.unwrap_or(1);
        if times == 0 || times > MOST_TIMES {
            let what = Bilingual::new(
                format!("{times} is not possible; it is a number from 1 to {MOST_TIMES}"),
                format!("{times} 无效；须为 1 至 {MOST_TIMES} 的整数"),
            );
            return Err(Failure::Invalid { field: "times", what });
        }
        let service = &controls.service;
        let Event { delivery, .. } = find_inside(service, &id).await?;
        let event_id = delivery.event_id.clone();
        let numbers = service.event_history.next_resends(&event_id, times);
        service.outbox().resend(&event_id, delivery, numbers.clone()).await?;
        let event = find_inside(service, &event_id).await?;
        let is_new = |kind, number| kind == AttemptKind::Resent && numbers.contains(&number);
        let made = event.known.attempts.iter().filter(|attempt| is_new(attempt.kind, attempt.number));
        let attempts: Vec<Value> = made.map(|attempt| viewer.attempt(attempt)).collect();
        Ok(json!({ "attempts": attempts, "event": viewer.line(&event) }))
    })
    .await
}

pub(super) async fn redirect(
    State(controls): State<Controls>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    let viewer = viewer(&controls, &request);
    answer(controls, request, move |controls, request| async move {
        let Redirect { notify_url } = body(request).await?;
        let service = &controls.service;
        let Event { delivery, .. } = find_inside(service, &id).await?;
        let event_id = &delivery.event_id;
        if service.outbox().redirect(&delivery, &notify_url).await?.is_none() {
            // The event no longer waits, so only a resend uses the URL.
            service.event_history.redirect(event_id, &notify_url);
        }
        Ok(viewer.line(&find_inside(service, event_id).await?))
    })
    .await
}

pub(super) async fn redirect_all(State(controls): State<Controls>, request: Request) -> Response {
    answer(controls, request, move |controls, request| async move {
        let Redirect { notify_url } = body(request).await?;
        let service = &controls.service;
        let mut redirected = Vec::new();
        for event in all_inside(service).await? {
            if matches!(event.state, EventState::Waiting | EventState::Sending) {
                let changed = service.outbox().redirect(&event.delivery, &notify_url).await?;
                redirected.extend(changed.map(|delivery| delivery.event_id));
            }
        }
        Ok(json!({ "redirected": redirected, "notify_url": notify_url }))
    })
    .await
}

pub(super) async fn discard(
    State(controls): State<Controls>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    let viewer = viewer(&controls, &request);
    answer(controls, request, move |controls, request| async move {
        empty(request).await?;
        let service = &controls.service;
        let Event { delivery, .. } = find_inside(service, &id).await?;
        match service.outbox().discard(&delivery).await? {
            Some(dropped) => service.event_history.dropped(&dropped),
            None => {
                let state = find_inside(service, &delivery.event_id).await?.state;
                return Err(not_waiting(&delivery.event_id, state.as_str()));
            }
        }
        Ok(viewer.line(&find_inside(service, &delivery.event_id).await?))
    })
    .await
}

fn not_waiting(event_id: &str, state: &str) -> Failure {
    let what = Bilingual::new(
        format!("event {event_id} does not wait to be sent, so it cannot be dropped: it is {state}"),
        format!("事件 {event_id} 不在等待发送，无法丢弃：其状态为 {state}"),
    );
    Failure::Conflict { code: "NOT_WAITING", what }
}

/// Finds an event inside the gate of the state. An act as a whole is outside: it waits for attempts in progress, which
/// enter the gate themselves.
async fn find_inside(service: &Service, id: &str) -> Result<Event, Failure> {
    let _entered = service.state_gate.enter().await;
    find(service, id).await
}

async fn all_inside(service: &Service) -> Result<Vec<Event>, StoreError> {
    let _entered = service.state_gate.enter().await;
    all(service).await
}

pub(super) async fn pause(State(controls): State<Controls>, request: Request) -> Response {
    set_paused(controls, request, true).await
}

pub(super) async fn resume(State(controls): State<Controls>, request: Request) -> Response {
    set_paused(controls, request, false).await
}

async fn set_paused(controls: Controls, request: Request, is_paused: bool) -> Response {
    answer(controls, request, move |controls, request| async move {
        empty(request).await?;
        let outbox = controls.service.outbox();
        outbox.set_paused(is_paused);
        Ok(json!({ "paused": is_paused, "sending": outbox.sending().len() }))
    })
    .await
}
