//! Reads a received time in any form that identifies one instant, not only in RFC 3339.

use super::{DateTime, DateTimeError, local};
use jiff::{SignedDuration, Timestamp, civil};

/// The offset of Beijing's time in seconds, for a time without an offset.
const BEIJING: i64 = 8 * 3600;

/// Reads a time in any form that identifies one instant.
pub(super) fn read(text: &str) -> Result<DateTime, DateTimeError> {
    let text = text.trim();
    text.parse().or_else(|_| since_1970(text).or_else(|| civil(text)).ok_or(DateTimeError))
}

/// Reads a Unix time: ten digits are seconds, thirteen are milliseconds. Both have these lengths until the year
/// 2286.
fn since_1970(text: &str) -> Option<DateTime> {
    let number: i64 = text.parse().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()))?;
    match text.len() {
        10 => Timestamp::from_second(number).ok().map(DateTime::seconds),
        13 => Timestamp::from_millisecond(number).ok().map(DateTime::milliseconds),
        _ => None,
    }
}

/// Reads a date, with an optional time of day and an optional offset.
fn civil(text: &str) -> Option<DateTime> {
    let mut rest = Rest(text);
    let (year, _) = rest.number(4, 4)?;
    let mark = rest.one_of(&['-', '/', '.']);
    let (month, _) = rest.number(1, 2)?;
    mark.is_none_or(|mark| rest.one_of(&[mark]).is_some()).then_some(())?;
    let (day, _) = rest.number(1, 2)?;
    let [mut hour, mut minute, mut second, mut nanosecond] = [0; 4];
    let mut has_fraction = false;
    if rest.one_of(&['T', 't', ' ']).is_some() {
        while rest.one_of(&[' ']).is_some() {}
        hour = rest.number(1, 2)?.0;
        let colon = rest.one_of(&[':']);
        minute = rest.number(2, 2)?.0;
        if (colon.is_some() && rest.one_of(&[':']).is_some()) || (colon.is_none() && rest.has_digit()) {
            second = rest.number(2, 2)?.0;
            if rest.one_of(&['.', ',']).is_some() {
                nanosecond = rest.fraction()?;
                has_fraction = true;
            }
        }
    }
    let offset = rest.offset()?;
    // A leap second is read as second 59 of its minute.
    let at = civil::DateTime::new(
        i16::try_from(year).ok()?,
        i8::try_from(month).ok()?,
        i8::try_from(day).ok()?,
        i8::try_from(hour).ok()?,
        i8::try_from(minute).ok()?,
        i8::try_from(if second == 60 { 59 } else { second }).ok()?,
        nanosecond,
    )
    .ok()?;
    let at =
        jiff::tz::Offset::UTC.to_timestamp(at).ok()?.checked_sub(SignedDuration::from_secs(offset)).ok()?;
    // The value prints in Beijing's time, so its year must have four digits there too.
    let time = if has_fraction { DateTime::milliseconds(at) } else { DateTime::seconds(at) };
    (0..=9999).contains(&local(at).year()).then_some(time)
}

struct Rest<'a>(&'a str);

impl Rest<'_> {
    /// Takes the next character, if it is one of `wanted`.
    fn one_of(&mut self, wanted: &[char]) -> Option<char> {
        let found = self.0.chars().next().filter(|c| wanted.contains(c))?;
        self.0 = &self.0[found.len_utf8()..];
        Some(found)
    }

    fn has_digit(&self) -> bool {
        self.0.starts_with(|c: char| c.is_ascii_digit())
    }

    /// Takes a number of `least` to `most` digits, and returns it with the number of its digits.
    fn number(&mut self, least: usize, most: usize) -> Option<(i32, usize)> {
        let digits = self.0.bytes().take(most).take_while(u8::is_ascii_digit).count();
        let number = self.0[..digits].parse().ok().filter(|_| digits >= least)?;
        self.0 = &self.0[digits..];
        Some((number, digits))
    }

    /// Takes the digits of a fraction of a second, and returns nanoseconds. Further digits are dropped.
    fn fraction(&mut self) -> Option<i32> {
        let (number, digits) = self.number(1, 9)?;
        self.0 = self.0.trim_start_matches(|c: char| c.is_ascii_digit());
        (digits..9).try_fold(number, |number, _| number.checked_mul(10))
    }

    /// Takes the rest of the text as an offset, and returns seconds east of Greenwich.
    fn offset(mut self) -> Option<i64> {
        self.0 = self.0.trim();
        if matches!(self.0, "") {
            return Some(BEIJING);
        }
        if ["Z", "UTC", "GMT"].iter().any(|utc| self.0.eq_ignore_ascii_case(utc)) {
            return Some(0);
        }
        let sign = if self.one_of(&['+', '-'])? == '-' { -1 } else { 1 };
        let (hours, _) = self.number(1, 2)?;
        let minutes = match (self.one_of(&[':']), self.0) {
            (None, "") => 0,
            _ => self.number(2, 2)?.0,
        };
        let fits = self.0.is_empty() && hours < 24 && minutes < 60;
        fits.then(|| sign * i64::from(hours * 3600 + minutes * 60))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_instant_is_read_in_every_form_that_names_it() {
        for text in [
            "2020-05-20T13:29:35+08:00",
            "2020-05-20T13:29:35+0800",
            "2020-05-20T13:29:35+08",
            "2020-05-20T13:29:35+8",
            "2020-05-20T13:29:35 +08:00",
            "2020-05-20T05:29:35Z",
            "2020-05-20t05:29:35z",
            "2020-05-20T05:29:35+0000",
            "2020-05-20T00:29:35-05:00",
            "2020-05-20T13:29:35",
            "2020-05-20 13:29:35",
            " 2020-05-20 13:29:35 ",
            "2020/05/20 13:29:35",
            "2020/5/20 13:29:35",
            "20200520T132935+0800",
            "1589952575",
        ] {
            assert_eq!(read(text).unwrap().to_string(), "2020-05-20T13:29:35+08:00", "{text}");
        }
        for text in [
            "2020-05-20T13:29:35.12+0800",
            "2020-05-20T13:29:35.1200000000004+08:00",
            "2020-05-20T13:29:35,120",
            "1589952575120",
        ] {
            assert_eq!(read(text).unwrap().to_string(), "2020-05-20T13:29:35.120+08:00", "{text}");
        }
    }

    #[test]
    fn what_is_left_out_is_nought() {
        for text in ["2020-05-20T13:29+08:00", "2020-05-20 13:29", "2020-05-20T05:29Z", "20200520T1329"] {
            assert_eq!(read(text).unwrap().to_string(), "2020-05-20T13:29:00+08:00", "{text}");
        }
        for text in ["2020-05-20", "2020-05-20+08:00", "20200520", "2020.5.20"] {
            assert_eq!(read(text).unwrap().to_string(), "2020-05-20T00:00:00+08:00", "{text}");
        }
        assert_eq!(read("2016-12-31T23:59:60+0000").unwrap().to_string(), "2017-01-01T07:59:59+08:00");
    }

    #[test]
    fn what_names_no_instant_is_none() {
        for text in [
            "",
            "会员",
            "0",
            "15899525",
            "2020",
            "2020-13-20",
            "2020-05-32",
            "2020-05/20",
            "2020-05-20T",
            "2020-05-20T25:00",
            "2020-05-20T13:29:61",
            "2020-05-20T13:29:35.",
            "2020-05-20T13:29:35+08:00x",
            "0000-00-00 00:00:00",
            "9999-12-31T23:59:59-23:59",
            "-1589952575",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic_and_what_is_read_is_written_and_read(text in "[-0-9TZtz:+. /会]{0,32}") {
            if let Ok(time) = read(&text) {
                proptest::prop_assert_eq!(time.to_string().parse(), Ok(time));
            }
        }
    }
}
