//! Tests of failed reads, on every path that reads: each is reported as a failure of the disk and not as
//! damage, and no message advises a restore.

use crate::assert_whole;
use crate::messages::{EIO, damage, log, served};
use crate::running::*;
use crate::shim::{faults, switchable};
use crate::wire;
use std::fs;
use std::process::Output;
use tempfile::TempDir;

fn text(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// Asserts that the message does not advise a restore, which would lose all commits since the backup.
fn assert_no_advice_to_restore(said: &str, about: &str) {
    for advice in [
        "` is damaged: ",
        "could not be read",
        "is not a ruhui store",
        "bring back a backup",
        "take an older one",
    ] {
        assert!(!said.contains(advice), "{about}: {said}");
    }
    for masked in ["no transaction is active", "cannot rollback", "panicked"] {
        assert!(!said.contains(masked), "{about}: {said}");
    }
}

#[test]
fn a_service_whose_reads_fail_says_so_and_goes_on_when_they_work() {
    let place = made();
    let switch = place.path().join("switch");
    let faults = switchable("ruhui.db", &switch);
    let mut sandbox = Running::try_start(place.path(), "ruhui-sandbox", &[], &faults).unwrap();
    let signer = wire::signer(&root(&place));
    let ask = |sandbox: &Running, nonce: &str| {
        wire::ask(sandbox.address(), &wire::request(&signer, nonce)).unwrap()
    };
    let mut tokens = vec![ask(&sandbox, "before").token()];
    for time in 0..3 {
        fs::write(&switch, format!("read {EIO}")).unwrap();
        // Pages in SQLite's cache are not read again, so the first request may still succeed.
        let failed = (0..20).any(|number| {
            let answer = ask(&sandbox, &format!("meanwhile-{time}-{number}"));
            answer.head.starts_with("HTTP/1.1 500 ")
        });
        assert!(failed, "no read failed");
        fs::remove_file(&switch).unwrap();
        tokens.push(ask(&sandbox, &format!("after-{time}")).token());
    }
    let said = log(&place);
    assert!(said.contains("the disk of the store"), "{said}");
    assert!(said.contains("failed"), "{said}");
    assert_no_advice_to_restore(&said, "while it serves");
    sandbox.end("KILL");
    assert_whole(&root(&place).join("ruhui.db"), &tokens, "reads failed");
}

/// Lets the first read fail, then the second, and so on, until the command makes no more reads.
fn each_read_fails(word: &str, mut run: impl FnMut(&[(&'static str, String)]) -> Output) -> u32 {
    for number in 1.. {
        let output = run(&faults("ruhui.db", &format!("{word}={number}")));
        if output.status.success() {
            return number - 1;
        }
        let said = text(&output);
        let about = format!("{word}={number}");
        assert_eq!(output.status.code(), Some(1), "{about}: {output:?}");
        assert!(said.starts_with("error: "), "{about}: {said}");
        assert_no_advice_to_restore(&said, &about);
        assert!(number < 500, "it never succeeds: {said}");
    }
    unreachable!("it succeeds or fails")
}

#[test]
fn a_backup_whose_reads_fail_says_so() {
    let place = made();
    let run = |faults: &[(&'static str, String)]| {
        let mut command =
            ruhui(place.path(), &["--lang", "en", "backup", "copy.db", "ruhui-sandbox", "--force"]);
        command.envs(faults.iter().cloned()).output().unwrap()
    };
    let mut reads = 0;
    for word in ["read", "reads"] {
        reads += each_read_fails(word, run);
    }
    assert!(reads > 4, "{reads} reads");
}

#[test]
fn a_restore_whose_reads_fail_says_so() {
    let place = place();
    let folder = served(true);
    // Faults apply to both files, since both names contain the watched text.
    fs::copy(root(&folder).join("ruhui.db"), place.path().join("ruhui.db-copy")).unwrap();
    fs::copy(root(&folder).join("ruhui.db"), place.path().join("ruhui.db")).unwrap();
    let run = |faults: &[(&'static str, String)]| {
        let arguments = ["--lang", "en", "restore", "ruhui.db-copy", "--store", "ruhui.db"];
        ruhui(place.path(), &arguments).envs(faults.iter().cloned()).output().unwrap()
    };
    let reads = each_read_fails("reads", run);
    assert!(reads > 4, "{reads} reads");
}

/// Starts a service that fails at a read of the store and ends.
fn start_that_ends(place: &TempDir, faults: &[(&'static str, String)]) -> Output {
    let mut command = ruhui(&root(place), &["--lang", "en", "serve"]);
    command.envs(faults.iter().cloned()).output().unwrap()
}

#[test]
fn a_start_whose_reads_fail_says_so() {
    let place = served(true);
    for number in [1, 2, 3, 5, 8, 13] {
        let output = start_that_ends(&place, &faults("ruhui.db", &format!("reads={number}")));
        let said = text(&output);
        assert_eq!(output.status.code(), Some(1), "{number}: {said}");
        assert!(said.starts_with("error: "), "{number}: {said}");
        assert_no_advice_to_restore(&said, &format!("reads={number}"));
    }
}

/// Damage without a failed read: a restore can repair it.
#[test]
fn damage_is_still_named_as_damage() {
    let place = served(true);
    damage(&root(&place).join("ruhui.db"));
    let said = text(&start_that_ends(&place, &[]));
    assert!(said.contains("is damaged: ") && said.contains("`ruhui restore`"), "{said}");
}
