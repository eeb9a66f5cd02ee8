//! Keys and certificates, from PEM to the forms that sign, verify and seal.
//!
//! Only RSA of at least 2048 bits is taken. A wrong kind of key names the kind it is and the kind that was
//! wanted, since mixing up the merchant's certificate, the platform's certificate and the public key is the
//! most frequent mistake of integrators.

mod certificate;
mod der;
mod pem;
mod private;
mod public;
pub mod serial;

pub use certificate::Certificate;
pub use private::PrivateKey;
pub use public::{PlatformKeys, PublicKey};

use std::fmt;

/// The smallest RSA modulus that is taken, in bits.
pub const MINIMUM_BITS: usize = 2048;

/// What kind of thing a PEM section holds.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// A private key, PKCS#8 or PKCS#1.
    PrivateKey,
    /// A public key, SPKI or PKCS#1.
    PublicKey,
    /// An X.509 certificate.
    Certificate,
    /// An encrypted private key.
    EncryptedPrivateKey,
    /// Another PEM label, as it stands in the text.
    Other(String),
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self, f.alternate()) {
            (Self::PrivateKey, false) => f.write_str("a private key"),
            (Self::PrivateKey, true) => f.write_str("私钥"),
            (Self::PublicKey, false) => f.write_str("a public key"),
            (Self::PublicKey, true) => f.write_str("公钥"),
            (Self::Certificate, false) => f.write_str("a certificate"),
            (Self::Certificate, true) => f.write_str("证书"),
            (Self::EncryptedPrivateKey, false) => f.write_str("an encrypted private key (decrypt it first)"),
            (Self::EncryptedPrivateKey, true) => f.write_str("加密的私钥（请先解密）"),
            (Self::Other(label), false) => write!(f, "a PEM section `{label}`"),
            (Self::Other(label), true) => write!(f, "名为 `{label}` 的 PEM 段"),
        }
    }
}

/// Why a text is not the key asked for. `{}` prints English, `{:#}` Chinese; key material is never printed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyError {
    /// No PEM section was found.
    NotPem,
    /// The PEM section is damaged.
    Damaged(&'static str),
    /// The text holds another kind of thing.
    WrongKind {
        /// What it holds.
        found: Kind,
        /// What was asked for.
        wanted: Kind,
    },
    /// The key is not an RSA key.
    NotRsa,
    /// The key has fewer than [`MINIMUM_BITS`] bits.
    TooSmall {
        /// The size of its modulus, in bits.
        bits: usize,
    },
    /// An APIv3 key must have exactly 32 bytes.
    ApiV3KeyLength {
        /// The bytes found.
        bytes: usize,
    },
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self, f.alternate()) {
            (Self::NotPem, false) => f.write_str("no PEM section (`-----BEGIN ...-----`) found"),
            (Self::NotPem, true) => f.write_str("未找到 PEM 段（`-----BEGIN ...-----`）"),
            (Self::Damaged(why), false) => write!(f, "damaged PEM: {why}"),
            (Self::Damaged(why), true) => write!(f, "PEM 已损坏：{why}"),
            (Self::WrongKind { found, wanted }, false) => {
                write!(f, "this is {found}, {wanted} is wanted")
            }
            (Self::WrongKind { found, wanted }, true) => {
                write!(f, "这是{found:#}，此处需要{wanted:#}")
            }
            (Self::NotRsa, false) => f.write_str("not an RSA key; WeChat Pay's schemes use RSA"),
            (Self::NotRsa, true) => f.write_str("不是 RSA 密钥；微信支付使用 RSA"),
            (Self::TooSmall { bits }, false) => {
                write!(f, "an RSA key of {bits} bits; at least {MINIMUM_BITS} are needed")
            }
            (Self::TooSmall { bits }, true) => {
                write!(f, "RSA 密钥只有 {bits} 位，至少需要 {MINIMUM_BITS} 位")
            }
            (Self::ApiV3KeyLength { bytes }, false) => {
                write!(f, "an APIv3 key has 32 bytes, this has {bytes}")
            }
            (Self::ApiV3KeyLength { bytes }, true) => {
                write!(f, "APIv3 密钥须为 32 字节，实际为 {bytes} 字节")
            }
        }
    }
}

impl std::error::Error for KeyError {}
