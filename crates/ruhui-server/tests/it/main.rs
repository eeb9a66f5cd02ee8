//! The tests of the service, in one program: it links the service once, and a machine with two cores builds it in minutes
//! less than a program for each file. `log.rs` needs a process of its own, and `postgres` a database.
#![allow(clippy::unwrap_used, reason = "clippy's exception for tests does not reach their helpers")]

mod activities;
mod backup;
mod bad_input;
mod both_ends;
mod call;
mod clock;
mod common;
mod contents;
mod controls;
mod controls_document;
mod echo;
mod edges;
mod events;
mod faults;
mod faults_sdk;
mod going_back;
mod images;
mod key_life;
mod lab;
mod listener;
mod membership;
mod model;
mod once;
mod outbox;
mod provision;
mod releases;
mod reload;
mod replay;
mod request_log;
mod routes;
mod sandbox;
mod size;
mod store;
mod strangers;
mod submitted;
mod templates;
mod user_cards;
mod wal;
mod wire;
