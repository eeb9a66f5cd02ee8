//! Changes of the rotation of a running sandbox.

use super::error::KeyLifeError;
use super::rotation::{PlatformRotation, RotationRecord};
use crate::platform::PlatformCertificate;
use crate::service::Service;
use crate::store::{CommitError, StoreExt as _, records};

/// Changes the rotation of a running sandbox and stores it. `decide` gets the certificates that are listed.
///
/// # Errors
///
/// [`KeyLifeError`]: nothing has changed.
pub(crate) async fn change_rotation(
    service: &Service,
    decide: impl Fn(&mut RotationRecord, &[PlatformCertificate]) -> Result<(), KeyLifeError>,
) -> Result<(), KeyLifeError> {
    let _alone = service.key_changes.lock().await;
    loop {
        let loaded = service.store.read::<RotationRecord>(RotationRecord::ID).await?;
        let mut record = loaded.as_ref().map(|loaded| loaded.record.clone()).unwrap_or_default();
        decide(&mut record, &service.settings().platform.partner.certificates)?;
        let rotation = PlatformRotation::parse(record.clone())?;
        match service.store.commit(vec![records::replace_or_create(loaded.as_ref(), &record)]).await {
            Ok(()) => {
                service.rotate(rotation);
                return Ok(());
            }
            // Version conflict: another control changed the rotation, so this one decides again.
            Err(CommitError::Changed(_)) => {}
            Err(CommitError::Store(error)) => return Err(error.into()),
        }
    }
}
