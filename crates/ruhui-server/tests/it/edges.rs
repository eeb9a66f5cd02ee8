//! Tests of values at the limits of their types: an accepted value can be read, returned and deleted afterwards.

use crate::common::*;
use ruhui_core::api::card_member::{
    CreateCardTemplate, CreateUserFeed, InvalidateCardTemplate, ModifyCardTemplate, ValidDateInformation,
};
use ruhui_core::api::rows;
use ruhui_server::domain::Template;
use ruhui_server::simulator;
use ruhui_server::store::records::put;
use ruhui_server::store::{Loaded, Record as _, StoreExt as _, Write};
use serde_json::json;

/// Times are written in Beijing's time zone. A time whose year there does not have four digits would be stored but
/// never decoded again, and the service could not start.
#[tokio::test]
async fn a_time_beyond_the_calendar_is_rejected_and_the_service_starts_again() {
    let mut world = TestService::new().await;
    let good = world.template().await;
    for begin in ["0000-01-01T00:00:00+08:01", "0000-01-01T00:00:00+23:59"] {
        let validity = json!({
            "type": "FIX_TIME_RANGE",
            "available_begin_time": begin,
            "available_end_time": "2099-01-01T00:00:00+08:00",
        });
        let asked = merged(&good, &json!({ "valid_date_information": validity }));
        let response = world.send(world.by_hand::<CreateCardTemplate>(&asked).sign()).await;
        response.answers(&rows::PARAMETER_WRONG);
        assert_eq!(response.json()["detail"]["field"], "/valid_date_information/available_begin_time");
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

/// The service caches templates. A change by another service must end the rejections that are based on the old copy.
#[tokio::test]
async fn another_service_hears_of_more_time_for_a_template() {
    let world = TestService::new().await;
    let over = ValidDateInformation::range(
        "2025-06-24T00:00:00+08:00".parse().unwrap(),
        "2026-06-24T00:00:00+08:00".parse().unwrap(),
    );
    world.change::<Template>(CARD_ID, |it| it.card.valid_date_information = over).await;
    let beside = world.beside(world.store.clone()).await;
    let response = world.send_to(beside.clone(), world.current().sign()).await;
    response.answers(&rows::TEMPLATE_EXPIRED);

    let more = json!({
        "type": "FIX_TIME_RANGE",
        "available_begin_time": "2025-06-24T00:00:00+08:00",
        "available_end_time": "2099-06-24T00:00:00+08:00",
    });
    let change = json!({ "brand_id": BRAND_ID, "card_id": CARD_ID, "valid_date_information": more });
    world.done::<ModifyCardTemplate>(&change).await;
    for draft in [world.founding(), world.current(), world.brand()] {
        let response = world.send_to(beside.clone(), draft.sign()).await;
        assert_eq!(response.status, 200, "{}", response.text());
    }
}

/// If a template is removed from the file and added again, its new record has a lower version than the one that another
/// service has cached.
#[tokio::test]
async fn a_template_that_was_removed_and_came_back_is_known_again() {
    let world = TestService::new().await;
    for _ in 0..3 {
        world.change::<Template>(CARD_ID, |_| {}).await;
    }
    let Loaded { mut record, version, .. } = world.store.read::<Template>(CARD_ID).await.unwrap().unwrap();
    let gone = Write::Delete { key: Template::key(CARD_ID), read: version };
    world.store.commit(vec![gone]).await.unwrap();
    record.card.benefits = "九折".parse().unwrap();
    world.store.commit(vec![put(&record, None)]).await.unwrap();
    let response = world.send(world.current().sign()).await;
    assert_eq!(response.status, 200, "{}", response.text());
}

/// A resent creation whose response was lost gets the response of the creation, whatever has changed since.
#[tokio::test]
async fn a_number_that_was_used_says_so_whatever_has_changed_since() {
    let world = TestService::new().await;
    let feed = json!({
        "out_request_no": "1",
        "brand_id": BRAND_ID,
        "card_id": CARD_ID,
        "openid": MEMBER,
        "user_card_code": world.code(CARD_ID, MEMBER).await,
        "cell": "1_400",
    });
    world.done::<CreateUserFeed>(&feed).await;
    simulator::delete_card(&world.service, &CARD_ID.parse().unwrap(), &MEMBER.parse().unwrap())
        .await
        .unwrap();
    let again = world.by_hand::<CreateUserFeed>(&feed);
    world.send(again.sign()).await.answers(&rows::FEED_EXISTS);
    world.done::<InvalidateCardTemplate>(&json!({ "brand_id": BRAND_ID, "card_id": CARD_ID })).await;
    let again = world.by_hand::<CreateUserFeed>(&feed);
    world.send(again.sign()).await.answers(&rows::FEED_EXISTS);
}
