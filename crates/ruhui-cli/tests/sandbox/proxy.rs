//! Tests of `ruhui sandbox --proxy` and of `ruhui ca show`, as users run them.

use crate::running::*;
use std::fs;
use std::net::TcpListener;

const PROXY: &str = "--proxy=127.0.0.1:0";

#[test]
fn a_proxy_is_shown_and_leads_programs_with_built_in_names_to_the_sandbox() {
    let place = made();
    let sandbox = Running::start(place.path(), &[PROXY]);
    let proxy = sandbox.value("RUHUI_PROXY_URL").to_owned();
    assert_eq!(sandbox.shown("proxy"), proxy);
    assert!(sandbox.value("RUHUI_BASE_URL").starts_with("https://"), "a proxy turns TLS on");
    assert!(sandbox.shown.contains("ca show --for go|java|node|python|php|dotnet|curl|rust|debian\n"));

    let answer = exchange(&proxy, "CONNECT example.com:443 HTTP/1.1\r\nHost: example.com\r\n\r\n");
    assert!(answer.starts_with("HTTP/1.1 403 Forbidden: this is the proxy of a ruhui sandbox"), "{answer}");

    // The SDK in the tool has the names built in here, and finds the CA and the proxy as any program of Rust does.
    let lines = say(place.path(), &["ca", "show", "--for", "rust"]).good();
    fs::write(place.path().join("lines.sh"), lines).unwrap();
    let token = format!(
        ". ./lines.sh; set -a; . ruhui-sandbox/kit/kit.env; unset RUHUI_CA_CERTIFICATE; cd /; \
         RUHUI_BASE_URL=https://api.mch.weixin.qq.com RUHUI_BACKUP_URL=https://api2.mch.weixin.qq.com \
         '{}' call echo echo_message=hello encrypted_echo_message=secret",
        env!("CARGO_BIN_EXE_ruhui")
    );
    let output = typed(place.path(), &token).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let listed = say(place.path(), &["requests", "-o", "json"]).json();
    let last = listed["data"].as_array().unwrap().last().unwrap();
    assert_eq!((&last["endpoint"], &last["by_proxy"]), (&"echo".into(), &true.into()), "{last}");
    let shown = say(place.path(), &["requests", "show", &last["id"].to_string()]).good();
    assert!(shown.contains(", by the proxy\n"), "{shown}");
    sandbox.stop();
}

#[test]
fn a_proxy_beyond_loopback_or_on_a_port_that_is_taken_does_not_start() {
    let place = made();
    let fails = |options: &[&str]| match Running::try_start(place.path(), "ruhui-sandbox", options, &[]) {
        Ok(_) => panic!("it serves with {options:?}"),
        Err(said) => said,
    };
    let said = fails(&["--proxy=0.0.0.0:0"]);
    assert!(
        said.contains("other machines could use the proxy at 0.0.0.0:0; take 127.0.0.1, or allow them"),
        "{said}"
    );
    let held = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = held.local_addr().unwrap();
    let said = fails(&[&format!("--proxy={taken}")]);
    assert!(said.contains(&format!("cannot listen on {taken}: ")) && said.contains("`--proxy`"), "{said}");
    // The address of the file needs the same permission.
    edit(&place, "proxy = \"127.0.0.1:7084\"", "proxy = \"0.0.0.0:0\"");
    assert!(fails(&["--proxy"]).contains("--proxy-beyond-loopback"));
    let sandbox = Running::start(place.path(), &["--proxy", "--proxy-beyond-loopback"]);
    assert!(sandbox.shown("proxy").starts_with("http://127.0.0.1:"));
    sandbox.stop();
    // Without the option the address does not matter.
    Running::start(place.path(), &[]).stop();
}

#[test]
fn the_ca_is_shown_with_its_names_validity_and_fingerprint() {
    let place = made();
    let sandbox = Running::start(place.path(), &["--tls"]);
    let shown = say(place.path(), &["ca", "show"]).good();
    for part in [
        "  file         ./ruhui-sandbox/kit/ca.pem\n",
        "  limited to   mch.weixin.qq.com, wechatpay.cn, localhost, 127.0.0.0/8, ::1\n",
        "\n-----BEGIN CERTIFICATE-----\n",
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    let json = say(place.path(), &["ca", "show", "-o", "json"]).json();
    let pem = fs::read_to_string(root(&place).join("kit/ca.pem")).unwrap();
    assert_eq!(json["certificate"].as_str().unwrap().trim(), pem.trim().replace("\r\n", "\n"));
    let fingerprint = json["sha256"].as_str().unwrap();
    assert!(fingerprint.len() == 95 && shown.contains(fingerprint), "{fingerprint}");
    assert!(json["proxy"].is_null() && json["not_after"].as_str().unwrap().ends_with("+08:00"));

    // Without a proxy the lines set none, and say so.
    let lines = say(place.path(), &["ca", "show", "--for", "go"]).good();
    assert!(lines.contains("# No proxy runs") && !lines.contains("HTTPS_PROXY"), "{lines}");
    let json = say(place.path(), &["ca", "show", "--for", "go", "-o", "json"]).json();
    assert_eq!(json["undo"], serde_json::json!(["unset SSL_CERT_FILE"]));
    assert_eq!(say(place.path(), &["ca", "show", "--for", "go", "--undo"]).good(), "unset SSL_CERT_FILE\n");
    sandbox.stop();

    // A start without TLS has no CA, though the file of the earlier one is still there.
    Running::start(place.path(), &[]).stop();
    let error = say(place.path(), &["ca", "show", "--for", "go"]).error();
    assert!(
        error.contains("serves no HTTPS, so it has no CA: start it with `--proxy` or `--tls`"),
        "{error}"
    );
    let nowhere = crate::running::place();
    assert!(say(nowhere.path(), &["ca", "show"]).error().contains("no kit here"));
    fs::copy(root(&place).join("kit/kit.env"), nowhere.path().join("kit.env")).unwrap();
    assert!(say(nowhere.path(), &["ca", "show"]).error().contains("serves no HTTPS"));
}
