//! Tests of events to the merchant: exactly one for each act, in the owner's family.

use super::*;
use ruhui_core::api::card_member::{ProductCouponStockType, UserCardState};
use ruhui_core::api::event::Event;
use ruhui_core::types::Caller;
use ruhui_server::outbox::Delivery;
use ruhui_server::simulator::{self, Coupon};
use ruhui_server::store::{Kind, StoreExt as _};

/// Returns the waiting events in the order of their times, with their contents.
async fn waiting(world: &TestService) -> Vec<(Delivery, Event)> {
    let stored = world.store.scan(Kind::Delivery, "", "", 100).await.unwrap();
    let deliveries = world.store.read_all::<Delivery>().await.unwrap();
    stored
        .into_iter()
        .zip(deliveries)
        .map(|((_, stored), delivery)| {
            let json: Value = serde_json::from_str(&stored.value).unwrap();
            let plain = json["resource"].as_str().unwrap();
            let event = Event::read(&delivery.record.event_type, plain.as_bytes(), None).event;
            (delivery.record, event)
        })
        .collect()
}

async fn one(world: &TestService) -> (Delivery, Event) {
    let mut waiting = waiting(world).await;
    assert_eq!(waiting.len(), 1);
    waiting.remove(0)
}

#[tokio::test]
async fn create_says_all_of_the_card_in_plain_text() {
    let world = TestService::new().await;
    let code = world.opened(CARD_ID, OPENID).await.unwrap();
    let (delivery, event) = one(&world).await;
    let template = world.store.read::<Template>(CARD_ID).await.unwrap().unwrap().record;
    assert_eq!(delivery.notify_url, template.card.notify_url);
    assert_eq!(
        (&delivery.owner, delivery.event_type.as_str()),
        (&template.owner, "BRAND_MEMBER_CARD_SP.USER_CARD.CREATE")
    );
    let Event::UserCardCreated(event) = event else { panic!("{event:?}") };
    assert_eq!(event.user_card_code.unwrap().as_str(), code);
    assert_eq!((event.openid.as_str(), event.phone_number.unwrap().as_str()), (OPENID, PHONE));
    assert_eq!(event.user_card_state, UserCardState::Unactivated);
}

#[tokio::test]
async fn create_has_no_code_that_the_merchant_has_still_to_give() {
    let world = TestService::new().await;
    merchants_codes(&world).await;
    world.opened(CARD_ID, OPENID).await;
    let (_, event) = one(&world).await;
    let Event::UserCardCreated(event) = event else { panic!("{event:?}") };
    assert_eq!(event.user_card_code, None);
    let json = world.store.scan(Kind::Delivery, "", "", 1).await.unwrap().remove(0).1.value;
    assert!(!json.contains("user_card_code"), "the key is absent: {json}");
}

#[tokio::test]
async fn delete_has_the_code_and_the_end() {
    let world = TestService::new().await;
    merchants_codes(&world).await;
    world.done::<ImportUserCardByOpenid>(&card(OPENID, "A")).await;
    simulator::delete_card(&world.service, &CARD_ID.parse().unwrap(), &OPENID.parse().unwrap())
        .await
        .unwrap();
    let (_, event) = one(&world).await;
    let Event::UserCardDeleted(event) = event else { panic!("{event:?}") };
    assert_eq!(event.user_card_code.unwrap().as_str(), "A");
    assert_eq!((event.user_card_state, event.invalid_time.is_some()), (UserCardState::Invalid, true));
}

#[tokio::test]
async fn what_the_merchant_does_is_no_news_to_it() {
    let world = TestService::new().await;
    world.done::<ImportUserCardByOpenid>(&card(OPENID, "A")).await;
    world.done::<ModifyUserCard>(&merged(&card(OPENID, "A"), &json!({ "level": "金" }))).await;
    world.done::<InvalidateUserCard>(&card(OPENID, "A")).await;
    assert!(waiting(&world).await.is_empty());
}

#[tokio::test]
async fn points_are_asked_for_and_redeemed() {
    let world = TestService::new().await;
    let (card_id, openid) = (CARD_ID.parse().unwrap(), MEMBER.parse().unwrap());
    let code = world.code(CARD_ID, MEMBER).await;
    let viewed = simulator::view_points(&world.service, &card_id, &openid).await.unwrap();
    assert_eq!((viewed.user_card_code.as_str(), viewed.point_balance), (code.as_str(), None));
    let (delivery, event) = one(&world).await;
    assert_eq!((delivery.event_type.as_str(), delivery.allowed), ("BRAND_MEMBER_CARD_SP.SYNC_USER_POINT", 1));
    let Event::SyncUserPoint(event) = event else { panic!("{event:?}") };
    assert_eq!((event.user_card_code.as_str(), event.openid.as_str()), (code.as_str(), MEMBER));

    let balance = json!({ "out_request_no": "1", "point_balance": 1000 });
    world.done::<ruhui_core::api::card_member::SyncUserPoints>(&merged(&card(MEMBER, &code), &balance)).await;
    world.business.advance(jiff::SignedDuration::from_secs(1));
    assert_eq!(
        simulator::view_points(&world.service, &card_id, &openid).await.unwrap().point_balance,
        Some(1000)
    );

    world.business.advance(jiff::SignedDuration::from_secs(1));
    let coupon = Coupon {
        exchange_coupon_template_id: "1001".parse().unwrap(),
        deduct_points: 100,
        product_coupon_id: "1".parse().unwrap(),
        product_coupon_stock_type: ProductCouponStockType::CashFavor,
        stock_id: "2".parse().unwrap(),
    };
    let asked = simulator::redeem_points(&world.service, &card_id, &openid, &coupon).await.unwrap();
    let (delivery, event) = waiting(&world).await.pop().unwrap();
    assert_eq!(delivery.event_type, "BRAND_MEMBER_CARD_SP.POINT_EXCHANGE_COUPON");
    assert_eq!(event, Event::PointExchange(asked));
}

#[tokio::test]
async fn a_brand_is_told_in_its_own_family() {
    let world = TestService::new().await;
    world.change::<Template>(CARD_ID, |it| it.owner = Caller::Brand(BRAND_ID.parse().unwrap())).await;
    world.opened(CARD_ID, OPENID).await;
    let (card_id, member) = (CARD_ID.parse().unwrap(), MEMBER.parse().unwrap());
    simulator::view_points(&world.service, &card_id, &member).await.unwrap();
    simulator::delete_card(&world.service, &card_id, &member).await.unwrap();
    let mut types: Vec<String> = waiting(&world).await.into_iter().map(|(it, _)| it.event_type).collect();
    types.sort();
    let expected = ["SYNC_USER_POINT", "USER_CARD.CREATE", "USER_CARD.DELETE"];
    assert_eq!(types, expected.map(|name| format!("BRAND_MEMBER_CARD.{name}")));
}
