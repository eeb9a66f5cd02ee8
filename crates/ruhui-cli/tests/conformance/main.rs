//! Tests of `ruhui conformance`: a client that passes, and for each case a client that fails it for that reason alone.
//!
//! The client is the example `conformance_client`, which `cargo test` builds.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "clippy's exception for tests does not reach their helpers")]

mod client;
mod command;
mod flaws;
mod reports;
