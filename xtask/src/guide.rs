//! Runs the guide's commands unchanged, so that a reader who pastes them sees the output that the guide shows.
//!
//! Blocks of `sh` run one after the other in one shell, in a folder of the checkout that contains a fresh sandbox.
//! Blocks of `sh background` run in another terminal meanwhile. A block of `text` is the output of the block before it:
//! its lines come in this order, and `…` stands for parts that differ from run to run. A block of `rust` occurs in the
//! example that the guide runs. Both languages have the same blocks.
//!
//! Of the other pages, blocks of `sh checked` run, each page in each language over a sandbox of its own; the output is
//! compared in that language.

use anyhow::{Context as _, Result, bail, ensure};
use ruhui_harness::command::{cargo, read_file, run, shown};
use ruhui_harness::metadata::Metadata;
use ruhui_harness::sandbox::Sandbox;
use ruhui_harness::step::{Clock, Outcome};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

const GUIDES: [&str; 2] = ["docs/from-token-to-member.md", "docs/from-token-to-member.zh-CN.md"];
/// The pages whose blocks of `sh checked` run.
const PAGES: [&str; 6] = [
    "looking-at-requests",
    "going-back",
    "events-and-triggers",
    "time",
    "certificates-and-key-migration",
    "faults",
];
const EXAMPLE: &str = "crates/ruhui/examples/member.rs";
/// Info string of a block of another page that runs.
const CHECKED: &str = "sh checked";
/// Time within which another terminal must print its first line, and its last.
const PATIENCE: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(20);

/// A fenced block: the info string after the fence, and the lines.
#[derive(Debug, PartialEq, Eq)]
struct Block {
    info: String,
    text: String,
}

/// Checks the guides against each other, against the example, and against a sandbox.
pub(crate) fn check() -> Outcome {
    let [english, chinese] = GUIDES.map(|file| anyhow::Ok(blocks(&read_file(file)?)));
    let (english, chinese) = (english?, chinese?);
    for (one, other) in english.iter().zip(&chinese) {
        let must_agree = one.info != "text";
        ensure!(!must_agree || one == other, "the guides differ: {one:?} and {other:?}");
    }
    ensure!(english.len() == chinese.len(), "one guide has more blocks than the other");
    let example = read_file(EXAMPLE)?;
    for block in english.iter().filter(|block| block.info == "rust") {
        ensure!(example.contains(block.text.trim()), "{EXAMPLE} has not this block:\n{}", block.text);
    }
    // Built first, so that the build does not count against the time-outs.
    run(&mut cargo(["build", "--package", "ruhui", "--features", "axum", "--example", "member"]))?;

    // Inside the checkout, where cargo finds the example that the guide runs.
    std::fs::create_dir_all("target")?;
    let folder = tempfile::tempdir_in(std::path::absolute("target")?)?;
    let sandbox = Sandbox::start(&folder.path().join("ruhui-sandbox"), &[])?;
    let reader = Reader::new(folder.path(), &sandbox, "C.UTF-8")?;
    let mut commands = reader.follow(&english, "sh")?;
    drop(sandbox);
    for page in PAGES {
        commands += check_page(page).with_context(|| format!("docs/guide/{page}"))?;
    }
    Ok(format!("{commands} commands in each language"))
}

/// Runs the checked commands of a page in both languages. Returns their number.
fn check_page(page: &str) -> Result<usize> {
    let [english, chinese] = ["", ".zh-CN"]
        .map(|language| anyhow::Ok(blocks(&read_file(format!("docs/guide/{page}{language}.md"))?)));
    let (english, chinese) = (english?, chinese?);
    let run = |blocks: &[Block]| {
        blocks
            .iter()
            .filter(|block| block.info == CHECKED)
            .map(|block| block.text.clone())
            .collect::<Vec<_>>()
    };
    ensure!(run(&english) == run(&chinese), "the checked commands of the two languages differ");
    ensure!(!run(&english).is_empty(), "no command is checked");
    let mut commands = 0;
    for (blocks, locale) in [(english, "C.UTF-8"), (chinese, "zh_CN.UTF-8")] {
        let folder = tempfile::tempdir_in(std::path::absolute("target")?)?;
        let sandbox = Sandbox::start(&folder.path().join("ruhui-sandbox"), &[])?;
        let reader = Reader::new(folder.path(), &sandbox, locale)?;
        commands = reader.follow(&blocks, CHECKED).with_context(|| format!("in the locale {locale}"))?;
    }
    Ok(commands)
}

fn blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    for line in text.lines() {
        match (line.strip_prefix("```"), open.take()) {
            (Some(info), None) => open = Some(Block { info: info.to_owned(), text: String::new() }),
            (Some(_), Some(block)) => blocks.push(block),
            (None, Some(mut block)) => {
                block.text.push_str(line);
                block.text.push('\n');
                open = Some(block);
            }
            (None, None) => {}
        }
    }
    blocks
}

/// A reader who follows the guide, in the parent folder of a sandbox.
struct Reader<'a> {
    folder: &'a Path,
    /// `PATH`, with the folder of `ruhui` first.
    path: String,
    operations: String,
    locale: &'static str,
}

/// Another terminal. Its processes are killed when this is dropped.
struct Terminal {
    process: Child,
    output: PathBuf,
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // The process and its children are one group, so all of them end.
        let _ = Command::new("kill").args(["--", &format!("-{}", self.process.id())]).status();
        let _ = self.process.wait();
    }
}

impl<'a> Reader<'a> {
    fn new(folder: &'a Path, sandbox: &Sandbox, locale: &'static str) -> Result<Self> {
        let target = Metadata::read()?.target_directory()?;
        let mut places = vec![target.join("release")];
        places.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
        let path = std::env::join_paths(places)?.to_string_lossy().into_owned();
        let operations = sandbox.kit().value("RUHUI_OPERATIONS_URL")?.to_owned();
        Ok(Self { folder, path, operations, locale })
    }

    /// Runs the blocks with this info string, and compares their output with the guide's.
    fn follow(&self, blocks: &[Block], ran: &str) -> Result<usize> {
        let mut terminals: Vec<Terminal> = Vec::new();
        let mut script = String::new();
        let mut commands = 0;
        for (index, block) in blocks.iter().enumerate() {
            let shows = blocks.get(index + 1).filter(|next| next.info == "text");
            match block.info.as_str() {
                info if info == ran => {
                    commands += 1;
                    // The script begins with the variables that the earlier blocks have set.
                    let output = self.folder.join(format!("output-{index}"));
                    let body = format!("{{\n{}}} >'{}' 2>&1\n", block.text, output.display());
                    let whole = format!("set -euo pipefail\n{script}{body}declare -p >'{}'\n", self.memory());
                    self.run(&whole, &output)?;
                    script = format!("source '{}' 2>/dev/null || true\n", self.memory());
                    if let Some(shown) = shows {
                        compare(&shown.text, &read_file(&output)?)
                            .with_context(|| format!("after\n{}", block.text))?;
                    }
                }
                "sh background" => {
                    commands += 1;
                    terminals.clear();
                    let terminal = self.terminal(&block.text, index)?;
                    terminals.push(terminal);
                }
                "text in the other terminal" => {
                    let terminal = terminals.last().context("there is no other terminal yet")?;
                    until(&terminal.output, |output| compare(&block.text, output).is_ok())
                        .or_else(|_| compare(&block.text, &read_file(&terminal.output)?))
                        .context("in the other terminal")?;
                }
                _ => {}
            }
        }
        Ok(commands)
    }

    /// Returns the file that keeps the shell's variables between blocks.
    fn memory(&self) -> String {
        self.folder.join("variables").display().to_string()
    }

    fn shell(&self, script: &str) -> Command {
        let mut command = Command::new("bash");
        command.args(["-c", script]).current_dir(self.folder).stdin(Stdio::null());
        command.env("PATH", &self.path).env("RUHUI_OPERATIONS_URL", &self.operations);
        command.env("NO_PROXY", "127.0.0.1,localhost").env("LANG", self.locale).env_remove("RUHUI_LANG");
        command
    }

    fn run(&self, script: &str, output: &Path) -> Result<()> {
        let mut command = self.shell(script);
        let status = command.status().with_context(|| shown(&command))?;
        ensure!(
            status.success(),
            "a block of the guide ended with {status}:\n{script}\nIt said:\n{}",
            read_file(output).unwrap_or_default()
        );
        Ok(())
    }

    fn terminal(&self, text: &str, index: usize) -> Result<Terminal> {
        use std::os::unix::process::CommandExt as _;

        let output = self.folder.join(format!("terminal-{index}"));
        let log = File::create(&output)?;
        let mut command = self.shell(text);
        command.stdout(log.try_clone()?).stderr(log).process_group(0);
        let process = command.spawn().with_context(|| shown(&command))?;
        let terminal = Terminal { process, output };
        // The program prints its address once it listens.
        until(&terminal.output, |output| output.contains("127.0.0.1"))
            .with_context(|| format!("the other terminal said nothing after\n{text}"))?;
        Ok(terminal)
    }
}

/// Waits until `look` accepts the contents of the file.
fn until(file: &Path, look: impl Fn(&str) -> bool) -> Result<()> {
    let clock = Clock::start();
    while !look(&read_file(file)?) {
        if clock.elapsed() > PATIENCE {
            bail!("{} s were not enough; it said:\n{}", PATIENCE.as_secs(), read_file(file)?);
        }
        std::thread::sleep(PAUSE);
    }
    Ok(())
}

/// Checks that the output has every line that the guide shows, in their order.
fn compare(shown: &str, printed: &str) -> Result<()> {
    let mut lines = printed.lines();
    for wanted in shown.lines().filter(|line| !line.trim().is_empty()) {
        ensure!(lines.any(|line| fits(wanted, line)), "no line `{wanted}` (in this place) in\n{printed}");
    }
    Ok(())
}

/// Returns whether a line matches the line shown, where `…` stands for any text.
fn fits(wanted: &str, line: &str) -> bool {
    let mut parts = wanted.trim_end().split('…');
    let Some(mut rest) = parts.next().and_then(|start| line.trim_end().strip_prefix(start)) else {
        return false;
    };
    let mut parts: Vec<_> = parts.collect();
    let Some(end) = parts.pop() else { return rest.is_empty() };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_keep_their_kind_and_their_lines() {
        let found = blocks("a\n```sh\nb\nc\n```\n```text\nd\n```\n");
        let block = |info: &str, text: &str| Block { info: info.to_owned(), text: text.to_owned() };
        assert_eq!(found, [block("sh", "b\nc\n"), block("text", "d\n")]);
    }

    #[test]
    fn an_ellipsis_stands_for_anything_and_all_else_for_itself() {
        assert!(fits("token …", "token abc") && fits("a … c … e", "a b c d e") && fits("a", "a "));
        assert!(!fits("token …", "a token abc") && !fits("a … c", "a b d") && !fits("a", "ab"));
        assert!(compare("a\nc…", "a\nb\ncd").is_ok() && compare("c\na", "a\nb\nc").is_err());
    }
}
