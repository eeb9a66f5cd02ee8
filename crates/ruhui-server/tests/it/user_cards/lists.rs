//! Tests of the list of a user's cards of a brand: order, state, pages, and no cards of other brands.

use super::*;
use jiff::SignedDuration;
use ruhui_core::api::card_member::{ListUserCards, ValidDateInformation};
use ruhui_core::types::{AppId, BrandId, CardId};
use ruhui_server::store::StoreExt as _;
use ruhui_server::store::records::put;

async fn list(world: &TestService, changes: Value) -> Value {
    let good = json!({ "brand_id": BRAND_ID, "openid": OPENID, "offset": 0, "limit": 20 });
    world.done::<ListUserCards>(&merged(&good, &changes)).await
}

fn codes(list: &Value) -> Vec<&str> {
    list["data"].as_array().unwrap().iter().map(|card| card["user_card_code"].as_str().unwrap()).collect()
}

/// Adds another template, of this brand or another one.
async fn template(world: &TestService, card_id: &str, brand_id: &str) {
    let mut template = world.store.read::<Template>(CARD_ID).await.unwrap().unwrap().record;
    template.card.card_id = CardId::new(card_id).unwrap();
    template.card.brand_id = BrandId::new(brand_id).unwrap();
    world.store.commit(vec![put(&template, None)]).await.unwrap();
    world.service.reload().await.unwrap();
}

#[tokio::test]
async fn cards_come_in_the_order_of_their_creation_and_in_pages() {
    let world = TestService::new().await;
    template(&world, "a", BRAND_ID).await;
    template(&world, "z", BRAND_ID).await;
    // The order of the template ids differs from the order of the cards.
    for (number, card_id) in ["z", CARD_ID, "a"].into_iter().cycle().take(23).enumerate() {
        world.business.advance(SignedDuration::from_secs(1));
        let code = format!("c{number:02}");
        let changes = json!({ "card_id": card_id });
        world.done::<ImportUserCardByOpenid>(&merged(&card(OPENID, &code), &changes)).await;
        world.done::<InvalidateUserCard>(&merged(&card(OPENID, &code), &changes)).await;
    }
    let expected: Vec<String> = (0..23).map(|number| format!("c{number:02}")).collect();
    let first = list(&world, json!({})).await;
    assert_eq!(
        (codes(&first), &first["total_count"]),
        (expected[..20].iter().map(String::as_str).collect(), &json!(23))
    );
    assert_eq!([&first["offset"], &first["limit"]], [&json!(0), &json!(20)]);
    let second = list(&world, json!({ "offset": 20 })).await;
    assert_eq!((codes(&second), &second["total_count"]), (vec!["c20", "c21", "c22"], &json!(23)));
    let middle = list(&world, json!({ "offset": 5, "limit": 2 })).await;
    assert_eq!(codes(&middle), ["c05", "c06"]);
    let beyond = list(&world, json!({ "offset": 23 })).await;
    assert_eq!((codes(&beyond).len(), &beyond["total_count"]), (0, &json!(23)));
}

#[tokio::test]
async fn a_state_is_the_one_that_is_shown() {
    let world = TestService::new().await;
    let soon = ValidDateInformation::range(
        "2027-01-01T00:00:00+08:00".parse().unwrap(),
        "2027-01-15T16:01:00+08:00".parse().unwrap(),
    );
    template(&world, "a", BRAND_ID).await;
    world.change::<Template>("a", |it| it.card.valid_date_information = soon).await;
    world.done::<ImportUserCardByOpenid>(&merged(&card(OPENID, "1"), &json!({ "card_id": "a" }))).await;
    world.done::<ImportUserCardByOpenid>(&card(OPENID, "2")).await;
    let counts = async || {
        let mut counts = Vec::new();
        for state in ["UNACTIVATED", "EFFECTIVE", "EXPIRED", "INVALID"] {
            let listed = list(&world, json!({ "user_card_state": state })).await;
            assert!(listed["data"].as_array().unwrap().iter().all(|card| card["user_card_state"] == state));
            counts.push(listed["total_count"].as_u64().unwrap());
        }
        counts
    };
    assert_eq!(counts().await, [0, 2, 0, 0]);
    world.business.advance(SignedDuration::from_secs(60));
    assert_eq!(counts().await, [0, 1, 1, 0]);
    world.done::<InvalidateUserCard>(&card(OPENID, "2")).await;
    assert_eq!(counts().await, [0, 0, 1, 1]);
}

#[tokio::test]
async fn a_card_that_waits_is_listed_without_a_code() {
    let world = TestService::new().await;
    merchants_codes(&world).await;
    assert_eq!(world.opened(CARD_ID, OPENID).await, None);
    let listed = list(&world, json!({ "user_card_state": "UNACTIVATED" })).await;
    assert_eq!((listed["total_count"].as_u64(), listed["data"][0].get("user_card_code")), (Some(1), None));
}

#[tokio::test]
async fn cards_of_other_brands_are_not_listed() {
    let world = TestService::new().await;
    template(&world, "b", "1005").await;
    world
        .change::<ruhui_server::domain::Brand>("1005", |brand| {
            brand.appids.push(AppId::new(APPID).unwrap());
        })
        .await;
    let other = json!({ "card_id": "b", "brand_id": "1005" });
    world.done::<ImportUserCardByOpenid>(&merged(&card(OPENID, "1"), &other)).await;
    world.done::<ImportUserCardByOpenid>(&card(OPENID, "2")).await;
    assert_eq!(codes(&list(&world, json!({})).await), ["2"]);
    assert_eq!(codes(&list(&world, json!({ "brand_id": "1005" })).await), ["1"]);
}
