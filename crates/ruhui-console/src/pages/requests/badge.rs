//! The badge of an exchange.

/// Returns the class of the badge of a status.
pub(super) fn badge(status: Option<u16>) -> &'static str {
    match status {
        Some(200..300) => "badge-good",
        Some(300..500) => "badge-warning",
        _ => "badge-bad",
    }
}
