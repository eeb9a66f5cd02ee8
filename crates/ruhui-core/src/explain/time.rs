//! Faults of the timestamp.

use super::explanation::{Certainty, Finding};
use super::words::{Cause, Words, cause};
use crate::sign::check_window;
use jiff::Timestamp;

const HOUR: i64 = 3600;
/// No zone is further from another than this.
const WIDEST_ZONE: i64 = 26;

pub(super) static MILLISECONDS: Cause = cause(
    "timestamp_milliseconds",
    ("the timestamp is in milliseconds", "timestamp 的单位是毫秒"),
    (
        "Divide by 1000: seconds since 1970 are wanted, ten digits.",
        "请除以 1000：应为 10 位的秒级 Unix 时间戳。",
    ),
);
pub(super) static TIME_ZONE: Cause = cause(
    "timestamp_time_zone",
    (
        "the timestamp is whole hours off: a local time was taken for UTC",
        "timestamp 相差整小时：把本地时间当作了 UTC",
    ),
    (
        "Take seconds since 1970 from the system clock; they know no time zone.",
        "请直接取系统的 Unix 时间戳，它与时区无关。",
    ),
);
pub(super) static SKEW: Cause = cause(
    "timestamp_outside_window",
    (
        "the timestamp is more than 300 seconds from the service's time",
        "timestamp 与服务器时间相差超过 300 秒",
    ),
    (
        "Set the clock by NTP, sign right before sending, and sign anew when sending again.",
        "请用 NTP 校时；签名后立即发送；重发时重新签名。",
    ),
);

pub(super) static AGE: Cause = cause(
    "request_age",
    ("the request is judged as of the time at which it was signed", "按请求签名的时间判断"),
    (
        "The service accepts a request for 300 seconds only: sign anew when sending again.",
        "服务端只接受 300 秒内的请求：重发时请重新签名。",
    ),
);

/// The second that a timestamp means.
pub(super) fn of(timestamp: &str) -> Option<Timestamp> {
    let number = timestamp.parse::<i64>().ok()?;
    Timestamp::from_second(if timestamp.len() == 13 { number / 1000 } else { number }).ok()
}

/// The mistakes in a timestamp, and its age where that is only a remark.
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
        let detail = match zone {
            true => Words::said(format!("{skew}: {hours:+} h"), format!("{skew:#}（{hours:+} 小时）")),
            false => Words::of(&skew),
        };
        let cause = if zone { &TIME_ZONE } else { &SKEW };
        findings.push(Finding { cause, certainty: Certainty::Seen, detail: Some(detail) });
    }
    (findings, None)
}

/// A span of time in the largest unit of which there are two.
fn age(seconds: i64) -> Words {
    let units =
        [(86_400, "days", "天"), (3600, "hours", "小时"), (60, "minutes", "分钟"), (1, "seconds", "秒")];
    let span = seconds.unsigned_abs();
    let (length, en, zh) = units.into_iter().find(|(length, ..)| span >= 2 * length).unwrap_or(units[3]);
    let count = span / length;
    match seconds < 0 {
        false => Words::said(format!("{count} {en} ago"), format!("{count} {zh}前")),
        true => {
            Words::said(format!("{count} {en} ahead of this clock"), format!("比本机时钟晚 {count} {zh}"))
        }
    }
}
