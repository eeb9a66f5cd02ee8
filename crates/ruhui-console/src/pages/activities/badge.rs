//! The badge of an activity.

/// Returns the class of the badge of an activity's state.
pub(super) fn badge(state: &str) -> &'static str {
    match state {
        "MEMBERSHIP_ACTIVITY_EFFECTIVE" => "badge-good",
        "MEMBERSHIP_ACTIVITY_CREATED" => "badge-warning",
        _ => "",
    }
}
