//! The parts of a request's body.

use bytes::Bytes;
use ruhui_core::form::Oddity;

/// The signed part of a request's body, and what goes with it.
pub(super) struct Content {
    /// The body; of an upload, the part `meta`.
    pub(super) signed: Bytes,
    /// The file, of an upload that can be read.
    pub(super) attachment: Option<Bytes>,
    /// The unusual points of an upload's form.
    pub(super) oddities: Vec<Oddity>,
}

impl From<Bytes> for Content {
    fn from(signed: Bytes) -> Self {
        Self { signed, attachment: None, oddities: Vec::new() }
    }
}
