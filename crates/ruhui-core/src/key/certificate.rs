//! X.509 certificates, as far as the API needs them: serial, subject, validity and key.

use super::{KeyError, Kind, PublicKey, pem};
use crate::types::SerialNo;
use jiff::Timestamp;
use x509_parser::prelude::{FromDer as _, X509Certificate};

/// An API certificate or platform certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    serial_no: SerialNo,
    common_name: Option<String>,
    not_before: Timestamp,
    not_after: Timestamp,
    public_key: PublicKey,
}

impl Certificate {
    /// Reads the first PEM section of `text`, which must be a certificate.
    ///
    /// # Errors
    ///
    /// [`KeyError`] when there is no such section, it holds another kind of thing, or its key is not RSA of
    /// at least 2048 bits.
    pub fn from_pem(text: &str) -> Result<Self, KeyError> {
        let section = pem::first_section(text)?;
        if section.kind() != Kind::Certificate {
            return Err(KeyError::WrongKind { found: section.kind(), wanted: Kind::Certificate });
        }
        let malformed = KeyError::Damaged("the certificate's DER is malformed");
        let (_, x509) = X509Certificate::from_der(&section.der).map_err(|_| malformed.clone())?;
        let time = |at: i64| Timestamp::from_second(at).map_err(|_| malformed.clone());
        Ok(Self {
            serial_no: serial_no(x509.raw_serial()).ok_or_else(|| malformed.clone())?,
            common_name: x509
                .subject()
                .iter_common_name()
                .next()
                .and_then(|cn| cn.as_str().ok())
                .map(String::from),
            not_before: time(x509.validity().not_before.timestamp())?,
            not_after: time(x509.validity().not_after.timestamp())?,
            public_key: PublicKey::from_spki_der(x509.public_key().raw)?,
        })
    }

    /// The serial as upper-case hexadecimal, two digits a byte: leading zeros belong to it.
    pub fn serial_no(&self) -> &SerialNo {
        &self.serial_no
    }

    /// The subject's common name; the mchid in a merchant's certificate (partner page 4012365873).
    pub fn common_name(&self) -> Option<&str> {
        self.common_name.as_deref()
    }

    /// The first second of validity.
    pub fn not_before(&self) -> Timestamp {
        self.not_before
    }

    /// The last second of validity.
    pub fn not_after(&self) -> Timestamp {
        self.not_after
    }

    /// The certified key.
    pub fn public_key(&self) -> &PublicKey {
        &self.public_key
    }
}

/// DER puts a zero byte before a serial whose top bit is set; it is no part of the number.
fn serial_no(raw: &[u8]) -> Option<SerialNo> {
    let number = match raw {
        [0, rest @ ..] if !rest.is_empty() => rest,
        all => all,
    };
    SerialNo::new(hex::encode_upper(number)).ok()
}
