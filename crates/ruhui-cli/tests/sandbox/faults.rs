//! Tests of `ruhui fault` against a running sandbox.

use crate::running::*;
use std::fs;

/// A rule as the command prints it.
const RESET: &str = "f1    reset\n      at=after; path=/v3/brand/*; method=POST; times=1\n";

#[test]
fn a_rule_is_added_played_and_removed() {
    let place = made();
    let here = place.path();
    let sandbox = Running::start(here, &[]);
    let none = say(here, &["fault"]);
    assert!(none.stderr.starts_with("no rules; `ruhui fault add KIND` adds one"), "{none:?}");
    assert_eq!(none.good(), "");

    let words = ["fault", "add", "reset", "--at", "after", "--path", "/v3/brand/*", "--method", "post"];
    let added = say(here, &[&words[..], &["--times", "1"]].concat()).good();
    assert_eq!(added, format!("{RESET}      matched 0, played 0\n"));
    let token = say(here, &["token", "-o", "json"]);
    assert!(token.stderr.starts_with("from the backup host"), "{token:?}");
    token.good();
    let listed = say(here, &["fault", "list"]).good();
    assert_eq!(listed, format!("{RESET}      matched 2, played 1; not played again\n"));
    let chinese = say(here, &["--lang", "zh", "fault"]).good();
    assert!(chinese.ends_with("已匹配 2 次，已触发 1 次；不再触发\n"), "{chinese}");
    let json = say(here, &["fault", "-o", "json"]).json();
    assert_eq!((&json["data"][0]["fault"], &json["data"][0]["played"]), (&"reset".into(), &1.into()));

    // The command's own table is that of the control.
    let kinds = say(here, &["fault", "kinds", "-o", "json"]).json();
    let request = "GET /sandbox/faults/kinds HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    let response = exchange(sandbox.value("RUHUI_OPERATIONS_URL"), request);
    let (_, body) = response.split_once("\r\n\r\n").unwrap();
    assert_eq!(kinds, serde_json::from_str::<serde_json::Value>(body).unwrap());

    let gone = say(here, &["fault", "remove", "f2"]).error();
    assert_eq!(gone, "rejected: NOT_FOUND: there is no rule \"f2\"; the rules are f1");
    assert_eq!(say(here, &["fault", "remove", "f1"]).good(), "removed f1\n");
    let wrong = say(here, &["fault", "add", "forged", "--at", "before"]).error();
    assert_eq!(wrong, "rejected: PARAM_ERROR: `at`: `forged` always happens after the commit: leave it out");
    sandbox.stop();
}

#[test]
fn a_host_is_down_until_its_rule_is_removed() {
    let place = made();
    let here = place.path();
    let sandbox = Running::start(here, &[]);
    let added = say(here, &["fault", "add", "host-down", "--host", "main", "-o", "json"]).json();
    let token = say(here, &["token"]);
    assert!(token.stderr.contains("nothing listens on this port (connection refused)"), "{token:?}");
    token.good();
    let removed = say(here, &["fault", "remove", "--all", "-o", "json"]).json();
    assert_eq!(removed["removed"], 1, "{added}");
    let token = say(here, &["token"]);
    assert_eq!(token.stderr, "");
    token.good();
    sandbox.stop();
}

#[test]
fn an_attempt_at_a_callback_names_its_fault() {
    let place = made();
    let here = place.path();
    let sandbox = Running::start(here, &[]);
    say(here, &["fault", "add", "callback-lost", "--event-type", "USER_CARD.CREATE", "--times", "1"]).good();
    let triggered = say(here, &["trigger", "pending-card", "-o", "json"]).json();
    let event = triggered["results"][0]["events"][0]["event_id"].as_str().unwrap().to_owned();
    let shown = loop {
        let shown = say(here, &["events", "show", &event]).good();
        if shown.contains("attempt 1") {
            break shown;
        }
    };
    assert!(shown.contains("not sent: the rule f1 plays the fault callback-lost"), "{shown}");
    assert!(shown.contains("\n              fault: callback-lost (rule f1)\n"), "{shown}");
    sandbox.stop();
}

#[test]
fn the_start_says_which_faults_of_the_file_are_in_force() {
    let place = made();
    let here = place.path();
    let path = root(&place).join("ruhui.toml");
    let text = fs::read_to_string(&path).unwrap();
    let faults = "\n[[faults]]\nfault = \"unsigned\"\ntimes = 1\n\n[[faults]]\nfault = \"host-down\"\nhost = \"backup\"\n";
    fs::write(&path, text + faults).unwrap();
    let sandbox = Running::start(here, &[]);
    let log = fs::read_to_string(here.join(LOG)).unwrap();
    let line = "faults of ruhui.toml in force: unsigned and host-down; `ruhui fault` lists them\n";
    assert!(log.starts_with(line), "{log}");
    assert!(sandbox.shown.contains("No first token: "), "{}", sandbox.shown);
    assert!(sandbox.shown.contains("; ruhui.toml has faults"), "{}", sandbox.shown);
    // The sandbox's own request has not used up the rule.
    let listed = say(here, &["fault"]).good();
    assert!(listed.contains("matched 0, played 0; from ruhui.toml"), "{listed}");
    assert!(listed.contains("until it is removed; from ruhui.toml"), "{listed}");
    assert_eq!(say(here, &["token"]).status, Some(1));
    say(here, &["token"]).good();
    sandbox.stop();
}
