//! User cards: a list with filters, and all cards that one user ever had of a template.

use super::scan::{self, Scanned, cursor, id_after};
use super::{card, life, templates, user_records};
use crate::domain::{Member, User};
use crate::http::controls::choice;
use crate::http::controls::context::Controls;
use crate::http::controls::outcome::{Failure, answer_inside};
use crate::http::controls::request::query;
use crate::http::controls::requests::Masking;
use crate::http::response::ResponseWriter;
use crate::store::StoreExt as _;
use axum::extract::{Path, Request, State};
use axum::response::Response;
use jiff::Timestamp;
use ruhui_core::api::card_member::UserCardState;
use ruhui_core::bilingual::Bilingual;
use ruhui_core::types::{CardId, DateTime, OpenId};
use serde::Deserialize;
use serde_json::{Value, json};

/// States of a card.
const STATES: [&str; 4] = ["UNACTIVATED", "EFFECTIVE", "EXPIRED", "INVALID"];

#[derive(Deserialize)]
struct List {
    #[serde(default)]
    card_id: Option<String>,
    #[serde(default)]
    openid: Option<String>,
    #[serde(default)]
    state: Option<String>,
    #[serde(default)]
    after: Option<String>,
    #[serde(default)]
    limit: Option<u32>,
    #[serde(default)]
    show_sensitive: Option<bool>,
}

/// Lists users and templates, each with its newest card. The records are in the order of openids, so a list of one user
/// reads that user's records only.
pub(super) async fn list(State(controls): State<Controls>, request: Request) -> Response {
    answer_inside(controls, request, |controls, request| async move {
        let List { card_id, openid, state, after, limit, show_sensitive } = query(&request)?;
        let (limit, after) = (choice::limit(limit)?, id_after(after.as_deref())?);
        choice::state(state.as_deref(), &STATES)?;
        let (now, masking) = (controls.service.env.business.now(), Masking::unless(show_sensitive));
        let prefix = match openid.as_deref().map(OpenId::new) {
            None => String::new(),
            Some(Ok(openid)) => Member::prefix_of(&openid),
            // No user has it.
            Some(Err(_)) => return Ok(json!({ "data": [], "now": DateTime::milliseconds(now) })),
        };
        let takes = |member: Member| {
            let is_meant = card_id.as_ref().is_none_or(|card_id| card_id == member.card_id.as_str());
            let newest = member.cards.last().filter(|_| is_meant)?;
            let is_in_state = |state: &str| newest.state(now) == UserCardState::from(state.to_owned());
            state.as_deref().is_none_or(is_in_state).then(|| line(&member, now, masking))
        };
        let Scanned { found, next } =
            scan::scan(&*controls.service.store, (&prefix, &after), limit, takes).await?;
        let mut listed = json!({ "data": found, "now": DateTime::milliseconds(now) });
        if let Some(next) = next {
            listed["next"] = json!(cursor(&next));
        }
        Ok(listed)
    })
    .await
}

fn line(member: &Member, now: Timestamp, masking: Masking) -> Value {
    let mut line = json!({
        "card_id": member.card_id,
        "openid": member.openid,
        "brand_id": member.brand_id,
        "cards": member.cards.len(),
    });
    if let Some(newest) = member.cards.last()
        && let Value::Object(facts) = card::shown(newest, now, masking)
    {
        facts.into_iter().for_each(|(name, value)| line[name] = value);
    }
    line
}

#[derive(Deserialize)]
struct Show {
    #[serde(default)]
    show_sensitive: Option<bool>,
}

pub(super) async fn show(
    State(controls): State<Controls>,
    Path((card_id, openid)): Path<(String, String)>,
    request: Request,
) -> Response {
    let is_english = ResponseWriter::new(&controls.service, request.headers()).is_english();
    answer_inside(controls, request, move |controls, request| async move {
        let Show { show_sensitive } = query(&request)?;
        let (store, now) = (&*controls.service.store, controls.service.env.business.now());
        let template = templates::find(store, &card_id).await?;
        let member = find(&controls, &template.card.card_id, &openid).await?;
        let user = store.read::<User>(&openid).await?.map(|user| user.record);
        let records = user_records::read(store, &member).await?;
        let life = life::of(&controls.service, &member, &records, now).await?;
        let masking = Masking::unless(show_sensitive);
        let cards = member.cards.iter().rev().map(|held| card::shown(held, now, masking));
        let remarks = life.remarks.iter().map(|remark| if is_english { remark.en() } else { remark.zh() });
        Ok(json!({
            "card_id": member.card_id,
            "openid": member.openid,
            "brand_id": member.brand_id,
            "masked": masking == Masking::On,
            "now": DateTime::milliseconds(now),
            "user": user,
            "cards": cards.collect::<Vec<_>>(),
            "redemptions": records.shown_redemptions(),
            "feeds": records.shown_feeds(),
            "timeline": life.entries,
            "remarks": remarks.collect::<Vec<_>>(),
        }))
    })
    .await
}

/// Returns the cards of a user.
///
/// # Errors
///
/// [`Failure::NotFound`] if the user never had a card of the template.
async fn find(controls: &Controls, card_id: &CardId, openid: &str) -> Result<Member, Failure> {
    let found = match OpenId::new(openid) {
        Ok(known) => controls.service.store.read::<Member>(&Member::id_of(&known, card_id)).await?,
        Err(_) => None,
    };
    found.map(|loaded| loaded.record).ok_or_else(|| Failure::NotFound {
        what: Bilingual::new(
            format!(
                "the user {openid:?} never had a card of the template {card_id}; \
                 `ruhui state user-cards --card-id {card_id}` lists those who have one"
            ),
            format!(
                "用户 {openid:?} 从未领取过模板 {card_id} 的会员卡；\
                 `ruhui state user-cards --card-id {card_id}` 可列出已领取的用户"
            ),
        ),
    })
}
