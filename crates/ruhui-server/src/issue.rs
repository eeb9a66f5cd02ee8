//! Issues RSA keys and certificates: those of a sandbox's kit, and those that come later by a rotation.

use crate::env::Env;
use rcgen::{
    CertificateParams, DistinguishedName, DnType, KeyPair, PKCS_RSA_SHA256, RsaKeySize, SerialNumber,
};
use ruhui_core::env::Entropy;

/// Makes an RSA key of 2048 bits, as merchants and the platform have.
pub(crate) fn key_pair() -> Result<KeyPair, rcgen::Error> {
    KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048)
}

/// Issues a certificate for a key, and returns it as PEM. `common_name` is the mchid or the brand_id, or the
/// platform's name.
pub(crate) fn certificate(key: &KeyPair, common_name: &str, env: &Env) -> Result<String, rcgen::Error> {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, common_name);
    params.distinguished_name.push(DnType::OrganizationName, "ruhui sandbox");
    params.serial_number = Some(serial(&*env.entropy));
    (params.not_before, params.not_after) = validity(env);
    Ok(params.self_signed(key)?.pem())
}

/// Makes a serial number of 40 hexadecimal digits that begins with 1 to 7: positive without padding, and without
/// leading zeros that could be dropped.
pub(crate) fn serial(entropy: &dyn Entropy) -> SerialNumber {
    let mut bytes = [0; 20];
    entropy.fill(&mut bytes);
    bytes[0] = 0x10 + bytes[0] % 0x70;
    SerialNumber::from_slice(&bytes)
}

/// The validity of a certificate made now: from yesterday, until five times 365 days from now, as real certificates
/// have.
pub(crate) fn validity(env: &Env) -> (time::OffsetDateTime, time::OffsetDateTime) {
    // From yesterday, since a client's clock may be slow.
    let now = time::OffsetDateTime::from_unix_timestamp(env.wire.now().as_second())
        .unwrap_or(time::OffsetDateTime::UNIX_EPOCH);
    (now - time::Duration::days(1), now + time::Duration::days(5 * 365))
}
