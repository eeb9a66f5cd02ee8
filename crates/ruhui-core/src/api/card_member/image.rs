//! 图片上传
//!
//! `POST /v3/marketing/favor/media/image-upload`
//! `POST /brand/card-member/media/image-upload`
//!
//! <https://pay.weixin.qq.com/doc/v3/partner/4015900513>
//! <https://pay.weixin.qq.com/doc/brand/4015680641>

use crate::api::{Document, Effect, Endpoint, FamilyMarker, Partner, Row, either, rows};
use crate::types::Text;
use http::Method;
use serde::{Deserialize, Serialize};
use std::marker::PhantomData;

/// Uploads a picture (JPG, BMP or PNG, at most 2 MB). This is the part `meta`, which alone is signed; the
/// picture is the part `file` beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(bound = "")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(bound = "", rename = "UploadImage"))]
#[allow(clippy::exhaustive_structs)]
pub struct UploadImage<F: FamilyMarker = Partner> {
    /// 文件名: ends in .jpg, .jpeg, .bmp or .png.
    pub filename: Text<128>,
    /// 文件摘要: SHA-256 of the picture in hexadecimal. The brand's page calls it `file_digest`, an official
    /// sample for the same path `sha256`: both are read.
    #[serde(alias = "file_digest")]
    pub sha256: Text<256>,
    /// Which family's path is called.
    #[serde(skip)]
    pub family: PhantomData<F>,
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
    const EFFECT: Effect = Effect::Repeatable;
    const ERRORS: &'static [&'static Row] = &[
        &rows::UPLOAD_MALFORMED,
        &rows::FILE_EMPTY,
        &rows::FILE_TOO_LARGE,
        &rows::FILE_TYPE_UNKNOWN,
        &rows::FILE_DIGEST_WRONG,
    ];
    const ATTACHMENT: bool = true;
}

/// Where the picture is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[allow(clippy::exhaustive_structs)]
pub struct UploadedImage {
    /// 图片地址: for good.
    pub media_url: Text<256>,
}
