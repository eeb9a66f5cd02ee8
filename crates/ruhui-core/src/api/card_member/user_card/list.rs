//! 查询用户会员卡: query one user card, or list the cards that a user has of a brand.
//!
//! - `GET /v3/brand/partner/card-member/user-cards/{user_card_code}`
//! - `GET /v3/brand/partner/card-member/user-cards`
//! - `GET /brand/card-member/user-cards/{user_card_code}`
//! - `GET /brand/card-member/user-cards`
//!
//! - <https://pay.weixin.qq.com/doc/v3/partner/4015336980>
//! - <https://pay.weixin.qq.com/doc/v3/partner/4015336984>
//! - <https://pay.weixin.qq.com/doc/brand/4015582716>
//! - <https://pay.weixin.qq.com/doc/brand/4015582718>

use super::{UserCard, UserCardState};
use crate::api::card_member::{PageLimit, PageOffset};
use crate::api::{BrandField, Document, Endpoint, FamilyMarker, Partner, RetrySafety, Row, either, rows};
use crate::types::{CardId, OpenId, UserCardCode};
use http::Method;
use serde::{Deserialize, Serialize};

/// Queries one user card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(bound = "")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(bound = "", rename = "QueryUserCard"))]
#[allow(clippy::exhaustive_structs)]
pub struct QueryUserCard<F: FamilyMarker = Partner> {
    /// 品牌ID: the brand that the member card belongs to. `string(32)`. Partner family only.
    #[serde(skip_serializing_if = "BrandField::is_implied")]
    pub brand_id: F::BrandId,
    /// 会员卡模板ID: the id of the card template. `string(32)`.
    pub card_id: CardId,
    /// 用户标识: the user's openid under the template's AppID. `string(128)`.
    pub openid: OpenId,
    /// 会员卡号: the code of the user card. `string(32)`.
    pub user_card_code: UserCardCode,
}

impl<F: FamilyMarker> Endpoint for QueryUserCard<F> {
    type Response = UserCard;
    type Family = F;

    const NAME: &'static str = either(F::FAMILY, "query_user_card", "brand_query_user_card");
    const SUMMARY: &'static str = "查询用户会员卡: one user card";
    const METHOD: Method = Method::GET;
    const PATH: &'static str = either(
        F::FAMILY,
        "/v3/brand/partner/card-member/user-cards/{user_card_code}",
        "/brand/card-member/user-cards/{user_card_code}",
    );
    const DOCUMENT: Document = either(
        F::FAMILY,
        Document::partner("4015336980", "2025-07-25"),
        Document::brand("4015582716", "2025.07.25"),
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

/// Lists the cards that a user has of a brand, in order of creation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(bound = "")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(bound = "", rename = "ListUserCards"))]
#[allow(clippy::exhaustive_structs)]
pub struct ListUserCards<F: FamilyMarker = Partner> {
    /// 品牌ID: the brand that the member card belongs to. `string(32)`. Partner family only.
    #[serde(skip_serializing_if = "BrandField::is_implied")]
    pub brand_id: F::BrandId,
    /// 用户标识: the user's openid under one of the brand's AppIDs. `string(128)`.
    pub openid: OpenId,
    /// 会员卡状态: lists only cards in this state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_card_state: Option<UserCardState>,
    /// 偏移量: the number of cards to skip, 0 for the first page.
    pub offset: PageOffset,
    /// 分页大小: the most cards to return, 1 to 20.
    pub limit: PageLimit,
}

impl<F: FamilyMarker> Endpoint for ListUserCards<F> {
    type Response = UserCards;
    type Family = F;

    const NAME: &'static str = either(F::FAMILY, "list_user_cards", "brand_list_user_cards");
    const SUMMARY: &'static str = "查询用户在品牌下的会员卡列表: the cards that a user has of a brand";
    const METHOD: Method = Method::GET;
    const PATH: &'static str =
        either(F::FAMILY, "/v3/brand/partner/card-member/user-cards", "/brand/card-member/user-cards");
    const DOCUMENT: Document = either(
        F::FAMILY,
        Document::partner("4015336984", "2025-07-25"),
        Document::brand("4015582718", "2025.07.25"),
    );
    const RETRY_SAFETY: RetrySafety = RetrySafety::Idempotent;
    const ERRORS: &'static [&'static Row] = &[
        &rows::NOT_THE_CALLERS_BRAND,
        &rows::NOT_ENABLED,
        &rows::NOT_OPENED_YET,
        &rows::OPENID_FOREIGN,
        &rows::OPENID_INVALID,
    ];
}

/// The response to [`ListUserCards`]: one page of user cards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct UserCards {
    /// The cards of this page.
    #[serde(default)]
    pub data: Vec<UserCard>,
    /// Number of cards in all pages.
    pub total_count: u64,
    /// 偏移量: the offset of the request.
    pub offset: u64,
    /// 分页大小: the limit of the request.
    pub limit: u64,
}

impl UserCards {
    /// Makes a page of `total_count` cards in all, with the offset and the limit of the request.
    pub fn new(data: Vec<UserCard>, total_count: u64, offset: u64, limit: u64) -> Self {
        Self { data, total_count, offset, limit }
    }
}
