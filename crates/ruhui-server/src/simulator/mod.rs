//! The platform's side: what users do in WeChat, and what WeChat Pay then does.
//!
//! No merchant calls this. The sandbox plays it, over the controls of `http::play`; tests do in process. Each act
//! is one batch: the change, the token it costs, and the event that tells of it.

mod card;
mod event;
mod join;
mod payment_code;
mod points;

pub use card::delete_card;
pub use event::{NotProbed, probe};
pub use join::{JoinForm, join, join_form, open_from_business_card};
pub use payment_code::show_payment_code;
pub use points::{Coupon, PointsViewed, redeem_points, view_points};

use crate::domain::component::Refusal;
use crate::domain::member::NotOpened;
use crate::service::Service;
use crate::store::{Batch, CommitError, StoreError};
use ruhui_core::api::card_member::UserCard;
use serde::Serialize;

/// Why an act did not happen. Nothing has changed then.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PlayError {
    /// WeChat would not let the user.
    #[error("{0}")]
    Refused(#[from] Refusal),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<NotOpened> for PlayError {
    fn from(why: NotOpened) -> Self {
        Self::Refused(why.into())
    }
}

/// A card after what the user did with it, and what the merchant is told of that.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Told {
    /// The card.
    pub user_card: UserCard,
    /// The event.
    pub event_id: String,
}

/// Commits an act; `false` if something has changed meanwhile, so that it has to be decided again.
async fn commit(service: &Service, batch: Batch) -> Result<bool, PlayError> {
    match service.store.commit(batch).await {
        Ok(()) => {
            service.wake_outbox();
            Ok(true)
        }
        Err(CommitError::Changed(key)) => {
            service.noticed(&key).await?;
            Ok(false)
        }
        Err(CommitError::Store(error)) => Err(error.into()),
    }
}
