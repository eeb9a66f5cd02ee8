//! Sends prepared requests over connections that stay open.
//!
//! One thread serves all connections, so that thousands of them cost no more than their traffic. A timer of the kernel
//! wakes it when the next request is due: the runtime's own timer has a resolution of 1 ms.

use super::head::Head;
use super::responses::{Answer, Responses, Sample};
use super::timer::Timer;
use crate::clock::{Moment, thread_cpu};
use anyhow::{Context as _, Result, ensure};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::Semaphore;

/// Time after which a response is given up.
const PATIENCE: Duration = Duration::from_secs(10);
/// One response in this many is stored.
const KEPT: usize = 100;

/// The times at which requests are sent.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Pace<'a> {
    /// Closed loop: each connection sends the next request when it has its response.
    Closed,
    /// Open loop: each request is sent at its time after the start, whatever the responses do. There is one time for
    /// each request, in order.
    Open(&'a [Duration]),
}

/// The life of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lifetime {
    /// The connection is used until the service closes it.
    Kept,
    /// The connection is used for one request.
    OneRequest,
}

/// How connections are used, and which responses with status 200 are stored: one in `stored`.
#[derive(Debug, Clone, Copy)]
struct Manner {
    lifetime: Lifetime,
    stored: usize,
}

/// A load generator's settings: connections stay open, and few responses are stored.
const GENERATOR: Manner = Manner { lifetime: Lifetime::Kept, stored: KEPT };

/// Sends each of `requests` once, over this many connections in turn, spread over `addresses`.
pub(crate) fn send(
    addresses: &[SocketAddr],
    connections: usize,
    requests: Vec<Vec<u8>>,
    pace: Pace<'_>,
) -> Result<Responses> {
    run(tokio::task::LocalSet::new(), send_all(addresses, connections, requests, pace, GENERATOR))
}

/// Sends each of `requests` when it is due, and stores every response with status 200, so that each can be verified.
pub(crate) fn send_and_store(
    address: SocketAddr,
    connections: usize,
    requests: Vec<Vec<u8>>,
    due: &[Duration],
    lifetime: Lifetime,
) -> Result<Responses> {
    let manner = Manner { lifetime, stored: 1 };
    let addresses = [address];
    let sending = send_all(&addresses, connections, requests, Pace::Open(due), manner);
    run(tokio::task::LocalSet::new(), sending)
}

/// Sends each of `requests` once, from a core that no other thread uses: the sender polls for responses and never
/// sleeps.
///
/// On loopback the service does the kernel's work for the receiver too. A sender that never sleeps saves it at least
/// the wake-up of a core. On a virtual machine that costs more than to send the response, and over a network a service
/// never pays it.
pub(crate) fn send_awake(
    addresses: &[SocketAddr],
    connections: usize,
    requests: Vec<Vec<u8>>,
    pace: Pace<'_>,
) -> Result<Responses> {
    let work = tokio::task::LocalSet::new();
    work.spawn_local(async {
        loop {
            tokio::task::yield_now().await;
        }
    });
    run(work, send_all(addresses, connections, requests, pace, GENERATOR))
}

fn run(work: tokio::task::LocalSet, sending: impl Future<Output = Result<Responses>>) -> Result<Responses> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().enable_time().build()?;
    work.block_on(&runtime, sending)
}

/// The state that the connections share.
struct Run {
    requests: Vec<Vec<u8>>,
    due: Option<Vec<Duration>>,
    manner: Manner,
    start: Moment,
    /// A permit for each request that is due and not yet taken.
    ready: Semaphore,
    next: Cell<usize>,
    samples: RefCell<Vec<Sample>>,
    kept: RefCell<Vec<Vec<u8>>>,
    others: RefCell<BTreeMap<u16, Vec<u8>>>,
}

async fn send_all(
    addresses: &[SocketAddr],
    connections: usize,
    requests: Vec<Vec<u8>>,
    pace: Pace<'_>,
    manner: Manner,
) -> Result<Responses> {
    ensure!(!addresses.is_empty() && connections > 0, "no address or no connection");
    let due = match pace {
        Pace::Closed => None,
        Pace::Open(due) => {
            ensure!(due.len() == requests.len(), "{} times for {} requests", due.len(), requests.len());
            Some(due.to_vec())
        }
    };
    let mut open = Vec::new();
    for address in addresses.iter().cycle().take(connections) {
        let stream = match manner.lifetime {
            Lifetime::Kept => {
                Some(connect(*address).await.with_context(|| format!("no connection to {address}"))?)
            }
            Lifetime::OneRequest => None,
        };
        open.push(Connection { address: *address, stream, buffer: Vec::with_capacity(4096) });
    }
    let run = Rc::new(Run {
        requests,
        due,
        manner,
        start: Moment::now(),
        ready: Semaphore::new(0),
        next: Cell::new(0),
        samples: RefCell::default(),
        kept: RefCell::default(),
        others: RefCell::default(),
    });
    let before = thread_cpu();
    let tasks: Vec<_> = open
        .into_iter()
        .map(|connection| tokio::task::spawn_local(connection.converse(Rc::clone(&run))))
        .collect();
    release(&run).await?;
    for task in tasks {
        task.await?;
    }
    let (wall, cpu) = (run.start.elapsed(), thread_cpu() - before);
    let run = Rc::into_inner(run).context("a connection is still there")?;
    Ok(Responses {
        wall,
        samples: run.samples.into_inner(),
        kept: run.kept.into_inner(),
        others: run.others.into_inner(),
        cpu,
    })
}

/// Adds a permit when each request is due. After the last it adds permits for every waiting connection.
async fn release(run: &Run) -> Result<()> {
    let count = run.requests.len();
    match &run.due {
        None => run.ready.add_permits(count),
        Some(due) => {
            let timer = Timer::new()?;
            for due in due {
                timer.wait(due.saturating_sub(run.start.elapsed())).await?;
                run.ready.add_permits(1);
            }
        }
    }
    // A connection that still waits then finds that no request is left.
    run.ready.add_permits(Semaphore::MAX_PERMITS - count);
    Ok(())
}

async fn connect(address: SocketAddr) -> Result<TcpStream> {
    let stream = tokio::time::timeout(PATIENCE, TcpStream::connect(address)).await??;
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// One connection, which is opened again after it has ended.
struct Connection {
    address: SocketAddr,
    stream: Option<TcpStream>,
    buffer: Vec<u8>,
}

impl Connection {
    /// Sends requests until none is left.
    async fn converse(mut self, run: Rc<Run>) {
        loop {
            run.ready.acquire().await.expect("the gate is never shut").forget();
            let index = run.next.get();
            let Some(request) = run.requests.get(index) else { return };
            run.next.set(index + 1);
            let mut sent = run.start.elapsed();
            let due = run.due.as_ref().map_or(sent, |due| due[index]);
            if !self.is_open() {
                self.stream = connect(self.address).await.ok();
                sent = run.start.elapsed();
            }
            let answer = self.ask(request).await;
            let done = run.start.elapsed();
            run.samples.borrow_mut().push(Sample { due, sent, done, answer });
            match answer {
                Answer::OK if index.is_multiple_of(run.manner.stored) => {
                    run.kept.borrow_mut().push(self.buffer.clone())
                }
                Answer::OK => {}
                Answer::Status(status) => {
                    run.others.borrow_mut().entry(status).or_insert_with(|| self.buffer.clone());
                }
                _ => self.stream = None,
            }
            if run.manner.lifetime == Lifetime::OneRequest {
                self.stream = None;
            }
        }
    }

    /// Returns whether the connection can be used. The service closes idle connections.
    fn is_open(&self) -> bool {
        let idle = |stream: &TcpStream| matches!(stream.try_read(&mut [0]), Err(error) if error.kind() == std::io::ErrorKind::WouldBlock);
        self.stream.as_ref().is_some_and(idle)
    }

    async fn ask(&mut self, request: &[u8]) -> Answer {
        let Some(stream) = &mut self.stream else { return Answer::NoConnection };
        let exchange = async {
            stream.write_all(request).await?;
            read_response(stream, &mut self.buffer).await
        };
        match tokio::time::timeout(PATIENCE, exchange).await {
            Ok(Ok((status, keeps))) => {
                if !keeps {
                    self.stream = None;
                }
                Answer::Status(status)
            }
            Ok(Err(_)) => Answer::Broken,
            Err(_) => Answer::Late,
        }
    }
}

/// Reads one complete response into `buffer`. Returns its status, and whether the connection stays open.
async fn read_response(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Result<(u16, bool)> {
    buffer.clear();
    loop {
        let length = stream.read_buf(buffer).await?;
        ensure!(length > 0, "the service closed a connection in mid-response");
        let Some(head) = buffer.windows(4).position(|end| end == b"\r\n\r\n") else { continue };
        let Head { status, length, keeps } = Head::read(&buffer[..head])?;
        if buffer.len() == head + 4 + length {
            return Ok((status, keeps));
        }
    }
}
