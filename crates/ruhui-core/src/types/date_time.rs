//! Times as the API writes them: RFC 3339 at `+08:00`, with milliseconds or without a fraction.

mod received;

use super::checked_text::{CHECKED, CheckedText};
use jiff::{SignedDuration, Timestamp, civil, tz};
use std::fmt;

/// A point in time, with the precision in which it was written: seconds or milliseconds.
///
/// # Parsing and printing
///
/// Any RFC 3339 text is read, with a fraction or without. A received value may have other forms too: an offset
/// without a colon, or no offset (it is Beijing time then), a space for the `T`, no seconds, a date only, or seconds
/// or milliseconds since 1970. A value prints at `+08:00`, with three decimals if it was read with a fraction, and
/// without a fraction otherwise. So it prints as it was read, to the millisecond.
///
/// # Comparisons
///
/// Two values are equal when they are the same instant in the same form; use [`DateTime::timestamp`] to
/// compare instants.
///
/// ```
/// use ruhui_core::types::DateTime;
///
/// let time: DateTime = "2020-05-20T13:29:35.120+08:00".parse()?;
/// assert_eq!(time.to_string(), "2020-05-20T13:29:35.120+08:00");
/// let time: DateTime = "2015-05-20T05:29:35Z".parse()?;
/// assert_eq!(time.to_string(), "2015-05-20T13:29:35+08:00");
/// # Ok::<(), ruhui_core::types::DateTimeError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DateTime {
    at: Timestamp,
    form: Form,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Form {
    Seconds,
    Milliseconds,
}

/// Error for a text that is not an RFC 3339 time. `{}` prints English, `{:#}` Chinese.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DateTimeError;

impl fmt::Display for DateTimeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if f.alternate() {
            f.write_str("须遵循 RFC3339 格式，例如 2020-05-20T13:29:35+08:00")
        } else {
            f.write_str("must be an RFC 3339 time such as 2020-05-20T13:29:35+08:00")
        }
    }
}

impl std::error::Error for DateTimeError {}

impl DateTime {
    /// Makes a time of `at`, cut to the millisecond and printed with three decimals.
    pub fn milliseconds(at: Timestamp) -> Self {
        let excess = i64::from(at.subsec_nanosecond().rem_euclid(1_000_000));
        Self { at: at - SignedDuration::from_nanos(excess), form: Form::Milliseconds }
    }

    /// Makes a time of `at`, cut to the second and printed without a fraction.
    pub fn seconds(at: Timestamp) -> Self {
        let excess = i64::from(at.subsec_nanosecond().rem_euclid(1_000_000_000));
        Self { at: at - SignedDuration::from_nanos(excess), form: Form::Seconds }
    }

    /// Returns the instant.
    pub fn timestamp(self) -> Timestamp {
        self.at
    }
}

impl std::str::FromStr for DateTime {
    type Err = DateTimeError;

    fn from_str(text: &str) -> Result<Self, DateTimeError> {
        if !has_rfc3339_shape(text.as_bytes()) {
            return Err(DateTimeError);
        }
        let at: Timestamp = text.parse().map_err(|_| DateTimeError)?;
        // The value prints in Beijing's time, so its year must have four digits there too.
        if !(0..=9999).contains(&local(at).year()) {
            return Err(DateTimeError);
        }
        Ok(if text.as_bytes()[19] == b'.' { Self::milliseconds(at) } else { Self::seconds(at) })
    }
}

fn local(at: Timestamp) -> civil::DateTime {
    tz::offset(8).to_datetime(at)
}

/// Whether `text` has the one form of RFC 3339. The library also reads the other forms of ISO 8601.
fn has_rfc3339_shape(text: &[u8]) -> bool {
    let pattern = b"dddd-dd-ddTdd:dd:dd";
    let fits = |byte: u8, like: u8| {
        if like == b'd' { byte.is_ascii_digit() } else { byte == like }
    };
    if text.len() <= pattern.len() || !pattern.iter().zip(text).all(|(like, byte)| fits(*byte, *like)) {
        return false;
    }
    let mut zone = &text[pattern.len()..];
    if zone[0] == b'.' {
        let digits = zone[1..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        if digits == 0 || digits > 9 {
            return false;
        }
        zone = &zone[1 + digits..];
    }
    zone == b"Z"
        || (zone.len() == 6
            && matches!(zone[0], b'+' | b'-')
            && b"dd:dd".iter().zip(&zone[1..]).all(|(like, byte)| fits(*byte, *like)))
}

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let local = local(self.at);
        write!(
            f,
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}",
            local.year(),
            local.month(),
            local.day(),
            local.hour(),
            local.minute(),
            local.second()
        )?;
        if self.form == Form::Milliseconds {
            write!(f, ".{:03}", local.subsec_nanosecond() / 1_000_000)?;
        }
        f.write_str("+08:00")
    }
}

impl serde::Serialize for DateTime {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for DateTime {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let checked_text =
            CheckedText { checked: |text| text.parse(), received: |text| received::read(&text) };
        deserializer.deserialize_newtype_struct(CHECKED, checked_text)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for DateTime {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "DateTime".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "format": "date-time",
            "maxLength": 32,
            "examples": ["2020-05-20T13:29:35.120+08:00"]
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_documented_forms_print_as_they_were_read() {
        for text in
            ["2020-05-20T13:29:35.120+08:00", "2015-05-20T13:29:35+08:00", "2026-01-01T00:00:00.000+08:00"]
        {
            assert_eq!(text.parse::<DateTime>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn other_zones_are_the_same_instant() {
        let utc: DateTime = "2020-05-20T05:29:35.12Z".parse().unwrap();
        assert_eq!(utc.to_string(), "2020-05-20T13:29:35.120+08:00");
    }

    #[test]
    fn times_before_the_epoch_are_cut_downwards() {
        let time: DateTime = "1969-12-31T23:59:59.9996Z".parse().unwrap();
        assert_eq!(time.to_string(), "1970-01-01T07:59:59.999+08:00");
    }

    #[test]
    fn what_is_read_is_written_and_read_again() {
        for text in [
            "0000-01-01T00:00:00+08:00",
            "0000-01-01T00:00:00.000Z",
            "9999-12-30T21:59:59.999Z",
            "2016-12-31T23:59:60Z",
            "2020-05-20T13:29:35.123456789-23:59",
        ] {
            let time: DateTime = text.parse().unwrap();
            assert_eq!(time.to_string().parse(), Ok(time), "{text}");
        }
        // In Beijing's time, the years of these do not have four digits.
        for text in ["0000-01-01T00:00:00+08:01", "0000-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"] {
            assert_eq!(text.parse::<DateTime>(), Err(DateTimeError), "{text}");
        }
    }

    #[test]
    fn what_is_not_rfc_3339_is_rejected() {
        for text in [
            "",
            "2020-05-20",
            "2020-05-20T13:29:35",
            "2020-05-20 13:29:35+08:00",
            "2020-05-20T13:29:35+0800",
            "2020-05-20T13:29:35.+08:00",
            "2020-13-20T13:29:35+08:00",
            "2020-05-20T13:29:35+08:00[Asia/Shanghai]",
            "1589952575",
        ] {
            assert!(text.parse::<DateTime>().is_err(), "{text}");
        }
    }
}
