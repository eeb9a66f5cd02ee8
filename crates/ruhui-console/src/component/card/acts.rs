//! Acts of a user on a card, by the controls that simulate one.

use crate::form::number;
use crate::problem::Problem;
use crate::visit::Visit;
use serde_json::{Value, json};

/// The addresses to which the forms of a card are sent.
pub(crate) struct ActAddresses {
    pub(crate) view_points: String,
    pub(crate) redeem: String,
    pub(crate) delete: String,
}

/// Views points: an event asks the merchant for them.
///
/// # Errors
///
/// The error of the control.
pub(crate) async fn view_points(visit: &Visit, ids: (&str, &str)) -> Result<(), Problem> {
    act(visit, ids, "/sandbox/points/view", json!({})).await
}

/// Redeems points: an event asks the merchant.
///
/// # Errors
///
/// The error of the control.
pub(crate) async fn redeem(visit: &Visit, ids: (&str, &str), points: &str) -> Result<(), Problem> {
    act(visit, ids, "/sandbox/points/redeem", json!({ "deduct_points": number(points) })).await
}

/// Deletes the card.
///
/// # Errors
///
/// The error of the control.
pub(crate) async fn delete(visit: &Visit, ids: (&str, &str)) -> Result<(), Problem> {
    act(visit, ids, "/sandbox/user-cards/delete", json!({})).await
}

async fn act(
    visit: &Visit,
    (card_id, openid): (&str, &str),
    control: &str,
    body: Value,
) -> Result<(), Problem> {
    let mut body = body;
    (body["card_id"], body["openid"]) = (json!(card_id), json!(openid));
    visit.controls.post::<Value>(control, &body).await.map(|_| ())
}
