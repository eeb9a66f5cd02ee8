//! Errors that end a request, grouped by whose fault they are, and the error response of each.

use crate::store::{CommitError, StoreError};
use ruhui_core::api::{ErrorBody, Row, rows};
use ruhui_core::bilingual::Bilingual;
use ruhui_core::head::HeaderError;
use ruhui_core::wire::ParameterError;
use serde_json::Value;

/// The error that ended a request.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The request is rejected with a row of the error table, for a fault of the caller or by a rule of the business.
    #[error("rejected: {}", .0.row.name)]
    Rejected(Box<Rejected>),
    /// A parameter is wrong: the caller's fault.
    #[error("parameter: {}", .0.issue)]
    Parameter(ParameterError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Load shedding: the in-flight limit is reached, or the memory for unsigned bytes is used up.
    #[error("overloaded")]
    Overloaded,
    /// Another replica has responded to the same request meanwhile, and that response is replayed.
    #[error("answered by another replica")]
    Answered,
    /// A bug of the service.
    #[error("bug: {0}")]
    Bug(&'static str),
}

/// A rejection: a row of the error table, with the details that the response adds.
#[derive(Debug, Clone)]
pub struct Rejected {
    /// The row of the error table.
    pub row: &'static Row,
    /// Text appended to the row's message.
    pub addition: Option<Bilingual>,
    /// The `detail` member of the error body.
    pub detail: Option<Value>,
}

impl Rejected {
    pub(crate) fn with(row: &'static Row, addition: Bilingual) -> Self {
        Self { row, addition: Some(addition), detail: None }
    }
}

impl From<&'static Row> for Rejected {
    fn from(row: &'static Row) -> Self {
        Self { row, addition: None, detail: None }
    }
}

impl From<&'static Row> for Error {
    fn from(row: &'static Row) -> Self {
        Rejected::from(row).into()
    }
}

impl From<HeaderError> for Error {
    fn from(fault: HeaderError) -> Self {
        Rejected::with(fault.row(), Bilingual::of(&fault.detail())).into()
    }
}

impl From<Rejected> for Error {
    fn from(rejected: Rejected) -> Self {
        Self::Rejected(Box::new(rejected))
    }
}

impl From<CommitError> for Error {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::Store(error) => Self::Store(error),
            CommitError::Changed(_) => Self::Bug("a handler did not decide again after a change"),
        }
    }
}

impl Error {
    /// The row of the error table for the response to this error.
    pub fn row(&self) -> &'static Row {
        match self {
            Self::Rejected(rejected) => rejected.row,
            Self::Parameter(fault) => fault.row(),
            // The inner cause is for the log only. The caller can only retry.
            Self::Store(_) | Self::Overloaded | Self::Answered | Self::Bug(_) => &rows::SYSTEM_ERROR,
        }
    }

    /// The body of the error response, in English or Chinese.
    pub fn to_body(&self, english: bool) -> ErrorBody {
        let text = |zh: &str, en: &str| if english { en.to_owned() } else { zh.to_owned() };
        let row = self.row();
        let message = text(row.zh, row.en);
        let plain = |message, detail| ErrorBody { code: row.code.clone(), message, detail };
        match self {
            Self::Parameter(fault) => fault.to_body(english),
            Self::Rejected(rejected) => {
                let message = match &rejected.addition {
                    Some(more) => text(&format!("{}（{more:#}）", row.zh), &format!("{}: {more}", row.en)),
                    None => message,
                };
                plain(message, rejected.detail.clone())
            }
            Self::Store(_) | Self::Overloaded | Self::Answered | Self::Bug(_) => plain(message, None),
        }
    }

    /// Whether a resend of the request must get the same response. This holds for rejections, which rest on state
    /// that may change. Faults in the request's own bytes recur by themselves; 429 and 5xx must not be replayed.
    pub fn is_replayed(&self) -> bool {
        matches!(self, Self::Rejected(rejected) if (400..429).contains(&rejected.row.status))
    }
}
