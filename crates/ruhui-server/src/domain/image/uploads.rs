//! Upload quota of a caller, and the metadata of a picture.

use super::{ImageKind, Media};
use crate::store::records::join;
use crate::store::{Kind, Record};
use ruhui_core::api::{Row, rows};
use ruhui_core::types::Caller;
use serde::{Deserialize, Serialize};

/// Maximum number of pictures per caller. Pictures are kept for ever, so their number is limited.
pub const MOST_PICTURES: u64 = 10_000;
/// Maximum size of all pictures of a caller, in bytes.
pub const MOST_BYTES: u64 = 2 * 1024 * 1024 * 1024;

/// Number and size of the pictures that a caller has uploaded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Uploads {
    /// Id of the record.
    id: String,
    /// Number of pictures.
    pictures: u64,
    /// Size of all pictures, in bytes.
    bytes: u64,
}

impl Uploads {
    /// First part of the records' ids.
    pub(crate) const PREFIX: &str = "uploads";

    /// Returns the id of a caller's record.
    pub fn id_of(caller: &Caller) -> String {
        join(&[Self::PREFIX, caller.field(), caller.id()])
    }

    /// Returns the record of a caller without uploads.
    pub fn none(caller: &Caller) -> Self {
        Self { id: Self::id_of(caller), pictures: 0, bytes: 0 }
    }

    /// Returns the record with one more picture.
    ///
    /// # Errors
    ///
    /// UPLOADS_FULL when the picture would exceed the caller's quota.
    pub fn with(mut self, file: &[u8]) -> Result<Self, &'static Row> {
        self.pictures = self.pictures.saturating_add(1);
        self.bytes = self.bytes.saturating_add(file.len() as u64);
        if self.pictures <= MOST_PICTURES && self.bytes <= MOST_BYTES {
            Ok(self)
        } else {
            Err(&rows::UPLOADS_FULL)
        }
    }
}

impl Record for Uploads {
    const KIND: Kind = Kind::Internal;

    fn id(&self) -> String {
        self.id.clone()
    }
}

/// Metadata of a picture without its contents, so that a check for existence does not read up to 2.7 MB.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PictureFacts {
    /// Id of the picture.
    pub(super) media_id: String,
    /// Format of the picture.
    pub(super) kind: ImageKind,
    /// Size of the picture in bytes.
    pub(super) size: usize,
}

impl PictureFacts {
    /// First part of the records' ids.
    pub(crate) const PREFIX: &str = "picture";

    /// Returns the id of the metadata record for the picture with this id.
    pub fn id_of(media_id: &str) -> String {
        join(&[Self::PREFIX, media_id])
    }
}

impl From<&Media> for PictureFacts {
    fn from(media: &Media) -> Self {
        Self { media_id: media.id.clone(), kind: media.kind, size: media.size }
    }
}

impl Record for PictureFacts {
    const KIND: Kind = Kind::Internal;

    fn id(&self) -> String {
        Self::id_of(&self.media_id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caller() -> Caller {
        Caller::Merchant("1900000001".parse().unwrap())
    }

    #[test]
    fn a_caller_has_room_for_so_many_pictures_and_so_many_bytes() {
        let with = |pictures, bytes| Uploads { pictures, bytes, ..Uploads::none(&caller()) };
        assert_eq!(Uploads::none(&caller()).with(&[0; 7]), Ok(with(1, 7)));
        assert!(with(MOST_PICTURES - 1, 0).with(&[0]).is_ok());
        assert!(with(0, MOST_BYTES - 1).with(&[0]).is_ok());
        for full in [with(MOST_PICTURES, 0), with(0, MOST_BYTES), with(u64::MAX, u64::MAX)] {
            assert_eq!(full.with(&[0]), Err(&rows::UPLOADS_FULL));
        }
    }
}
