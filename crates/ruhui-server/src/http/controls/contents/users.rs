//! Users: those that are provisioned, and those that have cards.

use super::scan::{self, Scanned, cursor, id_after};
use crate::domain::{Member, User};
use crate::http::controls::choice;
use crate::http::controls::context::Controls;
use crate::http::controls::outcome::answer_inside;
use crate::http::controls::request::query;
use crate::store::{Store, StoreError};
use axum::extract::{Request, State};
use axum::response::Response;
use ruhui_core::types::CardId;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

#[derive(Deserialize)]
struct List {
    #[serde(default)]
    after: Option<String>,
    #[serde(default)]
    limit: Option<u32>,
}

/// Lists users in the order of their openids.
pub(super) async fn list(State(controls): State<Controls>, request: Request) -> Response {
    answer_inside(controls, request, |controls, request| async move {
        let List { after, limit } = query(&request)?;
        let (limit, after) = (choice::limit(limit)?, id_after(after.as_deref())?);
        let store = &*controls.service.store;
        let provisioned = scan::scan::<User, _>(store, ("", &after), limit, Some).await?;
        let holders = holders(store, &after, limit).await?;
        // A list that has more ends before its own `next`: what follows there is unknown.
        let ends = [&provisioned.next, &holders.next].into_iter().flatten().min().cloned();
        let mut users: BTreeMap<String, Value> = BTreeMap::new();
        for user in provisioned.found {
            let id = user.openid.as_str().to_owned();
            users.insert(id, json!({ "openid": user.openid, "provisioned": user, "card_ids": [] }));
        }
        for (openid, cards) in holders.found {
            let user = users.entry(openid.clone()).or_insert_with(|| json!({ "openid": openid }));
            user["card_ids"] = json!(cards);
        }
        let known = users.into_iter().filter(|(openid, _)| ends.as_ref().is_none_or(|end| openid <= end));
        let known: Vec<(String, Value)> = known.collect();
        let next = match known.get(limit.saturating_sub(1)) {
            Some((last, _)) if known.len() > limit => Some(last.clone()),
            _ => ends,
        };
        let data: Vec<Value> = known.into_iter().take(limit).map(|(_, user)| user).collect();
        let mut listed = json!({ "data": data });
        if let Some(next) = next {
            listed["next"] = json!(cursor(&next));
        }
        Ok(listed)
    })
    .await
}

/// Returns the first `limit` users after an openid who have cards, each with the templates of the cards.
async fn holders(
    store: &dyn Store,
    after: &str,
    limit: usize,
) -> Result<Scanned<(String, Vec<CardId>)>, StoreError> {
    // The ids of a user's records begin with the openid and a control character. No openid has one, so this sorts after
    // all of them, and before all other openids that begin alike.
    let after = if after.is_empty() { String::new() } else { format!("{after} ") };
    let mut found: Vec<(String, Vec<CardId>)> = Vec::new();
    let scanning = scan::scan(store, ("", &after), limit, |member: Member| match found.last_mut() {
        Some((openid, cards)) if *openid == member.openid.as_str() => {
            cards.push(member.card_id);
            None
        }
        _ => {
            found.push((member.openid.as_str().to_owned(), vec![member.card_id]));
            Some(())
        }
    });
    let next = scanning.await?.next;
    let last_of = |id: &String| id.split('\u{1f}').next().unwrap_or_default().to_owned();
    found.truncate(limit);
    Ok(Scanned { found, next: next.as_ref().map(last_of) })
}
