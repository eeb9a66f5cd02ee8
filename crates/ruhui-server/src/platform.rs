//! The platform's keys: they sign every response and callback, and decrypt sensitive fields of requests.

use crate::domain::ResponseKey;
use ruhui_core::key::{Certificate, PlatformKeys};
use ruhui_core::sign::ResponseSigner;
use ruhui_core::types::Family;

/// The keys that sign responses to one family.
#[derive(Debug, Clone)]
pub struct ResponseKeys {
    /// The public key's private half, under its id.
    pub public_key: ResponseSigner,
    /// The platform certificate, if there is one.
    pub certificate: Option<PlatformCertificate>,
}

/// A platform certificate and its key.
#[derive(Debug, Clone)]
pub struct PlatformCertificate {
    /// Signs responses under the certificate's serial.
    pub signer: ResponseSigner,
    /// The certificate as the PEM that callers download.
    pub pem: String,
    /// The certificate, parsed.
    pub certificate: Certificate,
}

/// The platform's keys.
#[derive(Debug, Clone)]
pub struct Platform {
    /// The keys for merchants.
    pub partner: ResponseKeys,
    /// The keys for brands.
    pub brand: ResponseKeys,
}

impl Platform {
    /// Returns the keys for a family.
    pub fn keys(&self, family: Family) -> &ResponseKeys {
        match family {
            Family::Partner => &self.partner,
            Family::Brand => &self.brand,
        }
    }
}

impl ResponseKeys {
    /// The signer with this serial or public key id.
    pub fn find(&self, serial: &str) -> Option<&ResponseSigner> {
        self.signers().find(|signer| signer.serial().is_written(serial))
    }

    /// Returns the signer of a response whose request names no key.
    pub fn default_for(&self, reply_key: ResponseKey) -> &ResponseSigner {
        match (reply_key, &self.certificate) {
            (ResponseKey::Certificate, Some(certificate)) => &certificate.signer,
            _ => &self.public_key,
        }
    }

    /// The public keys of these signers, as a caller would configure them.
    pub fn platform_keys(&self) -> PlatformKeys {
        self.signers().fold(PlatformKeys::new(), |keys, signer| {
            keys.with_public_key(signer.serial().clone(), signer.key().public_key())
        })
    }

    /// The signers of the public key and of the platform certificate.
    pub(crate) fn signers(&self) -> impl Iterator<Item = &ResponseSigner> {
        [Some(&self.public_key), self.certificate.as_ref().map(|certificate| &certificate.signer)]
            .into_iter()
            .flatten()
    }
}
