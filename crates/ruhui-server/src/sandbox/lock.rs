//! The lock of a sandbox's folder: one running sandbox holds it, and others learn from it where that one serves.

use crate::start::StartError;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

/// The held lock. The system releases it when the process ends for any reason, so a killed sandbox blocks no other.
#[derive(Debug)]
pub(super) struct FolderLock {
    file: File,
    serving: PathBuf,
}

impl FolderLock {
    /// Takes the lock of `root`.
    ///
    /// # Errors
    ///
    /// [`StartError::Served`] while another sandbox holds it, and [`StartError::Folder`] if the folder cannot be
    /// written.
    pub(super) fn take(root: &Path) -> Result<Self, StartError> {
        let failed =
            |error: std::io::Error| StartError::Folder { path: root.to_owned(), error: error.into() };
        let mut options = File::options();
        options.write(true).create(true).truncate(false);
        let file = options.open(root.join(".lock")).map_err(failed)?;
        // The addresses are in a file of their own, since some systems let nobody read a locked file.
        let serving = root.join(".serving");
        match file.try_lock() {
            Ok(()) => {
                // The addresses of a sandbox that was killed.
                let _ = std::fs::remove_file(&serving);
                Ok(Self { file, serving })
            }
            Err(TryLockError::WouldBlock) => Err(served(root, &serving)),
            // A file system without locks: the sandbox does without.
            Err(TryLockError::Error(error)) if error.kind() == std::io::ErrorKind::Unsupported => {
                Ok(Self { file, serving })
            }
            Err(TryLockError::Error(error)) => Err(failed(error)),
        }
    }

    /// Notes where the sandbox serves, for the error of a second one.
    pub(super) fn note(&self, [main, _, operations]: &[String; 3]) {
        // The note makes a message better and is needed for nothing else.
        let _ = std::fs::write(&self.serving, format!("{main}\n{operations}\n"));
    }
}

/// The error of a second sandbox. A sandbox that is just starting has noted no addresses yet.
fn served(root: &Path, serving: &Path) -> StartError {
    let noted = std::fs::read_to_string(serving).unwrap_or_default();
    let mut lines = noted.lines().map(str::to_owned);
    StartError::Served { path: root.to_owned(), at: lines.next().zip(lines.next()) }
}

/// Unlocks explicitly: a child process that is just being started shares the open file for a moment.
impl Drop for FolderLock {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.serving);
        let _ = self.file.unlock();
    }
}
