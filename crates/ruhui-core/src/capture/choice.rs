//! Which of several exchanges is wanted.

/// The exchange to take where the material has several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Choice {
    /// The last one; of a HAR file, the last one whose path is one of the API's.
    #[default]
    Last,
    /// The one of this number, counted from 1.
    Nth(usize),
}
