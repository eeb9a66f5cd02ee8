//! Tests of `ruhui ready`, as health checks and scripts run it.

use crate::running::*;
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::time::Duration;

/// Serves one response to each connection, and returns the address.
fn responding(response: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut head = [0; 1024];
            let _ = stream.read(&mut head);
            let _ = stream.write_all(response.as_bytes());
        }
    });
    format!("http://{address}")
}

#[test]
fn a_sandbox_that_runs_is_ready_by_its_kit_and_by_its_address() {
    let place = made();
    let sandbox = Running::start(place.path(), &[]);
    let url = sandbox.value("RUHUI_OPERATIONS_URL").to_owned();
    assert_eq!(say(place.path(), &["ready"]).good(), format!("ready: {url}\n"));
    assert_eq!(say(place.path(), &["ready", &url, "--lang", "zh"]).good(), format!("已就绪：{url}\n"));
    assert_eq!(say(place.path(), &["ready", &format!("{url}/readyz")]).status, Some(0));
    let json = say(place.path(), &["ready", "-o", "json"]).json();
    assert_eq!(json, serde_json::json!({ "ready": true, "url": url, "status": 200, "reason": null }));

    // The address of the environment belongs to another kit than the one that the command line names.
    let mut command = ruhui(place.path(), &["ready", "--kit", "ruhui-sandbox/kit"]);
    assert!(command.env("RUHUI_OPERATIONS_URL", CLOSED).status().unwrap().success());
    let mut command = ruhui(place.path(), &["ready"]);
    assert_eq!(command.env("RUHUI_OPERATIONS_URL", CLOSED).status().unwrap().code(), Some(1));
    sandbox.stop();

    let error = say(place.path(), &["ready"]).error();
    assert!(error.starts_with(&format!("{url}: no connection; ")), "{error}");
}

#[test]
fn a_program_that_is_not_ready_has_status_1_and_the_reason() {
    let place = place();
    let draining =
        responding("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 20\r\n\r\nnot ready: stopping\n");
    assert_eq!(say(place.path(), &["ready", &draining]).error(), format!("{draining}: not ready: stopping"));
    let said = say(place.path(), &["ready", &draining, "-o", "json"]);
    let json: serde_json::Value = serde_json::from_str(&said.stdout).unwrap();
    assert_eq!((said.status, &json["ready"], &json["status"]), (Some(1), &false.into(), &503.into()));

    // A page that responds 200 to every path is no proof.
    let page = responding("HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n<html></html>");
    let error = say(place.path(), &["ready", &page]).error();
    assert!(error.contains("responds 200 to /readyz, which is no operations listener"), "{error}");
    let noise = responding("SSH-2.0-nothing\r\n");
    assert!(say(place.path(), &["ready", &noise]).error().contains("no HTTP response"));
    assert_eq!(say(place.path(), &["ready", "127.0.0.1:7082"]).status, Some(2));
    assert!(say(place.path(), &["ready", "--kit", "none"]).error().contains("none has no kit.env"));
}

/// The kit of a sandbox that is starting appears after the first attempts.
#[test]
fn waiting_ends_when_the_sandbox_is_ready_or_the_time_is_over() {
    let place = made();
    assert_eq!(say(place.path(), &["ready", CLOSED, "--wait", "1s"]).status, Some(1));

    let _ = fs::remove_file(root(&place).join("kit/kit.env"));
    let waiting =
        ruhui(place.path(), &["ready", "--kit", "ruhui-sandbox/kit", "--wait", "1m"]).spawn().unwrap();
    std::thread::sleep(Duration::from_millis(300));
    let sandbox = Running::start(place.path(), &[]);
    assert!(waiting.wait_with_output().unwrap().status.success());
    sandbox.stop();
}
