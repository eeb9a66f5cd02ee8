//! Acts of a user, by the controls that simulate one.

use super::address::path;
use super::{list, show};
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
    deduct_points: String,
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
    act(&visit, &ids, "/sandbox/user-cards/delete", json!({}), "deleted").await
}

pub(super) async fn view_points(visit: Visit, Path(ids): Path<(String, String)>) -> Response {
    act(&visit, &ids, "/sandbox/points/view", json!({}), "viewed").await
}

pub(super) async fn redeem(
    visit: Visit,
    Path(ids): Path<(String, String)>,
    Form(form): Form<Redeem>,
) -> Response {
    let points = form.deduct_points.trim();
    let points = points.parse::<u64>().map_or_else(|_| json!(points), |points| json!(points));
    act(&visit, &ids, "/sandbox/points/redeem", json!({ "deduct_points": points }), "redeemed").await
}

async fn act(
    visit: &Visit,
    (card_id, openid): &(String, String),
    control: &str,
    body: Value,
    done: &str,
) -> Response {
    let mut body = body;
    (body["card_id"], body["openid"]) = (json!(card_id), json!(openid));
    let acted: Result<Value, Problem> = visit.controls.post(control, &body).await;
    match acted {
        Ok(_) => to(&path(card_id, openid), done),
        Err(problem) => show::render(visit, (card_id, openid), Some(problem), &Entered::default()).await,
    }
}

fn to(path: &str, done: &str) -> Response {
    Redirect::to(&format!("{path}?done={done}")).into_response()
}
