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

mod confirm;
mod delete;
mod details;
mod import;
mod invalidate;
mod join;
mod modify;
mod points;
mod validity;

pub use confirm::confirm;
pub use delete::delete;
pub use import::import;
pub use invalidate::invalidate;
pub use join::{Filled, NotOpened, join, may_join};
pub use modify::modify;
pub use points::with_points;
pub use validity::{check_validity, ends_at};

use super::{Claim, stored};
use crate::store::records;
use crate::store::{Kind, Record};
use jiff::Timestamp;
use ruhui_core::api::card_member::{CardTemplate, UserCard, UserCardState};
use ruhui_core::api::{Row, rows};
use ruhui_core::types::{BrandId, CardId, DateTime, OpenId, Text, UserCardCode};
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
    #[serde(with = "stored")]
    pub card: UserCard,
    /// When it became EFFECTIVE, if it ever did.
    #[serde(default)]
    pub effective_since: Option<DateTime>,
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

/// What a step rests on, beside the member and the request.
#[derive(Debug, Clone, Copy)]
pub struct StepInputs<'a> {
    /// The template.
    pub template: &'a CardTemplate,
    /// Whether the request's code is a card's of this template already.
    pub is_code_taken: bool,
    /// Whether the request's picture is one that an upload answered.
    pub is_picture_uploaded: bool,
    /// The time.
    pub now: Timestamp,
}

/// One step of a card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The member after it.
    pub member: Member,
    /// The card after it, as the API shows it.
    pub card: UserCard,
    /// The code that the card took with it.
    pub claim: Option<Claim>,
}

impl Step {
    fn of(member: Member, index: usize, claim: Option<Claim>, now: Timestamp) -> Self {
        let card = member.cards[index].shown(now);
        Self { member, card, claim }
    }
}

impl HeldCard {
    /// A card that begins in `state`, as its template has it. It has no code yet.
    fn new(template: &CardTemplate, openid: OpenId, state: UserCardState, now: Timestamp) -> Self {
        let now = DateTime::seconds(now);
        let effective_since = (state == UserCardState::Effective).then_some(now);
        let mut card = UserCard::new(
            template.brand_id.clone(),
            template.card_id.clone(),
            openid,
            template.card_type.clone(),
            template.valid_date_information.clone(),
            state,
            now,
        );
        card.card_color = Some(template.card_color.clone());
        card.card_picture_url = Some(template.card_picture_url.clone());
        card.level.clone_from(&template.init_level);
        Self { card, effective_since, ended_by: None, point_balance: None }
    }

    /// Whether it was ever EFFECTIVE.
    pub fn was_effective(&self) -> bool {
        self.effective_since.is_some()
    }

    /// Makes it INVALID, for good.
    fn end(&mut self, ended_by: EndedBy, reason: Option<Text<256>>, now: Timestamp) {
        let now = DateTime::seconds(now);
        self.card.user_card_state = UserCardState::Invalid;
        self.card.invalid_reason = reason;
        self.card.invalid_time = Some(now);
        self.card.modify_time = now;
        self.ended_by = Some(ended_by);
    }

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
        let mut shown = self.card.clone();
        shown.user_card_state = self.state(now);
        shown
    }
}

impl Member {
    /// A user who has nothing of this template yet.
    pub fn new(openid: OpenId, card_id: CardId, brand_id: BrandId) -> Self {
        Self { openid, card_id, brand_id, cards: Vec::new() }
    }

    /// The record's id.
    pub fn id_of(openid: &OpenId, card_id: &CardId) -> String {
        records::join(&[openid.as_str(), card_id.as_str()])
    }

    /// The beginning of the ids of all that a user has.
    pub fn prefix_of(openid: &OpenId) -> String {
        records::join(&[openid.as_str(), ""])
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

    /// Where the card is that waits to be confirmed.
    fn pending(&self) -> Option<usize> {
        self.cards.iter().rposition(|held| held.card.user_card_state == UserCardState::Unactivated)
    }

    /// A copy of the member to change, and where in it the card with this code is.
    fn with_card(member: Option<&Self>, code: &UserCardCode) -> Result<(Self, usize), &'static Row> {
        let has_code = |held: &HeldCard| held.card.user_card_code.as_ref() == Some(code);
        let found = member.and_then(|member| Some((member, member.cards.iter().position(has_code)?)));
        found.map(|(member, index)| (member.clone(), index)).ok_or(&rows::CARD_NOT_FOUND)
    }
}

/// The cards of all these, as the API shows them at `now`, in the order of their creation.
pub fn in_order<'a>(members: impl Iterator<Item = &'a Member>, now: Timestamp) -> Vec<UserCard> {
    let mut cards: Vec<UserCard> =
        members.flat_map(|member| &member.cards).map(|held| held.shown(now)).collect();
    // Stable: of one second's cards those of one template keep their order.
    cards.sort_by_key(|card| card.create_time.timestamp());
    cards
}

impl Record for Member {
    const KIND: Kind = Kind::Member;

    fn id(&self) -> String {
        Self::id_of(&self.openid, &self.card_id)
    }
}

#[cfg(test)]
mod tests;
