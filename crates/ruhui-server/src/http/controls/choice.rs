//! Values in the query of a list: its limit, and one of several names.

use crate::http::controls::outcome::Failure;
use ruhui_core::bilingual::Bilingual;

/// Number of entries that a list has by default.
pub(super) const DEFAULT_LIMIT: u32 = 100;
/// Number of entries that a list has at most.
const MOST: u32 = 1000;

/// Checks the limit of a list.
///
/// # Errors
///
/// [`Failure::Invalid`] outside of 1 to 1000.
pub(super) fn limit(limit: Option<u32>) -> Result<usize, Failure> {
    let limit = limit.unwrap_or(DEFAULT_LIMIT);
    if limit == 0 || limit > MOST {
        let what = Bilingual::new(
            format!("{limit} is not possible; it is a number from 1 to {MOST}"),
            format!("{limit} 无效；须为 1 至 {MOST} 的整数"),
        );
        return Err(Failure::Invalid { field: "limit", what });
    }
    Ok(usize::try_from(limit).unwrap_or(usize::MAX))
}

/// Checks that a state is one of those that exist.
///
/// # Errors
///
/// [`Failure::Invalid`] with the states that exist.
pub(super) fn state(state: Option<&str>, known: &[&str]) -> Result<(), Failure> {
    match state {
        Some(text) if !known.contains(&text) => Err(unknown_state(text, known)),
        _ => Ok(()),
    }
}

/// The error for a state that does not exist.
pub(super) fn unknown_state(text: &str, known: &[&str]) -> Failure {
    let what = Bilingual::new(
        format!("{text:?} is no state; the states are {}", known.join(", ")),
        format!("没有状态 {text:?}；可用的有 {}", known.join("、")),
    );
    Failure::Invalid { field: "state", what }
}
