//! UNACTIVATED to EFFECTIVE or INVALID: the merchant confirms or rejects a card that the user opened (page
//! 4015336979).

use super::details::Details;
use super::{EndedBy, Member, Step, StepInputs};
use crate::domain::Claim;
use ruhui_core::api::card_member::{CodeMode, ConfirmUserCard, UserCardConfirmState, UserCardState};
use ruhui_core::api::{FamilyMarker, Row, rows};
use ruhui_core::types::DateTime;

/// Confirms or rejects the user's pending card. If the merchant allocates codes, the card gets the code in
/// the path, even when it is rejected.
///
/// # Errors
///
/// The first row of the page's error table that applies.
pub fn confirm<F: FamilyMarker>(
    member: Option<&Member>,
    request: &ConfirmUserCard<F>,
    setting: StepInputs<'_>,
) -> Result<Step, &'static Row> {
    let code = &request.user_card_code;
    let member = member.ok_or(&rows::NO_PENDING_CARD)?;
    let Some(index) = member.pending() else {
        return Err(match member.card(code) {
            Some(_) => &rows::CARD_NOT_PENDING,
            None => &rows::NO_PENDING_CARD,
        });
    };
    let mut member = member.clone();
    let held = &mut member.cards[index];
    let claim = match setting.template.code_mode {
        CodeMode::MerchantAllocate if setting.is_code_taken => return Err(&rows::CODE_TAKEN),
        CodeMode::MerchantAllocate => Some(Claim::user_card_code(&request.card_id, code.as_str())),
        _ if held.card.user_card_code.as_ref() != Some(code) => return Err(&rows::CODE_NOT_CHANGEABLE),
        _ => None,
    };
    let details = Details::from(request);
    details.check(setting.template, &held.card, setting.is_picture_uploaded)?;

    details.apply(&mut held.card);
    held.card.user_card_code = Some(code.clone());
    let now = DateTime::seconds(setting.now);
    match request.user_card_confirm_state {
        UserCardConfirmState::CreateCardFail => held.end(EndedBy::Refusal, None, setting.now),
        // A member imported from elsewhere is effective too: the page names no other outcome for it.
        _ => {
            held.card.user_card_state = UserCardState::Effective;
            held.card.modify_time = now;
            held.effective_since = Some(now);
        }
    }
    Ok(Step::of(member, index, claim, setting.now))
}
