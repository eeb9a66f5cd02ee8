//! Causes of failed TLS connections, from the errors of rustls.

use super::NetworkCause;
use rustls::{CertificateError, Error};

impl NetworkCause {
    /// Returns the cause for an error of rustls, for requests and callbacks alike.
    ///
    /// # Example
    ///
    /// ```
    /// use ruhui_core::network::NetworkCause;
    /// use rustls::CertificateError;
    ///
    /// let error = rustls::Error::InvalidCertificate(CertificateError::Expired);
    /// assert_eq!(NetworkCause::of_tls(&error), NetworkCause::CertificateExpired);
    /// ```
    pub fn of_tls(error: &Error) -> Self {
        match error {
            Error::InvalidCertificate(error) => Self::of_certificate(error),
            Error::InvalidMessage(_) => Self::NotTls,
            _ => Self::Tls,
        }
    }

    fn of_certificate(error: &CertificateError) -> Self {
        match error {
            // BadSignature: another authority with the same name signed it, as happens when a sandbox's
            // authority is made again.
            CertificateError::UnknownIssuer | CertificateError::BadSignature => Self::CertificateUntrusted,
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                Self::CertificateName
            }
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => Self::CertificateExpired,
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                Self::CertificateNotYetValid
            }
            CertificateError::Revoked => Self::CertificateRevoked,
            // rustls has no variant for this, and webpki's error is not a public dependency of rustls.
            CertificateError::Other(error) if error.to_string().contains("CaUsedAsEndEntity") => {
                Self::CertificateSelfSigned
            }
            _ => Self::Certificate,
        }
    }
}
