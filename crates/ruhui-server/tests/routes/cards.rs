//! Good calls about user cards, feeds, points and the payment code's tokens, and the states behind their errors.

use crate::common::*;
use ruhui_core::api::Row;

/// A good call of `name` and the state that it needs; `None` if the call is not of this file.
pub(crate) async fn draft(_world: &World, _name: &str) -> Option<Draft> {
    None
}

/// Brings about the state that a row tells of, and makes the call that meets it; `None` if `main` knows how.
pub(crate) async fn cause(_world: &World, _name: &str, _row: &Row, _draft: &Draft) -> Option<Draft> {
    None
}
