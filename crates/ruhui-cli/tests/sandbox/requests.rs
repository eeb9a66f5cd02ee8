//! Tests of `ruhui requests` and of `ruhui explain` by number, against a running sandbox.

use crate::running::*;
use serde_json::Value;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

/// Sends a request whose path has a slip, and one with a wrong signature.
fn fail_twice(sandbox: &Running) {
    let path = "/v3/brand/partner/card-member/pre-auth-token";
    let slip =
        format!("POST {path} HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{{}}");
    assert!(exchange(sandbox.value("RUHUI_BASE_URL"), &slip).starts_with("HTTP/1.1 404"));
    let (mchid, serial) = (sandbox.value("RUHUI_MCHID"), sandbox.value("RUHUI_SERIAL_NO"));
    let authorization = format!(
        "WECHATPAY2-SHA256-RSA2048 mchid=\"{mchid}\",nonce_str=\"n\",signature=\"YWJj\",timestamp=\"1\",serial_no=\"{serial}\""
    );
    let forged = format!(
        "GET /v3/certificates HTTP/1.1\r\nHost: a\r\nAccept: application/json\r\nUser-Agent: a\r\nAuthorization: {authorization}\r\nConnection: close\r\n\r\n"
    );
    assert!(exchange(sandbox.value("RUHUI_BASE_URL"), &forged).starts_with("HTTP/1.1 401"));
}

#[test]
fn requests_are_listed_shown_and_explained() {
    let place = made();
    let here = place.path();
    let sandbox = Running::start(here, &[]);
    // The first request is that of the sandbox's own first token. Its client may read the response before the log has
    // the exchange, which gets its number at its end.
    while say(here, &["requests"]).good().is_empty() {}
    fail_twice(&sandbox);
    let listed = say(here, &["requests"]).good();
    let lines: Vec<&str> = listed.lines().collect();
    assert!(
        lines[0].starts_with("    1  ") && lines[0].ends_with("  200  create_pre_auth_token"),
        "{listed}"
    );
    assert!(lines[1].contains("404  POST /v3/brand/partner/card-member/pre-auth-token"), "{listed}");
    assert_eq!(lines[2], "       nearest: POST /v3/brand/partner/card-member/pre-auth-tokens");
    assert!(lines[3].contains("401  list_certificates") && lines[3].ends_with("SIGN_ERROR"), "{listed}");
    assert!(lines.iter().all(|line| line.chars().count() <= 80), "{listed}");
    let rejected = say(here, &["requests", "--status", "401", "-o", "json"]).json();
    assert_eq!(rejected["data"][0]["id"], 3);

    let shown = say(here, &["requests", "show", "1"]).good();
    assert!(shown.contains("> POST /v3/brand/partner/card-member/pre-auth-tokens HTTP/1.1"), "{shown}");
    assert!(shown.contains("< HTTP/1.1 200 OK") && shown.contains("written   tokens 1"), "{shown}");
    let openid = sandbox.value("RUHUI_OPENID");
    assert!(!shown.contains(openid), "{shown}");
    assert!(say(here, &["requests", "show", "1", "--show-sensitive"]).good().contains(openid));
    let chinese = say(here, &["--lang", "zh", "requests", "show", "3"]).good();
    assert!(
        chinese.contains("请求被拒绝的原因：") && chinese.contains("详细分析：ruhui explain 3"),
        "{chinese}"
    );

    for words in [&["explain", "3"][..], &["explain", "--last"], &["explain", "#3"]] {
        let explained = say(here, words);
        assert_eq!(explained.status, Some(1), "{explained:?}");
        assert!(explained.stderr.starts_with("request 3: GET /v3/certificates, 401"), "{explained:?}");
        assert!(explained.stdout.contains("timestamp"), "{explained:?}");
    }
    let request_id = say(here, &["requests", "show", "3", "-o", "json"]).json()["request_id"].clone();
    let explained = say(here, &["explain", request_id.as_str().unwrap()]);
    assert!(explained.stderr.starts_with("request 3: GET /v3/certificates, 401"), "{explained:?}");
    let verified = say(here, &["verify", "1"]).good();
    assert!(verified.contains("verified"), "{verified}");
    assert_eq!(
        say(here, &["requests", "show", "99"]).error(),
        "rejected: NOT_FOUND: there is no request 99; the newest is 3"
    );
    sandbox.stop();
}

#[test]
fn a_request_is_sent_again_by_the_tool_and_by_curl() {
    let place = made();
    let here = place.path();
    let sandbox = Running::start(here, &[]);
    let again = say(here, &["requests", "replay", "1", "-o", "json"]).json();
    assert_eq!(again["status"], 200);
    assert!(again["body"]["token"].is_string());
    let har = say(here, &["requests", "show", "1", "--as", "har"]).json();
    assert_eq!(har["log"]["entries"].as_array().unwrap().len(), 1);
    assert_eq!(har["log"]["entries"][0]["_id"], 1);
    let command = say(here, &["requests", "show", "1", "--as", "curl"]).good();
    assert!(command.starts_with("curl -i -X POST "), "{command}");
    let output = typed(here, &format!("{} -s", command.trim_end())).output().unwrap();
    let answer = String::from_utf8(output.stdout).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    // Three requests with three signatures: none is a resend of another.
    let listed = say(here, &["requests", "-o", "json"]).json();
    let replayed = |line: &Value| line["replayed"] == true;
    assert_eq!(listed["data"].as_array().unwrap().len(), 3);
    assert!(!listed["data"].as_array().unwrap().iter().any(replayed), "{listed}");

    sandbox.stop();
}

#[test]
fn a_har_is_masked_and_read_by_explain() {
    let place = made();
    let here = place.path();
    let sandbox = Running::start(here, &[]);
    fail_twice(&sandbox);
    let said = say(here, &["requests", "export", "all.har"]).good();
    assert_eq!(said, "3 requests written to all.har, masked\n");
    let text = fs::read_to_string(here.join("all.har")).unwrap();
    let har: Value = serde_json::from_str(&text).unwrap();
    assert!(har["log"]["comment"].as_str().unwrap().starts_with("masked"));
    assert!(!text.contains(sandbox.value("RUHUI_OPENID")));
    let exists = say(here, &["requests", "export", "all.har"]).error();
    assert_eq!(exists, "all.har exists; give another name, or --force to overwrite it");
    say(here, &["requests", "export", "all.har", "--force", "--show-sensitive", "--status", "200"]).good();
    let explained = say(here, &["explain", "all.har"]).good();
    assert!(explained.contains("The signature is right."), "{explained}");

    say(here, &["requests", "clear"]).good();
    let none = say(here, &["requests"]);
    assert_eq!((none.stdout.as_str(), none.stderr.as_str()), ("", "no request has arrived yet\n"));
    let left = say(here, &["requests", "show", "1"]).error();
    assert!(left.starts_with("rejected: NOT_FOUND: request 1 has left the log"), "{left}");
    sandbox.stop();
}

#[test]
fn a_replay_says_so_if_the_endpoint_is_not_idempotent() {
    let place = made();
    let here = place.path();
    let sandbox = Running::start(here, &[]);
    say(here, &["trigger", "member"]).good();
    let confirmed = say(here, &["requests", "--path", "confirm", "-o", "json"]).json();
    let confirmed = confirmed["data"][0]["id"].to_string();
    let again = say(here, &["requests", "replay", &confirmed]);
    assert!(again.stderr.starts_with("note: this endpoint is not idempotent"), "{again:?}");
    let first = say(here, &["requests", "replay", "1"]);
    assert!(first.stderr.starts_with("200 OK Request-ID "), "{first:?}");
    sandbox.stop();
}

#[test]
fn a_follower_sees_the_next_request() {
    let place = made();
    let here = place.path();
    let sandbox = Running::start(here, &[]);
    let mut follower = ruhui(here, &["requests", "--follow"]).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(follower.stdout.take().unwrap()).lines().map(Result::unwrap);
    assert!(lines.next().unwrap().ends_with("create_pre_auth_token"));
    say(here, &["call", "GET", "/v3/certificates"]).good();
    assert!(lines.next().unwrap().ends_with("list_certificates"));
    follower.kill().unwrap();
    follower.wait().unwrap();
    sandbox.stop();
}

#[test]
fn a_fault_has_a_line_in_the_list_and_a_fact_of_its_own() {
    let place = made();
    let here = place.path();
    let sandbox = Running::start(here, &[]);
    let rule = r#"{"fault":"system-error","at":"after","times":1}"#;
    let operations = sandbox.value("RUHUI_OPERATIONS_URL");
    let added = exchange(
        operations,
        &format!(
            "POST /sandbox/faults HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{rule}",
            rule.len()
        ),
    );
    assert!(added.starts_with("HTTP/1.1 200"), "{added}");
    let failed = say(here, &["token"]);
    assert_ne!(failed.status, Some(0), "{failed:?}");
    let listed = say(here, &["requests", "--fault", "any"]).good();
    let lines: Vec<&str> = listed.lines().collect();
    assert!(
        lines[0].contains("  500  create_pre_auth_token") && lines[0].ends_with("SYSTEM_ERROR"),
        "{listed}"
    );
    assert_eq!(lines[1..], ["       fault: system-error after the commit, state was written (rule f1)"]);
    assert_eq!(say(here, &["requests", "--fault", "reset"]).good(), "");
    let unknown = say(here, &["requests", "--fault", "resett"]).error();
    assert!(unknown.contains("`fault`") && unknown.contains("resett"), "{unknown}");
    let shown = say(here, &["--lang", "zh", "requests", "show", "3"]).good();
    assert!(shown.contains("注入故障  提交后 system-error，已写入数据（规则 f1）"), "{shown}");
}
