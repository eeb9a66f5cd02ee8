//! 安全工具.

use crate::domain::check_notify_url;
use crate::error::Error;
use crate::http::{Call, Handle};
use crate::outbox::Delivery;
use crate::service::Service;
use ruhui_core::api::security::{Echo, EchoEvent, Echoed};
use ruhui_core::seal::seal_field;
use ruhui_core::types::{EchoText, NotifyUrl};

impl Handle for Echo {
    async fn handle(service: &Service, call: Call<Self>) -> Result<Echoed, Error> {
        let Self { notify_url, echo_message, encrypted_echo_message } = call.request.clone();
        let response = Echoed { echo_message, encrypted_echo_message };
        let Some(notify_url) = notify_url else { return Ok(response) };
        check_notify_url(&notify_url, service.policy.reach)?;
        let delivery = event(service, &call, notify_url, &response)?;
        match service.settle(&call, vec![delivery.put()], &response).await? {
            true => Ok(response),
            // The batch holds a new event only, so no version conflict is possible.
            false => Err(Error::Bug("a new event was there already")),
        }
    }
}

fn event(
    service: &Service,
    call: &Call<Echo>,
    notify_url: NotifyUrl,
    response: &Echoed,
) -> Result<Delivery, Error> {
    let (now, entropy) = (service.env.business.now(), &*service.env.entropy);
    let seal = |text: &EchoText| seal(service, call, text);
    let encrypt_echo_message = response.encrypted_echo_message.as_ref().map(seal).transpose()?;
    let resource = EchoEvent { echo_message: response.echo_message.clone(), encrypt_echo_message };
    Ok(Delivery::echo(call.caller.clone(), notify_url, &resource, now, entropy))
}

/// Encrypts `text` with the certificate that signed the request, as the response is encrypted.
fn seal(service: &Service, call: &Call<Echo>, text: &EchoText) -> Result<String, Error> {
    let directory = service.directory();
    let certificate =
        directory.caller(&call.caller).and_then(|caller| caller.certificate(&call.origin.serial_no));
    let key = &certificate.ok_or(Error::Bug("the certificate of a verified request is gone"))?.public_key;
    seal_field(key, text.as_str()).map_err(|_| Error::Bug("a text of one block does not fit into one"))
}
