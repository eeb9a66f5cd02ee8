//! Acts of the merchant on a card: calls of the API as the caller that owns the template.

use super::address::path;
use super::show;
use super::texts::MembersTexts;
use crate::call::{Caller, call};
use crate::card_templates;
use crate::form::{Entered, members, number, refill, without_unchanged};
use crate::problem::Problem;
use crate::visit::Visit;
use axum::extract::{Form, Path};
use axum::response::{IntoResponse as _, Redirect, Response};
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// The template and the user, as the page's address names them.
type Ids = (String, String);

#[derive(Deserialize)]
struct Owned {
    owner: Caller,
}

pub(super) async fn confirm(visit: Visit, Path(ids): Path<Ids>, Form(entered): Form<Entered>) -> Response {
    let fields = given(&entered, &["user_card_code", "user_card_confirm_state", "level"]);
    act(&visit, &ids, "confirm_user_card", fields, "confirmed", &entered).await
}

pub(super) async fn invalidate(visit: Visit, Path(ids): Path<Ids>, Form(entered): Form<Entered>) -> Response {
    let fields = given(&entered, &["invalid_reason"]);
    act(&visit, &ids, "invalidate_user_card", fields, "invalidated", &entered).await
}

pub(super) async fn set_points(visit: Visit, Path(ids): Path<Ids>, Form(entered): Form<Entered>) -> Response {
    let mut fields = given(&entered, &["out_request_no"]);
    fields.insert("point_balance".to_owned(), number(entered.value("point_balance")));
    act(&visit, &ids, "sync_user_points", fields, "balanced", &entered).await
}

pub(super) async fn answer_redemption(
    visit: Visit,
    Path(ids): Path<Ids>,
    Form(entered): Form<Entered>,
) -> Response {
    let names = ["record_id", "exchange_coupon_template_id", "user_card_code", "result", "reject_reason"];
    act(&visit, &ids, "confirm_point_exchange", given(&entered, &names), "answered", &entered).await
}

pub(super) async fn modify(visit: Visit, Path(ids): Path<Ids>, Form(entered): Form<Entered>) -> Response {
    let (card_id, openid) = &ids;
    match changes(&visit, (card_id, openid), &entered).await {
        Ok(fields) => act(&visit, &ids, "modify_user_card", fields, "modified", &entered).await,
        Err(problem) => show::render(&visit, (card_id, openid), Some(problem), &entered).await,
    }
}

/// Returns the members that the form has changed.
async fn changes(visit: &Visit, ids: (&str, &str), entered: &Entered) -> Result<Map<String, Value>, Problem> {
    let shown = show::read(visit, ids, "").await?;
    let newest = shown.cards.first();
    let mut fields = show::changes(MembersTexts::of(visit.language), newest);
    // A colour that the card does not have is that of the field until somebody picks one.
    let unset = fields.iter().find(|field| field.name == "card_color").map(|field| field.value.clone());
    refill(&mut fields, entered);
    let mut changes = members(&fields, visit.language)?;
    if let Some(newest) = newest {
        without_unchanged(&mut changes, &newest.user_card);
        if newest.text("card_color").is_empty()
            && changes.get("card_color").and_then(Value::as_str) == unset.as_deref()
        {
            changes.remove("card_color");
        }
    }
    Ok(changes)
}

/// Calls an endpoint about the newest card. A code that is entered comes before the card's own.
async fn act(
    visit: &Visit,
    (card_id, openid): &Ids,
    name: &str,
    fields: Map<String, Value>,
    done: &str,
    entered: &Entered,
) -> Response {
    let called = async {
        let shown = show::read(visit, (card_id, openid), "").await?;
        let template: Owned = card_templates::one(visit, card_id).await?;
        let code = shown.cards.first().map(|newest| newest.text("user_card_code")).unwrap_or_default();
        let mut fields = fields;
        if !code.is_empty() {
            fields.entry("user_card_code").or_insert_with(|| json!(code));
        }
        for (name, id) in
            [("brand_id", &shown.brand_id), ("card_id", &shown.card_id), ("openid", &shown.openid)]
        {
            fields.insert(name.to_owned(), json!(id));
        }
        call(visit, name, &template.owner, fields).await
    };
    match called.await {
        Ok(_) => Redirect::to(&format!("{}?done={done}", path(card_id, openid))).into_response(),
        Err(problem) => show::render(visit, (card_id, openid), Some(problem), entered).await,
    }
}

/// Returns the members of these names that have a value.
fn given(entered: &Entered, names: &[&str]) -> Map<String, Value> {
    let pairs = names.iter().map(|name| ((*name).to_owned(), entered.value(name).trim()));
    pairs.filter(|(_, value)| !value.is_empty()).map(|(name, value)| (name, json!(value))).collect()
}
