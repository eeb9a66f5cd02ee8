//! What the errors of the HTTP and TLS libraries mean.

use ruhui_core::network::NetworkCause;
use rustls::{CertificateError, Error as TlsError};
use std::error::Error;

/// The cause of a failed callback, from the kinds of errors and not from their sentences.
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
            // The latter is signed by another authority of a trusted one's name.
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
