//! `cargo xtask store-fixture`: writes a store as this release writes it, for the tests of later releases.
//!
//! Run it once a release, before its tag, and commit the folder. It never changes a folder of an earlier release.

use anyhow::{Context as _, Result, ensure};
use ruhui_harness::command::{cargo, read};
use ruhui_harness::postgres::Cluster;
use ruhui_harness::step::Outcome;
use std::path::{Path, PathBuf};

/// Name of the dumped schema. It occurs nowhere else in the dump, because tests replace it with another name.
const SCHEMA: &str = "store_fixture";
/// The test that fills a store.
const WRITER: &str = "releases::write_the_fixture_of_this_release";

/// Writes `fixtures/store-MAJOR.MINOR/ruhui.db` and `postgres.sql`, unless they exist.
pub(crate) fn write() -> Outcome {
    let (release, _) = env!("CARGO_PKG_VERSION").rsplit_once('.').context("a version has three parts")?;
    let folder = PathBuf::from(format!("crates/ruhui-server/tests/fixtures/store-{release}"));
    std::fs::create_dir_all(&folder)?;
    let (file, dump) = (folder.join("ruhui.db"), folder.join("postgres.sql"));
    for written in [&file, &dump] {
        ensure!(!written.exists(), "{} exists: a release has one fixture", written.display());
    }
    let root = std::env::current_dir()?;
    live(root.join(&file).to_str().context("the workspace's path is no UTF-8")?)?;
    // The lock file of a store that is not open.
    let _ = std::fs::remove_file(folder.join("ruhui.db-lock"));
    let cluster = Cluster::start(&[])?;
    cluster.ask(&format!("CREATE SCHEMA {SCHEMA}"))?;
    live(&format!("{}?options=-csearch_path%3D{SCHEMA}", cluster.url()))?;
    std::fs::write(&dump, cluster.dump(SCHEMA)?)?;
    Ok(format!("{}, {}", size(&file)?, size(&dump)?))
}

/// Runs the service's test that fills this store.
fn live(place: &str) -> Result<()> {
    let mut test = cargo(["test", "-p", "ruhui-server", "--all-features", "--test", "it", "--"]);
    let printed = read(test.args(["--ignored", "--exact", WRITER]).env("RUHUI_STORE_FIXTURE", place))?;
    // A test of another name is no error for cargo.
    ensure!(printed.contains("1 passed"), "the service has no test {WRITER}; it printed\n{printed}");
    Ok(())
}

fn size(path: &Path) -> Result<String> {
    Ok(format!("{} with {} bytes", path.display(), std::fs::metadata(path)?.len()))
}
