//! Saves the programs that `ruhui kit --for …` prints, and runs them as their own comments say.

use super::clients::PROGRAMS;
use anyhow::{Context as _, Result, bail, ensure};
use ruhui_harness::binary;
use ruhui_harness::command::{cargo, read, shown};
use ruhui_harness::sandbox::Sandbox;
use ruhui_harness::step::Outcome;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Beginnings of commands that install something. Earlier steps have installed it, at pinned versions.
const INSTALLERS: &[&str] = &["npm install ", "pip install ", "composer require ", "cargo add "];

/// Checks that a program is run for each client that `ruhui kit --help` lists, and for no other.
pub(super) fn all_are_run() -> Outcome {
    let mut help = Command::new(binary::release()?);
    let text = read(help.args(["kit", "--help"]).env("RUHUI_LANG", "en"))?;
    let mut listed = values_of("--for", &text);
    listed.sort_unstable();
    ensure!(
        listed == PROGRAMS,
        "`ruhui kit --help` lists {}, and xtask/src/interop/clients.rs names {}",
        listed.join(", "),
        PROGRAMS.join(", ")
    );
    Ok(listed.join(", "))
}

/// Returns the possible values of an option, as its paragraph in a help text lists them.
fn values_of<'a>(option: &str, help: &'a str) -> Vec<&'a str> {
    let lines = help.lines().map(str::trim_start).skip_while(|line| !line.starts_with(option)).skip(1);
    let paragraph = lines.take_while(|line| !line.starts_with("--"));
    paragraph.filter_map(|line| line.strip_prefix("- ")?.split(':').next()).collect()
}

/// Runs a client's program against the sandbox. It must print a token.
pub(super) fn gets_a_token(client: &str, sandbox: &Sandbox, cache: &Path) -> Outcome {
    let mut kit = Command::new(binary::release()?);
    let text = read(kit.args(["kit", "--for", client, "--kit"]).arg(sandbox.kit_folder()))?;
    let printed = match client {
        "curl" => read(&mut shell(&folder(client, cache)?, &text, cache)?)?,
        "rust" => run_rust(&text, cache)?,
        // The official library comes from a registry for PHP only, so this program is compiled and not run.
        "php" => {
            let file = save(&text, &folder(client, cache)?)?;
            read(Command::new("php").arg("-l").arg(file))?;
            return Ok("compiles".to_owned());
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

/// Compiles the program against the libraries that the workspace's tests use, and runs it.
fn run_rust(text: &str, cache: &Path) -> Result<String> {
    let folder = folder("rust", cache)?;
    let file = save(text, &folder)?;
    let mut build = cargo(["build", "--workspace", "--examples", "--all-features", "--message-format=json"]);
    let artifacts = read(&mut build)?;
    let (ruhui, tokio) = (library(&artifacts, "ruhui")?, library(&artifacts, "tokio")?);
    let Some(libraries) = tokio.parent() else { bail!("{} is in no folder", tokio.display()) };
    let program = folder.join("first_token");
    let mut rustc = Command::new("rustc");
    rustc.args(["--edition", "2024", "-L"]).arg(format!("dependency={}", libraries.display()));
    rustc.arg("--extern").arg(format!("ruhui={}", ruhui.display()));
    rustc.arg("--extern").arg(format!("tokio={}", tokio.display()));
    rustc.arg(&file).arg("-o").arg(&program).stdin(Stdio::null());
    let output = rustc.output().with_context(|| format!("{} could not be started", shown(&rustc)))?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    read(&mut Command::new(program))
}

/// Returns the file of a library among the artifacts that cargo lists.
fn library(artifacts: &str, name: &str) -> Result<PathBuf> {
    let mut lines = artifacts.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let found = lines.find(|line| line["target"]["name"] == name && line["target"]["kind"][0] == "lib");
    let file = found.and_then(|line| {
        let names = line["filenames"].as_array()?.iter().filter_map(Value::as_str);
        names.filter(|file| file.ends_with(".rlib")).map(PathBuf::from).next()
    });
    file.with_context(|| format!("cargo built no library `{name}`"))
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
        assert_eq!(values_of("--for", help), ["go", "java"]);
        assert!(values_of("--from", help).is_empty());
    }

    #[test]
    fn a_library_is_found_among_the_artifacts() {
        let artifacts = "noise\n{\"target\":{\"name\":\"tokio\",\"kind\":[\"lib\"]},\"filenames\":[\"/d/libtokio.rmeta\",\"/d/libtokio.rlib\"]}\n";
        assert_eq!(library(artifacts, "tokio").unwrap(), PathBuf::from("/d/libtokio.rlib"));
        assert!(library(artifacts, "ruhui").is_err());
    }
}
