//! Tests of the real binary: sandboxes that are started, used, edited, stopped and started again.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "clippy's exception for tests does not reach their helpers")]

mod backup;
mod calls;
mod contents;
mod examples;
mod failures;
mod faults;
mod folder;
mod keys;
mod listen;
mod named;
mod proxy;
mod ready;
mod requests;
mod running;
mod starts;
mod state;
mod temporary;
mod triggers;
mod users;
#[path = "../wire/mod.rs"]
mod wire;
