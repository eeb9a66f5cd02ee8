//! 查询会员卡模板: query one card template, or list those of a brand.
//!
//! - `GET /v3/brand/partner/card-member/cards`
//! - `GET /v3/brand/partner/card-member/cards/{card_id}`
//! - `GET /brand/card-member/cards`
//! - `GET /brand/card-member/cards/{card_id}`
//!
//! - <https://pay.weixin.qq.com/doc/v3/partner/4015336976>
//! - <https://pay.weixin.qq.com/doc/v3/partner/4015336974>
//! - <https://pay.weixin.qq.com/doc/brand/4015582712>
//! - <https://pay.weixin.qq.com/doc/brand/4015582715>

use super::{CardTemplate, CardTemplateState};
use crate::api::card_member::{PageLimit, PageOffset};
use crate::api::{BrandField, Document, Endpoint, FamilyMarker, Partner, RetrySafety, Row, either, rows};
use crate::types::CardId;
use http::Method;
use serde::{Deserialize, Serialize};

/// Lists the card templates of a brand, in order of creation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(bound = "")]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(bound = "", rename = "ListCardTemplates")
)]
#[allow(clippy::exhaustive_structs)]
pub struct ListCardTemplates<F: FamilyMarker = Partner> {
    /// 品牌ID: the brand that the member card belongs to. `string(32)`. Partner family only.
    #[serde(skip_serializing_if = "BrandField::is_implied")]
    pub brand_id: F::BrandId,
    /// 状态: lists only templates in this state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<CardTemplateState>,
    /// 偏移量: the number of templates to skip, 0 for the first page.
    pub offset: PageOffset,
    /// 分页大小: the most templates to return, 1 to 20.
    pub limit: PageLimit,
}

impl<F: FamilyMarker> Endpoint for ListCardTemplates<F> {
    type Response = CardTemplates;
    type Family = F;

    const NAME: &'static str = either(F::FAMILY, "list_card_templates", "brand_list_card_templates");
    const SUMMARY: &'static str = "查询品牌的会员卡模板列表: the templates of a brand";
    const METHOD: Method = Method::GET;
    const PATH: &'static str =
        either(F::FAMILY, "/v3/brand/partner/card-member/cards", "/brand/card-member/cards");
    const DOCUMENT: Document = either(
        F::FAMILY,
        Document::partner("4015336976", "2025-08-01"),
        Document::brand("4015582712", "2025.08.01"),
    );
    const RETRY_SAFETY: RetrySafety = RetrySafety::Idempotent;
    const ERRORS: &'static [&'static Row] =
        &[&rows::NOT_THE_CALLERS_BRAND, &rows::NOT_ENABLED, &rows::NOT_OPENED_YET];
}

/// The response to [`ListCardTemplates`]: one page of card templates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct CardTemplates {
    /// The templates of this page.
    #[serde(default)]
    pub data: Vec<CardTemplate>,
    /// Number of templates in all pages.
    pub total_count: u64,
    /// 偏移量: the offset of the request.
    pub offset: u64,
    /// 分页大小: the limit of the request.
    pub limit: u64,
}

impl CardTemplates {
    /// Makes a page of `total_count` templates in all, with the offset and the limit of the request.
    pub fn new(data: Vec<CardTemplate>, total_count: u64, offset: u64, limit: u64) -> Self {
        Self { data, total_count, offset, limit }
    }
}

/// Queries one card template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(bound = "")]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(bound = "", rename = "QueryCardTemplate")
)]
#[allow(clippy::exhaustive_structs)]
pub struct QueryCardTemplate<F: FamilyMarker = Partner> {
    /// 品牌ID: the brand that the member card belongs to. `string(32)`. Partner family only.
    #[serde(skip_serializing_if = "BrandField::is_implied")]
    pub brand_id: F::BrandId,
    /// 会员卡模板ID: the id of the card template. `string(32)`.
    pub card_id: CardId,
}

impl<F: FamilyMarker> Endpoint for QueryCardTemplate<F> {
    type Response = CardTemplate;
    type Family = F;

    const NAME: &'static str = either(F::FAMILY, "query_card_template", "brand_query_card_template");
    const SUMMARY: &'static str = "查询会员卡模板: one card template";
    const METHOD: Method = Method::GET;
    const PATH: &'static str = either(
        F::FAMILY,
        "/v3/brand/partner/card-member/cards/{card_id}",
        "/brand/card-member/cards/{card_id}",
    );
    const DOCUMENT: Document = either(
        F::FAMILY,
        Document::partner("4015336974", "2025-08-01"),
        Document::brand("4015582715", "2025.08.01"),
    );
    const RETRY_SAFETY: RetrySafety = RetrySafety::Idempotent;
    const ERRORS: &'static [&'static Row] =
        &[&rows::NOT_THE_CALLERS_BRAND, &rows::NOT_ENABLED, &rows::NOT_OPENED_YET, &rows::TEMPLATE_NOT_FOUND];
}
