//! The real binary: a sandbox that people start, call, edit, stop and start again.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "clippy's exception for tests does not reach their helpers")]

mod backup;
mod calls;
mod failures;
mod listen;
mod named;
mod running;
mod starts;
mod users;
#[path = "../wire/mod.rs"]
mod wire;
