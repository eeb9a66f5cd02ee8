//! Encoding and decoding: from an endpoint's struct to target and body, and back.
//!
//! All requests follow one rule: fields named in `PATH` go to the path; the others go to the query for GET
//! and to the JSON body otherwise. The rules for bodies are the API's (partner page 4012081726): UTF-8 of at
//! most three bytes a character, no null, members in any order. Duplicate members are rejected, since two
//! readers could disagree about which one counts. Members that the endpoint's documentation does not define
//! are rejected in a request and ignored in a response.
//!
//! Sensitive fields (敏感信息字段) are known by their types. They are encrypted on the way out and decrypted on the
//! way in, and nowhere else. No error of this module shows one.

mod decode;
mod diagnosis;
mod draft;
mod encode;
mod encryption;
mod invalid_field;
mod json;
mod location;
mod members;
mod names;
mod parameter_error;
mod plain;
mod readable;
mod received;
mod shape;
mod similar;
mod tree;

pub use crate::encryption::DecryptFailure;
pub use decode::{Reading, check, decode, decode_response, read};
pub use draft::draft;
pub use encode::{EncodeError, Encoded, encode, encode_response};
pub use invalid_field::InvalidField;
pub use location::is_path_parameter;
pub use members::{UnknownMembers, UnusedMember, UnusedReason};
pub use names::member_names;
pub use parameter_error::{Integer, ParameterError, ParameterIssue};
pub use plain::{read_plain, read_plain_query};
pub use readable::readable_response;
pub(crate) use received::{Fitted, fit, parse_received};
pub(crate) use tree::Node;
