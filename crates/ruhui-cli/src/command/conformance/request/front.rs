//! The listeners of one case: they pass requests on to the sandbox, record them, and play the responses.

use super::attempt::{Attempt, Host};
use super::deform::PATIENCE;
use super::step::Step;
use super::{RequestScript, answers, deform};
use crate::command::conformance::sandbox::Stage;
use crate::command::conformance::wire::Message;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{AbortHandle, JoinHandle};

/// Listeners of a case. They are closed when this is dropped.
pub(super) struct Front {
    pub(super) main: SocketAddr,
    pub(super) backup: SocketAddr,
    shared: Arc<Shared>,
    listening: Vec<AbortHandle>,
}

struct Shared {
    stage: Arc<Stage>,
    steps: &'static [Step],
    start: Instant,
    /// The address to which redirects lead. Its name differs from the main host's, so that a client sees another host.
    elsewhere: String,
    attempts: Mutex<Vec<Attempt>>,
}

impl Front {
    pub(super) async fn open(stage: &Arc<Stage>, script: &RequestScript) -> io::Result<Self> {
        let listen = || TcpListener::bind((Ipv4Addr::LOCALHOST, 0));
        let (main, backup, elsewhere) = (listen().await?, listen().await?, listen().await?);
        let shared = Arc::new(Shared {
            stage: stage.clone(),
            steps: script.steps,
            start: Instant::now(),
            elsewhere: format!("http://localhost:{}", elsewhere.local_addr()?.port()),
            attempts: Mutex::default(),
        });
        let (main_address, backup_address) = (main.local_addr()?, backup.local_addr()?);
        let listeners = [(Host::Main, main), (Host::Backup, backup), (Host::Elsewhere, elsewhere)];
        let listening =
            listeners.map(|(host, listener)| accept(listener, host, shared.clone()).abort_handle());
        Ok(Self { main: main_address, backup: backup_address, shared, listening: listening.into() })
    }

    /// Returns the attempts that have arrived until now.
    pub(super) fn attempts(&self) -> Vec<Attempt> {
        self.shared.attempts().clone()
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        self.listening.iter().for_each(AbortHandle::abort);
    }
}

fn accept(listener: TcpListener, host: Host, shared: Arc<Shared>) -> JoinHandle<()> {
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let shared = shared.clone();
            tokio::spawn(tokio::time::timeout(PATIENCE, async move {
                // The client's side of a connection may fail at any time; what it did is in the attempts.
                let _ = shared.serve(stream, host).await;
            }));
        }
    })
}

impl Shared {
    fn attempts(&self) -> MutexGuard<'_, Vec<Attempt>> {
        self.attempts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Serves one request of a connection.
    async fn serve(&self, mut stream: TcpStream, host: Host) -> io::Result<()> {
        let Some(request) = Message::read(&mut stream).await? else { return Ok(()) };
        let is_for_token =
            ["/pre-auth-tokens", "/open-user-card-tokens"].iter().any(|end| request.path().ends_with(end));
        if !is_for_token && host != Host::Elsewhere {
            let response = self.forward(&request).await?;
            return stream.write_all(&response.bytes()).await;
        }
        let (index, step) = self.record(&request, host);
        if step == Step::Reset {
            return stream.set_zero_linger();
        }
        let response = self.play(step, &request, host, index).await?;
        stream.write_all(&response).await?;
        stream.shutdown().await
    }

    /// Records an attempt, and returns its index and what is played to it.
    fn record(&self, request: &Message, host: Host) -> (usize, Step) {
        let mut attempts = self.attempts();
        let index = attempts.len();
        let last = self.steps.last().copied().unwrap_or(Step::Sound);
        let step = self.steps.get(index).copied().unwrap_or(last);
        attempts.push(Attempt::new(self.start.elapsed(), host, step, request));
        (index, step)
    }

    fn note(&self, index: usize, change: impl FnOnce(&mut Attempt)) {
        if let Some(attempt) = self.attempts().get_mut(index) {
            change(attempt);
        }
    }

    async fn play(&self, step: Step, request: &Message, host: Host, index: usize) -> io::Result<Vec<u8>> {
        let keys = &self.stage.keys;
        if host == Host::Elsewhere {
            return Ok(answers::elsewhere().bytes());
        }
        if let Some(response) = answers::made(step, keys, &self.elsewhere, request.path()) {
            self.note(index, |attempt| attempt.status = response.status());
            return Ok(response.bytes());
        }
        if step == Step::SignError {
            let response = self.forward(&damaged(request)).await?;
            self.note(index, |attempt| attempt.status = response.status());
            return Ok(response.bytes());
        }
        let sound = self.forward(request).await?;
        if sound.status() != Some(200) {
            self.note(index, |attempt| {
                attempt.status = sound.status();
                attempt.rejection = Some(String::from_utf8_lossy(&sound.body).into_owned());
            });
            return Ok(sound.bytes());
        }
        let played = deform::deformed(step, &sound, keys);
        let read = Message::read(&mut &played[..]).await.ok().flatten();
        self.note(index, |attempt| {
            attempt.status = read.as_ref().and_then(Message::status);
            // A body that is cut or empty has no token; the sandbox's own shows whether a client knows it.
            let body = read.as_ref().map_or(&sound.body, |message| &message.body);
            attempt.token = deform::token(body).or_else(|| deform::token(&sound.body));
        });
        Ok(played)
    }

    async fn forward(&self, request: &Message) -> io::Result<Message> {
        let mut sandbox = TcpStream::connect(self.stage.main).await?;
        sandbox.write_all(&request.bytes()).await?;
        let response = Message::read(&mut sandbox).await?;
        response.ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
    }
}

/// Returns the request with another signature, which the sandbox rejects.
fn damaged(request: &Message) -> Message {
    let mut request = request.clone();
    let authorization = request.header("authorization").unwrap_or_default();
    let damaged = match authorization.split_once("signature=\"") {
        Some((before, after)) => {
            let first = if after.starts_with('A') { 'B' } else { 'A' };
            format!("{before}signature=\"{first}{}", after.get(1..).unwrap_or_default())
        }
        None => String::new(),
    };
    request.set("Authorization", damaged);
    request
}
