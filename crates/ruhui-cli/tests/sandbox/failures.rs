//! Tests of the reasons that keep a sandbox from starting: one line, one status, and what to do.

use crate::running::*;
use std::fs;
use std::net::TcpListener;
use tempfile::TempDir;

fn fails(place: &TempDir) -> String {
    say(place.path(), &[&["sandbox", "ruhui-sandbox"], &ANYWHERE[..]].concat()).error()
}

fn assert_has(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "no `{part}` in: {text}");
    }
}

#[test]
fn a_port_in_use_is_named_with_its_key_and_option() {
    let place = made();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    for key in ["main", "backup", "operations"] {
        let option = format!("--{key}");
        let mut options = ANYWHERE.to_vec();
        let at = options.iter().position(|word| **word == *option).unwrap();
        options[at + 1] = &address;
        let error = say(place.path(), &[&["sandbox"], &options[..]].concat()).error();
        assert_has(&error, &[&address, &format!("`service.{key}`"), &format!("`{option}`")]);
    }
    let options = [&["sandbox", "--lang", "zh"], &ANYWHERE[..4], &["--operations", &address]].concat();
    let said = say(place.path(), &options);
    assert!(said.stderr.starts_with(&format!("错误：无法监听 {address}：")), "{said:?}");
}

#[test]
fn a_folder_that_cannot_be_one_is_named() {
    let place = place();
    fs::write(root(&place), "not a folder").unwrap();
    assert_has(&fails(&place), &["the folder ruhui-sandbox cannot be written", "`ruhui sandbox FOLDER`"]);
    let inside = say(place.path(), &["sandbox", "ruhui-sandbox/inside"]).error();
    assert_has(&inside, &["the folder ruhui-sandbox/inside cannot be written"]);
    assert_eq!(fs::read_to_string(root(&place)).unwrap(), "not a folder");

    let place = made();
    fs::remove_dir_all(root(&place).join("platform")).unwrap();
    fs::write(root(&place).join("platform"), "not a folder").unwrap();
    assert_has(&fails(&place), &["cannot be written"]);
}

#[test]
fn a_mistake_in_the_file_is_named_with_line_and_key() {
    let cases = [
        (
            "rate_limit = \"off\"",
            "rate_limit = \"sometimes\"",
            "`service.rate_limit`",
            "`sometimes` is not a value of it; it takes `on`, `off`",
        ),
        ("rate_limit =", "rate_limits =", "`service.rate_limits`", "did you mean `rate_limit`?"),
        ("main = \"127.0.0.1:7080\"", "main = 7080", "`service.main`", "it must be an IP address and a port"),
        ("store = \"ruhui.db\"", "store = \"ruhui.db", ": ", "this is not valid TOML"),
        ("kit/apiclient_cert.pem", "kit/apiclient_key.pem", "`merchants[0].certificates[0]`", "private key"),
        (
            "merchants = [\"1900000001\"]",
            "merchants = [\"1900000002\"]",
            "`brands[0].merchants`",
            "1900000002",
        ),
        ("refusal = \"system_error\"", "refusal = \"whatever\"", "`users[12].refusal`", "whatever"),
    ];
    for (from, to, key, what) in cases {
        let place = made();
        edit(&place, from, to);
        let text = fs::read_to_string(root(&place).join("ruhui.toml")).unwrap();
        let line = text.lines().position(|line| line.contains(to)).unwrap() + 1;
        let error = fails(&place);
        assert_has(&error, &[&format!("ruhui-sandbox/ruhui.toml, line {line}"), key, what]);
    }
}

#[test]
fn a_store_that_is_none_is_named() {
    let place = made();
    for name in ["ruhui.db-wal", "ruhui.db-shm"] {
        let _ = fs::remove_file(root(&place).join(name));
    }
    fs::write(root(&place).join("ruhui.db"), "this is no database, however long it may be".repeat(100))
        .unwrap();
    assert_has(&fails(&place), &["ruhui.db"]);
}

/// The file is empty, cut off, or of another kind: the error names it, and deleting it, as the message says,
/// helps.
#[test]
fn a_damaged_file_of_the_kit_is_named_and_can_be_made_again() {
    let pairs = [
        ("kit/apiclient_key.pem", "kit/apiclient_cert.pem"),
        ("kit/brand_key.pem", "kit/brand_cert.pem"),
        ("platform/wxp_key.pem", "kit/wxp_pub.pem"),
        ("platform/wxp_cert_key.pem", "kit/wxp_cert.pem"),
        ("platform/brand_wxp_key.pem", "kit/brand_wxp_pub.pem"),
    ];
    let place = made();
    for (key, derived) in pairs {
        let (key_path, derived_path) = (root(&place).join(key), root(&place).join(derived));
        let whole = fs::read_to_string(&key_path).unwrap();
        let public = fs::read_to_string(&derived_path).unwrap();
        for damage in ["", &whole[..whole.len() / 2], &public] {
            fs::write(&key_path, damage).unwrap();
            assert_has(&fails(&place), &[key, derived, "put the right one back, or delete it and"]);
        }
        fs::remove_file(&key_path).unwrap();
        assert_has(&fails(&place), &[key, derived, "put it back, or delete both"]);
        fs::write(&key_path, &whole).unwrap();

        for damage in ["", &public[..public.len() / 2], &whole] {
            fs::write(&derived_path, damage).unwrap();
            assert_has(&fails(&place), &[derived, "put the right one back, or delete it"]);
        }
        fs::remove_file(&key_path).unwrap();
        fs::remove_file(&derived_path).unwrap();
    }
    // By now all of these files are deleted.
    let sandbox = Running::start(place.path(), &[]);
    say(place.path(), &["token"]).good();
    say(place.path(), &["token", "--family", "brand"]).good();
    sandbox.stop();
}

/// The kit exists, but `ruhui.toml` was not written yet: the next start keeps the kit.
#[test]
fn an_interrupted_creation_is_finished() {
    let place = made();
    let key = fs::read(root(&place).join("kit/apiclient_key.pem")).unwrap();
    for name in ["ruhui.toml", "kit/wxp_pub.pem", "kit/wxp_cert.pem", "kit/kit.env", "kit/apiv3_key.txt"] {
        fs::remove_file(root(&place).join(name)).unwrap();
    }
    fs::write(root(&place).join("kit/wxp_pub.pem.draft"), "-----BEGIN").unwrap();
    let sandbox = Running::start(place.path(), &[]);
    say(place.path(), &["token"]).good();
    sandbox.stop();
    assert!(fs::read(root(&place).join("kit/apiclient_key.pem")).unwrap() == key);
}

#[test]
fn a_service_without_its_file_says_so() {
    let place = place();
    let error = say(place.path(), &["serve"]).error();
    assert_eq!(error, "ruhui.toml: cannot be read: there is no such file or folder (os error 2)");
}
