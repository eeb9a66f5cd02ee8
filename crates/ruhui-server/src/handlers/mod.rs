//! Handlers: the decision of each endpoint. Each file here corresponds to a file of `ruhui_core::api`.

mod card_member;
mod certificates;
mod handle;
mod security;

pub use handle::{Call, Decision, DefaultSigner, Handle};
