//! Content negotiation: the language that a request asks for. The other rules for headers are in `ruhui_core::head`.

use http::HeaderMap;
use http::header::ACCEPT_LANGUAGE;
use ruhui_core::head;

/// Whether messages are to be in English rather than Chinese.
pub(super) fn wants_english(headers: &HeaderMap) -> bool {
    let said = head::text(headers, ACCEPT_LANGUAGE).unwrap_or_default();
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
    fn english_is_spoken_when_it_is_asked_for_first() {
        for (said, english) in
            [("en", true), ("en-US,zh;q=0.5", true), ("zh-CN,en", false), ("zh-TW", false), ("", false)]
        {
            assert_eq!(wants_english(&headers(&[(ACCEPT_LANGUAGE, said)])), english, "{said}");
        }
    }
}
