//! What is inside the seal. In callbacks, phone number and form values are plain there (page 4015283692).

use super::answers;
use crate::api::card_member::{
    CardType, ProductCouponStockType, UserCardState, UserInformation, ValidDateInformation,
};
use crate::types::{
    AppId, BrandId, CardId, Color, DateTime, OpenId, PhoneNumber, RecordId, Text, UserCardCode,
};
use serde::{Deserialize, Serialize};

/// A user's card, as it is after the user opened or deleted it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[allow(clippy::exhaustive_structs)]
pub struct UserCardEvent {
    /// 会员卡code. There when the codes are WeChat Pay's; when they are the merchant's, not before the first
    /// confirmation. `string(32)`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_card_code: Option<UserCardCode>,
    /// 会员卡模板ID. `string(32)`.
    pub card_id: CardId,
    /// 用户标识: the user's id under the template's AppID. `string(128)`.
    pub openid: OpenId,
    /// 卡背景颜色, such as `#FFFF00`. `string(7)`.
    pub card_color: Color,
    /// 卡图片. `string(512)`.
    pub card_picture_url: Text<512>,
    /// 品牌ID. `string(32)`.
    pub brand_id: BrandId,
    /// 会员卡类型.
    pub card_type: CardType,
    /// 手机号: there if the user's WeChat account has one. `string(32)`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone_number: Option<PhoneNumber>,
    /// 用户会员等级. `string(10)`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<Text<10>>,
    /// 会员卡有效期.
    pub valid_date_information: ValidDateInformation,
    /// 领取时间: when the user got the card.
    pub pickup_time: DateTime,
    /// 用户开卡时填写的个人信息: what the user filled in, if the template asks for anything. Fields that were
    /// left empty are left out.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "answers::deserialize")]
    pub user_information: Option<UserInformation>,
    /// 商家数据包: the merchant's own, invisible to the user. `string(256)`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attach: Option<Text<256>>,
    /// 用户会员卡状态.
    pub user_card_state: UserCardState,
    /// 作废原因. `string(256)`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invalid_reason: Option<Text<256>>,
    /// 作废时间.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invalid_time: Option<DateTime>,
    /// 创建时间.
    pub create_time: DateTime,
    /// 更新时间.
    pub modify_time: DateTime,
}

/// A user wants to redeem points for a coupon.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[allow(clippy::exhaustive_structs)]
pub struct PointExchangeEvent {
    /// 兑券记录ID: names the redemption in its confirmation. `string(64)`.
    pub record_id: RecordId,
    /// 品牌ID. `string(32)`.
    pub brand_id: BrandId,
    /// 会员卡模板ID. `string(32)`.
    pub card_id: CardId,
    /// 商家AppID: the template's.
    pub appid: AppId,
    /// 用户标识: the user's id under the template's AppID. `string(128)`.
    pub openid: OpenId,
    /// 会员卡code. `string(32)`.
    pub user_card_code: UserCardCode,
    /// 积分兑券模板ID. `string(32)`.
    pub exchange_coupon_template_id: Text<32>,
    /// 消耗积分数: how many points it costs.
    pub deduct_points: u64,
    /// 商品券ID.
    pub product_coupon_id: Text<128>,
    /// 商品券批次类型.
    pub product_coupon_stock_type: ProductCouponStockType,
    /// 批次ID. `string(128)`.
    pub stock_id: Text<128>,
}

/// A user looks at the points of a card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[allow(clippy::exhaustive_structs)]
pub struct SyncUserPointEvent {
    /// 品牌ID. `string(32)`.
    pub brand_id: BrandId,
    /// 会员卡模板ID. `string(32)`.
    pub card_id: CardId,
    /// 用户标识: the user's id under the template's AppID. `string(128)`.
    pub openid: OpenId,
    /// 会员卡code. `string(32)`.
    pub user_card_code: UserCardCode,
}
