//! 导入存量会员: import existing members, by openid or by phone number.
//!
//! - `POST /v3/brand/partner/card-member/user-cards/import-by-openid`
//! - `POST /v3/brand/partner/card-member/user-cards/import-by-phone`
//! - `POST /brand/card-member/user-cards/import-by-openid`
//!
//! - <https://pay.weixin.qq.com/doc/v3/partner/4015336981>
//! - <https://pay.weixin.qq.com/doc/v3/partner/4015336982>
//! - <https://pay.weixin.qq.com/doc/brand/4015582744>

use super::UserCard;
use crate::api::card_member::{UserInformation, ValidDateInformation};
use crate::api::{BrandField, Document, Endpoint, FamilyMarker, Partner, RetrySafety, Row, either, rows};
use crate::types::{BrandId, CardId, Color, DateTime, OpenId, PhoneNumber, Text, UserCardCode};
use http::Method;
use serde::{Deserialize, Serialize};

/// Imports an existing member: creates a user card that is effective at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(bound = "")]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(bound = "", rename = "ImportUserCardByOpenid")
)]
#[allow(clippy::exhaustive_structs)]
pub struct ImportUserCardByOpenid<F: FamilyMarker = Partner> {
    /// 品牌ID: the brand that the member card belongs to. `string(32)`. Partner family only.
    #[serde(skip_serializing_if = "BrandField::is_implied")]
    pub brand_id: F::BrandId,
    /// 会员卡模板ID: the id of the card template. `string(32)`.
    pub card_id: CardId,
    /// 用户标识: the user's openid under the template's AppID. `string(128)`.
    pub openid: OpenId,
    /// 会员卡号: the code of the new card, which no other card of the template has. `string(32)`.
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
    /// 领取时间: when the member got the card; before now. Required for FIX_TERM cards, rejected for others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pickup_time: Option<DateTime>,
}

impl<F: FamilyMarker> ImportUserCardByOpenid<F> {
    /// Makes a request without the optional fields.
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
            pickup_time: None,
        }
    }
}

impl<F: FamilyMarker> Endpoint for ImportUserCardByOpenid<F> {
    type Response = UserCard;
    type Family = F;

    const NAME: &'static str =
        either(F::FAMILY, "import_user_card_by_openid", "brand_import_user_card_by_openid");
    const SUMMARY: &'static str = "导入存量会员: makes an existing member's card";
    const METHOD: Method = Method::POST;
    const PATH: &'static str = either(
        F::FAMILY,
        "/v3/brand/partner/card-member/user-cards/import-by-openid",
        "/brand/card-member/user-cards/import-by-openid",
    );
    const DOCUMENT: Document = either(
        F::FAMILY,
        Document::partner("4015336981", "2025-06-22"),
        Document::brand("4015582744", "2025.07.16"),
    );
    const RETRY_SAFETY: RetrySafety = RetrySafety::NotIdempotent;
    const ERRORS: &'static [&'static Row] = &[
        &rows::NOT_THE_CALLERS_BRAND,
        &rows::NOT_ENABLED,
        &rows::NOT_OPENED_YET,
        &rows::TEMPLATE_NOT_FOUND,
        &rows::TEMPLATE_INVALID,
        &rows::OPENID_FOREIGN,
        &rows::OPENID_INVALID,
        &rows::MEMBER_PENDING,
        &rows::MEMBER_EFFECTIVE,
        &rows::MEMBER_DELETED,
        &rows::PICKUP_TIME_MISSING,
        &rows::PICKUP_TIME_FORBIDDEN,
        &rows::PICKUP_TIME_IN_FUTURE,
        &rows::CARD_EXPIRED,
        &rows::CODE_TAKEN,
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

/// Imports an existing member by phone number. WeChat Pay documented this endpoint but has not launched it; the page
/// is no longer listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[allow(clippy::exhaustive_structs)]
pub struct ImportUserCardByPhone {
    /// 品牌ID: the id of the brand. `string(32)`.
    pub brand_id: BrandId,
    /// 会员卡模板ID: the id of the card template. `string(32)`.
    pub card_id: CardId,
    /// 手机号: the user's phone number. `string(32)` in plain text; encrypted on the wire.
    pub phone_number: PhoneNumber,
    /// 会员卡号: the code of the new card, which no other card of the template has. `string(32)`.
    pub user_card_code: UserCardCode,
    /// 会员卡颜色: the background colour of the card, such as `#FFFF00`. `string(7)`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card_color: Option<Color>,
    /// 会员卡图片: the URL of the card's picture, as the image upload returned it. `string(256)`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card_picture_url: Option<Text<256>>,
    /// 会员等级: the member's level. `string(10)`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<Text<10>>,
    /// 有效期信息: how long the card is valid. The type must be the template's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_date_information: Option<ValidDateInformation>,
    /// 用户信息: the user's values for the template's form. They are encrypted on the wire.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_information: Option<UserInformation>,
    /// 领取时间: when the member got the card; before now. Required for FIX_TERM cards, rejected for others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pickup_time: Option<DateTime>,
}

impl Endpoint for ImportUserCardByPhone {
    type Response = UserCard;
    type Family = Partner;

    const NAME: &'static str = "import_user_card_by_phone";
    const SUMMARY: &'static str = "导入存量会员（手机号）: not launched";
    const METHOD: Method = Method::POST;
    const PATH: &'static str = "/v3/brand/partner/card-member/user-cards/import-by-phone";
    const DOCUMENT: Document = Document::partner("4015336982", "2025.06.22");
    const RETRY_SAFETY: RetrySafety = RetrySafety::NotIdempotent;
    const ERRORS: &'static [&'static Row] = &[
        &rows::NOT_THE_CALLERS_BRAND,
        &rows::NOT_ENABLED,
        &rows::NOT_OPENED_YET,
        &rows::ENCRYPTED_FIELD_UNREADABLE,
    ];
    const HAS_ENCRYPTED_FIELDS: bool = true;
}
