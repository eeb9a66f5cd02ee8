//! Tokens, with the time that each has left by the business clock.

use super::scan;
use crate::domain::pre_auth::{LIFE, PAY_VIEW_LIFE};
use crate::domain::{Purpose, TokenRecord};
use crate::http::controls::choice;
use crate::http::controls::context::Controls;
use crate::http::controls::outcome::{Failure, answer_inside};
use crate::http::controls::request::query;
use crate::store::StoreExt as _;
use axum::extract::{Path, Request, State};
use axum::response::Response;
use jiff::Timestamp;
use ruhui_core::bilingual::Bilingual;
use ruhui_core::types::{DateTime, Token};
use serde::Deserialize;
use serde_json::{Value, json};
use std::cmp::Reverse;

/// States of a token.
const STATES: [&str; 3] = ["unused", "used", "expired"];

#[derive(Deserialize)]
struct List {
    #[serde(default)]
    card_id: Option<String>,
    #[serde(default)]
    openid: Option<String>,
    #[serde(default)]
    state: Option<String>,
    #[serde(default)]
    limit: Option<u32>,
}

/// Lists tokens, newest first. The store has them in the order of their texts, so all are read, as far as the bound
/// allows.
pub(super) async fn list(State(controls): State<Controls>, request: Request) -> Response {
    answer_inside(controls, request, |controls, request| async move {
        let List { card_id, openid, state, limit } = query(&request)?;
        let limit = choice::limit(limit)?;
        choice::state(state.as_deref(), &STATES)?;
        let now = controls.service.env.business.now();
        let takes = |token: TokenRecord| {
            let is_meant = card_id.as_ref().is_none_or(|card_id| card_id == token.card_id.as_str())
                && openid.as_ref().is_none_or(|openid| openid == token.openid.as_str())
                && state.as_ref().is_none_or(|state| state == state_of(&token, now));
            is_meant.then_some(token)
        };
        let scanned = scan::all(&*controls.service.store, "", takes).await?;
        let mut tokens = scanned.found;
        tokens.sort_by_cached_key(|token| (Reverse(created(token)), token.token.as_str().to_owned()));
        let data: Vec<Value> = tokens.iter().take(limit).map(|token| shown(token, now)).collect();
        Ok(json!({
            "data": data,
            "now": DateTime::milliseconds(now),
            "found": tokens.len(),
            "complete": scanned.next.is_none(),
        }))
    })
    .await
}

pub(super) async fn show(
    State(controls): State<Controls>,
    Path(token): Path<String>,
    request: Request,
) -> Response {
    answer_inside(controls, request, |controls, _| async move {
        let found = match Token::new(&*token) {
            Ok(known) => controls.service.store.read::<TokenRecord>(known.as_str()).await?,
            Err(_) => None,
        };
        let found = found.ok_or_else(|| Failure::NotFound {
            what: Bilingual::new(
                format!("there is no token {token:?}; `ruhui state tokens` lists those that exist"),
                format!("没有token {token:?}；`ruhui state tokens` 可列出现有token"),
            ),
        })?;
        Ok(shown(&found.record, controls.service.env.business.now()))
    })
    .await
}

fn shown(token: &TokenRecord, now: Timestamp) -> Value {
    let state = state_of(token, now);
    let mut shown = json!({
        "token": token.token,
        "purpose": token.purpose,
        "state": state,
        "card_id": token.card_id,
        "openid": token.openid,
        "brand_id": token.brand_id,
        "appid": token.appid,
        "create_time": DateTime::milliseconds(created(token)),
        "expire_time": token.expire_time,
    });
    if let Some(spent) = token.spent {
        shown["use_time"] = json!(spent);
    }
    if state == "unused" {
        let left = token.expire_time.timestamp().duration_since(now).as_millis();
        // A token is valid until its last millisecond.
        shown["seconds_left"] = json!((left + 999) / 1000);
    }
    shown
}

/// Returns the time at which a token was issued: its life is fixed.
pub(super) fn created(token: &TokenRecord) -> Timestamp {
    let life = match token.purpose {
        Purpose::Join => LIFE,
        Purpose::PayView => PAY_VIEW_LIFE,
    };
    token.expire_time.timestamp().saturating_sub(life).unwrap_or(Timestamp::MIN)
}

fn state_of(token: &TokenRecord, now: Timestamp) -> &'static str {
    if token.spent.is_some() {
        "used"
    } else if token.expire_time.timestamp() <= now {
        "expired"
    } else {
        "unused"
    }
}
