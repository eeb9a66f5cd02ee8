//! The examples of `ruhui call NAME --example`, each run by a shell against a sandbox as it is at its start.

use crate::running::*;
use std::path::Path;
use std::process::Output;

/// Runs lines in a shell that stops at the first failure and finds the tool as `ruhui`.
fn run(here: &Path, lines: &str) -> Output {
    let tool = Path::new(env!("CARGO_BIN_EXE_ruhui")).parent().unwrap();
    let search = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(tool.to_owned()).chain(std::env::split_paths(&search));
    typed(here, &format!("set -e\n{lines}"))
        .env("PATH", std::env::join_paths(folders).unwrap())
        .output()
        .unwrap()
}

#[test]
fn each_example_works_and_the_kits_user_still_gets_tokens() {
    let place = made();
    let here = place.path();
    let sandbox = Running::start(here, &[]);
    let listed = say(here, &["call", "-o", "json"]).json();
    assert_eq!(listed, say(here, &["call", "--list", "-o", "json"]).json());
    let names: Vec<_> =
        listed.as_array().unwrap().iter().map(|call| call["name"].as_str().unwrap()).collect();
    assert_eq!(names.len(), 42);
    for name in names {
        say(here, &["sandbox", "reset"]).good();
        let done = run(here, &say(here, &["call", name, "--example"]).good());
        let said = String::from_utf8_lossy(&done.stderr);
        if name == "import_user_card_by_phone" {
            assert!(said.contains("rejected: 400 INVALID_REQUEST: the function is not open yet"), "{said}");
        } else {
            assert!(done.status.success(), "{name}: {said}");
        }
        say(here, &["token"]).good();
    }
    sandbox.stop();
}
