//! Algorithms of keys that are not RSA.

use std::fmt;

/// Algorithm of a key that is not RSA.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Algorithm {
    /// An elliptic curve of ECDSA.
    Ec,
    /// SM2 (国密), which WeChat Pay's scheme `WECHATPAY2-SM2-WITH-SM3` uses.
    Sm2,
    /// Ed25519, Ed448, X25519 or X448.
    Edwards,
    /// DSA.
    Dsa,
    /// Diffie-Hellman.
    DiffieHellman,
    /// RSA that the key limits to PSS signatures.
    RsaPss,
    /// Another algorithm, by its object identifier.
    Other(String),
}

impl Algorithm {
    /// Returns the algorithm that an object identifier names; `None` for RSA.
    pub(super) fn of_oid(algorithm: &str, parameter: Option<&str>) -> Option<Self> {
        Some(match (algorithm, parameter) {
            ("1.2.840.113549.1.1.1", _) => return None,
            ("1.2.840.10045.2.1", Some("1.2.156.10197.1.301")) | ("1.2.156.10197.1.301", _) => Self::Sm2,
            ("1.2.840.10045.2.1", _) => Self::Ec,
            ("1.3.101.110" | "1.3.101.111" | "1.3.101.112" | "1.3.101.113", _) => Self::Edwards,
            ("1.2.840.10040.4.1", _) => Self::Dsa,
            ("1.2.840.113549.1.3.1" | "1.2.840.10046.2.1", _) => Self::DiffieHellman,
            ("1.2.840.113549.1.1.10", _) => Self::RsaPss,
            (other, _) => Self::Other(other.to_owned()),
        })
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self, f.alternate()) {
            (Self::Ec, false) => f.write_str("elliptic-curve (EC)"),
            (Self::Ec, true) => f.write_str("椭圆曲线（EC）"),
            (Self::Sm2, false) => f.write_str("SM2"),
            (Self::Sm2, true) => f.write_str("国密 SM2"),
            (Self::Edwards, _) => f.write_str("Ed25519"),
            (Self::Dsa, _) => f.write_str("DSA"),
            (Self::DiffieHellman, _) => f.write_str("Diffie-Hellman"),
            (Self::RsaPss, _) => f.write_str("RSASSA-PSS"),
            (Self::Other(oid), _) => f.write_str(oid),
        }
    }
}
