//! Client for WeChat Pay's card-member API (商家名片会员): signed requests, verified responses, and callbacks.
//!
//! Endpoints, signatures and error codes come from `ruhui-core`, which this crate re-exports. The service
//! `ruhui-server` uses the same code. The crate has no global state and reads no configuration files. Its
//! clock, random source and network are traits, so tests can replace them. The default transport follows the
//! proxy variables (`HTTPS_PROXY`, …) of the environment; no other variable is read.
//!
//! ```text
//! request ─► encode ─► sign ─► main host ──► verify ─► decode ─► value
//!                    ▲          │ cannot be reached, or no response to an idempotent request
//!                    └──────────┴─► retry, signed again, at the backup host
//! ```
//!
//! A complete program, with the five parameters that the samples in the documents take:
//!
//! ```no_run
//! use ruhui::api::card_member::CreatePreAuthToken;
//! use ruhui::launch::Launch;
//! use ruhui::types::{BrandId, CardId, OpenId};
//!
//! #[tokio::main]
//! async fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let client = ruhui::Client::partner(
//!         "1900000001",                               // mchid
//!         "1DDE55AD98ED71D6EDD4A4A16996DE7B47773A8C", // serial of the merchant's API certificate
//!         "kit/apiclient_key.pem",
//!         "PUB_KEY_ID_0119000000012025062400000000000001",
//!         "kit/wxp_pub.pem",
//!     )?
//!     .build()?;
//!     let token = client
//!         .create_pre_auth_token(&CreatePreAuthToken {
//!             brand_id: BrandId::new("1004")?,
//!             card_id: CardId::new("pbLatjvWOibDc5-TBnbUk1pD12o0")?,
//!             openid: OpenId::new("obLatjnx9gnqzS4myYGmLZ7LgLBA")?,
//!         })
//!         .await?;
//!     println!("until {}: {}", token.expire_time, Launch::new(&token).query_string());
//!     Ok(())
//! }
//! ```
//!
//! A method returns a value only after it has verified the response's signature. Errors are grouped by whose
//! fault they are, and their methods say whether to retry and whether the request may have taken effect:
//!
//! ```
//! # fn f(error: ruhui::Error) {
//! use ruhui::{Error, sign::VerifyError};
//!
//! match error {
//!     Error::Api(refusal) if refusal.status() == 429 => println!("slower"),
//!     Error::Api(refusal) => println!("rejected: {:?} {}", refusal.code, refusal.message),
//!     Error::Verify(unverified) => match unverified.error {
//!         VerifyError::TooOld { seconds } => println!("is this machine's clock {seconds} s ahead?"),
//!         _ => println!("{unverified}"),
//!     },
//!     other if other.may_have_taken_effect() => println!("find out before acting again: {other}"),
//!     other => println!("{other}"),
//! }
//! # }
//! ```
//!
//! [`Transport`](transport::Transport) has an example that runs without a network.
//!
//! [`notify`] receives callbacks: it verifies and decrypts them, returns typed events, and runs a handler
//! once for each notification.
//!
//! # Features
//!
//! `reqwest` (default): the transport over TCP and TLS (rustls with aws-lc-rs), inside a tokio runtime.
//! Without this feature, pass your own transport to [`ClientBuilder::transport`].
//!
//! `axum`: an extractor for callbacks in an axum 0.8 service, [`notify::axum`].
#![warn(clippy::exhaustive_enums)]

mod builder;
mod client;
pub mod env;
pub mod error;
mod exchange;
mod hosts;
mod keys;
pub mod launch;
pub mod notify;
mod pem;
mod response;
mod retry;
mod target;
#[cfg(test)]
mod texts;
pub mod transport;

pub use builder::ClientBuilder;
pub use client::Client;
pub use error::Error;
pub use pem::Pem;
pub use response::Response;
pub use ruhui_core::{api, bilingual, encryption, key, sign, types, wire};
pub use {bytes, http};
