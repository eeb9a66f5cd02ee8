//! The target of a request, checked so that the signed target is the sent one.

use crate::error::{InvalidTarget, UsageError};
use http::uri::PathAndQuery;

/// Path, and `?query` if there is one, in the one spelling that no URL library rewrites: RFC 3986's
/// characters, no dot segments, no fragment.
///
/// A library that "repairs" a URL after it was signed is a classic cause of SIGN_ERROR, and the message of
/// the service cannot name it.
pub(crate) fn check(target: &str) -> Result<PathAndQuery, UsageError> {
    let wrong = |why| Err(UsageError::Target { why });
    if !target.starts_with('/') {
        return wrong(InvalidTarget::NoSlash);
    }
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    if !path.bytes().all(is_path) || !query.bytes().all(is_query) || !escapes_are_whole(target) {
        return wrong(InvalidTarget::Characters);
    }
    if path.split('/').any(is_dot_segment) {
        return wrong(InvalidTarget::DotSegment);
    }
    target.parse().or_else(|_| wrong(InvalidTarget::NotTarget))
}

/// `pchar`, the slash, and the percent of an escape (RFC 3986, section 3.3).
fn is_path(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/%".contains(&byte)
}

/// Characters of a query that need no escape: those of a path and the question mark, without the apostrophe, which the
/// WHATWG's URL rules escape in a query.
fn is_query(byte: u8) -> bool {
    byte != b'\'' && (is_path(byte) || byte == b'?')
}

fn escapes_are_whole(target: &str) -> bool {
    target.split('%').skip(1).all(|rest| {
        let digits = rest.as_bytes();
        digits.len() >= 2 && digits[..2].iter().all(u8::is_ascii_hexdigit)
    })
}

fn is_dot_segment(segment: &str) -> bool {
    let plain = segment.replace("%2e", ".").replace("%2E", ".");
    plain == "." || plain == ".."
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_targets_pass_unchanged() {
        for target in [
            "/",
            "/v3/certificates",
            "/v3//x/",
            "/v3/x?mchid=1900000001&note=%E4%BC%9A%27",
            "/v3/it's?",
            "/v3/x?a=b?c",
        ] {
            assert_eq!(check(target).unwrap().as_str(), target);
        }
    }

    #[test]
    fn what_a_url_library_would_rewrite_is_rejected() {
        for target in [
            "",
            "v3/certificates",
            "https://host/v3",
            "/v3/a b",
            "/v3/会",
            "/v3/a\nb",
            "/v3/a\\b",
            "/v3/{card_id}",
            "/v3/a#b",
            "/v3/a?b='c'",
            "/v3/a?b=\"c\"",
            "/v3/100%",
            "/v3/%4",
            "/v3/%zz",
            "/v3/../x",
            "/v3/./x",
            "/v3/%2e%2E",
        ] {
            assert!(matches!(check(target), Err(UsageError::Target { .. })), "{target}");
        }
    }
}
