//! Provisioned card templates, and the cards that users hold from the start.

use super::source::Source;
use super::{Config, ConfigError, TemplateConfig, UserConfig};
use crate::domain::{Claim, HeldCard, Member, Template};
use ruhui_core::api::card_member::{
    CardTemplate, CardTemplateRequired, CardType, CodeMode, CodeType, JumpInformation, UserCard,
    UserCardState, ValidDateInformation,
};
use ruhui_core::bilingual::Bilingual;
use ruhui_core::types::{
    Caller, CardId, CardTitle, Color, DateTime, LegalAgreement, OutRequestNo, Text, UserCardCode,
};

/// Creation time of all records that a file describes: the day of the first document. A constant, so that the records
/// do not look new at each start.
fn beginning() -> DateTime {
    "2025-06-24T00:00:00+08:00".parse().expect("a time")
}

fn text<const LIMIT: usize>(text: &str) -> Text<LIMIT> {
    Text::new(text).expect("a text within its limit")
}

/// Returns the template that an entry describes, with defaults for the members that the entry omits.
pub(super) fn template(
    index: usize,
    config: &TemplateConfig,
    Config { service, brands, .. }: &Config,
    source: Source<'_>,
) -> Result<Template, ConfigError> {
    let brand_id = config.brand_id.get_ref();
    let brand = brands.iter().find(|brand| brand.brand_id == *brand_id);
    let merchants: Vec<_> =
        brand.into_iter().flat_map(|brand| &brand.merchants).map(|mchid| mchid.get_ref()).collect();
    let of_brand = Caller::Brand(brand_id.clone());
    let owner = match &config.owner {
        None => merchants.first().map_or(of_brand, |mchid| Caller::Merchant((*mchid).clone())),
        Some(owner) => {
            let may_own = match owner.get_ref() {
                Caller::Merchant(mchid) => merchants.contains(&mchid),
                brand => *brand == of_brand,
            };
            if !may_own {
                let what = Bilingual::new(
                    format!("neither brand {brand_id} nor a merchant bound to it"),
                    format!("须为品牌 {brand_id} 或与其绑定的商户"),
                );
                return Err(source.fault(&format!("templates[{index}].owner"), owner.span(), what));
            }
            owner.get_ref().clone()
        }
    };
    let valid_date_information = match config.available_end_time {
        Some(end) => ValidDateInformation::range("2025-01-01T00:00:00+08:00".parse().expect("a time"), end),
        None => ValidDateInformation::permanent(),
    };
    let mut card = CardTemplate::new(CardTemplateRequired {
        card_id: config.card_id.clone(),
        brand_id: brand_id.clone(),
        appid: config.appid.clone(),
        card_type: CardType::Normal,
        card_title: config.card_title.clone().unwrap_or_else(|| CardTitle::new("会员卡").expect("a title")),
        card_color: Color::new("#07C160").expect("a colour"),
        card_picture_url: text("https://example.com/card.png"),
        code_mode: config.code_mode.as_ref().map_or(CodeMode::SystemAllocate, |mode| mode.get_ref().clone()),
        code_type: CodeType::QrCode,
        benefits: text("会员专享优惠"),
        notify_url: config.notify_url.clone().unwrap_or_else(|| service.notify_url()),
        valid_date_information,
        member_information: JumpInformation::new(config.appid.clone(), text("/pages/member/index")),
        state: config.state.get_ref().clone(),
        create_time: beginning(),
        modify_time: beginning(),
    });
    card.out_request_no = Some(out_request_no(&config.card_id));
    card.legal_agreement = Some(LegalAgreement::new("会员服务协议").expect("an agreement"));
    card.points_information = Some(JumpInformation::new(config.appid.clone(), text("/pages/points/index")));
    card.user_information = config.user_information.as_ref().map(|form| form.get_ref().clone());
    Ok(Template { owner, card })
}

/// The `out_request_no` of a provisioned template: every template has one (page 4015336970).
fn out_request_no(card_id: &CardId) -> OutRequestNo {
    let is_allowed = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let card_id: String = card_id.as_str().chars().filter(is_allowed).collect();
    OutRequestNo::new(format!("provisioned-{card_id}")).expect("44 letters, digits and hyphens are a number")
}

/// The cards that a user holds from the start, and the claims on their codes.
pub(super) fn held(user: &UserConfig, templates: &[Template]) -> Vec<(Member, Claim)> {
    let of = |card_id: &CardId| templates.iter().find(|template| template.card.card_id == *card_id);
    user.cards
        .iter()
        .filter_map(|card_id| of(card_id.get_ref()))
        .map(|template| hold(user, template))
        .collect()
}

fn hold(user: &UserConfig, template: &Template) -> (Member, Claim) {
    let template = &template.card;
    let code = code(user, &template.card_id);
    let mut card = UserCard::new(
        template.brand_id.clone(),
        template.card_id.clone(),
        user.openid.clone(),
        template.card_type.clone(),
        template.valid_date_information.clone(),
        UserCardState::Effective,
        beginning(),
    );
    card.user_card_code = Some(UserCardCode::new(code.as_str()).expect("digits are a code"));
    card.card_color = Some(template.card_color.clone());
    card.card_picture_url = Some(template.card_picture_url.clone());
    let mut member = Member::new(user.openid.clone(), template.card_id.clone(), template.brand_id.clone());
    let effective_since = Some(beginning());
    member.cards.push(HeldCard { card, effective_since, ended_by: None, point_balance: None });
    let claim = Claim::user_card_code(&template.card_id, &code);
    (member, claim)
}

/// Computes a card code of 24 digits, the same at each start and different for each user.
fn code(user: &UserConfig, card_id: &CardId) -> String {
    let text = format!("{}\n{}", user.openid.as_str(), card_id.as_str());
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes());
    digest.as_ref()[..24].iter().map(|byte| char::from(b'0' + byte % 10)).collect()
}
