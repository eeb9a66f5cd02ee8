//! UNACTIVATED or EFFECTIVE to INVALID: the merchant ends a card (page 4015336983).

use super::{EndedBy, Member, Step};
use jiff::Timestamp;
use ruhui_core::api::card_member::{InvalidateUserCard, UserCardState};
use ruhui_core::api::{FamilyMarker, Row, rows};
use ruhui_core::types::Text;

/// Invalidates the card.
///
/// # Errors
///
/// The first row of the page's error table that applies.
pub fn invalidate<F: FamilyMarker>(
    member: Option<&Member>,
    request: &InvalidateUserCard<F>,
    now: Timestamp,
) -> Result<Step, &'static Row> {
    let (mut member, index) = Member::with_card(member, &request.user_card_code)?;
    let held = &mut member.cards[index];
    match held.state(now) {
        UserCardState::Unactivated | UserCardState::Effective => {}
        _ => return Err(&rows::CARD_NOT_INVALIDATABLE),
    }
    let reason = request.invalid_reason.as_ref();
    let reason = reason.map(|reason| Text::new(reason.as_str()).expect("32 characters are at most 256"));
    held.end(EndedBy::Merchant, reason, now);
    Ok(Step::of(member, index, None, now))
}
