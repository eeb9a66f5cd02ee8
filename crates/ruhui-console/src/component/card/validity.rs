//! How long a card is valid, as a sentence.

use super::texts::CardTexts;
use crate::time;
use serde_json::Value;

/// Returns how long a card is valid. `end` is the time at which the card expires; empty if it does not.
pub(super) fn sentence(card: &Value, end: &str, t: &CardTexts) -> String {
    let validity = &card["valid_date_information"];
    let begin = validity["available_begin_time"].as_str().unwrap_or_default();
    match (begin, end) {
        (_, "") => t.permanent.to_owned(),
        ("", end) => format!("{} {}", t.until, time::long(end)),
        (begin, end) => format!("{} – {}", time::long(begin), time::long(end)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;
    use serde_json::json;

    #[test]
    fn each_kind_of_validity_has_its_sentence() {
        let t = CardTexts::of(Language::English);
        let of =
            |validity: Value, end: &str| sentence(&json!({ "valid_date_information": validity }), end, t);
        assert_eq!(of(json!({ "type": "PERMANENT" }), ""), "no expiry");
        let term = json!({ "type": "FIX_TERM", "available_day_after_receive": 30 });
        assert_eq!(of(term, "2026-12-28T00:00:00+08:00"), "until 2026-12-28 00:00:00");
        let range = json!({
            "type": "FIX_TIME_RANGE",
            "available_begin_time": "2026-01-01T00:00:00+08:00",
            "available_end_time": "2027-01-01T00:00:00+08:00",
        });
        assert_eq!(of(range, "2027-01-01T00:00:00+08:00"), "2026-01-01 00:00:00 – 2027-01-01 00:00:00");
    }
}
