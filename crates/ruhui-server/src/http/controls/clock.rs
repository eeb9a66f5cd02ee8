//! Controls of the business clock.

use super::context::Controls;
use super::outcome::{Failure, answer, answer_inside};
use super::request::{Clock, body};
use crate::business_clock::{ClockChange, ClockError};
use axum::Router;
use axum::extract::{Request, State};
use axum::response::Response;
use axum::routing::get;
use jiff::{SignedDuration, Timestamp};
use ruhui_core::bilingual::Bilingual;
use ruhui_core::env::Clock as _;
use ruhui_core::types::DateTime;
use serde_json::{Value, json};

pub(super) fn router() -> Router<Controls> {
    Router::new().route("/sandbox/clock", get(show).post(change))
}

async fn show(State(controls): State<Controls>, request: Request) -> Response {
    answer(controls, request, |controls, _| async move { Ok(view(&controls)) }).await
}

async fn change(State(controls): State<Controls>, request: Request) -> Response {
    answer_inside(controls, request, |controls, request| async move {
        let (field, value, change) = check(body(request).await?)?;
        let changed = controls.clock.change(&*controls.service.store, change).await;
        changed.map_err(|error| match error {
            ClockError::Store(error) => Failure::Store(error),
            error => invalid(field, &value, &Bilingual::of(&error)),
        })?;
        // A callback that was to be sent later may be due now.
        controls.service.outbox().restart_scan();
        Ok(view(&controls))
    })
    .await
}

/// Returns the member, its value and the change that a body asks for. It has exactly one member.
fn check(asked: Clock) -> Result<(&'static str, String, ClockChange), Failure> {
    let Clock { advance_seconds, set, freeze, resume } = asked;
    let is_only = |others: [bool; 3]| others == [false; 3];
    let (has_advance, has_set, has_freeze, has_resume) =
        (advance_seconds.is_some(), set.is_some(), freeze.is_some(), resume.is_some());
    match (advance_seconds, set, freeze, resume) {
        (Some(seconds), ..) if is_only([has_set, has_freeze, has_resume]) => {
            let by = SignedDuration::from_secs(seconds);
            Ok(("advance_seconds", seconds.to_string(), ClockChange::Advance(by)))
        }
        (_, Some(text), ..) if is_only([has_advance, has_freeze, has_resume]) => {
            match text.parse::<Timestamp>() {
                Ok(time) => Ok(("set", text, ClockChange::Set(time))),
                Err(_) => Err(invalid("set", &text, &TIME)),
            }
        }
        (.., Some(true), _) if is_only([has_advance, has_set, has_resume]) => {
            Ok(("freeze", "true".to_owned(), ClockChange::Freeze))
        }
        (.., Some(true)) if is_only([has_advance, has_set, has_freeze]) => {
            Ok(("resume", "true".to_owned(), ClockChange::Resume))
        }
        (.., Some(false), _) => Err(invalid(
            "freeze",
            "false",
            &Bilingual::fixed("`resume` lets the clock go on", "恢复走时请用 `resume`"),
        )),
        (.., Some(false)) => Err(invalid(
            "resume",
            "false",
            &Bilingual::fixed("`freeze` stops the clock", "停止走时请用 `freeze`"),
        )),
        _ => Err(Failure::Invalid {
            field: "body",
            what: Bilingual::fixed(
                "it has exactly one of `advance_seconds` (a number), `set` (a time), `freeze` (true) and `resume` (true)",
                "须且只能有 `advance_seconds`（秒数）、`set`（时间）、`freeze`（true）、`resume`（true）之一",
            ),
        }),
    }
}

const TIME: Bilingual = Bilingual::fixed(
    "it is a time as in RFC 3339, such as 2027-01-15T16:00:00+08:00",
    "须为 RFC 3339 格式的时间，例如 2027-01-15T16:00:00+08:00",
);

fn invalid(field: &'static str, value: &str, why: &Bilingual) -> Failure {
    let what = Bilingual::new(
        format!("{value} is not possible: {}", why.en()),
        format!("{value} 无效：{}", why.zh()),
    );
    Failure::Invalid { field, what }
}

fn view(controls: &Controls) -> Value {
    let clock = &controls.clock;
    let (now, ahead, machine) = (clock.now(), clock.offset(), clock.machine_time());
    json!({
        "now": DateTime::milliseconds(now),
        "ahead_seconds": (ahead.as_millis() + 500).div_euclid(1000) as i64,
        "frozen": clock.is_frozen(),
        "machine_time": DateTime::milliseconds(machine),
    })
}
