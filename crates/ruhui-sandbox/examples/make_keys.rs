//! Makes the test keys of this crate again: five RSA keys, three certificates and two symmetric keys, in `keys`.
//!
//! ```sh
//! cargo run -p ruhui-sandbox --example make_keys
//! ```
//!
//! The keys are published, so they protect nothing. A start with them needs no time for RSA keys.

use rcgen::{
    CertificateParams, DistinguishedName, DnType, KeyPair, PKCS_RSA_SHA256, RsaKeySize, SerialNumber,
    date_time_ymd,
};
use std::error::Error;
use std::fs;
use std::path::Path;

/// Each private key, and the file derived from it: a certificate with this common name, or a public key.
const KEYS: [(&str, &str, Option<&str>); 5] = [
    ("kit/apiclient_key.pem", "kit/apiclient_cert.pem", Some("1900000001")),
    ("kit/brand_key.pem", "kit/brand_cert.pem", Some("1004")),
    ("platform/wxp_cert_key.pem", "kit/wxp_cert.pem", Some("Tenpay.com sign")),
    ("platform/wxp_key.pem", "kit/wxp_pub.pem", None),
    ("platform/brand_wxp_key.pem", "kit/brand_wxp_pub.pem", None),
];

fn main() -> Result<(), Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("keys");
    fs::create_dir_all(folder.join("kit"))?;
    fs::create_dir_all(folder.join("platform"))?;
    for (index, (private, derived, common_name)) in KEYS.into_iter().enumerate() {
        let key = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048)?;
        let text = match common_name {
            Some(common_name) => certificate(&key, common_name, index)?,
            None => key.public_key_pem(),
        };
        fs::write(folder.join(private), key.serialize_pem())?;
        fs::write(folder.join(derived), text)?;
    }
    fs::write(folder.join("kit/apiv3_key.txt"), "PublishedTestKeyOfRuhuiSandbox01")?;
    fs::write(folder.join("kit/brand_api_key.txt"), "PublishedTestKeyOfRuhuiSandbox02")?;
    Ok(())
}

/// A certificate that is valid for a hundred years, so that no test fails on a date.
fn certificate(key: &KeyPair, common_name: &str, index: usize) -> Result<String, Box<dyn Error>> {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, common_name);
    params.distinguished_name.push(DnType::OrganizationName, "ruhui sandbox, published test key");
    let mut serial = [0x52; 20];
    serial[19] = u8::try_from(index)?;
    params.serial_number = Some(SerialNumber::from_slice(&serial));
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(2120, 1, 1);
    Ok(params.self_signed(key)?.pem())
}
