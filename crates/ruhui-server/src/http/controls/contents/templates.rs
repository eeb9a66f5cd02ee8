//! Card templates: their data, and the number of cards.

use super::scan::{self, Scanned};
use super::{activities, callers};
use crate::domain::{Member, Template};
use crate::http::controls::context::Controls;
use crate::http::controls::outcome::{Failure, answer_inside};
use crate::http::controls::request::query;
use crate::store::{Store, StoreError, StoreExt as _};
use axum::extract::{Path, Request, State};
use axum::response::Response;
use jiff::Timestamp;
use ruhui_core::api::card_member::UserCardState;
use ruhui_core::bilingual::Bilingual;
use ruhui_core::types::CardId;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// The query of both controls.
#[derive(Deserialize)]
struct Look {
    /// Whether to count the cards, for which all are read. By default they are counted.
    #[serde(default)]
    count_cards: Option<bool>,
}

pub(super) async fn list(State(controls): State<Controls>, request: Request) -> Response {
    answer_inside(controls, request, |controls, request| async move {
        let Look { count_cards } = query(&request)?;
        let (store, now) = (&*controls.service.store, controls.service.env.business.now());
        let Scanned { found: mut templates, next } = scan::all::<Template, _>(store, "", Some).await?;
        templates.sort_by_key(|template| Reverse(template.card.create_time.timestamp()));
        let names = names(store).await?;
        let counts = counts_if(count_cards != Some(false), store, now).await?;
        let data = templates.iter().map(|template| {
            let mut shown = shown(template, &names, now);
            counts.add_to(&mut shown, &template.card.card_id);
            shown
        });
        Ok(json!({ "data": data.collect::<Vec<_>>(), "complete": counts.is_complete && next.is_none() }))
    })
    .await
}

pub(super) async fn show(
    State(controls): State<Controls>,
    Path(card_id): Path<String>,
    request: Request,
) -> Response {
    answer_inside(controls, request, |controls, request| async move {
        let Look { count_cards } = query(&request)?;
        let (store, now) = (&*controls.service.store, controls.service.env.business.now());
        let template = find(store, &card_id).await?;
        let mut shown = shown(&template, &names(store).await?, now);
        let counts = counts_if(count_cards != Some(false), store, now).await?;
        counts.add_to(&mut shown, &template.card.card_id);
        shown["complete"] = json!(counts.is_complete);
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

/// The numbers of cards of all templates.
struct Counted {
    /// `None` if nobody asked for them.
    counts: Option<BTreeMap<CardId, Counts>>,
    /// Whether all cards were counted.
    is_complete: bool,
}

impl Counted {
    /// Adds the numbers of a template to its JSON.
    fn add_to(&self, shown: &mut Value, card_id: &CardId) {
        if let Some(counts) = &self.counts {
            shown["user_cards"] = json!(counts.get(card_id).copied().unwrap_or_default());
        }
    }
}

/// Counts the cards of all templates, if they are to be counted.
async fn counts_if(is_counted: bool, store: &dyn Store, now: Timestamp) -> Result<Counted, StoreError> {
    if !is_counted {
        return Ok(Counted { counts: None, is_complete: true });
    }
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
    Ok(Counted { counts: Some(counts), is_complete })
}
