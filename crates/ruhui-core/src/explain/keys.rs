//! The keys that a signature is tried with.

use super::words::Words;
use crate::key::{Certificate, PublicKey};
use crate::types::SerialNo;

/// The keys that are known where a request is explained: the caller's, and others that may have been taken
/// by mistake. Only the caller's can make a request right.
#[derive(Debug, Clone, Default)]
pub struct Keys(Vec<Known>);

#[derive(Debug, Clone)]
pub(super) struct Known {
    serial_no: Option<SerialNo>,
    /// Whose key it is, if it is not the caller's.
    owner: Option<String>,
    pub(super) key: PublicKey,
}

impl Keys {
    /// No keys yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one of the caller's keys; its certificate's serial, where it is known.
    #[must_use]
    pub fn with_caller(mut self, serial_no: Option<SerialNo>, key: PublicKey) -> Self {
        self.0.push(Known { serial_no, owner: None, key });
        self
    }

    /// Adds one of the caller's certificates.
    #[must_use]
    pub fn with_certificate(self, certificate: &Certificate) -> Self {
        self.with_caller(Some(certificate.serial_no().clone()), certificate.public_key().clone())
    }

    /// Adds a key of someone else, named to people by `owner`: another merchant, the platform.
    #[must_use]
    pub fn with_other(
        mut self,
        owner: impl Into<String>,
        serial_no: Option<SerialNo>,
        key: PublicKey,
    ) -> Self {
        self.0.push(Known { serial_no, owner: Some(owner.into()), key });
        self
    }

    pub(super) fn callers(&self) -> impl Iterator<Item = &Known> {
        self.0.iter().filter(|known| known.owner.is_none())
    }

    pub(super) fn others(&self) -> impl Iterator<Item = &Known> {
        self.0.iter().filter(|known| known.owner.is_some())
    }

    /// The key that `serial_no` names first, then the caller's other keys, then everyone else's.
    pub(super) fn in_order(&self, serial_no: Option<&str>) -> Vec<&Known> {
        let mut keys: Vec<_> = self.callers().collect();
        keys.sort_by_key(|known| known.serial_no().is_none_or(|serial| Some(serial) != serial_no));
        keys.extend(self.others());
        keys
    }
}

impl Known {
    pub(super) fn serial_no(&self) -> Option<&str> {
        self.serial_no.as_ref().map(SerialNo::as_str)
    }

    pub(super) fn is_callers(&self) -> bool {
        self.owner.is_none()
    }

    pub(super) fn name(&self) -> Words {
        match (&self.owner, self.serial_no()) {
            (Some(owner), _) => Words::said(owner.clone(), owner.clone()),
            (None, Some(serial)) => {
                Words::said(format!("the caller's certificate {serial}"), format!("该商户的证书 {serial}"))
            }
            (None, None) => Words::fixed("a key of the caller", "该商户的密钥"),
        }
    }
}
