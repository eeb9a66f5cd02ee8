//! No card to UNACTIVATED: the user opens a card, in the component or on the 商家名片.

use super::{HeldCard, Member, Step};
use crate::domain::Claim;
use crate::domain::form::{WrongAnswer, check_answers, first_too_long, first_unanswered};
use jiff::Timestamp;
use ruhui_core::api::card_member::{CardTemplate, CodeMode, UserCardState, UserInformation};
use ruhui_core::types::{OpenId, PhoneNumber, UserCardCode};

/// Form that the user fills in to join. The phone number is always required.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filled {
    /// 手机号.
    pub phone_number: PhoneNumber,
    /// 用户信息: the answers to the template's form.
    pub user_information: UserInformation,
}

/// Why no card was opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotOpened {
    /// The user has a card that waits for confirmation.
    Pending,
    /// The user has an effective card.
    Effective,
    /// The user was a member before, and cannot join again (page 4017418554).
    Former,
    /// A question of the form, with this name, has no answer.
    Unanswered(String),
    /// The answer to the question with this name is too long to be encrypted.
    TooLong(String),
    /// An answer is not valid for the form.
    Answer(WrongAnswer),
}

/// Opens a card of a template whose cards can be issued. If WeChat Pay allocates the codes, the card gets
/// `code`.
///
/// # Errors
///
/// [`NotOpened`]: first whether the user may join, then the form.
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

/// Checks whether the user may join now.
///
/// # Errors
///
/// [`NotOpened`] when the user holds a card, or held one that was effective.
pub fn may_join(member: Option<&Member>, now: Timestamp) -> Result<(), NotOpened> {
    let Some(member) = member else { return Ok(()) };
    match member.valid_card(now).map(|held| held.state(now)) {
        Some(UserCardState::Unactivated) => Err(NotOpened::Pending),
        Some(_) => Err(NotOpened::Effective),
        None if member.cards.iter().any(HeldCard::was_effective) => Err(NotOpened::Former),
        None => Ok(()),
    }
}
