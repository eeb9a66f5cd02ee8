//! 积分: the user views points, and redeems them.

use super::state;
use super::{SimulatorError, commit, event};
use crate::domain::Redemption;
use crate::service::Service;
use ruhui_core::api::card_member::ProductCouponStockType;
use ruhui_core::api::event::{EventKind, PointExchangeEvent, PointExchangeRequired, SyncUserPointEvent};
use ruhui_core::env::alphanumeric;
use ruhui_core::types::{CardId, DateTime, OpenId, RecordId, Text, UserCardCode};
use serde::{Deserialize, Serialize};

/// The points that a user sees.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct PointsViewed {
    /// The code of the card.
    pub user_card_code: UserCardCode,
    /// The balance that the merchant set last. Each view requests it again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub point_balance: Option<i64>,
    /// The id of the event that requests the balance from the merchant.
    pub event_id: String,
}

/// The coupon that a user redeems points for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(clippy::exhaustive_structs)]
pub struct Coupon {
    /// 积分兑券模板ID.
    pub exchange_coupon_template_id: Text<32>,
    /// 消耗积分数.
    pub deduct_points: u64,
    /// 商品券ID.
    pub product_coupon_id: Text<128>,
    /// 商品券批次类型.
    pub product_coupon_stock_type: ProductCouponStockType,
    /// 批次ID.
    pub stock_id: Text<128>,
}

/// Views points: an event requests the balance from the merchant once.
///
/// # Errors
///
/// [`SimulatorError`] when WeChat would reject the action, or the store fails.
pub async fn view_points(
    service: &Service,
    card_id: &CardId,
    openid: &OpenId,
) -> Result<PointsViewed, SimulatorError> {
    commit(service, || async move {
        let state = state::load(service, card_id, openid, []).await?;
        let (template, held, code) = state::effective(&state)?;
        let resource = SyncUserPointEvent::new(
            template.card.brand_id.clone(),
            card_id.clone(),
            openid.clone(),
            code.clone(),
        );
        let delivery = event::tell(service, EventKind::SyncUserPoint, template, &resource, state.now);
        let (user_card_code, point_balance) = (code.clone(), held.point_balance);
        let batch = state.snapshot.batch([delivery.put()]);
        Ok((batch, PointsViewed { user_card_code, point_balance, event_id: delivery.event_id }))
    })
    .await
}

/// Redeems points for a coupon. The redemption waits for the merchant's confirmation.
///
/// # Errors
///
/// [`SimulatorError`] when WeChat would reject the action, or the store fails.
pub async fn redeem_points(
    service: &Service,
    card_id: &CardId,
    openid: &OpenId,
    coupon: &Coupon,
) -> Result<PointExchangeEvent, SimulatorError> {
    commit(service, || async move {
        let state = state::load(service, card_id, openid, []).await?;
        let (template, _, code) = state::effective(&state)?;
        let record_id = alphanumeric(&*service.env.entropy, 32);
        let asked = PointExchangeEvent::new(PointExchangeRequired {
            record_id: RecordId::new(record_id).expect("32 letters and digits are an id"),
            brand_id: template.card.brand_id.clone(),
            card_id: card_id.clone(),
            appid: template.card.appid.clone(),
            openid: openid.clone(),
            user_card_code: code.clone(),
            exchange_coupon_template_id: coupon.exchange_coupon_template_id.clone(),
            deduct_points: coupon.deduct_points,
            product_coupon_id: coupon.product_coupon_id.clone(),
            product_coupon_stock_type: coupon.product_coupon_stock_type.clone(),
            stock_id: coupon.stock_id.clone(),
        });
        let delivery = event::tell(service, EventKind::PointExchange, template, &asked, state.now);
        let create_time = DateTime::seconds(state.now);
        let redemption = Redemption { asked: asked.clone(), create_time, outcome: None };
        let batch = state.snapshot.batch([state.snapshot.put(&redemption), delivery.put()]);
        Ok((batch, asked))
    })
    .await
}
