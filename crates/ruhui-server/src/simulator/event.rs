//! Events of the simulator: the callbacks that the merchant gets.

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

/// Returns an event about a card of this template, for the owner of the template's callbacks.
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

/// Returns a card as events show it. The code is absent until the merchant has given one.
pub(super) fn user_card(card: UserCard, template: &Template) -> UserCardEvent {
    let color = card.card_color.clone().unwrap_or_else(|| template.card.card_color.clone());
    let picture = card.card_picture_url.as_ref().unwrap_or(&template.card.card_picture_url);
    let picture = Text::new(picture.as_str()).expect("256 characters are at most 512");
    UserCardEvent::new(card, color, picture)
}

/// Sends the template's `notify_url` an event with a wrong signature, and returns the status of the response. The
/// event's card is of no user, so an endpoint that accepts it learns of a member who does not exist.
///
/// # Errors
///
/// [`SimulatorError`] if the template does not exist; the inner error is [`NotProbed`], if the endpoint did not
/// respond.
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

/// The error of a probe without a response, with the address. `{}` prints English, `{:#}` Chinese.
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
        // Any other failure, such as a missing key, means that the probe was not sent.
        let CallbackFailure::NoResponse(failure) = failure else { return failure.fmt(f) };
        if f.alternate() {
            write!(f, "{notify_url} 没有应答：{failure:#}；请先启动该地址的接收程序，例如 `ruhui listen`")
        } else {
            write!(
                f,
                "no response from {notify_url}: {failure}; start what receives callbacks there, such as `ruhui listen`"
            )
        }
    }
}

fn nobodys_card(template: &Template, openid: &str, now: Timestamp) -> UserCardEvent {
    let of = template.card.clone();
    let mut card = UserCard::new(
        of.brand_id,
        of.card_id,
        OpenId::new(openid).expect("28 letters and digits are an openid"),
        of.card_type,
        of.valid_date_information,
        UserCardState::Unactivated,
        DateTime::seconds(now),
    );
    card.phone_number = Some(PhoneNumber::new("10000000000").expect("a number that is nobody's"));
    user_card(card, template)
}
