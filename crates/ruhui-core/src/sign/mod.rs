//! Signing and signature verification (验签) of requests, responses and callbacks, in both schemes.
//!
//! All functions work on the raw bytes that go over the wire. Time, nonces and keys are arguments. The
//! canonical message (待签名串) is built in [`request_message`] and [`response_message`].
//!
//! Rules: partner pages 4012365862 (the canonical message), 4012365872 (the header), 4013059017 and
//! 4013059030 (responses), brand pages 4015407523 and 4015597833 (the brand scheme).
//!
//! ```
//! use jiff::Timestamp;
//! use ruhui_core::sign::{self, Authorization};
//! use ruhui_core::types::{Caller, MchId, NonceStr, SerialNo};
//! # let key = ruhui_core::key::PrivateKey::from_pem(include_str!("../../../../vectors/keys/merchant_key.pem"))?;
//!
//! let signer = sign::Signer::new(Caller::Merchant(MchId::new("1900000001")?), SerialNo::new("1DDE55AD98E0")?, key);
//! let now = Timestamp::from_second(1_750_000_000)?;
//! let nonce = NonceStr::new("593BEC0C930BF1AFEB40B4A08C8FB242")?;
//! let header = signer.authorize("POST", "/v3/path", now, &nonce, b"{}");
//!
//! let parsed = Authorization::parse(&header)?;
//! parsed.check_window(now)?;
//! assert!(parsed.verify("POST", "/v3/path", b"{}", &signer.key().public_key()).is_ok());
//! assert!(parsed.verify("POST", "/v3/path", b"[]", &signer.key().public_key()).is_err());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod authorization;
mod damage;
mod message;
mod response;
mod scheme;
mod signer;
mod window;

pub use authorization::{Authorization, AuthorizationError, FieldError};
pub use damage::{Damage, DamageText, read_signature};
pub use message::{SignInformation, request_message, response_message};
pub use response::{
    ResponseSigner, SignatureHeaders, VerifyError, header, verify_response, verify_response_at,
};
pub use scheme::Scheme;
pub use signer::Signer;
pub use window::{Skew, WINDOW, check_window};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Prefix of a signature that WeChat Pay makes wrong on purpose, to probe whether the receiver verifies
/// signatures (partner page 4013059017).
pub const PROBE_PREFIX: &str = "WECHATPAY/SIGNTEST/";

pub(crate) fn encode_signature(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

pub(crate) fn decode_signature(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}
