//! Times as pages show them: in China's time, as the API's are.

use crate::language::Language;

/// Returns hours, minutes and seconds of a time as the API writes it, such as `15:04:11`.
pub(crate) fn clock(time: &str) -> &str {
    time.get(11..19).unwrap_or(time)
}

/// Returns date and time without seconds, such as `11-28 15:04`.
pub(crate) fn short(time: &str) -> String {
    match (time.get(5..10), time.get(11..16)) {
        (Some(date), Some(clock)) => format!("{date} {clock}"),
        _ => time.to_owned(),
    }
}

/// Returns date and time to the second, such as `2026-11-28 15:04:11`.
pub(crate) fn long(time: &str) -> String {
    match (time.get(..10), time.get(11..19)) {
        (Some(date), Some(clock)) => format!("{date} {clock}"),
        _ => time.to_owned(),
    }
}

/// Returns a duration in the largest unit that has a whole number or nearly, such as `+2 h` or `−3 d`.
pub(crate) fn ahead(seconds: i64, language: Language) -> String {
    let sign = if seconds < 0 { '−' } else { '+' };
    let amount = seconds.unsigned_abs();
    let (number, unit) = match amount {
        0..60 => (amount, language.pick("s", "秒")),
        60..3_600 => (amount / 60, language.pick("min", "分钟")),
        3_600..172_800 => (amount / 3_600, language.pick("h", "小时")),
        _ => (amount / 86_400, language.pick("d", "天")),
    };
    format!("{sign}{number} {unit}")
}

/// Returns milliseconds with one decimal below ten.
pub(crate) fn millis(millis: f64) -> String {
    if millis < 10.0 { format!("{millis:.1} ms") } else { format!("{millis:.0} ms") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_keep_the_zone_of_the_api() {
        let time = "2026-11-28T15:04:11.123+08:00";
        assert_eq!(clock(time), "15:04:11");
        assert_eq!(short(time), "11-28 15:04");
        assert_eq!(long(time), "2026-11-28 15:04:11");
        assert_eq!(clock("?"), "?");
    }

    #[test]
    fn durations_have_one_unit() {
        assert_eq!(ahead(7_200, Language::English), "+2 h");
        assert_eq!(ahead(7_200, Language::Chinese), "+2 小时");
        assert_eq!(ahead(-45, Language::English), "−45 s");
        assert_eq!(ahead(3 * 86_400, Language::Chinese), "+3 天");
        assert_eq!(millis(3.06), "3.1 ms");
        assert_eq!(millis(314.0), "314 ms");
    }
}
