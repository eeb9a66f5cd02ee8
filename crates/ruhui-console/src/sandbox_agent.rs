//! The requests that a sandbox sends to itself.

/// The User-Agent of the token that a sandbox requests from itself at its start. The start page counts it for no step: the
/// visitor's program has not sent it.
pub const SANDBOX_AGENT: &str = concat!("ruhui-sandbox/", env!("CARGO_PKG_VERSION"));
