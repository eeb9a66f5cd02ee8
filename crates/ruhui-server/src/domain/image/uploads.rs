//! The pictures of one caller, counted, and the facts about one picture that others ask for.

use super::{ImageKind, Media};
use crate::store::records::join;
use crate::store::{Kind, Record};
use ruhui_core::api::{Row, rows};
use ruhui_core::types::Caller;
use serde::{Deserialize, Serialize};

/// Pictures of one caller. They are kept for good, so their number has an end.
pub const MOST_PICTURES: u64 = 10_000;
/// Bytes of the pictures of one caller.
pub const MOST_BYTES: u64 = 2 * 1024 * 1024 * 1024;

/// The number and size of the pictures that a caller has uploaded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Uploads {
    /// The id under which the record is kept.
    id: String,
    /// Pictures.
    pictures: u64,
    /// Bytes of all of them.
    bytes: u64,
}

impl Uploads {
    /// The id of a caller's record.
    pub fn id_of(caller: &Caller) -> String {
        join(&["uploads", caller.field(), caller.id()])
    }

    /// Of a caller who has uploaded nothing.
    pub fn none(caller: &Caller) -> Self {
        Self { id: Self::id_of(caller), pictures: 0, bytes: 0 }
    }

    /// The record with one more picture in it.
    ///
    /// # Errors
    ///
    /// UPLOADS_FULL when it would be more than one caller may have.
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

/// A picture without its bytes: whoever only asks whether it exists need not read up to 2.7 MB.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PictureFacts {
    /// The picture's id.
    pub(super) media_id: String,
    /// Its kind.
    pub(super) kind: ImageKind,
    /// Its bytes.
    pub(super) size: usize,
}

impl PictureFacts {
    /// The id of the record about the picture with this id.
    pub fn id_of(media_id: &str) -> String {
        join(&["picture", media_id])
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
