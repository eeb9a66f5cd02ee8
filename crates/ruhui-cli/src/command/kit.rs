//! `ruhui kit`: prints a sandbox's variables, or a program that gets a first token from it or receives its callbacks.

use crate::cli::{KitArguments, Output};
use crate::credentials::kit;
use crate::language::Language;
use crate::output;
use anyhow::Context as _;
use ruhui_server::kit_program::{KitClient, KitProgram, Task};
use serde_json::json;
use std::process::ExitCode;

pub(crate) fn run(arguments: KitArguments, language: Language) -> anyhow::Result<ExitCode> {
    let folder = kit::find(arguments.kit.as_deref(), language)?.with_context(|| {
        language.pick("no kit here; start `ruhui sandbox` first", "未找到 kit，请先启动 `ruhui sandbox`")
    })?;
    let values = kit::read(&folder, language)?;
    match arguments.client {
        Some(client) => {
            let values = kit::with_paths(values, &folder, language)?;
            let task = if arguments.callbacks { Task::Callbacks } else { Task::FirstToken };
            let program = KitProgram::of(client, task, &values);
            let KitProgram { file, commands, text, .. } =
                program.with_context(|| language.say(&KitClient::no_callbacks()))?;
            let program = language.say(&text);
            match arguments.output.output {
                Output::Text => output::line(&program)?,
                Output::Json => output::json(&json!({
                    "file": file,
                    "commands": commands,
                    "program": program,
                    "not_run_in_ci": client.not_run_in_ci(),
                }))?,
            }
        }
        None if arguments.output.output == Output::Json => output::json(&json!(values))?,
        None => {
            for (name, value) in &values {
                output::line(&format!("export {name}='{}'", value.replace('\'', r"'\''")))?;
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}
