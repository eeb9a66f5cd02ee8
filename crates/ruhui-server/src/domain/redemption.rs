//! Redemptions of points for coupons (积分兑券, page 4015897268).

use super::stored;
use crate::store::{Kind, Record};
use ruhui_core::api::card_member::{
    ConfirmPointExchange, PointExchange, PointExchangeResult, PointExchangeState,
};
use ruhui_core::api::event::PointExchangeEvent;
use ruhui_core::api::{FamilyMarker, Row, rows};
use ruhui_core::types::{DateTime, Text};
use serde::{Deserialize, Serialize};

/// A redemption that a user requested.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Redemption {
    /// Event that the merchant received.
    #[serde(with = "stored")]
    pub asked: PointExchangeEvent,
    /// Time of the request.
    pub create_time: DateTime,
    /// Outcome of the redemption, once the merchant has confirmed or rejected it.
    #[serde(default, with = "stored::optional")]
    pub outcome: Option<PointExchange>,
}

impl Record for Redemption {
    const KIND: Kind = Kind::Redemption;

    fn id(&self) -> String {
        self.asked.record_id.as_str().to_owned()
    }
}

/// Applies the merchant's decision. Idempotent: the same decision again changes nothing. `coupon_code`
/// becomes the code of the new coupon.
///
/// # Errors
///
/// The first row of the page's error table that applies.
pub fn answer<F: FamilyMarker>(
    redemption: Option<&Redemption>,
    request: &ConfirmPointExchange<F>,
    coupon_code: Text<128>,
) -> Result<(Redemption, PointExchange), &'static Row> {
    let is_meant = |redemption: &&Redemption| {
        let asked = &redemption.asked;
        asked.card_id == request.card_id
            && asked.openid == request.openid
            && asked.user_card_code == request.user_card_code
            && asked.exchange_coupon_template_id == request.exchange_coupon_template_id
    };
    let redemption = redemption.filter(is_meant).ok_or(&rows::REDEMPTION_NOT_FOUND)?;
    let is_allowed = request.result == PointExchangeResult::Allow;
    let reject_reason = request.reject_reason.as_ref().filter(|_| !is_allowed);
    if !is_allowed && reject_reason.is_none() {
        return Err(&rows::REJECT_REASON_MISSING);
    }
    let asked = &redemption.asked;
    let reject_reason =
        reject_reason.map(|reason| Text::new(reason.as_str()).expect("32 characters are at most 256"));
    let state = if is_allowed { PointExchangeState::Success } else { PointExchangeState::Fail };
    if let Some(outcome) = &redemption.outcome {
        let is_same = (&outcome.state, &outcome.reject_reason) == (&state, &reject_reason);
        return if is_same {
            Ok((redemption.clone(), outcome.clone()))
        } else {
            Err(&rows::REDEMPTION_CONFIRMED)
        };
    }
    let mut outcome = PointExchange::new(
        asked.record_id.clone(),
        asked.exchange_coupon_template_id.clone(),
        asked.brand_id.clone(),
        asked.card_id.clone(),
        asked.openid.clone(),
        asked.user_card_code.clone(),
        state,
    );
    outcome.product_coupon_id = Some(asked.product_coupon_id.clone());
    outcome.product_coupon_stock_type = Some(asked.product_coupon_stock_type.clone());
    outcome.stock_id = Some(asked.stock_id.clone());
    outcome.coupon_code = is_allowed.then_some(coupon_code);
    outcome.reject_reason = reject_reason;
    Ok((Redemption { outcome: Some(outcome.clone()), ..redemption.clone() }, outcome))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::sample::{self, text};
    use ruhui_core::api::card_member::ProductCouponStockType;
    use ruhui_core::api::event::PointExchangeRequired;
    use ruhui_core::api::rows::Id;

    fn redemption() -> Redemption {
        let asked = PointExchangeEvent::new(PointExchangeRequired {
            record_id: text("r"),
            brand_id: sample::brand_id(),
            card_id: sample::card_id(),
            appid: sample::appid(),
            openid: sample::openid(),
            user_card_code: sample::code("1"),
            exchange_coupon_template_id: text("t"),
            deduct_points: 100,
            product_coupon_id: text("p"),
            product_coupon_stock_type: ProductCouponStockType::BusiFavor,
            stock_id: text("s"),
        });
        Redemption { asked, create_time: sample::seconds(0), outcome: None }
    }

    fn request(result: PointExchangeResult, reason: Option<&str>) -> ConfirmPointExchange {
        ConfirmPointExchange {
            record_id: text("r"),
            exchange_coupon_template_id: text("t"),
            brand_id: sample::brand_id(),
            card_id: sample::card_id(),
            openid: sample::openid(),
            user_card_code: sample::code("1"),
            result,
            reject_reason: reason.map(text),
        }
    }

    fn allow() -> ConfirmPointExchange {
        request(PointExchangeResult::Allow, None)
    }

    fn reject(reason: &str) -> ConfirmPointExchange {
        request(PointExchangeResult::Reject, Some(reason))
    }

    fn taken(
        redemption: &Redemption,
        request: &ConfirmPointExchange,
    ) -> Result<(Redemption, PointExchange), Id> {
        answer(Some(redemption), request, text("c1")).map_err(|row| row.id)
    }

    #[test]
    fn an_allowed_redemption_has_a_coupon() {
        let (after, outcome) = taken(&redemption(), &allow()).unwrap();
        assert_eq!((&outcome.state, &outcome.coupon_code), (&PointExchangeState::Success, &Some(text("c1"))));
        assert_eq!((outcome.stock_id.clone(), outcome.reject_reason.clone()), (Some(text("s")), None));
        assert_eq!(after.outcome, Some(outcome));
    }

    #[test]
    fn a_rejected_redemption_has_a_reason() {
        let (_, outcome) = taken(&redemption(), &reject("积分不足")).unwrap();
        assert_eq!((&outcome.state, &outcome.coupon_code), (&PointExchangeState::Fail, &None));
        assert_eq!(outcome.reject_reason, Some(text("积分不足")));
    }

    #[test]
    fn the_same_answer_again_changes_nothing() {
        for request in [allow(), reject("积分不足")] {
            let (after, outcome) = taken(&redemption(), &request).unwrap();
            let again = answer(Some(&after), &request, text("c2")).unwrap();
            assert_eq!(again, (after, outcome));
        }
    }

    #[test]
    fn redemption_confirmed() {
        let (allowed, _) = taken(&redemption(), &allow()).unwrap();
        assert_eq!(taken(&allowed, &reject("x")), Err(Id::REDEMPTION_CONFIRMED));
        let (rejected, _) = taken(&redemption(), &reject("x")).unwrap();
        for other in [allow(), reject("y")] {
            assert_eq!(taken(&rejected, &other), Err(Id::REDEMPTION_CONFIRMED));
        }
    }

    #[test]
    fn redemption_not_found() {
        assert_eq!(answer(None, &allow(), text("c")).map_err(|row| row.id), Err(Id::REDEMPTION_NOT_FOUND));
        let mut others = [allow(), allow(), allow(), allow()];
        others[0].card_id = "other".parse().unwrap();
        others[1].openid = "other".parse().unwrap();
        others[2].user_card_code = sample::code("9");
        others[3].exchange_coupon_template_id = text("other");
        for other in others {
            assert_eq!(taken(&redemption(), &other), Err(Id::REDEMPTION_NOT_FOUND));
        }
    }

    #[test]
    fn reject_reason_missing() {
        let request = request(PointExchangeResult::Reject, None);
        assert_eq!(taken(&redemption(), &request), Err(Id::REJECT_REASON_MISSING));
    }
}
