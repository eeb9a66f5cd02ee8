//! Acts on activities: calls of the API as a merchant of the brand.

use super::texts::ActivitiesTexts;
use super::{form, list, show};
use crate::call::{Caller, call};
use crate::card_templates;
use crate::controls::segment;
use crate::form::{Entered, members, refill};
use crate::frame::Nav;
use crate::problem::Problem;
use crate::visit::Visit;
use axum::extract::{Form, Path};
use axum::response::{IntoResponse as _, Redirect, Response};
use serde::Deserialize;
use serde_json::{Map, Value, json};

pub(super) async fn create(visit: Visit, Form(entered): Form<Entered>) -> Response {
    match created(&visit, &entered).await {
        Ok(id) => to(&id.to_string(), "created"),
        Err(problem) => list::render(&visit, Some(problem), &entered).await,
    }
}

#[derive(Deserialize)]
struct Created {
    activity_id: u64,
}

async fn created(visit: &Visit, entered: &Entered) -> Result<u64, Problem> {
    let frame = visit.frame(Nav::Activities, "").await;
    let mut fields = form::new(ActivitiesTexts::of(visit.language), &frame, "", "");
    refill(&mut fields, entered);
    let mut asked = members(&fields, visit.language)?;
    let card_id = asked.get("card_id").and_then(Value::as_str).unwrap_or_default().to_owned();
    let template: Value = card_templates::one(visit, &card_id).await?;
    let brand_id = template["card_template"]["brand_id"].clone();
    let caller = caller_for(visit, &brand_id).await?;
    asked.insert("brand_id".to_owned(), brand_id);
    let made = call(visit, "create_membership_activity", &caller, asked).await?;
    let Created { activity_id } = serde_json::from_value(made).map_err(Problem::internal)?;
    Ok(activity_id)
}

pub(super) async fn modify(visit: Visit, Path(id): Path<String>, Form(entered): Form<Entered>) -> Response {
    match modified(&visit, &id, &entered).await {
        Ok(()) => to(&id, "modified"),
        Err(problem) => show::render(&visit, &id, Some(problem), &entered).await,
    }
}

async fn modified(visit: &Visit, id: &str, entered: &Entered) -> Result<(), Problem> {
    let activity = show::read(visit, id).await?;
    let mut fields = form::changes(ActivitiesTexts::of(visit.language), &activity);
    refill(&mut fields, entered);
    act(visit, "modify_membership_activity", &activity, members(&fields, visit.language)?).await
}

pub(super) async fn end(visit: Visit, Path(id): Path<String>) -> Response {
    let ended = async {
        let activity = show::read(&visit, &id).await?;
        act(&visit, "terminate_membership_activity", &activity, Map::new()).await
    };
    match ended.await {
        Ok(()) => to(&id, "ended"),
        Err(problem) => show::render(&visit, &id, Some(problem), &Entered::default()).await,
    }
}

/// Calls an endpoint about an activity.
async fn act(
    visit: &Visit,
    name: &str,
    activity: &Value,
    mut fields: Map<String, Value>,
) -> Result<(), Problem> {
    for known in ["brand_id", "activity_id"] {
        fields.insert(known.to_owned(), activity[known].clone());
    }
    let caller = caller_for(visit, &activity["brand_id"]).await?;
    call(visit, name, &caller, fields).await.map(|_| ())
}

#[derive(Deserialize)]
struct Brands {
    data: Vec<Brand>,
}

#[derive(Deserialize)]
struct Brand {
    brand_id: Value,
    merchants: Vec<String>,
}

/// Returns a merchant that may act for a brand: only merchants have endpoints for activities.
async fn caller_for(visit: &Visit, brand_id: &Value) -> Result<Caller, Problem> {
    let Brands { data } = visit.controls.get("/sandbox/state/brands").await?;
    let brand = data.into_iter().find(|brand| brand.brand_id == *brand_id);
    let mchid = brand.and_then(|brand| brand.merchants.into_iter().next());
    Ok(json!({ "mchid": mchid.unwrap_or_default() }))
}

fn to(id: &str, done: &str) -> Response {
    Redirect::to(&format!("/activities/{}?done={done}", segment(id))).into_response()
}
