use super::*;
use crate::explain::{Certainty, Finding, causes};
use std::collections::BTreeSet;

/// Causes without a remedy, with the reason.
const WITHOUT: &[(&str, &[&str])] = &[
    ("the caller decides which family it calls", &["authorization_other_family"]),
    ("a machine's clock or a queue, no line of a program", &["timestamp_outside_window", "request_age"]),
    ("a value of the configuration", &["caller_wrong"]),
    ("a new certificate is needed, or time", &["certificate_expired", "certificate_not_yet_valid"]),
    (
        "the endpoint's page says what is right",
        &["endpoint_unknown", "endpoint_method", "parameters", "endpoint_of_other_api"],
    ),
    (
        "the text was changed after the program had made it",
        &["signature_percent_encoded", "signature_percent_sign", "signature_blanks"],
    ),
    ("the key is not known, so neither is the mistake", &["key_unknown", "key_known"]),
    ("Windows CryptoAPI is used from none of these languages as a rule", &["signature_reversed"]),
    ("only ever likely", &["body_lost", "body_question_marks"]),
];

#[test]
fn every_cause_has_a_remedy_or_a_reason_for_none() {
    let without: BTreeSet<&str> =
        causes().filter(|cause| cause.remedy.is_none()).map(|cause| cause.id).collect();
    let explained: BTreeSet<&str> = WITHOUT.iter().flat_map(|(_, ids)| ids.iter().copied()).collect();
    assert_eq!(without, explained);
}

/// All remedies, once each.
fn remedies() -> Vec<&'static Remedy> {
    let mut all: Vec<&Remedy> = Vec::new();
    for remedy in causes().filter_map(|cause| cause.remedy) {
        if !all.iter().any(|known| std::ptr::eq(*known, remedy)) {
            all.push(remedy);
        }
    }
    all
}

#[test]
fn every_remedy_is_short_and_plain_in_every_language() {
    assert!(remedies().len() > 15);
    for remedy in remedies() {
        for language in ProgrammingLanguage::ALL {
            let lines = remedy.lines(language);
            assert!(!lines.is_empty() && lines.trim() == lines, "{lines}");
            assert!(lines.lines().count() <= 5, "{lines}");
            assert!(lines.lines().all(|line| line.len() <= 125 && line.trim_end() == line), "{lines}");
            assert!(lines.is_ascii(), "{lines}");
            let is_commented = lines.lines().any(|line| line.trim_start().starts_with(['#', '/']));
            assert!(!is_commented, "a comment would need both languages: {lines}");
        }
    }
}

/// Brackets and quotes come in pairs, and statements end as the language has it.
#[test]
fn every_remedy_looks_like_its_language() {
    for remedy in remedies() {
        for language in ProgrammingLanguage::ALL {
            let lines = remedy.lines(language);
            let without_texts = without_texts(lines, language);
            for (open, close) in [('(', ')'), ('[', ']'), ('{', '}')] {
                let count = |bracket| without_texts.chars().filter(|c| *c == bracket).count();
                assert_eq!(count(open), count(close), "{open}{close}: {lines}");
            }
            let ends = lines.ends_with(';');
            match language {
                ProgrammingLanguage::Java
                | ProgrammingLanguage::Node
                | ProgrammingLanguage::Php
                | ProgrammingLanguage::Rust => assert!(ends, "{lines}"),
                _ => assert!(!ends, "{lines}"),
            }
            assert_eq!(
                lines.contains('$'),
                language == ProgrammingLanguage::Php
                    || lines.contains('$')
                        && matches!(language, ProgrammingLanguage::Curl | ProgrammingLanguage::Node),
                "{lines}"
            );
        }
    }
}

/// Leaves the texts in quotes out.
fn without_texts(lines: &str, language: ProgrammingLanguage) -> String {
    let quotes: &[char] = match language {
        ProgrammingLanguage::Java => &['"', '\''],
        ProgrammingLanguage::Rust => &['"'],
        _ => &['"', '\'', '`'],
    };
    let mut kept = String::new();
    let mut open = None;
    let mut characters = lines.chars();
    while let Some(character) = characters.next() {
        match open {
            Some(_) if character == '\\' => drop(characters.next()),
            Some(quote) if character == quote => open = None,
            Some(_) => {}
            None if quotes.contains(&character) => open = Some(character),
            None => kept.push(character),
        }
    }
    kept
}

#[test]
fn a_finding_that_is_only_likely_has_no_remedy() {
    let cause = causes().find(|cause| cause.id == "signed_with_pss").unwrap();
    let proven = serde_json::to_value(Finding::proven(cause)).unwrap();
    assert_eq!(proven["remedies"].as_object().unwrap().len(), ProgrammingLanguage::ALL.len());
    assert!(proven["remedies"]["java"].as_str().unwrap().contains("SHA256withRSA"));
    let likely = Finding { certainty: Certainty::Likely, ..Finding::proven(cause) };
    assert!(serde_json::to_value(likely).unwrap().get("remedies").is_none());
}
