//! Requests of a page to the API: the sandbox signs them, and the rules are those of the API.

use crate::language::Both;
use crate::problem::Problem;
use crate::visit::Visit;
use axum::http::StatusCode;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// The caller of a request, as the controls name it: `{"mchid": …}` or `{"brand_id": …}`.
pub(crate) type Caller = Value;

/// The response of `POST /sandbox/call`.
#[derive(Deserialize)]
struct Called {
    status: Option<u16>,
    #[serde(default)]
    body: Value,
    #[serde(default)]
    text: Option<String>,
    /// The reason why the response is missing, broken off or not readable.
    #[serde(default)]
    problem: Option<Both>,
}

/// An error of the API.
#[derive(Deserialize)]
struct Rejection {
    code: String,
    message: String,
}

/// Calls an endpoint, and returns the body of its response. A brand calls the brand's variant of the endpoint.
///
/// # Errors
///
/// The API's rejection with its status, code and message; or that of the control, if the request was not sent.
pub(crate) async fn call(
    visit: &Visit,
    name: &str,
    caller: &Caller,
    fields: Map<String, Value>,
) -> Result<Value, Problem> {
    let is_brand = caller.get("brand_id").is_some();
    let name = if is_brand { format!("brand_{name}") } else { name.to_owned() };
    let mut fields = fields;
    if is_brand {
        // The brand is the caller.
        fields.remove("brand_id");
    }
    send(visit, &json!({ "name": name, "fields": fields, "caller": caller })).await
}

/// Uploads a picture, and returns the body of the response, which has its `media_url`.
///
/// # Errors
///
/// Same as for [`call`].
pub(crate) async fn upload(
    visit: &Visit,
    caller: &Caller,
    filename: &str,
    bytes: &[u8],
) -> Result<Value, Problem> {
    let name = if caller.get("brand_id").is_some() { "brand_upload_image" } else { "upload_image" };
    let picture = json!({ "filename": filename, "base64": BASE64_STANDARD.encode(bytes) });
    send(visit, &json!({ "name": name, "picture": picture, "caller": caller })).await
}

async fn send(visit: &Visit, asked: &Value) -> Result<Value, Problem> {
    let Called { status, body, text, problem } = visit.controls.post("/sandbox/call", asked).await?;
    let status = status.and_then(|status| StatusCode::from_u16(status).ok());
    match (status, serde_json::from_value::<Rejection>(body.clone())) {
        (Some(status), Ok(Rejection { code, message })) if !status.is_success() => {
            Err(Problem::new(status, &code, message))
        }
        (Some(status), _) if status.is_success() && problem.is_none() => Ok(body),
        (status, _) => {
            let said = problem.map(|problem| problem.of(&visit.language).to_owned());
            let message = said.or(text).unwrap_or_default();
            Err(Problem::new(status.unwrap_or(StatusCode::BAD_GATEWAY), "UNEXPECTED_RESPONSE", message))
        }
    }
}
