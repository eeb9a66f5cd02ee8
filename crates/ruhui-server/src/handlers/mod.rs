//! Each endpoint's decision: load, decide, return. One file for each file of `ruhui_core::api`.

mod card_member;
mod certificates;
mod handle;
mod security;

pub use handle::{Call, Decision, DefaultSigner, Handle};
