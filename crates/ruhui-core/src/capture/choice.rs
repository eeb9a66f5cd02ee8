//! Choice among several exchanges in captured material.

/// Exchange to read if the material has several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Choice {
    /// The last exchange; in a HAR file, the last one whose path belongs to the API.
    #[default]
    Last,
    /// The exchange with this number, counted from 1.
    Nth(usize),
}
