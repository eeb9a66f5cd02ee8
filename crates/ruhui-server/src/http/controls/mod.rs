//! Controls of the simulator: the sandbox's HTTP API for the actions of WeChat users and for the business clock.
//!
//! The controls are never part of the API. They are on the operations listener, in a sandbox only.
//!
//! | | Body | |
//! |---|---|---|
//! | `GET /sandbox/join?token=&scene=` | | shows the join component's form |
//! | `POST /sandbox/join` | `token`, `phone_number`, `user_information` | the user agrees in the join component |
//! | `POST /sandbox/user-cards/open` | `card_id`, `openid`, `phone_number`, `user_information` | the user joins from the 商家名片 |
//! | `POST /sandbox/user-cards/delete` | `card_id`, `openid` | the user deletes the card |
//! | `POST /sandbox/points/view` | `card_id`, `openid` | the user views points |
//! | `POST /sandbox/points/redeem` | `card_id`, `openid`, `deduct_points` | the user redeems points |
//! | `GET /sandbox/pay-view?token=` | | shows the card for which the payment-code component would open |
//! | `POST /sandbox/pay-view` | `token` | the user opens the payment-code component |
//! | `POST /sandbox/probe` | `card_id` | sends an event with a wrong signature |
//! | `POST /sandbox/call` | `name` and `fields`, or `method` and `target` | sends a signed request to the API: see `call` |
//! | `GET /sandbox/clock` | | shows the business clock |
//! | `POST /sandbox/clock` | one of `advance_seconds`, `set`, `freeze`, `resume` | changes the business clock |
//! | `/sandbox/events`, `GET /sandbox/deliveries` | | events and their attempts: see `events` |
//! | `POST /sandbox/explain` | a saved request | says why its signature is rejected: see `explain` |
//! | `/sandbox/faults` | | faults that are played on purpose: see `faults` |
//! | `POST /sandbox/reload` | | applies `ruhui.toml` as it is now |
//! | `/sandbox/keys` | | stages and rotation of keys: see `keys` |
//! | `/sandbox/kit` | | variables of the kit, and programs filled with them: see `kit` |
//! | `/sandbox/requests` | | the request log: see `requests` |
//! | `/sandbox/state/…` | | the contents of the store: see `contents` |
//! | `/sandbox/reset`, `/sandbox/snapshots`, `/sandbox/restore` | | the whole state: see `state` |
//! | `/sandbox/triggers` | `what` | brings a member or a card into a state: see `triggers` |
//!
//! `GET /sandbox/openapi.json` returns the document of all controls.
//!
//! An `openid` next to a token names the user who holds the phone. Errors have `code` and `message`. A rejection by a
//! component has `extra_data` too, as the page that launched the component would get it. An error about one field names it
//! in `detail.field`.

mod call;
mod choice;
mod clock;
mod contents;
mod context;
mod document;
mod events;
mod explain;
mod faults;
mod guard;
mod keys;
mod kit;
mod outcome;
mod reload;
mod request;
mod requests;
mod state;
mod triggers;

pub(crate) use context::SandboxParts;

use crate::business_clock::BusinessClock;
use crate::domain::component::Refusal;
use crate::domain::member::Filled;
use crate::http::connection::connection_of;
use crate::http::in_process::InProcess;
use crate::kit_keys::KitKeys;
use crate::service::Service;
use crate::simulator;
use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::from_fn_with_state;
use axum::response::Response;
use axum::routing::{get, post};
use context::Controls;
use http::Extensions;
use outcome::{Failure, answer, answer_inside};
use request::{About, Agree, Launch, LaunchJoin, Open, Probe, Redeem, body, query};
use ruhui_core::api::card_member::UserInformation;
use ruhui_core::types::PhoneNumber;
use serde_json::json;
use std::sync::Arc;

/// The router of the controls, and of the pages of the console that use them. Both have the same check of host and
/// origin.
pub(super) fn with_pages(service: Arc<Service>, parts: SandboxParts, api: InProcess) -> Router {
    let SandboxParts { clock, reloadable, folder, kit_keys, kit } = parts;
    let controls = Controls { service, clock, reloadable, folder, kit_keys, kit, api: Some(api) };
    let router = router().with_state(controls.clone());
    let pages = ruhui_console::router(router.clone(), connection_only)
        .layer(from_fn_with_state(controls.clone(), guard::add_page_origins));
    router.merge(pages).layer(from_fn_with_state(controls, guard::check))
}

/// Returns the extension by which the controls find the connection of a request.
fn connection_only(visitor: &Extensions) -> Extensions {
    let mut carried = Extensions::new();
    carried.insert(connection_of(visitor));
    carried
}

fn router() -> Router<Controls> {
    Router::new()
        .route("/sandbox/join", get(form).post(join))
        .route("/sandbox/user-cards/open", post(open))
        .route("/sandbox/user-cards/delete", post(delete))
        .route("/sandbox/points/view", post(view_points))
        .route("/sandbox/points/redeem", post(redeem_points))
        .route("/sandbox/pay-view", get(pay_view_offer).post(pay_view))
        .route("/sandbox/probe", post(probe))
        .merge(call::router())
        .merge(clock::router())
        .merge(contents::router())
        .merge(events::router())
        .merge(explain::router())
        .merge(faults::router())
        .merge(reload::router())
        .merge(document::router())
        .merge(keys::router())
        .merge(kit::router())
        .merge(requests::router())
        .merge(state::router())
        .merge(triggers::router())
}

/// The router of a service that is no sandbox and keeps a request log: the controls of the log, and no others.
pub(super) fn request_log(service: Arc<Service>) -> Router {
    // No control of the log uses the clock.
    let clock = Arc::new(BusinessClock::new(service.env.business.clone()));
    let kit_keys = KitKeys::none();
    let controls =
        Controls { service, clock, reloadable: None, folder: None, kit_keys, kit: None, api: None };
    requests::router().layer(from_fn_with_state(controls.clone(), guard::check)).with_state(controls)
}

async fn form(State(controls): State<Controls>, request: Request) -> Response {
    answer_inside(controls, request, |controls, request| async move {
        let LaunchJoin { token, openid, scene } = query(&request)?;
        check_scene(scene.as_deref())?;
        Ok(json!(simulator::join_form(&controls.service, &token, openid.as_ref()).await?))
    })
    .await
}

async fn join(State(controls): State<Controls>, request: Request) -> Response {
    answer_inside(controls, request, |controls, request| async move {
        let Agree { token, openid, scene, phone_number, user_information } = body(request).await?;
        check_scene(scene.as_deref())?;
        let filled = filled(phone_number, user_information)?;
        let told = simulator::join(&controls.service, &token, openid.as_ref(), &filled).await?;
        let extra_data = json!({ "errcode": 0, "msg": "", "data": { "hasJoinCardMember": true } });
        Ok(json!({ "user_card": told.user_card, "event_id": told.event_id, "extra_data": extra_data }))
    })
    .await
}

async fn open(State(controls): State<Controls>, request: Request) -> Response {
    answer_inside(controls, request, |controls, request| async move {
        let Open { card_id, openid, phone_number, user_information } = body(request).await?;
        let filled = filled(phone_number, user_information)?;
        Ok(json!(simulator::open_from_business_card(&controls.service, &card_id, &openid, &filled).await?))
    })
    .await
}

async fn delete(State(controls): State<Controls>, request: Request) -> Response {
    answer_inside(controls, request, |controls, request| async move {
        let About { card_id, openid } = body(request).await?;
        Ok(json!(simulator::delete_card(&controls.service, &card_id, &openid).await?))
    })
    .await
}

async fn view_points(State(controls): State<Controls>, request: Request) -> Response {
    answer_inside(controls, request, |controls, request| async move {
        let About { card_id, openid } = body(request).await?;
        Ok(json!(simulator::view_points(&controls.service, &card_id, &openid).await?))
    })
    .await
}

async fn redeem_points(State(controls): State<Controls>, request: Request) -> Response {
    answer_inside(controls, request, |controls, request| async move {
        let asked: Redeem = body(request).await?;
        let (card_id, openid, coupon) = asked.into_parts();
        Ok(json!(simulator::redeem_points(&controls.service, &card_id, &openid, &coupon).await?))
    })
    .await
}

async fn pay_view_offer(State(controls): State<Controls>, request: Request) -> Response {
    answer_inside(controls, request, |controls, request| async move {
        let Launch { token, openid } = query(&request)?;
        Ok(json!(simulator::payment_code_offer(&controls.service, &token, openid.as_ref()).await?))
    })
    .await
}

async fn pay_view(State(controls): State<Controls>, request: Request) -> Response {
    answer_inside(controls, request, |controls, request| async move {
        let Launch { token, openid } = body(request).await?;
        let user_card = simulator::show_payment_code(&controls.service, &token, openid.as_ref()).await?;
        Ok(json!({ "user_card": user_card, "extra_data": { "errcode": 0, "msg": "" } }))
    })
    .await
}

async fn probe(State(controls): State<Controls>, request: Request) -> Response {
    answer(controls, request, |controls, request| async move {
        let Probe { card_id } = body(request).await?;
        let status = simulator::probe(&controls.service, &card_id).await?.map_err(Failure::NoAnswer)?;
        // The documents require 4xx or 5xx for a notification whose signature does not verify.
        Ok(json!({ "status": status, "signature_checked": status >= 400 }))
    })
    .await
}

/// The scene of the join component: the one value that the documents have (page 4015273633).
const SCENE: &str = "CARD_MEMBER";

/// Checks the scene with which a page launches the join component. Programs that play the user may leave it out.
fn check_scene(scene: Option<&str>) -> Result<(), Refusal> {
    if scene.is_none_or(|scene| scene == SCENE) { Ok(()) } else { Err(Refusal::SceneWrong) }
}

fn filled(
    phone_number: Option<PhoneNumber>,
    user_information: Option<UserInformation>,
) -> Result<Filled, Failure> {
    let phone_number = phone_number.ok_or(Refusal::PhoneMissing)?;
    Ok(Filled { phone_number, user_information: user_information.unwrap_or_default() })
}
