//! Reports of a run: a table for people, JSON for programs.

use super::child::End;
use super::list;
use super::outcome::Outcome;
use super::run::Run;
use crate::language::Language;
use crate::output::{self, columns, printable};
use crate::wrap;
use serde_json::{Value, json};

/// Width of the table in columns of a terminal.
const WIDTH: usize = 80;
/// Columns before the texts of a failed case.
const INDENT: usize = 4;
/// Number of characters of a client's standard error that a report shows.
const STDERR: usize = 400;

/// Prints the table, the failed cases with their evidence, and the summary.
pub(super) fn show(outcomes: &[Outcome], language: Language) -> std::io::Result<()> {
    output::line(&table(outcomes, language))?;
    for outcome in outcomes.iter().filter(|outcome| !outcome.is_passed()) {
        output::line(&failed(outcome, language))?;
    }
    output::line(&summary(outcomes, language))
}

fn table(outcomes: &[Outcome], language: Language) -> String {
    let names = outcomes.iter().map(|outcome| outcome.case.name.len());
    let (name_width, mut lines) = (names.max().unwrap_or_default(), String::new());
    for Outcome { case, ran, took } in outcomes {
        let words = language.say(&ran.verdict.judgement.words());
        let padding = " ".repeat(18_usize.saturating_sub(columns(&words)));
        let seconds = took.as_secs_f64();
        lines += &format!("{:name_width$}  {words}{padding}  {seconds:>5.1} s\n", case.name);
    }
    lines
}

/// Returns the paragraph about a failed case.
fn failed(Outcome { case, ran, .. }: &Outcome, language: Language) -> String {
    let texts = [
        (("played", "播放"), language.say(&case.played)),
        (("client", "客户端"), printable(&language.say(&ran.verdict.evidence))),
        (("right", "正确"), language.say(&case.right)),
        (("document", "文档"), case.source.url()),
    ];
    let mut text = format!("{}: {}\n", case.name, language.say(&ran.verdict.judgement.words()));
    if language == Language::Chinese {
        text = text.replacen(": ", "：", 1);
    }
    for ((en, zh), said) in texts {
        let line = format!("{}{said}", language.pick(format!("{en}: "), format!("{zh}：")));
        text += &wrap::indented(&line, INDENT, WIDTH);
    }
    let stderr = last_of(&ran.stderr);
    if !stderr.is_empty() {
        let line = format!("{}{stderr}", language.pick("its standard error: ", "标准错误输出："));
        text += &wrap::indented(&line, INDENT, WIDTH);
    }
    text
}

/// Returns the end of what a client printed on standard error, on one line.
fn last_of(stderr: &str) -> String {
    let words: Vec<&str> = stderr.split_whitespace().collect();
    let text = printable(&words.join(" "));
    let start = text.chars().count().saturating_sub(STDERR);
    let mark = if start > 0 { "…" } else { "" };
    mark.to_owned() + &text.chars().skip(start).collect::<String>()
}

fn summary(outcomes: &[Outcome], language: Language) -> String {
    let passed = outcomes.iter().filter(|outcome| outcome.is_passed()).count();
    let (all, failed) = (outcomes.len(), outcomes.len() - passed);
    language.pick(
        format!("{passed} of {all} cases passed, {failed} failed"),
        format!("共 {all} 个用例，{passed} 个通过，{failed} 个未通过"),
    )
}

/// Prints one JSON object.
pub(super) fn show_json(run: &Run, outcomes: &[Outcome]) -> std::io::Result<()> {
    let passed = outcomes.iter().filter(|outcome| outcome.is_passed()).count();
    let command: Vec<_> = run.command.iter().map(|word| word.to_string_lossy()).collect();
    output::json(&json!({
        "command": command,
        "passed": passed,
        "failed": outcomes.len() - passed,
        "cases": outcomes.iter().map(of_case).collect::<Value>(),
    }))
}

fn of_case(outcome: &Outcome) -> Value {
    let Outcome { case, ran, took } = outcome;
    let mut shown = list::described(case);
    shown["judgement"] = json!(ran.verdict.judgement);
    shown["evidence"] = json!(ran.verdict.evidence);
    shown["took_ms"] = json!(took.as_millis());
    shown["exit_status"] = match &ran.end {
        End::Exited(status) => json!(status.code()),
        End::TimedOut => Value::Null,
    };
    let requests = ran.attempts.iter().map(|attempt| {
        json!({ "at_ms": attempt.at.as_millis(), "host": attempt.host, "nonce": attempt.nonce(), "status": attempt.status })
    });
    shown["requests"] = requests.collect();
    shown["responses"] = json!(ran.responses);
    shown["stderr"] = json!(ran.stderr);
    shown
}
