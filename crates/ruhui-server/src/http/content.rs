//! Content of a request's body: the signed part and the attachment.

use bytes::Bytes;
use ruhui_core::form::Oddity;

/// The signed part of a request's body, and the unsigned file of an upload.
pub(super) struct Content {
    /// The body, or the part `meta` of an upload.
    pub(super) signed: Bytes,
    /// The file of an upload whose form can be read.
    pub(super) attachment: Option<Bytes>,
    /// The unusual points of an upload's form.
    pub(super) oddities: Vec<Oddity>,
}

impl From<Bytes> for Content {
    fn from(signed: Bytes) -> Self {
        Self { signed, attachment: None, oddities: Vec::new() }
    }
}
