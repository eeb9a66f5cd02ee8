//! The fault-injecting shim, built once, and the environment of a process that runs under it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;
use tempfile::TempDir;

static BUILT: LazyLock<(TempDir, PathBuf)> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let library = folder.path().join("faults.so");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/faults/shim.c");
    let output = Command::new("cc")
        .args(["-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-Werror", "-o"])
        .args([&library, &source])
        .args(["-ldl", "-lpthread"])
        .output()
        .expect("these tests need a C compiler, `cc`");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    (folder, library)
});

/// Returns the environment for the faults of this plan, in files whose paths contain `file`.
pub(crate) fn faults(file: &str, plan: &str) -> Vec<(&'static str, String)> {
    vec![
        ("LD_PRELOAD", BUILT.1.display().to_string()),
        ("RUHUI_FAULTS_FILE", file.to_owned()),
        ("RUHUI_FAULTS", plan.to_owned()),
    ]
}

/// Returns the environment for faults that last while the file `switch` exists.
pub(crate) fn switchable(file: &str, switch: &Path) -> Vec<(&'static str, String)> {
    let mut environment = faults(file, "");
    environment.push(("RUHUI_FAULTS_SWITCH", switch.display().to_string()));
    environment
}
