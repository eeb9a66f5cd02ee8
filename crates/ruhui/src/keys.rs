//! The caller's parameters, parsed: each wrong one is told what it is and what belongs there.

use crate::error::{Misuse, Mixup, Parameter};
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
) -> Result<Caller, Misuse> {
    // It stands between quotes in a header.
    if !text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(Misuse::Header { parameter });
    }
    parse(text).map(caller).map_err(|invalid| Misuse::Invalid { parameter, invalid })
}

pub(crate) fn private_key(pem: Pem) -> Result<PrivateKey, Misuse> {
    let loaded = pem.load(Parameter::PrivateKey)?;
    PrivateKey::from_bytes(&loaded.bytes).map_err(|error| wrong_key(Parameter::PrivateKey, loaded, error))
}

pub(crate) fn serial_no(text: &str, caller: &Caller) -> Result<SerialNo, Misuse> {
    let parameter = Parameter::SerialNo;
    if let Some(mixup) = Mixup::of_serial_no(text, caller) {
        return Err(Misuse::Mixup { parameter, path: None, mixup });
    }
    serial::read(text).map_err(|error| Misuse::Serial { parameter, error })
}

pub(crate) fn public_key_id(text: &str) -> Result<SerialNo, Misuse> {
    let parameter = Parameter::PublicKeyId;
    let id = serial::read(text);
    match id {
        Ok(id) if id.is_public_key_id() => Ok(id),
        Err(error) if text.to_ascii_uppercase().contains("PUB_KEY_ID_") => {
            Err(Misuse::Serial { parameter, error })
        }
        Err(error @ SerialError::Empty) => Err(Misuse::Serial { parameter, error }),
        _ => Err(Misuse::Mixup { parameter, path: None, mixup: Mixup::PublicKeyIdIsSerial }),
    }
}

/// `signer` is the caller, if it is known, whose own key this must not be.
pub(crate) fn public_key(pem: Pem, signer: Option<&Signer>) -> Result<PublicKey, Misuse> {
    let parameter = Parameter::PublicKey;
    let loaded = pem.load(parameter)?;
    let is_own = |certificate| signer.is_some_and(|signer| is_own(&certificate, signer));
    let own = Certificate::from_bytes(&loaded.bytes).is_ok_and(is_own);
    if own {
        return Err(Misuse::Mixup { parameter, path: loaded.path, mixup: Mixup::OwnCertificate });
    }
    match PublicKey::from_bytes(&loaded.bytes) {
        Err(error) => Err(wrong_key(parameter, loaded, error)),
        // Whoever verifies replies with the own key believes nothing but itself.
        Ok(key) if signer.is_some_and(|signer| key == signer.key().public_key()) => {
            Err(Misuse::Mixup { parameter, path: loaded.path, mixup: Mixup::OwnPublicKey })
        }
        Ok(key) => Ok(key),
    }
}

pub(crate) fn platform_certificate(pem: Pem, signer: Option<&Signer>) -> Result<Certificate, Misuse> {
    let parameter = Parameter::PlatformCertificate;
    let loaded = pem.load(parameter)?;
    let certificate = match Certificate::from_bytes(&loaded.bytes) {
        Err(error) => return Err(wrong_key(parameter, loaded, error)),
        Ok(certificate) => certificate,
    };
    let Some(signer) = signer else { return Ok(certificate) };
    if is_own(&certificate, signer) {
        return Err(Misuse::Mixup { parameter, path: loaded.path, mixup: Mixup::OwnCertificate });
    }
    if certificate.serial_no() == signer.serial_no() {
        let (parameter, mixup) = (Parameter::SerialNo, Mixup::SerialOfPlatformCertificate);
        return Err(Misuse::Mixup { parameter, path: None, mixup });
    }
    Ok(certificate)
}

/// Whether a certificate has the caller's name (partner page 4012365873) or key. An expired one of the caller's has
/// the name alone. An equal serial number alone says nothing: the caller may have given the other certificate's.
fn is_own(certificate: &Certificate, signer: &Signer) -> bool {
    certificate.common_name() == Some(signer.caller().id())
        || *certificate.public_key() == signer.key().public_key()
}

fn wrong_key(parameter: Parameter, loaded: Loaded, error: KeyError) -> Misuse {
    let path = loaded.path;
    match Mixup::behind(parameter, &error) {
        Some(mixup) => Misuse::Mixup { parameter, path, mixup },
        None => Misuse::Key { parameter, path, error },
    }
}
