//! The way of a request of the sandbox's own: signed, sent through the API, and its response in plain.

use crate::http::controls::context::Controls;
use crate::http::controls::outcome::Failure;
use crate::http::in_process::{Came, Exchanged};
use bytes::Bytes;
use http::header::{ACCEPT, ACCEPT_LANGUAGE, AUTHORIZATION, CONTENT_TYPE, HOST, USER_AGENT};
use http::uri::PathAndQuery;
use http::{HeaderMap, HeaderValue, Method, Request};
use http_body_util::Full;
use ruhui_core::api::{self, Endpoint, Visitor};
use ruhui_core::bilingual::Bilingual;
use ruhui_core::env::nonce_str;
use ruhui_core::key::PrivateKey;
use ruhui_core::sign::{ResponseSigner, Signer, header};
use ruhui_core::types::{Caller, NonceStr};
use ruhui_core::wire::{self, InvalidField};
use serde_json::{Value, json};
use std::time::Duration;

/// Time that the response may take: the SDK waits as long.
const LIMIT: Duration = Duration::from_secs(10);

/// A request before it is signed.
pub(in crate::http::controls) struct Unsigned {
    pub(in crate::http::controls) method: Method,
    pub(in crate::http::controls) target: PathAndQuery,
    /// Headers of the request. Those that a client always sends are added if they are missing.
    pub(in crate::http::controls) headers: HeaderMap,
    pub(in crate::http::controls) body: Vec<u8>,
    /// The signed bytes of an upload, of which only the part `meta` is signed; `None` if it is the body.
    pub(in crate::http::controls) meta: Option<Vec<u8>>,
}

impl Unsigned {
    /// The bytes that are signed as the body.
    pub(in crate::http::controls) fn signed_body(&self) -> &[u8] {
        self.meta.as_deref().unwrap_or(&self.body)
    }
}

/// A request that was sent, and the result.
pub(in crate::http::controls) struct Sent {
    exchanged: Exchanged,
    /// The body in plain.
    readable: Option<Value>,
    problem: Option<Bilingual>,
}

/// Signs a request and sends it through the API. Messages of the API are in the language that `visitor`, the headers
/// of the control's own request, asks for.
pub(in crate::http::controls) async fn send(
    controls: &Controls,
    signer: &Signer,
    unsigned: Unsigned,
    visitor: &HeaderMap,
) -> Result<Sent, Failure> {
    let Some(api) = &controls.api else { return Err(no_sandbox()) };
    let request = signed(controls, signer, unsigned, visitor);
    let exchanged = api.send(request, LIMIT).await;
    let mut problem = exchanged.failure.map(|failure| failure.message());
    let came = exchanged.response.as_ref();
    let readable = came.and_then(|came| match readable(controls, &exchanged, came, signer.key()) {
        Ok(readable) => readable,
        Err(invalid) => {
            problem.get_or_insert_with(|| Bilingual::of(&invalid));
            serde_json::from_slice(&came.body).ok()
        }
    });
    Ok(Sent { exchanged, readable, problem })
}

/// Returns the platform key that a caller's client has: it verifies responses, and encrypts fields of requests.
pub(super) fn platform_key(controls: &Controls, caller: &Caller) -> Option<ResponseSigner> {
    let (settings, directory) = (controls.service.settings(), controls.service.directory());
    let stage = directory.caller(caller)?.key_stage;
    Some(settings.platform.keys(caller.family()).default_for(stage, stage.default_key()).clone())
}

fn signed(
    controls: &Controls,
    signer: &Signer,
    unsigned: Unsigned,
    visitor: &HeaderMap,
) -> Request<Full<Bytes>> {
    let env = &controls.service.env;
    let nonce = NonceStr::new(nonce_str(&*env.entropy)).expect("32 letters and digits are a nonce");
    let (method, target) = (unsigned.method.as_str(), unsigned.target.as_str());
    let authorization = signer.authorize(method, target, env.wire.now(), &nonce, unsigned.signed_body());
    let Unsigned { method, target, mut headers, body, meta: _ } = unsigned;
    let authorization =
        HeaderValue::from_str(&authorization).expect("names, numbers and Base64 are visible ASCII");
    headers.insert(AUTHORIZATION, authorization);
    let serial = platform_key(controls, signer.caller());
    let serial = serial.and_then(|key| HeaderValue::from_str(key.serial().as_str()).ok());
    let has_type = !body.is_empty() || [Method::POST, Method::PUT, Method::PATCH].contains(&method);
    let defaults = [
        (HOST, Some(HeaderValue::from_static("localhost"))),
        (ACCEPT, Some(HeaderValue::from_static("application/json"))),
        (USER_AGENT, Some(HeaderValue::from_static(ruhui_console::SANDBOX_AGENT))),
        (header::SERIAL, serial),
        (CONTENT_TYPE, has_type.then(|| HeaderValue::from_static("application/json"))),
        (ACCEPT_LANGUAGE, visitor.get(ACCEPT_LANGUAGE).cloned()),
    ];
    for (name, value) in defaults {
        if let Some(value) = value.filter(|_| !headers.contains_key(&name)) {
            headers.insert(name, value);
        }
    }
    let mut request = Request::new(Full::new(Bytes::from(body)));
    *request.method_mut() = method;
    *request.uri_mut() = target.into();
    *request.headers_mut() = headers;
    request
}

/// Returns the body of a response with its sensitive fields in plain; `None` if it is not JSON.
fn readable(
    controls: &Controls,
    exchanged: &Exchanged,
    came: &Came,
    key: &PrivateKey,
) -> Result<Option<Value>, InvalidField> {
    let Ok(received) = serde_json::from_slice::<Value>(&came.body) else { return Ok(None) };
    let log = controls.service.request_log.as_ref();
    let exchange = log.zip(exchanged.number).and_then(|(log, number)| log.find(number).ok());
    let endpoint = exchange.and_then(|exchange| exchange.notes.endpoint);
    match endpoint.filter(|_| came.status.is_success()) {
        None => Ok(Some(received)),
        Some((name, _)) => {
            let mut find = Read { name, body: &came.body, key, found: None };
            api::visit(&mut find);
            find.found.transpose().map(|read| Some(read.unwrap_or(received)))
        }
    }
}

struct Read<'a> {
    name: &'a str,
    body: &'a [u8],
    key: &'a PrivateKey,
    found: Option<Result<Value, InvalidField>>,
}

impl Visitor for Read<'_> {
    fn endpoint<E: Endpoint>(&mut self) {
        if E::NAME == self.name {
            let decoded = wire::decode_response::<E::Response>(self.body, Some(self.key));
            self.found = Some(decoded.map(|decoded| wire::readable_response(&decoded, self.body)));
        }
    }
}

fn no_sandbox() -> Failure {
    Failure::Conflict {
        code: "NOT_SUPPORTED",
        what: Bilingual::fixed("this service is no sandbox", "本服务不是沙箱"),
    }
}

impl Sent {
    /// The result as the control shows it.
    pub(in crate::http::controls) fn view(self) -> Value {
        let Self { exchanged: Exchanged { number, response, .. }, readable, problem } = self;
        let mut shown = json!({
            "status": null, "request_id": null, "headers": [], "body": readable, "exchange": number,
        });
        if let Some(Came { status, headers, body }) = response {
            let pairs = headers.iter().map(|(name, value)| {
                json!([title_case(name.as_str()), String::from_utf8_lossy(value.as_bytes())])
            });
            shown["status"] = json!(status.as_u16());
            shown["request_id"] =
                json!(headers.get(header::REQUEST_ID).and_then(|value| value.to_str().ok()));
            shown["headers"] = pairs.collect();
            if shown["body"].is_null() {
                shown["text"] = json!(String::from_utf8_lossy(&body));
            }
        }
        if let Some(problem) = problem {
            shown["problem"] = json!(problem);
        }
        shown
    }
}

/// A header's name as it is on the wire: the HTTP library keeps names in lower case.
fn title_case(name: &str) -> String {
    let words = name.split('-').map(|word| match word.split_at_checked(1) {
        Some((first, rest)) => first.to_uppercase() + rest,
        None => String::new(),
    });
    words.collect::<Vec<_>>().join("-")
}
