//! Acts with tokens: a merchant requests one, a user joins with one.

use super::list;
use crate::call::{Caller, call};
use crate::controls::{segment, with_query};
use crate::problem::Problem;
use crate::visit::Visit;
use axum::extract::Form;
use axum::response::{IntoResponse as _, Redirect, Response};
use serde::Deserialize;
use serde_json::{Map, Value, json};

#[derive(Deserialize)]
pub(super) struct Issue {
    #[serde(default)]
    card_id: String,
    #[serde(default)]
    openid: String,
}

#[derive(Deserialize)]
pub(super) struct Join {
    #[serde(default)]
    token: String,
    #[serde(default)]
    phone_number: String,
}

#[derive(Deserialize)]
struct Template {
    owner: Caller,
    card_template: BrandOf,
}

#[derive(Deserialize)]
struct BrandOf {
    brand_id: String,
}

#[derive(Deserialize)]
struct Joined {
    user_card: Card,
}

#[derive(Deserialize)]
struct Card {
    card_id: String,
    openid: String,
}

pub(super) async fn issue(visit: Visit, Form(form): Form<Issue>) -> Response {
    match issued(&visit, &form).await {
        Ok(token) => to(&with_query("/tokens", &[("done", "issued"), ("token", &token)])),
        Err(problem) => list::render(&visit, Some(problem)).await,
    }
}

async fn issued(visit: &Visit, form: &Issue) -> Result<String, Problem> {
    let path = format!("/sandbox/state/templates/{}", segment(&form.card_id));
    let Template { owner, card_template } = visit.controls.get(&path).await?;
    let fields = [
        ("brand_id", card_template.brand_id.as_str()),
        ("card_id", &form.card_id),
        ("openid", form.openid.trim()),
    ];
    let fields: Map<String, Value> =
        fields.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
    let made = call(visit, "create_pre_auth_token", &owner, fields).await?;
    Ok(made["token"].as_str().unwrap_or_default().to_owned())
}

pub(super) async fn join(visit: Visit, Form(form): Form<Join>) -> Response {
    let agreed = json!({ "token": form.token.trim(), "phone_number": form.phone_number.trim() });
    match visit.controls.post::<Joined>("/sandbox/join", &agreed).await {
        Ok(Joined { user_card: Card { card_id, openid } }) => {
            to(&format!("/members/{}/{}?done=joined", segment(&card_id), segment(&openid)))
        }
        Err(problem) => list::render(&visit, Some(problem)).await,
    }
}

fn to(path: &str) -> Response {
    Redirect::to(path).into_response()
}
