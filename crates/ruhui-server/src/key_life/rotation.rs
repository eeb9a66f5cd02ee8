//! Rotation of the platform certificate: a new one is listed next to the old one, signs later, and the old one is
//! retired at last.

use super::error::KeyLifeError;
use crate::platform::{Platform, PlatformCertificate};
use crate::store::{Kind, Record, RowId, Store, StoreError, StoreExt as _};
use ruhui_core::bilingual::Bilingual;
use ruhui_core::key::{Certificate, PrivateKey};
use ruhui_core::sign::ResponseSigner;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The rotation as it is stored. The certificates of `ruhui.toml` are not part of it.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RotationRecord {
    /// Certificates that were issued after the start, with their keys.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    issued: Vec<StoredCertificate>,
    /// The serial number of the certificate that signs. `None` stands for the first one of `ruhui.toml`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    in_use: Option<String>,
    /// The serial numbers of certificates of `ruhui.toml` that are no longer listed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    retired: Vec<String>,
}

/// A platform certificate and its private key, as PEM.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
struct StoredCertificate {
    certificate: String,
    private_key: String,
}

/// Hides the private keys.
impl fmt::Debug for RotationRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RotationRecord({} issued, in use {:?})", self.issued.len(), self.in_use)
    }
}

impl RotationRecord {
    pub(crate) const ID: &str = "platform_rotation";

    /// Adds a certificate. It is listed from now on, and signs nothing yet.
    pub(crate) fn add(&mut self, certificate: String, private_key: String) {
        self.issued.push(StoredCertificate { certificate, private_key });
    }

    /// Lets the certificate with this serial number sign.
    pub(crate) fn sign_with(
        &mut self,
        listed: &[PlatformCertificate],
        serial_no: &str,
    ) -> Result<(), KeyLifeError> {
        self.in_use = Some(find(listed, serial_no)?.certificate.serial_no().as_str().to_owned());
        Ok(())
    }

    /// Takes the certificate with this serial number off the list.
    pub(crate) fn retire(
        &mut self,
        listed: &[PlatformCertificate],
        serial_no: &str,
    ) -> Result<(), KeyLifeError> {
        let retired = find(listed, serial_no)?;
        let serial_no = retired.certificate.serial_no();
        if listed.first().is_some_and(|first| first.certificate.serial_no() == serial_no) {
            return Err(KeyLifeError::InUse { serial_no: serial_no.as_str().to_owned() });
        }
        let issued = self.issued.len();
        self.issued.retain(|stored| stored.certificate != retired.pem);
        if self.issued.len() == issued {
            self.retired.push(serial_no.as_str().to_owned());
        }
        Ok(())
    }
}

/// Returns the certificate with this serial number.
fn find<'a>(
    listed: &'a [PlatformCertificate],
    serial_no: &str,
) -> Result<&'a PlatformCertificate, KeyLifeError> {
    let is_it = |one: &&PlatformCertificate| one.certificate.serial_no().is_written(serial_no);
    listed.iter().find(is_it).ok_or_else(|| KeyLifeError::UnknownSerial {
        serial_no: serial_no.to_owned(),
        known: listed.iter().map(|one| one.certificate.serial_no().as_str().to_owned()).collect(),
    })
}

impl Record for RotationRecord {
    const KIND: Kind = Kind::Internal;

    fn id(&self) -> String {
        Self::ID.to_owned()
    }
}

/// A rotation with its certificates parsed.
#[derive(Debug, Clone, Default)]
pub(crate) struct PlatformRotation {
    record: RotationRecord,
    issued: Vec<PlatformCertificate>,
}

impl PlatformRotation {
    /// Reads the rotation that a store has.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the store fails, or holds a certificate that cannot be used.
    pub(crate) async fn load(store: &dyn Store) -> Result<Self, StoreError> {
        match store.read::<RotationRecord>(RotationRecord::ID).await? {
            Some(loaded) => Self::parse(loaded.record),
            None => Ok(Self::default()),
        }
    }

    pub(super) fn parse(record: RotationRecord) -> Result<Self, StoreError> {
        let corrupt = |why: Bilingual| StoreError::Corrupt {
            kind: RotationRecord::KIND,
            id: RowId::of(RotationRecord::KIND, RotationRecord::ID),
            why,
        };
        let issued = record.issued.iter().map(|stored| {
            let certificate =
                Certificate::from_pem(&stored.certificate).map_err(|error| corrupt(Bilingual::of(&error)))?;
            let key = PrivateKey::from_bytes(stored.private_key.as_bytes())
                .map_err(|error| corrupt(Bilingual::of(&error)))?;
            let signer = ResponseSigner::new(certificate.serial_no().clone(), key);
            Ok(PlatformCertificate { signer, pem: stored.certificate.clone(), certificate })
        });
        Ok(Self { issued: issued.collect::<Result<_, StoreError>>()?, record })
    }

    /// Returns the platform's keys after the rotation: the configured ones, those issued, without those retired; the
    /// one that signs comes first.
    pub(crate) fn applied_to(&self, configured: &Platform) -> Platform {
        let mut platform = configured.clone();
        let certificates = &mut platform.partner.certificates;
        let is_retired = |one: &PlatformCertificate| {
            self.record.retired.iter().any(|serial| one.certificate.serial_no().is_written(serial))
        };
        certificates.retain(|one| !is_retired(one));
        certificates.extend(self.issued.iter().cloned());
        if let Some(in_use) = &self.record.in_use {
            // The sort is stable: the others keep their order.
            certificates.sort_by_key(|one| !one.certificate.serial_no().is_written(in_use));
        }
        platform
    }
}
