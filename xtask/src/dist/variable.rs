//! Variables of the environment that cargo and the tools that pack define.

/// Returns a variable of the environment.
#[allow(
    clippy::disallowed_methods,
    reason = "cargo and the tools that pack define these variables; they are no settings of ruhui"
)]
pub(super) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
