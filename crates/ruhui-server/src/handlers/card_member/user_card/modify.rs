//! 修改、失效用户会员卡: modifies and invalidates a user's card.

use crate::domain::member::{self, StepInputs};
use crate::error::Error;
use crate::handlers::card_member::card_state::{CardState, Subject, is_uploaded};
use crate::handlers::handle::{Call, Decision, Handle};
use crate::service::Service;
use ruhui_core::api::card_member::{InvalidateUserCard, ModifyUserCard, UserCard};
use ruhui_core::api::{FamilyMarker, rows};

impl<F: FamilyMarker> Handle for ModifyUserCard<F> {
    async fn decide(service: &Service, call: &Call<Self>) -> Result<Decision<UserCard>, Error> {
        let request = &call.request;
        let Self { card_id, openid, card_picture_url, .. } = request;
        let brand_id = call.brand_id(&request.brand_id)?;
        let subject = Subject { caller: &call.caller, brand_id, card_id, openid };
        let is_picture_uploaded = is_uploaded(service, call.policy(), card_picture_url.as_ref()).await?;
        let state = CardState::load(service, subject, []).await?;
        state.check_openid(call.policy(), openid)?;
        let setting = StepInputs {
            template: &state.template.card,
            is_code_taken: false,
            is_picture_uploaded,
            now: state.now,
        };
        let step = member::modify(state.member.as_ref(), request, setting)?;
        let batch = state.batch(&step);
        Ok(Decision::Commit(step.card, batch))
    }
}

impl<F: FamilyMarker> Handle for InvalidateUserCard<F> {
    async fn decide(service: &Service, call: &Call<Self>) -> Result<Decision<UserCard>, Error> {
        let request = &call.request;
        let Self { card_id, openid, .. } = request;
        let brand_id = call.brand_id(&request.brand_id)?;
        let subject = Subject { caller: &call.caller, brand_id, card_id, openid };
        let state = CardState::load(service, subject, []).await?;
        // Only this endpoint's document has a row for a malformed openid, next to the row for one that no user has.
        if state.user.is_none() && !openid.is_well_formed() {
            return Err((&rows::OPENID_WRONG).into());
        }
        state.check_openid(call.policy(), openid)?;
        let step = member::invalidate(state.member.as_ref(), request, state.now)?;
        let batch = state.batch(&step);
        Ok(Decision::Commit(step.card, batch))
    }
}
