//! Tests of the join component and the payment-code component, from the user's side.

use super::*;
use jiff::SignedDuration;
use ruhui_core::api::card_member::{
    CardTemplateState, CommonFieldName, CommonFieldValue, CreateMembershipActivity, CreatePayViewToken,
    UserForm, UserInformation,
};
use ruhui_core::api::rows::Id;
use ruhui_core::types::{OpenId, Token};
use ruhui_server::domain::component::Refusal;
use ruhui_server::domain::member::Filled;
use ruhui_server::domain::{Feature, Merchant, User, UserState};
use ruhui_server::outbox::Delivery;
use ruhui_server::simulator::{self, SimulatorError};
use ruhui_server::store::StoreExt as _;

async fn join(world: &TestService, token: &Token, filled: &Filled) -> Result<Value, Refusal> {
    simulator::join(&world.service, token, None, filled)
        .await
        .map(|told| json!(told.user_card))
        .map_err(refusal)
}

fn refusal(error: SimulatorError) -> Refusal {
    match error {
        SimulatorError::Rejected(refusal) => refusal,
        other => panic!("{other}"),
    }
}

/// Asserts that a rejected join has changed nothing.
async fn untouched(world: &TestService) {
    assert!(world.member(CARD_ID, OPENID).await.is_none());
    assert!(world.tokens().await.iter().all(|token| token.spent.is_none()));
    assert!(world.store.read_all::<Delivery>().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_token_opens_the_component_once() {
    let world = TestService::new().await;
    let token = token(&world, OPENID).await;
    let joined = join(&world, &token, &filled()).await.unwrap();
    assert_eq!((&joined["user_card_state"], &joined["phone_number"]), (&json!("UNACTIVATED"), &json!(PHONE)));
    assert_eq!(joined["user_card_code"].as_str().unwrap().len(), 24);
    assert_eq!(join(&world, &token, &filled()).await, Err(Refusal::TokenSpent));

    // A user whom the merchant rejected may try again, with another token.
    let code = joined["user_card_code"].as_str().unwrap();
    world.done::<ConfirmUserCard>(&confirmation(code, "FAIL")).await;
    assert_eq!(join(&world, &token, &filled()).await, Err(Refusal::TokenSpent));
    let again = super::token(&world, OPENID).await;
    let second = join(&world, &again, &filled()).await.unwrap();
    assert_ne!(second["user_card_code"], code);
}

#[tokio::test]
async fn tokens_that_open_nothing() {
    let world = TestService::new().await;
    let good = token(&world, OPENID).await;
    let forged: Token = "0000000000000000000000000000000A".parse().unwrap();
    assert_eq!(join(&world, &forged, &filled()).await, Err(Refusal::TokenUnknown));
    let somebody: OpenId = MEMBER.parse().unwrap();
    let other = simulator::join(&world.service, &good, Some(&somebody), &filled()).await;
    assert_eq!(refusal(other.unwrap_err()), Refusal::TokenOfAnotherUser);
    let form = simulator::join_form(&world.service, &good, Some(&somebody)).await;
    assert_eq!(refusal(form.unwrap_err()), Refusal::TokenOfAnotherUser);
    let pay = simulator::show_payment_code(&world.service, &good, None).await;
    assert_eq!(refusal(pay.unwrap_err()), Refusal::TokenOfAnotherPurpose);
    untouched(&world).await;

    world.business.advance(SignedDuration::from_secs(3599));
    assert!(simulator::join_form(&world.service, &good, None).await.is_ok());
    world.business.advance(SignedDuration::from_secs(1));
    assert_eq!(join(&world, &good, &filled()).await, Err(Refusal::TokenExpired));
    let form = simulator::join_form(&world.service, &good, None).await;
    assert_eq!(refusal(form.unwrap_err()), Refusal::TokenExpired);
    untouched(&world).await;
}

/// The state may have changed since the token was issued.
#[tokio::test]
async fn what_ended_meanwhile() {
    let world = TestService::new().await;
    let token = token(&world, OPENID).await;
    let tried = async || {
        (
            join(&world, &token, &filled()).await,
            simulator::open_from_business_card(
                &world.service,
                &CARD_ID.parse().unwrap(),
                &OPENID.parse().unwrap(),
                &filled(),
            )
            .await
            .map_err(refusal)
            .map(|_| ()),
        )
    };
    let both = |refusal: Refusal| (Err(refusal.clone()), Err(refusal));

    world.change::<Template>(CARD_ID, |it| it.card.state = CardTemplateState::CardInvalid).await;
    assert_eq!(tried().await, both(Refusal::TemplateInvalid));
    world.change::<Template>(CARD_ID, |it| it.card.state = CardTemplateState::CardEffective).await;
    world.change::<ruhui_server::domain::Brand>(BRAND_ID, |it| it.feature = Feature::NotEnabled).await;
    assert_eq!(tried().await, both(Refusal::BrandClosed));
    world.change::<ruhui_server::domain::Brand>(BRAND_ID, |it| it.feature = Feature::Enabled).await;
    world.change::<User>(OPENID, |it| it.state = UserState::Invalid).await;
    assert!(matches!(tried().await.0, Err(Refusal::User(_))));
    world.change::<User>(OPENID, |it| it.state = UserState::Valid).await;
    untouched(&world).await;
    assert!(join(&world, &token, &filled()).await.is_ok());
}

#[tokio::test]
async fn a_form_is_filled_in_as_the_template_asks() {
    let world = TestService::new().await;
    let form = UserForm::new(vec![CommonFieldName::Sex], Vec::new());
    world.change::<Template>(CARD_ID, |it| it.card.user_information = Some(form.clone())).await;
    let token = token(&world, OPENID).await;
    let shown = simulator::join_form(&world.service, &token, None).await.unwrap();
    assert_eq!((shown.card.user_information, shown.openid.as_str()), (Some(form), OPENID));

    let with = |sex: &str| {
        let answer = CommonFieldValue::new(CommonFieldName::Sex, sex.parse().unwrap());
        let user_information = UserInformation::new(vec![answer], Vec::new());
        Filled { user_information, ..filled() }
    };
    let missing = Refusal::Unanswered("USER_FORM_FLAG_SEX".to_owned());
    assert_eq!(join(&world, &token, &filled()).await, Err(missing));
    assert!(
        matches!(join(&world, &token, &with("x")).await, Err(Refusal::Answer(wrong)) if wrong.row.id == Id::SEX_FORMAT)
    );
    untouched(&world).await;
    let joined = join(&world, &token, &with("女")).await.unwrap();
    assert_eq!(joined["user_information"]["common_field_list"][0]["value"], "女");
}

#[tokio::test]
async fn members_and_former_ones_cannot_join() {
    let world = TestService::new().await;
    let (card_id, member) = (CARD_ID.parse().unwrap(), MEMBER.parse().unwrap());
    let open = async || {
        simulator::open_from_business_card(&world.service, &card_id, &member, &filled())
            .await
            .map_err(refusal)
    };
    assert_eq!(open().await, Err(Refusal::AlreadyMember));
    simulator::delete_card(&world.service, &card_id, &member).await.unwrap();
    assert_eq!(open().await, Err(Refusal::FormerMember));

    let code = world.opened(CARD_ID, OPENID).await.unwrap();
    let openid = OPENID.parse().unwrap();
    let pending = simulator::open_from_business_card(&world.service, &card_id, &openid, &filled()).await;
    assert_eq!(refusal(pending.unwrap_err()), Refusal::CardPending);
    // The card ended before it was ever effective. The user was no member, so a new card is allowed.
    world.done::<InvalidateUserCard>(&card(OPENID, &code)).await;
    assert!(world.opened(CARD_ID, OPENID).await.is_some());
}

#[tokio::test]
async fn the_form_shows_the_newest_activity_in_force() {
    let world = TestService::new().await;
    let token = token(&world, OPENID).await;
    let shown = async || simulator::join_form(&world.service, &token, None).await.unwrap().activity;
    assert_eq!(shown().await, None);
    let activity = json!({
        "out_request_no": "1",
        "brand_id": BRAND_ID,
        "card_id": CARD_ID,
        "activity_channel": "MECHANT_APP_COMPONENT",
        "title": "入会有礼",
        "sub_title": "满100减10",
        "begin_time": "2027-01-15T16:10:00+08:00",
        "end_time": "2027-01-16T16:00:00+08:00",
        "apply_total": 100,
        "product_coupon_stock_list": [{ "product_coupon_id": "1000000013", "stock_id": "1000000013001" }],
    });
    world.done::<CreateMembershipActivity>(&activity).await;
    assert_eq!(shown().await, None, "it begins in ten minutes");
    world.business.advance(SignedDuration::from_mins(10));
    assert_eq!(shown().await.unwrap().title.as_str(), "入会有礼");
}

#[tokio::test]
async fn a_payment_code_is_shown_once_and_within_ten_minutes() {
    let world = TestService::new().await;
    let asked = json!({ "brand_id": BRAND_ID, "card_id": CARD_ID, "openid": MEMBER });
    let fresh = async || -> Token {
        let answer = world.done::<CreatePayViewToken>(&asked).await;
        answer["token"].as_str().unwrap().parse().unwrap()
    };
    let show = async |token: &Token| {
        simulator::show_payment_code(&world.service, token, None).await.map_err(refusal)
    };
    let token = fresh().await;
    assert_eq!(show(&token).await.unwrap().openid.as_str(), MEMBER);
    assert_eq!(show(&token).await, Err(Refusal::TokenSpent));
    let joined = simulator::join(&world.service, &fresh().await, None, &filled()).await;
    assert_eq!(refusal(joined.unwrap_err()), Refusal::TokenOfAnotherPurpose);

    let (in_time, late) = (fresh().await, fresh().await);
    world.business.advance(SignedDuration::from_secs(599));
    assert!(show(&in_time).await.is_ok());
    world.business.advance(SignedDuration::from_secs(1));
    assert_eq!(show(&late).await, Err(Refusal::TokenExpired));

    let token = fresh().await;
    simulator::delete_card(&world.service, &CARD_ID.parse().unwrap(), &MEMBER.parse().unwrap())
        .await
        .unwrap();
    assert_eq!(show(&token).await, Err(Refusal::NotAMember));
}

/// The merchant may no longer exist, but the user can still delete the card.
#[tokio::test]
async fn a_user_can_leave_an_invalid_template() {
    let world = TestService::new().await;
    world.change::<Template>(CARD_ID, |it| it.card.state = CardTemplateState::CardInvalid).await;
    world.change::<Merchant>(MCHID, |merchant| merchant.certificates.clear()).await;
    let told =
        simulator::delete_card(&world.service, &CARD_ID.parse().unwrap(), &MEMBER.parse().unwrap()).await;
    assert_eq!(told.unwrap().user_card.user_card_state.as_str(), "INVALID");
}
