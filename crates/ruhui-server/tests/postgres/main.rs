//! Tests of the store in PostgreSQL, against a real server: the contract, several services over one database, lost
//! connections, and the service's own suites over this store.
//!
//! `RUHUI_TEST_POSTGRES` names the server, and `RUHUI_TEST_POSTGRES_TLS` the same server with TLS. `cargo xtask ci
//! test` starts one.
#![allow(clippy::unwrap_used, reason = "clippy's exception for tests does not reach their helpers")]

#[path = "../it/common/mod.rs"]
mod common;
mod contract;
mod migration;
mod outage;
mod tls;
mod together;

use common::database;

#[path = "../it/membership/mod.rs"]
mod membership;
#[path = "../it/once.rs"]
mod once;
#[path = "../it/outbox/mod.rs"]
mod outbox;
#[path = "../it/releases/mod.rs"]
mod releases;
#[path = "../it/user_cards/mod.rs"]
mod user_cards;
