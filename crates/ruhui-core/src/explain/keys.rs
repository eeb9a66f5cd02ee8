//! The keys that a signature is tried with.

use crate::bilingual::Bilingual;
use crate::key::{Certificate, PublicKey, Validity};
use crate::types::SerialNo;

/// The keys that are known where a request is explained: the caller's, and others that may have been taken
/// by mistake. Only the caller's can make a request right.
#[derive(Debug, Clone, Default)]
pub struct Keys {
    known: Vec<Known>,
    /// The caller's number, where it is known.
    caller: Option<String>,
}

#[derive(Debug, Clone)]
pub(super) struct Known {
    serial_no: Option<SerialNo>,
    /// Whose key it is, if it is not the caller's.
    owner: Option<String>,
    /// The validity of the certificate, where it is known.
    validity: Option<Validity>,
    pub(super) key: PublicKey,
}

impl Keys {
    /// No keys yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Names the owner of the caller's keys: the `mchid`, or a brand's `brand_id`. A request in the name of
    /// another caller is rejected even if its signature is right.
    #[must_use]
    pub fn of_caller(self, id: impl Into<String>) -> Self {
        Self { caller: Some(id.into()), ..self }
    }

    /// Adds one of the caller's keys; its certificate's serial, where it is known.
    #[must_use]
    pub fn with_caller(self, serial_no: Option<SerialNo>, key: PublicKey) -> Self {
        self.with(Known { serial_no, owner: None, validity: None, key })
    }

    /// Adds one of the caller's certificates.
    #[must_use]
    pub fn with_certificate(self, certificate: &Certificate) -> Self {
        self.with(Known {
            serial_no: Some(certificate.serial_no().clone()),
            owner: None,
            validity: Some(certificate.validity()),
            key: certificate.public_key().clone(),
        })
    }

    /// Adds one of the caller's keys, and the validity of its certificate.
    #[must_use]
    pub fn with_caller_within(self, serial_no: SerialNo, key: PublicKey, validity: Validity) -> Self {
        self.with(Known { serial_no: Some(serial_no), owner: None, validity: Some(validity), key })
    }

    /// Adds a key of someone else, named to people by `owner`: another merchant, the platform.
    #[must_use]
    pub fn with_other(self, owner: impl Into<String>, serial_no: Option<SerialNo>, key: PublicKey) -> Self {
        self.with(Known { serial_no, owner: Some(owner.into()), validity: None, key })
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

    /// The key that `serial_no` names first, then the caller's other keys, then everyone else's.
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
            (Some(owner), _) => Bilingual::new(owner.clone(), owner.clone()),
            (None, Some(serial)) => {
                Bilingual::new(format!("the caller's certificate {serial}"), format!("该商户的证书 {serial}"))
            }
            (None, None) => Bilingual::fixed("a key of the caller", "该商户的密钥"),
        }
    }
}
