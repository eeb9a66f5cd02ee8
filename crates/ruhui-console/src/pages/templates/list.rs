//! The list of templates, newest first.

use super::texts::TemplatesTexts;
use crate::frame::{Frame, Nav};
use crate::problem::Problem;
use crate::visit::Visit;
use askama::Template;
use axum::response::Response;
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Template)]
#[template(path = "templates/list.html")]
struct ListPage {
    frame: Frame,
    t: &'static TemplatesTexts,
    templates: Vec<Listed>,
    is_complete: bool,
}

#[derive(Deserialize)]
struct Found {
    data: Vec<Listed>,
    complete: bool,
}

#[derive(Deserialize)]
struct Listed {
    card_template: CardTemplate,
    brand_name: Option<String>,
    expired: bool,
    user_cards: BTreeMap<String, u64>,
}

#[derive(Deserialize)]
struct CardTemplate {
    card_id: String,
    card_title: String,
    card_color: String,
    state: String,
    code_mode: String,
}

impl Listed {
    fn state(&self) -> &str {
        super::show::state(self.expired, &self.card_template.state)
    }

    fn badge(&self) -> &'static str {
        super::show::badge(self.state())
    }

    fn count(&self, state: &str) -> u64 {
        self.user_cards.get(state).copied().unwrap_or_default()
    }
}

pub(super) async fn show(visit: Visit) -> Response {
    let page = load(&visit).await;
    visit.respond(page).await
}

async fn load(visit: &Visit) -> Result<ListPage, Problem> {
    let Found { data, complete } = visit.controls.get("/sandbox/state/templates").await?;
    let t = TemplatesTexts::of(visit.language);
    Ok(ListPage {
        frame: visit.frame(Nav::Templates, t.title).await,
        t,
        templates: data,
        is_complete: complete,
    })
}
