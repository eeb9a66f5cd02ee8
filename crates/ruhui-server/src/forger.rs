//! A key that is none of the platform's, for signatures that a sandbox forges on purpose.

use rcgen::{KeyPair, PKCS_RSA_SHA256, RsaKeySize};
use ruhui_core::key::PrivateKey;
use ruhui_core::sign::ResponseSigner;
use std::sync::OnceLock;

/// The forger of signatures. Its key is made when it is first needed, and differs in each process.
#[derive(Default)]
pub(crate) struct Forger {
    key: OnceLock<Option<PrivateKey>>,
}

impl Forger {
    /// Returns a signer that signs with the forger's key under the serial of `signer`. `None` if the machine cannot
    /// make a key.
    pub(crate) fn signer(&self, signer: &ResponseSigner) -> Option<ResponseSigner> {
        let key = self.key.get_or_init(make);
        key.as_ref().map(|key| ResponseSigner::new(signer.serial().clone(), key.clone()))
    }
}

fn make() -> Option<PrivateKey> {
    let made = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048);
    let made = made.map_err(|error| tracing::error!(%error, "a key for forged signatures could not be made"));
    PrivateKey::from_pem(&made.ok()?.serialize_pem()).ok()
}

impl std::fmt::Debug for Forger {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Forger")
    }
}
