//! What the calls about user cards answer.

use crate::api::card_member::{CardType, UserInformation, ValidDateInformation};
use crate::types::{BrandId, CardId, Color, DateTime, OpenId, PhoneNumber, Text, UserCardCode, open_enum};
use serde::{Deserialize, Serialize};

open_enum! {
    /// 会员卡状态 (page 4015274639).
    ///
    /// A card begins UNACTIVATED when the user opens it, or EFFECTIVE when it is imported.
    UserCardState {
        /// Opened by the user; waits for the merchant to confirm it.
        Unactivated = "UNACTIVATED",
        /// In force.
        Effective = "EFFECTIVE",
        /// Final: its time is over.
        Expired = "EXPIRED",
        /// Final: rejected or ended by the merchant, or deleted by the user.
        Invalid = "INVALID",
    }
}

/// A user card. Phone number and answers are encrypted on the wire and plain here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct UserCard {
    /// 会员卡号; none while a card waits whose code the merchant allocates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_card_code: Option<UserCardCode>,
    /// 会员卡模板ID.
    pub card_id: CardId,
    /// 用户标识.
    pub openid: OpenId,
    /// 会员卡颜色.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card_color: Option<Color>,
    /// 会员卡图片.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card_picture_url: Option<Text<256>>,
    /// 品牌ID.
    pub brand_id: BrandId,
    /// 会员卡类型.
    pub card_type: CardType,
    /// 手机号, if the user gave it or the merchant passed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone_number: Option<PhoneNumber>,
    /// 会员等级.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<Text<10>>,
    /// 有效期信息.
    pub valid_date_information: ValidDateInformation,
    /// 领取时间.
    pub pickup_time: DateTime,
    /// 用户信息: what the user answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_information: Option<UserInformation>,
    /// 附加数据: the merchant's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attach: Option<Text<256>>,
    /// 会员卡状态.
    pub user_card_state: UserCardState,
    /// 失效原因.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invalid_reason: Option<Text<256>>,
    /// 失效时间.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invalid_time: Option<DateTime>,
    /// 创建时间.
    pub create_time: DateTime,
    /// 修改时间.
    pub modify_time: DateTime,
}

impl UserCard {
    /// A card that was made when it was picked up, without the optional members.
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
