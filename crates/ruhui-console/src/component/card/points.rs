//! The points of a card, and the redemptions of points.

use super::REDEMPTIONS_SHOWN;
use super::code::Jump;
use crate::time;
use serde::Deserialize;
use serde_json::Value;

/// The entry for points. A card has it if its template has the jump.
pub(crate) struct Points {
    /// The balance that the merchant reported last.
    pub(crate) balance: Option<i64>,
    pub(crate) jump: Jump,
    /// The newest redemptions.
    pub(crate) redemptions: Vec<ShownRedemption>,
    /// Number of older redemptions.
    pub(crate) older: usize,
}

/// A redemption, as the control returns it.
#[derive(Debug, Deserialize)]
pub(super) struct Redemption {
    user_card_code: String,
    deduct_points: u64,
    create_time: String,
    #[serde(default)]
    outcome: Value,
}

/// A redemption, as the user sees it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ShownRedemption {
    pub(crate) points: u64,
    pub(crate) at: String,
    pub(crate) outcome: Outcome,
}

/// The outcome of a redemption.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The merchant has not answered yet.
    Waiting,
    /// The user has the coupon with this code.
    Redeemed(String),
    /// The merchant rejected the redemption for this reason.
    Rejected(String),
}

impl Points {
    /// Returns the entry for points of a card, if its template has one.
    pub(super) fn of(
        template: &Value,
        balance: Option<i64>,
        redemptions: &[Redemption],
        code: &str,
    ) -> Option<Self> {
        let jump = Jump::at(&template["points_information"])?;
        let own: Vec<&Redemption> =
            redemptions.iter().filter(|redemption| redemption.user_card_code == code).collect();
        let shown = own.iter().take(REDEMPTIONS_SHOWN).map(|redemption| ShownRedemption {
            points: redemption.deduct_points,
            at: time::long(&redemption.create_time),
            outcome: Outcome::of(&redemption.outcome),
        });
        let older = own.len().saturating_sub(REDEMPTIONS_SHOWN);
        Some(Self { balance, jump, redemptions: shown.collect(), older })
    }
}

impl Outcome {
    /// Reads the outcome as the API returns it.
    fn of(outcome: &Value) -> Self {
        let text = |name: &str| outcome[name].as_str().unwrap_or_default().to_owned();
        match outcome["state"].as_str() {
            None => Self::Waiting,
            Some("POINT_EXCHANGE_COUPON_SUCCESS") => Self::Redeemed(text("coupon_code")),
            Some(_) => Self::Rejected(text("reject_reason")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn redemption(code: &str, points: u64, outcome: Value) -> Redemption {
        let create_time = "2026-11-28T15:04:11+08:00".to_owned();
        Redemption { user_card_code: code.to_owned(), deduct_points: points, create_time, outcome }
    }

    #[test]
    fn a_card_without_the_jump_has_no_points() {
        assert!(Points::of(&json!({}), Some(5), &[], "1").is_none());
        let template = json!({ "points_information": { "jump_appid": "wx1", "jump_path": "/points" } });
        let points = Points::of(&template, None, &[], "1").unwrap();
        assert_eq!((points.balance, points.jump.path.as_str()), (None, "/points"));
    }

    #[test]
    fn redemptions_of_the_card_have_their_outcome() {
        let template = json!({ "points_information": { "jump_appid": "wx1", "jump_path": "/points" } });
        let mut redemptions = vec![
            redemption("1", 7, json!({ "state": "POINT_EXCHANGE_COUPON_FAIL", "reject_reason": "积分不足" })),
            redemption("2", 9, Value::Null),
            redemption("1", 6, json!({ "state": "POINT_EXCHANGE_COUPON_SUCCESS", "coupon_code": "C1" })),
        ];
        redemptions.extend((0..REDEMPTIONS_SHOWN as u64).map(|number| redemption("1", number, Value::Null)));
        let points = Points::of(&template, Some(-3), &redemptions, "1").unwrap();
        assert_eq!((points.redemptions.len(), points.older), (REDEMPTIONS_SHOWN, 2));
        let first: Vec<(u64, &Outcome)> =
            points.redemptions.iter().take(3).map(|shown| (shown.points, &shown.outcome)).collect();
        let (rejected, redeemed) =
            (Outcome::Rejected("积分不足".to_owned()), Outcome::Redeemed("C1".to_owned()));
        assert_eq!(first, [(7, &rejected), (6, &redeemed), (0, &Outcome::Waiting)]);
    }
}
