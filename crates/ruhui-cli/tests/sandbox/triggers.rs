//! Tests of `ruhui trigger` and of the acts of `ruhui events` against a running sandbox.

use crate::listen::Listening;
use crate::running::*;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

const STATES: [(&str, &str, &[&str]); 6] = [
    ("member", "EFFECTIVE", &["USER_CARD.CREATE"]),
    ("pending-card", "UNACTIVATED", &["USER_CARD.CREATE"]),
    ("points-sync", "EFFECTIVE", &["USER_CARD.CREATE", "SYNC_USER_POINT"]),
    ("redemption", "EFFECTIVE", &["USER_CARD.CREATE", "POINT_EXCHANGE_COUPON"]),
    ("deleted-card", "INVALID", &["USER_CARD.CREATE", "USER_CARD.DELETE"]),
    ("expired-card", "EXPIRED", &[]),
];

fn trigger(here: &Path, arguments: &[&str]) -> Said {
    say(here, &[&["trigger"], arguments].concat())
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_else(|| panic!("no {name} in {value}"))
}

/// Types of a result's events, oldest first, without the family's prefix.
fn types(result: &Value) -> Vec<&str> {
    let events = result["events"].as_array().unwrap().iter().rev();
    events.map(|event| text(event, "event_type").split_once('.').unwrap().1).collect()
}

#[test]
fn each_state_is_brought_about_from_nothing_in_both_families() {
    let place = made();
    let sandbox = Running::start(place.path(), &[]);
    let clock = say(place.path(), &["clock", "-o", "json"]).json();
    for (what, state, events) in STATES {
        for family in ["partner", "brand"] {
            let report = trigger(place.path(), &[what, "--family", family, "-o", "json"]).json();
            let result = &report["results"][0];
            assert_eq!((text(result, "trigger"), text(&result["card"], "user_card_state")), (what, state));
            assert_eq!(types(result), events, "{what} {family}");
            let owner = if family == "brand" { "brand_id 1007" } else { "mchid 1900000001" };
            for event in result["events"].as_array().unwrap() {
                assert_eq!(text(event, "owner"), owner, "{what}");
            }
            let steps = report["steps"].as_array().unwrap();
            let requests: Vec<_> = steps.iter().filter(|step| step["kind"] == "request").collect();
            assert!(
                !requests.is_empty() && requests.iter().all(|step| step["request_id"].is_string()),
                "{report}"
            );
        }
    }
    for family in ["partner", "brand"] {
        let code_mode = ["member", "--code-mode", "merchant", "--family", family, "-o", "json"];
        let report = trigger(place.path(), &code_mode).json();
        let card = &report["results"][0]["card"];
        assert_eq!((text(card, "user_card_state"), text(card, "user_card_code").len()), ("EFFECTIVE", 24));
        assert_eq!(
            report["steps"][1]["user_card"].get("user_card_code"),
            None,
            "the user's card has no code yet"
        );
    }
    let after = say(place.path(), &["clock", "-o", "json"]).json();
    assert_eq!(after["ahead_seconds"], clock["ahead_seconds"], "no trigger moves the clock");
    sandbox.stop();
}

#[test]
fn a_trigger_prints_each_step_and_the_callbacks_in_the_users_language() {
    let place = made();
    let sandbox = Running::start(place.path(), &[]);
    for (language, request, act, callback) in [
        (
            "en",
            "1. request create_pre_auth_token: 200\n   Request-ID ",
            "4. the user deletes the card\n",
            "callback ",
        ),
        ("zh", "1. 请求 create_pre_auth_token：200\n   Request-ID ", "4. 用户删除会员卡\n", "回调通知 "),
    ] {
        let said = trigger(place.path(), &["deleted-card", "--lang", language]).good();
        assert!(said.starts_with(request) && said.contains(act), "{said}");
        let callbacks: Vec<&str> = said.lines().filter(|line| line.starts_with(callback)).collect();
        assert!(
            callbacks[0].ends_with(" USER_CARD.CREATE") && callbacks[1].ends_with(" USER_CARD.DELETE"),
            "{said}"
        );
        assert!(said.lines().all(|line| line.chars().count() <= 80), "{said}");
    }
    let named = "oNamed0000000000000000000000";
    assert!(trigger(place.path(), &["member", "--openid", named]).good().contains(named));
    let again = trigger(place.path(), &["member", "--openid", named]).error();
    assert!(again.starts_with("create_pre_auth_token: rejected: 400 INVALID_REQUEST"), "{again}");
    // The sandbox signs, so its address is enough.
    let elsewhere = tempfile::tempdir().unwrap();
    let address = ["member", "--operations-url", sandbox.value("RUHUI_OPERATIONS_URL")];
    assert!(trigger(elsewhere.path(), &address).good().contains("callback "));
    sandbox.stop();
}

#[test]
fn a_list_of_steps_is_checked_before_anything_runs() {
    let place = made();
    let sandbox = Running::start(place.path(), &[]);
    let here = place.path();
    let steps = "[[steps]]\nevents = \"pause\"\n[[steps]]\ntrigger = \"member\"\n[[steps]]\ntrigger = \"redemption\"\nfamily = \"brand\"\n[[steps]]\nclock = \"advance 61m\"\n";
    fs::write(here.join("wrong.toml"), steps.replace("redemption", "redeem")).unwrap();
    let wrong = trigger(here, &["--file", "wrong.toml"]).error();
    assert!(
        wrong.starts_with("wrong.toml: step 3, `trigger` = \"redeem\": it must be one of member, "),
        "{wrong}"
    );
    assert_eq!(say(here, &["events", "-o", "json"]).json(), json!({ "data": [], "paused": false }));

    fs::write(here.join("steps.toml"), steps).unwrap();
    let report = trigger(here, &["--file", "steps.toml", "-o", "json"]).json();
    let kinds: Vec<&str> =
        report["steps"].as_array().unwrap().iter().map(|step| text(step, "kind")).collect();
    assert_eq!(
        kinds,
        ["events", "request", "user", "request", "request", "user", "request", "user", "clock"]
    );
    assert_eq!(types(&report["results"][1]), ["USER_CARD.CREATE", "POINT_EXCHANGE_COUPON"]);
    let listed = say(here, &["events", "-o", "json"]).json();
    assert_eq!((&listed["paused"], listed["data"].as_array().unwrap().len()), (&json!(true), 3));
    assert!(listed["data"].as_array().unwrap().iter().all(|event| event["attempts_made"] == 0), "{listed}");
    assert_eq!(say(here, &["clock", "-o", "json"]).json()["ahead_seconds"], 3660);

    fs::write(here.join("steps.json"), r#"{"steps":[{"events":"resume"},{"clock":"freeze"}]}"#).unwrap();
    trigger(here, &["--file", "steps.json"]).good();
    assert_eq!(say(here, &["clock", "-o", "json"]).json()["frozen"], true);
    sandbox.stop();
}

/// Two events of a card in the wrong order, each to a receiver that takes deletions only.
#[test]
fn events_are_sent_out_of_order_elsewhere_and_twice() {
    let place = made();
    let sandbox = Running::start(place.path(), &[]);
    let here = place.path();
    let listening = Listening::start(here, &["--events", "user_card.delete"]);
    say(here, &["events", "pause"]).good();
    let report = trigger(here, &["deleted-card", "-o", "json"]).json();
    let ids: Vec<String> = report["results"][0]["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| text(event, "event_id").to_owned())
        .collect();
    let [deleted, created] = ids.as_slice() else { panic!("{report}") };
    let url = format!("{}/notify", listening.url);
    let all = say(here, &["events", "redirect", "--all", &url]).good();
    assert_eq!(all, format!("2 waiting events go to {url} now\n"));
    for id in [deleted, created] {
        let resent = say(here, &["events", "resend", &id[..8], "--times", "2"]).good();
        assert!(resent.starts_with(&format!("{}  accepted  ", &id[..8])), "{resent}");
        assert_eq!(resent.matches("accepted with 204").count(), 2, "{resent}");
    }
    let listed = say(here, &["events"]);
    assert!(listed.stderr.starts_with("paused: "), "{listed:?}");
    let events = listed.good();
    assert!(events.lines().all(|line| line.contains("  accepted  ")), "{events}");
    say(here, &["events", "resume"]).good();

    let shown = say(here, &["events", "show", deleted]).good();
    assert!(shown.contains("  resend 2  ") && shown.contains("\"openid\": \"o"), "{shown}");
    assert!(!shown.contains("13900000000"), "{shown}");
    assert!(say(here, &["events", "show", deleted, "--show-sensitive"]).good().contains("13900000000"));
    let dropped = say(here, &["events", "drop", deleted]).error();
    assert!(dropped.starts_with("rejected: NOT_WAITING: "), "{dropped}");
    let closed = say(here, &["events", "redirect", deleted, CLOSED]).good();
    assert!(closed.contains("  accepted  "), "{closed}");
    let failed = say(here, &["events", "resend", deleted]);
    assert_eq!(failed.status, Some(1), "{failed:?}");

    sandbox.stop();
    let received = listening.stop();
    assert_eq!(received.matches("USER_CARD.DELETE").count(), 2, "{received}");
    assert!(!received.contains("USER_CARD.CREATE"), "{received}");
}
