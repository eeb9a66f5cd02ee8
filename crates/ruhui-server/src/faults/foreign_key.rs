//! A key that no client knows, for forged signatures.

use crate::issue;
use ruhui_core::key::PrivateKey;
use ruhui_core::sign::ResponseSigner;
use ruhui_core::types::SerialNo;
use tokio::sync::OnceCell;

/// A private key that is made when it is first needed.
#[derive(Debug, Default)]
pub struct ForeignKey(OnceCell<Option<PrivateKey>>);

impl ForeignKey {
    /// Returns a signer that uses the key under this serial number, which is another key's. `None` if no key can be
    /// made.
    pub async fn signer(&self, serial: &SerialNo) -> Option<ResponseSigner> {
        // A key takes a moment of processor time, which must not hold up the other requests of this thread.
        let made = self.0.get_or_init(|| async { tokio::task::spawn_blocking(make).await.ok().flatten() });
        made.await.clone().map(|key| ResponseSigner::new(serial.clone(), key))
    }
}

fn make() -> Option<PrivateKey> {
    let made = issue::key_pair().map_err(|error| error.to_string());
    let key =
        made.and_then(|pair| PrivateKey::from_pem(&pair.serialize_pem()).map_err(|error| error.to_string()));
    key.inspect_err(|error| tracing::error!(error, "no key for forged signatures could be made")).ok()
}
