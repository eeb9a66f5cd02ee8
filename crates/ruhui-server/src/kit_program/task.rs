//! The tasks of the programs of a kit.

use serde::Deserialize;

/// The task of a program of a kit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Task {
    /// Gets a first token, and verifies the response.
    #[default]
    FirstToken,
    /// Receives callbacks, verifies and decrypts them.
    Callbacks,
}
