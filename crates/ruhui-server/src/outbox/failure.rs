//! Why a callback was not accepted.

use super::client::{CallbackError, CallbackResponse};
use ruhui_core::types::Caller;
use std::fmt;

/// Why an event has not been accepted. `{}` prints English, `{:#}` Chinese.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum CallbackFailure {
    /// There is no key to encrypt with, or nobody of that name any more.
    NoKey(Caller),
    /// Another status than 200 and 204.
    Rejected(CallbackResponse),
    /// No status.
    NoResponse(CallbackError),
}

impl fmt::Display for CallbackFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoKey(owner) => {
                let key = match owner {
                    Caller::Merchant(_) => "apiv3_key",
                    Caller::Brand(_) => "api_key",
                };
                if f.alternate() {
                    write!(f, "{owner} 未设置密钥，无法加密通知，请在 ruhui.toml 中设置 `{key}`")
                } else {
                    write!(f, "{owner} has no key to encrypt with: give it an `{key}` in ruhui.toml")
                }
            }
            Self::Rejected(response) => response.fmt(f),
            Self::NoResponse(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for CallbackFailure {}
