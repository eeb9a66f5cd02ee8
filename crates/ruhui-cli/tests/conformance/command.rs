//! Clients that do not keep to the contract, command lines, and exit statuses.

use crate::client::run;
use serde_json::Value;
use std::time::{Duration, Instant};

/// Runs a shell script as the client, and returns the first case of the result.
fn case(options: &[&str], script: &str) -> Value {
    let mut arguments = options.to_vec();
    arguments.extend(["-o", "json", "--", "sh", "-c", script]);
    let output = run(&arguments);
    let result: Value = serde_json::from_slice(&output.stdout).unwrap();
    result["cases"][0].clone()
}

fn evidence(case: &Value) -> &str {
    assert_eq!(case["judgement"], "broke", "{case}");
    assert!(!case["evidence"]["zh"].as_str().unwrap().is_ascii(), "{case}");
    case["evidence"]["en"].as_str().unwrap()
}

#[test]
#[allow(clippy::disallowed_methods, reason = "measures another program")]
fn a_client_that_does_not_end_is_killed_with_its_children() {
    let start = Instant::now();
    let hung = case(&["--case", "sound", "--timeout", "1"], "sleep 600 & sleep 600");
    assert_eq!(evidence(&hung), "it did not end within 1 s, and was killed");
    assert_eq!(hung["exit_status"], Value::Null);
    let deaf = case(&["--case", "callback-sound", "--timeout", "1"], "sleep 600");
    assert_eq!(evidence(&deaf), "it did not accept connections at RUHUI_NOTIFY_URL within 1 s");
    assert!(start.elapsed() < Duration::from_secs(30), "the pipes of a killed child are not waited for");
}

#[test]
fn a_client_that_sends_nothing_or_crashes_broke() {
    let idle = case(&["--case", "unsigned"], "exit 0");
    assert_eq!(
        evidence(&idle),
        "it sent no request for a token to RUHUI_BASE_URL, and ended with exit status: 0"
    );
    let ended = case(&["--case", "callback-forged"], "echo why >&2; exit 3");
    assert_eq!(
        evidence(&ended),
        "it ended before it accepted connections at RUHUI_NOTIFY_URL: exit status: 3"
    );
    assert_eq!(ended["stderr"], "why\n");
}

/// A client that is not the merchant of the kit fails for that reason, and not for what would have been played.
#[test]
fn a_rejected_request_is_named() {
    let script = r#"exec "$RUHUI_TOOL" token --mchid 1900000002 --openid "$RUHUI_OPENID""#;
    let script = script.replace("$RUHUI_TOOL", env!("CARGO_BIN_EXE_ruhui"));
    let rejected = case(&["--case", "forged"], &script);
    assert!(evidence(&rejected).starts_with("the sandbox rejected the request itself: {"), "{rejected}");
}

/// The tool's own client passes with the variables alone, without the name of a kit.
#[test]
fn the_variables_of_a_case_are_a_whole_kit() {
    let tool = env!("CARGO_BIN_EXE_ruhui");
    for script in [
        format!(r#"exec {tool} token --openid "$RUHUI_OPENID""#),
        format!(r#"env -i PATH="$PATH" {tool} token --kit "$RUHUI_KIT" --openid "$RUHUI_OPENID""#),
    ] {
        let output = run(&["--kind", "request", "--", "sh", "-c", &script]);
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(text.ends_with(" cases passed, 0 failed\n"), "{text}");
        assert_eq!(output.status.code(), Some(0));
    }
}

#[test]
fn a_command_that_cannot_be_started_is_a_wrong_command_line() {
    let output = run(&["--", "./no-such-client"]);
    assert_eq!(output.status.code(), Some(2));
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(
        text.starts_with("error: `./no-such-client` could not be started: there is no such file"),
        "{text}"
    );
}

#[test]
fn an_unknown_case_has_a_suggestion() {
    let output = run(&["--case", "forget", "--", "true"]);
    assert_eq!(output.status.code(), Some(2));
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(text.contains("(did you mean `forged`?)"), "{text}");
    assert!(text.contains("--list"), "{text}");
}
