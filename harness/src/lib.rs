//! Starts the components of a test: a sandbox, a service, PostgreSQL with a standby.
//!
//! This crate's program loads, measures and breaks a service with them. The project's automation (`xtask`) runs its
//! checks with them.

pub mod binary;
pub mod browser;
pub mod command;
pub mod kit;
pub mod metadata;
pub mod postgres;
pub mod sandbox;
pub mod step;
