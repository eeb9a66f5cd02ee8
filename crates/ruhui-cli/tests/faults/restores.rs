//! Tests of a restore that is killed before each of its steps, or whose power is cut there: the old or the
//! new store is left, complete.

use crate::running::*;
use crate::shim::faults;
use ruhui_server::store::{Key, Kind, SqliteStore, Store as _, Value, Write};
use std::fs;
use std::path::Path;

fn open(path: &Path) -> SqliteStore {
    SqliteStore::open(path).unwrap()
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().unwrap()
}

fn put(store: &SqliteStore, names: &[&str]) {
    for name in names {
        let key = Key { kind: Kind::User, id: (*name).to_owned() };
        let write = Write::Put { key, read: None, value: Value("{}".to_owned()), expires: None };
        runtime().block_on(store.commit(vec![write])).unwrap();
    }
}

fn names(path: &Path) -> Vec<String> {
    let store = open(path);
    let found = runtime().block_on(store.scan(Kind::User, "", "", 100)).unwrap();
    found.into_iter().map(|(id, _)| id).collect()
}

/// Interrupts a restore at its first step, at its second, and so on, until it completes.
fn break_off(plan: impl Fn(u32) -> String) {
    let place = place();
    let here = place.path();
    let (made, from) = (here.join("made.db"), here.join("copy.db"));
    put(&open(&made), &["new"]);
    fs::copy(&made, &from).unwrap();
    // The store is as after a crash: its last commits are only in the write-ahead log.
    let store = open(&here.join("live.db"));
    put(&store, &["old-1", "old-2"]);
    let old = ["", "-wal", "-shm"].map(|suffix| {
        let name = format!("live.db{suffix}");
        (format!("ruhui.db{suffix}"), fs::read(here.join(name)).unwrap())
    });
    drop(store);

    let mut seen = [0, 0];
    for step in 1.. {
        for entry in fs::read_dir(here).unwrap().map(Result::unwrap) {
            if entry.file_name().to_str().unwrap().starts_with("ruhui.db") {
                fs::remove_file(entry.path()).unwrap();
            }
        }
        for (name, bytes) in &old {
            fs::write(here.join(name), bytes).unwrap();
        }
        let mut command = ruhui(here, &["restore", "copy.db", "--store", "ruhui.db"]);
        let output = command.envs(faults("ruhui.db", &plan(step))).output().unwrap();
        let found = names(&here.join("ruhui.db"));
        let is_new = found == ["new"];
        assert!(is_new || found == ["old-1", "old-2"], "broken off at step {step}: {found:?}");
        seen[usize::from(is_new)] += 1;
        if output.status.success() {
            assert!(is_new);
            assert_eq!(names(&here.join("ruhui.db.before-restore")), ["old-1", "old-2"]);
            break;
        }
        assert_eq!(output.status.code(), None, "broken off at step {step}: {output:?}");
        // The remains of the interrupted restore do not block the next one.
        say(here, &["restore", "copy.db", "--store", "ruhui.db", "--force"]).good();
        assert_eq!(names(&here.join("ruhui.db")), ["new"], "again after step {step}");
    }
    assert!(seen[0] > 5 && seen[1] > 0, "old and new {seen:?}: it was not broken off everywhere");
}

#[test]
fn a_restore_killed_at_any_step_leaves_one_store_or_the_other() {
    break_off(|step| format!("step={step}"));
}

#[test]
fn a_restore_whose_power_is_cut_leaves_one_store_or_the_other() {
    for seed in 0..3 {
        break_off(|step| format!("cut={step} seed={}", 1000 * seed + step));
    }
}
