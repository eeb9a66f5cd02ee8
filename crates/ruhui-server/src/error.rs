//! Everything that can end a request without success, by whose fault it is, and the one way to the wire.

use crate::store::{CommitError, StoreError};
use ruhui_core::api::{ErrorBody, Row, rows};
use ruhui_core::bilingual::Bilingual;
use ruhui_core::head::HeaderError;
use ruhui_core::wire::ParameterError;
use serde_json::Value;

/// Why a request did not succeed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The caller's fault, or the business's answer: a row of the table.
    #[error("rejected: {}", .0.row.name)]
    Rejected(Box<Rejected>),
    /// The caller's fault: a parameter.
    #[error("parameter: {}", .0.issue)]
    Parameter(ParameterError),
    /// The store's fault.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Everybody's: there are too many requests in hand to take another.
    #[error("overloaded")]
    Overloaded,
    /// Nobody's: another replica has answered the same request meanwhile, and its answer stands.
    #[error("answered by another replica")]
    Answered,
    /// Our fault.
    #[error("bug: {0}")]
    Bug(&'static str),
}

/// A row of the table, and what it says beyond the row.
#[derive(Debug, Clone)]
pub struct Rejected {
    /// The row.
    pub row: &'static Row,
    /// Appended to the message.
    pub addition: Option<Bilingual>,
    /// The `detail` member.
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
    /// The row that answers this error.
    pub fn row(&self) -> &'static Row {
        match self {
            Self::Rejected(rejected) => rejected.row,
            Self::Parameter(fault) => fault.row(),
            // What happened inside is for the log; the caller can only try again.
            Self::Store(_) | Self::Overloaded | Self::Answered | Self::Bug(_) => &rows::SYSTEM_ERROR,
        }
    }

    /// The body of the answer.
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

    /// Whether a repeat of the request must get the same answer: the business's refusals, which rest on
    /// state that may change. Faults in the request's own bytes repeat themselves; 429 and 5xx must not.
    pub fn is_remembered(&self) -> bool {
        matches!(self, Self::Rejected(rejected) if (400..429).contains(&rejected.row.status))
    }
}
