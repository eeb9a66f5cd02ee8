//! 积分: the balance of a member's points, and redemptions of points for coupons.
//!
//! - `POST /v3/brand/partner/card-member/user-points/sync`
//! - `POST /v3/brand/partner/card-member/user-points/exchange-coupon/confirm`
//! - `POST /brand/card-member/user-points/sync`
//! - `POST /brand/card-member/user-points/exchange-coupon/confirm`
//!
//! - <https://pay.weixin.qq.com/doc/v3/partner/4015897280>
//! - <https://pay.weixin.qq.com/doc/v3/partner/4015897268>
//! - <https://pay.weixin.qq.com/doc/brand/4015897319>
//! - <https://pay.weixin.qq.com/doc/brand/4015897310>

use crate::api::{BrandField, Document, Endpoint, FamilyMarker, Partner, RetrySafety, Row, either, rows};
use crate::types::{BrandId, CardId, OpenId, Text, UserCardCode, open_enum};
use http::Method;
use serde::{Deserialize, Serialize};

/// Sends a member's balance of points to WeChat Pay. Send it in response to the event SYNC_USER_POINT, and whenever
/// the balance changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(bound = "")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(bound = "", rename = "SyncUserPoints"))]
#[allow(clippy::exhaustive_structs)]
pub struct SyncUserPoints<F: FamilyMarker = Partner> {
    /// 商户请求单号: the caller's number for the request. `string(128)`.
    pub out_request_no: Text<128>,
    /// 品牌ID: the brand that the member card belongs to. `string(32)`. Partner family only.
    #[serde(skip_serializing_if = "BrandField::is_implied")]
    pub brand_id: F::BrandId,
    /// 会员卡模板ID: the id of the card template. `string(32)`.
    pub card_id: CardId,
    /// 用户标识: the user's openid under the template's AppID. `string(128)`.
    pub openid: OpenId,
    /// 会员卡号: the code of the user card. `string(32)`.
    pub user_card_code: UserCardCode,
    /// 积分余额: the number of points that the member has.
    pub point_balance: i64,
}

impl<F: FamilyMarker> Endpoint for SyncUserPoints<F> {
    type Response = UserPoints;
    type Family = F;

    const NAME: &'static str = either(F::FAMILY, "sync_user_points", "brand_sync_user_points");
    const SUMMARY: &'static str = "同步用户积分: a member's balance of points";
    const METHOD: Method = Method::POST;
    const PATH: &'static str = either(
        F::FAMILY,
        "/v3/brand/partner/card-member/user-points/sync",
        "/brand/card-member/user-points/sync",
    );
    const DOCUMENT: Document = either(
        F::FAMILY,
        Document::partner("4015897280", "2025-08-20"),
        Document::brand("4015897319", "2025.08.20"),
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
    ];
}

/// The response to [`SyncUserPoints`]: the balance of the request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct UserPoints {
    /// 商户请求单号: the number of the request. `string(128)`.
    pub out_request_no: Text<128>,
    /// 品牌ID: the id of the brand. `string(32)`.
    pub brand_id: BrandId,
    /// 会员卡模板ID: the id of the card template. `string(32)`.
    pub card_id: CardId,
    /// 用户标识: the user's openid under the template's AppID. `string(128)`.
    pub openid: OpenId,
    /// 会员卡号: the code of the user card. `string(32)`.
    pub user_card_code: UserCardCode,
    /// 积分余额: the number of points that the member has.
    pub point_balance: i64,
}

impl UserPoints {
    /// Makes a response with the balance of a card.
    pub fn new(
        out_request_no: Text<128>,
        brand_id: BrandId,
        card_id: CardId,
        openid: OpenId,
        user_card_code: UserCardCode,
        point_balance: i64,
    ) -> Self {
        Self { out_request_no, brand_id, card_id, openid, user_card_code, point_balance }
    }
}

open_enum! {
    /// 兑换结果: the merchant's decision on a redemption.
    PointExchangeResult {
        /// Allowed: the points are deducted, and the user gets the coupon.
        Allow = "POINT_EXCHANGE_COUPON_ALLOW",
        /// Rejected: the user gets no coupon.
        Reject = "POINT_EXCHANGE_COUPON_REJECT",
    }
}

open_enum! {
    /// 兑换状态: the outcome of a redemption.
    PointExchangeState {
        /// Success: the user has the coupon.
        Success = "POINT_EXCHANGE_COUPON_SUCCESS",
        /// Failure: the user has no coupon, and the merchant must return the points.
        Fail = "POINT_EXCHANGE_COUPON_FAIL",
    }
}

open_enum! {
    /// 商品券批次类型: the kind of coupons in a stock.
    ProductCouponStockType {
        /// 商家券: merchant coupons.
        BusiFavor = "PRODUCT_COUPON_STOCK_TYPE_BUSI_FAVOR",
        /// 代金券: cash coupons.
        CashFavor = "PRODUCT_COUPON_STOCK_TYPE_CASH_FAVOR",
        /// 品牌券: brand coupons.
        BrandFavor = "PRODUCT_COUPON_STOCK_TYPE_BRAND_FAVOR",
    }
}

/// Allows or rejects a redemption of points, in response to the event POINT_EXCHANGE_COUPON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(bound = "")]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(bound = "", rename = "ConfirmPointExchange")
)]
#[allow(clippy::exhaustive_structs)]
pub struct ConfirmPointExchange<F: FamilyMarker = Partner> {
    /// 兑换记录ID: the id of the redemption, from the event. `string(64)`.
    pub record_id: Text<64>,
    /// 兑换券模板ID: the id of the redemption's template, from the event. `string(32)`.
    pub exchange_coupon_template_id: Text<32>,
    /// 品牌ID: the brand that the member card belongs to. `string(32)`. Partner family only.
    #[serde(skip_serializing_if = "BrandField::is_implied")]
    pub brand_id: F::BrandId,
    /// 会员卡模板ID: the id of the card template. `string(32)`.
    pub card_id: CardId,
    /// 用户标识: the user's openid under the template's AppID. `string(128)`.
    pub openid: OpenId,
    /// 会员卡号: the code of the user card. `string(32)`.
    pub user_card_code: UserCardCode,
    /// 兑换结果: whether the redemption is allowed or rejected.
    pub result: PointExchangeResult,
    /// 拒绝原因: why the redemption is rejected. `string(32)`. Required to reject.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reject_reason: Option<Text<32>>,
}

impl<F: FamilyMarker> Endpoint for ConfirmPointExchange<F> {
    type Response = PointExchange;
    type Family = F;

    const NAME: &'static str = either(F::FAMILY, "confirm_point_exchange", "brand_confirm_point_exchange");
    const SUMMARY: &'static str = "确认积分兑换: allows or rejects a redemption of points";
    const METHOD: Method = Method::POST;
    const PATH: &'static str = either(
        F::FAMILY,
        "/v3/brand/partner/card-member/user-points/exchange-coupon/confirm",
        "/brand/card-member/user-points/exchange-coupon/confirm",
    );
    const DOCUMENT: Document = either(
        F::FAMILY,
        Document::partner("4015897268", "2025-08-20"),
        Document::brand("4015897310", "2025.08.20"),
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
        &rows::REDEMPTION_NOT_FOUND,
        &rows::REDEMPTION_CONFIRMED,
        &rows::REJECT_REASON_MISSING,
    ];
}

/// The response to [`ConfirmPointExchange`]: the outcome of a redemption.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct PointExchange {
    /// 兑换记录ID: the id of the redemption. `string(64)`.
    pub record_id: Text<64>,
    /// 兑换券模板ID: the id of the redemption's template. `string(32)`.
    pub exchange_coupon_template_id: Text<32>,
    /// 品牌ID: the id of the brand. `string(32)`.
    pub brand_id: BrandId,
    /// 会员卡模板ID: the id of the card template. `string(32)`.
    pub card_id: CardId,
    /// 用户标识: the user's openid under the template's AppID. `string(128)`.
    pub openid: OpenId,
    /// 会员卡号: the code of the user card. `string(32)`.
    pub user_card_code: UserCardCode,
    /// 兑换状态: whether the user has the coupon.
    pub state: PointExchangeState,
    /// 商品券ID: the id of the coupon.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product_coupon_id: Option<Text<128>>,
    /// 商品券批次类型: the kind of coupons in the stock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product_coupon_stock_type: Option<ProductCouponStockType>,
    /// 批次ID: the id of the stock of coupons. `string(128)`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stock_id: Option<Text<128>>,
    /// 券code: the code of the user's coupon, on success. `string(128)`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coupon_code: Option<Text<128>>,
    /// 拒绝原因: why the redemption was rejected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reject_reason: Option<Text<256>>,
}

impl PointExchange {
    /// Makes the outcome of a redemption, without the optional fields.
    pub fn new(
        record_id: Text<64>,
        exchange_coupon_template_id: Text<32>,
        brand_id: BrandId,
        card_id: CardId,
        openid: OpenId,
        user_card_code: UserCardCode,
        state: PointExchangeState,
    ) -> Self {
        Self {
            record_id,
            exchange_coupon_template_id,
            brand_id,
            card_id,
            openid,
            user_card_code,
            state,
            product_coupon_id: None,
            product_coupon_stock_type: None,
            stock_id: None,
            coupon_code: None,
            reject_reason: None,
        }
    }
}
