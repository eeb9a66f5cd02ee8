//! 查询会员活动: query one membership activity, or list those of a brand.
//!
//! - `GET /v3/brand/partner/card-member/membership-activities`
//! - `GET /v3/brand/partner/card-member/membership-activities/{activity_id}`
//!
//! - <https://pay.weixin.qq.com/doc/v3/partner/4016588039>
//! - <https://pay.weixin.qq.com/doc/v3/partner/4016588015>

use super::{ActivityState, MembershipActivity};
use crate::api::card_member::{PageLimit, PageOffset};
use crate::api::{Document, Endpoint, Partner, RetrySafety, Row, rows};
use crate::types::{BrandId, CardId};
use http::Method;
use serde::{Deserialize, Serialize};

/// Lists the activities of a brand, in order of creation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[allow(clippy::exhaustive_structs)]
pub struct ListMembershipActivities {
    /// 品牌ID: the id of the brand. `string(32)`.
    pub brand_id: BrandId,
    /// 会员卡模板ID: lists only activities of this template. `string(32)`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card_id: Option<CardId>,
    /// 活动状态: lists only activities in this state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activity_state: Option<ActivityState>,
    /// 偏移量: the number of activities to skip, 0 for the first page.
    pub offset: PageOffset,
    /// 分页大小: the most activities to return, 1 to 20.
    pub limit: PageLimit,
}

impl Endpoint for ListMembershipActivities {
    type Response = MembershipActivities;
    type Family = Partner;

    const NAME: &'static str = "list_membership_activities";
    const SUMMARY: &'static str = "查询会员活动列表: the activities of a brand";
    const METHOD: Method = Method::GET;
    const PATH: &'static str = "/v3/brand/partner/card-member/membership-activities";
    const DOCUMENT: Document = Document::partner("4016588039", "2025-11-14");
    const RETRY_SAFETY: RetrySafety = RetrySafety::Idempotent;
    const ERRORS: &'static [&'static Row] =
        &[&rows::NOT_THE_CALLERS_BRAND, &rows::NOT_ENABLED, &rows::NOT_OPENED_YET];
}

/// The response to [`ListMembershipActivities`]: one page of activities.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct MembershipActivities {
    /// The activities of this page.
    #[serde(default)]
    pub data: Vec<MembershipActivity>,
    /// Number of activities in all pages.
    pub total_count: u64,
    /// 偏移量: the offset of the request.
    pub offset: u64,
    /// 分页大小: the limit of the request.
    pub limit: u64,
}

impl MembershipActivities {
    /// Makes a page of `total_count` activities in all, with the offset and the limit of the request.
    pub fn new(data: Vec<MembershipActivity>, total_count: u64, offset: u64, limit: u64) -> Self {
        Self { data, total_count, offset, limit }
    }
}

/// Queries one activity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[allow(clippy::exhaustive_structs)]
pub struct QueryMembershipActivity {
    /// 品牌ID: the id of the brand. `string(32)`.
    pub brand_id: BrandId,
    /// 活动ID: the id of the activity.
    pub activity_id: u64,
}

impl Endpoint for QueryMembershipActivity {
    type Response = MembershipActivity;
    type Family = Partner;

    const NAME: &'static str = "query_membership_activity";
    const SUMMARY: &'static str = "查询会员活动: one activity";
    const METHOD: Method = Method::GET;
    const PATH: &'static str = "/v3/brand/partner/card-member/membership-activities/{activity_id}";
    const DOCUMENT: Document = Document::partner("4016588015", "2025-11-14");
    const RETRY_SAFETY: RetrySafety = RetrySafety::Idempotent;
    const ERRORS: &'static [&'static Row] = &[
        &rows::NOT_THE_CALLERS_BRAND,
        &rows::NOT_ENABLED,
        &rows::NOT_OPENED_YET,
        &rows::ACTIVITY_NOT_FOUND,
        &rows::ACTIVITY_NOT_OF_BRAND,
    ];
}
