//! Tests of user cards from the side of merchants and users: requests over HTTP, and acts of users through the
//! simulator.

mod component;
mod encryption;
mod events;
mod limits;
mod lists;
mod meddling;
mod races;
mod times;

use crate::common::*;
use ruhui_core::api::Row;
use ruhui_core::api::card_member::{
    CodeMode, ConfirmUserCard, CreatePreAuthToken, ImportUserCardByOpenid, InvalidateUserCard,
    ModifyUserCard, QueryUserCard,
};
use ruhui_server::domain::Template;
use serde_json::{Value, json};

/// Returns the parameters that name the user's card of the sandbox's template in every request about it.
fn card(openid: &str, code: &str) -> Value {
    json!({ "brand_id": BRAND_ID, "card_id": CARD_ID, "openid": openid, "user_card_code": code })
}

fn confirmation(code: &str, outcome: &str) -> Value {
    merged(&card(OPENID, code), &json!({ "user_card_confirm_state": format!("CREATE_CARD_{outcome}") }))
}

/// Makes the merchant allocate the codes of the sandbox's template.
async fn merchants_codes(world: &TestService) {
    world.change::<Template>(CARD_ID, |it| it.card.code_mode = CodeMode::MerchantAllocate).await;
}

/// Returns the state that a query shows.
async fn state(world: &TestService, openid: &str, code: &str) -> String {
    let shown = world.done::<QueryUserCard>(&card(openid, code)).await;
    shown["user_card_state"].as_str().unwrap().to_owned()
}

/// Sends a request, and asserts that it is rejected with the row.
async fn rejected<E: ruhui_core::api::Endpoint>(world: &TestService, parameters: &Value, row: &Row) {
    world.send(world.by_hand::<E>(parameters).sign()).await.answers(row);
}

/// Returns a token for the user and the sandbox's template.
async fn token(world: &TestService, openid: &str) -> ruhui_core::types::Token {
    let asked = json!({ "brand_id": BRAND_ID, "card_id": CARD_ID, "openid": openid });
    let answer = world.done::<CreatePreAuthToken>(&asked).await;
    answer["token"].as_str().unwrap().parse().unwrap()
}
