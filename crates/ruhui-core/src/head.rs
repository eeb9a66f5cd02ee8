//! Rules for the headers of every request, except the signature headers.
//!
//! The service rejects a request by these rules, and `explain` names the rule that a request breaks: both
//! call the functions of this module.
//!
//! An empty header counts as missing, for every header and both families, since proxies and HTTP clients
//! write an empty header if a value was not set.
//!
//! ```
//! use http::{HeaderMap, HeaderValue, header};
//! use ruhui_core::head::{HeaderError, check_accept, check_content_type};
//!
//! let mut headers = HeaderMap::new();
//! headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
//! headers.insert(header::USER_AGENT, HeaderValue::from_static(""));
//! assert_eq!(check_accept(&headers), Err(HeaderError::UserAgentMissing));
//!
//! headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json, charset=UTF-8"));
//! let fault = check_content_type(&headers).unwrap_err();
//! assert_eq!(
//!     format!("{fault:#}"),
//!     "Http头Content-Type须为application/json（收到 application/json, charset=UTF-8）"
//! );
//! ```

use crate::api::{Row, rows};
use http::header::{ACCEPT, AsHeaderName, CONTENT_TYPE, USER_AGENT};
use http::{HeaderMap, HeaderValue, Method};
use std::fmt;

/// Reason for which a request's headers are rejected. `{}` prints English, `{:#}` Chinese, both as in the
/// service's response.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum HeaderError {
    /// `Accept` is missing.
    AcceptMissing,
    /// `User-Agent` is missing.
    UserAgentMissing,
    /// `Accept` and `User-Agent` are missing.
    AcceptAndUserAgentMissing,
    /// `Accept` does not allow JSON.
    AcceptExcludesJson {
        /// Values received, cut if they are long.
        found: String,
    },
    /// `Content-Type` is missing.
    ContentTypeMissing,
    /// `Content-Type` is not JSON.
    ContentTypeWrong {
        /// Value received, cut if it is long.
        found: String,
    },
    /// The request has more than one `Content-Type`.
    ContentTypeRepeated {
        /// Values received, cut if they are long.
        found: String,
    },
}

impl HeaderError {
    /// Returns the row of the error table for this fault.
    pub fn row(&self) -> &'static Row {
        match self {
            Self::AcceptMissing | Self::UserAgentMissing | Self::AcceptAndUserAgentMissing => {
                &rows::ACCEPT_OR_USER_AGENT_MISSING
            }
            Self::AcceptExcludesJson { .. } => &rows::ACCEPT_EXCLUDES_JSON,
            Self::ContentTypeMissing | Self::ContentTypeWrong { .. } | Self::ContentTypeRepeated { .. } => {
                &rows::CONTENT_TYPE_WRONG
            }
        }
    }

    /// Returns the received values that break the row's rule. `{}` prints English, `{:#}` Chinese.
    pub fn detail(&self) -> HeaderErrorDetail<'_> {
        HeaderErrorDetail(self)
    }
}

impl fmt::Display for HeaderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (row, detail) = (self.row(), self.detail());
        if f.alternate() {
            write!(f, "{}（{detail:#}）", row.zh)
        } else {
            write!(f, "{}: {detail}", row.en)
        }
    }
}

impl std::error::Error for HeaderError {}

/// Received header values that break a rule, as [`HeaderError::detail`] returns them.
#[derive(Debug, Clone, Copy)]
pub struct HeaderErrorDetail<'a>(&'a HeaderError);

impl fmt::Display for HeaderErrorDetail<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use HeaderError::{
            AcceptAndUserAgentMissing, AcceptExcludesJson, AcceptMissing, ContentTypeMissing,
            ContentTypeRepeated, ContentTypeWrong, UserAgentMissing,
        };
        match (self.0, f.alternate()) {
            (AcceptMissing, false) => f.write_str("Accept is missing"),
            (AcceptMissing, true) => f.write_str("缺少 Accept"),
            (UserAgentMissing, false) => f.write_str("User-Agent is missing"),
            (UserAgentMissing, true) => f.write_str("缺少 User-Agent"),
            (AcceptAndUserAgentMissing, false) => f.write_str("both are missing"),
            (AcceptAndUserAgentMissing, true) => f.write_str("两者均缺少"),
            (ContentTypeMissing, false) => f.write_str("it is missing"),
            (ContentTypeMissing, true) => f.write_str("缺少 Content-Type"),
            (ContentTypeRepeated { found }, false) => write!(f, "it occurs more than once: {found}"),
            (ContentTypeRepeated { found }, true) => write!(f, "Content-Type 重复，收到 {found}"),
            (AcceptExcludesJson { found } | ContentTypeWrong { found }, false) => {
                write!(f, "received {found}")
            }
            (AcceptExcludesJson { found } | ContentTypeWrong { found }, true) => write!(f, "收到 {found}"),
        }
    }
}

/// Returns the values of a header, without empty ones, which count as missing.
pub fn values(headers: &HeaderMap, name: impl AsHeaderName) -> impl Iterator<Item = &HeaderValue> {
    headers.get_all(name).iter().filter(|value| !value.as_bytes().trim_ascii().is_empty())
}

/// Returns the first value of a header, without blanks around it; `None` if the header is missing, empty, or
/// not ASCII.
pub fn text(headers: &HeaderMap, name: impl AsHeaderName) -> Option<&str> {
    values(headers, name).next().and_then(|value| value.to_str().ok()).map(str::trim)
}

/// Checks that `Accept` and `User-Agent` exist and that `Accept` allows JSON. All endpoints check this before
/// the signature.
///
/// # Errors
///
/// [`HeaderError`] for the header that breaks the rule.
pub fn check_accept(headers: &HeaderMap) -> Result<(), HeaderError> {
    let has_accept = values(headers, ACCEPT).next().is_some();
    let has_user_agent = values(headers, USER_AGENT).next().is_some();
    match (has_accept, has_user_agent) {
        (false, false) => return Err(HeaderError::AcceptAndUserAgentMissing),
        (false, true) => return Err(HeaderError::AcceptMissing),
        (true, false) => return Err(HeaderError::UserAgentMissing),
        (true, true) => {}
    }
    let takes_json = values(headers, ACCEPT)
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(range_takes_json);
    if takes_json {
        Ok(())
    } else {
        Err(HeaderError::AcceptExcludesJson { found: shown(values(headers, ACCEPT)) })
    }
}

/// Returns whether [`check_content_type`] applies to a request that is not an upload: it has a body, and its
/// method is not GET. The form of an upload follows the rules of [`form`](crate::form).
pub fn has_json_body(method: impl AsRef<str>, body: &[u8]) -> bool {
    method.as_ref() != Method::GET.as_str() && !body.is_empty()
}

/// Checks that `Content-Type` exists once and names JSON; parameters such as `charset` are ignored.
///
/// # Errors
///
/// [`HeaderError`] with the values that were received.
pub fn check_content_type(headers: &HeaderMap) -> Result<(), HeaderError> {
    let mut all = values(headers, CONTENT_TYPE);
    let value = match (all.next(), all.next()) {
        (None, _) => return Err(HeaderError::ContentTypeMissing),
        (Some(_), Some(_)) => {
            return Err(HeaderError::ContentTypeRepeated { found: shown(values(headers, CONTENT_TYPE)) });
        }
        (Some(value), None) => value,
    };
    let kind = value.to_str().unwrap_or_default().split(';').next().unwrap_or_default().trim();
    if kind.eq_ignore_ascii_case("application/json") {
        Ok(())
    } else {
        Err(HeaderError::ContentTypeWrong { found: shown(std::iter::once(value)) })
    }
}

fn range_takes_json(range: &str) -> bool {
    let mut parts = range.split(';').map(str::trim);
    let kind = parts.next().unwrap_or_default().to_ascii_lowercase();
    let rejected = parts.any(|parameter| {
        let quality = parameter.strip_prefix("q=").or_else(|| parameter.strip_prefix("Q="));
        quality.and_then(|text| text.parse::<f32>().ok()) == Some(0.0)
    });
    matches!(kind.as_str(), "*/*" | "application/*" | "application/json") && !rejected
}

/// Largest number of characters that a message shows of a header's values.
const SHOWN: usize = 128;

/// Returns the values as a message shows them, separated by ` | `.
fn shown<'a>(values: impl Iterator<Item = &'a HeaderValue>) -> String {
    let values: Vec<_> = values.map(|value| String::from_utf8_lossy(value.as_bytes())).collect();
    let all = values.join(" | ");
    match all.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &all[..end]),
        None => all,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderName;

    fn headers(pairs: &[(HeaderName, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(name.clone(), HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        headers
    }

    #[test]
    fn accept_is_read_as_a_list_of_ranges() {
        for good in
            ["application/json", "*/*", "text/html, application/*;q=0.5", "Application/JSON; charset=utf-8"]
        {
            assert_eq!(check_accept(&headers(&[(USER_AGENT, "t"), (ACCEPT, good)])), Ok(()), "{good}");
        }
        let two = headers(&[(USER_AGENT, "t"), (ACCEPT, "text/html"), (ACCEPT, "application/json")]);
        assert_eq!(check_accept(&two), Ok(()));
        for bad in ["text/html", "application/json;q=0", "application/xml, text/*", "json", "应用"] {
            let fault = check_accept(&headers(&[(USER_AGENT, "t"), (ACCEPT, bad)]));
            assert_eq!(fault, Err(HeaderError::AcceptExcludesJson { found: bad.to_owned() }), "{bad}");
        }
    }

    #[test]
    fn an_empty_header_is_a_missing_one() {
        for empty in ["", " ", "\t "] {
            assert_eq!(
                check_accept(&headers(&[(USER_AGENT, "t"), (ACCEPT, empty)])),
                Err(HeaderError::AcceptMissing)
            );
            assert_eq!(
                check_accept(&headers(&[(USER_AGENT, empty), (ACCEPT, "*/*")])),
                Err(HeaderError::UserAgentMissing)
            );
            assert_eq!(
                check_accept(&headers(&[(USER_AGENT, empty)])),
                Err(HeaderError::AcceptAndUserAgentMissing)
            );
            let twice = headers(&[(CONTENT_TYPE, empty), (CONTENT_TYPE, "application/json")]);
            assert_eq!(check_content_type(&twice), Ok(()));
            assert_eq!(
                check_content_type(&headers(&[(CONTENT_TYPE, empty)])),
                Err(HeaderError::ContentTypeMissing)
            );
            let named = headers(&[(CONTENT_TYPE, empty), (CONTENT_TYPE, " a ")]);
            assert_eq!(text(&named, CONTENT_TYPE), Some("a"));
            assert_eq!(text(&named, ACCEPT), None);
        }
        assert_eq!(check_content_type(&HeaderMap::new()), Err(HeaderError::ContentTypeMissing));
    }

    #[test]
    fn a_body_is_json_unless_the_method_is_get() {
        assert!(has_json_body(Method::POST, b"{}") && has_json_body("PATCH", b"{}"));
        assert!(!has_json_body(Method::POST, b"") && !has_json_body("GET", b"{}"));
    }

    #[test]
    fn content_type_is_json_with_or_without_parameters() {
        for good in ["application/json", "application/json; charset=utf-8", "APPLICATION/JSON"] {
            assert_eq!(check_content_type(&headers(&[(CONTENT_TYPE, good)])), Ok(()));
        }
        for bad in ["text/json", "application/jsonp", "application/x-www-form-urlencoded", "应用"] {
            let fault = check_content_type(&headers(&[(CONTENT_TYPE, bad)]));
            assert_eq!(fault, Err(HeaderError::ContentTypeWrong { found: bad.to_owned() }));
        }
    }

    /// WeiXinMPSDK#2575: the developer sees `application/json` in the code, so the message shows what was
    /// received.
    #[test]
    fn a_comma_for_the_semicolon_and_a_second_header_are_shown() {
        let comma = headers(&[(CONTENT_TYPE, "application/json, charset=UTF-8")]);
        let fault = check_content_type(&comma).unwrap_err();
        assert_eq!(
            (format!("{fault}"), format!("{fault:#}")),
            (
                "the header Content-Type must be application/json: received application/json, charset=UTF-8"
                    .to_owned(),
                "Http头Content-Type须为application/json（收到 application/json, charset=UTF-8）".to_owned()
            )
        );
        let twice = headers(&[(CONTENT_TYPE, "application/json"), (CONTENT_TYPE, "application/json")]);
        let fault = check_content_type(&twice).unwrap_err();
        assert_eq!(
            (format!("{fault}"), format!("{fault:#}")),
            (
                "the header Content-Type must be application/json: it occurs more than once: application/json \
                 | application/json"
                    .to_owned(),
                "Http头Content-Type须为application/json（Content-Type 重复，收到 application/json | application/json）"
                    .to_owned()
            )
        );
    }

    #[test]
    fn a_long_value_is_cut() {
        let long = headers(&[(CONTENT_TYPE, &"x".repeat(1000))]);
        let fault = check_content_type(&long).unwrap_err();
        assert_eq!(fault, HeaderError::ContentTypeWrong { found: format!("{}…", "x".repeat(SHOWN)) });
    }
}
