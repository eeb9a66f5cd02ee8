//! Responses to callbacks: success, or failure, after which WeChat Pay retries.

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Response, StatusCode};
use serde_json::json;

/// Response to a callback: success without a body, or failure with `{"code":"FAIL","message":...}`. After a
/// failure WeChat Pay sends the notification again.
///
/// ```
/// use ruhui::notify::CallbackResponse;
///
/// let answer = http::Response::from(CallbackResponse::accept());
/// assert!(answer.status() == 204 && answer.body().is_empty());
///
/// let answer = http::Response::from(CallbackResponse::fail("数据库暂不可用"));
/// assert_eq!(answer.status(), 500);
/// assert_eq!(answer.body(), r#"{"code":"FAIL","message":"数据库暂不可用"}"#);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "an answer does nothing until it is sent"]
pub struct CallbackResponse(Option<Failure>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Failure {
    status: StatusCode,
    message: String,
}

/// Maximum number of characters in `message`, a `string(256)`.
const MESSAGE_CHARACTERS: usize = 256;

impl CallbackResponse {
    /// Success: 204 without a body. WeChat Pay does not send the notification again.
    pub fn accept() -> Self {
        Self(None)
    }

    /// Failure: 500. WeChat Pay sends the notification again. It receives `message`, so the text should
    /// contain no secret.
    pub fn fail(message: impl Into<String>) -> Self {
        Self::reject(StatusCode::INTERNAL_SERVER_ERROR, message)
    }

    /// Failure like [`fail`](Self::fail), with another status. A status that is not 4xx or 5xx is replaced by
    /// 500.
    pub fn reject(status: StatusCode, message: impl Into<String>) -> Self {
        let is_failure = status.is_client_error() || status.is_server_error();
        let status = if is_failure { status } else { StatusCode::INTERNAL_SERVER_ERROR };
        let message = message.into().chars().take(MESSAGE_CHARACTERS).collect();
        Self(Some(Failure { status, message }))
    }

    /// Returns the status.
    pub fn status(&self) -> StatusCode {
        self.0.as_ref().map_or(StatusCode::NO_CONTENT, |failure| failure.status)
    }

    /// Returns the body. It is empty on success.
    pub fn body(&self) -> Bytes {
        self.0.as_ref().map_or_else(Bytes::new, |failure| {
            json!({ "code": "FAIL", "message": failure.message }).to_string().into()
        })
    }
}

impl From<CallbackResponse> for Response<Bytes> {
    fn from(answer: CallbackResponse) -> Self {
        let mut response = Self::new(answer.body());
        *response.status_mut() = answer.status();
        if answer.0.is_some() {
            response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_success_has_no_body_and_no_type() {
        let response = Response::from(CallbackResponse::accept());
        assert_eq!(response.status(), 204);
        assert!(response.body().is_empty() && response.headers().is_empty());
    }

    #[test]
    fn a_failure_is_never_a_success_and_its_message_has_an_end() {
        assert_eq!(CallbackResponse::reject(StatusCode::OK, "").status(), 500);
        let response = Response::from(CallbackResponse::reject(StatusCode::BAD_GATEWAY, "败\"".repeat(200)));
        assert_eq!(
            (response.status().as_u16(), &response.headers()["content-type"]),
            (502, &HeaderValue::from_static("application/json"))
        );
        let body: serde_json::Value = serde_json::from_slice(response.body()).unwrap();
        assert_eq!(body["code"], "FAIL");
        assert_eq!(body["message"].as_str().unwrap().chars().count(), 256);
    }
}
