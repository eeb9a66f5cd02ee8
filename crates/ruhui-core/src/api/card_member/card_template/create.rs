//! 创建会员卡模板: create a card template.
//!
//! - `POST /v3/brand/partner/card-member/cards`
//! - `POST /brand/card-member/cards`
//!
//! - <https://pay.weixin.qq.com/doc/v3/partner/4015336970>
//! - <https://pay.weixin.qq.com/doc/brand/4015582711>

use super::{CardTemplate, CardType, CodeMode, CodeType};
use crate::api::card_member::{JumpInformation, PurchaseInformation, UserForm, ValidDateInformation};
use crate::api::{BrandField, Document, Endpoint, FamilyMarker, Partner, RetrySafety, Row, either, rows};
use crate::types::{AppId, CardTitle, Color, LegalAgreement, NotifyUrl, OutRequestNo, Text};
use http::Method;
use serde::{Deserialize, Serialize};

/// Creates a card template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(bound = "")]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(bound = "", rename = "CreateCardTemplate")
)]
#[allow(clippy::exhaustive_structs)]
pub struct CreateCardTemplate<F: FamilyMarker = Partner> {
    /// 商户请求单号: the caller's number for the request, different for each template. `string(128)`: digits, letters,
    /// `-` and `_`.
    pub out_request_no: OutRequestNo,
    /// 品牌ID: the brand that the member card belongs to. `string(32)`. Partner family only.
    #[serde(skip_serializing_if = "BrandField::is_implied")]
    pub brand_id: F::BrandId,
    /// AppID: an official account or mini-program bound to the brand; openids are those under it. `string(32)`.
    pub appid: AppId,
    /// 会员卡类型: the type of the card; only NORMAL is supported for now.
    pub card_type: CardType,
    /// 会员卡标题: the title of the card. `string(10)`: Han and Latin letters, digits and punctuation.
    pub card_title: CardTitle,
    /// 会员卡颜色: the background colour of the card, such as `#FFFF00`. `string(7)`.
    pub card_color: Color,
    /// 会员卡图片: the URL of the card's picture, as the image upload returned it. `string(256)`. JPG or PNG, less than
    /// 1 MB; 716 × 320 pixels are suggested.
    pub card_picture_url: Text<256>,
    /// 卡号模式: who allocates `user_card_code`.
    pub code_mode: CodeMode,
    /// 会员码类型: the code that the card shows.
    pub code_type: CodeType,
    /// 会员码跳转信息: the page that shows the code. Required if `code_type` is JUMP_MINI_PROGRAM, rejected otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code_jump_information: Option<JumpInformation>,
    /// 会员权益: a text about the benefits of members. `string(32)`.
    pub benefits: Text<32>,
    /// 回调地址: the URL to which callbacks are sent. `string(256)`: http or https, without a query.
    pub notify_url: NotifyUrl,
    /// 是否置顶: whether the card is pinned to the top; by default not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub need_pinned: Option<bool>,
    /// 是否展示等级: whether the card shows the member's level; by default not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub need_display_level: Option<bool>,
    /// 初始等级: the level of a new member. `string(10)`. Required if `need_display_level` is true, rejected otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub init_level: Option<Text<10>>,
    /// 客服电话: the phone number of customer service. `string(32)`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_phone: Option<Text<32>>,
    /// 会员协议: the agreement that a user accepts. `string(20480)`: plain text without links; `\n` ends a line.
    pub legal_agreement: LegalAgreement,
    /// 有效期信息: how long the cards are valid.
    pub valid_date_information: ValidDateInformation,
    /// 会员中心信息: the page that a tap on the card's face opens.
    pub member_information: JumpInformation,
    /// 积分信息: the page that shows the points. Without it, the card has no entry for points.
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

impl<F: FamilyMarker> Endpoint for CreateCardTemplate<F> {
    type Response = CardTemplate;
    type Family = F;

    const NAME: &'static str = either(F::FAMILY, "create_card_template", "brand_create_card_template");
    const SUMMARY: &'static str = "创建会员卡模板: a new card template";
    const METHOD: Method = Method::POST;
    const PATH: &'static str =
        either(F::FAMILY, "/v3/brand/partner/card-member/cards", "/brand/card-member/cards");
    const DOCUMENT: Document = either(
        F::FAMILY,
        Document::partner("4015336970", "2025-08-01"),
        Document::brand("4015582711", "2025.07.25"),
    );
    const RETRY_SAFETY: RetrySafety = RetrySafety::NotIdempotent;
    const ERRORS: &'static [&'static Row] = &[
        &rows::NOT_THE_CALLERS_BRAND,
        &rows::NOT_ENABLED,
        &rows::NOT_OPENED_YET,
        &rows::CARD_TYPE_UNSUPPORTED,
        &rows::INIT_LEVEL_MISSING,
        &rows::INIT_LEVEL_FORBIDDEN,
        &rows::CODE_JUMP_MISSING,
        &rows::CODE_JUMP_FORBIDDEN,
        &rows::BALANCE_FORBIDDEN,
        &rows::PURCHASE_FORBIDDEN,
        &rows::PRICE_NOT_POSITIVE,
        &rows::OUT_REQUEST_NO_REPEATED,
        &rows::APPID_NOT_BOUND,
        &rows::MEMBER_APPID_NOT_BOUND,
        &rows::CODE_APPID_NOT_BOUND,
        &rows::POINTS_APPID_NOT_BOUND,
        &rows::BALANCE_APPID_NOT_BOUND,
        &rows::PURCHASE_APPID_NOT_BOUND,
        &rows::CONTENT_REJECTED,
        &rows::NOTIFY_URL_PRIVATE,
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
        &rows::TWO_TEMPLATES_PER_TYPE,
    ];
}
