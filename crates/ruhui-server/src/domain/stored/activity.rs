//! Storage form of an activity.

use super::HasForm;
use ruhui_core::api::card_member::{
    ActivityChannel, ActivityState, CreateMembershipActivity, MembershipActivity, ProductCouponStock,
};
use ruhui_core::types::{BrandId, CardId, DateTime, Text};
use serde::{Deserialize, Serialize};

/// Storage form of an activity. The state is TERMINATED, or else follows from the clock.
#[derive(Serialize, Deserialize)]
pub(in crate::domain) struct StoredActivity {
    activity_id: u64,
    out_request_no: Text<128>,
    brand_id: BrandId,
    card_id: CardId,
    activity_channel: ActivityChannel,
    title: Text<128>,
    sub_title: Text<128>,
    begin_time: DateTime,
    end_time: DateTime,
    apply_total: i64,
    product_coupon_stock_list: Vec<StoredStock>,
    apply_available: i64,
    activity_state: ActivityState,
    create_time: DateTime,
    modify_time: DateTime,
}

impl From<MembershipActivity> for StoredActivity {
    fn from(wire: MembershipActivity) -> Self {
        Self {
            activity_id: wire.activity_id,
            out_request_no: wire.out_request_no,
            brand_id: wire.brand_id,
            card_id: wire.card_id,
            activity_channel: wire.activity_channel,
            title: wire.title,
            sub_title: wire.sub_title,
            begin_time: wire.begin_time,
            end_time: wire.end_time,
            apply_total: wire.apply_total,
            product_coupon_stock_list: wire.product_coupon_stock_list.into_iter().map(Into::into).collect(),
            apply_available: wire.apply_available,
            activity_state: wire.activity_state,
            create_time: wire.create_time,
            modify_time: wire.modify_time,
        }
    }
}

impl From<StoredActivity> for MembershipActivity {
    fn from(stored: StoredActivity) -> Self {
        let request = CreateMembershipActivity {
            out_request_no: stored.out_request_no,
            brand_id: stored.brand_id,
            card_id: stored.card_id,
            activity_channel: stored.activity_channel,
            title: stored.title,
            sub_title: stored.sub_title,
            begin_time: stored.begin_time,
            end_time: stored.end_time,
            apply_total: stored.apply_total,
            product_coupon_stock_list: stored.product_coupon_stock_list.into_iter().map(Into::into).collect(),
        };
        let mut wire = Self::new(stored.activity_id, request, stored.create_time);
        wire.apply_available = stored.apply_available;
        wire.activity_state = stored.activity_state;
        wire.modify_time = stored.modify_time;
        wire
    }
}

impl HasForm for MembershipActivity {
    type Form = StoredActivity;
}

/// Storage form of a coupon stock.
#[derive(Serialize, Deserialize)]
pub(in crate::domain) struct StoredStock {
    product_coupon_id: Text<128>,
    stock_id: Text<128>,
}

impl From<ProductCouponStock> for StoredStock {
    fn from(wire: ProductCouponStock) -> Self {
        Self { product_coupon_id: wire.product_coupon_id, stock_id: wire.stock_id }
    }
}

impl From<StoredStock> for ProductCouponStock {
    fn from(stored: StoredStock) -> Self {
        Self::new(stored.product_coupon_id, stored.stock_id)
    }
}
