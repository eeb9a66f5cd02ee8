//! 创建会员动态: create an item of member news (a feed).
//!
//! - `POST /v3/brand/partner/card-member/user-feeds`
//! - `POST /brand/card-member/user-feeds`
//!
//! - <https://pay.weixin.qq.com/doc/v3/partner/4015336987>
//! - <https://pay.weixin.qq.com/doc/brand/4015582679>

use crate::api::{BrandField, Document, Endpoint, FamilyMarker, Partner, RetrySafety, Row, either, rows};
use crate::types::{BrandId, CardId, FeedCell, OpenId, Text, UserCardCode};
use http::Method;
use serde::{Deserialize, Serialize};

/// Creates an item of member news (会员动态), which the member sees.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(bound = "")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(bound = "", rename = "CreateUserFeed"))]
#[allow(clippy::exhaustive_structs)]
pub struct CreateUserFeed<F: FamilyMarker = Partner> {
    /// 品牌ID: the brand that the member card belongs to. `string(32)`. Partner family only.
    #[serde(skip_serializing_if = "BrandField::is_implied")]
    pub brand_id: F::BrandId,
    /// 会员卡模板ID: the id of the card template. `string(32)`.
    pub card_id: CardId,
    /// 用户标识: the user's openid under the template's AppID. `string(128)`.
    pub openid: OpenId,
    /// 会员卡号: the code of the user card. `string(32)`.
    pub user_card_code: UserCardCode,
    /// 商户请求单号: the caller's number for the request, different for each item of news. `string(64)`.
    pub out_request_no: Text<64>,
    /// 动态内容: the id of a news template and its values, such as `15_1200_1`. `string(128)`. The earliest edition named
    /// it `cell_message`.
    pub cell: FeedCell,
}

impl<F: FamilyMarker> Endpoint for CreateUserFeed<F> {
    type Response = UserFeed;
    type Family = F;

    const NAME: &'static str = either(F::FAMILY, "create_user_feed", "brand_create_user_feed");
    const SUMMARY: &'static str = "创建会员动态: a piece of news for a member";
    const METHOD: Method = Method::POST;
    const PATH: &'static str =
        either(F::FAMILY, "/v3/brand/partner/card-member/user-feeds", "/brand/card-member/user-feeds");
    const DOCUMENT: Document = either(
        F::FAMILY,
        Document::partner("4015336987", "2025-11-14"),
        Document::brand("4015582679", "2025.07.25"),
    );
    const RETRY_SAFETY: RetrySafety = RetrySafety::NotIdempotent;
    const ERRORS: &'static [&'static Row] = &[
        &rows::NOT_THE_CALLERS_BRAND,
        &rows::NOT_ENABLED,
        &rows::NOT_OPENED_YET,
        &rows::TEMPLATE_NOT_FOUND,
        &rows::TEMPLATE_INVALID,
        &rows::OPENID_FOREIGN,
        &rows::OPENID_INVALID,
        &rows::NOT_A_MEMBER,
        &rows::FEED_CELL_ILLEGAL,
        &rows::FEED_NOT_PERMITTED,
        &rows::FEED_EXISTS,
    ];
}

/// The response to [`CreateUserFeed`]: the item of member news.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct UserFeed {
    /// 品牌ID: the id of the brand. `string(32)`.
    pub brand_id: BrandId,
    /// 会员卡模板ID: the id of the card template. `string(32)`.
    pub card_id: CardId,
    /// 会员卡号: the code of the user card. `string(32)`.
    pub user_card_code: UserCardCode,
    /// 商户请求单号: the number of the request. `string(64)`.
    pub out_request_no: Text<64>,
    /// 动态内容: the id of the news template and its values. `string(128)`.
    pub cell: FeedCell,
}

impl UserFeed {
    /// Makes an item of news for the holder of a card.
    pub fn new(
        brand_id: BrandId,
        card_id: CardId,
        user_card_code: UserCardCode,
        out_request_no: Text<64>,
        cell: FeedCell,
    ) -> Self {
        Self { brand_id, card_id, user_card_code, out_request_no, cell }
    }
}
