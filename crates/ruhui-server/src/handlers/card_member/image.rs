//! 图片上传, and what the calls ask of a picture that they name.

use crate::domain::Media;
use crate::domain::image::{check_card_picture, check_upload, digest};
use crate::error::Error;
use crate::http::{Call, Handle};
use crate::service::Service;
use crate::store::StoreExt as _;
use crate::store::records::put;
use ruhui_core::api::FamilyMarker;
use ruhui_core::api::card_member::{UploadImage, UploadedImage};
use ruhui_core::types::{DateTime, Text};

impl<F: FamilyMarker> Handle for UploadImage<F> {
    async fn handle(service: &Service, call: Call<Self>) -> Result<UploadedImage, Error> {
        let file =
            call.attachment.as_deref().ok_or(Error::Bug("an upload without a file was let through"))?;
        let Self { filename, sha256, .. } = &call.request;
        let kind = check_upload(filename.as_str(), sha256.as_str(), file)?;
        let id = service.secret.media_id(&call.caller, &digest(file));
        let uploaded = DateTime::seconds(service.env.business.now());
        let media = Media::new(id, kind, call.caller.clone(), uploaded, file);
        let response = UploadedImage { media_url: service.policy.public_url.of(&media) };
        loop {
            // The same caller's same picture has the same id: uploading it again finds it there.
            let batch = match service.store.read::<Media>(&media.id).await? {
                Some(_) => Vec::new(),
                None => vec![put(&media, None)],
            };
            if service.settle(&call, batch, &response).await? {
                return Ok(response);
            }
        }
    }
}

/// Checks a picture that a call names for a card. What the card has already, `present`, may stay.
pub(super) async fn check_picture(
    service: &Service,
    url: &Text<256>,
    present: Option<&Text<256>>,
) -> Result<(), Error> {
    if present == Some(url) {
        return Ok(());
    }
    let public_url = &service.policy.public_url;
    let media = match public_url.media_id(url) {
        Some(id) => service.store.read::<Media>(id).await?,
        None => None,
    };
    check_card_picture(url, media.as_ref().map(|media| &media.record), public_url)?;
    Ok(())
}
