//! The page of a member card as its user sees it.

use super::address::path;
use super::texts::MembersTexts;
use super::user_acts::Redeem;
use crate::component::card::{
    ActAddresses, CardCode, MemberCard, NewsText, Outcome, Standing, UserCard, delete, redeem, view_points,
};
use crate::frame::{Frame, Nav};
use crate::pages::templates::card::Picture;
use crate::problem::Problem;
use crate::visit::Visit;
use askama::Template;
use axum::extract::{Form, Path};
use axum::response::{IntoResponse as _, Redirect, Response};

/// The template and the user, as the page's address names them.
type Ids = (String, String);

#[derive(Template)]
#[template(path = "members/card.html")]
struct CardPage {
    frame: Frame,
    t: &'static MembersTexts,
    /// The page with the user's cards and their life.
    member: String,
    openid: String,
    card: MemberCard,
    style: &'static str,
    done: Option<&'static str>,
    problem: Option<Problem>,
}

pub(super) async fn show(visit: Visit, Path(ids): Path<Ids>) -> Response {
    render(&visit, &ids, None).await
}

pub(super) async fn act_view_points(visit: Visit, Path(ids): Path<Ids>) -> Response {
    finish(&visit, &ids, view_points(&visit, (&ids.0, &ids.1)).await, "viewed").await
}

pub(super) async fn act_redeem(visit: Visit, Path(ids): Path<Ids>, Form(form): Form<Redeem>) -> Response {
    finish(&visit, &ids, redeem(&visit, (&ids.0, &ids.1), &form.deduct_points).await, "redeemed").await
}

pub(super) async fn act_delete(visit: Visit, Path(ids): Path<Ids>) -> Response {
    finish(&visit, &ids, delete(&visit, (&ids.0, &ids.1)).await, "deleted").await
}

async fn finish(visit: &Visit, ids: &Ids, acted: Result<(), Problem>, done: &str) -> Response {
    match acted {
        Ok(()) => Redirect::to(&format!("{}?done={done}", address(ids))).into_response(),
        Err(problem) => render(visit, ids, Some(problem)).await,
    }
}

async fn render(visit: &Visit, ids: &Ids, problem: Option<Problem>) -> Response {
    let status = Problem::status_of(problem.as_ref());
    visit.respond_with(status, load(visit, ids, problem).await).await
}

async fn load(visit: &Visit, ids: &Ids, problem: Option<Problem>) -> Result<CardPage, Problem> {
    let (card_id, openid) = ids;
    let here = address(ids);
    let acts = ActAddresses {
        view_points: format!("{here}/points"),
        redeem: format!("{here}/redeem"),
        delete: format!("{here}/delete"),
    };
    let card = UserCard::read(visit, (card_id, openid)).await?;
    let card = MemberCard::of(visit, &card, acts).await?;
    let t = MembersTexts::of(visit.language);
    Ok(CardPage {
        frame: visit.frame_at(Nav::Members, t.card, &here).await,
        t,
        member: path(card_id, openid),
        openid: openid.clone(),
        card,
        style: &crate::assets::card_css().path,
        done: t.done(visit.query("done")),
        problem,
    })
}

fn address((card_id, openid): &Ids) -> String {
    format!("{}/card", path(card_id, openid))
}
