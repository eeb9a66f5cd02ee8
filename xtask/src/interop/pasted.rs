//! Saves the programs that `ruhui kit --for …` prints, and runs them as their own comments say.

mod receiver;
mod rust_program;

use super::clients::{PROGRAMS, ParsedClient};
use anyhow::{Context as _, Result, ensure};
use ruhui_harness::binary;
use ruhui_harness::command::read;
use ruhui_harness::sandbox::Sandbox;
use ruhui_harness::step::Outcome;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Beginnings of commands that install something. Earlier steps have installed it, at pinned versions.
const INSTALLERS: &[&str] = &["npm install ", "pip install ", "composer require ", "cargo add "];

/// Words in the description of a client whose programs CI does not run.
const NOT_RUN: &str = "not run in CI";

/// Checks that a program is run for each client that `ruhui kit --help` lists without the words "not run in CI", and for
/// no other. The others are parsed where a parser exists.
pub(super) fn all_are_run() -> Outcome {
    let mut help = Command::new(binary::release()?);
    let text = read(help.args(["kit", "--help"]).env("RUHUI_LANG", "en"))?;
    let (others, mut listed): (Vec<_>, Vec<_>) =
        values_of("--for", &text).into_iter().partition(|(_, what)| what.contains(NOT_RUN));
    listed.sort_unstable();
    let listed: Vec<&str> = listed.into_iter().map(|(name, _)| name).collect();
    ensure!(
        listed == PROGRAMS,
        "`ruhui kit --help` lists {}, and xtask/src/interop/clients.rs names {}",
        listed.join(", "),
        PROGRAMS.join(", ")
    );
    let others: Vec<&str> = others.into_iter().map(|(name, _)| name).collect();
    Ok(format!("{} are run; {} are not", listed.join(", "), others.join(", ")))
}

/// Parses the programs for a client that CI does not run.
pub(super) fn is_parsed(client: &ParsedClient, sandbox: &Sandbox, cache: &Path) -> Outcome {
    let ParsedClient { name, parser, .. } = client;
    let tasks: [&[&str]; 2] = [&[], &["--callbacks"]];
    for task in tasks {
        let file = save(&printed(name, task, sandbox)?, &folder(name, cache)?)?;
        let (program, arguments) = parser.split_first().context("a parser has a name")?;
        read(Command::new(program).args(arguments).arg(file))?;
    }
    Ok("parsed, not run".to_owned())
}

/// Returns the program for a client, as the kit prints it.
fn printed(client: &str, options: &[&str], sandbox: &Sandbox) -> Result<String> {
    let mut kit = Command::new(binary::release()?);
    read(kit.args(["kit", "--for", client]).args(options).arg("--kit").arg(sandbox.kit_folder()))
}

/// Returns the possible values of an option with their descriptions, as its paragraph in a help text lists them.
fn values_of<'a>(option: &str, help: &'a str) -> Vec<(&'a str, &'a str)> {
    let lines = help.lines().map(str::trim_start).skip_while(|line| !line.starts_with(option)).skip(1);
    let paragraph = lines.take_while(|line| !line.starts_with("--"));
    paragraph.filter_map(|line| line.strip_prefix("- ")?.split_once(':')).collect()
}

/// Runs a client's receiver. It must accept and decrypt a callback, and reject a probe.
pub(super) fn receives_callbacks(client: &str, sandbox: &Sandbox, cache: &Path) -> Outcome {
    let text = printed(client, &["--callbacks"], sandbox)?;
    let folder = folder(client, cache)?;
    let file = save(&text, &folder)?;
    let command = match client {
        "rust" => Command::new(rust_program::built(&file, &folder)?),
        _ => shell(&folder, &commands(&text)?, cache)?,
    };
    receiver::check(command, &folder.join("callbacks.log"), sandbox)
}

/// Runs a client's program against the sandbox. It must print a token.
pub(super) fn gets_a_token(client: &str, sandbox: &Sandbox, cache: &Path) -> Outcome {
    let text = printed(client, &[], sandbox)?;
    let printed = match client {
        "curl" => read(&mut shell(&folder(client, cache)?, &text, cache)?)?,
        "rust" => {
            let folder = folder(client, cache)?;
            let file = save(&text, &folder)?;
            read(&mut Command::new(rust_program::built(&file, &folder)?))?
        }
        _ => {
            let folder = folder(client, cache)?;
            save(&text, &folder)?;
            read(&mut shell(&folder, &commands(&text)?, cache)?)?
        }
    };
    ensure!(has_token(&printed), "the program for {client} printed no token but {printed:?}");
    Ok("has a token".to_owned())
}

/// Returns an empty folder for the program. For Node.js it is the folder of the pinned packages, where Node.js finds
/// them.
fn folder(client: &str, cache: &Path) -> Result<PathBuf> {
    if client == "node" {
        return Ok(cache.join(client));
    }
    let folder = cache.join("pasted").join(client);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    Ok(folder)
}

/// Saves the program under the name in its comment.
fn save(text: &str, folder: &Path) -> Result<PathBuf> {
    let name =
        text.lines().find_map(|line| line.split_once("Save as ")?.1.split_once(',')).map(|(name, _)| name);
    let file = folder.join(name.with_context(|| format!("no line says `Save as NAME, then:` in\n{text}"))?);
    if let Some(parent) = file.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::write(&file, text).with_context(|| format!("{} cannot be written", file.display()))?;
    Ok(file)
}

/// Returns the commands in the comment at the top, except those that install something.
fn commands(text: &str) -> Result<String> {
    let lines = text.lines().skip_while(|line| !line.contains("Save as ")).skip(1);
    let commands: Vec<&str> = lines
        .map_while(|line| line.strip_prefix("//   ").or_else(|| line.strip_prefix("#   ")))
        .filter(|line| !INSTALLERS.iter().any(|installer| line.starts_with(installer)))
        .collect();
    ensure!(!commands.is_empty(), "no command stands below `Save as` in\n{text}");
    Ok(commands.join("\n"))
}

/// Returns a shell that runs `script` without the kit's variables: the program contains all values.
fn shell(folder: &Path, script: &str, cache: &Path) -> Result<Command> {
    let python = cache.join("python/venv/bin");
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths([python].into_iter().chain(std::env::split_paths(&path)))?;
    let mut command = Command::new("bash");
    command.arg("-ec").arg(script).current_dir(folder).env("PATH", path);
    // Go's settings are those of interop/go/run.sh.
    let cache = cache.join("go");
    command.env("GOCACHE", cache.join("build")).env("GOPATH", cache.join("path"));
    command.env("GOFLAGS", "").env("GOWORK", "off").env("GOTOOLCHAIN", "local");
    command.env("NO_PROXY", "127.0.0.1").env("no_proxy", "127.0.0.1");
    Ok(command)
}

/// Returns true if the text contains a word of 32 letters and digits.
fn has_token(text: &str) -> bool {
    text.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| word.len() == 32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_says_its_name_and_its_commands() {
        let text = "// Save as first_token.cjs, then:\n//   npm install x\n//   A=b \\\n//     node first_token.cjs\n\nx;\n";
        assert_eq!(commands(text).unwrap(), "A=b \\\n  node first_token.cjs");
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(save(text, folder.path()).unwrap(), folder.path().join("first_token.cjs"));
        assert!(commands("x;\n").is_err() && save("x;\n", folder.path()).is_err());
    }

    #[test]
    fn the_values_of_an_option_stand_in_its_help() {
        let help = "Options:\n      --for <CLIENT>\n          The language\n\n          Possible values:\n          - go: One\n          \
                    - java:   Two\n\n      --kit <FOLDER>\n          The folder\n          - no: Three\n";
        assert_eq!(values_of("--for", help), [("go", " One"), ("java", "   Two")]);
        assert!(values_of("--from", help).is_empty());
    }
}
