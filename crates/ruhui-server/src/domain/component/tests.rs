//! One test for each refusal, with the state that causes it.

use super::*;
use crate::domain::form::WrongAnswer;
use crate::domain::sample::{self, now, seconds};
use crate::domain::{Feature, UserState};
use ruhui_core::api::card_member::{CardTemplateState, ValidDateInformation};
use std::collections::BTreeSet;

fn token() -> TokenRecord {
    TokenRecord {
        token: "t".parse().unwrap(),
        expire_time: seconds(1),
        appid: sample::appid(),
        brand_id: sample::brand_id(),
        card_id: sample::card_id(),
        openid: sample::openid(),
        repeatable_until: seconds(1),
        purpose: Purpose::Join,
        spent: None,
    }
}

fn tried(change: impl FnOnce(&mut TokenRecord)) -> Result<(), u32> {
    let mut token = token();
    change(&mut token);
    check_token(Some(&token), Purpose::Join, Some(&sample::openid()), now())
        .map(|_| ())
        .map_err(|refusal| refusal.errcode())
}

#[test]
fn a_token_opens_one_component_for_one_user_once_in_its_time() {
    assert_eq!(tried(|_| {}), Ok(()));
    assert_eq!(check_token(None, Purpose::Join, None, now()), Err(Refusal::TokenUnknown));
    assert_eq!(tried(|token| token.expire_time = seconds(0)), Err(1002));
    assert_eq!(tried(|token| *token = spend(token, now())), Err(1003));
    assert_eq!(tried(|token| token.openid = "other".parse().unwrap()), Err(1004));
    assert_eq!(tried(|token| token.purpose = Purpose::PayView), Err(1005));
    assert!(check_token(Some(&token()), Purpose::Join, None, now()).is_ok());
}

fn offered(change: impl FnOnce(&mut Template, &mut Brand, &mut User)) -> Result<(), u32> {
    let (mut template, mut brand, mut user) = (sample::template(), sample::brand(), sample::user());
    change(&mut template, &mut brand, &mut user);
    let user = (&sample::openid(), Some(&user));
    check_offer(Some(&template), Some(&brand), user, UnknownOpenids::Reject, now())
        .map(|_| ())
        .map_err(|refusal| refusal.errcode())
}

#[test]
fn what_ended_since_the_token_was_issued_is_seen() {
    assert_eq!(offered(|_, _, _| {}), Ok(()));
    let nothing =
        check_offer(None, None, (&sample::openid(), None), UnknownOpenids::Reject, now()).map(|_| ());
    assert_eq!(nothing, Err(Refusal::TemplateNotFound));
    assert_eq!(offered(|template, _, _| template.card.state = CardTemplateState::CardInvalid), Err(1102));
    let range = ValidDateInformation::range(seconds(-2), seconds(0));
    assert_eq!(offered(|template, _, _| template.card.valid_date_information = range), Err(1103));
    assert_eq!(offered(|_, brand, _| brand.feature = Feature::NotEnabled), Err(1104));
    assert_eq!(offered(|_, brand, _| brand.brand_id = "1".parse().unwrap()), Err(1104));
    assert_eq!(offered(|_, _, user| user.state = UserState::Invalid), Err(1201));
}

#[test]
fn every_refusal_has_a_number_a_name_and_both_languages() {
    let row = &ruhui_core::api::rows::SEX_FORMAT;
    let all = [
        Refusal::TokenUnknown,
        Refusal::TokenExpired,
        Refusal::TokenSpent,
        Refusal::TokenOfAnotherUser,
        Refusal::TokenOfAnotherPurpose,
        Refusal::SceneWrong,
        Refusal::TemplateNotFound,
        Refusal::TemplateInvalid,
        Refusal::TemplateExpired,
        Refusal::BrandClosed,
        Refusal::User(row),
        Refusal::CardPending,
        Refusal::AlreadyMember,
        Refusal::FormerMember,
        Refusal::NotAMember,
        Refusal::PhoneMissing,
        Refusal::Unanswered("x".to_owned()),
        Refusal::Answer(WrongAnswer { row, field: "x".to_owned() }),
        Refusal::TooLong("x".to_owned()),
    ];
    let numbers: BTreeSet<_> = all.iter().map(Refusal::errcode).collect();
    let names: BTreeSet<_> = all.iter().map(Refusal::code).collect();
    assert_eq!([numbers.len(), names.len()], [all.len(); 2]);
    for refusal in all {
        let (english, chinese) = (format!("{refusal}"), format!("{refusal:#}"));
        assert!(english != chinese && !chinese.is_ascii(), "{english} {chinese}");
    }
}
