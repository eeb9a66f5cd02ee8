//! The service that implements WeChat Pay's card-member API, and its sandbox.
//!
//! The service does not depend on the SDK: only the tool and the tests use both. A request passes these layers:
//!
//! ```text
//! http ─► handlers ─► service ─► registry, idempotency, limiter, outbox ─► store
//!             │
//!             └─► domain: pure rules
//! ```
//!
//! [`http`] turns bytes into a verified [`Call`](handlers::Call). A handler loads records and decides, and its
//! decision is committed. The response is signed while the commit is in progress, and is sent once the commit is
//! durable.

mod business_clock;
pub mod config;
pub mod directory;
pub mod domain;
pub mod env;
mod error;
mod event_history;
mod expiry_cutoff;
pub mod faults;
mod files;
pub mod handlers;
mod host_switch;
pub mod http;
mod idempotency;
mod in_flight;
mod issue;
mod jobs;
mod key_life;
mod keyed_lock;
mod kit_keys;
pub mod kit_program;
mod kit_values;
mod limiter;
mod member_state;
pub mod outbox;
mod platform;
mod policy;
mod provisioned;
mod registry;
mod reload;
mod request_id;
mod request_id_header;
mod request_log;
mod rewrite;
mod running_kit;
pub mod sandbox;
mod sandbox_log;
pub mod sandbox_state;
mod service;
mod settings;
pub mod simulator;
pub mod start;
mod state_gate;
pub mod store;
#[cfg(test)]
mod texts;
mod token_secret;

pub use business_clock::{BusinessClock, ClockChange, ClockError, LARGEST_LEAP};
pub use error::{Error, Rejected};
pub use limiter::LimitClass;
pub use platform::{Platform, PlatformCertificate, ResponseKeys};
pub use policy::{CertificateDownload, Policy, RateLimit};
pub use registry::Reloaded;
pub use reload::{Change, Edit, InvalidConfig, Reload, ReloadError};
pub use rewrite::rewrite;
pub use service::Service;
