//! Tests of a running sandbox that is put back: reset, snapshots, restore.

use crate::running::*;
use serde_json::{Value, json};
use std::path::Path;

/// A user that only these tests make a member.
const USER: &str = "obLatGoingBack00000000000000";

fn sandbox(here: &Path, words: &[&str]) -> Said {
    say(here, &[&["sandbox"], words].concat())
}

fn open_card(here: &Path) -> Said {
    say(here, &["user", "open", "--openid", USER, "--phone", "13900000000"])
}

fn members(state: &Value) -> u64 {
    state["records"]["members"].as_u64().unwrap()
}

#[test]
fn a_member_is_gone_after_a_reset_and_back_after_a_restore() {
    let place = made();
    let here = place.path();
    let running = Running::start(here, &[]);
    let beginning = sandbox(here, &["reset", "-o", "json"]).json();
    open_card(here).good();
    assert_eq!(say(here, &["token", "--openid", USER]).status, Some(1), "one card of a template");

    let said = sandbox(here, &["snapshot", "one-member"]);
    assert!(said.stderr.contains("`ruhui sandbox restore one-member`"), "{said:?}");
    let lines = said.good();
    for line in ["  members         ", "  waiting events  1", "  business time   20"] {
        assert!(lines.contains(line), "{lines}");
    }
    let exists = sandbox(here, &["snapshot", "one-member"]).error();
    assert!(exists.contains("EXISTS") && exists.contains("--overwrite"), "{exists}");
    let kept = sandbox(here, &["snapshot", "one-member", "--overwrite", "-o", "json"]).json();
    assert_eq!(members(&kept), members(&beginning) + 1);
    assert_eq!(sandbox(here, &["snapshots", "-o", "json"]).json(), json!({ "data": [kept] }));
    assert!(root(&place).join("snapshots/one-member.json").is_file());

    let said = sandbox(here, &["reset"]);
    assert_eq!(said.stderr, "the sandbox is as at its beginning\n");
    said.good();
    let token = say(here, &["token", "--openid", USER, "-o", "json"]).json();
    assert_eq!(token["token"].as_str().unwrap().len(), 32, "the same keys and the same kit");

    let said = sandbox(here, &["restore", "one-member", "--lang", "zh"]);
    assert!(said.stderr.starts_with("沙箱已恢复到快照 `one-member`"), "{said:?}");
    assert!(said.good().contains("  待送达事件  1"));
    assert_eq!(say(here, &["token", "--openid", USER]).status, Some(1), "the card is back");

    assert_eq!(
        sandbox(here, &["delete-snapshot", "one-member"]).good(),
        "deleted the snapshot `one-member`\n"
    );
    let gone = sandbox(here, &["restore", "one-member"]).error();
    assert!(gone.contains("NOT_FOUND: there is no snapshot `one-member`"), "{gone}");
    let said = sandbox(here, &["snapshots"]);
    assert_eq!(
        (&said.stdout[..], &said.stderr[..]),
        ("", "no snapshot; `ruhui sandbox snapshot NAME` makes one\n")
    );
    running.stop();
}

#[test]
fn a_state_survives_the_sandbox() {
    let place = made();
    let here = place.path();
    let running = Running::start(here, &[]);
    open_card(here).good();
    sandbox(here, &["snapshot", "member"]).good();
    sandbox(here, &["reset"]).good();
    running.stop();
    // The reset is on disk.
    let running = Running::start(here, &[]);
    say(here, &["token", "--openid", USER]).good();
    sandbox(here, &["restore", "member"]).good();
    running.stop();
    let running = Running::start(here, &["--store", "memory"]);
    say(here, &["token", "--openid", USER]).good();
    sandbox(here, &["restore", "member"]).good();
    assert_eq!(say(here, &["token", "--openid", USER]).status, Some(1), "a snapshot fits any store");
    running.stop();
    let running = Running::start(here, &[]);
    assert_eq!(say(here, &["token", "--openid", USER]).status, Some(1), "the restore is on disk");
    running.stop();
}

#[test]
fn a_mistake_in_the_file_is_named_and_nothing_changes() {
    let place = made();
    let here = place.path();
    let running = Running::start(here, &[]);
    open_card(here).good();
    edit(&place, "[service]\n", "[service]\nrate_limt = \"off\"\n");
    let said = sandbox(here, &["reset"]).error();
    for part in ["CONFIG_INVALID", "ruhui.toml, line ", "rate_limt"] {
        assert!(said.contains(part), "{said}");
    }
    assert_eq!(say(here, &["token", "--openid", USER]).status, Some(1));
    running.stop();
}

#[test]
fn names_and_words_are_checked() {
    let place = made();
    let here = place.path();
    let missing = sandbox(here, &["reset"]).error();
    assert!(missing.contains("no connection; is the sandbox running?"), "{missing}");
    let running = Running::start(here, &[]);
    for words in [
        &["snapshot", "../x"][..],
        &["restore", "a b"],
        &["delete-snapshot", "a/b"],
        &["delete-snapshot", ".."],
    ] {
        let said = sandbox(here, words).error();
        assert!(said.contains("PARAM_ERROR") && said.contains("is no name of a snapshot"), "{said}");
    }
    let said = sandbox(here, &["rest"]).error();
    assert!(said.contains("reset, snapshot, restore, snapshots and delete-snapshot"), "{said}");
    assert!(said.contains("`ruhui sandbox ./rest`"), "{said}");
    assert_eq!(sandbox(here, &["snapshot"]).status, Some(2), "the name is missing");
    running.stop();
    // A path is a folder, whatever its name.
    Running::start_in(here, "./reset", &[]).stop();
    assert!(here.join("reset/ruhui.toml").is_file());
}
