//! 创建会员活动: create a membership activity.
//!
//! `POST /v3/brand/partner/card-member/membership-activities`
//!
//! <https://pay.weixin.qq.com/doc/v3/partner/4016464918>

use super::{ActivityChannel, ActivityState, MembershipActivity, ProductCouponStock};
use crate::api::{Document, Endpoint, Partner, RetrySafety, Row, rows};
use crate::types::{BrandId, CardId, DateTime, Text};
use http::Method;
use serde::{Deserialize, Serialize};

/// Creates a membership activity. The join component shows the coupons of the template's newest running activity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[allow(clippy::exhaustive_structs)]
pub struct CreateMembershipActivity {
    /// 商户请求单号: the caller's number for the request, different for each activity. `string(128)`.
    pub out_request_no: Text<128>,
    /// 品牌ID: the id of the brand. `string(32)`.
    pub brand_id: BrandId,
    /// 会员卡模板ID: the id of the card template. `string(32)`.
    pub card_id: CardId,
    /// 活动渠道: where the activity's coupons are shown.
    pub activity_channel: ActivityChannel,
    /// 标题: the title of the activity. `string(128)`.
    pub title: Text<128>,
    /// 副标题: the subtitle of the activity. `string(128)`.
    pub sub_title: Text<128>,
    /// 开始时间: when the activity begins.
    pub begin_time: DateTime,
    /// 结束时间: when the activity ends; later than `begin_time`.
    pub end_time: DateTime,
    /// 领取总量: how many can be claimed in all; more than 0, and less than the smallest stock has available.
    pub apply_total: i64,
    /// 商品券批次列表: the stocks of coupons, 1 to 200.
    pub product_coupon_stock_list: Vec<ProductCouponStock>,
}

impl Endpoint for CreateMembershipActivity {
    type Response = MembershipActivity;
    type Family = Partner;

    const NAME: &'static str = "create_membership_activity";
    const SUMMARY: &'static str = "创建会员活动: coupons in the join component";
    const METHOD: Method = Method::POST;
    const PATH: &'static str = "/v3/brand/partner/card-member/membership-activities";
    const DOCUMENT: Document = Document::partner("4016464918", "2025-11-14");
    const RETRY_SAFETY: RetrySafety = RetrySafety::NotIdempotent;
    const ERRORS: &'static [&'static Row] = &[
        &rows::NOT_THE_CALLERS_BRAND,
        &rows::NOT_ENABLED,
        &rows::NOT_OPENED_YET,
        &rows::ACTIVITY_TEMPLATE_UNKNOWN,
        &rows::TEMPLATE_INVALID,
        &rows::ACTIVITY_EXISTS,
        &rows::ACTIVITY_TIMES,
        &rows::ACTIVITY_STOCKS,
        &rows::ACTIVITY_TOTAL,
        &rows::OUT_REQUEST_NO_REPEATED,
    ];
}

impl MembershipActivity {
    /// Makes the activity that `request` creates at `create_time`, in the state CREATED and with nothing claimed.
    pub fn new(activity_id: u64, request: CreateMembershipActivity, create_time: DateTime) -> Self {
        Self {
            activity_id,
            out_request_no: request.out_request_no,
            brand_id: request.brand_id,
            card_id: request.card_id,
            activity_channel: request.activity_channel,
            title: request.title,
            sub_title: request.sub_title,
            begin_time: request.begin_time,
            end_time: request.end_time,
            apply_total: request.apply_total,
            product_coupon_stock_list: request.product_coupon_stock_list,
            apply_available: request.apply_total,
            activity_state: ActivityState::Created,
            create_time,
            modify_time: create_time,
        }
    }
}
