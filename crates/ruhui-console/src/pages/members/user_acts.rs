//! Acts of a user, by the controls that simulate one.

use super::address::path;
use super::{list, show};
use crate::component::card;
use crate::form::Entered;
use crate::problem::Problem;
use crate::visit::Visit;
use axum::extract::{Form, Path};
use axum::response::{IntoResponse as _, Redirect, Response};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
pub(super) struct Open {
    #[serde(default)]
    card_id: String,
    #[serde(default)]
    openid: String,
    #[serde(default)]
    phone_number: String,
    #[serde(default)]
    user_information: String,
}

#[derive(Deserialize)]
pub(super) struct Redeem {
    #[serde(default)]
    pub(super) deduct_points: String,
}

pub(super) async fn open(visit: Visit, Form(form): Form<Open>) -> Response {
    let (card_id, openid) = (form.card_id.trim(), form.openid.trim());
    let mut asked = json!({ "card_id": card_id, "openid": openid, "phone_number": form.phone_number.trim() });
    if !form.user_information.trim().is_empty() {
        // A text that is not JSON goes to the control as it is, which names it in its error.
        let answers = serde_json::from_str(&form.user_information);
        asked["user_information"] = answers.unwrap_or_else(|_| json!(form.user_information));
    }
    match visit.controls.post::<Value>("/sandbox/user-cards/open", &asked).await {
        Ok(_) => to(&path(card_id, openid), "joined"),
        Err(problem) => list::render(&visit, Some(problem)).await,
    }
}

pub(super) async fn delete(visit: Visit, Path(ids): Path<(String, String)>) -> Response {
    finish(&visit, &ids, card::delete(&visit, (&ids.0, &ids.1)).await, "deleted").await
}

pub(super) async fn view_points(visit: Visit, Path(ids): Path<(String, String)>) -> Response {
    finish(&visit, &ids, card::view_points(&visit, (&ids.0, &ids.1)).await, "viewed").await
}

pub(super) async fn redeem(
    visit: Visit,
    Path(ids): Path<(String, String)>,
    Form(form): Form<Redeem>,
) -> Response {
    finish(&visit, &ids, card::redeem(&visit, (&ids.0, &ids.1), &form.deduct_points).await, "redeemed").await
}

/// Responds to an act: with the page of the cards, which shows what was done or the problem.
async fn finish(
    visit: &Visit,
    (card_id, openid): &(String, String),
    acted: Result<(), Problem>,
    done: &str,
) -> Response {
    match acted {
        Ok(()) => to(&path(card_id, openid), done),
        Err(problem) => show::render(visit, (card_id, openid), Some(problem), &Entered::default()).await,
    }
}

fn to(path: &str, done: &str) -> Response {
    Redirect::to(&format!("{path}?done={done}")).into_response()
}
