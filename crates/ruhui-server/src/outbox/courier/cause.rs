//! The causes behind the errors of the HTTP and TLS libraries.

use ruhui_core::network::NetworkCause;
use rustls::{CertificateError, Error as TlsError};
use std::error::Error;

/// The cause of a failed callback. It comes from the kinds of the errors, not from their sentences.
pub(super) fn cause(error: &(dyn Error + 'static)) -> NetworkCause {
    NetworkCause::of(error, of_library)
}

fn of_library(error: &(dyn Error + 'static)) -> Option<NetworkCause> {
    if let Some(error) = error.downcast_ref::<TlsError>() {
        return Some(of_tls(error));
    }
    match error.downcast_ref::<hyper::Error>()? {
        error if error.is_parse() || error.is_parse_too_large() => Some(NetworkCause::NotHttp),
        error if error.is_incomplete_message() || error.is_closed() => Some(NetworkCause::Closed),
        _ => None,
    }
}

fn of_tls(error: &TlsError) -> NetworkCause {
    match error {
        TlsError::InvalidCertificate(error) => match error {
            // `BadSignature`: another authority with a trusted one's name signed the certificate.
            CertificateError::UnknownIssuer | CertificateError::BadSignature => {
                NetworkCause::CertificateUntrusted
            }
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                NetworkCause::CertificateName
            }
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
                NetworkCause::CertificateExpired
            }
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                NetworkCause::CertificateNotYetValid
            }
            CertificateError::Revoked => NetworkCause::CertificateRevoked,
            _ => NetworkCause::Certificate,
        },
        TlsError::InvalidMessage(_) => NetworkCause::NotTls,
        _ => NetworkCause::Tls,
    }
}
