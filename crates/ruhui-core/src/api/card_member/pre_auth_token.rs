//! 入会组件预授权: the pre-auth token (预授权token), with which a web page or a mini-program opens the join component.
//!
//! - `POST /v3/brand/partner/card-member/open-user-card-tokens` (edition of 2025-06-24, the founding document)
//! - `POST /v3/brand/partner/card-member/pre-auth-tokens` (its name since July 2025, same page)
//! - `POST /brand/card-member/pre-auth-tokens` (in the brand family)
//!
//! <https://pay.weixin.qq.com/doc/v3/partner/4015336986>, <https://pay.weixin.qq.com/doc/brand/4015582733>

use crate::api::{BrandField, Document, Endpoint, FamilyMarker, Partner, RetrySafety, Row, either, rows};
use crate::types::{BrandId, CardId, DateTime, OpenId, Token};
use http::Method;
use serde::{Deserialize, Serialize};

/// Requests a pre-auth token at the path of the founding document, the edition of 2025-06-24.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[allow(clippy::exhaustive_structs)]
pub struct OpenUserCardToken {
    /// 品牌ID: the brand that the member card belongs to. `string(32)`.
    pub brand_id: BrandId,
    /// 会员卡模板ID: the id that the creation of the card template returned. `string(32)`.
    pub card_id: CardId,
    /// 用户标识: the user's openid under the template's AppID. `string(128)`.
    pub openid: OpenId,
}

impl Endpoint for OpenUserCardToken {
    type Response = PreAuthToken;
    type Family = Partner;

    const NAME: &'static str = "open_user_card_token";
    const SUMMARY: &'static str = "入会组件预授权 (founding path): a pre-auth token for the join component";
    const METHOD: Method = Method::POST;
    const PATH: &'static str = "/v3/brand/partner/card-member/open-user-card-tokens";
    const DOCUMENT: Document = Document::partner("4015336986", "2025.06.24");
    const RETRY_SAFETY: RetrySafety = RetrySafety::Idempotent;
    const ERRORS: &'static [&'static Row] = &[&rows::TEMPLATE_NOT_OF_BRAND, &rows::OPENID_WRONG];
}

/// Requests a pre-auth token at the current path, which the partner family's page documents since July 2025.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(bound = "")]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(bound = "", rename = "CreatePreAuthToken")
)]
#[allow(clippy::exhaustive_structs)]
pub struct CreatePreAuthToken<F: FamilyMarker = Partner> {
    /// 品牌ID: the brand that the member card belongs to. `string(32)`. Partner family only.
    #[serde(skip_serializing_if = "BrandField::is_implied")]
    pub brand_id: F::BrandId,
    /// 会员卡模板ID: the id that the creation of the card template returned. `string(32)`.
    pub card_id: CardId,
    /// 用户标识: the user's openid under the template's AppID. `string(128)`.
    pub openid: OpenId,
}

impl<F: FamilyMarker> Endpoint for CreatePreAuthToken<F> {
    type Response = PreAuthToken;
    type Family = F;

    const NAME: &'static str = either(F::FAMILY, "create_pre_auth_token", "brand_create_pre_auth_token");
    const SUMMARY: &'static str = "入会组件预授权: a pre-auth token for the join component";
    const METHOD: Method = Method::POST;
    const PATH: &'static str = either(
        F::FAMILY,
        "/v3/brand/partner/card-member/pre-auth-tokens",
        "/brand/card-member/pre-auth-tokens",
    );
    const DOCUMENT: Document = either(
        F::FAMILY,
        Document::partner("4015336986", "2025-11-19"),
        Document::brand("4015582733", "2025.07.25"),
    );
    const RETRY_SAFETY: RetrySafety = RetrySafety::Idempotent;
    const ERRORS: &'static [&'static Row] = CURRENT_ERRORS;
}

const CURRENT_ERRORS: &[&Row] = &[
    &rows::NOT_OPENED_YET,
    &rows::TEMPLATE_INVALID,
    &rows::TEMPLATE_EXPIRED,
    &rows::OPENID_FOREIGN,
    &rows::OPENID_INVALID,
    &rows::ONE_VALID_CARD,
    &rows::NOT_ENABLED,
    &rows::NOT_THE_CALLERS_BRAND,
    &rows::TEMPLATE_NOT_FOUND,
];

/// A token that opens a component, with its expiry: one hour after its issue for a pre-auth token, ten minutes for
/// a token of the payment-code component.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct PreAuthToken {
    /// 预授权token: the token, which opens the component in H5 and in a mini-program. `string(32)`.
    pub token: Token,
    /// token过期时间: when the token expires, in RFC 3339.
    pub expire_time: DateTime,
}

impl PreAuthToken {
    /// Makes a response with a token and its expiry.
    pub fn new(token: Token, expire_time: DateTime) -> Self {
        Self { token, expire_time }
    }
}
