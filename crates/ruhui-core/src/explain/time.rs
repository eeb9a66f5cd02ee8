//! Checks the timestamp of a request: its unit, its time zone, and the time window.

use super::causes::timestamp::{AGE, MILLISECONDS, SKEW, TIME_ZONE};
use super::explanation::{Certainty, Finding};
use crate::bilingual::Bilingual;
use crate::sign::check_window;
use jiff::Timestamp;

const HOUR: i64 = 3600;
/// Largest difference between two time zones, in hours.
const WIDEST_ZONE: i64 = 26;

/// Returns the second that a timestamp means.
pub(super) fn of(timestamp: &str) -> Option<Timestamp> {
    let number = timestamp.parse::<i64>().ok()?;
    Timestamp::from_second(if timestamp.len() == 13 { number / 1000 } else { number }).ok()
}

/// Returns the faults of a timestamp, and its age if the age is only a remark.
pub(super) fn check(
    timestamp: &str,
    now: Timestamp,
    at_its_own_time: bool,
) -> (Vec<Finding>, Option<Finding>) {
    let Ok(number) = timestamp.parse::<i64>() else {
        return (Vec::new(), None);
    };
    let milliseconds = timestamp.len() == 13;
    let seconds = if milliseconds { number / 1000 } else { number };
    let mut findings = Vec::new();
    if milliseconds {
        findings.push(Finding::seen(&MILLISECONDS));
    }
    if at_its_own_time {
        let age = check_window(seconds, now).is_err().then(|| Finding {
            detail: Some(age(now.as_second().saturating_sub(seconds))),
            ..Finding::seen(&AGE)
        });
        return (findings, age);
    }
    if let Err(skew) = check_window(seconds, now) {
        let hours = seconds.saturating_sub(now.as_second()).saturating_add(HOUR / 2).div_euclid(HOUR);
        let zone = hours != 0
            && hours.abs() <= WIDEST_ZONE
            && check_window(seconds.saturating_sub(hours.saturating_mul(HOUR)), now).is_ok();
        let detail = if zone {
            Bilingual::new(format!("{skew}: {hours:+} h"), format!("{skew:#}（{hours:+} 小时）"))
        } else {
            Bilingual::of(&skew)
        };
        let cause = if zone { &TIME_ZONE } else { &SKEW };
        findings.push(Finding { cause, certainty: Certainty::Seen, detail: Some(detail) });
    }
    (findings, None)
}

/// Writes a time span in the largest unit of which it has at least two.
fn age(seconds: i64) -> Bilingual {
    let units =
        [(86_400, "days", "天"), (3600, "hours", "小时"), (60, "minutes", "分钟"), (1, "seconds", "秒")];
    let span = seconds.unsigned_abs();
    let (length, en, zh) = units.into_iter().find(|(length, ..)| span >= 2 * length).unwrap_or(units[3]);
    let count = span / length;
    if seconds < 0 {
        Bilingual::new(format!("{count} {en} ahead of this clock"), format!("比本机时钟晚 {count} {zh}"))
    } else {
        Bilingual::new(format!("{count} {en} ago"), format!("{count} {zh}前"))
    }
}
