//! Check of a request's target (path and query), so that the signed target is the one on the wire.

use crate::error::{InvalidTarget, UsageError};
use http::uri::PathAndQuery;

/// Checks a path with an optional `?query`. Accepts only the spelling that no URL library rewrites: RFC
/// 3986's characters, no dot segments, no fragment.
///
/// A library that "repairs" a URL after it was signed is a classic cause of SIGN_ERROR, and the service's
/// error message cannot name that cause.
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

/// Returns whether a byte may stand in a path: `pchar`, the slash, and the percent sign of an escape (RFC
/// 3986, section 3.3).
fn is_path(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/%".contains(&byte)
}

/// Returns whether a byte may stand in a query without an escape: the characters of a path and the question
/// mark. The apostrophe is left out, since WHATWG's URL rules escape it in a query.
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
