//! Rate limits in the configuration: `service.rate_limit` is a word or a table of numbers.

use crate::domain::rate::Rate;
use crate::policy::RateLimit;
use serde::Deserialize;
use serde::de::value::{MapAccessDeserializer, StrDeserializer};
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use std::fmt;
use std::num::NonZeroU32;

/// The value of `service.rate_limit`: `"on"`, `"off"`, or `{ partner = 200, brand = 100, certificates = 1000 }` in
/// requests per second. Numbers that are not given are as documented.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimitConfig(pub RateLimit);

impl Default for RateLimitConfig {
    fn default() -> Self {
        Self(RateLimit::DOCUMENTED)
    }
}

/// Requests per second.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Numbers {
    partner: Option<NonZeroU32>,
    brand: Option<NonZeroU32>,
    certificates: Option<NonZeroU32>,
}

impl<'de> Deserialize<'de> for RateLimitConfig {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(WordOrNumbers)
    }
}

struct WordOrNumbers;

impl<'de> Visitor<'de> for WordOrNumbers {
    type Value = RateLimitConfig;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if f.alternate() {
            " \"on\"、\"off\" 或 { partner = 每秒次数, brand = …, certificates = … }"
        } else {
            "\"on\", \"off\" or { partner = calls a second, brand = …, certificates = … }"
        })
    }

    fn visit_str<E: Error>(self, word: &str) -> Result<RateLimitConfig, E> {
        Ok(RateLimitConfig(match super::Switch::deserialize(StrDeserializer::new(word))? {
            super::Switch::On => RateLimit::DOCUMENTED,
            super::Switch::Off => RateLimit::Off,
        }))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<RateLimitConfig, A::Error> {
        let numbers = Numbers::deserialize(MapAccessDeserializer::new(map))?;
        let rate = |number: Option<NonZeroU32>, documented: Rate| {
            number.map_or(documented, |number| Rate { per_second: number.get() })
        };
        let documented = RateLimit::DOCUMENTED_RATES;
        Ok(RateLimitConfig(RateLimit::On {
            partner: rate(numbers.partner, documented[0]),
            brand: rate(numbers.brand, documented[1]),
            certificates: rate(numbers.certificates, documented[2]),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    struct File {
        rate_limit: RateLimitConfig,
    }

    fn read(value: &str) -> Result<RateLimit, String> {
        let read = super::super::reader::read::<File>(&format!("rate_limit = {value}"));
        read.map(|file| file.rate_limit.0).map_err(|mistake| {
            assert_ne!(mistake.what.en(), mistake.what.zh());
            mistake.to_string()
        })
    }

    #[test]
    fn a_word_or_numbers_are_read_and_the_rest_is_as_documented() {
        assert_eq!(read("\"on\""), Ok(RateLimit::DOCUMENTED));
        assert_eq!(read("\"off\""), Ok(RateLimit::Off));
        let [_, brand, certificates] = RateLimit::DOCUMENTED_RATES;
        let partner = Rate { per_second: 200 };
        assert_eq!(read("{ partner = 200 }"), Ok(RateLimit::On { partner, brand, certificates }));
    }

    #[test]
    fn anything_else_is_rejected() {
        for (value, wrong) in [
            ("\"sometimes\"", "is not a value of it; it takes `on`, `off`"),
            ("{ partner = 0 }", "a whole number of at least 1, not the number 0"),
            ("{ everybody = 1 }", "the key `everybody` is unknown"),
            ("5", "\"on\", \"off\""),
        ] {
            let error = read(value).unwrap_err();
            assert!(error.contains(wrong), "{value}: {error}");
        }
    }
}
