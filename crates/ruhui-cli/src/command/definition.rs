//! Completion scripts and manual pages, generated from the command line's definition.

use crate::calls;
use crate::cli::{Cli, CompletionsArguments, ManArguments, Output};
use crate::language::Language;
use crate::output;
use anyhow::{Context as _, anyhow};
use clap::Command;
use clap_complete::Shell;
use clap_mangen::Man;
use serde_json::json;
use std::path::Path;
use std::process::ExitCode;

pub(crate) fn completions(arguments: &CompletionsArguments, language: Language) -> anyhow::Result<ExitCode> {
    let shell = arguments.shell;
    // The generator panics if it cannot write.
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::for_completions(language), "ruhui", &mut script);
    if shell == Shell::Fish {
        script.extend_from_slice(names_for_fish().as_bytes());
    }
    match arguments.output.output {
        Output::Text => output::bytes(&script)?,
        Output::Json => {
            let script = String::from_utf8_lossy(&script);
            output::json(&json!({ "shell": shell.to_string(), "script": script }))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Returns completions for the names of endpoints, which the generator leaves out since they are values of an
/// argument.
fn names_for_fish() -> String {
    let names = calls::plain().map(|call| {
        let summary = call.summary.replace('\'', r"\'");
        format!(
            "complete -c ruhui -n \"__fish_ruhui_using_subcommand call sign\" -f -a {} -d '{summary}'\n",
            call.name
        )
    });
    names.collect()
}

pub(crate) fn man(arguments: ManArguments, language: Language) -> anyhow::Result<ExitCode> {
    let all = Cli::definition(language);
    match (arguments.to, arguments.of) {
        (Some(folder), _) => {
            let failed = || {
                let folder = folder.display();
                language.pick(format!("{folder} cannot be written"), format!("无法写入 {folder}"))
            };
            std::fs::create_dir_all(&folder).with_context(failed)?;
            let names = write_all(&all, &folder).with_context(failed)?;
            if arguments.output.output == Output::Json {
                output::json(&json!({ "folder": folder, "pages": names }))?;
            }
        }
        (None, words) => {
            let mut command = &all;
            for name in words {
                command = match command.find_subcommand(&name) {
                    Some(below) => below,
                    None => return Err(unknown(&name, command, language)),
                };
            }
            let page = page(command)?;
            match arguments.output.output {
                Output::Text => output::bytes(&page)?,
                Output::Json => output::json(&json!({ "page": String::from_utf8_lossy(&page) }))?,
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn unknown(name: &str, above: &Command, language: Language) -> anyhow::Error {
    let known: Vec<_> = above.get_subcommands().map(Command::get_name).collect();
    let known = language.list(&known);
    if known.is_empty() {
        anyhow!(language.pick(
            format!("there is no command `{name}` below `{}`", above.get_name()),
            format!("`{}` 没有子命令 `{name}`", above.get_name()),
        ))
    } else {
        anyhow!(language.pick(
            format!("there is no command `{name}`; there are {known}"),
            format!("没有命令 `{name}`，可用的有 {known}"),
        ))
    }
}

/// Writes the manual pages of a command and of the commands below it. Returns the names of the files.
fn write_all(command: &Command, folder: &Path) -> anyhow::Result<Vec<String>> {
    let name = Man::new(command.clone()).get_filename();
    std::fs::write(folder.join(&name), page(command)?)?;
    let mut names = vec![name];
    // The command `help` needs no page.
    for below in command.get_subcommands().filter(|below| below.get_name() != "help") {
        names.extend(write_all(below, folder)?);
    }
    Ok(names)
}

fn page(command: &Command) -> anyhow::Result<Vec<u8>> {
    let mut page = Vec::new();
    let source = concat!("ruhui ", env!("CARGO_PKG_VERSION"));
    Man::new(command.clone()).source(source).render(&mut page)?;
    Ok(page)
}
