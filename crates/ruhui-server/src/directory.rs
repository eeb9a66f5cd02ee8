//! The provisioned merchants and brands, parsed and in memory.
//!
//! The directory is small and seldom changes, so a request reads it without a read of the store.

use crate::domain::{Brand, CallbackShare, KeyStage, Merchant};
use crate::store::{Loaded, Record, RowId, Store, StoreError, StoreExt as _};
use ruhui_core::bilingual::Bilingual;
use ruhui_core::encryption::ApiV3Key;
use ruhui_core::key::{Certificate, PublicKey, Validity};
use ruhui_core::types::{BrandId, Caller, SerialNo};
use std::collections::BTreeMap;
use std::sync::Arc;

/// All provisioned callers and brands, as of one moment.
#[derive(Debug, Default)]
pub struct Directory {
    callers: BTreeMap<Caller, Arc<CallerEntry>>,
    brands: BTreeMap<BrandId, Loaded<Brand>>,
}

/// A caller's keys.
#[derive(Debug)]
pub struct CallerEntry {
    certificates: BTreeMap<SerialNo, Arc<CertificateEntry>>,
    /// Encrypts the resources of callbacks to this caller.
    pub apiv3_key: Option<ApiV3Key>,
    /// The platform keys that the caller has.
    pub key_stage: KeyStage,
    /// The share of callbacks that the public key signs. `None` stands for the default key for all of them.
    pub public_key_callbacks: Option<CallbackShare>,
}

/// One API certificate of a caller.
#[derive(Debug)]
pub struct CertificateEntry {
    /// The public key in the certificate.
    pub public_key: PublicKey,
    /// The time for which the certificate is valid.
    pub validity: Validity,
}

impl Directory {
    /// Reads all merchants and brands from the store.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the store fails or a record in it cannot be used.
    pub async fn load(store: &dyn Store) -> Result<Self, StoreError> {
        let mut directory = Self::default();
        for Loaded { record, .. } in store.read_all::<Merchant>().await? {
            let entry = CallerEntry {
                certificates: read_certificates(&record, &record.certificates)?,
                apiv3_key: read_apiv3_key(&record, record.apiv3_key.as_deref())?,
                key_stage: record.stage(),
                public_key_callbacks: record.public_key_callbacks,
            };
            directory.callers.insert(Caller::Merchant(record.mchid), Arc::new(entry));
        }
        for brand in store.read_all::<Brand>().await? {
            let entry = CallerEntry {
                certificates: read_certificates(&brand.record, &brand.record.certificates)?,
                apiv3_key: read_apiv3_key(&brand.record, brand.record.api_key.as_deref())?,
                // A brand has one public key, and no stages.
                key_stage: KeyStage::BothPublicKey,
                public_key_callbacks: None,
            };
            // A brand without certificates cannot send requests, but its callbacks may be encrypted for it all the
            // same.
            if !entry.certificates.is_empty() || entry.apiv3_key.is_some() {
                directory.callers.insert(Caller::Brand(brand.record.brand_id.clone()), Arc::new(entry));
            }
            directory.brands.insert(brand.record.brand_id.clone(), brand);
        }
        Ok(directory)
    }

    /// The keys of a caller, if it has any.
    pub fn caller(&self, caller: &Caller) -> Option<&Arc<CallerEntry>> {
        self.callers.get(caller)
    }

    /// All callers that have keys.
    pub fn callers(&self) -> impl Iterator<Item = (&Caller, &CallerEntry)> {
        self.callers.iter().map(|(caller, entry)| (caller, &**entry))
    }

    /// The record of a brand, if it is provisioned.
    pub fn brand(&self, brand_id: &BrandId) -> Option<&Loaded<Brand>> {
        self.brands.get(brand_id)
    }

    /// Whether no caller is provisioned.
    pub fn is_empty(&self) -> bool {
        self.callers.is_empty()
    }
}

impl CallerEntry {
    /// All certificates of the caller, in the order of their serials.
    pub fn certificates(&self) -> impl Iterator<Item = (&SerialNo, &CertificateEntry)> {
        self.certificates.iter().map(|(serial_no, entry)| (serial_no, &**entry))
    }

    /// The caller's certificate with this serial.
    pub fn certificate(&self, serial_no: &SerialNo) -> Option<&Arc<CertificateEntry>> {
        self.certificates.get(serial_no)
    }
}

/// The error for a record with a certificate or key that cannot be parsed.
fn corrupt<T: Record>(record: &T, why: Bilingual) -> StoreError {
    StoreError::Corrupt { kind: T::KIND, id: RowId::of(T::KIND, &record.id()), why }
}

fn read_certificates(
    record: &impl Record,
    pems: &[String],
) -> Result<BTreeMap<SerialNo, Arc<CertificateEntry>>, StoreError> {
    pems.iter()
        .map(|pem| {
            let certificate =
                Certificate::from_pem(pem).map_err(|error| corrupt(record, Bilingual::of(&error)))?;
            let entry = CertificateEntry {
                public_key: certificate.public_key().clone(),
                validity: certificate.validity(),
            };
            Ok((certificate.serial_no().clone(), Arc::new(entry)))
        })
        .collect()
}

fn read_apiv3_key(record: &impl Record, text: Option<&str>) -> Result<Option<ApiV3Key>, StoreError> {
    text.map(ApiV3Key::new).transpose().map_err(|error| corrupt(record, Bilingual::of(&error)))
}
