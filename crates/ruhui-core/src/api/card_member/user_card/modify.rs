//! 修改、失效用户会员卡: change and invalidate a user card.
//!
//! - `PATCH /v3/brand/partner/card-member/user-cards/{user_card_code}`
//! - `POST /v3/brand/partner/card-member/user-cards/{user_card_code}/invalidate`
//! - `PATCH /brand/card-member/user-cards/{user_card_code}`
//! - `POST /brand/card-member/user-cards/{user_card_code}/invalidate`
//!
//! - <https://pay.weixin.qq.com/doc/v3/partner/4015336985>
//! - <https://pay.weixin.qq.com/doc/v3/partner/4015336983>
//! - <https://pay.weixin.qq.com/doc/brand/4015582719>
//! - <https://pay.weixin.qq.com/doc/brand/4015582726>

use super::UserCard;
use crate::api::card_member::{UserInformation, ValidDateInformation};
use crate::api::{BrandField, Document, Endpoint, FamilyMarker, Partner, RetrySafety, Row, either, rows};
use crate::types::{CardId, Color, OpenId, PhoneNumber, Text, UserCardCode};
use http::Method;
use serde::{Deserialize, Serialize};

/// Changes an effective user card. A field that is absent keeps its value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(bound = "")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(bound = "", rename = "ModifyUserCard"))]
#[allow(clippy::exhaustive_structs)]
pub struct ModifyUserCard<F: FamilyMarker = Partner> {
    /// 品牌ID: the brand that the member card belongs to. `string(32)`. Partner family only.
    #[serde(skip_serializing_if = "BrandField::is_implied")]
    pub brand_id: F::BrandId,
    /// 会员卡模板ID: the id of the card template. `string(32)`.
    pub card_id: CardId,
    /// 用户标识: the user's openid under the template's AppID. `string(128)`.
    pub openid: OpenId,
    /// 会员卡号: the code of the user card. `string(32)`.
    pub user_card_code: UserCardCode,
    /// 会员卡颜色: the background colour of the card, such as `#FFFF00`. `string(7)`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card_color: Option<Color>,
    /// 会员卡图片: the URL of the card's picture, as the image upload returned it. `string(256)`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card_picture_url: Option<Text<256>>,
    /// 手机号: the user's phone number. `string(32)` in plain text; encrypted on the wire.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone_number: Option<PhoneNumber>,
    /// 会员等级: the member's level. `string(10)`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<Text<10>>,
    /// 有效期信息: how long the card is valid. The type must be the template's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_date_information: Option<ValidDateInformation>,
    /// 用户信息: the user's values for the template's form. They are encrypted on the wire.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_information: Option<UserInformation>,
    /// 附加数据: data that the merchant attaches to the card; the user does not see it. `string(256)`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attach: Option<Text<256>>,
}

impl<F: FamilyMarker> ModifyUserCard<F> {
    /// Makes a request that changes nothing; set the fields to change.
    pub fn new(brand_id: F::BrandId, card_id: CardId, openid: OpenId, user_card_code: UserCardCode) -> Self {
        Self {
            brand_id,
            card_id,
            openid,
            user_card_code,
            card_color: None,
            card_picture_url: None,
            phone_number: None,
            level: None,
            valid_date_information: None,
            user_information: None,
            attach: None,
        }
    }
}

impl<F: FamilyMarker> Endpoint for ModifyUserCard<F> {
    type Response = UserCard;
    type Family = F;

    const NAME: &'static str = either(F::FAMILY, "modify_user_card", "brand_modify_user_card");
    const SUMMARY: &'static str = "修改用户会员卡: changes what it names of an effective card";
    const METHOD: Method = Method::PATCH;
    const PATH: &'static str = either(
        F::FAMILY,
        "/v3/brand/partner/card-member/user-cards/{user_card_code}",
        "/brand/card-member/user-cards/{user_card_code}",
    );
    const DOCUMENT: Document = either(
        F::FAMILY,
        Document::partner("4015336985", "2025-07-25"),
        Document::brand("4015582719", "2025.07.25"),
    );
    const RETRY_SAFETY: RetrySafety = RetrySafety::Idempotent;
    const ERRORS: &'static [&'static Row] = &[
        &rows::NOT_THE_CALLERS_BRAND,
        &rows::NOT_ENABLED,
        &rows::NOT_OPENED_YET,
        &rows::TEMPLATE_NOT_FOUND,
        &rows::OPENID_FOREIGN,
        &rows::OPENID_INVALID,
        &rows::CARD_NOT_FOUND,
        &rows::CARD_NOT_EFFECTIVE,
        &rows::CONTENT_REJECTED,
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
        &rows::COMMON_FIELD_UNDEFINED,
        &rows::BIRTHDAY_FORMAT,
        &rows::EMAIL_FORMAT,
        &rows::SEX_FORMAT,
        &rows::CUSTOM_FIELD_UNDEFINED,
        &rows::ENCRYPTED_FIELD_UNREADABLE,
    ];
    const HAS_ENCRYPTED_FIELDS: bool = true;
}

/// Invalidates a user card. This cannot be undone, and WeChat Pay's rules require that the merchant informs the user
/// beforehand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(bound = "")]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(bound = "", rename = "InvalidateUserCard")
)]
#[allow(clippy::exhaustive_structs)]
pub struct InvalidateUserCard<F: FamilyMarker = Partner> {
    /// 品牌ID: the brand that the member card belongs to. `string(32)`. Partner family only.
    #[serde(skip_serializing_if = "BrandField::is_implied")]
    pub brand_id: F::BrandId,
    /// 会员卡模板ID: the id of the card template. `string(32)`.
    pub card_id: CardId,
    /// 用户标识: the user's openid under the template's AppID. `string(128)`.
    pub openid: OpenId,
    /// 会员卡号: the code of the user card. `string(32)`.
    pub user_card_code: UserCardCode,
    /// 失效原因: why the card is invalidated. `string(32)`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invalid_reason: Option<Text<32>>,
}

impl<F: FamilyMarker> Endpoint for InvalidateUserCard<F> {
    type Response = UserCard;
    type Family = F;

    const NAME: &'static str = either(F::FAMILY, "invalidate_user_card", "brand_invalidate_user_card");
    const SUMMARY: &'static str = "失效用户会员卡: ends a user card";
    const METHOD: Method = Method::POST;
    const PATH: &'static str = either(
        F::FAMILY,
        "/v3/brand/partner/card-member/user-cards/{user_card_code}/invalidate",
        "/brand/card-member/user-cards/{user_card_code}/invalidate",
    );
    const DOCUMENT: Document = either(
        F::FAMILY,
        Document::partner("4015336983", "2025-07-25"),
        Document::brand("4015582726", "2025.07.25"),
    );
    // The card is invalid by the time of a resend, so the service rejects it. A client that resent on its own would
    // report that rejection in place of the first success.
    const RETRY_SAFETY: RetrySafety = RetrySafety::NotIdempotent;
    const ERRORS: &'static [&'static Row] = &[
        &rows::NOT_THE_CALLERS_BRAND,
        &rows::NOT_ENABLED,
        &rows::NOT_OPENED_YET,
        &rows::TEMPLATE_NOT_FOUND,
        &rows::OPENID_FOREIGN,
        &rows::OPENID_INVALID,
        &rows::OPENID_WRONG,
        &rows::CARD_NOT_FOUND,
        &rows::CARD_NOT_INVALIDATABLE,
    ];
}
