//! Tests of records of an earlier release: none is lost, and each is encoded as that release encoded it.

use super::*;
use ruhui_core::api::card_member::{
    ConfirmUserCard, ListUserCards, ModifyCardTemplate, QueryCardTemplate, QueryMembershipActivity,
    QueryUserCard,
};
use ruhui_server::rewrite;
use serde_json::json;

#[tokio::test]
async fn every_record_is_there_and_is_written_as_it_was() {
    let fixture = fixture().await;
    let store = fixture.store.clone();
    let records = records(&*store).await;
    assert_eq!(records.len(), RECORDS);
    for kind in Kind::ALL {
        assert!(records.iter().any(|(key, _)| key.kind == kind), "{kind:?}");
    }
    for (key, stored) in records {
        let value = rewrite(&key, stored.clone()).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(value.0, stored.value, "{key:?}");
    }
}

/// Provisions the fixture's own entries: without the user that the fixture's last file removed, and without the template
/// that the sandbox's file has gained since.
async fn world(store: Arc<dyn Store>) -> TestService {
    let mut provision = first_provision(&life::ENTRIES.replace("待开通的品牌", "已提交申请的品牌"));
    provision.users.pop();
    provision.templates.retain(|template| template.card.card_id.as_str() != "pTimeRange000000000000000001");
    let world = TestService::limited(store, &provision).await;
    // The requests of the fixture count against the rate limit until their time has passed.
    world.pass(3600);
    world
}

#[tokio::test]
async fn provisioning_the_same_file_changes_nothing() {
    let fixture = fixture().await;
    let store = fixture.store.clone();
    let before = records(&*store).await;
    world(store.clone()).await;
    assert_eq!(records(&*store).await, before);
}

#[tokio::test]
async fn the_service_goes_on_with_what_the_earlier_release_left() {
    let fixture = fixture().await;
    let world = world(fixture.store.clone()).await;
    let of = |card_id: &str| json!({ "brand_id": BRAND_ID, "card_id": card_id });
    let template = world.done::<QueryCardTemplate>(&of(CARD_ID)).await;
    assert_eq!(template["service_phone"], "13900000000", "the merchant's change");
    let activity = json!({ "brand_id": BRAND_ID, "activity_id": 1 });
    assert_eq!(world.done::<QueryMembershipActivity>(&activity).await["title"], "新会员礼");

    let [pending, confirmed, _, imported, _] = life::USERS;
    let cards = async |openid: &str| {
        let listed = json!({ "brand_id": BRAND_ID, "openid": openid, "offset": 0, "limit": 20 });
        world.done::<ListUserCards>(&listed).await["data"].as_array().unwrap().clone()
    };
    let shown = cards(confirmed).await.remove(0);
    assert_eq!(
        (&shown["user_card_state"], &shown["attach"], &shown["level"]),
        (&json!("EFFECTIVE"), &json!("附加数据"), &json!("黄金"))
    );
    assert_eq!(decrypted(&MERCHANT, &shown["phone_number"]), "13800000000");
    let states: Vec<_> = cards(imported).await.iter().map(|card| card["user_card_state"].clone()).collect();
    assert_eq!(states, ["INVALID", "EFFECTIVE"]);

    let card_id = shown["card_id"].as_str().unwrap();
    let of_user = merged(&of(card_id), &json!({ "openid": pending, "user_card_code": "200001" }));
    let confirm = json!({ "user_card_confirm_state": "CREATE_CARD_SUCCESS" });
    world.done::<ConfirmUserCard>(&merged(&of_user, &confirm)).await;
    assert_eq!(world.done::<QueryUserCard>(&of_user).await["user_card_state"], "EFFECTIVE");
    world.done::<ModifyCardTemplate>(&merged(&of(CARD_ID), &json!({ "benefits": "会员七折" }))).await;
}
