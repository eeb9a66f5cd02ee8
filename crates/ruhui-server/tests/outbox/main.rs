//! Tests of callbacks: what is sent, when, how often, and by which service.
#![allow(clippy::unwrap_used, reason = "clippy's exception for tests does not reach their helpers")]

#[path = "../common/mod.rs"]
mod common;
mod delivery;
mod fixture;
mod job;
mod network;
mod queues;
mod trouble;
