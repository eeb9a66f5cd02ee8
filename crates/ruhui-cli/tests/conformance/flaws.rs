//! For each case: the client with the one mistake that the case is there for fails it, and fails no other case, except
//! those that the mistake necessarily touches.

use crate::client::{failed, judged, run};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

/// Cases that a mistake touches besides its own.
const TOUCHED: &[(&str, &[&str])] = &[
    // A client that rejects everything.
    ("sound", &["platform-certificate", "unknown-fields", "final-newline", "upper-case-headers"]),
    (
        "callback-sound",
        &[
            "callback-platform-certificate",
            "callback-encrypted-field",
            "callback-odd-json",
            "callback-upper-case-headers",
            "callback-duplicate",
            "callback-duplicate-at-once",
            "callback-out-of-order",
            "callback-unknown-type",
            "callback-signature-probe",
        ],
    ),
    // A client that accepts the signature of any other key.
    ("forged", &["other-known-key", "forged-text"]),
    ("callback-forged", &["callback-forged-localhost", "callback-other-known-key"]),
    // A client that does not know which events it has handled.
    ("callback-duplicate", &["callback-duplicate-at-once"]),
];

/// The judgement on the mistake of each case.
fn judgement(case: &str) -> &'static str {
    match case {
        "sound"
        | "platform-certificate"
        | "unknown-fields"
        | "final-newline"
        | "upper-case-headers"
        | "compressed"
        | "callback-unknown-type" => "broke",
        "signed-error" | "sign-error" | "rate-limited" | "bad-gateway" | "system-error" | "reset"
        | "redirect" => "retried",
        _ if case.starts_with("callback-") => "answered",
        _ => "accepted",
    }
}

#[test]
fn a_client_without_mistakes_passes_every_case() {
    let result = judged(&[], None);
    assert_eq!((failed(&result), &result["failed"]), (BTreeMap::new(), &Value::from(0)));
    assert!(result["passed"].as_u64().unwrap() >= 35, "{}", result["passed"]);
}

#[test]
fn every_mistake_fails_its_own_case_and_those_that_it_touches() {
    let listed: Value = serde_json::from_slice(&run(&["--list", "-o", "json"]).stdout).unwrap();
    let cases: Vec<(&str, &str)> = listed
        .as_array()
        .unwrap()
        .iter()
        .map(|case| (case["case"].as_str().unwrap(), case["kind"].as_str().unwrap()))
        .collect();
    let (rest, wrong) = (Mutex::new(cases), Mutex::new(Vec::new()));
    // A client mostly waits, but too many at a time would delay a hasty one.
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                while let Some((case, kind)) = { rest.lock().unwrap().pop() } {
                    let result = judged(&["--kind", kind, "--jobs", "6"], Some(case));
                    let found = failed(&result);
                    let of_case = TOUCHED.iter().find(|(name, _)| *name == case);
                    let touched = of_case.map_or(&[][..], |(_, touched)| touched);
                    let expected: BTreeSet<&str> = touched.iter().copied().chain([case]).collect();
                    let names: BTreeSet<&str> = found.keys().map(String::as_str).collect();
                    let is_right = names == expected && found.values().all(|value| value == judgement(case));
                    if !is_right {
                        wrong.lock().unwrap().push((case, found));
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "{wrong:#?}");
}
