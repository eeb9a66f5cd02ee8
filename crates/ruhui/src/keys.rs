//! Parsing of the caller's keys, certificates and ids. Each error names the mistake and what belongs in the
//! parameter.

use crate::error::{KeyMixup, Parameter, UsageError};
use crate::pem::{Loaded, Pem};
use ruhui_core::key::serial::SerialError;
use ruhui_core::key::{Certificate, KeyError, PrivateKey, PublicKey, serial};
use ruhui_core::sign::Signer;
use ruhui_core::types::{Caller, Invalid, SerialNo};

pub(crate) fn caller<Id>(
    parameter: Parameter,
    text: String,
    parse: impl Fn(String) -> Result<Id, Invalid>,
    caller: impl Fn(Id) -> Caller,
) -> Result<Caller, UsageError> {
    // The value stands between quotes in a header.
    if !text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(UsageError::Header { parameter });
    }
    parse(text).map(caller).map_err(|invalid| UsageError::Invalid { parameter, invalid })
}

pub(crate) fn private_key(pem: Pem) -> Result<PrivateKey, UsageError> {
    let loaded = pem.load(Parameter::PrivateKey)?;
    PrivateKey::from_bytes(&loaded.bytes).map_err(|error| wrong_key(Parameter::PrivateKey, loaded, error))
}

pub(crate) fn serial_no(text: &str, caller: &Caller) -> Result<SerialNo, UsageError> {
    let parameter = Parameter::SerialNo;
    if let Some(mixup) = KeyMixup::of_serial_no(text, caller) {
        return Err(UsageError::KeyMixup { parameter, path: None, mixup });
    }
    serial::read(text).map_err(|error| UsageError::Serial { parameter, error })
}

pub(crate) fn public_key_id(text: &str) -> Result<SerialNo, UsageError> {
    let parameter = Parameter::PublicKeyId;
    let id = serial::read(text);
    match id {
        Ok(id) if id.is_public_key_id() => Ok(id),
        Err(error) if text.to_ascii_uppercase().contains("PUB_KEY_ID_") => {
            Err(UsageError::Serial { parameter, error })
        }
        Err(error @ SerialError::Empty) => Err(UsageError::Serial { parameter, error }),
        _ => Err(UsageError::KeyMixup { parameter, path: None, mixup: KeyMixup::PublicKeyIdIsSerial }),
    }
}

/// Parses WeChat Pay's public key. Rejects the key or certificate of `signer`, the caller, if it is known.
pub(crate) fn public_key(pem: Pem, signer: Option<&Signer>) -> Result<PublicKey, UsageError> {
    let parameter = Parameter::PublicKey;
    let loaded = pem.load(parameter)?;
    let is_own = |certificate| signer.is_some_and(|signer| is_own(&certificate, signer));
    let own = Certificate::from_bytes(&loaded.bytes).is_ok_and(is_own);
    if own {
        return Err(UsageError::KeyMixup { parameter, path: loaded.path, mixup: KeyMixup::OwnCertificate });
    }
    match PublicKey::from_bytes(&loaded.bytes) {
        Err(error) => Err(wrong_key(parameter, loaded, error)),
        // A client that verifies responses with its own key accepts only its own signatures.
        Ok(key) if signer.is_some_and(|signer| key == signer.key().public_key()) => {
            Err(UsageError::KeyMixup { parameter, path: loaded.path, mixup: KeyMixup::OwnPublicKey })
        }
        Ok(key) => Ok(key),
    }
}

pub(crate) fn platform_certificate(pem: Pem, signer: Option<&Signer>) -> Result<Certificate, UsageError> {
    let parameter = Parameter::PlatformCertificate;
    let loaded = pem.load(parameter)?;
    let certificate = match Certificate::from_bytes(&loaded.bytes) {
        Err(error) => return Err(wrong_key(parameter, loaded, error)),
        Ok(certificate) => certificate,
    };
    let Some(signer) = signer else { return Ok(certificate) };
    if is_own(&certificate, signer) {
        return Err(UsageError::KeyMixup { parameter, path: loaded.path, mixup: KeyMixup::OwnCertificate });
    }
    if certificate.serial_no() == signer.serial_no() {
        let (parameter, mixup) = (Parameter::SerialNo, KeyMixup::SerialOfPlatformCertificate);
        return Err(UsageError::KeyMixup { parameter, path: None, mixup });
    }
    Ok(certificate)
}

/// Returns whether a certificate has the caller's name (partner page 4012365873) or key. An expired
/// certificate of the caller has only the name. An equal serial number proves nothing: the caller may have
/// configured the serial number of the other certificate.
fn is_own(certificate: &Certificate, signer: &Signer) -> bool {
    certificate.common_name() == Some(signer.caller().id())
        || *certificate.public_key() == signer.key().public_key()
}

fn wrong_key(parameter: Parameter, loaded: Loaded, error: KeyError) -> UsageError {
    let path = loaded.path;
    match KeyMixup::behind(parameter, &error) {
        Some(mixup) => UsageError::KeyMixup { parameter, path, mixup },
        None => UsageError::Key { parameter, path, error },
    }
}
