//! One test for each error row of creating or changing a template, with its name. The rows of validity and of
//! forms have their tests next to those rules; the tests here show that the rules are applied.

use super::*;
use crate::domain::AddressPolicy;
use crate::domain::Claim;
use crate::domain::sample::{self, now, seconds, text};
use ruhui_core::api::card_member::{
    CardType, CodeMode, CodeType, CommonFieldName, CreateCardTemplate, JumpInformation, ModifyCardTemplate,
    PurchaseInformation, UserForm, ValidDateInformation,
};
use ruhui_core::api::rows::Id;
use ruhui_core::types::{AppId, CardId, NotifyUrl};

fn asked() -> CreateCardTemplate {
    let card = sample::template().card;
    CreateCardTemplate {
        out_request_no: "1".parse().unwrap(),
        brand_id: card.brand_id,
        appid: card.appid,
        card_type: card.card_type,
        card_title: card.card_title,
        card_color: card.card_color,
        card_picture_url: card.card_picture_url,
        code_mode: CodeMode::MerchantAllocate,
        code_type: card.code_type,
        code_jump_information: None,
        benefits: card.benefits,
        notify_url: card.notify_url,
        need_pinned: None,
        need_display_level: None,
        init_level: None,
        service_phone: None,
        legal_agreement: card.legal_agreement.unwrap(),
        valid_date_information: card.valid_date_information,
        member_information: card.member_information,
        points_information: None,
        balance_information: None,
        purchase_information: None,
        user_information: None,
    }
}

fn jump(appid: &str) -> JumpInformation {
    JumpInformation::new(AppId::new(appid).unwrap(), text("/pages/a"))
}

/// Returns a jump to a mini-program that is bound to the brand.
fn bound() -> JumpInformation {
    jump("wxea9c30890f48d5ae")
}

/// Returns a jump to a mini-program that is not bound to the brand.
fn unbound() -> JumpInformation {
    jump("wx0000000000000000")
}

fn purchase(jump: JumpInformation, price: i64) -> PurchaseInformation {
    PurchaseInformation::new(jump.jump_appid, jump.jump_path, price)
}

/// Checks the parameters of a creation with this change.
fn checked(change: impl FnOnce(&mut CreateCardTemplate)) -> Result<(), Id> {
    let mut asked = asked();
    change(&mut asked);
    check_creation(&asked, &sample::brand(), AddressPolicy::PublicOnly).map_err(|row| row.id)
}

/// Decides a creation whose parameters are valid.
fn created(
    change: impl FnOnce(&mut CreateCardTemplate),
    templates: &[Template],
    earlier: Option<&Claim>,
) -> Result<Template, Id> {
    let mut asked = asked();
    change(&mut asked);
    let creation = Creation { asked: &asked, brand_id: &sample::brand_id(), templates, earlier };
    let owner = sample::template().owner;
    create(creation, &owner, CardId::new("pNew").unwrap(), now()).map_err(|row| row.id)
}

/// Decides a change of this template.
fn modified(
    of: impl FnOnce(&mut Template),
    change: impl FnOnce(&mut ModifyCardTemplate),
) -> Result<Template, Id> {
    let mut template = sample::template();
    of(&mut template);
    let mut asked = ModifyCardTemplate::new(sample::brand_id(), sample::card_id());
    change(&mut asked);
    modify(&template, &asked, &sample::brand(), AddressPolicy::PublicOnly, now()).map_err(|row| row.id)
}

#[test]
fn a_template_is_what_was_asked_for() {
    assert_eq!(checked(|_| {}), Ok(()));
    let made = created(|asked| asked.need_pinned = Some(true), &[], None).unwrap();
    assert_eq!(made.owner, sample::template().owner);
    let mut expected = sample::template().card;
    expected.card_id = CardId::new("pNew").unwrap();
    expected.out_request_no = Some("1".parse().unwrap());
    expected.code_mode = CodeMode::MerchantAllocate;
    expected.need_pinned = true;
    expected.create_time = seconds(0);
    expected.modify_time = seconds(0);
    assert_eq!(made.card, expected);
}

#[test]
fn init_level_missing() {
    assert_eq!(checked(|asked| asked.need_display_level = Some(true)), Err(Id::INIT_LEVEL_MISSING));
    let good = checked(|asked| {
        asked.need_display_level = Some(true);
        asked.init_level = Some(text("白银"));
    });
    assert_eq!(good, Ok(()));
}

#[test]
fn init_level_forbidden() {
    for hidden in [None, Some(false)] {
        let rejected = checked(|asked| {
            asked.need_display_level = hidden;
            asked.init_level = Some(text("白银"));
        });
        assert_eq!(rejected, Err(Id::INIT_LEVEL_FORBIDDEN));
    }
}

#[test]
fn level_not_showable() {
    let with_level = |it: &mut Template| {
        it.card.need_display_level = true;
        it.card.init_level = Some(text("白银"));
    };
    let shown = |shown| move |asked: &mut ModifyCardTemplate| asked.need_display_level = Some(shown);
    assert_eq!(modified(|_| {}, shown(true)), Err(Id::LEVEL_NOT_SHOWABLE));
    assert!(modified(|_| {}, shown(false)).is_ok());
    assert!(modified(with_level, shown(true)).is_ok());
    // A hidden level is kept, so that a request can show it again.
    let hidden = modified(with_level, shown(false)).unwrap();
    assert_eq!((hidden.card.need_display_level, &hidden.card.init_level), (false, &Some(text("白银"))));
    assert!(modified(|it| *it = hidden, shown(true)).is_ok());
}

#[test]
fn code_jump_missing() {
    assert_eq!(checked(|asked| asked.code_type = CodeType::JumpMiniProgram), Err(Id::CODE_JUMP_MISSING));
    let good = checked(|asked| {
        asked.code_type = CodeType::JumpMiniProgram;
        asked.code_jump_information = Some(bound());
    });
    assert_eq!(good, Ok(()));
}

#[test]
fn code_jump_forbidden() {
    let types = CodeType::ALL.iter().filter(|code_type| **code_type != CodeType::JumpMiniProgram);
    for code_type in types {
        let rejected = checked(|asked| {
            asked.code_type = code_type.clone();
            asked.code_jump_information = Some(bound());
        });
        assert_eq!(rejected, Err(Id::CODE_JUMP_FORBIDDEN));
    }
}

#[test]
fn balance_forbidden() {
    for card_type in [CardType::Normal, CardType::Purchase] {
        let rejected = checked(|asked| {
            asked.card_type = card_type.clone();
            asked.balance_information = Some(bound());
        });
        assert_eq!(rejected, Err(Id::BALANCE_FORBIDDEN));
    }
    assert_eq!(
        modified(|_| {}, |asked| asked.balance_information = Some(bound())),
        Err(Id::BALANCE_FORBIDDEN)
    );
}

#[test]
fn purchase_forbidden() {
    for card_type in [CardType::Normal, CardType::Balance] {
        let rejected = checked(|asked| {
            asked.card_type = card_type.clone();
            asked.purchase_information = Some(purchase(bound(), 1));
        });
        assert_eq!(rejected, Err(Id::PURCHASE_FORBIDDEN));
    }
    let rejected = modified(|_| {}, |asked| asked.purchase_information = Some(purchase(bound(), 1)));
    assert_eq!(rejected, Err(Id::PURCHASE_FORBIDDEN));
}

fn paid(template: &mut Template) {
    template.card.card_type = CardType::Purchase;
}

#[test]
fn price_not_positive() {
    for price in [0, -1] {
        let rejected = checked(|asked| {
            asked.card_type = CardType::Purchase;
            asked.purchase_information = Some(purchase(bound(), price));
        });
        assert_eq!(rejected, Err(Id::PRICE_NOT_POSITIVE));
        let rejected = modified(paid, |asked| asked.purchase_information = Some(purchase(bound(), price)));
        assert_eq!(rejected, Err(Id::PRICE_NOT_POSITIVE));
    }
    assert!(modified(paid, |asked| asked.purchase_information = Some(purchase(bound(), 1))).is_ok());
}

#[test]
fn appid_not_bound() {
    let rejected = checked(|asked| asked.appid = AppId::new("wx0000000000000000").unwrap());
    assert_eq!(rejected, Err(Id::APPID_NOT_BOUND));
}

#[test]
fn member_appid_not_bound() {
    assert_eq!(checked(|asked| asked.member_information = unbound()), Err(Id::MEMBER_APPID_NOT_BOUND));
    let rejected = modified(|_| {}, |asked| asked.member_information = Some(unbound()));
    assert_eq!(rejected, Err(Id::MEMBER_APPID_NOT_BOUND));
}

#[test]
fn code_appid_not_bound() {
    let rejected = checked(|asked| {
        asked.code_type = CodeType::JumpMiniProgram;
        asked.code_jump_information = Some(unbound());
    });
    assert_eq!(rejected, Err(Id::CODE_APPID_NOT_BOUND));
    let jumps = |template: &mut Template| template.card.code_type = CodeType::JumpMiniProgram;
    let rejected = modified(jumps, |asked| asked.code_jump_information = Some(unbound()));
    assert_eq!(rejected, Err(Id::CODE_APPID_NOT_BOUND));
}

#[test]
fn points_appid_not_bound() {
    assert_eq!(checked(|asked| asked.points_information = Some(unbound())), Err(Id::POINTS_APPID_NOT_BOUND));
    let rejected = modified(|_| {}, |asked| asked.points_information = Some(unbound()));
    assert_eq!(rejected, Err(Id::POINTS_APPID_NOT_BOUND));
}

#[test]
fn balance_appid_not_bound() {
    let rejected = checked(|asked| {
        asked.card_type = CardType::Balance;
        asked.balance_information = Some(unbound());
    });
    assert_eq!(rejected, Err(Id::BALANCE_APPID_NOT_BOUND));
    let stores = |template: &mut Template| template.card.card_type = CardType::Balance;
    let rejected = modified(stores, |asked| asked.balance_information = Some(unbound()));
    assert_eq!(rejected, Err(Id::BALANCE_APPID_NOT_BOUND));
}

#[test]
fn purchase_appid_not_bound() {
    let rejected = checked(|asked| {
        asked.card_type = CardType::Purchase;
        asked.purchase_information = Some(purchase(unbound(), 1));
    });
    assert_eq!(rejected, Err(Id::PURCHASE_APPID_NOT_BOUND));
    let rejected = modified(paid, |asked| asked.purchase_information = Some(purchase(unbound(), 1)));
    assert_eq!(rejected, Err(Id::PURCHASE_APPID_NOT_BOUND));
}

#[test]
fn notify_url_private() {
    let private = || NotifyUrl::new("http://192.168.1.2/notify").unwrap();
    assert_eq!(checked(|asked| asked.notify_url = private()), Err(Id::NOTIFY_URL_PRIVATE));
    let rejected = modified(|_| {}, |asked| asked.notify_url = Some(private()));
    assert_eq!(rejected, Err(Id::NOTIFY_URL_PRIVATE));
    let mut asked = asked();
    asked.notify_url = private();
    assert_eq!(check_creation(&asked, &sample::brand(), AddressPolicy::Any), Ok(()));
}

#[test]
fn out_request_no_repeated() {
    let claim = Claim::out_request_no("call", &sample::brand_id(), "1");
    let full = [sample::template(), sample::template()];
    assert_eq!(created(|_| {}, &full, Some(&claim)), Err(Id::OUT_REQUEST_NO_REPEATED));
}

#[test]
fn card_type_unsupported() {
    for card_type in [CardType::Purchase, CardType::Balance] {
        assert_eq!(created(|asked| asked.card_type = card_type, &[], None), Err(Id::CARD_TYPE_UNSUPPORTED));
    }
}

#[test]
fn two_templates_per_type() {
    let two = [sample::template(), sample::template()];
    assert_eq!(created(|_| {}, &two, None), Err(Id::TWO_TEMPLATES_PER_TYPE));
    let one = sample::template();
    let invalid = invalidate(&one, now());
    let mut expired = sample::template();
    expired.card.valid_date_information = ValidDateInformation::range(seconds(-2), seconds(0));
    let mut of_another_type = sample::template();
    paid(&mut of_another_type);
    assert!(created(|_| {}, &[one, invalid, expired, of_another_type], None).is_ok());
}

#[test]
fn code_jump_not_modifiable() {
    let rejected = modified(|_| {}, |asked| asked.code_jump_information = Some(bound()));
    assert_eq!(rejected, Err(Id::CODE_JUMP_NOT_MODIFIABLE));
}

#[test]
fn template_invalid() {
    let ended = |template: &mut Template| *template = invalidate(template, now());
    assert_eq!(modified(ended, |_| {}), Err(Id::TEMPLATE_INVALID));
}

#[test]
fn validity_and_form_are_checked() {
    let days = ValidDateInformation::days_after_receive(0);
    let form = UserForm::new(vec![CommonFieldName::Sex, CommonFieldName::Sex], Vec::new());
    assert_eq!(
        checked(|asked| asked.valid_date_information = days.clone()),
        Err(Id::VALIDITY_DAYS_NOT_POSITIVE)
    );
    assert_eq!(checked(|asked| asked.user_information = Some(form.clone())), Err(Id::COMMON_FIELD_REPEATED));
    let rejected = modified(|_| {}, |asked| asked.valid_date_information = Some(days));
    assert_eq!(rejected, Err(Id::VALIDITY_TYPE_DIFFERS));
    assert_eq!(modified(|_| {}, |asked| asked.user_information = Some(form)), Err(Id::COMMON_FIELD_REPEATED));
}

#[test]
fn what_is_not_named_stays_but_for_the_time_of_the_change() {
    let before = sample::template();
    let after = modified(|_| {}, |asked| asked.service_phone = Some(text("010-8877"))).unwrap();
    let mut expected = before.card.clone();
    expected.service_phone = Some(text("010-8877"));
    expected.modify_time = seconds(0);
    assert_eq!(after, Template { card: expected, ..before });
}

#[test]
fn invalidating_is_final_and_repeats_itself() {
    let ended = invalidate(&sample::template(), now());
    assert!(!ended.is_effective());
    assert_eq!(ended.card.modify_time, seconds(0));
    assert_eq!(invalidate(&ended, seconds(60).timestamp()), ended);
}
