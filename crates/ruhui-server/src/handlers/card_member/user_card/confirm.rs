//! 同步开卡结果: confirms that a card was opened.

use crate::domain::Claim;
use crate::domain::member::{self, StepInputs};
use crate::error::Error;
use crate::handlers::card_member::card_state::{CardState, Subject, is_uploaded};
use crate::handlers::handle::{Call, Decision, Handle};
use crate::service::Service;
use crate::store::Record as _;
use ruhui_core::api::FamilyMarker;
use ruhui_core::api::card_member::{ConfirmUserCard, UserCard};

impl<F: FamilyMarker> Handle for ConfirmUserCard<F> {
    async fn decide(service: &Service, call: &Call<Self>) -> Result<Decision<UserCard>, Error> {
        let request = &call.request;
        let Self { card_id, openid, user_card_code, card_picture_url, .. } = request;
        let brand_id = call.brand_id(&request.brand_id)?;
        let subject = Subject { caller: &call.caller, brand_id, card_id, openid };
        let code = Claim::key(&Claim::user_card_code(card_id, user_card_code.as_str()).id());
        let is_picture_uploaded = is_uploaded(service, call.policy(), card_picture_url.as_ref()).await?;
        let state = CardState::load(service, subject, [code.clone()]).await?;
        state.check_openid(call.policy(), openid)?;
        let setting = StepInputs {
            template: &state.template.card,
            is_code_taken: state.snapshot.has(&code),
            is_picture_uploaded,
            now: state.now,
        };
        let step = member::confirm(state.member.as_ref(), request, setting)?;
        let batch = state.batch(&step);
        Ok(Decision::Commit(step.card, batch))
    }
}
