//! The facts of a CA's certificate that people compare: names, validity, fingerprint.

use ruhui_core::types::DateTime;
use ruhui_core::{Timestamp, bilingual::Bilingual};
use std::net::{Ipv4Addr, Ipv6Addr};
use x509_parser::extensions::GeneralName;
use x509_parser::pem::parse_x509_pem;
use x509_parser::prelude::X509Certificate;

/// The facts of a CA's certificate.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Authority {
    /// The names to which the CA is limited, as domains and networks.
    pub(super) names: Vec<String>,
    pub(super) not_before: DateTime,
    pub(super) not_after: DateTime,
    /// The SHA-256 of the certificate, as openssl prints it.
    pub(super) fingerprint: String,
}

impl Authority {
    /// Reads a certificate in PEM.
    ///
    /// # Errors
    ///
    /// A sentence if the text is no certificate.
    pub(super) fn from_pem(text: &str) -> Result<Self, Bilingual> {
        Self::read(text).ok_or_else(|| {
            Bilingual::new(
                "RUHUI_CA_CERTIFICATE in the kit is no certificate; start the sandbox again",
                "kit 中的 RUHUI_CA_CERTIFICATE 不是证书；请重新启动沙箱",
            )
        })
    }

    fn read(text: &str) -> Option<Self> {
        let (_, pem) = parse_x509_pem(text.as_bytes()).ok()?;
        let certificate = pem.parse_x509().ok()?;
        let time = |second| Timestamp::from_second(second).ok().map(DateTime::seconds);
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &pem.contents);
        let digest: Vec<_> = digest.as_ref().iter().map(|byte| format!("{byte:02X}")).collect();
        Some(Self {
            names: permitted(&certificate),
            not_before: time(certificate.validity().not_before.timestamp())?,
            not_after: time(certificate.validity().not_after.timestamp())?,
            fingerprint: digest.join(":"),
        })
    }
}

/// Returns the subtrees that the certificate's name constraints permit (RFC 5280, section 4.2.1.10).
fn permitted(certificate: &X509Certificate<'_>) -> Vec<String> {
    let constraints = certificate.name_constraints().ok().flatten();
    let subtrees = constraints.and_then(|found| found.value.permitted_subtrees.as_ref());
    subtrees.into_iter().flatten().filter_map(|subtree| shown(&subtree.base)).collect()
}

fn shown(name: &GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::DNSName(name) => Some((*name).to_owned()),
        GeneralName::IPAddress(bytes) => network(bytes),
        _ => None,
    }
}

/// Formats an address and its mask. A mask of one address is left out.
fn network(bytes: &[u8]) -> Option<String> {
    let (address, mask) = bytes.split_at(bytes.len() / 2);
    let prefix: u32 = mask.iter().map(|byte| byte.count_ones()).sum();
    let address = match address.len() {
        4 => Ipv4Addr::from(<[u8; 4]>::try_from(address).ok()?).to_string(),
        16 => Ipv6Addr::from(<[u8; 16]>::try_from(address).ok()?).to_string(),
        _ => return None,
    };
    let is_one = prefix as usize == mask.len() * 8;
    Some(if is_one { address } else { format!("{address}/{prefix}") })
}
