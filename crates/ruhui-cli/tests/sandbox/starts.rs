//! Tests of the first start of a sandbox, of later starts, and of one after `ruhui.toml` was edited.

use crate::running::*;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::Stdio;

const PATH: &str = "/v3/brand/partner/card-member/open-user-card-tokens";

fn is_token(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn ready(sandbox: &Running) -> String {
    let request = "GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    exchange(sandbox.value("RUHUI_OPERATIONS_URL"), request)
}

#[test]
fn an_empty_folder_shows_a_first_token_and_serves() {
    let place = place();
    let mut sandbox = Running::start(place.path(), &[]);
    let token = sandbox.shown("token");
    assert!(is_token(token), "{token}");
    assert!(sandbox.shown("expire_time").ends_with("+08:00"));
    assert_eq!(sandbox.shown("launch"), format!("token={token}&scene=CARD_MEMBER"));
    assert_eq!(sandbox.shown("main host"), sandbox.value("RUHUI_BASE_URL"));
    assert_eq!(sandbox.shown("backup host"), sandbox.value("RUHUI_BACKUP_URL"));
    assert_eq!(sandbox.shown("console"), format!("{}/", sandbox.value("RUHUI_OPERATIONS_URL")));
    assert_eq!(sandbox.shown("kit"), "./ruhui-sandbox/kit");
    assert_eq!(sandbox.shown("config"), "./ruhui-sandbox/ruhui.toml");
    assert!(!sandbox.shown.contains(":0\n"), "the ports that were chosen are shown: {}", sandbox.shown);
    assert!(ready(&sandbox).starts_with("HTTP/1.1 200 "));
    assert_eq!(sandbox.end("INT").code(), Some(0));
}

/// Each connection is an open file. Systems limit a process to 1,024 of them unless it raises the limit.
#[test]
fn connections_may_be_more_than_the_files_it_was_given() {
    let place = made();
    let line = format!(
        "ulimit -Sn 100 && exec '{}' sandbox ruhui-sandbox {} 2>{LOG}",
        env!("CARGO_BIN_EXE_ruhui"),
        ANYWHERE.join(" ")
    );
    let mut command = typed(place.path(), &line);
    let sandbox = Running::wait(command.stdout(Stdio::piped()), place.path(), "ruhui-sandbox").unwrap();
    let mut open = Vec::new();
    let ask = |stream: &mut TcpStream| {
        stream.write_all(b"GET /nowhere HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
        let mut response = [0; 4096];
        let length = stream.read(&mut response).unwrap();
        assert!(
            response[..length].starts_with(b"HTTP/1.1 404 "),
            "{}",
            String::from_utf8_lossy(&response[..length])
        );
    };
    for _ in 0..200 {
        let mut stream = TcpStream::connect(sandbox.address()).unwrap();
        ask(&mut stream);
        open.push(stream);
    }
    // None of these connections was closed to make room for the others.
    open.iter_mut().for_each(ask);
    sandbox.stop();
}

/// The next command that is shown can be typed as it stands.
#[test]
fn the_next_command_names_the_kit_where_it_would_not_be_found() {
    let place = made();
    let next = |sandbox: &Running| {
        let line = sandbox.shown.lines().find(|line| line.starts_with("Next")).unwrap();
        line.split_once(":  ").unwrap().1.to_owned()
    };
    let sandbox = Running::start(place.path(), &[]);
    assert_eq!(next(&sandbox), format!("{} token", env!("CARGO_BIN_EXE_ruhui")));
    sandbox.stop();

    fs::rename(root(&place), place.path().join("a sandbox")).unwrap();
    let sandbox = Running::start_in(place.path(), "a sandbox", &[]);
    let command = next(&sandbox);
    assert_eq!(command, format!("{} token --kit './a sandbox/kit'", env!("CARGO_BIN_EXE_ruhui")));
    let output = typed(place.path(), &command).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    sandbox.stop();
}

#[test]
fn a_second_start_finds_everything_again() {
    let place = place();
    let body = r#"{"brand_id":"1004","card_id":"pbLatjvWOibDc5-TBnbUk1pD12o0","openid":"obLatjnx9gnqzS4myYGmLZ7LgLBA"}"#;
    let sandbox = Running::start(place.path(), &[]);
    let signed = say(place.path(), &["sign", "POST", PATH, "-d", body, "-o", "json"]).json();
    let request = format!(
        "POST {PATH} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nUser-Agent: test\r\nAccept: */*\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\nAuthorization: {}\r\n\r\n{body}",
        body.len(),
        signed["authorization"].as_str().unwrap()
    );
    let ask = |sandbox: &Running| {
        let answer = exchange(sandbox.value("RUHUI_BASE_URL"), &request);
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 200 "), "{answer}");
        body.to_owned()
    };
    let (first, answer) = (sandbox.shown("token").to_owned(), ask(&sandbox));
    let (kit, files) = (lasting(&sandbox), files(&root(&place)));
    sandbox.stop();

    let sandbox = Running::start(place.path(), &[]);
    assert_ne!(sandbox.shown("token"), first);
    assert_eq!(lasting(&sandbox), kit);
    assert!(self::files(&root(&place)) == files, "no key and no certificate is made anew");
    assert_eq!(ask(&sandbox), answer, "the same signed request has the same answer, from before the start");
    sandbox.stop();
}

fn lasting(sandbox: &Running) -> Vec<(String, String)> {
    sandbox.kit.clone().into_iter().filter(|(name, _)| !name.ends_with("_URL")).collect()
}

fn files(root: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    for folder in ["kit", "platform"] {
        for entry in fs::read_dir(root.join(folder)).unwrap().map(Result::unwrap) {
            let name = entry.file_name().into_string().unwrap();
            if name != "kit.env" {
                files.push((name, fs::read(entry.path()).unwrap()));
            }
        }
    }
    files.push(("ruhui.toml".to_owned(), fs::read(root.join("ruhui.toml")).unwrap()));
    files.sort();
    files
}

#[test]
fn an_edited_file_takes_effect_at_the_next_start() {
    let place = made();
    let token = |openid: &str| say(place.path(), &["token", "--openid", openid]);
    let certificates = || say(place.path(), &["call", "GET", "/v3/certificates"]);
    let (newcomer, member) = ("oNewcomer0000000000000000000", "oMember000000000000000000000");

    edit(&place, "unknown_openids = \"accept\"", "unknown_openids = \"reject\"");
    let sandbox = Running::start(place.path(), &[]);
    assert!(token(newcomer).error().contains(": the openid is invalid"));
    assert!(token(member).error().contains(": the user already holds a valid card"));
    assert!(certificates().good().contains("encrypt_certificate"));
    sandbox.stop();

    edit(&place, member, newcomer);
    edit(&place, "cards = [\"pbLatjvWOibDc5-TBnbUk1pD12o0\"]", "");
    edit(&place, "certificates = \"on\"", "certificates = \"off\"");
    let sandbox = Running::start(place.path(), &[]);
    token(newcomer).good();
    assert!(token(member).error().contains(": the openid is invalid"), "who is gone from the file is gone");
    assert!(certificates().error().contains(" 404 RESOURCE_NOT_EXISTS"));
    sandbox.stop();
}

/// A script that starts a sandbox reads one JSON object; then the sandbox serves.
#[test]
fn a_sandbox_prints_its_addresses_and_a_token_for_programs() {
    let place = made();
    let arguments = [&["sandbox", "-o", "json"], &ANYWHERE[..]].concat();
    let mut process =
        ruhui(place.path(), &arguments).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines().map(Result::unwrap);
    let shown: serde_json::Value = serde_json::from_str(&lines.next().unwrap()).unwrap();
    assert!(is_token(shown["token"].as_str().unwrap()), "{shown}");
    let kit = kit(&root(&place));
    assert_eq!(
        (&shown["main"], &shown["backup"]),
        (&kit["RUHUI_BASE_URL"].as_str().into(), &kit["RUHUI_BACKUP_URL"].as_str().into())
    );
    assert_eq!(end(&mut process, "TERM").code(), Some(0));
    assert_eq!(lines.next(), None, "nothing else is printed for programs");
}

/// `ruhui sandbox stop` must not create a sandbox in the folder `stop`.
#[test]
fn a_word_that_is_no_folder_makes_no_sandbox() {
    let place = place();
    let said = say(place.path(), &["sandbox", "stop"]).error();
    assert!(
        said.starts_with("there is no folder `stop`, and ") && said.contains("`ruhui sandbox ./stop`"),
        "{said}"
    );
    assert!(!place.path().join("stop").exists());
    Running::start_in(place.path(), "./stop", &[]).stop();
    Running::start_in(place.path(), "stop", &[]).stop();
}

#[test]
fn a_file_of_the_kit_that_was_deleted_is_reported() {
    let place = made();
    fs::remove_file(root(&place).join("kit/apiclient_cert.pem")).unwrap();
    let sandbox = Running::start(place.path(), &[]);
    let log = fs::read_to_string(place.path().join(LOG)).unwrap();
    let said =
        "made again because they were missing: ./ruhui-sandbox/kit/apiclient_cert.pem; clients with copies";
    assert!(log.starts_with(said), "{log}");
    sandbox.stop();
}

#[test]
fn a_deleted_folder_is_reported_while_the_sandbox_runs() {
    let place = made();
    let sandbox = Running::start(place.path(), &[]);
    // The log is next to the sandbox's folder, so it survives the removal.
    fs::remove_dir_all(root(&place)).unwrap();
    let log = || fs::read_to_string(place.path().join(LOG)).unwrap();
    let has_said = |_| log().contains("was deleted or moved while the sandbox runs");
    assert!(
        (0..200).any(|look| {
            std::thread::sleep(std::time::Duration::from_millis(50));
            has_said(look)
        }),
        "{}",
        log()
    );
    sandbox.stop();
}

/// A sandbox starts even if its configuration no longer has the sample's user.
#[test]
fn a_rejected_first_token_does_not_keep_it_from_serving() {
    let place = made();
    edit(&place, "openid = \"obLatjnx9gnqzS4myYGmLZ7LgLBA\"", "openid = \"oAnother00000000000000000000\"");
    edit(&place, "unknown_openids = \"accept\"", "unknown_openids = \"reject\"");
    let sandbox = Running::start(place.path(), &[]);
    let said = "No first token: rejected: 400 INVALID_REQUEST";
    assert!(sandbox.shown.starts_with(said), "{}", sandbox.shown);
    let advice = "; check the kit's merchant, brand, template and user in ruhui.toml\n";
    assert!(sandbox.shown.contains(advice), "{}", sandbox.shown);
    say(place.path(), &["token", "--openid", "oAnother00000000000000000000"]).good();
    sandbox.stop();
}

/// The kit's user is a member: the start says how to get a token for another user.
#[test]
fn a_kits_user_with_a_card_is_named_at_the_start_with_the_way_out() {
    let place = made();
    edit(
        &place,
        "openid = \"obLatjnx9gnqzS4myYGmLZ7LgLBA\"",
        "openid = \"obLatjnx9gnqzS4myYGmLZ7LgLBA\"\ncards = [\"pbLatjvWOibDc5-TBnbUk1pD12o0\"]",
    );
    let sandbox = Running::start(place.path(), &[]);
    let advice = "; for a new user: `ruhui token --openid $(ruhui user new)`; `ruhui sandbox reset` puts the sandbox back \
                  to its start\n";
    assert!(
        sandbox.shown.starts_with("No first token: ") && sandbox.shown.contains(advice),
        "{}",
        sandbox.shown
    );
    let chinese = say(place.path(), &["token", "--lang", "zh"]).stderr;
    let advice = "；可换用新用户：`ruhui token --openid $(ruhui user new)`；`ruhui sandbox reset` 可将沙箱恢复到初始状态\n";
    assert!(chinese.ends_with(advice), "{chinese}");
    sandbox.stop();
}

#[test]
fn over_tls_the_kit_has_the_ca_to_trust() {
    let place = made();
    let sandbox = Running::start(place.path(), &["--tls"]);
    assert!(sandbox.shown("main host").starts_with("https://127.0.0.1:"));
    assert!(sandbox.shown.contains("Trust ./ruhui-sandbox/kit/ca.pem"));
    say(place.path(), &["token"]).good();
    assert!(ready(&sandbox).starts_with("HTTP/1.1 200 "), "/readyz is plain HTTP");
    let values = sandbox.kit.clone();
    let given = |name: &str| values[name].clone();
    let own = [
        ("--mchid", given("RUHUI_MCHID")),
        ("--serial-no", given("RUHUI_SERIAL_NO")),
        ("--private-key", given("RUHUI_PRIVATE_KEY")),
        ("--public-key-id", given("RUHUI_WECHATPAY_PUBLIC_KEY_ID")),
        ("--public-key", given("RUHUI_WECHATPAY_PUBLIC_KEY")),
        ("--base-url", given("RUHUI_BASE_URL")),
    ];
    let own: Vec<&str> = own.iter().flat_map(|(flag, value)| [*flag, value.as_str()]).collect();
    let call = [&["call", "GET", "/v3/certificates"], &own[..]].concat();
    let untrusted = say(place.path(), &call).error();
    assert!(untrusted.starts_with("no response: https://127.0.0.1:"), "{untrusted}");
    assert!(untrusted.ends_with("; name the CA to trust with --ca-certificate"), "{untrusted}");
    say(place.path(), &[&call[..], &["--ca-certificate", &given("RUHUI_CA_CERTIFICATE")]].concat()).good();
    sandbox.stop();

    let sandbox = Running::start(place.path(), &[]);
    assert!(!sandbox.kit.contains_key("RUHUI_CA_CERTIFICATE"), "without TLS there is nothing to trust");
    say(place.path(), &["token"]).good();
    sandbox.stop();
}

/// A sandbox that was created before brands had their own keys.
#[test]
fn an_older_sandbox_gets_the_files_that_are_new() {
    let place = made();
    let (key, config) = (root(&place).join("kit/brand_api_key.txt"), root(&place).join("ruhui.toml"));
    fs::remove_file(&key).unwrap();
    let text = fs::read_to_string(&config).unwrap();
    let older: Vec<&str> = text.lines().filter(|line| !line.starts_with("api_key")).collect();
    fs::write(&config, older.join("\n")).unwrap();

    let sandbox = Running::start(place.path(), &[]);
    assert_eq!(fs::read_to_string(&key).unwrap(), sandbox.value("RUHUI_BRAND_API_KEY"));
    say(place.path(), &["token", "--family", "brand"]).good();
    sandbox.stop();
    assert_eq!(fs::read_to_string(&config).unwrap(), older.join("\n"), "the user's file stays as it is");
}

/// `ruhui serve` runs the service without the sandbox around it.
#[test]
fn the_sandboxs_file_can_be_served_as_it_is() {
    let place = made();
    for port in ["7080", "7081", "7082"] {
        edit(&place, &format!("127.0.0.1:{port}"), "127.0.0.1:0");
    }
    let mut command = ruhui(&root(&place), &["serve"]);
    let mut process = command.stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(process.stderr.take().unwrap()).lines().map(Result::unwrap);
    for shown in [
        "  main host    http://127.0.0.1:",
        "  backup host  http://127.0.0.1:",
        "  ready        http://127.0.0.1:",
    ] {
        let line = lines.next().unwrap();
        assert!(line.starts_with(shown) && !line.contains(":0"), "{line}");
    }
    assert_eq!(lines.next().unwrap(), "serving; Ctrl-C stops");
    assert_eq!(end(&mut process, "TERM").code(), Some(0));
    let line = lines.next().unwrap();
    assert!(line.starts_with("stopping: requests are accepted for "), "{line}");
}
