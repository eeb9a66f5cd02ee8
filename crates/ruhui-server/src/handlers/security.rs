//! 安全工具: echoes a text and an encrypted field, in the response and in a callback.

use crate::domain::check_notify_url;
use crate::error::Error;
use crate::handlers::handle::{Call, Decision, Handle};
use crate::outbox::Delivery;
use crate::service::Service;
use ruhui_core::api::security::{Echo, EchoEvent, Echoed};
use ruhui_core::encryption::encrypt_field;
use ruhui_core::types::{EchoText, NotifyUrl};

impl Handle for Echo {
    async fn decide(service: &Service, call: &Call<Self>) -> Result<Decision<Echoed>, Error> {
        let Self { notify_url, echo_message, encrypted_echo_message } = call.request.clone();
        let mut response = Echoed::new(echo_message);
        response.encrypted_echo_message = encrypted_echo_message;
        let Some(notify_url) = notify_url else { return Ok(Decision::Respond(response)) };
        check_notify_url(&notify_url, call.policy().reach)?;
        let delivery = event(service, call, notify_url, &response)?;
        Ok(Decision::Commit(response, vec![delivery.put()]))
    }
}

fn event(
    service: &Service,
    call: &Call<Echo>,
    notify_url: NotifyUrl,
    response: &Echoed,
) -> Result<Delivery, Error> {
    let (now, entropy) = (service.env.business.now(), &*service.env.entropy);
    // The text is encrypted with the certificate that signed the request, like the response's fields.
    let encrypt = |text: &EchoText| {
        encrypt_field(&call.certificate.public_key, text.as_str())
            .map_err(|_| Error::Bug("a text of one block does not fit into one"))
    };
    let encrypt_echo_message = response.encrypted_echo_message.as_ref().map(encrypt).transpose()?;
    let mut resource = EchoEvent::new(response.echo_message.clone());
    resource.encrypt_echo_message = encrypt_echo_message;
    Ok(Delivery::echo(call.caller.clone(), notify_url, &resource, now, entropy))
}
