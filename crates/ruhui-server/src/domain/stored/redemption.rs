//! Storage forms of a redemption of points: the event for the merchant, and the outcome.

use super::HasForm;
use ruhui_core::api::card_member::{PointExchange, PointExchangeState, ProductCouponStockType};
use ruhui_core::api::event::{PointExchangeEvent, PointExchangeRequired};
use ruhui_core::types::{AppId, BrandId, CardId, OpenId, RecordId, Text, UserCardCode};
use serde::{Deserialize, Serialize};

/// Storage form of the event about a redemption.
#[derive(Serialize, Deserialize)]
pub(in crate::domain) struct StoredRedemptionEvent {
    record_id: RecordId,
    brand_id: BrandId,
    card_id: CardId,
    appid: AppId,
    openid: OpenId,
    user_card_code: UserCardCode,
    exchange_coupon_template_id: Text<32>,
    deduct_points: u64,
    product_coupon_id: Text<128>,
    product_coupon_stock_type: ProductCouponStockType,
    stock_id: Text<128>,
}

impl From<PointExchangeEvent> for StoredRedemptionEvent {
    fn from(wire: PointExchangeEvent) -> Self {
        Self {
            record_id: wire.record_id,
            brand_id: wire.brand_id,
            card_id: wire.card_id,
            appid: wire.appid,
            openid: wire.openid,
            user_card_code: wire.user_card_code,
            exchange_coupon_template_id: wire.exchange_coupon_template_id,
            deduct_points: wire.deduct_points,
            product_coupon_id: wire.product_coupon_id,
            product_coupon_stock_type: wire.product_coupon_stock_type,
            stock_id: wire.stock_id,
        }
    }
}

impl From<StoredRedemptionEvent> for PointExchangeEvent {
    fn from(stored: StoredRedemptionEvent) -> Self {
        Self::new(PointExchangeRequired {
            record_id: stored.record_id,
            brand_id: stored.brand_id,
            card_id: stored.card_id,
            appid: stored.appid,
            openid: stored.openid,
            user_card_code: stored.user_card_code,
            exchange_coupon_template_id: stored.exchange_coupon_template_id,
            deduct_points: stored.deduct_points,
            product_coupon_id: stored.product_coupon_id,
            product_coupon_stock_type: stored.product_coupon_stock_type,
            stock_id: stored.stock_id,
        })
    }
}

impl HasForm for PointExchangeEvent {
    type Form = StoredRedemptionEvent;
}

/// Storage form of the outcome of a redemption.
#[derive(Serialize, Deserialize)]
pub(in crate::domain) struct StoredOutcome {
    record_id: Text<64>,
    exchange_coupon_template_id: Text<32>,
    brand_id: BrandId,
    card_id: CardId,
    openid: OpenId,
    user_card_code: UserCardCode,
    state: PointExchangeState,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    product_coupon_id: Option<Text<128>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    product_coupon_stock_type: Option<ProductCouponStockType>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    stock_id: Option<Text<128>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    coupon_code: Option<Text<128>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reject_reason: Option<Text<256>>,
}

impl From<PointExchange> for StoredOutcome {
    fn from(wire: PointExchange) -> Self {
        Self {
            record_id: wire.record_id,
            exchange_coupon_template_id: wire.exchange_coupon_template_id,
            brand_id: wire.brand_id,
            card_id: wire.card_id,
            openid: wire.openid,
            user_card_code: wire.user_card_code,
            state: wire.state,
            product_coupon_id: wire.product_coupon_id,
            product_coupon_stock_type: wire.product_coupon_stock_type,
            stock_id: wire.stock_id,
            coupon_code: wire.coupon_code,
            reject_reason: wire.reject_reason,
        }
    }
}

impl From<StoredOutcome> for PointExchange {
    fn from(stored: StoredOutcome) -> Self {
        let mut wire = Self::new(
            stored.record_id,
            stored.exchange_coupon_template_id,
            stored.brand_id,
            stored.card_id,
            stored.openid,
            stored.user_card_code,
            stored.state,
        );
        wire.product_coupon_id = stored.product_coupon_id;
        wire.product_coupon_stock_type = stored.product_coupon_stock_type;
        wire.stock_id = stored.stock_id;
        wire.coupon_code = stored.coupon_code;
        wire.reject_reason = stored.reject_reason;
        wire
    }
}

impl HasForm for PointExchange {
    type Form = StoredOutcome;
}
