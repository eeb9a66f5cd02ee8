//! Tests of the store in PostgreSQL, against a real server: the contract, several services over one database, lost
//! connections, and the service's own suites over this store.
//!
//! `RUHUI_TEST_POSTGRES` names the server, and `RUHUI_TEST_POSTGRES_TLS` the same server with TLS. `cargo xtask ci
//! test` starts one.
//! one.
#![allow(clippy::unwrap_used, reason = "clippy's exception for tests does not reach their helpers")]
#![allow(clippy::duplicate_mod, reason = "each suite that runs here again brings its own `common`")]

#[path = "../common/mod.rs"]
mod common;
mod contract;
mod migration;
mod outage;
mod tls;
mod together;

use common::database;

#[path = "../membership.rs"]
mod membership;
#[path = "../once.rs"]
mod once;
#[path = "../outbox/main.rs"]
mod outbox;
#[path = "../releases/main.rs"]
mod releases;
#[path = "../user_cards/main.rs"]
mod user_cards;
