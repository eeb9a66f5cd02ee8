//! Failure of a callback attempt.

use super::client::{CallbackError, CallbackResponse};
use ruhui_core::types::Caller;
use std::fmt;

/// Why an attempt at a callback was not accepted. `{}` prints English, `{:#}` Chinese.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum CallbackFailure {
    /// The owner has no key to encrypt with, or is no longer provisioned.
    NoKey(Caller),
    /// The response's status is neither 200 nor 204.
    Rejected(CallbackResponse),
    /// No status arrived.
    NoResponse(CallbackError),
    /// The sandbox did not send the callback, because a rule plays this fault.
    NotSent {
        /// Id of the rule.
        rule: String,
        /// Name of the fault.
        fault: &'static str,
    },
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
            Self::NotSent { rule, fault } if f.alternate() => {
                write!(f, "未发送：规则 {rule} 触发了故障 {fault}")
            }
            Self::NotSent { rule, fault } => write!(f, "not sent: the rule {rule} plays the fault {fault}"),
        }
    }
}

impl std::error::Error for CallbackFailure {}
