//! Arguments of `ready`.

use crate::cli::OutputArguments;
use clap::parser::ValueSource;
use clap::{ArgMatches, Args};
use reqwest::Url;
use ruhui_core::bilingual::Bilingual;
use std::path::PathBuf;
use std::time::Duration;

#[derive(Debug, Args)]
pub(crate) struct ReadyArguments {
    /// The address of the operations listener; by default the kit's, or http://127.0.0.1:7082 without a kit / 运维监听地址，默认取自 kit，没有 kit 时为 http://127.0.0.1:7082
    #[arg(value_name = "URL", env = "RUHUI_OPERATIONS_URL", value_parser = address)]
    url: Option<Url>,

    /// The time to wait until it is ready, such as `30s` or `2m` / 等待就绪的最长时间，例如 `30s`、`2m`
    #[arg(long, value_name = "DURATION", default_value = "0s", value_parser = patience)]
    pub(crate) wait: Duration,

    /// The kit's folder; by default the kit of a sandbox in this folder or above it / kit 目录，默认取当前目录或上级目录中的沙箱
    #[arg(long, value_name = "FOLDER", env = "RUHUI_KIT")]
    pub(crate) kit: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) output: OutputArguments,

    /// Whether the address is that of the environment, where the command line names another kit.
    #[arg(skip)]
    is_stale: bool,
}

impl ReadyArguments {
    /// If the command line names a kit, ignores the address of the environment, which may belong to another kit.
    pub(super) fn note_sources(&mut self, matches: &ArgMatches) {
        self.is_stale = matches.value_source("kit") == Some(ValueSource::CommandLine)
            && matches.value_source("url") == Some(ValueSource::EnvVariable);
    }

    /// Returns the address that the command line or the environment names.
    pub(crate) fn url(&self) -> Option<&Url> {
        self.url.as_ref().filter(|_| !self.is_stale)
    }
}

fn address(text: &str) -> Result<Url, Bilingual> {
    let url = text.parse().ok().filter(|url: &Url| matches!(url.scheme(), "http" | "https"));
    url.ok_or_else(|| {
        Bilingual::new(
            "it must be a URL such as http://127.0.0.1:7082",
            "须为 URL，例如 http://127.0.0.1:7082",
        )
    })
}

/// The longest time to wait, in seconds.
const MOST: u64 = 3600;

/// Parses a time to wait: a number with one unit.
fn patience(text: &str) -> Result<Duration, Bilingual> {
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let unit = match unit {
        "s" => Some(1),
        "m" => Some(60),
        "h" => Some(3600),
        _ => None,
    };
    let seconds =
        unit.zip(number.parse().ok()).and_then(|(unit, number): (u64, u64)| number.checked_mul(unit));
    seconds.filter(|seconds| *seconds <= MOST).map(Duration::from_secs).ok_or_else(|| {
        Bilingual::new(
            "it must be a number with a unit, such as 30s or 2m, and at most 1h",
            "须为数字加单位，例如 30s、2m，最长 1h",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_url_of_http() {
        assert!(address("http://127.0.0.1:7082").is_ok() && address("https://ops.example/a").is_ok());
        for text in ["", "127.0.0.1:7082", "localhost", "ftp://127.0.0.1", "http://"] {
            assert!(address(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_time_to_wait_has_a_unit_and_a_limit() {
        for (text, seconds) in [("0s", 0), ("30s", 30), ("2m", 120), ("1h", 3600), ("3600s", 3600)] {
            assert_eq!(patience(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        for text in ["", "30", "s", "-1s", "1.5s", "1m30s", "2h", "99999999999999999999s", "30 s"] {
            assert!(patience(text).is_err(), "{text}");
        }
    }
}
