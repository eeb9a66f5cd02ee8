//! The join component: card, benefits, coupons, agreement, phone number and form; the user agrees.

mod answers;
mod mistake;
mod questions;
mod row;
mod show;
mod texts;

use super::{address, refused};
use crate::form::Entered;
use crate::visit::Visit;
use axum::extract::Form;
use axum::response::{IntoResponse as _, Redirect, Response};
use mistake::Mistake;
use serde_json::Value;
pub(super) use show::show;
use texts::JoinTexts;

/// The user agrees. The form is shown again if a value is missing or wrong.
pub(super) async fn agree(visit: Visit, Form(entered): Form<Entered>) -> Response {
    let offer = match show::read(&visit).await {
        Ok(offer) => offer,
        // A second click on the button: the first one has joined.
        Err(problem) if problem.code == "TOKEN_SPENT" => return to_joined(&visit),
        Err(problem) => return refused::respond(&visit, problem, &address::join(&visit)).await,
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
            None => refused::respond(&visit, problem, &address::join(&visit)).await,
        },
    }
}

fn to_joined(visit: &Visit) -> Response {
    Redirect::to(&address::joined(visit)).into_response()
}
