//! `ruhui conformance`: plays right and wrong responses and callbacks to a client, and judges what it does.
//!
//! The client is a command. It runs once for each case, with the variables of a sandbox that runs in this process.

mod callback;
mod case;
mod cases;
mod child;
mod junit;
mod keys;
mod list;
mod outcome;
mod ports;
mod report;
mod request;
mod run;
mod sandbox;
mod verdict;
mod wire;

pub(crate) use case::CaseKind;

use super::serve::Stop;
use crate::cli::ConformanceArguments;
use crate::cli::Output;
use crate::language::Language;
use crate::output::near;
use case::Case;
#[cfg(test)]
use ruhui_core::bilingual::Bilingual;
use ruhui_core::bilingual::OsError;
use run::{Run, Unstarted};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

/// Exit status if the client could not be started, as of a wrong command line.
const NOT_STARTED: u8 = 2;

/// Returns the names of all cases.
pub(crate) fn case_names() -> Vec<&'static str> {
    cases::all().map(|case| case.name).collect()
}

/// Returns what is played and what is right in all cases, and the words for judgements.
#[cfg(test)]
pub(crate) fn texts() -> Vec<Bilingual> {
    let of_cases = cases::all().flat_map(|case| [case.played.clone(), case.right.clone()]);
    of_cases.chain(verdict::Judgement::ALL.map(verdict::Judgement::words)).collect()
}

pub(crate) async fn run(arguments: ConformanceArguments, language: Language) -> anyhow::Result<ExitCode> {
    let chosen = chosen(&arguments);
    let output = arguments.output.output;
    if arguments.list {
        list::show(&chosen, output, language)?;
        return Ok(ExitCode::SUCCESS);
    }
    let stop = Stop::listen()?;
    let run = Run {
        stage: Arc::new(sandbox::Stage::start(language).await?),
        command: arguments.command.into(),
        timeout: Duration::from_secs(arguments.timeout),
        jobs: arguments.jobs.into(),
    };
    let finished = tokio::select! {
        finished = run.all(chosen) => Some(finished),
        () = stop.wait() => None,
    };
    let Some(finished) = finished else {
        anyhow::bail!(language.pick("stopped before all cases have run", "用例尚未全部运行就已停止"));
    };
    let outcomes = match finished {
        Ok(outcomes) => outcomes,
        Err(unstarted) => return Ok(not_started(&unstarted, output, language)),
    };
    match output {
        Output::Json => report::show_json(&run, &outcomes)?,
        Output::Text => report::show(&outcomes, language)?,
    }
    if let Some(path) = &arguments.junit
        && let Err(error) = std::fs::write(path, junit::document(&outcomes, language)?)
    {
        return Err(language.say_of(near(path), &OsError::from(&error)));
    }
    let is_passed = outcomes.iter().all(outcome::Outcome::is_passed);
    Ok(if is_passed { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Returns the cases that the arguments name, in the order of the suite.
fn chosen(arguments: &ConformanceArguments) -> Vec<&'static Case> {
    let ConformanceArguments { cases, except, kind, .. } = arguments;
    let is_in = |names: &[String], case: &Case| names.iter().any(|name| name == case.name);
    cases::all()
        .filter(|case| cases.is_empty() || is_in(cases, case))
        .filter(|case| !is_in(except, case))
        .filter(|case| kind.is_none_or(|kind| case.kind() == kind))
        .collect()
}

/// Reports a client that could not be started.
fn not_started(unstarted: &Unstarted, output: Output, language: Language) -> ExitCode {
    let text = language.say(unstarted);
    if output == Output::Json {
        // The exit status says the same, so a closed stdout changes nothing.
        let _ = crate::output::json(&serde_json::json!({ "error": { "message": text } }));
    }
    eprintln!("{}{text}", language.pick("error: ", "错误："));
    ExitCode::from(NOT_STARTED)
}
