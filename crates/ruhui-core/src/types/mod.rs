//! Identifiers, times, texts and sensitive fields (敏感信息字段): each type checks its rules once, when a value is made.
//!
//! Limits are those of the documents' field tables, `string(N)` counted in Unicode scalar values.
//! The data rules (partner page 4012081726) allow UTF-8 of one to three bytes a character only.
//!
//! These rules are for **requests**: a value that the caller makes follows them, and
//! [`wire::encode`](crate::wire::encode) checks them again before a request is sent. A value received in a response
//! or an event is as WeChat Pay sent it, whatever its length, characters and form. To read a received value from
//! stored JSON, use [`wire::decode_response`](crate::wire::decode_response), since plain serde checks the rules.
//!
//! Errors of this module print English with `{}` and Chinese with `{:#}`.

mod caller;
mod card;
mod check;
mod checked_text;
mod date_time;
mod id;
mod open_enum;
mod rule;
mod sensitive;
mod serial_no;
mod string_type;
mod text;

pub use caller::{Caller, Family};
pub use card::{CardTitle, Color, FeedCell, LegalAgreement, NotifyUrl, OutRequestNo, UserCardCode};
pub use check::Invalid;
pub(crate) use checked_text::CHECKED;
pub use date_time::{DateTime, DateTimeError};
pub use id::{AppId, BrandId, CardId, MchId, NonceStr, OpenId, Token};
pub(crate) use open_enum::{VariantName, open_enum};
pub(crate) use rule::{OutOfRange, Rule};
pub use sensitive::{ChosenValue, EchoText, FormValue, PhoneNumber, SENSITIVE};
pub use serial_no::SerialNo;
pub use text::{FeedRequestNo, RecordId, Text};
