//! Arguments of `clock`.

use crate::cli::{ActArguments, Output};
use clap::{Args, Subcommand};
use ruhui_core::Timestamp;
use ruhui_core::bilingual::Bilingual;

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct ClockArguments {
    #[command(subcommand)]
    command: Option<ClockCommand>,

    #[command(flatten)]
    act: ActArguments,
}

/// A look at the business clock, or a change of it.
#[derive(Debug, Subcommand)]
pub(crate) enum ClockCommand {
    /// Show the business time; this is the default / 显示业务时间（默认）
    Show(ActArguments),
    /// Put the clock forward to a time / 前移到指定时间
    Set {
        /// The time, such as 2027-01-15T16:00:00+08:00 / 时间，例如 2027-01-15T16:00:00+08:00
        #[arg(value_name = "TIME", value_parser = time, allow_hyphen_values = true)]
        time: String,

        #[command(flatten)]
        act: ActArguments,
    },
    /// Put the clock forward: tokens and cards expire, callbacks are retried / 前移一段时间：token 与会员卡过期，回调通知重试
    Advance {
        /// The time to skip, such as `90s`, `15m`, `1h30m` or `2d`; at most 731 days / 时长，例如 `90s`、`15m`、`1h30m`、`2d`；最多 731 天
        #[arg(value_name = "DURATION", value_parser = seconds, allow_hyphen_values = true)]
        duration: u32,

        #[command(flatten)]
        act: ActArguments,
    },
    /// Stop the clock / 停止走时
    Freeze(ActArguments),
    /// Let a stopped clock go on from its time / 从停止处继续走时
    Resume(ActArguments),
}

impl ClockArguments {
    /// Returns the command, which is `show` if none is given.
    pub(crate) fn command(self) -> ClockCommand {
        self.command.unwrap_or(ClockCommand::Show(self.act))
    }

    pub(super) fn act_mut(&mut self) -> &mut ActArguments {
        match &mut self.command {
            None => &mut self.act,
            Some(
                ClockCommand::Show(act)
                | ClockCommand::Set { act, .. }
                | ClockCommand::Advance { act, .. }
                | ClockCommand::Freeze(act)
                | ClockCommand::Resume(act),
            ) => act,
        }
    }

    /// Returns the output format of the command.
    pub(super) fn output(&self) -> Output {
        match &self.command {
            None => self.act.output.output,
            Some(
                ClockCommand::Show(act)
                | ClockCommand::Set { act, .. }
                | ClockCommand::Advance { act, .. }
                | ClockCommand::Freeze(act)
                | ClockCommand::Resume(act),
            ) => act.output.output,
        }
    }
}

/// Checks a time of RFC 3339. The sandbox gets it as it was typed.
pub(crate) fn time(text: &str) -> Result<String, Bilingual> {
    match text.parse::<Timestamp>() {
        Ok(_) => Ok(text.to_owned()),
        Err(_) => Err((
            "it must be a time with an offset, such as 2027-01-15T16:00:00+08:00",
            "须为带时区的时间，例如 2027-01-15T16:00:00+08:00",
        )
            .into()),
    }
}

/// Seconds of the largest leap: two years.
const MOST: u32 = 731 * 86_400;

/// Parses a duration: numbers with units, without blanks, as in `1h30m`.
pub(crate) fn seconds(text: &str) -> Result<u32, Bilingual> {
    let wrong = || {
        Bilingual::new(
            "it must be a number with a unit, such as 90s, 15m, 1h30m or 2d",
            "须为数字加单位，例如 90s、15m、1h30m 或 2d",
        )
    };
    if text.starts_with('-') {
        return Err((
            "the clock goes back only by `ruhui sandbox restore` and `ruhui sandbox reset`",
            "时钟只能通过 `ruhui sandbox restore` 或 `ruhui sandbox reset` 后退",
        )
            .into());
    }
    let too_far = || {
        Bilingual::new(
            "it is too far: at most 731 days (two years) a leap",
            "时间过长，一次最多前移 731 天（两年）",
        )
    };
    let mut total: u32 = 0;
    let mut rest = text;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).ok_or_else(wrong)?;
        if digits == 0 {
            return Err(wrong());
        }
        let number: u32 = rest[..digits].parse().map_err(|_| too_far())?;
        let unit = match rest.as_bytes()[digits] {
            b's' => 1,
            b'm' => 60,
            b'h' => 3600,
            b'd' => 86_400,
            _ => return Err(wrong()),
        };
        total = number.checked_mul(unit).and_then(|part| total.checked_add(part)).ok_or_else(too_far)?;
        rest = &rest[digits + 1..];
    }
    match total {
        _ if text.is_empty() => Err(wrong()),
        total if total > MOST => Err(too_far()),
        total => Ok(total),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_units() {
        for (text, wanted) in [
            ("90s", 90),
            ("15m", 900),
            ("1h30m", 5400),
            ("2d", 172_800),
            ("1d1h1m1s", 90_061),
            ("0s", 0),
            ("731d", MOST),
        ] {
            assert_eq!(seconds(text), Ok(wanted), "{text}");
        }
        for text in ["", "1", "d", "1w", "-1d", "1.5h", "1h 30m", "1d1", "732d", "9999999999s", "1天"] {
            assert!(seconds(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_time_has_an_offset() {
        for text in ["2027-01-15T16:00:00+08:00", "2027-01-15T08:00:00Z", "2027-01-15T08:00:00.5Z"] {
            assert_eq!(time(text), Ok(text.to_owned()));
        }
        for text in ["", "tomorrow", "2027-01-15", "2027-01-15T16:00:00", "1800000000"] {
            assert!(time(text).is_err(), "{text}");
        }
    }
}
