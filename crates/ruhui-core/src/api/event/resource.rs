//! The decrypted resources of events. In them, phone number and form values are plain (page 4015283692).

use super::answers;
use crate::api::card_member::{
    CardType, ProductCouponStockType, UserCard, UserCardState, UserInformation, ValidDateInformation,
};
use crate::types::{
    AppId, BrandId, CardId, Color, DateTime, OpenId, PhoneNumber, RecordId, Text, UserCardCode,
};
use serde::{Deserialize, Serialize};

/// The resource of a card event: the user's card, after the user opened or deleted it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct UserCardEvent {
    /// 会员卡code: the card's code. `string(32)`. If the merchant allocates the codes, it is absent until the merchant
    /// confirms the card.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_card_code: Option<UserCardCode>,
    /// 会员卡模板ID: the id of the card template. `string(32)`.
    pub card_id: CardId,
    /// 用户标识: the user's openid under the template's AppID. `string(128)`.
    pub openid: OpenId,
    /// 卡背景颜色: the background colour, such as `#FFFF00`. `string(7)`.
    pub card_color: Color,
    /// 卡图片: the URL of the card's picture. `string(512)`.
    pub card_picture_url: Text<512>,
    /// 品牌ID: the id of the brand. `string(32)`.
    pub brand_id: BrandId,
    /// 会员卡类型: the type of the card.
    pub card_type: CardType,
    /// 手机号: the user's phone number, if the WeChat account has one. `string(32)`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone_number: Option<PhoneNumber>,
    /// 用户会员等级: the member's level. `string(10)`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<Text<10>>,
    /// 会员卡有效期: how long the card is valid.
    pub valid_date_information: ValidDateInformation,
    /// 领取时间: when the user got the card.
    pub pickup_time: DateTime,
    /// 用户开卡时填写的个人信息: the user's values for the template's form, if it has one. Fields that the user left
    /// empty are absent.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "answers::deserialize")]
    pub user_information: Option<UserInformation>,
    /// 商家数据包: data that the merchant attached to the card; the user does not see it. `string(256)`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attach: Option<Text<256>>,
    /// 用户会员卡状态: the state of the card.
    pub user_card_state: UserCardState,
    /// 作废原因: why the card became invalid. `string(256)`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invalid_reason: Option<Text<256>>,
    /// 作废时间: when the card became invalid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invalid_time: Option<DateTime>,
    /// 创建时间: when the card was created.
    pub create_time: DateTime,
    /// 更新时间: when the card was last changed.
    pub modify_time: DateTime,
}

impl UserCardEvent {
    /// Makes the event about `card`. The event requires a colour and a picture, which are optional in the card.
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

/// The resource of a redemption event: a user asks to redeem points for a coupon.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct PointExchangeEvent {
    /// 兑券记录ID: the id of the redemption, which its confirmation names. `string(64)`.
    pub record_id: RecordId,
    /// 品牌ID: the id of the brand. `string(32)`.
    pub brand_id: BrandId,
    /// 会员卡模板ID: the id of the card template. `string(32)`.
    pub card_id: CardId,
    /// 商家AppID: the template's AppID. `string(32)`.
    pub appid: AppId,
    /// 用户标识: the user's openid under the template's AppID. `string(128)`.
    pub openid: OpenId,
    /// 会员卡code: the code of the user card. `string(32)`.
    pub user_card_code: UserCardCode,
    /// 积分兑券模板ID: the id of the redemption's template. `string(32)`.
    pub exchange_coupon_template_id: Text<32>,
    /// 消耗积分数: the number of points that the redemption costs.
    pub deduct_points: u64,
    /// 商品券ID: the id of the coupon.
    pub product_coupon_id: Text<128>,
    /// 商品券批次类型: the kind of coupons in the stock.
    pub product_coupon_stock_type: ProductCouponStockType,
    /// 批次ID: the id of the stock of coupons. `string(128)`.
    pub stock_id: Text<128>,
}

/// The required members of a redemption, as the one argument of [`PointExchangeEvent::new`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "a later edition makes no member of an event required")]
pub struct PointExchangeRequired {
    /// 兑券记录ID: the id of the redemption.
    pub record_id: RecordId,
    /// 品牌ID: the id of the brand. `string(32)`.
    pub brand_id: BrandId,
    /// 会员卡模板ID: the id of the card template. `string(32)`.
    pub card_id: CardId,
    /// 商家AppID: the template's AppID.
    pub appid: AppId,
    /// 用户标识: the user's openid under the template's AppID. `string(128)`.
    pub openid: OpenId,
    /// 会员卡code: the code of the user card. `string(32)`.
    pub user_card_code: UserCardCode,
    /// 积分兑券模板ID: the id of the redemption's template.
    pub exchange_coupon_template_id: Text<32>,
    /// 消耗积分数: the number of points that the redemption costs.
    pub deduct_points: u64,
    /// 商品券ID: the id of the coupon.
    pub product_coupon_id: Text<128>,
    /// 商品券批次类型: the kind of coupons in the stock.
    pub product_coupon_stock_type: ProductCouponStockType,
    /// 批次ID: the id of the stock of coupons. `string(128)`.
    pub stock_id: Text<128>,
}

impl PointExchangeEvent {
    /// Makes the event about a redemption.
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

/// The resource of a points event: a user looks at the points of a card, so WeChat Pay asks for the balance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct SyncUserPointEvent {
    /// 品牌ID: the id of the brand. `string(32)`.
    pub brand_id: BrandId,
    /// 会员卡模板ID: the id of the card template. `string(32)`.
    pub card_id: CardId,
    /// 用户标识: the user's openid under the template's AppID. `string(128)`.
    pub openid: OpenId,
    /// 会员卡code: the code of the user card. `string(32)`.
    pub user_card_code: UserCardCode,
}

impl SyncUserPointEvent {
    /// Makes the event about the points of a card.
    pub fn new(brand_id: BrandId, card_id: CardId, openid: OpenId, user_card_code: UserCardCode) -> Self {
        Self { brand_id, card_id, openid, user_card_code }
    }
}
