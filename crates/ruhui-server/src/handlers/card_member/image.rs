//! 图片上传, and the checks of a picture that a request names.

use crate::domain::Media;
use crate::domain::image::{PictureFacts, Uploads, check_card_picture, check_upload, digest};
use crate::error::Error;
use crate::handlers::handle::{Call, Decision, Handle};
use crate::policy::Policy;
use crate::service::Service;
use crate::store::records::put;
use crate::store::{Record as _, Snapshot, StoreExt as _};
use ruhui_core::api::FamilyMarker;
use ruhui_core::api::card_member::{UploadImage, UploadedImage};
use ruhui_core::types::{DateTime, Text};

impl<F: FamilyMarker> Handle for UploadImage<F> {
    async fn decide(service: &Service, call: &Call<Self>) -> Result<Decision<UploadedImage>, Error> {
        let file =
            call.attachment.as_deref().ok_or(Error::Bug("an upload without a file was let through"))?;
        let Self { filename, sha256, .. } = &call.request;
        let kind = check_upload(filename.as_str(), sha256.as_str(), file)?;
        let id = service.idempotency.secret().media_id(&call.caller, &digest(file));
        let uploaded = DateTime::seconds(service.env.business.now());
        let media = Media::new(id, kind, call.caller.clone(), uploaded, file);
        let facts = PictureFacts::from(&media);
        let response = UploadedImage::new(call.policy().public_url.of(&facts));
        let uploads = Uploads::id_of(&call.caller);
        let seen =
            Snapshot::of(&*service.store, &[PictureFacts::key(&facts.id()), Uploads::key(&uploads)]).await?;
        // A caller's picture has the same id at each upload, so it exists after the first.
        let batch = if seen.record::<PictureFacts>(&facts.id())?.is_some() {
            Vec::new()
        } else if service.store.read::<Media>(&media.id).await?.is_some() {
            // An earlier release stored the picture without its facts.
            vec![seen.put(&facts)]
        } else {
            let before = seen.record::<Uploads>(&uploads)?;
            let after = before.unwrap_or_else(|| Uploads::none(&call.caller)).with(file)?;
            vec![put(&media, None), seen.put(&facts), seen.put(&after)]
        };
        Ok(Decision::Commit(response, batch))
    }
}

/// Checks a picture that a request names for a card. The picture that the card has already, `present`, is allowed.
pub(super) async fn check_picture(
    service: &Service,
    policy: &Policy,
    url: &Text<256>,
    present: Option<&Text<256>>,
) -> Result<(), Error> {
    if present == Some(url) {
        return Ok(());
    }
    let public_url = &policy.public_url;
    let picture = match public_url.media_id(url) {
        Some(id) => facts(service, id).await?,
        None => None,
    };
    check_card_picture(url, picture.as_ref(), public_url)?;
    Ok(())
}

/// Reads the facts about a picture. Only a picture that an earlier release stored is read whole for them.
async fn facts(service: &Service, media_id: &str) -> Result<Option<PictureFacts>, Error> {
    if let Some(facts) = service.store.read::<PictureFacts>(&PictureFacts::id_of(media_id)).await? {
        return Ok(Some(facts.record));
    }
    let media = service.store.read::<Media>(media_id).await?;
    Ok(media.map(|media| PictureFacts::from(&media.record)))
}
