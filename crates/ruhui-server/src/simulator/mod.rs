//! The simulator: plays the WeChat user, and WeChat Pay's part in what follows.
//!
//! The simulator is not part of the API. A sandbox offers it by the controls of `http::controls`; tests call it in
//! process. Each action is one batch: the change, the token that it spends, and the event about it.

mod card;
mod event;
mod join;
mod payment_code;
mod points;
mod state;

pub use card::delete_card;
pub use event::{NotProbed, probe};
pub use join::{JoinForm, join, join_form, open_from_business_card};
pub use payment_code::{PaymentCodeOffer, payment_code_offer, show_payment_code};
pub use points::{Coupon, PointsViewed, redeem_points, view_points};

use crate::domain::component::Refusal;
use crate::domain::member::NotOpened;
use crate::service::{Committed, Service};
use crate::store::{Batch, StoreError};
use ruhui_core::api::card_member::UserCard;
use serde::Serialize;

/// The reason why an action failed. Nothing was changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SimulatorError {
    /// WeChat would reject the user's action.
    #[error("{0}")]
    Rejected(#[from] Refusal),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<NotOpened> for SimulatorError {
    fn from(why: NotOpened) -> Self {
        Self::Rejected(why.into())
    }
}

/// A card after a user's action, and the event that the merchant gets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SimulatorOutcome {
    /// The card after the action.
    pub user_card: UserCard,
    /// The id of the event.
    pub event_id: String,
}

/// Decides on an action and commits it, again after each version conflict.
async fn commit<T, Decided>(service: &Service, decide: impl Fn() -> Decided) -> Result<T, SimulatorError>
where
    Decided: Future<Output = Result<(Batch, T), SimulatorError>>,
{
    loop {
        let (batch, result) = decide().await?;
        if service.submit(batch).await.durable().await? == Committed::Durable {
            return Ok(result);
        }
    }
}
