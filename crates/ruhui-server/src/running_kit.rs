//! The kit of a running sandbox, as the controls show it.

use ruhui_core::bilingual::Bilingual;
use std::fmt;
use std::path::PathBuf;

/// The variables of `kit.env` as they are now, and the folder with the kit's files.
pub(crate) struct RunningKit {
    /// The folder. `None` for a sandbox in memory.
    pub(crate) folder: Option<PathBuf>,
    /// Names and values of the variables, in the file's order.
    pub(crate) variables: Vec<(&'static str, String)>,
}

/// A source of the kit: it changes with the configuration, and when a user exchanges a file.
pub(crate) trait KitSource: fmt::Debug + Send + Sync {
    /// Reads the kit.
    fn read(&self) -> Result<RunningKit, Bilingual>;
}
