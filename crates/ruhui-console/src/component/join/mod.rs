//! The join component: card, benefits, coupons, agreement, phone number and form; the user agrees.

mod answers;
mod mistake;
mod row;
mod show;
mod texts;

use super::{joined, refused};
use crate::controls::with_query;
use crate::form::Entered;
use crate::visit::Visit;
use axum::extract::Form;
use axum::response::{IntoResponse as _, Redirect, Response};
use mistake::Mistake;
use serde_json::Value;
pub(super) use show::show;
use texts::JoinTexts;

/// The path of the component.
pub(super) const ADDRESS: &str = "/component/card-member";

/// The parameters with which a page launches the component. `openid` is the user who holds the phone: with it, the sandbox
/// plays a user who opens another user's token. It never chooses the user, who is the token's.
const LAUNCH: [&str; 3] = ["token", "scene", "openid"];

/// Returns the address of the form.
fn address(visit: &Visit) -> String {
    with_query(ADDRESS, &LAUNCH.map(|name| (name, visit.query(name))))
}

/// Returns the address of the form for a token.
pub(super) fn address_of(token: &str) -> String {
    with_query(ADDRESS, &[("token", token), ("scene", "CARD_MEMBER")])
}

/// The user agrees. The form is shown again if a value is missing or wrong.
pub(super) async fn agree(visit: Visit, Form(entered): Form<Entered>) -> Response {
    let offer = match show::read(&visit).await {
        Ok(offer) => offer,
        // A second click on the button: the first one has joined.
        Err(problem) if problem.code == "TOKEN_SPENT" => return to_joined(&visit),
        Err(problem) => return refused::respond(&visit, problem, &address(&visit)).await,
    };
    let t = JoinTexts::of(visit.language);
    if entered.value("agreed").is_empty() {
        return show::again(&visit, offer, &entered, Mistake::not_agreed(t)).await;
    }
    let asked = answers::asked(&visit, &offer.form, &entered);
    match visit.controls.post::<Value>("/sandbox/join", &asked).await {
        Ok(_) => to_joined(&visit),
        Err(problem) if problem.code == "TOKEN_SPENT" => to_joined(&visit),
        Err(problem) => match Mistake::of(&problem, &offer.form, &asked, t) {
            Some(mistake) => show::again(&visit, offer, &entered, mistake).await,
            None => refused::respond(&visit, problem, &address(&visit)).await,
        },
    }
}

fn to_joined(visit: &Visit) -> Response {
    Redirect::to(&joined::address(visit)).into_response()
}
