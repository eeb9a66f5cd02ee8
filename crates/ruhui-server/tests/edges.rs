//! What is taken must be readable, answerable and forgettable afterwards: values at the edges of their types.
#![allow(clippy::unwrap_used, reason = "clippy's exception for tests does not reach their helpers")]

mod common;

use common::*;
use ruhui_core::api::card_member::CreateCardTemplate;
use ruhui_core::api::rows;
use serde_json::json;

/// A time is written in Beijing's year. One that has none of four digits there would be kept and never be read
/// again, and with it no service would start.
#[tokio::test]
async fn a_time_beyond_the_calendar_is_refused_and_the_service_starts_again() {
    let mut world = World::new().await;
    let good = world.template().await;
    for begin in ["0000-01-01T00:00:00+08:01", "0000-01-01T00:00:00+23:59"] {
        let validity = json!({
            "type": "FIX_TIME_RANGE",
            "available_begin_time": begin,
            "available_end_time": "2099-01-01T00:00:00+08:00",
        });
        let asked = merged(&good, &json!({ "valid_date_information": validity }));
        let reply = world.send(world.by_hand::<CreateCardTemplate>(&asked).sign()).await;
        reply.answers(&rows::PARAMETER_WRONG);
        assert_eq!(reply.json()["detail"]["field"], "/valid_date_information/available_begin_time");
    }
    let validity = json!({
        "type": "FIX_TIME_RANGE",
        "available_begin_time": "0000-01-01T00:00:00+08:00",
        "available_end_time": "9999-12-30T21:59:59Z",
    });
    let created = world.create_template(&json!({ "valid_date_information": validity })).await;
    world.restart().await;
    let draft = world.current().member("card_id", created["card_id"].clone());
    world.token(draft.sign()).await;
}
