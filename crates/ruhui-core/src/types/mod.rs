//! Identifiers, times and secrets: parsed once at the edge, valid ever after.
//!
//! Limits are those of the documents' field tables, `string(N)` counted in Unicode scalar values.
//! The data rules (partner page 4012081726) allow UTF-8 of one to three bytes a character only.
//!
//! Errors of this module print English with `{}` and Chinese with `{:#}`.

mod caller;
mod date_time;
mod id;

pub use caller::{Caller, Family};
pub use date_time::{DateTime, DateTimeError};
pub use id::{AppId, BrandId, CardId, Invalid, MchId, NonceStr, OpenId, SerialNo, Token};
