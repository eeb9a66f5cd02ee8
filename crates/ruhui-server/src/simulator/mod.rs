//! The simulator: it acts as the users do in WeChat, and as WeChat Pay then does.
//!
//! No merchant calls this. A sandbox offers it over the controls of `http::controls`; tests do in process. Each act
//! is one batch: the change, the token it costs, and the event that tells of it.

mod card;
mod event;
mod join;
mod payment_code;
mod points;
mod state;

pub use card::delete_card;
pub use event::{NotProbed, probe};
pub use join::{JoinForm, join, join_form, open_from_business_card};
pub use payment_code::show_payment_code;
pub use points::{Coupon, PointsViewed, redeem_points, view_points};

use crate::domain::component::Refusal;
use crate::domain::member::NotOpened;
use crate::service::{Committed, Service};
use crate::store::{Batch, StoreError};
use ruhui_core::api::card_member::UserCard;
use serde::Serialize;

/// Why an act did not happen. Nothing has changed then.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SimulatorError {
    /// WeChat would not let the user.
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

/// A card after what the user did with it, and what the merchant is told of that.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SimulatorOutcome {
    /// The card.
    pub user_card: UserCard,
    /// The event.
    pub event_id: String,
}

/// Decides on an act and commits it; decides again for as long as a record has changed since it was read.
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
