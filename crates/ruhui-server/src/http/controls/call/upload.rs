//! Uploads: the request of a picture, whose bytes come as Base64.

use super::send::Unsigned;
use crate::http::controls::outcome::Failure;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use http::HeaderMap;
use http::header::CONTENT_TYPE;
use ruhui_core::api::card_member::UploadImage;
use ruhui_core::api::{Brand, Endpoint as _, EndpointName, FamilyMarker, Partner};
use ruhui_core::bilingual::Bilingual;
use ruhui_core::env::Entropy;
use ruhui_core::form;
use ruhui_core::types::{Family, Text};
use serde::Deserialize;
use serde_json::{Map, Value};

/// The picture of an upload.
#[derive(Deserialize)]
pub(in crate::http::controls) struct Picture {
    filename: Text<128>,
    base64: String,
}

/// Returns the picture if the endpoint of this name is the upload; `None` if it is another endpoint.
pub(super) fn of(
    name: &EndpointName,
    fields: &Map<String, Value>,
    picture: Option<Picture>,
) -> Result<Option<Picture>, Failure> {
    let is_upload = name.as_str() == "upload_image";
    let invalid = |field, en: &'static str, zh: &'static str| {
        Err(Failure::Invalid { field, what: Bilingual::fixed(en, zh) })
    };
    match picture {
        None if is_upload => invalid(
            "picture",
            "an upload has one: its `filename` and its bytes as `base64`",
            "上传接口须有该字段：`filename` 为文件名，`base64` 为图片内容",
        ),
        Some(_) if !is_upload => {
            invalid("picture", "only `upload_image` has one", "仅 `upload_image` 可有该字段")
        }
        Some(_) if !fields.is_empty() => invalid(
            "fields",
            "an upload has none: the sandbox makes `meta` from `picture`",
            "上传接口没有其他字段：沙箱根据 `picture` 生成 `meta`",
        ),
        picture => Ok(picture),
    }
}

impl Picture {
    /// Makes the request that uploads the picture as a caller of this family.
    pub(super) fn encode(self, entropy: &dyn Entropy, family: Family) -> Result<Unsigned, Failure> {
        match family {
            Family::Partner => self.encode_as::<Partner>(entropy),
            Family::Brand => self.encode_as::<Brand>(entropy),
        }
    }

    fn encode_as<F: FamilyMarker>(self, entropy: &dyn Entropy) -> Result<Unsigned, Failure> {
        let Self { filename, base64 } = self;
        let bytes = BASE64_STANDARD.decode(base64).map_err(|error| Failure::Invalid {
            field: "picture.base64",
            what: Bilingual::new(format!("it is not Base64: {error}"), format!("不是 Base64：{error}")),
        })?;
        let meta = UploadImage::<F>::new(filename.clone(), &bytes);
        let meta = serde_json::to_vec(&meta).expect("two texts are JSON");
        let form::Written { body, content_type } = form::write(entropy, &meta, filename.as_str(), &bytes);
        Ok(Unsigned {
            method: UploadImage::<F>::METHOD,
            target: http::uri::PathAndQuery::from_static(UploadImage::<F>::PATH),
            headers: HeaderMap::from_iter([(CONTENT_TYPE, content_type)]),
            body,
            meta: Some(meta),
        })
    }
}
