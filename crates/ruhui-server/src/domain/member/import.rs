//! No card to EFFECTIVE: the merchant imports an existing member (page 4015336981).

use super::details::Details;
use super::{EndedBy, HeldCard, Member, Step, StepInputs, ends_at};
use crate::domain::Claim;
use ruhui_core::api::card_member::{ImportUserCardByOpenid, UserCardState, ValidDateType};
use ruhui_core::api::{FamilyMarker, Row, rows};
use ruhui_core::types::{BrandId, DateTime};

/// Creates a card that is EFFECTIVE at once. The caller has checked that cards of the template can be issued.
///
/// # Errors
///
/// The first row of the page's error table that applies.
pub fn import<F: FamilyMarker>(
    member: Option<&Member>,
    brand_id: &BrandId,
    request: &ImportUserCardByOpenid<F>,
    setting: StepInputs<'_>,
) -> Result<Step, &'static Row> {
    let now = setting.now;
    if let Some(member) = member {
        match member.valid_card(now).map(|held| held.state(now)) {
            Some(UserCardState::Unactivated) => return Err(&rows::MEMBER_PENDING),
            Some(_) => return Err(&rows::MEMBER_EFFECTIVE),
            None => {}
        }
        if member.cards.iter().any(|held| held.ended_by == Some(EndedBy::User)) {
            return Err(&rows::MEMBER_DELETED);
        }
    }
    let pickup_time = pickup_time(request, setting)?;
    let mut held = HeldCard::new(setting.template, request.openid.clone(), UserCardState::Effective, now);
    let details = Details::from(request);
    details.check(setting.template, &held.card, setting.is_picture_uploaded)?;
    details.apply(&mut held.card);
    held.card.pickup_time = pickup_time;
    held.card.user_card_code = Some(request.user_card_code.clone());
    if ends_at(&held.card).is_some_and(|end| end <= now) {
        return Err(&rows::CARD_EXPIRED);
    }
    if setting.is_code_taken {
        return Err(&rows::CODE_TAKEN);
    }

    let empty = || Member::new(request.openid.clone(), request.card_id.clone(), brand_id.clone());
    let mut member = member.cloned().unwrap_or_else(empty);
    let index = member.cards.len();
    member.cards.push(held);
    let claim = Claim::user_card_code(&request.card_id, request.user_card_code.as_str());
    Ok(Step::of(member, index, Some(claim), now))
}

/// Returns the time at which the card was picked up. A validity of a number of days is counted from it, so
/// only such templates take a `pickup_time`.
fn pickup_time<F: FamilyMarker>(
    request: &ImportUserCardByOpenid<F>,
    setting: StepInputs<'_>,
) -> Result<DateTime, &'static Row> {
    let is_term = setting.template.valid_date_information.kind == ValidDateType::FixTerm;
    match request.pickup_time {
        None if is_term => Err(&rows::PICKUP_TIME_MISSING),
        None => Ok(DateTime::seconds(setting.now)),
        Some(_) if !is_term => Err(&rows::PICKUP_TIME_FORBIDDEN),
        Some(time) if time.timestamp() >= setting.now => Err(&rows::PICKUP_TIME_IN_FUTURE),
        Some(time) => Ok(time),
    }
}
