//! One test for each row that this rule answers, and named so.

use super::*;
use ruhui_core::types::{DateTime, MchId};

const NOW: i64 = 1_750_000_000;

struct World {
    caller: Caller,
    brand_id: BrandId,
    openid: OpenId,
    brand: Option<Brand>,
    template: Option<Template>,
    user: Option<User>,
    unknown_openids: UnknownOpenids,
}

impl World {
    fn new() -> Self {
        let mchid = MchId::new("1900000001").unwrap();
        let brand_id = BrandId::new("1004").unwrap();
        let card_id = CardId::new("pbLatjvWOibDc5-TBnbUk1pD12o0").unwrap();
        let appid = AppId::new("wxea9c30890f48d5ae").unwrap();
        let openid = OpenId::new("obLatjnx9gnqzS4myYGmLZ7LgLBA").unwrap();
        Self {
            caller: Caller::Merchant(mchid.clone()),
            brand_id: brand_id.clone(),
            openid: openid.clone(),
            brand: Some(Brand {
                brand_id: brand_id.clone(),
                name: "brand".to_owned(),
                merchants: vec![mchid],
                feature: Feature::Enabled,
                certificates: Vec::new(),
            }),
            template: Some(Template {
                card_id,
                brand_id,
                appid: appid.clone(),
                state: TemplateState::Effective,
                available_end_time: None,
            }),
            user: Some(User { openid, appid, state: UserState::Valid, cards: Vec::new(), refusal: None }),
            unknown_openids: UnknownOpenids::Accept,
        }
    }

    fn decide(&self) -> Result<&AppId, Refusal> {
        let card_id = CardId::new("pbLatjvWOibDc5-TBnbUk1pD12o0").unwrap();
        decide(
            Asked { caller: &self.caller, brand_id: &self.brand_id, card_id: &card_id, openid: &self.openid },
            Known {
                brand: self.brand.as_ref(),
                template: self.template.as_ref(),
                user: self.user.as_ref(),
                unknown_openids: self.unknown_openids,
            },
            Timestamp::from_second(NOW).unwrap(),
        )
    }

    fn template(&mut self) -> &mut Template {
        self.template.as_mut().unwrap()
    }

    fn user(&mut self) -> &mut User {
        self.user.as_mut().unwrap()
    }
}

fn refusal(change: impl FnOnce(&mut World)) -> Refusal {
    let mut world = World::new();
    change(&mut world);
    world.decide().unwrap_err()
}

#[test]
fn a_valid_user_of_a_valid_template_is_granted() {
    assert_eq!(World::new().decide().unwrap().as_str(), "wxea9c30890f48d5ae");
}

#[test]
fn template_not_of_brand() {
    let unknown_brand = refusal(|w| w.brand = None);
    let unbound = refusal(|w| w.brand.as_mut().unwrap().merchants.clear());
    let other_brand_calls = refusal(|w| w.caller = Caller::Brand(BrandId::new("1005").unwrap()));
    for refusal in [unknown_brand, unbound, other_brand_calls] {
        assert_eq!(refusal, Refusal::BrandNotCallers);
        assert_eq!(refusal.row(Edition::Founding).name, "template_not_of_brand");
    }
    let unknown_card = refusal(|w| w.template = None);
    let other_brands_card = refusal(|w| w.template().brand_id = BrandId::new("1005").unwrap());
    for refusal in [unknown_card, other_brands_card] {
        assert_eq!(refusal, Refusal::TemplateNotOfBrand);
        assert_eq!(refusal.row(Edition::Founding).name, "template_not_of_brand");
    }
}

#[test]
fn openid_wrong() {
    let malformed = refusal(|w| {
        w.user = None;
        w.openid = OpenId::new("12345").unwrap();
    });
    let unknown = refusal(|w| {
        w.user = None;
        w.unknown_openids = UnknownOpenids::Reject;
    });
    let invalid = refusal(|w| w.user().state = UserState::Invalid);
    let foreign = refusal(|w| w.user().appid = AppId::new("wx0000000000000000").unwrap());
    for refusal in [&malformed, &unknown, &invalid, &foreign] {
        assert_eq!(refusal.row(Edition::Founding).name, "openid_wrong");
    }
    assert_eq!([malformed, unknown, invalid], [const { Refusal::OpenidInvalid }; 3]);
    assert_eq!(foreign, Refusal::OpenidForeign);
}

#[test]
fn not_the_callers_brand() {
    let refusal = refusal(|w| w.brand = None);
    assert_eq!(refusal.row(Edition::Current).name, "not_the_callers_brand");
}

#[test]
fn template_not_found() {
    assert_eq!(refusal(|w| w.template = None).row(Edition::Current).name, "template_not_found");
}

#[test]
fn openid_invalid() {
    let refusal = refusal(|w| w.user().state = UserState::Invalid);
    assert_eq!(refusal.row(Edition::Current).name, "openid_invalid");
}

#[test]
fn openid_foreign() {
    let refusal = refusal(|w| w.user().appid = AppId::new("wx0000000000000000").unwrap());
    assert_eq!(refusal.row(Edition::Current).name, "openid_foreign");
}

#[test]
fn not_enabled() {
    let refusal = refusal(|w| w.brand.as_mut().unwrap().feature = Feature::NotEnabled);
    assert_eq!(refusal.row(Edition::Current).name, "not_enabled");
}

#[test]
fn not_opened_yet() {
    let refusal = refusal(|w| w.brand.as_mut().unwrap().feature = Feature::NotOpenedYet);
    assert_eq!(refusal.row(Edition::Current).name, "not_opened_yet");
}

#[test]
fn template_invalid() {
    let refusal = refusal(|w| w.template().state = TemplateState::Invalid);
    assert_eq!(refusal.row(Edition::Current).name, "template_invalid");
}

#[test]
fn template_expired() {
    let end = |second| Some(DateTime::seconds(Timestamp::from_second(second).unwrap()));
    let refusal = refusal(|w| w.template().available_end_time = end(NOW));
    assert_eq!(refusal.row(Edition::Current).name, "template_expired");
    let mut world = World::new();
    world.template().available_end_time = end(NOW + 1);
    assert!(world.decide().is_ok());
}

#[test]
fn one_valid_card() {
    let refusal = refusal(|w| w.user().cards = vec![CardId::new("pbLatjvWOibDc5-TBnbUk1pD12o0").unwrap()]);
    assert_eq!(refusal.row(Edition::Current).name, "one_valid_card");
}

#[test]
fn a_staged_user_gets_the_staged_row() {
    let refusal = refusal(|w| w.user().refusal = Some("system_error".to_owned()));
    assert_eq!(refusal.row(Edition::Founding).status, 500);
}

#[test]
fn an_unknown_openid_of_good_form_is_accepted_where_the_policy_says_so() {
    let mut world = World::new();
    world.user = None;
    assert!(world.decide().is_ok());
}

#[test]
fn founding_answers_are_400_and_of_two_codes() {
    let all = [
        Refusal::BrandNotCallers,
        Refusal::TemplateNotOfBrand,
        Refusal::NotEnabled,
        Refusal::NotOpenedYet,
        Refusal::TemplateInvalid,
        Refusal::TemplateExpired,
        Refusal::OpenidInvalid,
        Refusal::OpenidForeign,
        Refusal::OneValidCard,
    ];
    for refusal in all {
        let row = refusal.row(Edition::Founding);
        let wrong_openid = matches!(refusal, Refusal::OpenidInvalid | Refusal::OpenidForeign);
        let code = if wrong_openid { "PARAM_ERROR" } else { "INVALID_REQUEST" };
        assert_eq!((row.status, row.code.as_str()), (400, code), "{refusal:?}");
    }
}
