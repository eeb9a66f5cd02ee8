//! X.509 certificates, as far as the API needs them: serial number, subject, validity and key.

use super::error::{Damage, KeyError};
use super::found::{self, Item};
use super::kind::Kind;
use super::pem;
use super::public::PublicKey;
use super::validity::Validity;
use crate::types::SerialNo;
use jiff::Timestamp;
use std::sync::Arc;
use x509_parser::prelude::{FromDer as _, X509Certificate};

const DAMAGED: KeyError = KeyError::Damaged(Damage::Certificate);

/// Merchant API certificate (商户API证书) or platform certificate (平台证书).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    serial_no: SerialNo,
    common_name: Option<String>,
    not_before: Timestamp,
    not_after: Timestamp,
    public_key: PublicKey,
    der: Arc<[u8]>,
}

impl Certificate {
    /// Reads the certificate in `text`, in any form that [`Certificate::from_bytes`] reads.
    ///
    /// # Errors
    ///
    /// The errors of [`Certificate::from_bytes`].
    pub fn from_pem(text: &str) -> Result<Self, KeyError> {
        Self::from_bytes(text.as_bytes())
    }

    /// Reads the certificate in the contents of a file, as PEM, DER or Base64, in the forms that
    /// [the module](super) lists.
    ///
    /// From a chain, in any order, this reads the certificate that issued none of the others.
    ///
    /// # Errors
    ///
    /// [`KeyError`] if the file has no certificate, or if the certificate's key is not RSA of at least 2048
    /// bits.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, KeyError> {
        let items = found::items(bytes)?;
        let certificates: Vec<(&[u8], X509Certificate<'_>)> = items
            .iter()
            .filter_map(|item| match item {
                Item::Certificate(der) => Some((der.as_slice(), X509Certificate::from_der(der))),
                _ => None,
            })
            .map(|(der, read)| read.map(|(_, certificate)| (der, certificate)).map_err(|_| DAMAGED))
            .collect::<Result<_, _>>()?;
        let issued_another = |one: &X509Certificate<'_>| {
            let mut others = certificates
                .iter()
                .map(|(_, other)| other)
                .filter(|other| other.raw_serial() != one.raw_serial());
            others.any(|other| other.issuer().as_raw() == one.subject().as_raw())
        };
        let leaf = certificates.iter().find(|(_, one)| !issued_another(one)).or_else(|| certificates.first());
        leaf.map_or_else(
            || Err(found::none_of(&items, Kind::Certificate)),
            |(der, x509)| Self::of_x509(der, x509),
        )
    }

    fn of_x509(der: &[u8], x509: &X509Certificate<'_>) -> Result<Self, KeyError> {
        let time = |at: i64| Timestamp::from_second(at).map_err(|_| DAMAGED);
        Ok(Self {
            serial_no: serial_no(x509.raw_serial()).ok_or(DAMAGED)?,
            common_name: x509
                .subject()
                .iter_common_name()
                .next()
                .and_then(|cn| cn.as_str().ok())
                .map(String::from),
            not_before: time(x509.validity().not_before.timestamp())?,
            not_after: time(x509.validity().not_after.timestamp())?,
            public_key: PublicKey::from_spki_der(x509.public_key().raw)?,
            der: der.into(),
        })
    }

    /// Returns the serial number in upper-case hexadecimal, two digits a byte, with leading zeros.
    pub fn serial_no(&self) -> &SerialNo {
        &self.serial_no
    }

    /// Returns the subject's common name: the mchid in a merchant's certificate (partner page 4012365873).
    pub fn common_name(&self) -> Option<&str> {
        self.common_name.as_deref()
    }

    /// Returns the first second of validity.
    pub fn not_before(&self) -> Timestamp {
        self.not_before
    }

    /// Returns the last second of validity.
    pub fn not_after(&self) -> Timestamp {
        self.not_after
    }

    /// Returns the period in which the certificate is valid.
    pub fn validity(&self) -> Validity {
        Validity::new(self.not_before, self.not_after)
    }

    /// Returns the certificate as PEM.
    pub fn to_pem(&self) -> String {
        pem::write("CERTIFICATE", &self.der).to_string()
    }

    /// Returns the certified key.
    pub fn public_key(&self) -> &PublicKey {
        &self.public_key
    }
}

/// Returns the DER of every certificate in a file, whatever its key's algorithm: for trusted authorities.
///
/// # Errors
///
/// [`KeyError`] if the file has no certificate.
pub fn certificates(bytes: &[u8]) -> Result<Vec<Vec<u8>>, KeyError> {
    let items = found::items(bytes)?;
    let all: Vec<Vec<u8>> = items
        .iter()
        .filter_map(|item| match item {
            Item::Certificate(der) => Some(der.clone()),
            _ => None,
        })
        .collect();
    if all.is_empty() { Err(found::none_of(&items, Kind::Certificate)) } else { Ok(all) }
}

/// Reads a serial number. DER puts a zero byte in front of a number whose top bit is set; that byte is not
/// part of the number.
fn serial_no(raw: &[u8]) -> Option<SerialNo> {
    let number = match raw {
        [0, rest @ ..] if !rest.is_empty() => rest,
        all => all,
    };
    SerialNo::new(hex::encode_upper(number)).ok()
}
