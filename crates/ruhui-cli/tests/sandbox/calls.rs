//! Tests of `ruhui token` and `ruhui call` against a running sandbox: credentials, messages, fail-over,
//! proxies.

use crate::running::*;
use serde_json::Value;
use std::collections::BTreeSet;

#[test]
fn a_token_is_had_near_the_kit_as_text_and_as_json() {
    let place = made();
    let sandbox = Running::start(place.path(), &[]);
    // Next to the sandbox's folder, inside of it, and in its kit.
    for folder in ["", "ruhui-sandbox", "ruhui-sandbox/kit"] {
        let here = place.path().join(folder);
        let text = say(&here, &["token"]).good();
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines.len() == 3 && lines[0].starts_with("  token        1"), "{text}");
        assert!(lines[1].starts_with("  expire_time  ") && lines[2].starts_with("  launch       token="));

        let json = say(&here, &["token", "--output", "json"]).json();
        let query = format!("token={}&scene=CARD_MEMBER", json["token"].as_str().unwrap());
        assert_eq!(json["query_string"], query.as_str());
        assert_eq!(json["h5"]["businessType"], "wxpayCardMember");
        assert_eq!(json["h5"]["queryString"], query.as_str());
        assert_eq!(json["mini_program"], json["h5"]);
    }
    say(place.path(), &["token", "--path", "open-user-card-tokens"]).good();
    say(place.path(), &["token", "--family", "brand"]).good();
    let chinese = say(place.path(), &["token", "--lang", "zh"]).good();
    assert!(chinese.contains("\n  拉起参数     token="), "{chinese}");
    sandbox.stop();
}

/// `set -a; . kit.env` is the second way to use a kit, for both families.
#[test]
fn a_token_is_had_with_the_kits_variables() {
    let place = made();
    let elsewhere = self::place();
    let sandbox = Running::start(place.path(), &[]);
    for family in ["partner", "brand"] {
        let output =
            ruhui(elsewhere.path(), &["token", "--family", family]).envs(&sandbox.kit).output().unwrap();
        assert!(output.status.success(), "{family}: {output:?}");
    }
    sandbox.stop();
}

#[test]
fn each_named_user_gets_its_one_answer() {
    const OK: &str = "200";
    // openid, at the path of 2025-06-24, at the current path, in the brand's own name.
    let table = [
        ("obLatjnx9gnqzS4myYGmLZ7LgLBA", OK, OK, OK),
        ("oForeign00000000000000000000", "400 PARAM_ERROR", "400 INVALID_REQUEST", "400 INVALID_REQUEST"),
        ("oInvalid00000000000000000000", "400 PARAM_ERROR", "400 INVALID_REQUEST", "400 INVALID_REQUEST"),
        ("oMember000000000000000000000", "400 INVALID_REQUEST", "400 INVALID_REQUEST", "400 INVALID_REQUEST"),
        ("oNotOfBrand00000000000000000", "400 INVALID_REQUEST", "400 INVALID_REQUEST", "400 INVALID_REQUEST"),
        ("oNotOpenedYet000000000000000", "400 INVALID_REQUEST", "400 INVALID_REQUEST", "400 INVALID_REQUEST"),
        ("oNotEnabled00000000000000000", "400 INVALID_REQUEST", "400 INVALID_REQUEST", "400 INVALID_REQUEST"),
        ("oTemplateInvalid000000000000", "400 INVALID_REQUEST", "400 INVALID_REQUEST", "400 INVALID_REQUEST"),
        ("oTemplateExpired000000000000", "400 INVALID_REQUEST", "400 INVALID_REQUEST", "400 INVALID_REQUEST"),
        ("oNoAuth000000000000000000000", "403 NO_AUTH", "403 NO_AUTH", "403 NO_AUTH"),
        ("oNotFound0000000000000000000", "404 NOT_FOUND", "404 NOT_FOUND", "404 NOT_FOUND"),
        (
            "oRateLimit000000000000000000",
            "429 FREQUENCY_LIMITED",
            "429 FREQUENCY_LIMITED",
            "429 FREQUENCY_LIMITED",
        ),
        ("oSystemError0000000000000000", "500 SYSTEM_ERROR", "500 SYSTEM_ERROR", "500 SYSTEM_ERROR"),
    ];
    let place = made();
    let sandbox = Running::start(place.path(), &[]);
    let file = std::fs::read_to_string(root(&place).join("ruhui.toml")).unwrap();
    let file: toml::Table = file.parse().unwrap();
    let named = file["users"].as_array().unwrap().iter().map(|user| user["openid"].as_str().unwrap());
    assert_eq!(named.collect::<BTreeSet<_>>(), table.iter().map(|row| row.0).collect());

    for (openid, founding, current, brand) in table {
        let ways = [
            (&["--path", "open-user-card-tokens"], founding),
            (&["--path", "pre-auth-tokens"], current),
            (&["--family", "brand"], brand),
        ];
        for (way, expected) in ways {
            let said = say(place.path(), &[&["token", "--openid", openid, "-o", "json"], &way[..]].concat());
            let json: Value = serde_json::from_str(&said.stdout).unwrap();
            if expected == OK {
                assert!(json["token"].is_string(), "{openid} {way:?}: {said:?}");
                continue;
            }
            let (status, code) = expected.split_once(' ').unwrap();
            let error = &json["error"];
            assert_eq!(error["status"].to_string(), status, "{openid} {way:?}: {said:?}");
            assert_eq!(error["code"], code, "{openid} {way:?}: {said:?}");
            assert_eq!(error["signed"], true, "{openid} {way:?}");
            assert_eq!(error["retryable"], ["429", "500"].contains(&status), "{openid} {way:?}");
            let line = said.error();
            assert!(line.starts_with(&format!("rejected: {expected}: ")), "{line}");
        }
    }
    sandbox.stop();
}

#[test]
fn messages_are_in_the_language_of_the_tool() {
    let place = made();
    let sandbox = Running::start(place.path(), &[]);
    let openid = ["token", "--openid", "oInvalid00000000000000000000"];
    assert!(
        say(place.path(), &openid)
            .error()
            .starts_with("rejected: 400 INVALID_REQUEST: the openid is invalid (")
    );
    let said = say(place.path(), &[&openid[..], &["--lang", "zh"]].concat());
    assert!(said.stderr.starts_with("错误：请求被拒绝：400 INVALID_REQUEST：OpenID无效（"), "{said:?}");
    sandbox.stop();
}

#[test]
fn a_main_host_that_is_down_is_replaced_by_the_backup() {
    let place = made();
    let sandbox = Running::start(place.path(), &[]);
    let token = |options: &[&str]| say(place.path(), &[&["token"], options].concat());
    let from_backup = token(&["--base-url", CLOSED]);
    let said = format!(
        "from the backup host {}, since the main host failed: {CLOSED}: no connection: nothing listens on \
         this port (connection refused)",
        sandbox.value("RUHUI_BACKUP_URL")
    );
    assert!(from_backup.stderr.contains(&said), "{from_backup:?}");
    from_backup.good();
    token(&["--backup-url", CLOSED]).good();
    let error = token(&["--base-url", CLOSED, "--backup-url", CLOSED]).error();
    assert!(error.starts_with("no response: http://127.0.0.1:1: no connection: "), "{error}");
    assert!(
        error.ends_with("; is the sandbox running? `ruhui sandbox ./ruhui-sandbox` starts it"),
        "{error}"
    );
    sandbox.stop();
    assert!(token(&[]).error().contains("is the sandbox running?"));
}

#[test]
fn any_path_can_be_called() {
    let place = made();
    let sandbox = Running::start(place.path(), &[]);
    let call = |arguments: &[&str]| say(place.path(), &[&["call"], arguments].concat());
    let got = call(&["GET", "/v3/certificates"]);
    assert!(got.stderr.starts_with("200 OK Request-ID "), "{got:?}");
    let certificates: Value = serde_json::from_str(&got.good()).unwrap();
    let serial = &certificates["data"][0]["serial_no"];
    assert_eq!(serial, sandbox.value("RUHUI_WECHATPAY_CERTIFICATE_SERIAL"));

    let echo = r#"{"echo_message":"会员"}"#;
    let posted = call(&["post", "/v3/security/echo", "--data", echo]).good();
    assert_eq!(posted, format!("{echo}\n"), "a line end is added where the body has none");
    std::fs::write(place.path().join("body.json"), echo).unwrap();
    let json = call(&["POST", "/v3/security/echo", "-d", "@body.json", "-o", "json"]).json();
    assert_eq!(json["status"], 200);
    assert_eq!(json["body"]["echo_message"], "会员");
    assert!(json["request_id"].is_string());

    let rejected = call(&["POST", "/v3/security/echo", "-d", "{}"]).error();
    assert!(
        rejected.starts_with("rejected: 400 PARAM_ERROR: /body/echo_message is required; not signed, as "),
        "{rejected}"
    );
    let nothing = call(&["GET", "/v3/nothing"]).error();
    assert!(
        nothing
            .starts_with("unexpected response: 404, with an empty body; not signed, as WeChat Pay does not"),
        "{nothing}"
    );
    let said = call(&["GET", "/v3/nothing", "-o", "json"]);
    let json: Value = serde_json::from_str(&said.stdout).unwrap();
    assert_eq!(json["error"]["status"], 404);
    assert_eq!(json["error"]["code"], Value::Null);
    assert_eq!(json["error"]["signed"], false);
    assert_eq!(call(&["GET"]).status, Some(2));
    sandbox.stop();
}

/// A server without the path of 2025-06-24, as the real service may be one day.
#[test]
fn a_path_that_is_gone_is_answered_with_another_to_try() {
    use std::io::{Read as _, Write as _};
    let place = made();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let server = std::thread::spawn(move || {
        for _ in 0..2 {
            let (mut stream, _) = listener.accept().unwrap();
            let (mut request, mut part) = (Vec::new(), [0; 4096]);
            while !request.ends_with(b"}") {
                let length = stream.read(&mut part).unwrap();
                request.extend_from_slice(&part[..length]);
            }
            stream
                .write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                .unwrap();
        }
    });
    let paths = ["open-user-card-tokens", "pre-auth-tokens"];
    for (path, other) in [(paths[0], paths[1]), (paths[1], paths[0])] {
        let error = say(place.path(), &["token", "--path", path, "--base-url", &url]).error();
        let hint = format!("; nothing is served at this path; try `--path {other}`");
        assert!(
            error.starts_with(
                "unexpected response: 404, with an empty body; not signed, as WeChat Pay does not"
            ) && error.ends_with(&hint),
            "{error}"
        );
    }
    server.join().unwrap();
}

/// The proxy is on this machine, so nothing leaves it.
#[test]
fn a_proxy_that_rejects_connect_is_named_with_its_variable_and_its_answer() {
    use std::io::{Read as _, Write as _};
    let place = made();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (mut stream, mut request) = (stream.unwrap(), [0; 4096]);
            assert_ne!(stream.read(&mut request).unwrap(), 0);
            stream.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n").unwrap();
        }
    });
    for (language, wanted, advice) in [
        (
            "en",
            format!(
                "no response: https://api.mch.weixin.qq.com: no connection through the proxy {address} (from \
                 HTTPS_PROXY): it responded 400 to CONNECT; "
            ),
            "; correct or unset HTTPS_PROXY, or name the host in NO_PROXY to call it without the proxy\n",
        ),
        (
            "zh",
            format!(
                "未收到应答：https://api.mch.weixin.qq.com：通过代理 {address}（来自环境变量 HTTPS_PROXY）连接失败：对 \
                 CONNECT 应答 400；"
            ),
            "；请修正或取消环境变量 HTTPS_PROXY，或在 NO_PROXY 中列出该域名以绕过代理\n",
        ),
    ] {
        let arguments = ["token", "--base-url", "https://api.mch.weixin.qq.com", "--lang", language];
        let mut command = ruhui(place.path(), &arguments);
        let said = command.env("HTTPS_PROXY", format!("http://{address}")).output().unwrap();
        let said = String::from_utf8(said.stderr).unwrap();
        assert!(said.contains(&wanted) && said.ends_with(advice), "{said}\n{wanted}{advice}");
    }
}

/// Nothing listens at the proxy's port, and nothing is sent there: the HTTP library does not know the protocol.
#[test]
fn a_socks_proxy_is_named_as_unsupported() {
    let place = made();
    for (language, host, wanted, advice) in [
        (
            "en",
            "https://api.mch.weixin.qq.com",
            "no connection through the proxy 127.0.0.1:1080 (from ALL_PROXY): it is a SOCKS proxy, which is not \
             supported; an HTTP proxy is needed; ",
            "; correct or unset ALL_PROXY, or name the host in NO_PROXY to call it without the proxy\n",
        ),
        (
            "zh",
            "http://api.mch.weixin.qq.com",
            "通过代理 127.0.0.1:1080（来自环境变量 ALL_PROXY）连接失败：这是 SOCKS 代理，不受支持，须使用 HTTP 代理；",
            "；请修正或取消环境变量 ALL_PROXY，或在 NO_PROXY 中列出该域名以绕过代理\n",
        ),
    ] {
        let mut command = ruhui(place.path(), &["token", "--base-url", host, "--lang", language]);
        let said = command.env("ALL_PROXY", "socks5://127.0.0.1").output().unwrap();
        let said = String::from_utf8(said.stderr).unwrap();
        assert!(said.contains(wanted) && said.ends_with(advice), "{said}\n{wanted}{advice}");
    }
}
