//! A merchant's own keys: its API certificates, its APIv3 key, and its stage of the move to the public key.

use super::error::KeyLifeError;
use crate::domain::{CallbackShare, KeyStage, Merchant};
use crate::env::Env;
use crate::issue;
use crate::service::Service;
use crate::store::{CommitError, StoreExt as _};
use ruhui_core::encryption::ApiV3Key;
use ruhui_core::key::Certificate;
use ruhui_core::types::{MchId, SerialNo};

/// A certificate that was issued, with its private key, as PEM. A caller gets both once.
pub(crate) struct IssuedCertificate {
    pub(crate) serial_no: SerialNo,
    pub(crate) certificate: String,
    pub(crate) private_key: String,
}

/// Makes a key and issues a certificate for it. The processor works on it for tenths of a second.
///
/// # Errors
///
/// [`KeyLifeError::NotIssued`].
pub(crate) async fn issue_for(common_name: String, env: Env) -> Result<IssuedCertificate, KeyLifeError> {
    let made = tokio::task::spawn_blocking(move || {
        let key = issue::key_pair()?;
        let certificate = issue::certificate(&key, &common_name, &env)?;
        Ok::<_, rcgen::Error>((certificate, key.serialize_pem()))
    });
    let not_issued = |why: String| KeyLifeError::NotIssued { why };
    let made = made.await.map_err(|error| not_issued(error.to_string()))?;
    let (certificate, private_key) = made.map_err(|error| not_issued(error.to_string()))?;
    let parsed = Certificate::from_pem(&certificate).map_err(|error| not_issued(error.to_string()))?;
    Ok(IssuedCertificate { serial_no: parsed.serial_no().clone(), certificate, private_key })
}

/// A change of a merchant's keys.
#[derive(Debug)]
pub(crate) enum MerchantChange {
    /// Moves the merchant to a stage, with a share of callbacks that the public key signs.
    Stage(KeyStage, Option<CallbackShare>),
    /// Adds an API certificate. The earlier ones stay valid.
    AddCertificate(String),
    /// Revokes the API certificate with this serial number.
    Revoke(String),
    /// Replaces the APIv3 key. The text has been checked.
    ApiV3Key(String),
}

/// Changes the keys of a merchant, and stores them.
///
/// # Errors
///
/// [`KeyLifeError`]: nothing has changed.
pub(crate) async fn change(
    service: &Service,
    mchid: &MchId,
    change: &MerchantChange,
) -> Result<(), KeyLifeError> {
    let _alone = service.key_changes.lock().await;
    loop {
        let loaded = service.store.read::<Merchant>(mchid.as_str()).await?;
        let loaded = loaded.ok_or_else(|| KeyLifeError::UnknownMerchant { mchid: mchid.to_string() })?;
        let mut merchant = loaded.record.clone();
        let has_platform_certificate = !service.settings().platform.partner.certificates.is_empty();
        apply(&mut merchant, change, has_platform_certificate)?;
        match service.store.commit(vec![loaded.replace(&merchant)]).await {
            Ok(()) => return Ok(service.reload().await?),
            // Version conflict: another change came first, so this one is decided again.
            Err(CommitError::Changed(_)) => {}
            Err(CommitError::Store(error)) => return Err(error.into()),
        }
    }
}

fn apply(
    merchant: &mut Merchant,
    change: &MerchantChange,
    has_platform_certificate: bool,
) -> Result<(), KeyLifeError> {
    match change {
        MerchantChange::Stage(stage, share) => {
            if *stage == KeyStage::Certificates && !has_platform_certificate {
                return Err(KeyLifeError::NoCertificate);
            }
            if share.is_some() && !(stage.has_certificates() && stage.has_public_key()) {
                return Err(KeyLifeError::NoShare { stage: *stage });
            }
            merchant.move_to(*stage);
            merchant.public_key_callbacks = *share;
        }
        MerchantChange::AddCertificate(pem) => merchant.certificates.push(pem.clone()),
        MerchantChange::Revoke(serial_no) => revoke(merchant, serial_no)?,
        MerchantChange::ApiV3Key(text) => {
            debug_assert!(ApiV3Key::new(text).is_ok(), "the control has checked the key");
            merchant.apiv3_key = Some(text.clone());
        }
    }
    Ok(())
}

fn revoke(merchant: &mut Merchant, serial_no: &str) -> Result<(), KeyLifeError> {
    let serial_of = |pem: &String| Certificate::from_pem(pem).ok().map(|parsed| parsed.serial_no().clone());
    let known: Vec<SerialNo> = merchant.certificates.iter().filter_map(serial_of).collect();
    let Some(found) = known.iter().find(|known| known.is_written(serial_no)) else {
        return Err(KeyLifeError::UnknownSerial {
            serial_no: serial_no.to_owned(),
            known: known.iter().map(|known| known.as_str().to_owned()).collect(),
        });
    };
    if known.len() == 1 {
        return Err(KeyLifeError::Last { serial_no: found.as_str().to_owned() });
    }
    merchant.certificates.retain(|pem| serial_of(pem).as_ref() != Some(found));
    Ok(())
}
