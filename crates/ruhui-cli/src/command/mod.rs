//! The commands of the tool, one file for each.

pub(crate) mod backup;
pub(crate) mod ca;
pub(crate) mod call;
pub(crate) mod clock;
pub(crate) mod conformance;
pub(crate) mod contents;
pub(crate) mod definition;
pub(crate) mod events;
pub(crate) mod explain;
pub(crate) mod fault;
pub(crate) mod judge;
pub(crate) mod keys;
pub(crate) mod kit;
pub(crate) mod listen;
pub(crate) mod ready;
pub(crate) mod requests;
pub(crate) mod restore;
pub(crate) mod sandbox;
pub(crate) mod saved;
pub(crate) mod serve;
pub(crate) mod sign;
pub(crate) mod state;
pub(crate) mod token;
pub(crate) mod trigger;
pub(crate) mod user;
pub(crate) mod verify;

use ruhui_server::env::{Clock as _, SystemClock};

/// Returns the time of these Unix seconds, or the current time if none are given.
fn seconds_or_now(seconds: Option<i64>) -> anyhow::Result<ruhui_core::Timestamp> {
    match seconds {
        None => Ok(SystemClock.now()),
        Some(seconds) => Ok(ruhui_core::Timestamp::from_second(seconds)?),
    }
}
