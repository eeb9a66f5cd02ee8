//! The files of a configuration: on the disk, or in memory.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;
use zeroize::Zeroizing;

/// The files that a configuration consists of: `ruhui.toml`, and the keys and certificates that it names.
#[derive(Clone, Default)]
pub(crate) enum Files {
    /// The files of the disk.
    #[default]
    Disk,
    /// Texts by path, for a sandbox without a folder. They never change.
    Memory(Arc<BTreeMap<PathBuf, Zeroizing<String>>>),
}

impl Files {
    /// Files in memory, each with its path.
    pub(crate) fn in_memory(files: impl IntoIterator<Item = (String, String)>) -> Self {
        let files = files.into_iter().map(|(path, text)| (PathBuf::from(path), Zeroizing::new(text)));
        Self::Memory(Arc::new(files.collect()))
    }

    /// Reads a file, which may be a private key.
    pub(crate) fn read(&self, path: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
        match self {
            Self::Disk => std::fs::read(path).map(Zeroizing::new),
            Self::Memory(files) => Ok(Zeroizing::new(text_in(files, path)?.as_bytes().to_vec())),
        }
    }

    /// Reads a text file, which may be a private key. The system returns the length of a file, so the text does not
    /// grow and leave copies of itself in memory.
    pub(crate) fn read_text(&self, path: &Path) -> io::Result<Zeroizing<String>> {
        match self {
            Self::Disk => std::fs::read_to_string(path).map(Zeroizing::new),
            Self::Memory(files) => text_in(files, path).cloned(),
        }
    }

    /// The state of a file on the disk: when it was written, and its length. `None` for a missing file, and in memory.
    pub(crate) fn state(&self, path: &Path) -> Option<(SystemTime, u64)> {
        let Self::Disk = self else { return None };
        let metadata = std::fs::metadata(path).ok()?;
        Some((metadata.modified().ok()?, metadata.len()))
    }
}

fn text_in<'a>(
    files: &'a BTreeMap<PathBuf, Zeroizing<String>>,
    path: &Path,
) -> io::Result<&'a Zeroizing<String>> {
    files.get(path).ok_or_else(|| ErrorKind::NotFound.into())
}

/// Hides the texts: some are keys.
impl fmt::Debug for Files {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Disk => write!(f, "Files(disk)"),
            Self::Memory(files) => write!(f, "Files({} in memory)", files.len()),
        }
    }
}
