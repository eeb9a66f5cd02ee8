//! The service that implements WeChat Pay's card-member API, and its sandbox.
//!
//! The service knows nothing of the SDK: they meet in the tool and in tests only. A request takes one road:
//!
//! ```text
//! bytes ─► http::call: verify ─► Call<E>{caller, request} ─► handlers ─► domain decides
//!                                                               │            │
//! signed bytes ◄─ http::response: sign ◄─ E::Response ◄────────────┴─ store.commit(batch)
//! ```
//!
//! A token's reply is signed while its commit is on the way, and leaves when that is durable.

pub mod config;
pub mod directory;
pub mod domain;
pub mod env;
mod error;
mod handlers;
mod horizon;
pub mod http;
mod idempotency;
mod in_flight;
mod jobs;
mod limiter;
mod member_state;
pub mod outbox;
pub mod sandbox;
mod service;
pub mod simulator;
pub mod start;
pub mod store;
#[cfg(test)]
mod texts;

pub use error::{Error, Refused};
pub use limiter::Counting;
pub use service::{
    CertificateDownload, Platform, PlatformCertificate, Policy, RateLimit, ReplyKeys, Service,
};
