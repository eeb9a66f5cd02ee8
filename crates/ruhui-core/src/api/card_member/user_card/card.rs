//! The user card, which the endpoints for user cards return.

use crate::api::card_member::{CardType, UserInformation, ValidDateInformation};
use crate::types::{BrandId, CardId, Color, DateTime, OpenId, PhoneNumber, Text, UserCardCode, open_enum};
use serde::{Deserialize, Serialize};

open_enum! {
    /// 会员卡状态: the state of a user card (page 4015274639).
    ///
    /// A card starts as UNACTIVATED if the user opens it, and as EFFECTIVE if the merchant imports it.
    UserCardState {
        /// Opened by the user, and not confirmed by the merchant yet.
        Unactivated = "UNACTIVATED",
        /// In force: confirmed or imported, and not expired.
        Effective = "EFFECTIVE",
        /// Final: the card has expired.
        Expired = "EXPIRED",
        /// Final: rejected or invalidated by the merchant, or deleted by the user.
        Invalid = "INVALID",
    }
}

/// A user card. Phone number and form values are encrypted on the wire and plain in memory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct UserCard {
    /// 会员卡号: the card's code, unique within its template. `string(32)`. If the merchant allocates the codes, it is
    /// absent until the merchant confirms the card.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_card_code: Option<UserCardCode>,
    /// 会员卡模板ID: the id of the card template. `string(32)`.
    pub card_id: CardId,
    /// 用户标识: the user's openid under the template's AppID. `string(128)`.
    pub openid: OpenId,
    /// 会员卡颜色: the background colour of the card, such as `#FFFF00`. `string(7)`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card_color: Option<Color>,
    /// 会员卡图片: the URL of the card's picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card_picture_url: Option<Text<256>>,
    /// 品牌ID: the id of the brand. `string(32)`.
    pub brand_id: BrandId,
    /// 会员卡类型: the type of the card.
    pub card_type: CardType,
    /// 手机号: the user's phone number, if the user authorised it or the merchant set it. `string(32)` in plain text;
    /// encrypted on the wire.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone_number: Option<PhoneNumber>,
    /// 会员等级: the member's level. `string(10)`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<Text<10>>,
    /// 有效期信息: how long the card is valid.
    pub valid_date_information: ValidDateInformation,
    /// 领取时间: when the user got the card.
    pub pickup_time: DateTime,
    /// 用户信息: the user's values for the template's form. They are encrypted on the wire.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_information: Option<UserInformation>,
    /// 附加数据: data that the merchant attaches to the card; the user does not see it. `string(256)`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attach: Option<Text<256>>,
    /// 会员卡状态: the state of the card.
    pub user_card_state: UserCardState,
    /// 失效原因: why the card became invalid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invalid_reason: Option<Text<256>>,
    /// 失效时间: when the card became invalid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invalid_time: Option<DateTime>,
    /// 创建时间: when the card was created.
    pub create_time: DateTime,
    /// 修改时间: when the card was last changed.
    pub modify_time: DateTime,
}

impl UserCard {
    /// Makes a card without the optional fields, created and last changed at `pickup_time`.
    pub fn new(
        brand_id: BrandId,
        card_id: CardId,
        openid: OpenId,
        card_type: CardType,
        valid_date_information: ValidDateInformation,
        user_card_state: UserCardState,
        pickup_time: DateTime,
    ) -> Self {
        Self {
            user_card_code: None,
            card_id,
            openid,
            card_color: None,
            card_picture_url: None,
            brand_id,
            card_type,
            phone_number: None,
            level: None,
            valid_date_information,
            pickup_time,
            user_information: None,
            attach: None,
            user_card_state,
            invalid_reason: None,
            invalid_time: None,
            create_time: pickup_time,
            modify_time: pickup_time,
        }
    }
}
