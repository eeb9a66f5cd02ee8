//! 图片上传: upload a picture for a card.
//!
//! - `POST /v3/marketing/favor/media/image-upload`
//! - `POST /brand/card-member/media/image-upload`
//!
//! - <https://pay.weixin.qq.com/doc/v3/partner/4015900513>
//! - <https://pay.weixin.qq.com/doc/brand/4015680641>

use crate::api::{Document, Endpoint, FamilyMarker, Partner, RetrySafety, Row, either, rows};
use crate::crypto;
use crate::types::Text;
use http::Method;
use serde::de::Error as _;
use serde::ser::SerializeStruct as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::marker::PhantomData;

/// Uploads a picture: JPG, BMP or PNG, at most 2 MB. This struct is the part `meta` of the multipart body, the only
/// part that the signature covers; the picture is the part `file`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(bound = "", rename = "UploadImage", transform = name_digest::<F>)
)]
#[allow(clippy::exhaustive_structs)]
pub struct UploadImage<F: FamilyMarker = Partner> {
    /// 文件名: the file name, which ends in .jpg, .jpeg, .bmp or .png. `string(128)`.
    pub filename: Text<128>,
    /// 文件摘要: the SHA-256 of the picture in hexadecimal. The brand family writes this field as `file_digest`, the
    /// name on its page; an official sample for the same path has `sha256`, so both names are read.
    pub sha256: Text<256>,
    /// The family whose path the request goes to.
    #[cfg_attr(feature = "schema", schemars(skip))]
    pub family: PhantomData<F>,
}

impl<F: FamilyMarker> UploadImage<F> {
    const DIGEST: &'static str = either(F::FAMILY, "sha256", "file_digest");

    /// Makes the `meta` of `picture`: its file name and its digest.
    pub fn new(filename: Text<128>, picture: &[u8]) -> Self {
        let digest = hex::encode(crypto::sha256(&[picture]));
        Self { filename, sha256: Text::new(digest).expect("64 digits are a text"), family: PhantomData }
    }
}

impl<F: FamilyMarker> Serialize for UploadImage<F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut meta = serializer.serialize_struct("UploadImage", 2)?;
        meta.serialize_field("filename", &self.filename)?;
        meta.serialize_field(Self::DIGEST, &self.sha256)?;
        meta.end()
    }
}

impl<'de, F: FamilyMarker> Deserialize<'de> for UploadImage<F> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Meta {
            filename: Text<128>,
            #[serde(alias = "file_digest")]
            sha256: Option<Text<256>>,
        }
        let Meta { filename, sha256 } = Meta::deserialize(deserializer)?;
        // If both names are missing, the error has the name on the family's page.
        let sha256 = sha256.ok_or_else(|| D::Error::missing_field(Self::DIGEST))?;
        Ok(Self { filename, sha256, family: PhantomData })
    }
}

/// Renames the digest in a schema to the family's name for it.
#[cfg(feature = "schema")]
fn name_digest<F: FamilyMarker>(schema: &mut schemars::Schema) {
    let rename = |name: &mut serde_json::Value| {
        if name == "sha256" {
            *name = UploadImage::<F>::DIGEST.into();
        }
    };
    if let Some(names) = schema.get_mut("required").and_then(serde_json::Value::as_array_mut) {
        names.iter_mut().for_each(rename);
    }
    let properties = schema.get_mut("properties").and_then(serde_json::Value::as_object_mut);
    if let Some(properties) = properties
        && let Some(digest) = properties.remove("sha256")
    {
        properties.insert(UploadImage::<F>::DIGEST.to_owned(), digest);
    }
}

impl<F: FamilyMarker> Endpoint for UploadImage<F> {
    type Response = UploadedImage;
    type Family = F;

    const NAME: &'static str = either(F::FAMILY, "upload_image", "brand_upload_image");
    const SUMMARY: &'static str = "图片上传: a picture for a card";
    const METHOD: Method = Method::POST;
    const PATH: &'static str =
        either(F::FAMILY, "/v3/marketing/favor/media/image-upload", "/brand/card-member/media/image-upload");
    const DOCUMENT: Document = either(
        F::FAMILY,
        Document::partner("4015900513", "2025-11-14"),
        Document::brand("4015680641", "2025.08.20"),
    );
    const RETRY_SAFETY: RetrySafety = RetrySafety::Idempotent;
    const ERRORS: &'static [&'static Row] = &[
        &rows::UPLOAD_MALFORMED,
        &rows::FILE_EMPTY,
        &rows::FILE_TOO_LARGE,
        &rows::FILE_TYPE_UNKNOWN,
        &rows::FILE_DIGEST_WRONG,
        &rows::UPLOADS_FULL,
    ];
    const UPLOADS_FILE: bool = true;
}

/// The response to [`UploadImage`]: the URL of the picture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct UploadedImage {
    /// 图片地址: the URL of the picture, which is permanent. `string(256)`.
    pub media_url: Text<256>,
}

impl UploadedImage {
    /// Makes a response with the URL of an uploaded picture.
    pub fn new(media_url: Text<256>) -> Self {
        Self { media_url }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::Brand;

    #[test]
    fn each_family_writes_its_name_of_the_digest_and_reads_both() {
        let digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        let filename = Text::new("a.png").unwrap();
        let partner = UploadImage::<Partner>::new(filename.clone(), b"abc");
        let brand = UploadImage::<Brand>::new(filename, b"abc");
        let (partner_json, brand_json) =
            (serde_json::to_string(&partner).unwrap(), serde_json::to_string(&brand).unwrap());
        assert_eq!(partner_json, format!(r#"{{"filename":"a.png","sha256":"{digest}"}}"#));
        assert_eq!(brand_json, format!(r#"{{"filename":"a.png","file_digest":"{digest}"}}"#));
        for json in [partner_json, brand_json] {
            assert_eq!(serde_json::from_str::<UploadImage<Partner>>(&json).unwrap(), partner);
            assert_eq!(serde_json::from_str::<UploadImage<Brand>>(&json).unwrap(), brand);
        }
    }
}
