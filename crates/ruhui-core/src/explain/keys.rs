//! Keys that a signature is tried with.

use crate::bilingual::Bilingual;
use crate::key::{Certificate, PublicKey, Validity};
use crate::types::SerialNo;
use serde::Serialize;

/// Keys known to an explanation: the caller's keys, and others that may have been used by mistake. A
/// signature with another key is never right.
#[derive(Debug, Clone, Default)]
pub struct Keys {
    known: Vec<Known>,
    /// `mchid` or `brand_id` of the caller, if known.
    caller: Option<String>,
}

#[derive(Debug, Clone)]
pub(super) struct Known {
    serial_no: Option<SerialNo>,
    /// Owner of the key, if it is not the caller's.
    owner: Option<Bilingual>,
    /// Validity of the certificate, if known.
    validity: Option<Validity>,
    pub(super) key: PublicKey,
}

/// Key that made a signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SigningKey {
    /// Name of the key or of its owner.
    pub name: Bilingual,
    /// Whether the key is one of the caller's.
    pub is_callers: bool,
    /// Serial number of its certificate, or ID of the public key, if known.
    pub serial_no: Option<String>,
    /// File with the private key. [`explain`](super::explain) knows none: a sandbox fills in those of its kit.
    pub file: Option<String>,
}

impl Keys {
    /// Makes an empty set.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the owner of the caller's keys: the `mchid`, or a brand's `brand_id`. A request in another
    /// caller's name is rejected even if its signature is right.
    #[must_use]
    pub fn of_caller(self, id: impl Into<String>) -> Self {
        Self { caller: Some(id.into()), ..self }
    }

    /// Adds a key of the caller, with its certificate's serial number if known.
    #[must_use]
    pub fn with_caller(self, serial_no: Option<SerialNo>, key: PublicKey) -> Self {
        self.with(Known { serial_no, owner: None, validity: None, key })
    }

    /// Adds a certificate of the caller.
    #[must_use]
    pub fn with_certificate(self, certificate: &Certificate) -> Self {
        self.with(Known {
            serial_no: Some(certificate.serial_no().clone()),
            owner: None,
            validity: Some(certificate.validity()),
            key: certificate.public_key().clone(),
        })
    }

    /// Adds a key of the caller, with its certificate's serial number and validity.
    #[must_use]
    pub fn with_caller_within(self, serial_no: SerialNo, key: PublicKey, validity: Validity) -> Self {
        self.with(Known { serial_no: Some(serial_no), owner: None, validity: Some(validity), key })
    }

    /// Adds a key of another owner, such as another merchant or the platform. `owner` is shown to people.
    #[must_use]
    pub fn with_other(self, owner: impl Into<String>, serial_no: Option<SerialNo>, key: PublicKey) -> Self {
        let owner = owner.into();
        let owner = Some(Bilingual::new(owner.clone(), owner));
        self.with(Known { serial_no, owner, validity: None, key })
    }

    /// Adds a key of WeChat Pay, with the ID of the public key or the serial number of the platform certificate.
    #[must_use]
    pub fn with_platform(self, serial_no: Option<SerialNo>, key: PublicKey) -> Self {
        let owner = Some(Bilingual::fixed("WeChat Pay", "微信支付"));
        self.with(Known { serial_no, owner, validity: None, key })
    }

    fn with(mut self, known: Known) -> Self {
        self.known.push(known);
        self
    }

    pub(super) fn caller(&self) -> Option<&str> {
        self.caller.as_deref()
    }

    pub(super) fn callers(&self) -> impl Iterator<Item = &Known> {
        self.known.iter().filter(|known| known.owner.is_none())
    }

    pub(super) fn others(&self) -> impl Iterator<Item = &Known> {
        self.known.iter().filter(|known| known.owner.is_some())
    }

    /// Returns the key that `serial_no` names first, then the caller's other keys, then all others.
    pub(super) fn in_order(&self, serial_no: Option<&str>) -> Vec<&Known> {
        let mut keys: Vec<_> = self.callers().collect();
        keys.sort_by_key(|known| {
            let named = |serial: &str| serial_no.is_some_and(|named| named.eq_ignore_ascii_case(serial));
            !known.serial_no().is_some_and(named)
        });
        keys.extend(self.others());
        keys
    }
}

impl Known {
    pub(super) fn serial_no(&self) -> Option<&str> {
        self.serial_no.as_ref().map(SerialNo::as_str)
    }

    pub(super) fn validity(&self) -> Option<Validity> {
        self.validity
    }

    pub(super) fn is_callers(&self) -> bool {
        self.owner.is_none()
    }

    pub(super) fn name(&self) -> Bilingual {
        match (&self.owner, self.serial_no()) {
            (Some(owner), _) => owner.clone(),
            (None, Some(serial)) => {
                Bilingual::new(format!("the caller's certificate {serial}"), format!("该商户的证书 {serial}"))
            }
            (None, None) => Bilingual::fixed("a key of the caller", "该商户的密钥"),
        }
    }

    pub(super) fn signing_key(&self) -> SigningKey {
        SigningKey {
            name: self.name(),
            is_callers: self.is_callers(),
            serial_no: self.serial_no().map(str::to_owned),
            file: None,
        }
    }
}
