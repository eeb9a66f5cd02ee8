//! What is done with each call: load, decide, commit, answer. One file for each file of `ruhui_core::api`.

mod card_member;
mod certificates;
mod handle;
mod security;

pub(crate) use handle::Origin;
pub use handle::{Begun, Call, Handle};
