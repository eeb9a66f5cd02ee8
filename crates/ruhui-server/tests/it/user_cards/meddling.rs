//! Tests of optimistic concurrency: another service changes the state that a decision is based on right before its
//! commit, so the request is decided again.

use super::*;
use ruhui_core::api::card_member::{CardTemplateState, CreateUserFeed};
use ruhui_core::api::rows;
use ruhui_server::domain::component::Refusal;
use ruhui_server::domain::{User, UserState};
use ruhui_server::outbox::Delivery;
use ruhui_server::simulator::{self, SimulatorError};
use ruhui_server::store::records::put;
use ruhui_server::store::{Loaded, MemoryStore, Record, StoreExt as _, Write};
use std::sync::Arc;

async fn world() -> (TestService, Arc<Unreliable<MemoryStore>>) {
    let store = Arc::new(Unreliable::new(MemoryStore::new()));
    (TestService::over(store.clone()).await, store)
}

async fn changed<T: Record>(store: &Unreliable<MemoryStore>, id: &str, change: impl FnOnce(&mut T)) -> Write {
    let Loaded { mut record, version, .. } = store.read::<T>(id).await.unwrap().unwrap();
    change(&mut record);
    put(&record, Some(version))
}

async fn template_ends(store: &Unreliable<MemoryStore>) {
    let end = |it: &mut Template| it.card.state = CardTemplateState::CardInvalid;
    store.meddle(vec![changed(store, CARD_ID, end).await]);
}

async fn user_ends(store: &Unreliable<MemoryStore>, openid: &str) {
    let end = |it: &mut User| it.state = UserState::Invalid;
    store.meddle(vec![changed(store, openid, end).await]);
}

#[tokio::test]
async fn a_template_that_ends() {
    let (world, store) = world().await;
    let import = world.by_hand::<ImportUserCardByOpenid>(&card(OPENID, "1")).sign();
    template_ends(&store).await;
    world.send(import).await.answers(&rows::TEMPLATE_INVALID);
    assert!(world.member(CARD_ID, OPENID).await.is_none());

    let (world, store) = self::world().await;
    let code = world.code(CARD_ID, MEMBER).await;
    let feed = merged(&card(MEMBER, &code), &json!({ "out_request_no": "1", "cell": "1_1" }));
    template_ends(&store).await;
    rejected::<CreateUserFeed>(&world, &feed, &rows::TEMPLATE_INVALID).await;

    let (world, store) = self::world().await;
    let token = token(&world, OPENID).await;
    template_ends(&store).await;
    let joined = simulator::join(&world.service, &token, None, &filled()).await;
    assert!(matches!(joined, Err(SimulatorError::Rejected(Refusal::TemplateInvalid))));
    assert!(world.store.read_all::<Delivery>().await.unwrap().is_empty());

    // A pending card can be confirmed nevertheless.
    let (world, store) = self::world().await;
    let code = world.opened(CARD_ID, OPENID).await.unwrap();
    template_ends(&store).await;
    world.done::<ConfirmUserCard>(&confirmation(&code, "SUCCESS")).await;
}

#[tokio::test]
async fn a_user_who_is_none_any_more() {
    let (world, store) = world().await;
    user_ends(&store, OPENID).await;
    rejected::<ImportUserCardByOpenid>(&world, &card(OPENID, "1"), &rows::OPENID_INVALID).await;

    for act in 0..3 {
        let (world, store) = self::world().await;
        let code = world.code(CARD_ID, MEMBER).await;
        let named = card(MEMBER, &code);
        user_ends(&store, MEMBER).await;
        match act {
            0 => rejected::<ModifyUserCard>(&world, &named, &rows::OPENID_INVALID).await,
            1 => rejected::<InvalidateUserCard>(&world, &named, &rows::OPENID_INVALID).await,
            _ => {
                let points = merged(&named, &json!({ "out_request_no": "1", "point_balance": 1 }));
                type Sync = ruhui_core::api::card_member::SyncUserPoints;
                rejected::<Sync>(&world, &points, &rows::OPENID_INVALID).await;
            }
        }
        let held = &world.member(CARD_ID, MEMBER).await.unwrap().cards[0];
        assert_eq!((held.card.user_card_state.as_str(), held.point_balance), ("EFFECTIVE", None));
    }
}

#[tokio::test]
async fn codes_that_are_taken_meanwhile() {
    let (world, store) = world().await;
    merchants_codes(&world).await;
    world.opened(CARD_ID, OPENID).await;
    let claim = ruhui_server::domain::Claim::user_card_code(&CARD_ID.parse().unwrap(), "A");
    store.meddle(vec![put(&claim, None)]);
    rejected::<ConfirmUserCard>(&world, &confirmation("A", "SUCCESS"), &rows::CODE_TAKEN).await;
    world.done::<ConfirmUserCard>(&confirmation("B", "SUCCESS")).await;
}

/// A failing store has no effect, and after its recovery no event is sent twice.
#[tokio::test]
async fn a_store_that_fails() {
    let (world, store) = world().await;
    let token = token(&world, OPENID).await;
    store.fail_commits(1);
    assert!(matches!(
        simulator::join(&world.service, &token, None, &filled()).await,
        Err(SimulatorError::Store(_))
    ));
    assert!(world.member(CARD_ID, OPENID).await.is_none());
    let told = simulator::join(&world.service, &token, None, &filled()).await.unwrap();
    let code = told.user_card.user_card_code.unwrap();
    let confirm = world.by_hand::<ConfirmUserCard>(&confirmation(code.as_str(), "SUCCESS")).sign();

    // The commit is applied but its result is lost; the resend gets the response of the commit.
    store.lose_answers(1);
    world.send(confirm.clone()).await.answers(&rows::SYSTEM_ERROR);
    let repeated = world.send(confirm).await;
    assert_eq!((repeated.status.as_u16(), &repeated.json()["user_card_state"]), (200, &json!("EFFECTIVE")));
    assert_eq!(world.store.read_all::<Delivery>().await.unwrap().len(), 1);
}
