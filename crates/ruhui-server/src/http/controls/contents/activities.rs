//! Activities, in the state that they have by the business clock.

use super::scan;
use crate::domain::Activity;
use crate::http::controls::choice;
use crate::http::controls::context::Controls;
use crate::http::controls::outcome::{Failure, answer_inside};
use crate::http::controls::request::query;
use crate::store::{Store, StoreError, StoreExt as _};
use axum::extract::{Path, Request, State};
use axum::response::Response;
use jiff::Timestamp;
use ruhui_core::api::card_member::{ActivityState, MembershipActivity};
use ruhui_core::bilingual::Bilingual;
use ruhui_core::types::CardId;
use serde::Deserialize;
use serde_json::{Value, json};
use std::cmp::Reverse;

/// States of an activity.
const STATES: [&str; 4] = [
    "MEMBERSHIP_ACTIVITY_CREATED",
    "MEMBERSHIP_ACTIVITY_EFFECTIVE",
    "MEMBERSHIP_ACTIVITY_EXPIRED",
    "MEMBERSHIP_ACTIVITY_TERMINATED",
];

#[derive(Deserialize)]
struct List {
    #[serde(default)]
    card_id: Option<String>,
    #[serde(default)]
    brand_id: Option<String>,
    #[serde(default)]
    state: Option<String>,
    #[serde(default)]
    limit: Option<u32>,
}

/// Lists activities, newest first. The store has their numbers in the order of texts, so all are read, as far as the
/// bound allows.
pub(super) async fn list(State(controls): State<Controls>, request: Request) -> Response {
    answer_inside(controls, request, |controls, request| async move {
        let List { card_id, brand_id, state, limit } = query(&request)?;
        let limit = choice::limit(limit)?;
        choice::state(state.as_deref(), &STATES)?;
        let now = controls.service.env.business.now();
        let takes = |activity: Activity| {
            let shown = activity.shown(now);
            let is_in_state = |state: &String| shown.activity_state == ActivityState::from(state.clone());
            let is_meant = card_id.as_ref().is_none_or(|card_id| card_id == shown.card_id.as_str())
                && brand_id.as_ref().is_none_or(|brand_id| brand_id == shown.brand_id.as_str())
                && state.as_ref().is_none_or(is_in_state);
            is_meant.then_some(shown)
        };
        let scanned = scan::all(&*controls.service.store, "", takes).await?;
        let mut activities = scanned.found;
        activities.sort_by_key(|activity| Reverse(activity.activity_id));
        let data: Vec<Value> = activities.iter().take(limit).map(|activity| json!(activity)).collect();
        Ok(json!({ "data": data, "found": activities.len(), "complete": scanned.next.is_none() }))
    })
    .await
}

pub(super) async fn show(
    State(controls): State<Controls>,
    Path(activity_id): Path<String>,
    request: Request,
) -> Response {
    answer_inside(controls, request, |controls, _| async move {
        let found = match activity_id.parse::<u64>() {
            Ok(number) => controls.service.store.read::<Activity>(&number.to_string()).await?,
            Err(_) => None,
        };
        let found = found.ok_or_else(|| Failure::NotFound {
            what: Bilingual::new(
                format!(
                    "there is no activity {activity_id:?}; `ruhui state activities` lists those that exist"
                ),
                format!("没有活动 {activity_id:?}；`ruhui state activities` 可列出现有活动"),
            ),
        })?;
        Ok(json!(found.record.shown(controls.service.env.business.now())))
    })
    .await
}

/// Returns the newest activity of a template that is in force: the one whose coupons a user sees.
pub(super) async fn in_force(
    store: &dyn Store,
    card_id: &CardId,
    now: Timestamp,
) -> Result<Option<MembershipActivity>, StoreError> {
    let is_meant = |activity: Activity| {
        let shown = activity.shown(now);
        let is_meant = shown.card_id == *card_id && shown.activity_state == ActivityState::Effective;
        is_meant.then_some(shown)
    };
    let found = scan::all(store, "", is_meant).await?.found;
    Ok(found.into_iter().max_by_key(|activity| activity.activity_id))
}
