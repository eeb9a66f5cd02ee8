//! Runs a program that receives callbacks, sends it one that verifies and one that does not, and ends it.

use anyhow::{Context as _, Result, bail, ensure};
use ruhui_harness::binary;
use ruhui_harness::command::{read, read_file, run, shown};
use ruhui_harness::sandbox::Sandbox;
use ruhui_harness::step::{Clock, Outcome};
use serde_json::Value;
use std::fs::File;
use std::net::TcpStream;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// Time within which the program must listen, and within which it must show the event. Some compile first.
const PATIENCE: Duration = Duration::from_secs(60);
/// Time between two checks.
const PAUSE: Duration = Duration::from_millis(50);

/// A running program, which may have started others. All of them are killed when this is dropped.
struct Group(Child);

impl Drop for Group {
    fn drop(&mut self) {
        let group = format!("-{}", self.0.id());
        // Both fail if the program has already ended, which is fine.
        let _ = Command::new("kill").args(["-KILL", "--", &group]).stderr(Stdio::null()).status();
        let _ = self.0.wait();
    }
}

/// Starts the program with its output in `log`. It must show the event of a new card with its openid, which is
/// encrypted, and reject a probe.
pub(super) fn check(mut command: Command, log: &Path, sandbox: &Sandbox) -> Outcome {
    let output = File::create(log).with_context(|| format!("{} cannot be written", log.display()))?;
    command.stdin(Stdio::null()).stdout(output.try_clone()?).stderr(output).process_group(0);
    let program = command.spawn().with_context(|| format!("{} could not be started", shown(&command)))?;
    let mut program = Group(program);
    let address = address(sandbox)?;
    wait(&mut program, log, "listen", |_| TcpStream::connect(&address).is_ok())?;

    let opened = read(&mut ruhui(&["user", "open", "--phone", "13900000000", "-o", "json"], sandbox)?)?;
    let opened: Value = serde_json::from_str(&opened)?;
    let openid = opened["user_card"]["openid"].as_str().context("`ruhui user open` shows no card")?;
    wait(&mut program, log, "show the event", |said| {
        said.contains("USER_CARD.CREATE") && said.contains(openid)
    })?;
    run(&mut ruhui(&["events", "probe"], sandbox)?).context("a callback with a wrong signature")?;
    Ok("accepts a callback, rejects a probe".to_owned())
}

/// Returns host and port of the sandbox's callbacks.
fn address(sandbox: &Sandbox) -> Result<String> {
    let url = sandbox.kit().value("RUHUI_NOTIFY_URL")?;
    let authority = url.strip_prefix("http://").and_then(|rest| rest.split('/').next());
    authority.map(str::to_owned).with_context(|| format!("{url} is no address on this machine"))
}

/// Returns the tool, in the folder of the kit.
fn ruhui(arguments: &[&str], sandbox: &Sandbox) -> Result<Command> {
    let mut command = Command::new(binary::release()?);
    command.args(arguments).current_dir(sandbox.kit_folder());
    Ok(command)
}

fn wait(program: &mut Group, log: &Path, what: &str, is_done: impl Fn(&str) -> bool) -> Result<()> {
    let clock = Clock::start();
    loop {
        let ended = program.0.try_wait()?;
        let said = read_file(log)?;
        if is_done(&said) {
            return Ok(());
        }
        if let Some(status) = ended {
            bail!("the program ended with {status} before it could {what}; it said:\n{said}");
        }
        ensure!(
            clock.elapsed() < PATIENCE,
            "the program did not {what} within {} s; it said:\n{said}",
            PATIENCE.as_secs()
        );
        std::thread::sleep(PAUSE);
    }
}
