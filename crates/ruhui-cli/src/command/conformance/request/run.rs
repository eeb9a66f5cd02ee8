//! One case in which the client requests a token.

use super::RequestScript;
use super::front::Front;
use super::judge::{Observed, judge};
use crate::command::conformance::child::{Client, Launch};
use crate::command::conformance::outcome::Ran;
use crate::command::conformance::sandbox::{CaseFolder, Stage};
use std::ffi::OsString;
use std::io;
use std::sync::Arc;
use std::time::Duration;

/// Runs the client once, and judges it.
///
/// # Errors
///
/// The operating system's error if the client could not be started, or no port is free.
pub(in crate::command::conformance) async fn run(
    script: &RequestScript,
    stage: &Arc<Stage>,
    folder: CaseFolder,
    command: &[OsString],
    timeout: Duration,
) -> io::Result<Ran> {
    let front = Front::open(stage, script).await?;
    let folder = folder.with_hosts(front.main, front.backup)?;
    let mut client = Client::start(&Launch { command, variables: folder.variables() })?;
    client.close_stdin();
    let end = client.wait(timeout).await?;
    let (attempts, stdout) = (front.attempts(), client.stdout());
    let verdict = judge(script, &Observed { attempts: &attempts, end: &end, stdout: &stdout, timeout });
    Ok(Ran { verdict, attempts, responses: Vec::new(), end, stderr: client.stderr() })
}
