//! Events: what the merchant is told.

use super::SimulatorError;
use crate::domain::Template;
use crate::domain::component::Refusal;
use crate::outbox::{CallbackFailure, Delivery};
use crate::service::Service;
use crate::store::StoreExt as _;
use jiff::Timestamp;
use ruhui_core::api::card_member::{UserCard, UserCardState};
use ruhui_core::api::event::{EventKind, UserCardEvent};
use ruhui_core::env::alphanumeric;
use ruhui_core::types::{CardId, DateTime, NotifyUrl, OpenId, PhoneNumber, Text};
use serde::Serialize;
use std::fmt;

/// An event about a card of this template, to whom the template's callbacks go.
pub(super) fn tell(
    service: &Service,
    kind: EventKind,
    template: &Template,
    resource: &impl Serialize,
    now: Timestamp,
) -> Delivery {
    let notify_url = template.card.notify_url.clone();
    Delivery::new(kind, template.owner.clone(), notify_url, resource, now, &*service.env.entropy)
}

/// A card as events show it. It has a code unless the merchant has still to give one.
pub(super) fn user_card(card: UserCard, template: &Template) -> UserCardEvent {
    let picture = card.card_picture_url.unwrap_or_else(|| template.card.card_picture_url.clone());
    UserCardEvent {
        user_card_code: card.user_card_code,
        card_id: card.card_id,
        openid: card.openid,
        card_color: card.card_color.unwrap_or_else(|| template.card.card_color.clone()),
        card_picture_url: Text::new(picture.as_str()).expect("256 characters are at most 512"),
        brand_id: card.brand_id,
        card_type: card.card_type,
        phone_number: card.phone_number,
        level: card.level,
        valid_date_information: card.valid_date_information,
        pickup_time: card.pickup_time,
        user_information: card.user_information,
        attach: card.attach,
        user_card_state: card.user_card_state,
        invalid_reason: card.invalid_reason,
        invalid_time: card.invalid_time,
        create_time: card.create_time,
        modify_time: card.modify_time,
    }
}

/// Sends the template's `notify_url` an event whose signature is wrong on purpose, and tells the status of the
/// answer. The card in it is nobody's, so an endpoint that takes it learns of a member who does not exist.
///
/// # Errors
///
/// [`SimulatorError`] if there is no such template; inside, [`CallbackFailure`] if there is no answer.
pub async fn probe(service: &Service, card_id: &CardId) -> Result<Result<u16, NotProbed>, SimulatorError> {
    let template = service.store.read::<Template>(card_id.as_str()).await?;
    let template = template.ok_or(Refusal::TemplateNotFound)?.record;
    let now = service.env.business.now();
    let openid = format!("o{}", alphanumeric(&*service.env.entropy, 27));
    let resource = nobodys_card(&template, &openid, now);
    let delivery = tell(service, EventKind::UserCardCreated, &template, &resource, now);
    let probed = service.outbox().probe(&delivery).await;
    Ok(probed.map_err(|failure| NotProbed { notify_url: delivery.notify_url, failure }))
}

/// The reason for which a probe got no response, and its address. `{}` prints English, `{:#}` Chinese.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct NotProbed {
    /// The template's `notify_url`.
    pub notify_url: NotifyUrl,
    /// The failure of the probe.
    pub failure: CallbackFailure,
}

impl fmt::Display for NotProbed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { notify_url, failure } = self;
        // If the key is missing, the probe was not sent.
        let CallbackFailure::NoResponse(failure) = failure else { return failure.fmt(f) };
        if f.alternate() {
            write!(f, "{notify_url} 没有应答：{failure:#}；请先启动该地址的接收程序，例如 `ruhui listen`")
        } else {
            write!(
                f,
                "no answer from {notify_url}: {failure}; start what receives callbacks there, such as `ruhui listen`"
            )
        }
    }
}

fn nobodys_card(template: &Template, openid: &str, now: Timestamp) -> UserCardEvent {
    let card = &template.card;
    let now = DateTime::seconds(now);
    UserCardEvent {
        user_card_code: None,
        card_id: card.card_id.clone(),
        openid: OpenId::new(openid).expect("28 letters and digits are an openid"),
        card_color: card.card_color.clone(),
        card_picture_url: Text::new(card.card_picture_url.as_str()).expect("256 characters are at most 512"),
        brand_id: card.brand_id.clone(),
        card_type: card.card_type.clone(),
        phone_number: Some(PhoneNumber::new("10000000000").expect("a number that is nobody's")),
        level: None,
        valid_date_information: card.valid_date_information.clone(),
        pickup_time: now,
        user_information: None,
        attach: None,
        user_card_state: UserCardState::Unactivated,
        invalid_reason: None,
        invalid_time: None,
        create_time: now,
        modify_time: now,
    }
}
