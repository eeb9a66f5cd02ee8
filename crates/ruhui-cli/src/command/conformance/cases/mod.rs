//! The cases of the suite.

mod callback;
mod request;
mod retry;

use super::case::Case;

/// Returns all cases, in the order of the report.
pub(crate) fn all() -> impl Iterator<Item = &'static Case> {
    request::CASES.iter().chain(retry::CASES).chain(callback::CASES)
}

#[cfg(test)]
mod tests {
    use super::super::case::Source;
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_case_has_a_name_of_its_own_and_says_all_in_both_languages() {
        let names: BTreeSet<&str> = all().map(|case| case.name).collect();
        assert_eq!(names.len(), all().count());
        assert!(all().count() >= 35, "{}", all().count());
        for case in all() {
            let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            assert!(case.name.chars().all(is_plain), "{}", case.name);
            for text in [&case.played, &case.right] {
                assert!(!text.en().is_empty() && !text.zh().is_ascii(), "{}", case.name);
                assert!(text.en().is_ascii(), "{}: {}", case.name, text.en());
            }
            assert!(
                case.name.starts_with("callback-") == (case.kind().as_str() == "callback"),
                "{}",
                case.name
            );
            if let Source::Page(id) = case.source {
                let id: u64 = id.parse().unwrap();
                assert!((4_012_000_000..4_030_000_000).contains(&id), "{}", case.name);
            }
        }
    }
}
