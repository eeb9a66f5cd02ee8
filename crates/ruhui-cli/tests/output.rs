//! Tests of output that transcripts cannot show: JSON, generated texts, closed pipes, and secrets that must
//! not appear.
#![allow(clippy::unwrap_used, reason = "clippy's exception for tests does not reach their helpers")]

use serde_json::Value;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

const COMMANDS: [&str; 18] = [
    "sandbox",
    "serve",
    "backup",
    "restore",
    "token",
    "call",
    "listen",
    "user",
    "clock",
    "conformance",
    "events",
    "trigger",
    "sign",
    "verify",
    "explain",
    "kit",
    "completions",
    "man",
];

/// Returns a folder from which no sandbox is found.
fn place() -> TempDir {
    let place = tempfile::tempdir().unwrap();
    std::fs::create_dir(place.path().join(".git")).unwrap();
    place
}

fn ruhui(here: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ruhui"));
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("RUHUI_") || text.starts_with("LC_") {
            command.env_remove(name);
        }
    }
    command.args(arguments).current_dir(here).env("LANG", "C.UTF-8").env("HOME", here).stdin(Stdio::null());
    command
}

fn good(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn said(arguments: &[&str]) -> Output {
    ruhui(place().path(), arguments).output().unwrap()
}

fn vectors(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vectors").join(name)
}

fn read(name: &str) -> String {
    std::fs::read_to_string(vectors(name)).unwrap()
}

fn key(name: &str) -> String {
    vectors(&format!("keys/{name}.pem")).display().to_string()
}

/// RSA signatures with PKCS #1 v1.5 have no randomness, so each known answer is reproduced exactly.
#[test]
fn signatures_are_those_of_the_vectors() {
    let mut count = 0;
    for case in std::fs::read_dir(vectors("sign")).unwrap().map(Result::unwrap) {
        let folder = format!("sign/{}", case.file_name().to_str().unwrap());
        let request: Value = serde_json::from_str(&read(&format!("{folder}/request.json"))).unwrap();
        let value = |name: &str| request[name].as_str().unwrap();
        let (family, caller, key_name) = if value("scheme").contains("BRAND") {
            ("brand", "--brand-id", "brand_key")
        } else {
            ("partner", "--mchid", "merchant_key")
        };
        let output = said(&[
            "sign",
            value("method"),
            value("target"),
            "--data",
            value("body"),
            "--timestamp",
            value("timestamp"),
            "--nonce-str",
            value("nonce_str"),
            "--family",
            family,
            caller,
            value("caller"),
            "--serial-no",
            value("serial_no"),
            "--private-key",
            &key(key_name),
            "--output",
            "json",
        ]);
        let signed: Value = serde_json::from_str(&good(&output)).unwrap();
        assert_eq!(signed["message"], read(&format!("{folder}/message.txt")).as_str(), "{folder}");
        let authorization = read(&format!("{folder}/authorization.txt"));
        assert_eq!(signed["authorization"], authorization.trim_end(), "{folder}");
        count += 1;
    }
    assert_eq!(count, 12);
}

#[test]
fn standard_input_can_be_the_body() {
    let place = place();
    let arguments = ["POST", "/v3/x", "-d", "@-", "--mchid", "1", "--serial-no", "AB", "-o", "json"];
    let key = key("merchant_key");
    let arguments = [&["sign"], &arguments[..], &["--private-key", &key]].concat();
    let mut command = ruhui(place.path(), &arguments);
    let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    process.stdin.take().unwrap().write_all(b"{\"a\":1}\n").unwrap();
    let output = process.wait_with_output().unwrap();
    let signed: Value = serde_json::from_str(&good(&output)).unwrap();
    assert!(signed["message"].as_str().unwrap().ends_with("\n{\"a\":1}\n\n"), "{signed}");
}

#[test]
fn an_explanation_can_be_json() {
    let place = place();
    let authorization = read("sign/founding-call/authorization.txt").trim_end().to_owned();
    let request: Value = serde_json::from_str(&read("sign/founding-call/request.json")).unwrap();
    let (target, body) = (request["target"].as_str().unwrap(), request["body"].as_str().unwrap());
    let key = key("merchant_key");
    let explain = |body: &str| {
        let text = format!(
            "POST {target} HTTP/1.1\nUser-Agent: a\nAccept: */*\nContent-Type: application/json\nAuthorization: {authorization}\n\n{body}"
        );
        std::fs::write(place.path().join("request.http"), text).unwrap();
        let arguments =
            ["explain", "request.http", "--at", "1750752000", "--private-key", &key, "-o", "json"];
        let output = ruhui(place.path(), &arguments).output().unwrap();
        let json: Value = serde_json::from_slice(&output.stdout).unwrap();
        (output.status.code(), json)
    };
    let (status, json) = explain(body);
    assert_eq!(status, Some(0));
    assert_eq!(json["explanation"]["verdict"], "accepted", "{json:#}");
    assert_eq!(json["expected"]["message"], read("sign/founding-call/message.txt").as_str(), "{json:#}");

    let (status, json) = explain(&format!("{body}\n"));
    assert_eq!(status, Some(1));
    let id = &json["explanation"]["findings"][0]["id"];
    assert_eq!(id, "body_newline_sent", "{json:#}");
}

/// An editor ends a file with a line end. This line end must not hide another mistake.
#[test]
fn a_line_end_that_an_editor_may_have_added_hides_no_mistake() {
    let place = place();
    let key = key("merchant_key");
    let sign = ["sign", "POST", "/v3/x", "-d", r#""{\"a\":1}""#, "--mchid", "1", "--serial-no", "AB"];
    let sign = [&sign[..], &["--private-key", &key, "-o", "json"]].concat();
    let signed: Value = serde_json::from_str(&good(&ruhui(place.path(), &sign).output().unwrap())).unwrap();
    let authorization = signed["authorization"].as_str().unwrap();
    let text = format!("POST /v3/x HTTP/1.1\nAuthorization: {authorization}\n\n{{\"a\":1}}\n");
    std::fs::write(place.path().join("request.http"), text).unwrap();
    let explain = ["explain", "request.http", "--private-key", &key, "-o", "json"];
    let explained: Value =
        serde_json::from_slice(&ruhui(place.path(), &explain).output().unwrap().stdout).unwrap();
    let findings = explained["explanation"]["findings"].as_array().unwrap();
    assert!(findings.iter().any(|finding| finding["id"] == "json_twice_signed"), "{explained:#}");
}

/// The list has every endpoint of the core, under the name that `ruhui call` accepts.
#[test]
fn the_list_of_calls_is_the_cores() {
    struct Names(Vec<String>);
    impl ruhui::api::Visitor for Names {
        fn endpoint<E: ruhui::api::Endpoint>(&mut self) {
            self.0.push(E::NAME.to_owned());
        }
    }
    let mut names = Names(Vec::new());
    ruhui::api::visit(&mut names);
    let list = |more: &[&str]| -> Vec<Value> {
        let text = good(&said(&[&["call", "--list", "-o", "json"], more].concat()));
        serde_json::from_str(&text).unwrap()
    };
    let all = list(&[]);
    let name = |call: &Value| call["name"].as_str().unwrap().to_owned();
    assert_eq!(all.iter().map(name).collect::<Vec<_>>(), names.0);
    let brands = list(&["--family", "brand"]);
    assert!(brands.iter().all(|call| name(call).starts_with("brand_") && call["family"] == "brand"));
    assert!(brands.len() > 10 && brands.len() < all.len() / 2);

    let text = good(&said(&["call", "--list"]));
    let (query, brands) = (
        "query_user_card  查询用户会员卡: one user card\n\
         \x20   GET /v3/brand/partner/card-member/user-cards/{user_card_code}\n\
         \x20   https://pay.weixin.qq.com/doc/v3/partner/4015336980\n",
        "\nBrands in their own name (--family brand):\n\nbrand_create_pre_auth_token  ",
    );
    assert!(text.contains(query) && text.contains(brands), "{text}");
    assert!(text.starts_with("Service providers (--family partner):\n\n"));
    let chinese = good(&said(&["call", "--list", "--lang", "zh", "--family", "brand"]));
    assert!(chinese.starts_with("品牌 (--family brand):\n\n"), "{chinese}");
}

/// Help has lines of at most 80 columns. A Chinese character takes two columns of a terminal.
#[test]
fn help_stays_within_a_terminal_of_80_columns() {
    let width = |line: &str| line.chars().map(|c| if c > '\u{2e7f}' { 2 } else { 1 }).sum::<usize>();
    for command in COMMANDS {
        for help in ["-h", "--help"] {
            let output = ruhui(place().path(), &[command, help]).env("COLUMNS", "80").output().unwrap();
            for line in good(&output).lines() {
                assert!(width(line) <= 80, "{command} {help}: {}: {line}", width(line));
            }
        }
    }
}

/// Runs a command that fails, and returns the JSON on its stdout.
fn failure(arguments: &[&str], status: i32) -> Value {
    let output = said(arguments);
    assert_eq!(output.status.code(), Some(status), "{output:?}");
    assert!(output.stderr.starts_with("error: ".as_bytes()), "{output:?}");
    let read = serde_json::from_slice::<Value>(&output.stdout);
    read.unwrap_or_else(|error| panic!("{error}: {output:?}"))["error"].clone()
}

#[test]
fn every_command_prints_for_programs() {
    for command in COMMANDS {
        let words: &[&str] =
            if command == "user" { &["user", "join", "--help"] } else { &[command, "--help"] };
        assert!(good(&said(words)).contains("--output <FORMAT>"), "{command}");
    }
    let json = |arguments: &[&str]| -> Value {
        serde_json::from_str(&good(&said(&[arguments, &["-o", "json"]].concat()))).unwrap()
    };
    assert!(json(&["completions", "bash"])["script"].as_str().unwrap().contains("_ruhui"));
    assert!(json(&["man", "token"])["page"].as_str().unwrap().contains(".TH ruhui-token 1"));
}

#[test]
fn a_wrong_command_line_and_a_failure_are_json_for_programs() {
    let message = |error: &Value| error["message"].as_str().unwrap().to_owned();
    let unknown = failure(&["tokn", "-o", "json"], 2);
    assert_eq!(message(&unknown), "the command `tokn` is unknown (did you mean `token`?)");
    let missing = failure(&["verify", "--output=json"], 2);
    assert_eq!(message(&missing), "`<FILE|ID>` is missing");
    let request = failure(&["call", "GET", "-ojson"], 2);
    assert_eq!(message(&request), "`PATH` is missing after the method");
    let no_kit = failure(&["kit", "-o", "json"], 1);
    assert_eq!(message(&no_kit), "no kit here; start `ruhui sandbox` first");
    let no_sandbox = failure(&["events", "-o", "json", "--operations-url", "http://127.0.0.1:9"], 1);
    assert!(message(&no_sandbox).starts_with("http://127.0.0.1:9: no connection"), "{no_sandbox}");
    let nothing = failure(&["serve", "nowhere.toml", "-o", "json"], 1);
    assert!(message(&nothing).starts_with("nowhere.toml: "), "{nothing}");
}

#[test]
fn completions_know_commands_and_options() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = good(&said(&["completions", shell]));
        for word in COMMANDS.into_iter().chain(["private-key", "path", "for", "tls"]) {
            assert!(script.contains(word), "{shell}: {word}");
        }
        // The generators of the other shells do not complete arguments without a flag.
        if ["bash", "fish", "zsh"].contains(&shell) {
            assert!(
                script.contains("query_user_card") && !script.contains("brand_query_user_card"),
                "{shell}"
            );
        }
    }
}

#[test]
fn completions_describe_options_and_values_in_one_language() {
    let has_chinese = |text: &str| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    for shell in ["fish", "zsh"] {
        let english = good(&said(&["completions", shell]));
        let chinese = good(&said(&["completions", shell, "--lang", "zh"]));
        assert!(english.contains("For people") && !english.contains(" / 供人阅读"), "{shell}");
        assert!(chinese.contains("供人阅读") && !chinese.contains("For people"), "{shell}");
        // Options only: the summaries of endpoints are the documents' Chinese titles. 中文 is a language's own name.
        let options = english.lines().filter(|line| line.starts_with("'-") || line.contains(" -l "));
        for line in options.filter(|line| !line.contains("中文")) {
            assert!(!has_chinese(line), "{shell}: {line}");
        }
    }
}

#[test]
fn every_command_has_a_manual_page() {
    let place = place();
    good(&ruhui(place.path(), &["man", "--to", "share/man1"]).output().unwrap());
    let written = |name: &str| {
        std::fs::read_to_string(place.path().join("share/man1").join(name))
            .unwrap_or_else(|_| panic!("{name}"))
    };
    let all = good(&said(&["man"]));
    assert_eq!(written("ruhui.1"), all);
    for command in COMMANDS {
        assert!(all.contains(&format!(r"ruhui\-{command}(1)")), "{command}");
        let page = good(&said(&["man", command]));
        assert!(page.contains(&format!(".TH ruhui-{command} 1  \"ruhui ")), "{page}");
        assert_eq!(written(&format!("ruhui-{command}.1")), page);
    }
    let join = good(&said(&["man", "user", "join"]));
    assert!(join.contains("ruhui\\-user\\-join"), "{join}");
    assert_eq!(written("ruhui-user-join.1"), join);
    let below = said(&["man", "token", "x"]);
    assert_eq!(String::from_utf8_lossy(&below.stderr), "error: there is no command `x` below `token`\n");
    let unknown = said(&["man", "shop"]);
    assert_eq!(unknown.status.code(), Some(1));
    assert!(
        String::from_utf8_lossy(&unknown.stderr)
            .starts_with("error: there is no command `shop`; there are sandbox,")
    );
}

/// A reader that closes the pipe, as `| head -1` does, is not an error. The script is larger than a pipe's
/// buffer.
#[test]
fn a_reader_that_has_gone_is_no_error() {
    let place = place();
    for arguments in [["completions", "zsh"], ["man", "token"]] {
        let mut command = ruhui(place.path(), &arguments);
        let mut process = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(process.stdout.take());
        let output = process.wait_with_output().unwrap();
        assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_an_error() {
    let place = place();
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let output = ruhui(place.path(), &["man"]).stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stderr.starts_with(b"error: "), "{output:?}");
}

/// The parameters also accept PEM text, so a value that is not a path may be a key.
#[test]
fn a_private_key_is_never_printed() {
    let pem = read("keys/merchant_key.pem");
    let body = pem.lines().filter(|line| !line.starts_with('-')).collect::<Vec<_>>();
    // A whole key would be accepted, so these keys begin where a manual copy may begin.
    let (stripped, cut) = (body[1..].join("\n"), body[1..].concat());
    let broken = pem.replace("PRIVATE KEY-----\n", "PRIVATE KEY-----\nAAAA");
    let sign = ["sign", "GET", "/v3/x", "--mchid", "1", "--serial-no", "AB"];
    let token =
        ["token", "--mchid", "1", "--serial-no", "AB", "--public-key-id", "PUB_KEY_ID_1", "--public-key"];
    let public = key("platform_pub");
    let token = [&token[..], &[&public]].concat();
    for command in [&sign[..], &token[..]] {
        for key in [&stripped, &cut, &broken] {
            for (language, log) in [("en", "warn"), ("zh", "trace")] {
                let options = ["--private-key", key, "--lang", language, "--log", log];
                let output = said(&[command, &options[..]].concat());
                assert_eq!(output.status.code(), Some(1));
                let all = format!("{output:?}");
                assert!(!all.contains(body[1]) && !all.contains(&body[1][..32]), "{all}");
            }
        }
    }
    let output = said(&[&sign[..], &["--private-key", &pem]].concat());
    assert!(good(&output).starts_with("Authorization: "), "PEM text is taken as it is");

    let help = ruhui(place().path(), &["token", "--help"]).env("RUHUI_PRIVATE_KEY", &pem).output().unwrap();
    assert!(!good(&help).contains(body[1]), "the help shows values of the environment, but not this one");
}
