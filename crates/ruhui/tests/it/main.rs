//! Integration tests: the client against a scripted WeChat Pay, and its transport against real sockets.
#![allow(clippy::unwrap_used, reason = "clippy's exception for tests does not reach their helpers")]

mod builder;
mod calls;
mod encrypted;
mod failover;
#[cfg(feature = "reqwest")]
mod network;
mod notify;
mod refusals;
mod signing;
mod support;
#[cfg(feature = "reqwest")]
mod tls;
mod upload;
mod verify;
