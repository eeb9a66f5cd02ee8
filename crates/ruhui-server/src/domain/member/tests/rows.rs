//! One test for each error row of the endpoints for user cards, with its name.

use super::*;
use crate::domain::form::WrongAnswer;
use ruhui_core::api::card_member::{CommonFieldName, CommonFieldValue, UserForm};

#[test]
fn card_not_found() {
    let mut request = modification();
    request.user_card_code = code("9");
    assert_eq!(MemberState::new().modify(&with(&Effective), &request), Err(Id::CARD_NOT_FOUND));
    assert_eq!(
        modify(None, &modification(), MemberState::new().setting()).map_err(|row| row.id),
        Err(Id::CARD_NOT_FOUND)
    );
    let mut other = with(&Effective);
    other.cards[0].card.user_card_code = None;
    assert_eq!(MemberState::new().invalidate(&other), Err(Id::CARD_NOT_FOUND));
}

#[test]
fn card_not_effective() {
    for state in [Unactivated, Expired, Invalid] {
        assert_eq!(
            MemberState::new().modify(&with(&state), &modification()),
            Err(Id::CARD_NOT_EFFECTIVE),
            "{state}"
        );
    }
}

#[test]
fn card_not_invalidatable() {
    for state in [Expired, Invalid] {
        assert_eq!(MemberState::new().invalidate(&with(&state)), Err(Id::CARD_NOT_INVALIDATABLE), "{state}");
    }
}

#[test]
fn no_pending_card() {
    let missing = confirm(None, &success(), MemberState::new().setting());
    assert_eq!(missing.map_err(|row| row.id), Err(Id::NO_PENDING_CARD));
    let mut request = success();
    request.user_card_code = code("9");
    for state in [Effective, Expired, Invalid] {
        assert_eq!(MemberState::new().confirm(&with(&state), &request), Err(Id::NO_PENDING_CARD), "{state}");
    }
}

#[test]
fn card_not_pending() {
    for state in [Effective, Expired, Invalid] {
        for scene in [MemberState::new(), MemberState::merchants_codes()] {
            assert_eq!(scene.confirm(&with(&state), &success()), Err(Id::CARD_NOT_PENDING), "{state}");
        }
    }
}

#[test]
fn code_not_changeable() {
    let mut request = success();
    request.user_card_code = code("9");
    assert_eq!(MemberState::new().confirm(&with(&Unactivated), &request), Err(Id::CODE_NOT_CHANGEABLE));
}

#[test]
fn code_taken() {
    let mut scene = MemberState::merchants_codes();
    scene.is_code_taken = true;
    assert_eq!(scene.confirm(&with(&Unactivated), &success()), Err(Id::CODE_TAKEN));
    assert_eq!(scene.import(None, &importation()), Err(Id::CODE_TAKEN));
    // WeChat Pay's own code belongs to the very card that is confirmed.
    scene.template.card.code_mode = CodeMode::SystemAllocate;
    assert!(scene.confirm(&with(&Unactivated), &success()).is_ok());
}

#[test]
fn member_pending() {
    assert_eq!(MemberState::new().import(Some(&with(&Unactivated)), &importation()), Err(Id::MEMBER_PENDING));
}

#[test]
fn member_effective() {
    assert_eq!(MemberState::new().import(Some(&with(&Effective)), &importation()), Err(Id::MEMBER_EFFECTIVE));
}

#[test]
fn member_deleted() {
    let left = delete(Some(&with(&Effective)), now()).unwrap().member;
    assert_eq!(MemberState::new().import(Some(&left), &importation()), Err(Id::MEMBER_DELETED));
}

fn of_days(days: i64) -> MemberState {
    let mut scene = MemberState::new();
    scene.template.card.valid_date_information = ValidDateInformation::days_after_receive(days);
    scene
}

#[test]
fn pickup_time_missing() {
    assert_eq!(of_days(1).import(None, &importation()), Err(Id::PICKUP_TIME_MISSING));
}

#[test]
fn pickup_time_forbidden() {
    let mut request = importation();
    request.pickup_time = Some(seconds(-1));
    assert_eq!(MemberState::new().import(None, &request), Err(Id::PICKUP_TIME_FORBIDDEN));
}

#[test]
fn pickup_time_in_future() {
    let mut request = importation();
    for (time, expected) in
        [(1, Err(Id::PICKUP_TIME_IN_FUTURE)), (0, Err(Id::PICKUP_TIME_IN_FUTURE)), (-1, Ok(()))]
    {
        request.pickup_time = Some(seconds(time));
        assert_eq!(of_days(1).import(None, &request).map(|_| ()), expected, "{time}");
    }
}

#[test]
fn card_expired() {
    let mut request = importation();
    request.pickup_time = Some(seconds(-86_400));
    assert_eq!(of_days(1).import(None, &request), Err(Id::CARD_EXPIRED));
    assert!(of_days(2).import(None, &request).is_ok());
    request.valid_date_information = Some(ValidDateInformation::days_after_receive(1));
    assert_eq!(of_days(2).import(None, &request), Err(Id::CARD_EXPIRED));
}

#[test]
fn content_rejected() {
    let picture = Some(text("https://example.com/other.png"));
    let confirmation = ConfirmUserCard { card_picture_url: picture.clone(), ..success() };
    let modification = ModifyUserCard { card_picture_url: picture.clone(), ..modification() };
    let importation = ImportUserCardByOpenid { card_picture_url: picture.clone(), ..importation() };
    let tried = |scene: &MemberState| {
        [
            scene.confirm(&with(&Unactivated), &confirmation),
            scene.modify(&with(&Effective), &modification),
            scene.import(None, &importation),
        ]
        .map(|result| result.map(|step| step.card.card_picture_url))
    };
    assert_eq!(tried(&MemberState::new()), [const { Err(Id::CONTENT_REJECTED) }; 3]);
    let uploaded = MemberState { is_picture_uploaded: true, ..MemberState::new() };
    assert_eq!(tried(&uploaded), [(); 3].map(|()| Ok(picture.clone())));

    // A request may repeat the template's picture and the card's own.
    let scene = MemberState::new();
    let mut own = with(&Effective);
    own.cards[0].card.card_picture_url = picture;
    assert!(scene.modify(&own, &modification).is_ok());
    let templates = Some(scene.template.card.card_picture_url.clone());
    assert!(scene.modify(&own, &ModifyUserCard { card_picture_url: templates, ..modification }).is_ok());
}

#[test]
fn validity_type_differs() {
    let validity = Some(ValidDateInformation::days_after_receive(1));
    let confirmation = ConfirmUserCard { valid_date_information: validity.clone(), ..success() };
    let modification = ModifyUserCard { valid_date_information: validity.clone(), ..modification() };
    let importation = ImportUserCardByOpenid { valid_date_information: validity, ..importation() };
    let scene = MemberState::new();
    let tried = [
        scene.confirm(&with(&Unactivated), &confirmation),
        scene.modify(&with(&Effective), &modification),
        scene.import(None, &importation),
    ];
    assert_eq!(tried, [const { Err(Id::VALIDITY_TYPE_DIFFERS) }; 3]);
    let scene = of_days(7);
    assert_eq!(
        scene.modify(&with(&Effective), &modification).unwrap().card.valid_date_information,
        ValidDateInformation::days_after_receive(1)
    );
}

#[test]
fn common_field_undefined() {
    let answers = Some(UserInformation::new(
        vec![CommonFieldValue::new(CommonFieldName::Sex, "男".parse().unwrap())],
        Vec::new(),
    ));
    let modification = ModifyUserCard { user_information: answers.clone(), ..modification() };
    let mut scene = MemberState::new();
    assert_eq!(scene.modify(&with(&Effective), &modification), Err(Id::COMMON_FIELD_UNDEFINED));
    scene.template.card.user_information = Some(UserForm::new(vec![CommonFieldName::Sex], Vec::new()));
    assert_eq!(scene.modify(&with(&Effective), &modification).unwrap().card.user_information, answers);
}

#[test]
fn a_form_is_filled_in_whole() {
    let mut scene = MemberState::new();
    scene.template.card.user_information = Some(UserForm::new(vec![CommonFieldName::Sex], Vec::new()));
    assert_eq!(scene.join(None), Err(NotOpened::Unanswered("USER_FORM_FLAG_SEX".to_owned())));
    let filled = |sex: &str| {
        let answer = CommonFieldValue::new(CommonFieldName::Sex, sex.parse().unwrap());
        let user_information = UserInformation::new(vec![answer], Vec::new());
        let filled = Filled { user_information, ..filled() };
        join(None, &openid(), &filled, &scene.template.card, &code("2"), now())
    };
    let wrong =
        WrongAnswer { row: &ruhui_core::api::rows::SEX_FORMAT, field: "USER_FORM_FLAG_SEX".to_owned() };
    assert_eq!(filled("x"), Err(NotOpened::Answer(wrong)));
    assert!(filled("女").unwrap().card.user_information.is_some());
}
