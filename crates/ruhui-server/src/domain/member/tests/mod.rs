//! Tests of the state machine: every step in every state, and one test for each error row, with its name.

mod rows;
mod steps;
mod times;
mod validity;

use super::*;
use crate::domain::Template;
use crate::domain::sample::{self, card_id, code, held, now, openid, seconds, text};
use jiff::Timestamp;
use ruhui_core::api::card_member::{
    CodeMode, ConfirmUserCard, ImportUserCardByOpenid, InvalidateUserCard, ModifyUserCard,
    UserCardConfirmState, UserInformation, ValidDateInformation,
};
use ruhui_core::api::rows::Id;

use UserCardState::{Effective, Expired, Invalid, Unactivated};

const STATES: [UserCardState; 4] = [Unactivated, Effective, Expired, Invalid];

/// The template and the other inputs of a step.
struct MemberState {
    template: Template,
    is_code_taken: bool,
    is_picture_uploaded: bool,
    now: Timestamp,
}

impl MemberState {
    fn new() -> Self {
        Self { template: sample::template(), is_code_taken: false, is_picture_uploaded: false, now: now() }
    }

    fn merchants_codes() -> Self {
        let mut scene = Self::new();
        scene.template.card.code_mode = CodeMode::MerchantAllocate;
        scene
    }

    fn setting(&self) -> StepInputs<'_> {
        StepInputs {
            template: &self.template.card,
            is_code_taken: self.is_code_taken,
            is_picture_uploaded: self.is_picture_uploaded,
            now: self.now,
        }
    }

    fn confirm(&self, member: &Member, request: &ConfirmUserCard) -> Result<Step, Id> {
        confirm(Some(member), request, self.setting()).map_err(|row| row.id)
    }

    fn modify(&self, member: &Member, request: &ModifyUserCard) -> Result<Step, Id> {
        modify(Some(member), request, self.setting()).map_err(|row| row.id)
    }

    fn invalidate(&self, member: &Member) -> Result<Step, Id> {
        let request: InvalidateUserCard = InvalidateUserCard {
            brand_id: sample::brand_id(),
            card_id: card_id(),
            openid: openid(),
            user_card_code: code("1"),
            invalid_reason: Some(text("搬走了")),
        };
        invalidate(Some(member), &request, self.now).map_err(|row| row.id)
    }

    fn import(&self, member: Option<&Member>, request: &ImportUserCardByOpenid) -> Result<Step, Id> {
        import(member, &sample::brand_id(), request, self.setting()).map_err(|row| row.id)
    }

    fn join(&self, member: Option<&Member>) -> Result<Step, NotOpened> {
        join(member, &openid(), &filled(), &self.template.card, &code("2"), self.now)
    }
}

fn filled() -> Filled {
    Filled { phone_number: "13900000000".parse().unwrap(), user_information: UserInformation::default() }
}

/// Returns the user with one card in this state.
fn with(state: &UserCardState) -> Member {
    let mut card = held(state.clone());
    if *state == Expired {
        // EXPIRED is not stored: it follows from the clock.
        card = held(Effective);
        card.card.valid_date_information = ValidDateInformation::range(seconds(-7200), seconds(0));
    }
    sample::member(vec![card])
}

fn confirmation(outcome: UserCardConfirmState) -> ConfirmUserCard {
    ConfirmUserCard::new(sample::brand_id(), card_id(), openid(), code("1"), outcome)
}

fn success() -> ConfirmUserCard {
    confirmation(UserCardConfirmState::CreateCardSuccess)
}

fn modification() -> ModifyUserCard {
    ModifyUserCard::new(sample::brand_id(), card_id(), openid(), code("1"))
}

fn importation() -> ImportUserCardByOpenid {
    ImportUserCardByOpenid::new(sample::brand_id(), card_id(), openid(), code("2"))
}
