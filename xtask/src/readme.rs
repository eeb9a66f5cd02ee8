//! Checks the README's commands and snippets. It must contain the commands literally, and the first one must print a
//! token at each start. The snippets consist of lines of the programs that `ruhui kit --for` prints.

use anyhow::{Context as _, Result, ensure};
use ruhui_harness::command::read_file;
use ruhui_harness::sandbox::Sandbox;
use ruhui_harness::step::Outcome;

const READMES: &[&str] = &["README.md", "README.zh-CN.md"];
/// The fence of a language's snippet, and the program that its lines come from.
const SNIPPETS: [(&str, &str); 6] = [
    ("java", "java.txt"),
    ("go", "go.txt"),
    ("js", "node.txt"),
    ("python", "python.txt"),
    ("php", "php.txt"),
    ("sh", "curl.txt"),
];
const PROGRAMS: &str = "crates/ruhui-server/src/kit_program/token";
const COMMANDS: &[&str] = &["cargo run --release -- sandbox", "cargo xtask ci"];

/// Checks that both READMEs contain the commands, each on its own line.
pub(crate) fn check_words() -> Outcome {
    for file in READMES {
        let text = read_file(file)?;
        for command in COMMANDS {
            let has = text.lines().any(|line| line.trim().trim_start_matches("$ ") == *command);
            ensure!(has, "{file} has no line `{command}`");
        }
        check_snippets(&text, |program| read_file(format!("{PROGRAMS}/{program}")))
            .with_context(|| format!("in {file}"))?;
    }
    Ok(String::new())
}

/// Checks that each line of the snippets between `<details>` and `</details>` is a line of its language's program.
fn check_snippets(readme: &str, program: impl Fn(&str) -> Result<String>) -> Result<()> {
    let folded: Vec<&str> =
        readme.split("<details").skip(1).filter_map(|part| Some(part.split_once("</details>")?.0)).collect();
    for (fence, file) in SNIPPETS {
        let opening = format!("```{fence}\n");
        let snippet = folded.iter().find_map(|part| part.split_once(&opening)?.1.split_once("```"));
        let (snippet, _) = snippet.with_context(|| format!("no snippet begins with ```{fence}"))?;
        let program = program(file)?;
        let lines: Vec<Vec<&str>> = program.lines().map(|line| parts(line)).collect();
        for line in snippet.lines() {
            ensure!(
                lines.iter().any(|parts| is_filled(line.trim(), parts)),
                "the {fence} snippet has a line that {PROGRAMS}/{file} has not: {line}"
            );
        }
    }
    Ok(())
}

/// Returns the fixed parts of a program's line: placeholders `{RUHUI_…}` separate them, and a translated comment ends
/// it.
fn parts(line: &str) -> Vec<&str> {
    let code = line.split("  # «").next().unwrap_or(line).trim();
    let mut pieces = code.split("{RUHUI_");
    let first = pieces.next().unwrap_or_default();
    let rest = pieces.map(|piece| piece.split_once('}').map_or(piece, |(_, after)| after));
    std::iter::once(first).chain(rest).collect()
}

/// Returns whether `line` consists of all `parts` in their order, with any text between them.
fn is_filled(line: &str, parts: &[&str]) -> bool {
    let [first, middle @ ..] = parts else { return false };
    let Some(mut rest) = line.strip_prefix(first) else { return false };
    let Some((last, middle)) = middle.split_last() else { return rest.is_empty() };
    for part in middle {
        match rest.split_once(part) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    rest.ends_with(last)
}

/// Starts a sandbox twice over a folder that does not exist before: both starts print a token, and the second finds the
/// kit of the first.
pub(crate) fn check_first_command() -> Outcome {
    let temporary = tempfile::tempdir()?;
    let folder = temporary.path().join("sandbox");
    let start = || {
        let mut sandbox = Sandbox::start(&folder, &[])?;
        let token = sandbox.wait_for("show a token", token_in)?;
        let key = sandbox.kit().pem("RUHUI_PRIVATE_KEY")?;
        anyhow::Ok((token, sandbox.kit().lasting(), key))
    };
    let (first_token, first_kit, first_key) = start().context("the first start")?;
    let (second_token, second_kit, second_key) = start().context("the second start")?;
    ensure!(first_kit == second_kit, "the second start changed kit.env");
    ensure!(first_key == second_key, "the second start changed the merchant's key");
    ensure!(first_token != second_token, "the second start showed the first one's token");
    Ok("two starts, two tokens, one kit".to_owned())
}

/// Finds a token in the output of a sandbox: a word of 32 letters and digits.
pub(crate) fn token_in(output: &str) -> Option<String> {
    let mut words = output.split(|c: char| !c.is_ascii_alphanumeric());
    words.find(|word| word.len() == 32).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snippet_has_lines_of_its_program_only() {
        let readme = |line: &str| {
            let snippet = |fence: &str| format!("<details>\n```{fence}\n{line}\n```\n</details>\n");
            SNIPPETS.map(|(fence, _)| snippet(fence)).concat()
        };
        let program = |_: &str| Ok("a('{RUHUI_MCHID}', '{RUHUI_OPENID}')  # «one¦two»\nb\n".to_owned());
        for good in ["a('1900000001', 'oA')", "b"] {
            check_snippets(&readme(good), program).unwrap();
        }
        for bad in ["a('1900000001')", "a('x', 'y');", "c", ""] {
            assert!(check_snippets(&readme(bad), program).is_err(), "{bad}");
        }
        assert!(check_snippets("no snippet", program).is_err());
    }

    #[test]
    fn a_token_is_found_and_a_serial_is_not() {
        let token = "0".repeat(32);
        assert_eq!(token_in(&format!("serial {}\n  token   {token}\n", "A".repeat(40))), Some(token));
        assert_eq!(token_in("token"), None);
    }
}
