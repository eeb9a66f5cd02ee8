//! Members: what one user has of one template, and the state machine of a card (page 4015274639).
//!
//! ```text
//!              join                    import
//!                │                        │
//!                ▼     confirm: success   ▼     its time is over
//!          UNACTIVATED ───────────────► EFFECTIVE ─────────────► EXPIRED
//!                │                        │
//!                └─ confirm: fail ─┐      ├─ the merchant invalidates
//!                   invalidate ────┴──────┴─ the user deletes ──► INVALID
//! ```
//!
//! All cards that a user ever had of a template are one record, so each step is one versioned write and no two
//! of them can both happen. EXPIRED is not written: it follows from the clock.

mod validity;

pub use validity::{check_validity, ends_at};

use crate::store::records::join;
use crate::store::{Kind, Record};
use jiff::Timestamp;
use ruhui_core::api::card_member::{UserCard, UserCardState};
use ruhui_core::types::{BrandId, CardId, OpenId, UserCardCode};
use serde::{Deserialize, Serialize};

/// What one user has of one template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Whose.
    pub openid: OpenId,
    /// Of which template.
    pub card_id: CardId,
    /// Of which brand.
    pub brand_id: BrandId,
    /// Every card, the newest last. At most one of them is UNACTIVATED or EFFECTIVE at any time.
    pub cards: Vec<HeldCard>,
}

/// A card and what the API does not say of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldCard {
    /// What the API says. Its state is the one that was written; see [`HeldCard::shown`].
    pub card: UserCard,
    /// Who ended it, once it is INVALID.
    #[serde(default)]
    pub ended_by: Option<EndedBy>,
    /// 积分余额, as the merchant told it last.
    #[serde(default)]
    pub point_balance: Option<i64>,
}

/// Who made a card INVALID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndedBy {
    /// The merchant did not accept the member.
    Refusal,
    /// The merchant ended it.
    Merchant,
    /// The user deleted it.
    User,
}

impl HeldCard {
    /// The state at `now`.
    pub fn state(&self, now: Timestamp) -> UserCardState {
        let is_over = ends_at(&self.card).is_some_and(|end| end <= now);
        match &self.card.user_card_state {
            UserCardState::Effective if is_over => UserCardState::Expired,
            state => state.clone(),
        }
    }

    /// The card as the API shows it at `now`.
    pub fn shown(&self, now: Timestamp) -> UserCard {
        UserCard { user_card_state: self.state(now), ..self.card.clone() }
    }
}

impl Member {
    /// A user who has nothing of this template yet.
    pub fn new(openid: OpenId, card_id: CardId, brand_id: BrandId) -> Self {
        Self { openid, card_id, brand_id, cards: Vec::new() }
    }

    /// The record's id.
    pub fn id_of(openid: &OpenId, card_id: &CardId) -> String {
        join(&[openid.as_str(), card_id.as_str()])
    }

    /// The beginning of the ids of all that a user has.
    pub fn prefix_of(openid: &OpenId) -> String {
        join(&[openid.as_str(), ""])
    }

    /// The card with this code.
    pub fn card(&self, code: &UserCardCode) -> Option<&HeldCard> {
        self.cards.iter().find(|held| held.card.user_card_code.as_ref() == Some(code))
    }

    /// The card that is UNACTIVATED or EFFECTIVE at `now`: there is at most one.
    pub fn valid_card(&self, now: Timestamp) -> Option<&HeldCard> {
        let is_valid = |held: &&HeldCard| {
            matches!(held.state(now), UserCardState::Unactivated | UserCardState::Effective)
        };
        self.cards.iter().rfind(is_valid)
    }
}

impl Record for Member {
    const KIND: Kind = Kind::Member;

    fn id(&self) -> String {
        Self::id_of(&self.openid, &self.card_id)
    }
}
