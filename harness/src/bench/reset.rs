//! Measures a reset of a running sandbox, against the alternative: to start it again.

use super::others::Users;
use super::server::Server;
use crate::clock::Moment;
use anyhow::{Result, ensure};
use std::time::Duration;

/// Cards that are opened before the reset, each with its event.
const CARDS: usize = 100;

/// Template of the cards.
const CARD_ID: &str = "pbLatjvWOibDc5-TBnbUk1pD12o0";

/// Opens cards in a sandbox, and returns the time from the request for a reset to its response.
pub(super) fn measure(server: &Server) -> Result<Duration> {
    let mut users = Users::of(server)?;
    for number in 0..CARDS {
        users.open(CARD_ID, &format!("oBenchReset{number:017}"))?;
    }
    let began = Moment::now();
    let state = users.ask("POST /sandbox/reset", "{}")?;
    let took = began.elapsed();
    ensure!(state["records"]["deliveries"] == 0, "the reset left events: {state}");
    Ok(took)
}
