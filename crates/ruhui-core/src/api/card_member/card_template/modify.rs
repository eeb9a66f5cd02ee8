//! 修改、失效会员卡模板: change and invalidate a card template.
//!
//! - `PATCH /v3/brand/partner/card-member/cards/{card_id}`
//! - `POST /v3/brand/partner/card-member/cards/{card_id}/invalidate`
//! - `PATCH /brand/card-member/cards/{card_id}`
//! - `POST /brand/card-member/cards/{card_id}/invalidate`
//!
//! - <https://pay.weixin.qq.com/doc/v3/partner/4015336977>
//! - <https://pay.weixin.qq.com/doc/v3/partner/4015336972>
//! - <https://pay.weixin.qq.com/doc/brand/4015582722>
//! - <https://pay.weixin.qq.com/doc/brand/4015582724>

use super::CardTemplate;
use crate::api::card_member::{JumpInformation, PurchaseInformation, UserForm, ValidDateInformation};
use crate::api::{BrandField, Document, Endpoint, FamilyMarker, Partner, RetrySafety, Row, either, rows};
use crate::types::{CardId, CardTitle, Color, NotifyUrl, Text};
use http::Method;
use serde::{Deserialize, Serialize};

/// Changes a card template. A field that is absent keeps its value.
///
/// AppID, card type, code mode, code type, initial level, agreement and request number cannot be changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(bound = "")]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(bound = "", rename = "ModifyCardTemplate")
)]
#[allow(clippy::exhaustive_structs)]
pub struct ModifyCardTemplate<F: FamilyMarker = Partner> {
    /// 品牌ID: the brand that the member card belongs to. `string(32)`. Partner family only.
    #[serde(skip_serializing_if = "BrandField::is_implied")]
    pub brand_id: F::BrandId,
    /// 会员卡模板ID: the id of the card template. `string(32)`.
    pub card_id: CardId,
    /// 会员卡标题: the title of the card. `string(10)`: Han and Latin letters, digits and punctuation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card_title: Option<CardTitle>,
    /// 会员卡颜色: the background colour of the card, such as `#FFFF00`. `string(7)`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card_color: Option<Color>,
    /// 会员卡图片: the URL of the card's picture, as the image upload returned it. `string(256)`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card_picture_url: Option<Text<256>>,
    /// 会员码跳转信息: the page that shows the code. Rejected unless the template's `code_type` is JUMP_MINI_PROGRAM.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code_jump_information: Option<JumpInformation>,
    /// 会员权益: a text about the benefits of members. `string(32)`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub benefits: Option<Text<32>>,
    /// 回调地址: the URL to which callbacks are sent. `string(256)`: http or https, without a query.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notify_url: Option<NotifyUrl>,
    /// 是否置顶: whether the card is pinned to the top.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub need_pinned: Option<bool>,
    /// 是否展示等级: whether the card shows the member's level. `true` only if the template has an initial level.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub need_display_level: Option<bool>,
    /// 客服电话: the phone number of customer service. `string(32)`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_phone: Option<Text<32>>,
    /// 有效期信息: how long the cards are valid. The type cannot be changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_date_information: Option<ValidDateInformation>,
    /// 会员中心信息: the page that a tap on the card's face opens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member_information: Option<JumpInformation>,
    /// 积分信息: the page that shows the points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub points_information: Option<JumpInformation>,
    /// 储值信息: the page that shows the stored value. BALANCE cards only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub balance_information: Option<JumpInformation>,
    /// 付费信息: the page that sells the card, and the price. PURCHASE cards only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purchase_information: Option<PurchaseInformation>,
    /// 用户信息: the form that a user fills in to join. The phone number is always asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_information: Option<UserForm>,
}

impl<F: FamilyMarker> ModifyCardTemplate<F> {
    /// Makes a request that changes nothing; set the fields to change.
    pub fn new(brand_id: F::BrandId, card_id: CardId) -> Self {
        Self {
            brand_id,
            card_id,
            card_title: None,
            card_color: None,
            card_picture_url: None,
            code_jump_information: None,
            benefits: None,
            notify_url: None,
            need_pinned: None,
            need_display_level: None,
            service_phone: None,
            valid_date_information: None,
            member_information: None,
            points_information: None,
            balance_information: None,
            purchase_information: None,
            user_information: None,
        }
    }
}

impl<F: FamilyMarker> Endpoint for ModifyCardTemplate<F> {
    type Response = CardTemplate;
    type Family = F;

    const NAME: &'static str = either(F::FAMILY, "modify_card_template", "brand_modify_card_template");
    const SUMMARY: &'static str = "修改会员卡模板: changes what it names";
    const METHOD: Method = Method::PATCH;
    const PATH: &'static str = either(
        F::FAMILY,
        "/v3/brand/partner/card-member/cards/{card_id}",
        "/brand/card-member/cards/{card_id}",
    );
    const DOCUMENT: Document = either(
        F::FAMILY,
        Document::partner("4015336977", "2025-08-01"),
        Document::brand("4015582722", "2025.08.01"),
    );
    const RETRY_SAFETY: RetrySafety = RetrySafety::Idempotent;
    const ERRORS: &'static [&'static Row] = &[
        &rows::NOT_THE_CALLERS_BRAND,
        &rows::NOT_ENABLED,
        &rows::NOT_OPENED_YET,
        &rows::TEMPLATE_NOT_FOUND,
        &rows::TEMPLATE_INVALID,
        &rows::LEVEL_NOT_SHOWABLE,
        &rows::CODE_JUMP_NOT_MODIFIABLE,
        &rows::BALANCE_FORBIDDEN,
        &rows::PURCHASE_FORBIDDEN,
        &rows::PRICE_NOT_POSITIVE,
        &rows::MEMBER_APPID_NOT_BOUND,
        &rows::CODE_APPID_NOT_BOUND,
        &rows::POINTS_APPID_NOT_BOUND,
        &rows::BALANCE_APPID_NOT_BOUND,
        &rows::PURCHASE_APPID_NOT_BOUND,
        &rows::CONTENT_REJECTED,
        &rows::NOTIFY_URL_PRIVATE,
        &rows::VALIDITY_TYPE_DIFFERS,
        &rows::VALIDITY_RANGE_INCOMPLETE,
        &rows::VALIDITY_RANGE_WITH_DAYS,
        &rows::VALIDITY_BEGIN_AFTER_END,
        &rows::VALIDITY_TERM_FIELDS,
        &rows::VALIDITY_DAYS_NOT_POSITIVE,
        &rows::VALIDITY_DAYS_TOO_MANY,
        &rows::VALIDITY_PERMANENT_WITH_DAYS,
        &rows::VALIDITY_PERMANENT_WITH_BEGIN,
        &rows::VALIDITY_PERMANENT_WITH_END,
        &rows::COMMON_FIELD_REPEATED,
        &rows::CUSTOM_FIELD_REPEATED,
        &rows::CUSTOM_FIELDS_TOO_MANY,
        &rows::CUSTOM_VALUES_COUNT,
        &rows::CHOSEN_VALUE_ILLEGAL,
    ];
}

/// Invalidates a card template: users can no longer get cards of it. This cannot be undone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(bound = "")]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(bound = "", rename = "InvalidateCardTemplate")
)]
#[allow(clippy::exhaustive_structs)]
pub struct InvalidateCardTemplate<F: FamilyMarker = Partner> {
    /// 品牌ID: the brand that the member card belongs to. `string(32)`. Partner family only.
    #[serde(skip_serializing_if = "BrandField::is_implied")]
    pub brand_id: F::BrandId,
    /// 会员卡模板ID: the id of the card template. `string(32)`.
    pub card_id: CardId,
}

impl<F: FamilyMarker> Endpoint for InvalidateCardTemplate<F> {
    type Response = CardTemplate;
    type Family = F;

    const NAME: &'static str =
        either(F::FAMILY, "invalidate_card_template", "brand_invalidate_card_template");
    const SUMMARY: &'static str = "失效会员卡模板: ends a card template";
    const METHOD: Method = Method::POST;
    const PATH: &'static str = either(
        F::FAMILY,
        "/v3/brand/partner/card-member/cards/{card_id}/invalidate",
        "/brand/card-member/cards/{card_id}/invalidate",
    );
    const DOCUMENT: Document = either(
        F::FAMILY,
        Document::partner("4015336972", "2025-08-01"),
        Document::brand("4015582724", "2025.08.01"),
    );
    const RETRY_SAFETY: RetrySafety = RetrySafety::Idempotent;
    const ERRORS: &'static [&'static Row] =
        &[&rows::NOT_THE_CALLERS_BRAND, &rows::NOT_ENABLED, &rows::NOT_OPENED_YET, &rows::TEMPLATE_NOT_FOUND];
}
