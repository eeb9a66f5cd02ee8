//! Acts on templates: calls of the API as the caller that owns the template.

use super::picture::{self, Sent};
use super::texts::TemplatesTexts;
use super::{form, new, show};
use crate::call::{Caller, call};
use crate::controls::segment;
use crate::form::{Entered, members, refill, without_unchanged};
use crate::frame::Nav;
use crate::problem::Problem;
use crate::visit::Visit;
use axum::extract::multipart::MultipartRejection;
use axum::extract::{Multipart, Path};
use axum::response::{IntoResponse as _, Redirect, Response};
use serde::Deserialize;
use serde_json::{Map, Value, json};

#[derive(Deserialize)]
struct Brands {
    data: Vec<Brand>,
}

#[derive(Deserialize)]
struct Brand {
    brand_id: String,
    merchants: Vec<String>,
}

pub(super) async fn create(visit: Visit, form: Result<Multipart, MultipartRejection>) -> Response {
    let (mut sent, read) = picture::read(&visit, form).await;
    let created = match read {
        Ok(()) => created(&visit, &mut sent).await,
        Err(problem) => Err(problem),
    };
    match created {
        Ok(card_id) => to(&card_id, "created"),
        // A picture that was uploaded stays: its URL is in the form.
        Err(problem) => new::render(&visit, Some(problem), &sent.entered).await,
    }
}

async fn created(visit: &Visit, sent: &mut Sent) -> Result<String, Problem> {
    let caller = caller_for(visit, sent.entered.value("brand_id")).await?;
    sent.upload(visit, &caller).await?;
    let frame = visit.frame(Nav::Templates, "").await;
    let fields = new::fields(visit, &frame, &sent.entered).await?;
    let asked = members(&fields, visit.language)?;
    let made = call(visit, "create_card_template", &caller, asked).await?;
    Ok(made["card_id"].as_str().unwrap_or_default().to_owned())
}

/// Returns a merchant of the brand. A brand without merchants acts for itself.
async fn caller_for(visit: &Visit, brand_id: &str) -> Result<Caller, Problem> {
    let Brands { data } = visit.controls.get("/sandbox/state/brands").await?;
    let brand = data.into_iter().find(|brand| brand.brand_id == brand_id);
    let merchant = brand.and_then(|brand| brand.merchants.into_iter().next());
    Ok(merchant.map_or_else(|| json!({ "brand_id": brand_id }), |mchid| json!({ "mchid": mchid })))
}

pub(super) async fn modify(
    visit: Visit,
    Path(card_id): Path<String>,
    form: Result<Multipart, MultipartRejection>,
) -> Response {
    let (mut sent, read) = picture::read(&visit, form).await;
    let modified = match read {
        Ok(()) => modified(&visit, &card_id, &mut sent).await,
        Err(problem) => Err(problem),
    };
    match modified {
        Ok(()) => to(&card_id, "modified"),
        Err(problem) => show::render(&visit, &card_id, Some(problem), &sent.entered).await,
    }
}

async fn modified(visit: &Visit, card_id: &str, sent: &mut Sent) -> Result<(), Problem> {
    let shown = show::read(visit, card_id).await?;
    sent.upload(visit, &json!(shown.owner)).await?;
    let mut fields = form::changes(TemplatesTexts::of(visit.language), &shown.card_template);
    refill(&mut fields, &sent.entered);
    let mut changes = members(&fields, visit.language)?;
    without_unchanged(&mut changes, &shown.card_template);
    act(visit, "modify_card_template", &shown, changes).await
}

pub(super) async fn invalidate(visit: Visit, Path(card_id): Path<String>) -> Response {
    let invalidated = async {
        let shown = show::read(&visit, &card_id).await?;
        act(&visit, "invalidate_card_template", &shown, Map::new()).await
    };
    match invalidated.await {
        Ok(()) => to(&card_id, "invalidated"),
        Err(problem) => show::render(&visit, &card_id, Some(problem), &Entered::default()).await,
    }
}

/// Calls an endpoint about a template.
async fn act(
    visit: &Visit,
    name: &str,
    shown: &show::Shown,
    mut fields: Map<String, Value>,
) -> Result<(), Problem> {
    for known in ["brand_id", "card_id"] {
        fields.insert(known.to_owned(), shown.card_template[known].clone());
    }
    call(visit, name, &json!(shown.owner), fields).await.map(|_| ())
}

fn to(card_id: &str, done: &str) -> Response {
    Redirect::to(&format!("/templates/{}?done={done}", segment(card_id))).into_response()
}
