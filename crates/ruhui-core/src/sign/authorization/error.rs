//! Errors of parsing an Authorization header.

use crate::sign::Scheme;
use crate::types::Invalid;
use std::fmt;

/// Reason for which an Authorization header is rejected before its signature is verified. `{}` prints
/// English, `{:#}` Chinese.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum AuthorizationError {
    /// The request has no Authorization header.
    Missing,
    /// The request has several Authorization headers.
    Duplicate,
    /// The value has bytes that are not printable ASCII.
    NotText,
    /// The value does not start with a known scheme.
    UnknownScheme,
    /// The text after the scheme is not a list of `name="value"`.
    Malformed {
        /// Position at which parsing stopped, in bytes from the start of the value.
        position: usize,
    },
    /// A field is missing or wrong.
    Field {
        /// Name of the field.
        name: &'static str,
        /// Fault of the field.
        error: FieldError,
    },
}

/// Fault of one field of an Authorization header. `{}` prints English, `{:#}` Chinese.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum FieldError {
    /// The field is missing.
    Missing,
    /// The field appears more than once.
    Duplicate,
    /// The field's value breaks a rule of its type.
    Invalid(Invalid),
    /// The timestamp is not a decimal number of seconds.
    NotSeconds,
    /// The timestamp has 13 digits: milliseconds.
    Milliseconds,
}

impl fmt::Display for AuthorizationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self, f.alternate()) {
            (Self::Missing, false) => f.write_str("the Authorization header is missing"),
            (Self::Missing, true) => f.write_str("缺少 Authorization"),
            (Self::Duplicate, false) => f.write_str("there is more than one Authorization header"),
            (Self::Duplicate, true) => f.write_str("Authorization 重复"),
            (Self::NotText, false) => f.write_str("Authorization has bytes that are not printable ASCII"),
            (Self::NotText, true) => f.write_str("Authorization 含有非 ASCII 可见字符"),
            (Self::UnknownScheme, false) => {
                write!(f, "Authorization must start with `{} ` or `{} `", Scheme::Merchant, Scheme::Brand)
            }
            (Self::UnknownScheme, true) => {
                write!(f, "Authorization 须以 {} 或 {} 开头", Scheme::Merchant, Scheme::Brand)
            }
            (Self::Malformed { position }, false) => {
                write!(f, "Authorization is not a list of name=\"value\" at byte {position}")
            }
            (Self::Malformed { position }, true) => {
                write!(f, "Authorization 第 {position} 字节处不是 name=\"value\" 形式")
            }
            (Self::Field { name, error }, false) => write!(f, "Authorization field {name} {error}"),
            (Self::Field { name, error }, true) => write!(f, "{name} {error:#}"),
        }
    }
}

impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self, f.alternate()) {
            (Self::Missing, false) => f.write_str("is missing"),
            (Self::Missing, true) => f.write_str("缺失"),
            (Self::Duplicate, false) => f.write_str("appears more than once"),
            (Self::Duplicate, true) => f.write_str("重复"),
            (Self::Invalid(invalid), false) => write!(f, "{invalid}"),
            (Self::Invalid(invalid), true) => write!(f, "{invalid:#}"),
            (Self::NotSeconds, false) => f.write_str("is not a number of seconds since 1970"),
            (Self::NotSeconds, true) => f.write_str("不是以秒为单位的 Unix 时间戳"),
            (Self::Milliseconds, false) => f.write_str("is in milliseconds; it must be in seconds"),
            (Self::Milliseconds, true) => f.write_str("单位为毫秒，应为秒"),
        }
    }
}

impl std::error::Error for AuthorizationError {}
impl std::error::Error for FieldError {}
