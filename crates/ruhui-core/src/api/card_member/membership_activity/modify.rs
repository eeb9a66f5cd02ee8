//! 修改、终止会员活动: change and terminate a membership activity.
//!
//! - `PATCH /v3/brand/partner/card-member/membership-activities/{activity_id}`
//! - `POST /v3/brand/partner/card-member/membership-activities/{activity_id}/terminate`
//!
//! - <https://pay.weixin.qq.com/doc/v3/partner/4016588044>
//! - <https://pay.weixin.qq.com/doc/v3/partner/4016588028>

use super::MembershipActivity;
use crate::api::{Document, Endpoint, Partner, RetrySafety, Row, rows};
use crate::types::{BrandId, DateTime, Text};
use http::Method;
use serde::{Deserialize, Serialize};

/// Changes the titles and the times of an activity. All fields are required.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[allow(clippy::exhaustive_structs)]
pub struct ModifyMembershipActivity {
    /// 品牌ID: the id of the brand. `string(32)`.
    pub brand_id: BrandId,
    /// 活动ID: the id of the activity.
    pub activity_id: u64,
    /// 标题: the title of the activity. `string(128)`.
    pub title: Text<128>,
    /// 副标题: the subtitle of the activity. `string(128)`.
    pub sub_title: Text<128>,
    /// 开始时间: when the activity begins.
    pub begin_time: DateTime,
    /// 结束时间: when the activity ends; later than `begin_time`.
    pub end_time: DateTime,
}

impl Endpoint for ModifyMembershipActivity {
    type Response = MembershipActivity;
    type Family = Partner;

    const NAME: &'static str = "modify_membership_activity";
    const SUMMARY: &'static str = "修改会员活动: changes an activity";
    const METHOD: Method = Method::PATCH;
    const PATH: &'static str = "/v3/brand/partner/card-member/membership-activities/{activity_id}";
    const DOCUMENT: Document = Document::partner("4016588044", "2025-11-14");
    const RETRY_SAFETY: RetrySafety = RetrySafety::Idempotent;
    const ERRORS: &'static [&'static Row] = &[
        &rows::NOT_THE_CALLERS_BRAND,
        &rows::NOT_ENABLED,
        &rows::NOT_OPENED_YET,
        &rows::ACTIVITY_NOT_FOUND,
        &rows::ACTIVITY_NOT_OF_BRAND,
        &rows::ACTIVITY_TIMES,
        &rows::ACTIVITY_ENDED,
    ];
}

/// Terminates an activity before its end. This cannot be undone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[allow(clippy::exhaustive_structs)]
pub struct TerminateMembershipActivity {
    /// 品牌ID: the id of the brand. `string(32)`.
    pub brand_id: BrandId,
    /// 活动ID: the id of the activity.
    pub activity_id: u64,
}

impl Endpoint for TerminateMembershipActivity {
    type Response = MembershipActivity;
    type Family = Partner;

    const NAME: &'static str = "terminate_membership_activity";
    const SUMMARY: &'static str = "终止会员活动: ends an activity before its time";
    const METHOD: Method = Method::POST;
    const PATH: &'static str = "/v3/brand/partner/card-member/membership-activities/{activity_id}/terminate";
    const DOCUMENT: Document = Document::partner("4016588028", "2025-11-14");
    const RETRY_SAFETY: RetrySafety = RetrySafety::Idempotent;
    const ERRORS: &'static [&'static Row] = &[
        &rows::NOT_THE_CALLERS_BRAND,
        &rows::NOT_ENABLED,
        &rows::NOT_OPENED_YET,
        &rows::ACTIVITY_NOT_FOUND,
        &rows::ACTIVITY_NOT_OF_BRAND,
        &rows::ACTIVITY_ENDED,
    ];
}
