//! 同步开卡结果: confirm or reject a card that a user opened.
//!
//! - `POST /v3/brand/partner/card-member/user-cards/{user_card_code}/confirm`
//! - `POST /brand/card-member/user-cards/{user_card_code}/confirm`
//!
//! - <https://pay.weixin.qq.com/doc/v3/partner/4015336979>
//! - <https://pay.weixin.qq.com/doc/brand/4015582750>

use super::UserCard;
use crate::api::card_member::{UserInformation, ValidDateInformation};
use crate::api::{BrandField, Document, Endpoint, FamilyMarker, Partner, RetrySafety, Row, either, rows};
use crate::types::{CardId, Color, OpenId, PhoneNumber, Text, UserCardCode, open_enum};
use http::Method;
use serde::{Deserialize, Serialize};

open_enum! {
    /// 开卡结果: the merchant's result for a card that a user opened.
    UserCardConfirmState {
        /// The card becomes effective.
        CreateCardSuccess = "CREATE_CARD_SUCCESS",
        /// The card becomes invalid.
        CreateCardFail = "CREATE_CARD_FAIL",
        /// The user had already joined elsewhere; the card becomes effective.
        CreateCardAlreadyExists = "CREATE_CARD_ALREADY_EXISTS",
    }
}

/// Confirms or rejects a card that a user opened. Without a confirmation, the card never becomes effective.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(bound = "")]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(bound = "", rename = "ConfirmUserCard")
)]
#[allow(clippy::exhaustive_structs)]
pub struct ConfirmUserCard<F: FamilyMarker = Partner> {
    /// 品牌ID: the brand that the member card belongs to. `string(32)`. Partner family only.
    #[serde(skip_serializing_if = "BrandField::is_implied")]
    pub brand_id: F::BrandId,
    /// 会员卡模板ID: the id of the card template. `string(32)`.
    pub card_id: CardId,
    /// 用户标识: the user's openid under the template's AppID. `string(128)`.
    pub openid: OpenId,
    /// 会员卡号: the card's code. `string(32)`. It is the event's under SYSTEM_ALLOCATE, and a new one of the merchant
    /// under MERCHANT_ALLOCATE.
    pub user_card_code: UserCardCode,
    /// 开卡结果: whether the card becomes effective or invalid.
    pub user_card_confirm_state: UserCardConfirmState,
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

impl<F: FamilyMarker> ConfirmUserCard<F> {
    /// Makes a request that changes only the state of the card.
    pub fn new(
        brand_id: F::BrandId,
        card_id: CardId,
        openid: OpenId,
        user_card_code: UserCardCode,
        user_card_confirm_state: UserCardConfirmState,
    ) -> Self {
        Self {
            brand_id,
            card_id,
            openid,
            user_card_code,
            user_card_confirm_state,
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

impl<F: FamilyMarker> Endpoint for ConfirmUserCard<F> {
    type Response = UserCard;
    type Family = F;

    const NAME: &'static str = either(F::FAMILY, "confirm_user_card", "brand_confirm_user_card");
    const SUMMARY: &'static str = "同步开卡结果: makes an opened card effective, or rejects it";
    const METHOD: Method = Method::POST;
    const PATH: &'static str = either(
        F::FAMILY,
        "/v3/brand/partner/card-member/user-cards/{user_card_code}/confirm",
        "/brand/card-member/user-cards/{user_card_code}/confirm",
    );
    const DOCUMENT: Document = either(
        F::FAMILY,
        Document::partner("4015336979", "2025-06-22"),
        Document::brand("4015582750", "2025.07.25"),
    );
    const RETRY_SAFETY: RetrySafety = RetrySafety::NotIdempotent;
    const ERRORS: &'static [&'static Row] = &[
        &rows::NOT_THE_CALLERS_BRAND,
        &rows::NOT_ENABLED,
        &rows::NOT_OPENED_YET,
        &rows::TEMPLATE_NOT_FOUND,
        &rows::OPENID_FOREIGN,
        &rows::OPENID_INVALID,
        &rows::NO_PENDING_CARD,
        &rows::CARD_NOT_PENDING,
        &rows::CODE_NOT_CHANGEABLE,
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
