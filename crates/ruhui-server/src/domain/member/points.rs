//! 积分余额: the merchant's points balance, stored with the card. A change of it is not a step of the card's
//! state machine.

use super::Member;
use ruhui_core::api::Row;
use ruhui_core::types::UserCardCode;

/// Returns the member with this balance on the card.
///
/// # Errors
///
/// CARD_NOT_FOUND.
pub fn with_points(
    member: Option<&Member>,
    code: &UserCardCode,
    point_balance: i64,
) -> Result<Member, &'static Row> {
    let (mut member, index) = Member::with_card(member, code)?;
    member.cards[index].point_balance = Some(point_balance);
    Ok(member)
}
