//! What a program of a kit does.

/// The task of a program of a kit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Task {
    /// Gets a first token, and verifies the response.
    FirstToken,
    /// Receives callbacks, verifies and decrypts them.
    Callbacks,
}
