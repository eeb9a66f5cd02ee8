//! Percent-encoding of values in a path or a query.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Characters to encode: all except the unreserved ones of RFC 3986.
pub(crate) const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Encodes a value for a path or a query. Only the unreserved characters of RFC 3986 are not encoded.
///
/// ```
/// assert_eq!(ruhui_core::percent::encode("a/b c~"), "a%2Fb%20c~");
/// ```
pub fn encode(value: &str) -> String {
    utf8_percent_encode(value, RESERVED).to_string()
}
