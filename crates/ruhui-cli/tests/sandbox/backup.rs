//! Tests of a backup under load, and of its restore as the store of another sandbox.

use crate::running::*;
use crate::wire::{self, Acknowledged};
use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;
use tempfile::TempDir;

fn pair(shown: &str, name: &str) -> String {
    let line = shown.lines().find_map(|line| line.strip_prefix("  ")?.strip_prefix(name)?.strip_prefix(' '));
    line.unwrap_or_else(|| panic!("no {name}: {shown}")).trim().to_owned()
}

/// Asserts that a replay of each request returns the response that was acknowledged.
fn assert_there(sandbox: &Running, acknowledged: &[Acknowledged]) {
    for Acknowledged { request, body, .. } in acknowledged {
        let answer = wire::ask(sandbox.address(), request).map(|answer| answer.body);
        assert_eq!(answer.as_ref(), Some(body), "lost");
    }
}

/// `ruhui backup` finds a nearby sandbox, as the other commands do.
#[test]
fn a_backup_is_made_next_to_a_sandbox_without_its_folder() {
    let place = made();
    let said = say(place.path(), &["backup", "copy.db"]).good();
    assert_eq!(pair(&said, "store"), "./ruhui-sandbox/ruhui.db");
    assert!(place.path().join("copy.db").is_file());
    let nothing = say(self::place().path(), &["backup", "copy.db"]).error();
    assert!(nothing.starts_with("ruhui.toml: "), "{nothing}");
    // A file that was named and does not exist must not stand for the store of another folder.
    let named = say(place.path(), &["backup", "other.db", "ruhui.toml"]).error();
    assert!(named.starts_with("ruhui.toml: ") && !place.path().join("other.db").exists(), "{named}");
}

#[test]
fn what_was_acknowledged_before_a_backup_is_in_it() {
    let place = made();
    let sandbox = Running::start(place.path(), &[]);
    let signer = wire::signer(&root(&place));
    let (stop, (acknowledged, said)) = (AtomicBool::new(false), channel());
    let (before, copied) = std::thread::scope(|scope| {
        for thread in 0..4 {
            let (stop, acknowledged, signer, address) =
                (&stop, acknowledged.clone(), &signer, sandbox.address());
            scope.spawn(move || {
                for number in 0.. {
                    if stop.load(Ordering::Relaxed) {
                        return;
                    }
                    let got = wire::acknowledged(address, signer, &format!("{thread}-{number}"));
                    acknowledged.send(got.expect("a backup disturbs no call")).unwrap();
                }
            });
        }
        drop(acknowledged);
        let before: Vec<Acknowledged> = said.iter().take(200).collect();
        let copied = say(place.path(), &["backup", "copy.db", "ruhui-sandbox"]);
        // The sandbox still serves requests.
        let after = said.iter().take(20).count();
        stop.store(true, Ordering::Relaxed);
        (before, (copied, after))
    });
    let (copied, after) = copied;
    assert_eq!(after, 20);
    assert_eq!(copied.stderr, "checked, and on disk\n");
    let shown = copied.good();
    assert_eq!(pair(&shown, "store"), "ruhui-sandbox/ruhui.db");
    assert_eq!(pair(&shown, "backup"), "copy.db");
    assert!(pair(&shown, "records").parse::<usize>().unwrap() > 200);
    assert_eq!(pair(&shown, "bytes"), fs::metadata(place.path().join("copy.db")).unwrap().len().to_string());

    // Another process uses the store.
    let rejected = say(place.path(), &["restore", "copy.db", "ruhui-sandbox", "--force"]).error();
    assert!(rejected.contains("is in use; stop its service first"), "{rejected}");
    sandbox.stop();

    let there = made();
    fs::remove_file(root(&there).join("ruhui.db")).unwrap();
    for folder in ["kit", "platform"] {
        copy(&place, &there, folder);
    }
    let from = place.path().join("copy.db").display().to_string();
    let restored = say(there.path(), &["restore", &from, "ruhui-sandbox", "-o", "json"]).json();
    assert_eq!(restored["replaced"], serde_json::Value::Null);
    let sandbox = Running::start(there.path(), &[]);
    assert_there(&sandbox, &before);
    sandbox.stop();
}

/// Copies the keys, so that the other sandbox accepts the same signed requests.
fn copy(from: &TempDir, to: &TempDir, folder: &str) {
    for entry in fs::read_dir(root(from).join(folder)).unwrap().map(Result::unwrap) {
        fs::copy(entry.path(), root(to).join(folder).join(entry.file_name())).unwrap();
    }
}

#[test]
fn the_store_is_found_as_the_service_finds_it() {
    let place = made();
    let sandbox = root(&place);
    say(&sandbox, &["backup", "in-folder.db"]).good();
    say(place.path(), &["backup", "by-file.db", "ruhui-sandbox/ruhui.toml"]).good();
    say(place.path(), &["backup", "by-store.db", "--store", "ruhui-sandbox/ruhui.db"]).good();
    let mut by_variable = ruhui(place.path(), &["backup", "by-variable.db"]);
    assert!(by_variable.env("RUHUI_STORE", "ruhui-sandbox/ruhui.db").output().unwrap().status.success());

    let nowhere = say(place.path(), &["backup", "copy.db", "other.toml"]).error();
    assert!(nowhere.starts_with("other.toml: cannot be read"), "{nowhere}");
    let memory = say(place.path(), &["backup", "copy.db", "--store", "memory"]).error();
    assert_eq!(memory, "the store is `memory`: nothing of it is kept");
    let url = "postgres://ruhui:secret@db/ruhui";
    let database = say(place.path(), &["backup", "copy.db", "--store", url]).error();
    assert!(database.contains("pg_basebackup or pg_dump") && !database.contains("secret"), "{database}");
    let database = say(place.path(), &["restore", "by-file.db", "--store", url]).error();
    assert!(database.contains("pg_restore") && !database.contains("secret"), "{database}");
    let chinese = say(place.path(), &["backup", "by-file.db", "ruhui-sandbox", "--lang", "zh"]);
    assert!(chinese.stderr.contains("by-file.db 已存在"), "{chinese:?}");
}

#[test]
fn a_restore_over_a_store_keeps_it() {
    let place = made();
    say(place.path(), &["backup", "copy.db", "ruhui-sandbox"]).good();
    let shown = say(place.path(), &["restore", "copy.db", "ruhui-sandbox"]).good();
    let before = pair(&shown, "replaced");
    assert!(before.ends_with("ruhui-sandbox/ruhui.db.before-restore"), "{before}");
    let again = say(place.path(), &["restore", "copy.db", "ruhui-sandbox"]).error();
    assert!(again.contains(".before-restore exists already"), "{again}");
    say(place.path(), &["restore", "copy.db", "ruhui-sandbox", "--force"]).good();
    Running::start(place.path(), &[]).stop();
}
