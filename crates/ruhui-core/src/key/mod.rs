//! Keys and certificates: reads the forms in which people have them; the keys then sign, verify, encrypt and
//! decrypt.
//!
//! Only RSA keys of at least 2048 bits are accepted. The error for a wrong kind of key names the kind found
//! and the kind needed: mixing up the merchant's certificate, the platform's certificate and the public key
//! is the most frequent mistake of integrators.
//!
//! The forms of the first three items are read. The forms of the last item are recognized, and rejected with
//! advice:
//!
//! - PEM with `\n` written out, on one line, indented, quoted, in UTF-16, in JSON or in a line of a `.env` file;
//! - PEM under the label of another form of the same key, and without its END line if the key is complete;
//! - DER, Base64 of DER, and Base64 of a whole PEM file;
//! - PKCS#12, encrypted keys, the forms of OpenSSH, Java and .NET, and others ([`Kind`]).

mod algorithm;
mod apiv3;
mod certificate;
mod der;
mod error;
mod found;
mod kind;
mod pem;
mod private;
mod public;
mod secret;
pub mod serial;
mod text;
mod validity;

pub use algorithm::Algorithm;
pub(crate) use apiv3::api_v3_key;
pub use certificate::{Certificate, certificates};
pub use error::{ApiV3Form, Damage, KeyError};
pub use found::is_text_of_key;
pub use kind::Kind;
pub use private::PrivateKey;
pub use public::{PlatformKeys, PublicKey};
pub use secret::{is_not_a_path, may_be_secret, read_file};
pub use validity::{OutsideValidity, Validity};

/// Smallest RSA modulus accepted, in bits.
pub const MINIMUM_BITS: usize = 2048;

/// Largest RSA modulus accepted, in bits.
pub const MAXIMUM_BITS: usize = 8192;
