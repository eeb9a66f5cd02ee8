//! The tool `ruhui`: the sandbox and the service, and commands for work with the API at a terminal.
//!
//! Data goes to stdout, messages about it to stderr. Exit status: 0 for success, 1 for a rejected request or
//! a failure, 2 for a wrong command line.

mod advice;
mod calls;
mod cli;
mod command;
mod controls;
mod credentials;
mod failure;
mod fields;
mod input;
mod language;
mod log;
mod output;
#[cfg(test)]
mod texts;
mod wrap;

use cli::{Cli, Command, ExplainArguments, Output};
use command::saved::Judged;
use failure::Reported;
use language::Language;
use ruhui_core::bilingual::OsError;
use serde_json::json;
use std::process::ExitCode;

/// The allocator. A request for a token makes some hundred small allocations.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Number of tasks that a worker thread runs between two polls of the sockets. A task that signs takes a
/// quarter of a millisecond, so with the runtime's default of 61 a request could wait 15 ms before it is
/// read.
const EVENT_INTERVAL: u32 = 8;

fn main() -> ExitCode {
    let cli = Cli::read();
    let (language, output) = (cli.language(), cli.command.output());
    log::start(cli.log());
    let runtime =
        match tokio::runtime::Builder::new_multi_thread().event_interval(EVENT_INTERVAL).enable_all().build()
        {
            Ok(runtime) => runtime,
            Err(error) => return fail(output, language, &error.into()),
        };
    match runtime.block_on(run(cli, language)) {
        Ok(code) => code,
        Err(error) => fail(output, language, &error),
    }
}

async fn run(cli: Cli, language: Language) -> anyhow::Result<ExitCode> {
    match cli.command {
        Command::Sandbox(arguments) => command::sandbox::run(arguments, language).await,
        Command::Serve(arguments) => command::serve::run(arguments, language).await,
        Command::Ready(arguments) => command::ready::run(arguments, language).await,
        Command::Backup(arguments) => command::backup::run(arguments, language),
        Command::Restore(arguments) => command::restore::run(arguments, language),
        Command::Token(arguments) => command::token::run(arguments, language).await,
        Command::Call(arguments) => command::call::run(arguments, language).await,
        Command::Listen(arguments) => command::listen::run(arguments, language).await,
        Command::User(arguments) => command::user::run(arguments, language).await,
        Command::Keys(arguments) => command::keys::run(arguments, language).await,
        Command::Clock(arguments) => command::clock::run(arguments, language).await,
        Command::Events(arguments) => command::events::run(arguments, language).await,
        Command::Fault(arguments) => command::fault::run(arguments, language).await,
        Command::Requests(arguments) => command::requests::run(arguments, language).await,
        Command::State(arguments) => command::contents::run(arguments, language).await,
        Command::Trigger(arguments) => command::trigger::run(arguments, language).await,
        Command::Sign(arguments) => command::sign::run(arguments, language),
        Command::Verify(arguments) => command::judge::run(arguments, Judged::Response, None, language).await,
        Command::Explain(ExplainArguments { program, saved }) => {
            command::judge::run(saved, Judged::Request, program, language).await
        }
        Command::Conformance(arguments) => command::conformance::run(arguments, language).await,
        Command::Kit(arguments) => command::kit::run(arguments, language),
        Command::Ca(arguments) => command::ca::run(arguments, language),
        Command::Completions(arguments) => command::definition::completions(&arguments, language),
        Command::Man(arguments) => command::definition::man(arguments, language),
    }
}

/// Formats a cause in the user's language. The project's own errors have both languages; an error of the
/// operating system is translated here.
fn said(language: Language, cause: &(dyn std::error::Error + 'static)) -> String {
    if let Some(error) = cause.downcast_ref::<std::io::Error>() {
        return language.say(&OsError::from(error));
    }
    language.say(&cause)
}

/// Prints the error on stderr as one line, and in JSON mode also on stdout.
fn fail(output: Output, language: Language, error: &anyhow::Error) -> ExitCode {
    let texts: Vec<String> = error.chain().map(|cause| said(language, cause)).collect();
    let text = texts.join(language.pick(": ", "：")).replace(['\r', '\n'], " ");
    if output == Output::Json {
        let known = error.downcast_ref::<Reported>().map(|reported| reported.fields.clone());
        let fields = known.unwrap_or_else(|| json!({ "message": text }));
        if let Err(error) = output::json(&json!({ "error": fields })) {
            eprintln!("{}{}", language.pick("error: ", "错误："), said(language, &error));
        }
    }
    eprintln!("{}{text}", language.pick("error: ", "错误："));
    ExitCode::FAILURE
}
