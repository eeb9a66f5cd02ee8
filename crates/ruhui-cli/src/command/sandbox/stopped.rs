//! The end of a sandbox: a signal, or the end of standard input if the command line asks for it.

use crate::command::serve::Stop;
use std::io::{ErrorKind, Read as _};
use tokio::sync::oneshot;

/// The events that stop a sandbox.
pub(super) struct Stopped {
    signal: Stop,
    stdin: Option<oneshot::Receiver<()>>,
}

impl Stopped {
    /// From here on no signal ends the process at once.
    pub(super) fn listen(until_stdin_closes: bool) -> std::io::Result<Self> {
        let signal = Stop::listen()?;
        Ok(Self { signal, stdin: until_stdin_closes.then(end_of_stdin) })
    }

    pub(super) async fn wait(self) {
        let Self { signal, stdin } = self;
        let closed = async {
            match stdin {
                Some(closed) => drop(closed.await),
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = signal.wait() => {}
            () = closed => {}
        }
    }
}

/// Reads standard input to its end, on a thread: the end of the process must not wait for it.
fn end_of_stdin() -> oneshot::Receiver<()> {
    let (tell, told) = oneshot::channel();
    std::thread::spawn(move || {
        let (mut stdin, mut bytes) = (std::io::stdin(), [0; 4096]);
        loop {
            match stdin.read(&mut bytes) {
                Ok(0) => break,
                Err(error) if error.kind() != ErrorKind::Interrupted => break,
                _ => {}
            }
        }
        let _ = tell.send(());
    });
    told
}
