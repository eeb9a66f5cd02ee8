//! What the headers say of form: media types and language.

use http::HeaderMap;
use http::header::{ACCEPT, ACCEPT_LANGUAGE, CONTENT_TYPE, USER_AGENT};
use ruhui_core::api::{Row, rows};

/// `Accept` and `User-Agent` must be there, and `Accept` must leave room for JSON.
pub(super) fn check_accept(headers: &HeaderMap) -> Result<(), &'static Row> {
    if !headers.contains_key(USER_AGENT) || !headers.contains_key(ACCEPT) {
        return Err(&rows::ACCEPT_OR_USER_AGENT_MISSING);
    }
    let takes_json = headers
        .get_all(ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(range_takes_json);
    if takes_json { Ok(()) } else { Err(&rows::ACCEPT_EXCLUDES_JSON) }
}

fn range_takes_json(range: &str) -> bool {
    let mut parts = range.split(';').map(str::trim);
    let kind = parts.next().unwrap_or_default().to_ascii_lowercase();
    let refused = parts.any(|parameter| {
        let quality = parameter.strip_prefix("q=").or_else(|| parameter.strip_prefix("Q="));
        quality.and_then(|text| text.parse::<f32>().ok()) == Some(0.0)
    });
    matches!(kind.as_str(), "*/*" | "application/*" | "application/json") && !refused
}

/// A body must be said to be JSON; parameters such as `charset` are ignored.
pub(super) fn check_content_type(headers: &HeaderMap) -> Result<(), &'static Row> {
    let mut values = headers.get_all(CONTENT_TYPE).iter();
    let said = match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().unwrap_or_default(),
        _ => return Err(&rows::CONTENT_TYPE_WRONG),
    };
    let kind = said.split(';').next().unwrap_or_default().trim();
    if kind.eq_ignore_ascii_case("application/json") { Ok(()) } else { Err(&rows::CONTENT_TYPE_WRONG) }
}

/// Whether messages are to be in English; Chinese otherwise.
pub(super) fn wants_english(headers: &HeaderMap) -> bool {
    let said = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let first = said.split([',', ';']).next().unwrap_or_default().trim().to_ascii_lowercase();
    first == "en" || first.starts_with("en-")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(http::HeaderName, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).collect()
    }

    #[test]
    fn accept_is_read_as_a_list_of_ranges() {
        for good in
            ["application/json", "*/*", "text/html, application/*;q=0.5", "Application/JSON; charset=utf-8"]
        {
            assert_eq!(check_accept(&headers(&[(USER_AGENT, "t"), (ACCEPT, good)])), Ok(()), "{good}");
        }
        for bad in ["text/html", "application/json;q=0", "application/xml, text/*", ""] {
            let refused = check_accept(&headers(&[(USER_AGENT, "t"), (ACCEPT, bad)]));
            assert_eq!(refused, Err(&rows::ACCEPT_EXCLUDES_JSON), "{bad}");
        }
        for missing in [headers(&[(ACCEPT, "*/*")]), headers(&[(USER_AGENT, "t")])] {
            assert_eq!(check_accept(&missing), Err(&rows::ACCEPT_OR_USER_AGENT_MISSING));
        }
    }

    #[test]
    fn content_type_is_json_with_or_without_parameters() {
        for good in ["application/json", "application/json; charset=utf-8", "APPLICATION/JSON"] {
            assert_eq!(check_content_type(&headers(&[(CONTENT_TYPE, good)])), Ok(()));
        }
        for bad in ["text/json", "application/jsonp", "application/x-www-form-urlencoded", ""] {
            assert!(check_content_type(&headers(&[(CONTENT_TYPE, bad)])).is_err(), "{bad}");
        }
        assert!(check_content_type(&HeaderMap::new()).is_err());
    }

    #[test]
    fn english_is_spoken_when_it_is_asked_for_first() {
        for (said, english) in
            [("en", true), ("en-US,zh;q=0.5", true), ("zh-CN,en", false), ("zh-TW", false), ("", false)]
        {
            assert_eq!(wants_english(&headers(&[(ACCEPT_LANGUAGE, said)])), english, "{said}");
        }
    }
}
