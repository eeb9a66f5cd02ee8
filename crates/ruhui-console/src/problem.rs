//! The reason for which a page cannot be shown, or an act was not done.

use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::Value;

/// An error of a control, in the visitor's language.
#[derive(Debug, Clone)]
pub(crate) struct Problem {
    pub(crate) status: StatusCode,
    /// The code for programs, such as `NOT_FOUND`.
    pub(crate) code: String,
    /// The sentence for people.
    pub(crate) message: String,
    /// Further facts, such as the line of a mistake in `ruhui.toml`.
    pub(crate) detail: Box<Value>,
    /// The number that a page gets when a component rejects the user.
    pub(crate) errcode: Option<u32>,
}

/// The body of a control's error response.
#[derive(Deserialize)]
struct ErrorBody {
    code: String,
    message: String,
    #[serde(default)]
    detail: Box<Value>,
    #[serde(default)]
    extra_data: Option<ExtraData>,
}

/// The return value of a component that rejects the user.
#[derive(Deserialize)]
struct ExtraData {
    errcode: u32,
}

impl Problem {
    /// Reads the error response of a control.
    pub(crate) fn read(status: StatusCode, body: &[u8]) -> Self {
        match serde_json::from_slice(body) {
            Ok(ErrorBody { code, message, detail, extra_data }) => {
                let errcode = extra_data.map(|extra_data| extra_data.errcode);
                Self { status, code, message, detail, errcode }
            }
            Err(_) => Self::internal("a control responded without a code and a message"),
        }
    }

    /// Returns the status of a page that shows the problem of an act, if there is one.
    pub(crate) fn status_of(problem: Option<&Self>) -> StatusCode {
        problem.map_or(StatusCode::OK, |problem| problem.status)
    }

    /// A defect of this program. It is in the log; the page says that there is one.
    pub(crate) fn internal(what: impl std::fmt::Display) -> Self {
        tracing::error!("the console: {what}");
        let status = StatusCode::INTERNAL_SERVER_ERROR;
        Self::new(status, "SYSTEM_ERROR", what.to_string())
    }

    /// An error that the console itself finds.
    pub(crate) fn new(status: StatusCode, code: &str, message: impl Into<String>) -> Self {
        let (code, message) = (code.to_owned(), message.into());
        Self { status, code, message, detail: Box::default(), errcode: None }
    }
}
