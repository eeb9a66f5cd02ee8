//! Callbacks: what is sent, when, how often, and by whom.
#![allow(clippy::unwrap_used, reason = "clippy's exception for tests does not reach their helpers")]

#[path = "../common/database.rs"]
mod database;
mod delivery;
mod desk;
mod job;
mod network;
mod queues;
#[path = "../common/store.rs"]
#[allow(dead_code, reason = "other tests use the rest")]
mod store;
mod trouble;
