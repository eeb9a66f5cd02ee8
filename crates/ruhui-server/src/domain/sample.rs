//! Sample data for the tests of the rules: the brand, template and user of the documents' samples.

use super::{Brand, Feature, HeldCard, Member, Template, User, UserState};
use jiff::Timestamp;
use ruhui_core::api::card_member::{
    CardTemplate, CardTemplateRequired, CardTemplateState, CardType, CodeMode, CodeType, JumpInformation,
    UserCard, UserCardState, ValidDateInformation,
};
use ruhui_core::types::{
    AppId, BrandId, Caller, CardId, CardTitle, Color, DateTime, LegalAgreement, MchId, NotifyUrl, OpenId,
    Text, UserCardCode,
};

/// Time of the tests: 15 June 2025, 23:06:40 in Beijing.
pub(crate) const NOW: i64 = 1_750_000_000;

pub(crate) fn now() -> Timestamp {
    Timestamp::from_second(NOW).unwrap()
}

/// Returns the time this many seconds after [`NOW`].
pub(crate) fn seconds(from_now: i64) -> DateTime {
    DateTime::seconds(Timestamp::from_second(NOW + from_now).unwrap())
}

pub(crate) fn mchid() -> MchId {
    MchId::new("1900000001").unwrap()
}

pub(crate) fn brand_id() -> BrandId {
    BrandId::new("1004").unwrap()
}

pub(crate) fn card_id() -> CardId {
    CardId::new("pbLatjvWOibDc5-TBnbUk1pD12o0").unwrap()
}

pub(crate) fn appid() -> AppId {
    AppId::new("wxea9c30890f48d5ae").unwrap()
}

pub(crate) fn openid() -> OpenId {
    OpenId::new("obLatjnx9gnqzS4myYGmLZ7LgLBA").unwrap()
}

pub(crate) fn text<const LIMIT: usize>(text: &str) -> Text<LIMIT> {
    Text::new(text).unwrap()
}

pub(crate) fn code(code: &str) -> UserCardCode {
    UserCardCode::new(code).unwrap()
}

pub(crate) fn brand() -> Brand {
    Brand {
        brand_id: brand_id(),
        name: "brand".to_owned(),
        merchants: vec![mchid()],
        appids: vec![appid()],
        feature: Feature::Enabled,
        certificates: Vec::new(),
        api_key: None,
        feed_templates: None,
    }
}

pub(crate) fn user() -> User {
    User { openid: openid(), appid: appid(), state: UserState::Valid, refusal: None }
}

/// Returns an effective template without an end, whose codes WeChat Pay allocates.
pub(crate) fn template() -> Template {
    let mut card = CardTemplate::new(CardTemplateRequired {
        card_id: card_id(),
        brand_id: brand_id(),
        appid: appid(),
        card_type: CardType::Normal,
        card_title: CardTitle::new("会员卡").unwrap(),
        card_color: Color::new("#07C160").unwrap(),
        card_picture_url: text("https://example.com/card.png"),
        code_mode: CodeMode::SystemAllocate,
        code_type: CodeType::QrCode,
        benefits: text("会员专享优惠"),
        notify_url: NotifyUrl::new("https://shop.example/notify").unwrap(),
        valid_date_information: ValidDateInformation::permanent(),
        member_information: JumpInformation::new(appid(), text("/pages/member/index")),
        state: CardTemplateState::CardEffective,
        create_time: seconds(-86_400),
        modify_time: seconds(-86_400),
    });
    card.legal_agreement = Some(LegalAgreement::new("会员服务协议").unwrap());
    Template { owner: Caller::Merchant(mchid()), card }
}

/// Returns a card of the template in this state, with the code `1`.
pub(crate) fn held(state: UserCardState) -> HeldCard {
    let template = template().card;
    let effective_since = (state == UserCardState::Effective).then(|| seconds(-3600));
    let mut card = UserCard::new(
        brand_id(),
        card_id(),
        openid(),
        template.card_type,
        template.valid_date_information,
        state,
        seconds(-3600),
    );
    card.user_card_code = Some(code("1"));
    card.card_color = Some(template.card_color);
    card.card_picture_url = Some(template.card_picture_url);
    HeldCard { card, effective_since, ended_by: None, point_balance: None }
}

/// Returns the user with these cards.
pub(crate) fn member(cards: Vec<HeldCard>) -> Member {
    Member { cards, ..Member::new(openid(), card_id(), brand_id()) }
}
