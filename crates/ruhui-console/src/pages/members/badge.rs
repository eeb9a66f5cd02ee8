//! The badge of a user card.

/// Returns the class of the badge of a card's state.
pub(super) fn badge(state: &str) -> &'static str {
    match state {
        "EFFECTIVE" => "badge-good",
        "UNACTIVATED" => "badge-warning",
        "INVALID" => "badge-bad",
        _ => "",
    }
}
