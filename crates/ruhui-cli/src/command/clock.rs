//! `ruhui clock`: shows a sandbox's business clock, or moves it forward.

use crate::cli::{ClockArguments, Output};
use crate::controls::Controls;
use crate::language::Language;
use crate::output;
use serde_json::json;
use std::process::ExitCode;

pub(crate) async fn run(arguments: ClockArguments, language: Language) -> anyhow::Result<ExitCode> {
    let ClockArguments { advance, output: how, controls } = arguments;
    let controls = Controls::find(&controls, language)?;
    let clock = match advance {
        None => controls.get("clock", &[]).await?,
        Some(seconds) => controls.post("clock", &json!({ "advance_seconds": seconds })).await?,
    };
    match how.output {
        Output::Json => output::json(&clock)?,
        Output::Text => {
            let ahead = duration(clock["ahead_seconds"].as_u64().unwrap_or_default());
            let now = clock["now"].as_str().unwrap_or_default();
            output::pairs(&[
                (language.pick("now", "业务时间"), now),
                (language.pick("ahead", "已前移"), &ahead),
            ])?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Formats a duration in the form that `--advance` takes: `1d1h`.
fn duration(seconds: u64) -> String {
    let parts =
        [(seconds / 86_400, 'd'), (seconds / 3600 % 24, 'h'), (seconds / 60 % 60, 'm'), (seconds % 60, 's')];
    let text: String = parts
        .into_iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, unit)| format!("{number}{unit}"))
        .collect();
    if text.is_empty() { "0s".to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_shown_as_they_are_typed() {
        for (seconds, text) in [(0, "0s"), (90, "1m30s"), (86_400, "1d"), (90_061, "1d1h1m1s")] {
            assert_eq!(duration(seconds), text);
        }
    }
}
