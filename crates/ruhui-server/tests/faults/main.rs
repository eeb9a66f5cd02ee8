//! Tests of faults on purpose over real sockets: what the client gets, and whether state was left.
#![allow(clippy::unwrap_used, reason = "clippy's exception for tests does not reach their helpers")]

mod callbacks;
#[path = "../common/mod.rs"]
mod common;
mod file;
mod fixture;
mod hosts;
mod log;
mod requests;
mod responses;
mod rules;
#[path = "../common/socket.rs"]
mod socket;
mod store;
mod tls;
