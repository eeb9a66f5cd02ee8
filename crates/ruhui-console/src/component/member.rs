//! The sheet of a member: the card, and the user's acts on it.

use super::card::{
    ActAddresses, CardCode, CardTexts, MemberCard, NewsText, Outcome, Standing, UserCard, delete, redeem,
    view_points,
};
use super::holder::Holder;
use super::sheet::{ExtraData, Sheet};
use super::{address, refused};
use crate::controls::with_query;
use crate::form::Entered;
use crate::frame::html;
use crate::pages::templates::card::Picture;
use crate::problem::Problem;
use crate::visit::Visit;
use askama::Template;
use axum::extract::Form;
use axum::response::{IntoResponse as _, Redirect, Response};

/// The paths of the acts.
pub(super) const VIEW_POINTS: &str = "/component/card-member/points";
pub(super) const REDEEM: &str = "/component/card-member/redeem";
pub(super) const DELETE: &str = "/component/card-member/delete";

#[derive(Template)]
#[template(path = "component/member.html")]
pub(super) struct MemberSheet {
    sheet: Sheet,
    card: MemberCard,
    done: Option<&'static str>,
    problem: Option<Problem>,
}

pub(super) async fn act_view_points(visit: Visit) -> Response {
    act(&visit, "viewed", async |ids| view_points(&visit, ids).await).await
}

pub(super) async fn act_redeem(visit: Visit, Form(entered): Form<Entered>) -> Response {
    let points = entered.value("deduct_points");
    act(&visit, "redeemed", async |ids| redeem(&visit, ids, points).await).await
}

pub(super) async fn act_delete(visit: Visit) -> Response {
    act(&visit, "", async |ids| delete(&visit, ids).await).await
}

/// Acts for the token's user, who has joined with it, and goes back to the sheet.
async fn act(
    visit: &Visit,
    done: &str,
    act: impl AsyncFnOnce((&str, &str)) -> Result<(), Problem>,
) -> Response {
    let holder = match Holder::of(visit).await {
        Ok(Some(holder)) if holder.has_joined() => holder,
        Ok(_) => return Redirect::to(&address::join_again(visit)).into_response(),
        Err(problem) => return refused::respond(visit, problem, &address::joined(visit)).await,
    };
    match act(holder.ids()).await {
        Ok(()) => {
            let shown = with_query(address::JOINED, &[("token", visit.query("token")), ("done", done)]);
            Redirect::to(&shown).into_response()
        }
        Err(problem) => respond(visit, &holder, Some(problem)).await,
    }
}

/// Responds with the card of a member, and with the problem of an act.
async fn respond(visit: &Visit, holder: &Holder, problem: Option<Problem>) -> Response {
    let status = Problem::status_of(problem.as_ref());
    let loaded = match UserCard::read(visit, holder.ids()).await {
        Ok(card) => load(visit, &card, problem).await,
        Err(problem) => Err(problem),
    };
    match loaded {
        Ok(page) => html(status, &page),
        Err(problem) => refused::respond(visit, problem, &address::joined(visit)).await,
    }
}

/// Makes the sheet of a member.
///
/// # Errors
///
/// The error of a control.
pub(super) async fn load(
    visit: &Visit,
    card: &UserCard,
    problem: Option<Problem>,
) -> Result<MemberSheet, Problem> {
    let address = |path| with_query(path, &[("token", visit.query("token"))]);
    let acts =
        ActAddresses { view_points: address(VIEW_POINTS), redeem: address(REDEEM), delete: address(DELETE) };
    let card = MemberCard::of(visit, card, acts).await?;
    let t = CardTexts::of(visit.language);
    let extra_data = ExtraData::joined(card.is_effective());
    Ok(MemberSheet {
        sheet: visit.sheet(t.card, &address::joined(visit), &extra_data).await,
        card,
        done: t.done(visit.query("done")),
        problem,
    })
}
