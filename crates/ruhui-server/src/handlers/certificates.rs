//! 平台证书.

use crate::error::Error;
use crate::http::{Call, Handle};
use crate::service::{CertificateDownload, Service};
use ruhui_core::api::certificates::{Certificates, ListCertificates, PlatformCertificate};
use ruhui_core::api::rows;
use ruhui_core::env::alphanumeric;
use ruhui_core::seal::Sealed;
use ruhui_core::types::DateTime;

impl Handle for ListCertificates {
    async fn handle(service: &Service, call: Call<Self>) -> Result<Certificates, Error> {
        let directory = service.directory();
        let keys = service.platform.keys(call.caller.family());
        let platform = match (service.policy.certificates, &keys.certificate) {
            (CertificateDownload::On, Some(platform)) => platform,
            (CertificateDownload::Forbidden, _) => {
                return Err((&rows::PLATFORM_CERTIFICATE_FORBIDDEN).into());
            }
            (CertificateDownload::On, None) | (CertificateDownload::Off, _) => {
                return Err((&rows::NO_PLATFORM_CERTIFICATE).into());
            }
        };
        let Some(apiv3_key) = directory.caller(&call.caller).and_then(|entry| entry.apiv3_key.as_ref())
        else {
            return Err((&rows::NO_APIV3_KEY).into());
        };
        let nonce = alphanumeric(&*service.env.entropy, 12);
        let nonce =
            nonce.as_bytes().try_into().map_err(|_| Error::Bug("a nonce of 12 has another length"))?;
        Ok(Certificates {
            data: vec![PlatformCertificate {
                serial_no: platform.certificate.serial_no().clone(),
                effective_time: DateTime::seconds(platform.certificate.not_before()),
                expire_time: DateTime::seconds(platform.certificate.not_after()),
                encrypt_certificate: Sealed::seal(apiv3_key, nonce, "certificate", platform.pem.as_bytes()),
            }],
        })
    }
}
