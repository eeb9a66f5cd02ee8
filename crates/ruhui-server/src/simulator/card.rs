//! 删除会员卡: the user deletes a card.

use super::state;
use super::{SimulatorError, SimulatorOutcome, commit, event};
use crate::domain::component::Refusal;
use crate::domain::member;
use crate::service::Service;
use ruhui_core::api::event::EventKind;
use ruhui_core::types::{CardId, OpenId};

/// Deletes the user's card in force. The card is INVALID for good, and the merchant gets an event.
///
/// # Errors
///
/// [`SimulatorError`] when WeChat would reject the action, or the store fails.
pub async fn delete_card(
    service: &Service,
    card_id: &CardId,
    openid: &OpenId,
) -> Result<SimulatorOutcome, SimulatorError> {
    commit(service, || async move {
        let state = state::load(service, card_id, openid, []).await?;
        let template = state.template.as_ref().ok_or(Refusal::TemplateNotFound)?;
        let step = member::delete(state.member.as_ref(), state.now).ok_or(Refusal::NotAMember)?;
        let resource = event::user_card(step.card.clone(), template);
        let delivery = event::tell(service, EventKind::UserCardDeleted, template, &resource, state.now);
        let batch = state.snapshot.batch([state.snapshot.put(&step.member), delivery.put()]);
        Ok((batch, SimulatorOutcome { user_card: step.card, event_id: delivery.event_id }))
    })
    .await
}
