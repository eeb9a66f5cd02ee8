//! Nothing to UNACTIVATED: the user opens a card, in the component or on the business card.

use super::{HeldCard, Member, Step};
use crate::domain::Claim;
use crate::domain::form::{check_answers, first_too_long, first_unanswered};
use jiff::Timestamp;
use ruhui_core::api::Row;
use ruhui_core::api::card_member::{CardTemplate, CodeMode, UserCardState, UserInformation};
use ruhui_core::types::{OpenId, PhoneNumber, UserCardCode};

/// What the user fills in. The phone number is always asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filled {
    /// 手机号.
    pub phone_number: PhoneNumber,
    /// 用户信息: the answers to what the template asks.
    pub user_information: UserInformation,
}

/// Why no card is opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotOpened {
    /// The user's card waits to be confirmed.
    Pending,
    /// The user's card is in force.
    Effective,
    /// The user was a member once, and cannot join again (page 4017418554).
    Former,
    /// The form has this question, and no answer.
    Unanswered(String),
    /// The answer to this question is too long to be encrypted.
    TooLong(String),
    /// An answer is none that the form takes.
    Answer(&'static Row),
}

/// Opens a card of a template whose cards are handed out. `code` becomes the card's if the codes are WeChat
/// Pay's.
///
/// # Errors
///
/// [`NotOpened`]: who may not join first, then the form.
pub fn join(
    member: Option<&Member>,
    openid: &OpenId,
    filled: &Filled,
    template: &CardTemplate,
    code: &UserCardCode,
    now: Timestamp,
) -> Result<Step, NotOpened> {
    may_join(member, now)?;
    let answers = &filled.user_information;
    check_answers(answers, template.user_information.as_ref()).map_err(NotOpened::Answer)?;
    if let Some(name) = template.user_information.as_ref().and_then(|form| first_unanswered(answers, form)) {
        return Err(NotOpened::Unanswered(name));
    }
    if let Some(name) = first_too_long(answers) {
        return Err(NotOpened::TooLong(name));
    }
    let mut held = HeldCard::new(template, openid.clone(), UserCardState::Unactivated, now);
    held.card.phone_number = Some(filled.phone_number.clone());
    held.card.user_information =
        Some(answers.clone()).filter(|answers| *answers != UserInformation::default());
    let claim = match template.code_mode {
        CodeMode::MerchantAllocate => None,
        _ => {
            held.card.user_card_code = Some(code.clone());
            Some(Claim::user_card_code(&template.card_id, code.as_str()))
        }
    };
    let empty = || Member::new(openid.clone(), template.card_id.clone(), template.brand_id.clone());
    let mut member = member.cloned().unwrap_or_else(empty);
    let index = member.cards.len();
    member.cards.push(held);
    Ok(Step::of(member, index, claim, now))
}

/// Whether the user could join now.
///
/// # Errors
///
/// [`NotOpened`]: the user holds a card, or held one that was in force.
pub fn may_join(member: Option<&Member>, now: Timestamp) -> Result<(), NotOpened> {
    let Some(member) = member else { return Ok(()) };
    match member.valid_card(now).map(|held| held.state(now)) {
        Some(UserCardState::Unactivated) => Err(NotOpened::Pending),
        Some(_) => Err(NotOpened::Effective),
        None if member.cards.iter().any(HeldCard::was_effective) => Err(NotOpened::Former),
        None => Ok(()),
    }
}
