//! One case in which the client receives callbacks.

use super::event::Events;
use super::judge::{Observed, judge};
use super::{Answered, Expect, Post, build, post};
use crate::command::conformance::child::{Client, End, Launch};
use crate::command::conformance::outcome::Ran;
use crate::command::conformance::ports::FreePort;
use crate::command::conformance::sandbox::{CaseFolder, Stage};
use crate::command::conformance::verdict::{Judgement, Verdict};
use std::ffi::OsString;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// Pause between two looks at the client.
const LOOK: Duration = Duration::from_millis(20);
/// Time in which a client acts on an event that it has acknowledged.
const ACTS_WITHIN: Duration = Duration::from_secs(2);
/// Time in which an act on an event would show that must not be acted on.
const SETTLE: Duration = Duration::from_millis(250);
/// Time in which a client ends after its standard input was closed.
const ENDS_WITHIN: Duration = Duration::from_secs(3);

/// Runs the client once, and judges it.
///
/// # Errors
///
/// The operating system's error if the client could not be started, or no port is free.
pub(in crate::command::conformance) async fn run(
    posts: &'static [Post],
    stage: &Arc<Stage>,
    folder: CaseFolder,
    command: &[OsString],
    timeout: Duration,
) -> io::Result<Ran> {
    let port = FreePort::find()?;
    let receiver = port.address;
    let folder = folder.with_receiver(receiver)?;
    let mut client = Client::start(&Launch { command, variables: folder.variables() })?;
    if let Err(verdict) = wait_for(&mut client, receiver, timeout).await {
        client.close_stdin();
        let end = client.wait(Duration::ZERO).await?;
        let stderr = client.stderr();
        return Ok(Ran { verdict, attempts: Vec::new(), responses: Vec::new(), end, stderr });
    }
    let events = Events::new(&folder, &stage.keys);
    let responses = send_all(posts, &events, stage, receiver).await;
    settle(posts, &events, &mut client).await;
    let died = client.status();
    client.close_stdin();
    let end = client.wait(ENDS_WITHIN).await?;
    let stdout = client.stdout();
    let verdict = judge(&Observed { responses: &responses, stdout: &stdout, died });
    // A client that waits for more than its standard input is killed, which is as good an end.
    let end = died.map_or(end, End::Exited);
    Ok(Ran { verdict, attempts: Vec::new(), responses, end, stderr: client.stderr() })
}

/// Waits until the client accepts connections.
async fn wait_for(client: &mut Client, receiver: SocketAddr, timeout: Duration) -> Result<(), Verdict> {
    let start = Instant::now();
    while !post::is_accepting(receiver).await {
        if let Some(status) = client.status() {
            return Err(Verdict::new(
                Judgement::Broke,
                format!("it ended before it accepted connections at RUHUI_NOTIFY_URL: {status}"),
                format!("尚未在 RUHUI_NOTIFY_URL 接受连接就已结束：{status}"),
            ));
        }
        if start.elapsed() > timeout {
            let seconds = timeout.as_secs();
            return Err(Verdict::new(
                Judgement::Broke,
                format!("it did not accept connections at RUHUI_NOTIFY_URL within {seconds} s"),
                format!("{seconds} 秒内未在 RUHUI_NOTIFY_URL 接受连接"),
            ));
        }
        sleep(LOOK).await;
    }
    Ok(())
}

/// Sends the callbacks one after the other, except those that are sent together.
async fn send_all(
    posts: &'static [Post],
    events: &Events<'_>,
    stage: &Stage,
    receiver: SocketAddr,
) -> Vec<Answered> {
    let mut responses = Vec::new();
    let mut rest = posts;
    while let Some((first, after)) = rest.split_first() {
        let more = after.iter().take_while(|post| post.is_together).count();
        let sending: Vec<_> = std::iter::once(first)
            .chain(&after[..more])
            .map(|post| {
                let message =
                    build::callback(&events.event(post.subject, post.form), post.form, &stage.keys, receiver);
                (*post, tokio::spawn(async move { post::send(&message, receiver).await }))
            })
            .collect();
        for (post, sent) in sending {
            let event_id = events.id(post.subject).to_owned();
            responses.push(Answered { event_id, status: sent.await.ok().flatten(), post });
        }
        rest = &after[more..];
    }
    responses
}

/// Waits until the client has acted on all events that it must act on, and then a moment for others.
async fn settle(posts: &[Post], events: &Events<'_>, client: &mut Client) {
    let start = Instant::now();
    let due: Vec<&str> = posts
        .iter()
        .filter(|post| post.expect == Expect::Accept)
        .map(|post| events.id(post.subject))
        .collect();
    while start.elapsed() < ACTS_WITHIN && client.status().is_none() {
        let stdout = client.stdout();
        if due.iter().all(|id| stdout.contains(id)) {
            break;
        }
        sleep(LOOK).await;
    }
    sleep(SETTLE).await;
}
