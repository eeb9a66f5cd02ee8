//! Tests that a card is EXPIRED when its time has come, in every request about it.

use super::*;
use jiff::SignedDuration;
use ruhui_core::api::card_member::{CreateUserFeed, ValidDateInformation};
use ruhui_core::api::rows;
use ruhui_server::domain::component::Refusal;
use ruhui_server::simulator::{self, SimulatorError};

async fn of_days(world: &TestService, days: i64) {
    let validity = ValidDateInformation::days_after_receive(days);
    world.change::<Template>(CARD_ID, |it| it.card.valid_date_information = validity).await;
}

#[tokio::test]
async fn a_card_runs_out_and_is_final() {
    let world = TestService::new().await;
    of_days(&world, 1).await;
    let code = world.opened(CARD_ID, OPENID).await.unwrap();
    world.done::<ConfirmUserCard>(&confirmation(&code, "SUCCESS")).await;
    assert_eq!(state(&world, OPENID, &code).await, "EFFECTIVE");
    // It is 16:00 in Beijing; the first day ends at midnight.
    world.pass(8 * 3600 - 1);
    assert_eq!(state(&world, OPENID, &code).await, "EFFECTIVE");
    world.pass(1);
    assert_eq!(state(&world, OPENID, &code).await, "EXPIRED");

    rejected::<ModifyUserCard>(&world, &card(OPENID, &code), &rows::CARD_NOT_EFFECTIVE).await;
    rejected::<InvalidateUserCard>(&world, &card(OPENID, &code), &rows::CARD_NOT_INVALIDATABLE).await;
    rejected::<ConfirmUserCard>(&world, &confirmation(&code, "SUCCESS"), &rows::CARD_NOT_PENDING).await;
    let feed = merged(&card(OPENID, &code), &json!({ "out_request_no": "1", "cell": "1_1" }));
    rejected::<CreateUserFeed>(&world, &feed, &rows::NOT_A_MEMBER).await;
    let (card_id, openid) = (CARD_ID.parse().unwrap(), OPENID.parse().unwrap());
    for result in [
        simulator::delete_card(&world.service, &card_id, &openid).await.map(|_| ()),
        simulator::view_points(&world.service, &card_id, &openid).await.map(|_| ()),
    ] {
        assert!(matches!(result, Err(SimulatorError::Rejected(Refusal::NotAMember))));
    }

    // A token is issued, but a former member cannot join again. The merchant can import the user again.
    let token = token(&world, OPENID).await;
    let joined = simulator::join(&world.service, &token, None, &filled()).await;
    assert!(matches!(joined, Err(SimulatorError::Rejected(Refusal::FormerMember))));
    let import = merged(&card(OPENID, "2"), &json!({ "pickup_time": "2027-01-16T00:00:00+08:00" }));
    rejected::<ImportUserCardByOpenid>(&world, &import, &rows::PICKUP_TIME_IN_FUTURE).await;
    world.pass(1);
    world.done::<ImportUserCardByOpenid>(&import).await;
    assert_eq!(
        [state(&world, OPENID, &code).await, state(&world, OPENID, "2").await],
        ["EXPIRED", "EFFECTIVE"]
    );
}

#[tokio::test]
async fn a_merchant_can_give_a_card_more_time_while_it_has_some() {
    let world = TestService::new().await;
    of_days(&world, 1).await;
    let code = world.opened(CARD_ID, OPENID).await.unwrap();
    world.done::<ConfirmUserCard>(&confirmation(&code, "SUCCESS")).await;
    let days = |days: i64| {
        let validity = json!({ "type": "FIX_TERM", "available_day_after_receive": days });
        merged(&card(OPENID, &code), &json!({ "valid_date_information": validity }))
    };
    world.done::<ModifyUserCard>(&days(2)).await;
    world.pass(8 * 3600);
    assert_eq!(state(&world, OPENID, &code).await, "EFFECTIVE");
    // The validity can also be shortened. The response shows the new state.
    assert_eq!(world.done::<ModifyUserCard>(&days(1)).await["user_card_state"], "EXPIRED");
    rejected::<ModifyUserCard>(&world, &days(9), &rows::CARD_NOT_EFFECTIVE).await;
}

#[tokio::test]
async fn a_card_that_waits_does_not_run_out() {
    let world = TestService::new().await;
    of_days(&world, 1).await;
    let code = world.opened(CARD_ID, OPENID).await.unwrap();
    world.business.advance(SignedDuration::from_hours(24 * 30));
    assert_eq!(state(&world, OPENID, &code).await, "UNACTIVATED");
    let confirmed = world.done::<ConfirmUserCard>(&confirmation(&code, "SUCCESS")).await;
    assert_eq!(confirmed["user_card_state"], "EXPIRED", "it was picked up a month ago");
}
