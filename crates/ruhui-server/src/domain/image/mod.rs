//! Uploaded pictures: the rules of an upload (pages 4015900513, 4015680641), and the URL of a picture.

mod uploads;

pub use uploads::{MOST_BYTES, MOST_PICTURES, PictureFacts, Uploads};

use crate::store::{Kind, Record};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ruhui_core::api::{Row, rows};
use ruhui_core::types::{Caller, DateTime, Invalid, NotifyUrl, Text};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::net::SocketAddr;

/// Maximum size of a picture: 2 MB.
pub const LARGEST: usize = 2 << 20;
/// Size that a card's picture must stay below: 1 MB (page 4015336970).
pub(crate) const LARGEST_FOR_CARD: usize = 1 << 20;

/// Format of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImageKind {
    /// JPEG.
    Jpg,
    /// Windows bitmap.
    Bmp,
    /// PNG.
    Png,
}

impl ImageKind {
    /// Detects the format by the first bytes of a file.
    pub fn of(file: &[u8]) -> Option<Self> {
        match file {
            [0xFF, 0xD8, 0xFF, ..] => Some(Self::Jpg),
            [b'B', b'M', ..] => Some(Self::Bmp),
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1A, b'\n', ..] => Some(Self::Png),
            _ => None,
        }
    }

    /// Returns the file extension that this service uses.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Jpg => "jpg",
            Self::Bmp => "bmp",
            Self::Png => "png",
        }
    }

    /// Returns the media type for `Content-Type`.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Jpg => "image/jpeg",
            Self::Bmp => "image/bmp",
            Self::Png => "image/png",
        }
    }

    /// Whether a file of this format may have this name.
    fn may_be_named(self, filename: &str) -> bool {
        let Some((_, extension)) = filename.rsplit_once('.') else { return false };
        extension.eq_ignore_ascii_case(self.extension())
            || (self == Self::Jpg && extension.eq_ignore_ascii_case("jpeg"))
    }
}

/// Checks an uploaded picture against its `meta`.
///
/// # Errors
///
/// The error row to respond with.
pub fn check_upload(filename: &str, sha256: &str, file: &[u8]) -> Result<ImageKind, &'static Row> {
    if file.is_empty() {
        return Err(&rows::FILE_EMPTY);
    }
    if file.len() > LARGEST {
        return Err(&rows::FILE_TOO_LARGE);
    }
    let kind =
        ImageKind::of(file).filter(|kind| kind.may_be_named(filename)).ok_or(&rows::FILE_TYPE_UNKNOWN)?;
    if sha256.eq_ignore_ascii_case(&hex::encode(digest(file))) {
        Ok(kind)
    } else {
        Err(&rows::FILE_DIGEST_WRONG)
    }
}

/// Returns the SHA-256 digest of a file.
pub fn digest(file: &[u8]) -> [u8; 32] {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, file);
    digest.as_ref().try_into().expect("SHA-256 has 32 bytes")
}

/// An uploaded picture.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Media {
    /// Name in the URL: 32 letters and digits.
    pub id: String,
    /// Format of the picture.
    pub kind: ImageKind,
    /// Caller that uploaded the picture.
    pub uploader: Caller,
    /// Time of the first upload.
    pub uploaded: DateTime,
    /// Size of the picture in bytes.
    size: usize,
    /// Contents in Base64: the store holds text.
    content: String,
}

impl Media {
    /// Creates the record of an uploaded picture.
    pub fn new(id: String, kind: ImageKind, uploader: Caller, uploaded: DateTime, file: &[u8]) -> Self {
        Self { id, kind, uploader, uploaded, size: file.len(), content: STANDARD.encode(file) }
    }

    /// Returns the picture's contents; `None` if the record is damaged.
    pub fn file(&self) -> Option<Vec<u8>> {
        STANDARD.decode(&self.content).ok()
    }

    /// Returns the last part of the picture's URL.
    pub fn file_name(&self) -> String {
        PictureFacts::from(self).file_name()
    }
}

impl PictureFacts {
    /// Returns the last part of the picture's URL.
    fn file_name(&self) -> String {
        format!("{}.{}", self.media_id, self.kind.extension())
    }

    /// Whether the picture may be used on a card: JPG or PNG, below 1 MB.
    fn fits_card(&self) -> bool {
        self.kind != ImageKind::Bmp && self.size < LARGEST_FOR_CARD
    }
}

impl fmt::Debug for Media {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Media({}, {} bytes)", self.file_name(), self.size)
    }
}

impl Record for Media {
    const KIND: Kind = Kind::Media;

    fn id(&self) -> String {
        self.id.clone()
    }
}

/// Checks that a card's picture is one that was uploaded.
///
/// # Errors
///
/// CONTENT_REJECTED unless `picture`, which was found by the id in the URL, has this URL and may be used on a
/// card.
pub fn check_card_picture(
    url: &Text<256>,
    picture: Option<&PictureFacts>,
    public_url: &PublicUrl,
) -> Result<(), &'static Row> {
    match picture {
        Some(picture) if public_url.of(picture) == *url && picture.fits_card() => Ok(()),
        _ => Err(&rows::CONTENT_REJECTED),
    }
}

/// Public base URL of this service for pictures: the part before `/media/…`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl(String);

impl PublicUrl {
    /// Maximum length of the base URL, so that a picture's URL has at most 256 characters.
    const LIMIT: usize = 200;

    /// Parses a full http or https URL. Slashes at its end are ignored.
    ///
    /// # Errors
    ///
    /// [`Invalid`] for any other text, and for more than 200 characters.
    pub fn new(text: &str) -> Result<Self, Invalid> {
        let url = NotifyUrl::new(text)?;
        let base = url.as_str().trim_end_matches('/');
        match base.chars().count() {
            actual if actual > Self::LIMIT => Err(Invalid::TooLong { limit: Self::LIMIT, actual }),
            _ => Ok(Self(base.to_owned())),
        }
    }

    /// Returns the base URL of a listener's own address.
    pub fn at(scheme: &str, address: SocketAddr) -> Self {
        Self(format!("{scheme}://{address}"))
    }

    /// Returns the base URL, without a slash at its end.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the URL of a picture.
    pub fn of(&self, picture: &PictureFacts) -> Text<256> {
        let url = format!("{}/media/{}", self.0, picture.file_name());
        Text::new(url).expect("200 characters and a name of 36 are a text of 256")
    }

    /// Returns the id in a picture's URL; `None` if the URL is not one of this service's.
    pub fn media_id<'a>(&self, url: &'a Text<256>) -> Option<&'a str> {
        media_id(url.as_str().strip_prefix(self.as_str())?.strip_prefix("/media/")?)
    }
}

impl<'de> Deserialize<'de> for PublicUrl {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::new(&text).map_err(serde::de::Error::custom)
    }
}

/// Returns the id in the last part of a picture's URL; `None` if it does not have the form of an id.
pub fn media_id(file_name: &str) -> Option<&str> {
    let (id, _) = file_name.split_once('.')?;
    (id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_alphanumeric())).then_some(id)
}

#[cfg(test)]
mod tests;
