//! The badge of an event.

/// Returns the class of the badge of an event's state.
pub(super) fn badge(state: &str) -> &'static str {
    match state {
        "accepted" => "badge-good",
        "waiting" | "sending" => "badge-warning",
        "ended" => "badge-bad",
        _ => "",
    }
}
