//! Starts the real components of a test: a sandbox, a service, PostgreSQL with a standby.
//!
//! The program of this crate loads, measures and breaks a service with them; the project's automation runs its checks
//! with them.

pub mod command;
pub mod kit;
pub mod metadata;
pub mod postgres;
pub mod sandbox;
pub mod step;
