//! 支付码组件预授权: the token that opens the payment-code component.
//!
//! `POST /v3/brand/partner/card-member/pay-view-tokens`
//!
//! <https://pay.weixin.qq.com/doc/v3/partner/4016834476>

use super::PreAuthToken;
use crate::api::{Document, Endpoint, Partner, RetrySafety, Row, rows};
use crate::types::{BrandId, CardId, OpenId};
use http::Method;
use serde::{Deserialize, Serialize};

/// Requests a token that opens the payment-code component. The token is valid for ten minutes and opens the component
/// once, so request a new one before each launch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[allow(clippy::exhaustive_structs)]
pub struct CreatePayViewToken {
    /// 品牌ID: the id of the brand. `string(32)`.
    pub brand_id: BrandId,
    /// 会员卡模板ID: the id of the card template. `string(32)`.
    pub card_id: CardId,
    /// 用户标识: the user's openid under the template's AppID. `string(128)`.
    pub openid: OpenId,
}

impl Endpoint for CreatePayViewToken {
    type Response = PreAuthToken;
    type Family = Partner;

    const NAME: &'static str = "create_pay_view_token";
    const SUMMARY: &'static str = "支付码组件预授权: a token for the payment-code component";
    const METHOD: Method = Method::POST;
    const PATH: &'static str = "/v3/brand/partner/card-member/pay-view-tokens";
    const DOCUMENT: Document = Document::partner("4016834476", "2025.12.12");
    const RETRY_SAFETY: RetrySafety = RetrySafety::Idempotent;
    const ERRORS: &'static [&'static Row] = &[
        &rows::NOT_THE_CALLERS_BRAND,
        &rows::NOT_ENABLED,
        &rows::NOT_OPENED_YET,
        &rows::TEMPLATE_NOT_FOUND,
        &rows::TEMPLATE_INVALID,
        &rows::TEMPLATE_EXPIRED,
        &rows::OPENID_FOREIGN,
        &rows::OPENID_INVALID,
        &rows::NOT_A_MEMBER,
    ];
}
