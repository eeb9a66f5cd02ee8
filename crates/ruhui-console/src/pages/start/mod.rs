//! The start page: what to do next, in the programming language that the visitor picks.

mod programs;
mod steps;
mod texts;

use crate::assets::{self, Asset, Picture};
use crate::controls::InProcess;
use crate::frame::{Frame, Nav};
use crate::preferences;
use crate::visit::Visit;
use askama::Template;
use axum::Router;
use axum::http::header::SET_COOKIE;
use axum::response::Response;
use axum::routing::get;
use programs::Programs;
use steps::Step;
use texts::StartTexts;

pub(crate) fn router() -> Router<InProcess> {
    Router::new().route("/", get(show))
}

#[derive(Template)]
#[template(path = "start/page.html")]
struct StartPage {
    frame: Frame,
    t: &'static StartTexts,
    steps: Vec<Step>,
    programs: Programs,
    pictures: [Figure; 3],
}

struct Figure {
    asset: &'static Asset,
    title: &'static str,
    width: u16,
    height: u16,
}

async fn show(visit: Visit) -> Response {
    let mut response = visit.respond(Ok(load(&visit).await)).await;
    let chosen = visit.query("for");
    // A link chooses for the next pages too.
    if let Some(cookie) = preferences::of_program(chosen) {
        response.headers_mut().insert(SET_COOKIE, cookie);
    }
    response
}

async fn load(visit: &Visit) -> StartPage {
    let t = StartTexts::of(visit.language);
    let picture = |name, title, (width, height)| Figure {
        asset: assets::picture(name, visit.language),
        title,
        width,
        height,
    };
    StartPage {
        frame: visit.frame(Nav::Start, t.title).await,
        t,
        steps: steps::load(visit, t).await,
        programs: programs::load(visit, t).await,
        pictures: [
            picture(Picture::TokenToMember, t.picture_token, (760, 424)),
            picture(Picture::Signature, t.picture_signature, (760, 372)),
            picture(Picture::Callback, t.picture_callback, (760, 388)),
        ],
    }
}
