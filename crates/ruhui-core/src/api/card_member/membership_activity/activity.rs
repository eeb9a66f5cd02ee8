//! The membership activity, which the endpoints for activities return.

use crate::types::{BrandId, CardId, DateTime, Text, open_enum};
use serde::{Deserialize, Serialize};

open_enum! {
    /// 活动渠道: where the activity's coupons are shown.
    ActivityChannel {
        /// The join component. The value is spelled as the document spells it.
        MerchantAppComponent = "MECHANT_APP_COMPONENT",
    }
}

open_enum! {
    /// 活动状态: the state of an activity.
    ActivityState {
        /// Created, before its `begin_time`.
        Created = "MEMBERSHIP_ACTIVITY_CREATED",
        /// Running, from `begin_time` until just before `end_time`.
        Effective = "MEMBERSHIP_ACTIVITY_EFFECTIVE",
        /// Final: terminated by the merchant.
        Terminated = "MEMBERSHIP_ACTIVITY_TERMINATED",
        /// Expired: at `end_time` or later.
        Expired = "MEMBERSHIP_ACTIVITY_EXPIRED",
    }
}

/// A stock (批次) of coupons.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ProductCouponStock {
    /// 商品券ID: the id of the coupon.
    pub product_coupon_id: Text<128>,
    /// 批次ID: the id of the stock of coupons. `string(128)`.
    pub stock_id: Text<128>,
}

impl ProductCouponStock {
    /// Makes a reference to a stock of a coupon.
    pub fn new(product_coupon_id: Text<128>, stock_id: Text<128>) -> Self {
        Self { product_coupon_id, stock_id }
    }
}

/// 会员活动: a membership activity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct MembershipActivity {
    /// 活动ID: the id of the activity, such as 25.
    pub activity_id: u64,
    /// 商户请求单号: the number of the request that created the activity. `string(128)`.
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
    /// 剩余可领取量: how many of `apply_total` are left.
    pub apply_available: i64,
    /// 活动状态: the state of the activity.
    pub activity_state: ActivityState,
    /// 创建时间: when the activity was created.
    pub create_time: DateTime,
    /// 修改时间: when the activity was last changed.
    pub modify_time: DateTime,
}
