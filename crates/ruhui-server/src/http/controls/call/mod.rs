//! Requests of the sandbox's own callers to the API, signed by the sandbox.
//!
//! | | Body | |
//! |---|---|---|
//! | `POST /sandbox/call` | `name` and `fields` or `picture`, or `method`, `target` and `body`; `caller` | signs a request and sends it through the whole API |
//!
//! The response has the status 200 whatever the API responds; its member `status` is that of the API. A request goes
//! through verification, limits, faults and the request log as if a client had sent it to the main host. It waits 10
//! seconds, as the SDK does.

mod draft;
mod send;
mod upload;

use super::context::Controls;
use super::outcome::{Failure, answer};
use super::request::body_within;
use crate::http::connection::connection_of;
use axum::Router;
use axum::extract::{Request, State};
use axum::response::Response;
use axum::routing::post;
use draft::{signer_of, unnamed};
use ruhui_core::bilingual::Bilingual;
use ruhui_core::types::{BrandId, Caller, MchId};
use serde::Deserialize;
use serde_json::{Map, Value};

pub(super) use draft::{Asked, named, signer};
pub(super) use send::{Unsigned, send};
use upload::Picture;

pub(super) fn router() -> Router<Controls> {
    Router::new().route("/sandbox/call", post(call))
}

/// Largest body: a picture a little over the API's limit as Base64, so that the API can reject it.
const LIMIT: usize = 4 << 20;

/// A request to send: by the name of its endpoint, or as it is.
#[derive(Deserialize)]
struct Call {
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    fields: Option<Map<String, Value>>,
    #[serde(default)]
    picture: Option<Picture>,
    #[serde(default)]
    method: Option<String>,
    #[serde(default)]
    target: Option<String>,
    #[serde(default)]
    body: Option<String>,
    #[serde(default)]
    caller: Option<NamedCaller>,
}

/// The caller of a request: exactly one of the members.
#[derive(Deserialize)]
struct NamedCaller {
    #[serde(default)]
    mchid: Option<MchId>,
    #[serde(default)]
    brand_id: Option<BrandId>,
}

impl NamedCaller {
    fn check(self) -> Result<Caller, Failure> {
        match (self.mchid, self.brand_id) {
            (Some(mchid), None) => Ok(Caller::Merchant(mchid)),
            (None, Some(brand_id)) => Ok(Caller::Brand(brand_id)),
            _ => Err(Failure::Invalid {
                field: "caller",
                what: Bilingual::fixed(
                    "it has exactly one of `mchid` and `brand_id`",
                    "须且只能有 `mchid`、`brand_id` 之一",
                ),
            }),
        }
    }
}

async fn call(State(controls): State<Controls>, request: Request) -> Response {
    let headers = request.headers().clone();
    leave_out_of_log(&request);
    answer(controls, request, |controls, request| async move {
        let asked = body_within(request, LIMIT).await?;
        let Call { name, fields, picture, method, target, body, caller } = asked;
        let caller = caller.map(NamedCaller::check).transpose()?;
        let Asked { signer, unsigned } = match (name, method, target) {
            (Some(name), None, None) if body.is_none() => {
                named(&controls, &name, fields.unwrap_or_default(), picture, caller)?
            }
            (None, Some(method), Some(target)) if fields.is_none() && picture.is_none() => {
                let signer = signer_of(&controls, caller, &target)?;
                Asked { signer, unsigned: unnamed(&method, &target, body.unwrap_or_default())? }
            }
            _ => return Err(neither_or_both()),
        };
        Ok(send(&controls, &signer, unsigned, &headers).await?.view())
    })
    .await
}

/// Leaves the request to a control out of the log: the log has the request to the API, and this one has personal data
/// in plain text.
pub(super) fn leave_out_of_log(request: &Request) {
    connection_of(request.extensions()).note(|exchange| exchange.notes.is_left_out = true);
}

fn neither_or_both() -> Failure {
    Failure::Invalid {
        field: "body",
        what: Bilingual::fixed(
            "it has either `name` (and `fields` or `picture`), or `method` and `target` (and `body`, a text)",
            "须为 `name`（及 `fields` 或 `picture`），或 `method` 与 `target`（及文本 `body`），二者取其一",
        ),
    }
}
