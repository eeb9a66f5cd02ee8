//! The protocol of WeChat Pay's card-member API (商家名片会员), for its clients and its service.
//!
//! This crate performs no IO, reads no clock, and depends on no HTTP client, server or store: functions take
//! bytes, keys, times and nonces as arguments, and return bytes and typed values. The SDK and the service are
//! thin shells around it, so both ends agree by construction.
//!
//! ```text
//!              api: what is said                      sign, encrypt: how it is proven and hidden
//!   E ──► wire::encode ──► path?query, body ──► sign::sign_request ──► Authorization      (client)
//!   E ◄── wire::decode ◄── path?query, body ◄── sign::Authorization::verify ◄── headers    (service)
//! ```
//!
//! `api` and `sign` do not depend on each other; both use `types`.
//!
//! ```
//! use ruhui_core::api::{Endpoint, card_member::OpenUserCardToken};
//! use ruhui_core::types::{BrandId, CardId, OpenId};
//! use ruhui_core::wire;
//!
//! let call = OpenUserCardToken {
//!     brand_id: BrandId::new("1004")?,
//!     card_id: CardId::new("pbLatjvWOibDc5-TBnbUk1pD12o0")?,
//!     openid: OpenId::new("obLatjnx9gnqzS4myYGmLZ7LgLBA")?,
//! };
//! let encoded = wire::encode(&call, None)?;
//! assert_eq!(encoded.target, OpenUserCardToken::PATH);
//! assert!(encoded.body.starts_with(br#"{"brand_id":"1004","#));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![warn(clippy::exhaustive_enums)]

pub mod api;
pub mod bilingual;
pub mod capture;
mod crypto;
pub mod encryption;
pub mod env;
pub mod explain;
pub mod form;
pub mod head;
pub mod key;
pub mod network;
pub mod percent;
pub mod programming_language;
#[cfg(feature = "schema")]
pub mod schema;
pub mod sign;
#[cfg(test)]
mod texts;
pub mod types;
pub mod wire;

/// A point in time, as the functions of this crate take it.
pub use jiff::Timestamp;
