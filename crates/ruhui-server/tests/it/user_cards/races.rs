//! Tests of two concurrent requests about one card: one succeeds, the other gets the error of the state that it then
//! met, and neither is applied in part.

use super::*;
use crate::common::Interleaved;
use ruhui_core::api::card_member::{
    ConfirmPointExchange, CreateUserFeed, PointExchangeState, ProductCouponStockType, UserCardState,
};
use ruhui_core::api::rows;
use ruhui_server::domain::component::Refusal;
use ruhui_server::domain::{Claim, HeldCard, Redemption};
use ruhui_server::env::Clock as _;
use ruhui_server::outbox::Delivery;
use ruhui_server::simulator::{self, Coupon, SimulatorError};
use ruhui_server::store::{SqliteStore, StoreExt as _};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Runs a race in many interleavings in memory, and a few times over a file. Asserts that exactly the expected outcomes
/// occur, and that at least one commit failed with a version conflict.
async fn race(expected: &[&'static str], run: impl AsyncFn(&TestService) -> &'static str) {
    let mut seen = BTreeSet::new();
    let mut late = 0;
    for seed in 0..40 {
        let store = Arc::new(Interleaved::new(seed));
        let world = TestService::over(store.clone()).await;
        let before = store.late();
        seen.insert(run(&world).await);
        late += store.late() - before;
    }
    assert_eq!(seen, expected.iter().copied().collect());
    assert!(late > 0, "nobody ever came too late, so nothing was tried");

    let folder = tempfile::tempdir().unwrap();
    for round in 0..6 {
        let path = folder.path().join(format!("{round}.db"));
        let world = TestService::over(Arc::new(SqliteStore::open(&path).unwrap())).await;
        let outcome = run(&world).await;
        assert!(expected.contains(&outcome), "{outcome}");
    }
}

async fn claims(world: &TestService) -> usize {
    world.store.read_all::<Claim>().await.unwrap().len()
}

async fn events(world: &TestService) -> Vec<String> {
    let deliveries = world.store.read_all::<Delivery>().await.unwrap();
    deliveries.into_iter().map(|delivery| delivery.record.event_type).collect()
}

/// Returns the cards of the sandbox's user, with their states.
async fn cards(world: &TestService) -> Vec<(HeldCard, UserCardState)> {
    let now = world.business.now();
    let member = world.member(CARD_ID, OPENID).await.unwrap();
    member.cards.into_iter().map(|held| (held.clone(), held.state(now))).collect()
}

fn is_rejected(result: Result<impl Sized, SimulatorError>, refusal: Refusal) -> bool {
    matches!(result, Err(SimulatorError::Rejected(other)) if other == refusal)
}

#[tokio::test]
async fn two_confirmations() {
    race(&["first", "second"], async |world| {
        merchants_codes(world).await;
        world.opened(CARD_ID, OPENID).await;
        let before = claims(world).await;
        let send = |code| world.send(world.by_hand::<ConfirmUserCard>(&confirmation(code, "SUCCESS")).sign());
        let (first, second) = tokio::join!(send("A"), send("B"));
        let (won, lost, name) = match first.status.as_u16() {
            200 => (first, second, "first"),
            _ => (second, first, "second"),
        };
        // The code of the rejected request belongs to no card.
        lost.answers(&rows::NO_PENDING_CARD);
        let [(held, state)] = &cards(world).await[..] else { panic!("not one card") };
        assert_eq!(
            (state, won.json()["user_card_code"].as_str()),
            (&UserCardState::Effective, held.card.user_card_code.as_ref().map(|code| code.as_str()))
        );
        assert_eq!(claims(world).await, before + 1, "the loser has claimed nothing");
        name
    })
    .await;
}

#[tokio::test]
async fn two_confirmations_of_different_minds() {
    race(&["success", "fail"], async |world| {
        let code = world.opened(CARD_ID, OPENID).await.unwrap();
        let send =
            |outcome| world.send(world.by_hand::<ConfirmUserCard>(&confirmation(&code, outcome)).sign());
        let (success, fail) = tokio::join!(send("SUCCESS"), send("FAIL"));
        let [(held, state)] = &cards(world).await[..] else { panic!("not one card") };
        match success.status.as_u16() {
            200 => {
                fail.answers(&rows::CARD_NOT_PENDING);
                assert_eq!((state, held.was_effective()), (&UserCardState::Effective, true));
                "success"
            }
            _ => {
                success.answers(&rows::CARD_NOT_PENDING);
                assert_eq!((fail.status.as_u16(), state), (200, &UserCardState::Invalid));
                assert!(!held.was_effective());
                "fail"
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_confirmation_and_an_end() {
    race(&["confirmed and ended", "ended"], async |world| {
        let code = world.opened(CARD_ID, OPENID).await.unwrap();
        let confirm = world.by_hand::<ConfirmUserCard>(&confirmation(&code, "SUCCESS")).sign();
        let invalidate = world.by_hand::<InvalidateUserCard>(&card(OPENID, &code)).sign();
        let (confirmed, ended) = tokio::join!(world.send(confirm), world.send(invalidate));
        // The end of a card is final in either order. A confirmation after it is rejected.
        assert_eq!(ended.status, 200, "{}", ended.text());
        let [(held, state)] = &cards(world).await[..] else { panic!("not one card") };
        assert_eq!(*state, UserCardState::Invalid);
        match confirmed.status.as_u16() {
            200 => {
                assert!(held.was_effective());
                "confirmed and ended"
            }
            _ => {
                confirmed.answers(&rows::CARD_NOT_PENDING);
                assert!(!held.was_effective());
                "ended"
            }
        }
    })
    .await;
}

#[tokio::test]
async fn an_import_and_a_join() {
    race(&["imported", "joined"], async |world| {
        let token = token(world, OPENID).await;
        let import = world.by_hand::<ImportUserCardByOpenid>(&card(OPENID, "478515832665")).sign();
        let filled = filled();
        let (imported, joined) =
            tokio::join!(world.send(import), simulator::join(&world.service, &token, None, &filled));
        let [(held, state)] = &cards(world).await[..] else { panic!("not one card") };
        match imported.status.as_u16() {
            200 => {
                assert!(is_rejected(joined, Refusal::AlreadyMember));
                assert_eq!((state, events(world).await.len()), (&UserCardState::Effective, 0));
                assert!(world.tokens().await.iter().all(|token| token.spent.is_none()));
                "imported"
            }
            _ => {
                imported.answers(&rows::MEMBER_PENDING);
                assert_eq!(joined.unwrap().user_card, held.card);
                assert_eq!((state, events(world).await.len()), (&UserCardState::Unactivated, 1));
                assert!(world.tokens().await.iter().all(|token| token.spent.is_some()));
                "joined"
            }
        }
    })
    .await;
}

#[tokio::test]
async fn two_taps_on_join() {
    race(&["first", "second"], async |world| {
        let token = token(world, OPENID).await;
        let filled = filled();
        let tap = || simulator::join(&world.service, &token, None, &filled);
        let (first, second) = tokio::join!(tap(), tap());
        let name = if first.is_ok() { "first" } else { "second" };
        let (won, lost) = if first.is_ok() { (first, second) } else { (second, first) };
        assert!(is_rejected(lost, Refusal::TokenSpent));
        assert_eq!(cards(world).await.len(), 1);
        assert_eq!(events(world).await, ["BRAND_MEMBER_CARD_SP.USER_CARD.CREATE"]);
        assert_eq!(won.unwrap().user_card.user_card_state, UserCardState::Unactivated);
        name
    })
    .await;
}

#[tokio::test]
async fn two_tokens_of_one_user() {
    race(&["first", "second"], async |world| {
        let tokens = [token(world, OPENID).await, token(world, OPENID).await];
        let filled = filled();
        let tap = |index: usize| simulator::join(&world.service, &tokens[index], None, &filled);
        let (first, second) = tokio::join!(tap(0), tap(1));
        let name = if first.is_ok() { "first" } else { "second" };
        assert!(is_rejected(if first.is_ok() { second } else { first }, Refusal::CardPending));
        assert_eq!((cards(world).await.len(), events(world).await.len()), (1, 1));
        assert_eq!(world.tokens().await.iter().filter(|token| token.spent.is_some()).count(), 1);
        name
    })
    .await;
}

#[tokio::test]
async fn two_imports_of_one_code() {
    race(&["first", "second"], async |world| {
        let before = claims(world).await;
        let others = "o000000000000000000000000000";
        let send = |openid| world.send(world.by_hand::<ImportUserCardByOpenid>(&card(openid, "1")).sign());
        let (first, second) = tokio::join!(send(OPENID), send(others));
        let name = if first.status == 200 { "first" } else { "second" };
        let (won, lost) = if first.status == 200 { (first, second) } else { (second, first) };
        assert_eq!(won.status, 200);
        lost.answers(&rows::CODE_TAKEN);
        let members = [world.member(CARD_ID, OPENID).await, world.member(CARD_ID, others).await];
        assert_eq!(members.iter().flatten().count(), 1, "the loser has nothing");
        assert_eq!(claims(world).await, before + 1);
        name
    })
    .await;
}

#[tokio::test]
async fn a_user_who_leaves_and_a_merchant_who_ends() {
    race(&["left", "ended"], async |world| {
        let (card_id, openid) = (CARD_ID.parse().unwrap(), MEMBER.parse().unwrap());
        let code = world.code(CARD_ID, MEMBER).await;
        let invalidate = world.by_hand::<InvalidateUserCard>(&card(MEMBER, &code)).sign();
        let (left, ended) =
            tokio::join!(simulator::delete_card(&world.service, &card_id, &openid), world.send(invalidate));
        assert_eq!(state(world, MEMBER, &code).await, "INVALID");
        match left {
            Ok(_) => {
                ended.answers(&rows::CARD_NOT_INVALIDATABLE);
                assert_eq!(events(world).await, ["BRAND_MEMBER_CARD_SP.USER_CARD.DELETE"]);
                "left"
            }
            left => {
                assert!(is_rejected(left, Refusal::NotAMember));
                assert_eq!((ended.status.as_u16(), events(world).await.len()), (200, 0));
                "ended"
            }
        }
    })
    .await;
}

#[tokio::test]
async fn two_feeds_of_one_number() {
    race(&["first", "second"], async |world| {
        let code = world.code(CARD_ID, MEMBER).await;
        let feed = |cell| merged(&card(MEMBER, &code), &json!({ "out_request_no": "n", "cell": cell }));
        let send = |cell| world.send(world.by_hand::<CreateUserFeed>(&feed(cell)).sign());
        let (first, second) = tokio::join!(send("1_100"), send("2_100"));
        let name = if first.status == 200 { "first" } else { "second" };
        let (won, lost) = if first.status == 200 { (first, second) } else { (second, first) };
        assert_eq!(won.status, 200);
        lost.answers(&rows::FEED_EXISTS);
        name
    })
    .await;
}

#[tokio::test]
async fn an_allowed_and_a_rejected_redemption() {
    race(&["allowed", "rejected"], async |world| {
        let (card_id, openid) = (CARD_ID.parse().unwrap(), MEMBER.parse().unwrap());
        let code = world.code(CARD_ID, MEMBER).await;
        let coupon = Coupon {
            exchange_coupon_template_id: "1001".parse().unwrap(),
            deduct_points: 100,
            product_coupon_id: "1".parse().unwrap(),
            product_coupon_stock_type: ProductCouponStockType::CashFavor,
            stock_id: "2".parse().unwrap(),
        };
        let asked = simulator::redeem_points(&world.service, &card_id, &openid, &coupon).await.unwrap();
        let answer = |changes| {
            let redemption = json!({
                "record_id": asked.record_id,
                "exchange_coupon_template_id": "1001",
                "reject_reason": "积分不足",
            });
            let answer = merged(&merged(&card(MEMBER, &code), &redemption), &changes);
            world.send(world.by_hand::<ConfirmPointExchange>(&answer).sign())
        };
        let (allowed, rejected) = tokio::join!(
            answer(json!({ "result": "POINT_EXCHANGE_COUPON_ALLOW" })),
            answer(json!({ "result": "POINT_EXCHANGE_COUPON_REJECT" }))
        );
        let kept = world.store.read_all::<Redemption>().await.unwrap().remove(0).record.outcome.unwrap();
        match allowed.status.as_u16() {
            200 => {
                rejected.answers(&rows::REDEMPTION_CONFIRMED);
                assert_eq!((kept.state, kept.coupon_code.is_some()), (PointExchangeState::Success, true));
                "allowed"
            }
            _ => {
                allowed.answers(&rows::REDEMPTION_CONFIRMED);
                assert_eq!((kept.state, kept.coupon_code.is_some()), (PointExchangeState::Fail, false));
                "rejected"
            }
        }
    })
    .await;
}
