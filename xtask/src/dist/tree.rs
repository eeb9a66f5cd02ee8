//! A folder that is packed: its files have fixed modes and the time of the commit, so that packing twice gives the same
//! bytes.

use anyhow::{Context as _, Result};
use ruhui_harness::command::run;
use std::fs::{self, File, FileTimes, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime};

/// The mode of a program and of a folder.
pub(super) const PROGRAM: u32 = 0o755;
/// The mode of every other file.
pub(super) const PLAIN: u32 = 0o644;

/// A folder of files to pack.
pub(super) struct Tree {
    root: PathBuf,
}

impl Tree {
    /// Starts with the empty folder `root`.
    pub(super) fn new(root: PathBuf) -> Result<Self> {
        fs::create_dir_all(&root).with_context(|| format!("{} cannot be made", root.display()))?;
        Ok(Self { root })
    }

    /// Writes a file, with the folders above it.
    pub(super) fn put(&self, path: &str, bytes: impl AsRef<[u8]>, mode: u32) -> Result<()> {
        let file = self.root.join(path);
        let written = || {
            fs::create_dir_all(file.parent().unwrap_or(&self.root))?;
            fs::write(&file, bytes)?;
            fs::set_permissions(&file, Permissions::from_mode(mode))
        };
        written().with_context(|| format!("{} cannot be written", file.display()))
    }

    /// Writes a file compressed by gzip, under its name with `.gz`.
    pub(super) fn put_compressed(&self, path: &str, bytes: impl AsRef<[u8]>) -> Result<()> {
        self.put(path, bytes, PLAIN)?;
        run(Command::new("gzip").args(["--best", "--no-name", "--force"]).arg(self.root.join(path)))
    }

    /// Creates an empty folder.
    pub(super) fn folder(&self, path: &str) -> Result<()> {
        let folder = self.root.join(path);
        fs::create_dir_all(&folder).with_context(|| format!("{} cannot be made", folder.display()))
    }

    /// Gives all files and folders the time `epoch`, in seconds since 1970, and all folders their mode.
    pub(super) fn finish(&self, epoch: u64) -> Result<()> {
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(epoch);
        set_times(&self.root, FileTimes::new().set_modified(time).set_accessed(time))
            .with_context(|| format!("the times in {} cannot be set", self.root.display()))
    }

    /// Returns the folder.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// Returns the files, as paths relative to the folder, in the order of their names.
    pub(super) fn files(&self) -> Result<Vec<String>> {
        let mut found = Vec::new();
        let mut folders = vec![self.root.clone()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder)? {
                let path = entry?.path();
                match path.is_dir() {
                    true => folders.push(path),
                    false => found.push(path.strip_prefix(&self.root)?.display().to_string()),
                }
            }
        }
        found.sort();
        Ok(found)
    }
}

fn set_times(path: &Path, times: FileTimes) -> std::io::Result<()> {
    if path.is_dir() {
        fs::set_permissions(path, Permissions::from_mode(PROGRAM))?;
        for entry in fs::read_dir(path)? {
            set_times(&entry?.path(), times)?;
        }
    }
    File::open(path)?.set_times(times)
}
