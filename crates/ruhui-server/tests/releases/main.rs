//! Stores that an earlier release wrote, opened by this one.
//!
//! Each folder `fixtures/store-VERSION` holds one store twice: the file of SQLite, and the dump of a schema in
//! PostgreSQL. `cargo xtask store-fixture` writes the folder of the release that it is run at; `life` says what is in it.
#![allow(clippy::unwrap_used, reason = "clippy's exception for tests does not reach their helpers")]

#[path = "../common/mod.rs"]
mod common;
mod life;

use common::*;
use ruhui_server::env::{Env, SystemEntropy};
use ruhui_server::store::Place;

/// Writes the fixture's records to the empty store that the environment names.
#[tokio::test]
#[ignore = "`cargo xtask store-fixture` runs it"]
#[allow(clippy::disallowed_methods, reason = "the command that runs it names the store")]
async fn write_the_fixture_of_this_release() {
    let place: Place = std::env::var("RUHUI_STORE_FIXTURE").unwrap().parse().unwrap();
    let clock = std::sync::Arc::new(ruhui_server::env::ManualClock::new(at(NOW)));
    let env = Env { wire: clock.clone(), business: clock, entropy: std::sync::Arc::new(SystemEntropy) };
    life::write(place.open(&env).await.unwrap()).await;
}
