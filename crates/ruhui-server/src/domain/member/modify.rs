//! EFFECTIVE to EFFECTIVE: the merchant changes a card's details (page 4015336985).

use super::details::Details;
use super::{Member, Step, StepInputs};
use ruhui_core::api::card_member::{ModifyUserCard, UserCardState};
use ruhui_core::api::{FamilyMarker, Row, rows};
use ruhui_core::types::DateTime;

/// Changes the details that the request names.
///
/// # Errors
///
/// The first row of the page's error table that applies.
pub fn modify<F: FamilyMarker>(
    member: Option<&Member>,
    request: &ModifyUserCard<F>,
    setting: StepInputs<'_>,
) -> Result<Step, &'static Row> {
    let (mut member, index) = Member::with_card(member, &request.user_card_code)?;
    let held = &mut member.cards[index];
    if held.state(setting.now) != UserCardState::Effective {
        return Err(&rows::CARD_NOT_EFFECTIVE);
    }
    let details = Details::from(request);
    details.check(setting.template, &held.card, setting.is_picture_uploaded)?;
    details.apply(&mut held.card);
    held.card.modify_time = DateTime::seconds(setting.now);
    Ok(Step::of(member, index, None, setting.now))
}
