//! The requests that a sandbox sends to itself.

/// The User-Agent of requests that a sandbox sends to itself: the first token, triggers, acts on the console. The start page
/// counts them for no step: the visitor's program has not sent them.
pub const SANDBOX_AGENT: &str = concat!("ruhui-sandbox/", env!("CARGO_PKG_VERSION"));
