//! `ruhui clock`: shows a sandbox's business clock, or changes it.

use crate::cli::{ClockArguments, ClockCommand, Output};
use crate::controls::Controls;
use crate::language::Language;
use crate::output;
use serde_json::{Value, json};
use std::process::ExitCode;

pub(crate) async fn run(arguments: ClockArguments, language: Language) -> anyhow::Result<ExitCode> {
    let (act, change) = match arguments.command() {
        ClockCommand::Show(act) => (act, None),
        ClockCommand::Set { time, act } => (act, Some(json!({ "set": time }))),
        ClockCommand::Advance { duration, act } => (act, Some(json!({ "advance_seconds": duration }))),
        ClockCommand::Freeze(act) => (act, Some(json!({ "freeze": true }))),
        ClockCommand::Resume(act) => (act, Some(json!({ "resume": true }))),
    };
    let controls = Controls::find(&act.controls, language)?;
    let clock = match change {
        None => controls.get("clock", &[]).await?,
        Some(change) => controls.post("clock", &change).await?,
    };
    match act.output.output {
        Output::Json => output::json(&clock)?,
        Output::Text => show(&clock, language)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn show(clock: &Value, language: Language) -> std::io::Result<()> {
    let ahead = clock["ahead_seconds"].as_i64().unwrap_or_default();
    let label =
        if ahead < 0 { language.pick("behind", "落后本机") } else { language.pick("ahead", "已前移") };
    let distance = duration(ahead.unsigned_abs());
    let now = clock["now"].as_str().unwrap_or_default();
    let mut pairs = vec![(language.pick("now", "业务时间"), now), (label, distance.as_str())];
    if clock["frozen"] == true {
        let frozen = language
            .pick("stands still; `ruhui clock resume` lets it go on", "已停止；用 `ruhui clock resume` 继续");
        pairs.push((language.pick("state", "状态"), frozen));
    }
    output::pairs(&pairs)
}

/// Formats a duration in the form that `advance` takes: `1d1h`.
pub(super) fn duration(seconds: u64) -> String {
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
