//! Identifiers, times, texts and secrets: parsed once at the edge.
//!
//! Limits are those of the documents' field tables, `string(N)` counted in Unicode scalar values.
//! The data rules (partner page 4012081726) allow UTF-8 of one to three bytes a character only.
//!
//! These are rules of **requests**: a value that the caller makes keeps them, and a request is checked for them
//! before it is sent ([`wire::encode`](crate::wire::encode)). A value that was received in a response or an
//! event is as WeChat Pay sent it, whatever its length, characters and form. A received value that was kept as
//! JSON is read back with [`wire::decode_response`](crate::wire::decode_response), since plain serde checks the
//! rules.
//!
//! Errors of this module print English with `{}` and Chinese with `{:#}`.

mod caller;
mod card;
mod check;
mod date_time;
mod id;
mod open_enum;
mod rule;
mod ruled;
mod sensitive;
mod serial_no;
mod string_type;
mod text;

pub use caller::{Caller, Family};
pub use card::{CardTitle, Color, FeedCell, LegalAgreement, NotifyUrl, OutRequestNo, UserCardCode};
pub use check::Invalid;
pub use date_time::{DateTime, DateTimeError};
pub use id::{AppId, BrandId, CardId, MchId, NonceStr, OpenId, Token};
pub(crate) use open_enum::{VariantName, open_enum};
pub(crate) use rule::{OutOfRange, Rule};
pub(crate) use ruled::RULED;
pub use sensitive::{ChosenValue, EchoText, FormValue, PhoneNumber, SENSITIVE};
pub use serial_no::SerialNo;
pub use text::{FeedRequestNo, RecordId, Text};
