//! Diagnosis of sensitive fields that do not decrypt: in a sandbox, the response names the cause.
//!
//! Outside a sandbox, the response says only that the field does not decrypt. Otherwise a caller that sends many
//! fields could use the service as a padding oracle.

use crate::directory::CallerEntry;
use crate::platform::Platform;
use crate::service::Service;
use ruhui_core::encryption::{FieldKeys, KeyRole};
use ruhui_core::key::{PrivateKey, PublicKey};
use ruhui_core::sign::Scheme;
use ruhui_core::types::Family;
use ruhui_core::wire::{ParameterError, ParameterIssue};

/// Adds the cause to `fault` if a sensitive field does not decrypt with `key`.
pub(super) fn diagnose(
    service: &Service,
    platform: &Platform,
    sender: &CallerEntry,
    family: Family,
    key: Option<&PrivateKey>,
    body: &[u8],
    fault: ParameterError,
) -> ParameterError {
    let (true, Some(key), ParameterIssue::DecryptFailure(_)) = (service.diagnose, key, &fault.issue) else {
        return fault;
    };
    let senders: Vec<&PublicKey> =
        sender.certificates().map(|(_, certificate)| &certificate.public_key).collect();
    let others = others(platform, family);
    fault.diagnosed(body, FieldKeys::new(key).others(&others).senders(&senders))
}

/// All keys of the platform. The key that should decrypt the field is among them, although it failed.
fn others(platform: &Platform, own: Family) -> Vec<(KeyRole, &PrivateKey)> {
    let keys = Scheme::ALL.into_iter().map(Scheme::family).flat_map(|family| {
        let role = move |is_public_key: bool| match (family == own, is_public_key) {
            (true, true) => KeyRole::PublicKey,
            (true, false) => KeyRole::PlatformCertificate,
            (false, _) => KeyRole::OtherFamily,
        };
        let signers = platform.keys(family).signers();
        signers.map(move |signer| (role(signer.serial().is_public_key_id()), signer.key()))
    });
    keys.collect()
}
