//! PEM (RFC 7468), read so that the label is known even when it is the wrong one and so that the decoded
//! bytes are wiped; the crates at hand do one or the other.

use super::{KeyError, Kind};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

/// One PEM section.
pub(super) struct Section {
    pub(super) label: String,
    pub(super) der: Zeroizing<Vec<u8>>,
}

impl Section {
    pub(super) fn kind(&self) -> Kind {
        match self.label.as_str() {
            "PRIVATE KEY" | "RSA PRIVATE KEY" => Kind::PrivateKey,
            "PUBLIC KEY" | "RSA PUBLIC KEY" => Kind::PublicKey,
            "CERTIFICATE" | "TRUSTED CERTIFICATE" => Kind::Certificate,
            "ENCRYPTED PRIVATE KEY" => Kind::EncryptedPrivateKey,
            other => Kind::Other(other.to_owned()),
        }
    }
}

/// The first section of `text`; what stands before and after it is ignored, as RFC 7468 allows.
pub(super) fn first_section(text: &str) -> Result<Section, KeyError> {
    let (_, rest) = text.split_once("-----BEGIN ").ok_or(KeyError::NotPem)?;
    let (label, rest) = rest.split_once("-----").ok_or(KeyError::Damaged("the BEGIN line is cut"))?;
    let end = format!("-----END {label}-----");
    let (body, _) = rest.split_once(&end).ok_or(KeyError::Damaged("the END line is missing"))?;
    // The old form of encryption (RFC 1421) keeps the label and adds headers; the caller knows what it wants.
    if body.contains("Proc-Type:") {
        return Ok(Section { label: "ENCRYPTED PRIVATE KEY".to_owned(), der: Zeroizing::default() });
    }
    let packed: Zeroizing<String> = Zeroizing::new(body.chars().filter(|c| !c.is_whitespace()).collect());
    let der = STANDARD.decode(packed.as_bytes()).map_err(|_| KeyError::Damaged("the text is not Base64"))?;
    Ok(Section { label: label.to_owned(), der: Zeroizing::new(der) })
}

/// Writes one PEM section, 64 characters a line.
pub(super) fn write(label: &str, der: &[u8]) -> Zeroizing<String> {
    let packed = Zeroizing::new(STANDARD.encode(der));
    let mut text = Zeroizing::new(format!("-----BEGIN {label}-----\n"));
    for line in packed.as_bytes().chunks(64) {
        text.push_str(std::str::from_utf8(line).expect("Base64 is ASCII"));
        text.push('\n');
    }
    text.push_str(&format!("-----END {label}-----\n"));
    text
}
