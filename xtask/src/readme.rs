//! The README's commands: they are there to the letter, and the first one shows a token, each time.

use anyhow::{Context as _, ensure};
use ruhui_harness::command::read_file;
use ruhui_harness::sandbox::Sandbox;
use ruhui_harness::step::Outcome;

const READMES: &[&str] = &["README.md", "README.zh-CN.md"];
const COMMANDS: &[&str] = &["cargo run --release -- sandbox", "cargo xtask ci"];

/// Checks that both READMEs give the commands, each on a line of its own.
pub(crate) fn check_words() -> Outcome {
    for file in READMES {
        let text = read_file(file)?;
        for command in COMMANDS {
            let has = text.lines().any(|line| line.trim().trim_start_matches("$ ") == *command);
            ensure!(has, "{file} has no line `{command}`");
        }
    }
    Ok(String::new())
}

/// Starts a sandbox twice over a folder that was not there: both starts show a token, the second finds the
/// kit of the first.
pub(crate) fn check_first_command() -> Outcome {
    let temporary = tempfile::tempdir()?;
    let folder = temporary.path().join("sandbox");
    let start = || {
        let mut sandbox = Sandbox::start(&folder, &[])?;
        let token = sandbox.wait_for("show a token", token_in)?;
        let key = read_file(sandbox.kit().value("RUHUI_PRIVATE_KEY")?)?;
        anyhow::Ok((token, sandbox.kit().lasting(), key))
    };
    let (first_token, first_kit, first_key) = start().context("the first start")?;
    let (second_token, second_kit, second_key) = start().context("the second start")?;
    ensure!(first_kit == second_kit, "the second start changed kit.env");
    ensure!(first_key == second_key, "the second start changed the merchant's key");
    ensure!(first_token != second_token, "the second start showed the first one's token");
    Ok("two starts, two tokens, one kit".to_owned())
}

/// A token among what a sandbox prints: a word of 32 letters and digits.
fn token_in(output: &str) -> Option<String> {
    let mut words = output.split(|c: char| !c.is_ascii_alphanumeric());
    words.find(|word| word.len() == 32).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_found_and_a_serial_is_not() {
        let token = "0".repeat(32);
        assert_eq!(token_in(&format!("serial {}\n  token   {token}\n", "A".repeat(40))), Some(token));
        assert_eq!(token_in("token"), None);
    }
}
