//! 平台证书: the download of platform certificates.

use crate::error::Error;
use crate::handlers::handle::{Call, Decision, DefaultSigner, Handle};
use crate::limiter::LimitClass;
use crate::policy::CertificateDownload;
use crate::service::Service;
use ruhui_core::api::certificates::{Certificates, ListCertificates, PlatformCertificate};
use ruhui_core::api::rows;
use ruhui_core::encryption::{EncryptedResource, ResourceNonce};
use ruhui_core::types::DateTime;

impl Handle for ListCertificates {
    const LIMIT: LimitClass = LimitClass::Certificates;
    // A client that downloads certificates may have nothing else to verify the response with.
    const DEFAULT_SIGNER: DefaultSigner = DefaultSigner::Certificate;

    async fn decide(service: &Service, call: &Call<Self>) -> Result<Decision<Certificates>, Error> {
        let keys = call.settings.platform.keys(call.caller.family());
        let has_certificates = call.keys.key_stage.has_certificates() && !keys.certificates.is_empty();
        match (call.policy().certificates, has_certificates) {
            (CertificateDownload::On, true) => {}
            (CertificateDownload::Forbidden, _) => {
                return Err((&rows::PLATFORM_CERTIFICATE_FORBIDDEN).into());
            }
            (CertificateDownload::On, false) | (CertificateDownload::Off, _) => {
                return Err((&rows::NO_PLATFORM_CERTIFICATE).into());
            }
        }
        let apiv3_key = call.keys.apiv3_key.as_ref().ok_or(&rows::NO_APIV3_KEY)?;
        let entries = keys.certificates.iter().map(|platform| {
            let nonce = ResourceNonce::random(&*service.env.entropy);
            PlatformCertificate::new(
                platform.certificate.serial_no().clone(),
                DateTime::seconds(platform.certificate.not_before()),
                DateTime::seconds(platform.certificate.not_after()),
                EncryptedResource::encrypt(apiv3_key, nonce, "certificate", platform.pem.as_bytes()),
            )
        });
        Ok(Decision::Respond(Certificates::new(entries.collect())))
    }
}
