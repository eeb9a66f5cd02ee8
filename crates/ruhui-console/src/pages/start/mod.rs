//! The start page: what to do next, in the programming language that the visitor picks.

mod steps;
mod texts;

use crate::assets::{self, Asset, Picture};
use crate::controls::InProcess;
use crate::explanation::{ProgramView, programs};
use crate::frame::{Frame, Nav};
use crate::preferences;
use crate::problem::Problem;
use crate::visit::Visit;
use askama::Template;
use axum::Router;
use axum::http::header::SET_COOKIE;
use axum::response::Response;
use axum::routing::get;
use serde::Deserialize;
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
    languages: Vec<ProgramView>,
    program: Result<Program, Problem>,
    pictures: [Figure; 3],
}

/// The response of the control.
#[derive(Deserialize)]
struct Program {
    file: Option<String>,
    commands: Vec<String>,
    program: String,
    missing_files: Vec<String>,
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
    let languages = programs(visit.program());
    let chosen = languages.iter().find(|language| language.is_chosen).map_or("java", |language| language.id);
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
        program: visit.controls.get(&format!("/sandbox/kit/programs/{chosen}")).await,
        languages,
        pictures: [
            picture(Picture::TokenToMember, t.picture_token, (760, 424)),
            picture(Picture::Signature, t.picture_signature, (760, 372)),
            picture(Picture::Callback, t.picture_callback, (760, 388)),
        ],
    }
}
