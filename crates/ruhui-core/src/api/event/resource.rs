//! What is inside the encrypt. In callbacks, phone number and form values are plain there (page 4015283692).

use super::answers;
use crate::api::card_member::{
    CardType, ProductCouponStockType, UserCard, UserCardState, UserInformation, ValidDateInformation,
};
use crate::types::{
    AppId, BrandId, CardId, Color, DateTime, OpenId, PhoneNumber, RecordId, Text, UserCardCode,
};
use serde::{Deserialize, Serialize};

/// A user's card, as it is after the user opened or deleted it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
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

impl UserCardEvent {
    /// The event about a card, which always has a colour and a picture.
    pub fn new(card: UserCard, card_color: Color, card_picture_url: Text<512>) -> Self {
        Self {
            user_card_code: card.user_card_code,
            card_id: card.card_id,
            openid: card.openid,
            card_color,
            card_picture_url,
            brand_id: card.brand_id,
            card_type: card.card_type,
            phone_number: card.phone_number,
            level: card.level,
            valid_date_information: card.valid_date_information,
            pickup_time: card.pickup_time,
            user_information: card.user_information,
            attach: card.attach,
            user_card_state: card.user_card_state,
            invalid_reason: card.invalid_reason,
            invalid_time: card.invalid_time,
            create_time: card.create_time,
            modify_time: card.modify_time,
        }
    }
}

/// A user wants to redeem points for a coupon.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
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

/// The members that every redemption has. They are too many for the arguments of [`PointExchangeEvent::new`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "a later edition makes no member of an event required")]
pub struct PointExchangeRequired {
    /// 兑券记录ID.
    pub record_id: RecordId,
    /// 品牌ID.
    pub brand_id: BrandId,
    /// 会员卡模板ID.
    pub card_id: CardId,
    /// 商家AppID.
    pub appid: AppId,
    /// 用户标识.
    pub openid: OpenId,
    /// 会员卡code.
    pub user_card_code: UserCardCode,
    /// 积分兑券模板ID.
    pub exchange_coupon_template_id: Text<32>,
    /// 消耗积分数.
    pub deduct_points: u64,
    /// 商品券ID.
    pub product_coupon_id: Text<128>,
    /// 商品券批次类型.
    pub product_coupon_stock_type: ProductCouponStockType,
    /// 批次ID.
    pub stock_id: Text<128>,
}

impl PointExchangeEvent {
    /// The event about a redemption with these members.
    pub fn new(required: PointExchangeRequired) -> Self {
        Self {
            record_id: required.record_id,
            brand_id: required.brand_id,
            card_id: required.card_id,
            appid: required.appid,
            openid: required.openid,
            user_card_code: required.user_card_code,
            exchange_coupon_template_id: required.exchange_coupon_template_id,
            deduct_points: required.deduct_points,
            product_coupon_id: required.product_coupon_id,
            product_coupon_stock_type: required.product_coupon_stock_type,
            stock_id: required.stock_id,
        }
    }
}

/// A user looks at the points of a card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
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

impl SyncUserPointEvent {
    /// The event about the points of a card.
    pub fn new(brand_id: BrandId, card_id: CardId, openid: OpenId, user_card_code: UserCardCode) -> Self {
        Self { brand_id, card_id, openid, user_card_code }
    }
}
