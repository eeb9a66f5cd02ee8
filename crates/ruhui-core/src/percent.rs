//! Percent-encoding of the values that stand in a path or a query.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Every character except the unreserved ones of RFC 3986.
pub(crate) const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Encodes a value for a path or a query: only the unreserved characters of RFC 3986 stay as they are.
///
/// ```
/// assert_eq!(ruhui_core::percent::encode("a/b c~"), "a%2Fb%20c~");
/// ```
pub fn encode(value: &str) -> String {
    utf8_percent_encode(value, RESERVED).to_string()
}
