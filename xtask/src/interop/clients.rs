//! Lists the clients that run against the sandbox: folders of `interop/`, and programs that `ruhui kit --for …` prints.

use anyhow::{Context as _, Result};
use std::path::PathBuf;

/// Clients of `ruhui kit --for`. The list is needed before the binary is built; a later step compares them.
pub(super) const PROGRAMS: &[&str] = &["curl", "go", "java", "node", "php", "python", "rust"];

/// Clients of `ruhui kit --for` that CI does not run, with a program that parses their language.
pub(super) const PARSED: &[(&str, &[&str])] =
    &[("wechatpay-go", &["gofmt", "-l"]), ("wechatpay-php", &["php", "-l"])];

/// Returns the clients that have a folder.
pub(super) fn all() -> Result<Vec<String>> {
    let mut clients = Vec::new();
    for entry in std::fs::read_dir("interop").context("interop/ cannot be read")? {
        let path = entry?.path();
        if path.join("run.sh").exists() {
            clients.extend(path.file_name().map(|name| name.to_string_lossy().into_owned()));
        }
    }
    clients.sort();
    Ok(clients)
}

/// Returns the names of all clients and of all programs of the kit.
pub(crate) fn names() -> Result<Vec<String>> {
    Ok(union(all()?, PROGRAMS))
}

/// Returns the names of both lists, without duplicates.
pub(crate) fn union(mut clients: Vec<String>, programs: &[&str]) -> Vec<String> {
    clients.extend(programs.iter().map(|program| (*program).to_owned()));
    clients.sort();
    clients.dedup();
    clients
}

/// Returns the folder of a client.
pub(crate) fn folder_of(client: &str) -> PathBuf {
    PathBuf::from("interop").join(client)
}
