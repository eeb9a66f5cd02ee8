//! Tests of the messages about a disk that is full, fails, is read-only or has damaged files, and of a
//! service that recovers without a restart once the disk works again.

use crate::assert_whole;
use crate::running::*;
use crate::shim::switchable;
use crate::wire;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

const ENOSPC: &str = "28";
pub(crate) const EIO: &str = "5";
const EROFS: &str = "30";

pub(crate) fn log(place: &TempDir) -> String {
    fs::read_to_string(place.path().join(LOG)).unwrap()
}

/// Checks that a service survives `fault` and recovers, and that after SIGKILL all acknowledged tokens are in
/// its store.
fn serves_on(fault: &str, said: &str) {
    let place = made();
    let switch = place.path().join("switch");
    let faults = switchable("ruhui.db", &switch);
    let mut sandbox = Running::try_start(place.path(), "ruhui-sandbox", &[], &faults).unwrap();
    let signer = wire::signer(&root(&place));
    let ask = |sandbox: &Running, nonce: &str| {
        let request = wire::request(&signer, nonce);
        (wire::ask(sandbox.address(), &request).unwrap(), request)
    };
    let mut tokens = vec![ask(&sandbox, "before").0.token()];
    for time in 0..3 {
        fs::write(&switch, fault).unwrap();
        let (answer, request) = ask(&sandbox, &format!("meanwhile-{time}"));
        assert!(answer.head.starts_with("HTTP/1.1 500 "), "{answer:?}");
        assert!(answer.head.contains("\r\nRetry-After: 1"), "{answer:?}");
        assert!(answer.body.contains("SYSTEM_ERROR") && !answer.body.contains("ruhui.db"), "{answer:?}");
        assert!(log(&place).contains(said), "{}", log(&place));
        fs::remove_file(&switch).unwrap();
        tokens.push(wire::ask(sandbox.address(), &request).unwrap().token());
        tokens.push(ask(&sandbox, &format!("after-{time}")).0.token());
    }
    assert!(log(&place).contains("the store takes commits again"), "{}", log(&place));
    sandbox.end("KILL");
    assert_whole(&root(&place).join("ruhui.db"), &tokens, fault);
}

#[test]
fn a_full_disk_rejects_and_goes_on_when_there_is_room() {
    serves_on(&format!("write {ENOSPC}"), "no room for the store");
}

#[test]
fn a_write_that_fails_rejects_and_goes_on_when_it_works() {
    serves_on(&format!("write {EIO}"), "failed: disk I/O error while writing");
}

#[test]
fn a_sync_that_fails_rejects_and_goes_on_when_it_works() {
    serves_on(&format!("sync {EIO}"), "failed: disk I/O error while syncing");
}

/// Starts a service that fails to start, and returns its stderr.
fn starts_not(place: &TempDir, fault: &str, language: &str) -> String {
    let switch = place.path().join("switch");
    fs::write(&switch, fault).unwrap();
    let mut command = ruhui(&root(place), &["--lang", language, "serve"]);
    let output = command.envs(switchable("ruhui.db", &switch)).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    String::from_utf8(output.stderr).unwrap()
}

/// Returns a sandbox with free ports, with or without its store.
pub(crate) fn served(keeps: bool) -> TempDir {
    let place = made();
    for port in ["7080", "7081", "7082"] {
        edit(&place, &format!("127.0.0.1:{port}"), "127.0.0.1:0");
    }
    if !keeps {
        fs::remove_file(root(&place).join("ruhui.db")).unwrap();
    }
    place
}

#[test]
fn a_start_that_fails_says_what_the_disk_did() {
    for (keeps, fault, en, zh) in [
        (false, format!("write {ENOSPC}"), "error: no room for the store", "空间不足"),
        (false, format!("write {EIO}"), "error: the disk of the store", "磁盘读写失败"),
        (
            false,
            format!("open {EROFS}"),
            "cannot be written: the disk is read-only (os error 30)",
            "无法写入",
        ),
        (true, format!("open {EROFS}"), "cannot be written: ", "无法写入"),
    ] {
        let said = starts_not(&served(keeps), &fault, "en");
        assert!(said.starts_with("error: ") && said.contains(en), "{fault}: {said}");
        assert_eq!(said.lines().count(), 1, "{said}");
        let said = starts_not(&served(keeps), &fault, "zh");
        assert!(said.starts_with("错误：") && said.contains(zh), "{fault}: {said}");
    }
}

/// Overwrites all pages of a store except the first one, which has the schema.
pub(crate) fn damage(store: &Path) {
    let mut bytes = fs::read(store).unwrap();
    bytes[4096..].fill(0xa5);
    fs::write(store, bytes).unwrap();
}

#[test]
fn a_damaged_store_is_named_at_start() {
    let place = served(true);
    damage(&root(&place).join("ruhui.db"));
    let output = ruhui(&root(&place), &["--lang", "en", "serve"]).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("is damaged: ") && said.contains("`ruhui restore`"), "{said}");
}

/// Only one index is damaged. The provisioned records can be read, so the service starts.
#[test]
fn a_damaged_store_is_named_while_it_serves() {
    let place = made();
    let store = root(&place).join("ruhui.db");
    let root_page: usize = {
        let connection = rusqlite::Connection::open(&store).unwrap();
        let sql = "SELECT rootpage FROM sqlite_schema WHERE name = 'records_by_expiry'";
        connection.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap() as usize
    };
    let mut bytes = fs::read(&store).unwrap();
    bytes[(root_page - 1) * 4096..root_page * 4096].fill(0xa5);
    fs::write(&store, bytes).unwrap();

    let sandbox = Running::start(place.path(), &[]);
    let request = wire::request(&wire::signer(&root(&place)), "one");
    let answer = wire::ask(sandbox.address(), &request).unwrap();
    assert!(answer.head.starts_with("HTTP/1.1 500 "), "{answer:?}");
    assert!(log(&place).contains("is damaged: "), "{}", log(&place));
    sandbox.stop();
}

/// Neither a full disk nor a failing one leaves a partial backup, or changes the existing one.
#[test]
fn a_backup_that_finds_no_room_leaves_nothing() {
    let place = made();
    let switch = place.path().join("switch");
    say(place.path(), &["backup", "copy.db", "ruhui-sandbox"]).good();
    let before = fs::read(place.path().join("copy.db")).unwrap();
    for (fault, said) in [
        (format!("write {ENOSPC}"), "no room"),
        (format!("sync {EIO}"), "copy.db` failed"),
        (format!("write {EIO}"), "copy.db` failed"),
    ] {
        fs::write(&switch, &fault).unwrap();
        let mut command = ruhui(place.path(), &["backup", "copy.db", "ruhui-sandbox", "--force"]);
        let output = command.envs(switchable("copy.db", &switch)).output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{fault}: {stderr}");
        assert!(stderr.contains(said), "{fault}: {stderr}");
        assert_eq!(fs::read(place.path().join("copy.db")).unwrap(), before, "{fault}");
        let names = fs::read_dir(place.path()).unwrap().map(|entry| entry.unwrap().file_name());
        let left: Vec<_> = names.filter(|name| name.to_string_lossy().contains("partial")).collect();
        assert!(left.is_empty(), "{fault}: {left:?}");
    }
}
