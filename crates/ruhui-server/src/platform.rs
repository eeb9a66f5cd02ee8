//! The platform's keys: they sign every response and callback, and decrypt sensitive fields of requests.

use crate::domain::{KeyStage, ResponseKey};
use ruhui_core::key::{Certificate, PlatformKeys};
use ruhui_core::sign::ResponseSigner;
use ruhui_core::types::Family;

/// The keys that sign responses to one family.
#[derive(Debug, Clone)]
pub struct ResponseKeys {
    /// The public key's private half, under its id.
    pub public_key: ResponseSigner,
    /// The platform certificates: the one that signs, then the others, which callers download too.
    pub certificates: Vec<PlatformCertificate>,
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
    /// The signer with this serial or public key id, among the keys of a caller at this stage.
    pub fn find(&self, stage: KeyStage, serial: &str) -> Option<&ResponseSigner> {
        self.signers_at(stage).find(|signer| signer.serial().is_written(serial))
    }

    /// Returns the signer of a response whose request names no key. `preferred` is the key to take, if the caller has
    /// it.
    pub fn default_for(&self, stage: KeyStage, preferred: ResponseKey) -> &ResponseSigner {
        let takes_certificate = match preferred {
            ResponseKey::Certificate => stage.has_certificates(),
            ResponseKey::PublicKey => !stage.has_public_key(),
        };
        match self.certificates.first() {
            Some(certificate) if takes_certificate => &certificate.signer,
            _ => &self.public_key,
        }
    }

    /// The public keys of these signers, as a caller would configure them.
    pub fn platform_keys(&self) -> PlatformKeys {
        self.signers().fold(PlatformKeys::new(), |keys, signer| {
            keys.with_public_key(signer.serial().clone(), signer.key().public_key())
        })
    }

    /// The signers of the public key and of the platform certificates.
    pub(crate) fn signers(&self) -> impl Iterator<Item = &ResponseSigner> {
        std::iter::once(&self.public_key)
            .chain(self.certificates.iter().map(|certificate| &certificate.signer))
    }

    /// The signers that a caller at this stage has the keys of.
    fn signers_at(&self, stage: KeyStage) -> impl Iterator<Item = &ResponseSigner> {
        // Without a certificate, the public key is all that there is.
        let has_public_key = stage.has_public_key() || self.certificates.is_empty();
        self.signers().filter(move |signer| match signer.serial().is_public_key_id() {
            true => has_public_key,
            false => stage.has_certificates(),
        })
    }
}
