//! A load generator: sends requests that were made before, over connections that stay open.
//!
//! Each connection has a thread of its own that takes the next request, waits until it is due, sends it and
//! reads the reply. A thread sleeps more precisely than an asynchronous timer, whose grain is a millisecond.

use super::clock::Moment;
use anyhow::{Context as _, Result, bail, ensure};
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// How long a reply may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// One reply of so many is kept.
const KEPT: usize = 100;

/// When requests are sent.
#[derive(Debug, Clone, Copy)]
pub(super) enum Pace {
    /// Each connection sends the next when it has its reply.
    Closed,
    /// So many a second on average, at independent times, whatever the replies do.
    Open(f64),
}

/// What came of it.
#[derive(Debug)]
pub(super) struct Replies {
    /// From the first request to the last reply.
    pub(super) wall: Duration,
    /// From when a request was due to its reply, shortest first. A request that waits for a free connection
    /// is due all the same.
    pub(super) latencies: Vec<Duration>,
    /// Some replies, whole.
    pub(super) kept: Vec<Vec<u8>>,
}

impl Replies {
    /// The latency that this share of the requests kept within.
    pub(super) fn quantile(&self, share: f64) -> Duration {
        let last = self.latencies.len().saturating_sub(1);
        self.latencies[(last as f64 * share).round() as usize]
    }
}

/// Sends every one of `requests` once. Anything but a 200 ends it.
pub(super) fn send(
    address: SocketAddr,
    connections: usize,
    requests: &[Vec<u8>],
    pace: Pace,
) -> Result<Replies> {
    let due = match pace {
        Pace::Closed => None,
        Pace::Open(per_second) => Some(arrivals(requests.len(), per_second)),
    };
    let next = AtomicUsize::new(0);
    let streams: Vec<TcpStream> = (0..connections).map(|_| connect(address)).collect::<Result<_>>()?;
    let together = Barrier::new(connections + 1);
    std::thread::scope(|scope| {
        let clients: Vec<_> = streams
            .into_iter()
            .map(|stream| {
                let (due, next, together) = (due.as_deref(), &next, &together);
                scope.spawn(move || {
                    together.wait();
                    converse(stream, requests, due, next)
                })
            })
            .collect();
        let start = Moment::now();
        together.wait();
        let parts: Vec<_> = clients
            .into_iter()
            .map(|client| client.join().map_err(|_| anyhow::anyhow!("a connection's thread panicked"))?)
            .collect::<Result<_>>()?;
        let wall = start.elapsed();
        let (latencies, kept): (Vec<_>, Vec<_>) = parts.into_iter().unzip();
        let mut latencies = latencies.concat();
        latencies.sort_unstable();
        ensure!(latencies.len() == requests.len(), "{} replies to {}", latencies.len(), requests.len());
        Ok(Replies { wall, latencies, kept: kept.concat() })
    })
}

fn connect(address: SocketAddr) -> Result<TcpStream> {
    let stream = TcpStream::connect(address).with_context(|| format!("no connection to {address}"))?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    Ok(stream)
}

/// One connection's part: the latencies, and the replies kept.
fn converse(
    mut stream: TcpStream,
    requests: &[Vec<u8>],
    due: Option<&[Duration]>,
    next: &AtomicUsize,
) -> Result<(Vec<Duration>, Vec<Vec<u8>>)> {
    let (mut latencies, mut kept) = (Vec::new(), Vec::new());
    let mut buffer = Vec::with_capacity(4096);
    let start = Moment::now();
    loop {
        let index = next.fetch_add(1, Ordering::Relaxed);
        let Some(request) = requests.get(index) else { return Ok((latencies, kept)) };
        let due = match due {
            None => start.elapsed(),
            Some(due) => {
                let due = due[index];
                std::thread::sleep(due.saturating_sub(start.elapsed()));
                due
            }
        };
        stream.write_all(request)?;
        read_reply(&mut stream, &mut buffer)?;
        latencies.push(start.elapsed().saturating_sub(due));
        if index.is_multiple_of(KEPT) {
            kept.push(buffer.clone());
        }
    }
}

/// Reads one whole reply into `buffer`.
fn read_reply(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Result<()> {
    buffer.clear();
    let mut chunk = [0; 4096];
    loop {
        let length = stream.read(&mut chunk).context("no reply in time")?;
        ensure!(length > 0, "the service closed a connection in mid-reply");
        buffer.extend_from_slice(&chunk[..length]);
        let Some(head) = buffer.windows(4).position(|end| end == b"\r\n\r\n") else { continue };
        let body = content_length(&buffer[..head])?;
        if buffer.len() == head + 4 + body {
            break;
        }
    }
    if !buffer.starts_with(b"HTTP/1.1 200 ") {
        bail!("the service did not answer 200:\n{}", String::from_utf8_lossy(buffer));
    }
    Ok(())
}

fn content_length(head: &[u8]) -> Result<usize> {
    let text = std::str::from_utf8(head)?;
    let named = text.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then_some(value.trim())
    });
    Ok(named.context("a reply without Content-Length")?.parse()?)
}

/// Poisson arrivals, as of many callers who know nothing of each other; the same at every run.
fn arrivals(count: usize, per_second: f64) -> Vec<Duration> {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut at = 0.0;
    let mut arrival = || {
        // An xorshift generator; its upper 53 bits are a fraction.
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let fraction = (state >> 11) as f64 / (1_u64 << 53) as f64;
        at -= (1.0 - fraction).ln() / per_second;
        Duration::from_secs_f64(at)
    };
    (0..count).map(|_| arrival()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrivals_come_at_the_rate_and_in_order() {
        let arrivals = arrivals(10_000, 1000.0);
        assert!(arrivals.is_sorted());
        let last = arrivals.last().unwrap().as_secs_f64();
        assert!((9.5..10.5).contains(&last), "{last}");
    }

    #[test]
    fn the_length_is_found_however_it_is_written() {
        assert_eq!(content_length(b"HTTP/1.1 200 OK\r\nX: 1\r\ncontent-LENGTH:  12").unwrap(), 12);
        assert!(content_length(b"HTTP/1.1 200 OK\r\nX: 1").is_err());
    }
}
