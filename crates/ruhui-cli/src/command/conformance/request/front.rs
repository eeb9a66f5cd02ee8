//! The listeners of one case: they pass requests on to the sandbox, record them, and play the responses.

use super::attempt::{Attempt, Host};
use super::step::Step;
use super::{RequestScript, answers, deform};
use crate::command::conformance::sandbox::Stage;
use crate::command::conformance::wire::Message;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{AbortHandle, JoinHandle};
use tokio::time::Instant;

/// The longest time that one request takes.
const PATIENCE: Duration = Duration::from_secs(20);

/// Listeners of a case. They are closed when this is dropped.
pub(super) struct Front {
    pub(super) main: SocketAddr,
    pub(super) backup: SocketAddr,
    shared: Arc<Shared>,
    listening: Vec<AbortHandle>,
}

/// The response that was played to an attempt.
enum Played {
    /// These bytes, then the end of the connection.
    Whole(Vec<u8>),
    /// A reset of the connection.
    Reset,
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
        let played = match step.fault() {
            _ if host == Host::Elsewhere => Played::Whole(answers::elsewhere().bytes()),
            Some(fault) => self.with_fault(fault, &request).await?,
            None => Played::Whole(self.play(step, &request).await?.bytes()),
        };
        self.note(index, &played);
        if let Played::Whole(bytes) = &played {
            stream.write_all(bytes).await?;
            return stream.shutdown().await;
        }
        stream.set_zero_linger()
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

    /// Notes what was played to an attempt.
    fn note(&self, index: usize, played: &Played) {
        let mut attempts = self.attempts();
        let Some(attempt) = attempts.get_mut(index) else { return };
        attempt.answered = self.start.elapsed();
        let Played::Whole(bytes) = played else { return };
        let status = std::str::from_utf8(bytes.get(9..12).unwrap_or_default()).ok();
        attempt.status = status.and_then(|status| status.parse().ok());
        attempt.token = deform::token(bytes);
        // A step that plays on a success response needs one: the sandbox rejected the request itself.
        if attempt.status.is_some_and(|status| status >= 400) && attempt.step.is_of_success() {
            let text = String::from_utf8_lossy(bytes);
            attempt.rejection = text.split_once("\r\n\r\n").map(|(_, body)| body.to_owned());
        }
    }

    /// Plays a step that is no fault of the sandbox.
    async fn play(&self, step: Step, request: &Message) -> io::Result<Message> {
        let keys = &self.stage.keys;
        if let Some(response) = answers::made(step, keys, &self.elsewhere, request.path()) {
            return Ok(response);
        }
        if step == Step::SignError {
            return self.forward(&damaged(request)).await;
        }
        let response = self.forward(request).await?;
        if response.status() != Some(200) {
            return Ok(response);
        }
        Ok(deform::deformed(step, &response, keys))
    }

    /// Passes the request on with a fault that it asks for, and returns the bytes that come back.
    async fn with_fault(&self, fault: &str, request: &Message) -> io::Result<Played> {
        let mut request = request.clone();
        request.set("Ruhui-Fault", fault);
        let mut sandbox = TcpStream::connect(self.stage.main).await?;
        sandbox.write_all(&request.bytes()).await?;
        let mut bytes = Vec::new();
        match sandbox.read_to_end(&mut bytes).await {
            Ok(_) => Ok(Played::Whole(bytes)),
            Err(_) => Ok(Played::Reset),
        }
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
