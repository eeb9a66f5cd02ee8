//! Tests of power cuts under load, at moments that a seed chooses: during a commit, before and after its
//! sync, during a checkpoint of the write-ahead log, at start, and after a failed sync.

use crate::assert_whole;
use crate::running::*;
use crate::shim::faults;
use crate::wire;
use std::fs;
use std::sync::mpsc::channel;
use tempfile::TempDir;

/// Number of successive cuts over one folder.
const ROUNDS: u64 = 4;

/// Derives a plan of faults from a seed. Most cuts come in the first commits, and some after a checkpoint of
/// the write-ahead log.
fn plan(seed: u64, round: u64) -> String {
    let mut state = (seed * ROUNDS + round + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mut below = |limit: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 33) % limit
    };
    let late = below(8) == 0;
    let cut = 1 + below(if late { 6000 } else { 300 });
    let mut plan = format!("cut={cut} seed={}", seed * ROUNDS + round);
    match below(4) {
        // A sync fails before the cut: its pages count as written, but they are not on disk.
        0 => plan += &format!(" sync={}", 1 + below(cut.div_ceil(4))),
        // The write fails because the disk is full.
        1 => plan += &format!(" write={} error=28", 1 + below(cut)),
        2 => plan += &format!(" torn={}", 1 + below(cut)),
        _ => {}
    }
    plan
}

/// Requests tokens until the service is gone, and collects the acknowledged ones.
fn load(sandbox: &Running, place: &TempDir, name: &str, tokens: &mut Vec<String>) {
    let signer = wire::signer(&root(place));
    let (acknowledged, said) = channel();
    std::thread::scope(|scope| {
        for thread in 0..3 {
            let (acknowledged, signer, address) = (acknowledged.clone(), &signer, sandbox.address());
            scope.spawn(move || {
                for number in 0.. {
                    let request = wire::request(signer, &format!("{name}-{thread}-{number}"));
                    let Some(answer) = wire::ask(address, &request) else { return };
                    if answer.is_success() {
                        acknowledged.send(answer.token()).unwrap()
                    } else {
                        assert!(answer.head.contains("\r\nRetry-After: 1"), "{answer:?}")
                    }
                }
            });
        }
        drop(acknowledged);
        tokens.extend(said.iter());
    });
}

fn run(seeds: std::ops::Range<u64>) {
    let (mut acknowledged, mut early) = (0, 0);
    for seed in seeds {
        let place = made();
        let mut tokens = Vec::new();
        for round in 0..ROUNDS {
            let plan = plan(seed, round);
            let about = format!("seed {seed}, round {round}, `{plan}`");
            match Running::try_start(place.path(), "ruhui-sandbox", &[], &faults("ruhui.db", &plan)) {
                Ok(sandbox) => load(&sandbox, &place, &format!("{seed}-{round}"), &mut tokens),
                Err(_) => early += 1,
            }
            assert_whole(&root(&place).join("ruhui.db"), &tokens, &about);
        }
        acknowledged += tokens.len();
    }
    eprintln!("{acknowledged} acknowledged, {early} ended before they served");
    assert!(acknowledged > 300, "{acknowledged} tokens are too few to prove anything");
}

// Two tests, so that they run in parallel.
#[test]
fn what_was_acknowledged_survives_cuts_of_the_power() {
    run(0..12);
}

#[test]
fn what_was_acknowledged_survives_more_cuts_of_the_power() {
    run(12..24);
}

/// A sync fails, and the process is killed before it can react. The next process then reads pages from the
/// system's cache that are not on disk. Nothing that it acknowledges may depend on these pages.
#[test]
fn what_the_next_process_acknowledges_rests_on_nothing_that_a_failed_sync_gave_up() {
    for seed in 0..6 {
        let place = made();
        let state = ("RUHUI_FAULTS_STATE", place.path().join("state").display().to_string());
        let start = |plan: &str| {
            let mut environment = faults("ruhui.db", plan);
            environment.push(state.clone());
            Running::try_start(place.path(), "ruhui-sandbox", &[], &environment).unwrap()
        };
        let mut tokens = Vec::new();
        load(&start(&format!("sync={} die=1", 20 + 7 * seed)), &place, &format!("{seed}-a"), &mut tokens);
        assert!(place.path().join("state").exists(), "no sync has failed");
        let before = tokens.len();
        // The cut comes after the start and after some commits.
        let plan = format!("cut={} seed={seed}", 250 + 31 * seed);
        load(&start(&plan), &place, &format!("{seed}-b"), &mut tokens);
        assert!(before > 10 && tokens.len() > before + 10, "{before} and {} acknowledged", tokens.len());
        assert_whole(&root(&place).join("ruhui.db"), &tokens, &format!("seed {seed}, then `{plan}`"));
    }
}

/// After a failed sync and a kill, the power is cut while the next process starts and checkpoints the
/// write-ahead log.
#[test]
fn a_start_after_a_failed_sync_survives_a_cut_of_the_power() {
    let place = made();
    let store = root(&place).join("ruhui.db");
    let state = ("RUHUI_FAULTS_STATE", place.path().join("state").display().to_string());
    let start = |plan: &str| {
        let mut environment = faults("ruhui.db", plan);
        environment.push(state.clone());
        Running::try_start(place.path(), "ruhui-sandbox", &[], &environment)
    };
    let mut tokens = Vec::new();
    load(&start("sync=40 die=1").unwrap(), &place, "first", &mut tokens);
    assert!(tokens.len() > 10, "{}", tokens.len());
    let left = ["", "-wal"].map(|suffix| {
        let path = place.path().join(format!("ruhui-sandbox/ruhui.db{suffix}"));
        (fs::read(&path).unwrap(), path)
    });
    for turn in 3.. {
        // Three cuts at each moment, since chance decides which pages are on disk.
        let (cut, seed) = (turn / 3, turn);
        let started = start(&format!("cut={cut} seed={seed}"));
        let is_over = started.is_ok();
        drop(started);
        assert_whole(&store, &tokens, &format!("cut at {cut}, seed {seed}"));
        if is_over {
            assert!(cut > 8, "the log was not put into the file at start");
            break;
        }
        // Restores the files under the same names: the shim tracks the pages lost at a failed sync by file
        // name.
        let _ = fs::remove_file(store.with_extension("db-shm"));
        for (bytes, path) in &left {
            fs::write(path, bytes).unwrap();
        }
    }
}
