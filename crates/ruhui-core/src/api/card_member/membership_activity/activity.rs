//! What the calls about activities answer.

use crate::types::{BrandId, CardId, DateTime, Text, open_enum};
use serde::{Deserialize, Serialize};

open_enum! {
    /// 活动渠道.
    ActivityChannel {
        /// The join component. Spelled as the document spells it.
        MerchantAppComponent = "MECHANT_APP_COMPONENT",
    }
}

open_enum! {
    /// 活动状态.
    ActivityState {
        /// Created; its time is still to come.
        Created = "MEMBERSHIP_ACTIVITY_CREATED",
        /// Running.
        Effective = "MEMBERSHIP_ACTIVITY_EFFECTIVE",
        /// Ended by the merchant.
        Terminated = "MEMBERSHIP_ACTIVITY_TERMINATED",
        /// Its time is over.
        Expired = "MEMBERSHIP_ACTIVITY_EXPIRED",
    }
}

/// A stock of coupons.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ProductCouponStock {
    /// 商品券ID.
    pub product_coupon_id: Text<128>,
    /// 批次ID.
    pub stock_id: Text<128>,
}

impl ProductCouponStock {
    /// The stock of a coupon.
    pub fn new(product_coupon_id: Text<128>, stock_id: Text<128>) -> Self {
        Self { product_coupon_id, stock_id }
    }
}

/// An activity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct MembershipActivity {
    /// 活动ID, such as 25.
    pub activity_id: u64,
    /// 商户请求单号.
    pub out_request_no: Text<128>,
    /// 品牌ID.
    pub brand_id: BrandId,
    /// 会员卡模板ID.
    pub card_id: CardId,
    /// 活动渠道.
    pub activity_channel: ActivityChannel,
    /// 标题.
    pub title: Text<128>,
    /// 副标题.
    pub sub_title: Text<128>,
    /// 开始时间.
    pub begin_time: DateTime,
    /// 结束时间.
    pub end_time: DateTime,
    /// 领取总量: less than the smallest stock has.
    pub apply_total: i64,
    /// 商品券批次列表: at most 200.
    pub product_coupon_stock_list: Vec<ProductCouponStock>,
    /// 剩余可领取量.
    pub apply_available: i64,
    /// 活动状态.
    pub activity_state: ActivityState,
    /// 创建时间.
    pub create_time: DateTime,
    /// 修改时间.
    pub modify_time: DateTime,
}
