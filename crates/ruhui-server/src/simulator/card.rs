//! 删除会员卡: by the user.

use super::{PlayError, Told, commit, event};
use crate::domain::component::Refusal;
use crate::domain::member;
use crate::member_state::Scene;
use crate::service::Service;
use ruhui_core::api::event::EventKind;
use ruhui_core::types::{CardId, OpenId};

/// The user deletes the card in force: it is INVALID for good, and the merchant is told.
///
/// # Errors
///
/// [`PlayError`].
pub async fn delete_card(service: &Service, card_id: &CardId, openid: &OpenId) -> Result<Told, PlayError> {
    loop {
        let scene = Scene::load(service, card_id, openid, []).await?;
        let template = scene.template.as_ref().ok_or(Refusal::TemplateNotFound)?;
        let step = member::delete(scene.member.as_ref(), scene.now).ok_or(Refusal::NotAMember)?;
        let resource = event::user_card(step.card.clone(), template);
        let delivery = event::tell(service, EventKind::UserCardDeleted, template, &resource, scene.now);
        let batch = scene.snapshot.batch([scene.snapshot.put(&step.member), delivery.put()]);
        if commit(service, batch).await? {
            return Ok(Told { user_card: step.card, event_id: delivery.event_id });
        }
    }
}
