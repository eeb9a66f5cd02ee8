//! EFFECTIVE to INVALID: the user deletes a card.

use super::{EndedBy, Member, Step};
use jiff::Timestamp;
use ruhui_core::api::card_member::UserCardState;

/// Ends the user's EFFECTIVE card; `None` if the user has none. The state machine has no such step from
/// UNACTIVATED.
pub fn delete(member: Option<&Member>, now: Timestamp) -> Option<Step> {
    let mut member = member?.clone();
    let index = member.cards.iter().rposition(|held| held.state(now) == UserCardState::Effective)?;
    member.cards[index].end(EndedBy::User, None, now);
    Some(Step::of(member, index, None, now))
}
