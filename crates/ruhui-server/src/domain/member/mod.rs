//! Members: all cards of one user under one template, and the state machine of a card (page 4015274639).
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
//! All cards that a user ever had of a template are one record. Each step is one conditional write to it
//! (optimistic concurrency), so two concurrent steps cannot both succeed. EXPIRED is never stored: it follows
//! from the clock.

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

/// All cards of one user under one template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// User who holds the cards.
    pub openid: OpenId,
    /// Template of the cards.
    pub card_id: CardId,
    /// Brand of the template.
    pub brand_id: BrandId,
    /// Every card, the newest last. At most one of them is UNACTIVATED or EFFECTIVE at any time.
    pub cards: Vec<HeldCard>,
}

/// A card, with the facts about it that the API does not return.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldCard {
    /// Card as the API returns it, in the state that was stored last; see [`HeldCard::shown`].
    #[serde(with = "stored")]
    pub card: UserCard,
    /// Time at which the card became EFFECTIVE, if it ever did.
    #[serde(default)]
    pub effective_since: Option<DateTime>,
    /// Party that ended the card, once it is INVALID.
    #[serde(default)]
    pub ended_by: Option<EndedBy>,
    /// 积分余额, as the merchant last reported it.
    #[serde(default)]
    pub point_balance: Option<i64>,
}

/// Party that made a card INVALID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndedBy {
    /// The merchant rejected the member.
    Refusal,
    /// The merchant invalidated the card.
    Merchant,
    /// The user deleted the card.
    User,
}

/// Inputs of a step, in addition to the member and the request.
#[derive(Debug, Clone, Copy)]
pub struct StepInputs<'a> {
    /// Template of the card.
    pub template: &'a CardTemplate,
    /// Whether another card of this template already has the request's code.
    pub is_code_taken: bool,
    /// Whether the request's picture URL came from an upload.
    pub is_picture_uploaded: bool,
    /// Time of the step.
    pub now: Timestamp,
}

/// Result of one step in the life of a card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The member after the step.
    pub member: Member,
    /// The card after the step, as the API returns it.
    pub card: UserCard,
    /// The code that the step assigned to the card, if it assigned one.
    pub claim: Option<Claim>,
}

impl Step {
    fn of(member: Member, index: usize, claim: Option<Claim>, now: Timestamp) -> Self {
        let card = member.cards[index].shown(now);
        Self { member, card, claim }
    }
}

impl HeldCard {
    /// Returns a card in the state `state`, with the values of its template. It has no code yet.
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

    /// Whether the card was ever EFFECTIVE.
    pub fn was_effective(&self) -> bool {
        self.effective_since.is_some()
    }

    /// Makes the card INVALID, which is final.
    fn end(&mut self, ended_by: EndedBy, reason: Option<Text<256>>, now: Timestamp) {
        let now = DateTime::seconds(now);
        self.card.user_card_state = UserCardState::Invalid;
        self.card.invalid_reason = reason;
        self.card.invalid_time = Some(now);
        self.card.modify_time = now;
        self.ended_by = Some(ended_by);
    }

    /// Returns the state of the card at `now`.
    pub fn state(&self, now: Timestamp) -> UserCardState {
        let is_over = ends_at(&self.card).is_some_and(|end| end <= now);
        match &self.card.user_card_state {
            UserCardState::Effective if is_over => UserCardState::Expired,
            state => state.clone(),
        }
    }

    /// Returns the card as the API shows it at `now`.
    pub fn shown(&self, now: Timestamp) -> UserCard {
        let mut shown = self.card.clone();
        shown.user_card_state = self.state(now);
        shown
    }
}

impl Member {
    /// Returns a member without cards of this template.
    pub fn new(openid: OpenId, card_id: CardId, brand_id: BrandId) -> Self {
        Self { openid, card_id, brand_id, cards: Vec::new() }
    }

    /// Returns the id of the record for this user and template.
    pub fn id_of(openid: &OpenId, card_id: &CardId) -> String {
        records::join(&[openid.as_str(), card_id.as_str()])
    }

    /// Returns the prefix of the ids of all records of a user.
    pub fn prefix_of(openid: &OpenId) -> String {
        records::join(&[openid.as_str(), ""])
    }

    /// Returns the card with this code.
    pub fn card(&self, code: &UserCardCode) -> Option<&HeldCard> {
        self.cards.iter().find(|held| held.card.user_card_code.as_ref() == Some(code))
    }

    /// Returns the card that is UNACTIVATED or EFFECTIVE at `now`, of which there is at most one.
    pub fn valid_card(&self, now: Timestamp) -> Option<&HeldCard> {
        let is_valid = |held: &&HeldCard| {
            matches!(held.state(now), UserCardState::Unactivated | UserCardState::Effective)
        };
        self.cards.iter().rfind(is_valid)
    }

    /// Returns the index of the card that waits for confirmation.
    fn pending(&self) -> Option<usize> {
        self.cards.iter().rposition(|held| held.card.user_card_state == UserCardState::Unactivated)
    }

    /// Returns a copy of the member to change, and the index of the card with this code.
    fn with_card(member: Option<&Self>, code: &UserCardCode) -> Result<(Self, usize), &'static Row> {
        let has_code = |held: &HeldCard| held.card.user_card_code.as_ref() == Some(code);
        let found = member.and_then(|member| Some((member, member.cards.iter().position(has_code)?)));
        found.map(|(member, index)| (member.clone(), index)).ok_or(&rows::CARD_NOT_FOUND)
    }
}

/// Returns the cards of all these members, as the API shows them at `now`, in the order of their creation.
pub fn in_order<'a>(members: impl Iterator<Item = &'a Member>, now: Timestamp) -> Vec<UserCard> {
    let mut cards: Vec<UserCard> =
        members.flat_map(|member| &member.cards).map(|held| held.shown(now)).collect();
    // The sort is stable: cards of one template that were created in the same second keep their order.
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
