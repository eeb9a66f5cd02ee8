//! Failures of requests to WeChat Pay, as the page gets them.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use ruhui::Error;
use serde_json::json;
use std::fmt::Display;

/// The status, code and message of a failure. The page shows all three.
pub(crate) struct Failure {
    status: StatusCode,
    code: String,
    message: String,
}

impl Failure {
    /// Makes the failure of a request whose cookie names no user.
    pub(crate) fn visitor(error: impl Display) -> Self {
        Self { status: StatusCode::BAD_REQUEST, code: "FAIL".to_owned(), message: format!("openid: {error}") }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        eprintln!("{error}");
        match error {
            Error::Api(rejected) => Self {
                status: rejected.status(),
                code: rejected.code.as_ref().map_or_else(|| "FAIL".to_owned(), ToString::to_string),
                message: rejected.message,
            },
            // The page learns that something failed. The log has the reason.
            _ => Self {
                status: StatusCode::BAD_GATEWAY,
                code: "FAIL".to_owned(),
                message: "微信支付暂时无法访问".to_owned(),
            },
        }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        (self.status, Json(json!({ "code": self.code, "message": self.message }))).into_response()
    }
}
