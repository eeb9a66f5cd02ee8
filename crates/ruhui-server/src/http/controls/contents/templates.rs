//! Card templates: their data, and the number of cards.

use super::scan::{self, Scanned};
use super::{activities, callers};
use crate::domain::{Member, Template};
use crate::http::controls::context::Controls;
use crate::http::controls::outcome::{Failure, answer_inside};
use crate::store::{Store, StoreError, StoreExt as _};
use axum::extract::{Path, Request, State};
use axum::response::Response;
use jiff::Timestamp;
use ruhui_core::api::card_member::UserCardState;
use ruhui_core::bilingual::Bilingual;
use ruhui_core::types::CardId;
use serde::Serialize;
use serde_json::{Value, json};
use std::cmp::Reverse;
use std::collections::BTreeMap;

pub(super) async fn list(State(controls): State<Controls>, request: Request) -> Response {
    answer_inside(controls, request, |controls, _| async move {
        let (store, now) = (&*controls.service.store, controls.service.env.business.now());
        let Scanned { found: mut templates, next } = scan::all::<Template, _>(store, "", Some).await?;
        templates.sort_by_key(|template| Reverse(template.card.create_time.timestamp()));
        let names = names(store).await?;
        let (counts, is_counted) = count(store, now).await?;
        let data = templates.iter().map(|template| {
            let mut shown = shown(template, &names, now);
            shown["user_cards"] = json!(counts.get(&template.card.card_id).copied().unwrap_or_default());
            shown
        });
        Ok(json!({ "data": data.collect::<Vec<_>>(), "complete": is_counted && next.is_none() }))
    })
    .await
}

pub(super) async fn show(
    State(controls): State<Controls>,
    Path(card_id): Path<String>,
    request: Request,
) -> Response {
    answer_inside(controls, request, |controls, _| async move {
        let (store, now) = (&*controls.service.store, controls.service.env.business.now());
        let template = find(store, &card_id).await?;
        let mut shown = shown(&template, &names(store).await?, now);
        let (counts, is_counted) = count(store, now).await?;
        shown["user_cards"] = json!(counts.get(&template.card.card_id).copied().unwrap_or_default());
        shown["complete"] = json!(is_counted);
        shown["activity"] = json!(activities::in_force(store, &template.card.card_id, now).await?);
        Ok(shown)
    })
    .await
}

/// Returns the template with this id.
///
/// # Errors
///
/// [`Failure::NotFound`] if there is none.
pub(super) async fn find(store: &dyn Store, card_id: &str) -> Result<Template, Failure> {
    let found = match CardId::new(card_id) {
        Ok(known) => store.read::<Template>(known.as_str()).await?,
        Err(_) => None,
    };
    found.map(|loaded| loaded.record).ok_or_else(|| Failure::NotFound {
        what: Bilingual::new(
            format!("there is no card template {card_id:?}; `ruhui state templates` lists those that exist"),
            format!("没有会员卡模板 {card_id:?}；`ruhui state templates` 可列出现有模板"),
        ),
    })
}

/// Returns the names of the brands.
async fn names(store: &dyn Store) -> Result<BTreeMap<String, String>, StoreError> {
    let brands = callers::all_brands(store).await?.into_iter();
    Ok(brands.map(|brand| (brand.brand_id.as_str().to_owned(), brand.name)).collect())
}

fn shown(template: &Template, names: &BTreeMap<String, String>, now: Timestamp) -> Value {
    json!({
        "card_template": template.card,
        "brand_name": names.get(template.card.brand_id.as_str()),
        "owner": callers::caller(&template.owner),
        "expired": template.is_expired(now),
    })
}

/// Number of cards of a template by state.
#[derive(Debug, Clone, Copy, Default, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
struct Counts {
    unactivated: u64,
    effective: u64,
    expired: u64,
    invalid: u64,
}

/// Counts the cards of all templates. Returns whether all were counted.
async fn count(store: &dyn Store, now: Timestamp) -> Result<(BTreeMap<CardId, Counts>, bool), StoreError> {
    let mut counts: BTreeMap<CardId, Counts> = BTreeMap::new();
    let counting = scan::all::<Member, ()>(store, "", |member| {
        let of_template = counts.entry(member.card_id.clone()).or_default();
        for held in &member.cards {
            match held.state(now) {
                UserCardState::Unactivated => of_template.unactivated += 1,
                UserCardState::Effective => of_template.effective += 1,
                UserCardState::Expired => of_template.expired += 1,
                _ => of_template.invalid += 1,
            }
        }
        None
    });
    let is_complete = counting.await?.next.is_none();
    Ok((counts, is_complete))
}
