//! The behaviour of an attacker on one connection, from its first byte to its end.

use super::tally::CLOSED;
use crate::load::Head;
use std::io;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Behaviour on each connection of an attack. If there are several texts, each connection sends the next one.
#[derive(Debug)]
pub(super) enum Conduct {
    /// Sends `first`, then a byte after each pause `every`, until the service ends the connection.
    Drip { first: Vec<u8>, every: Duration },
    /// Sends one text and waits until the service responds or ends the connection.
    Hold { sent: Vec<Vec<u8>> },
    /// Sends one text, ends its own direction, and reads the other one to its end.
    HalfClose { sent: Vec<Vec<u8>> },
    /// Sends the request repeatedly and reads nothing.
    NeverRead { request: Vec<u8> },
    /// Sends `depth` pipelined requests, reads as many responses, and repeats.
    Exchange { requests: Vec<u8>, depth: usize },
}

/// Events on one connection, with the number of times of each.
pub(super) type Events = Vec<(String, u64)>;

impl Conduct {
    /// Holds every connection with the same text.
    pub(super) fn hold(sent: Vec<u8>) -> Self {
        Self::Hold { sent: vec![sent] }
    }

    /// Exchanges `depth` pipelined copies of one request.
    pub(super) fn exchange(request: &[u8], depth: usize) -> Self {
        Self::Exchange { requests: request.repeat(depth), depth }
    }

    /// Uses the connection until it ends. `number` selects the text; the responses and the end are added to `events`.
    pub(super) async fn run(&self, stream: TcpStream, number: usize, events: &mut Events) {
        let ended = match self {
            Self::Drip { first, every } => drip(stream, first, *every).await,
            Self::Hold { sent } => hold(stream, &sent[number % sent.len()]).await,
            Self::HalfClose { sent } => half_close(stream, &sent[number % sent.len()]).await,
            Self::NeverRead { request } => never_read(stream, request).await,
            Self::Exchange { requests, depth } => exchange(stream, requests, *depth, events).await,
        };
        // A reset ends a connection too.
        events.push((ended.unwrap_or_else(|_| CLOSED.to_owned()), 1));
    }
}

/// Reads a status, or the end of the connection.
async fn outcome(stream: &mut (impl tokio::io::AsyncRead + Unpin)) -> io::Result<String> {
    let mut start = Vec::with_capacity(512);
    while start.len() < 12 {
        if stream.read_buf(&mut start).await? == 0 {
            return Ok(CLOSED.to_owned());
        }
    }
    Ok(String::from_utf8_lossy(&start[9..12]).into_owned())
}

async fn drip(stream: TcpStream, first: &[u8], every: Duration) -> io::Result<String> {
    let (mut input, mut output) = stream.into_split();
    let dripping = async {
        output.write_all(first).await?;
        loop {
            tokio::time::sleep(every).await;
            output.write_all(b"x").await?;
        }
    };
    tokio::select! {
        seen = outcome(&mut input) => seen,
        failed = dripping => failed,
    }
}

async fn hold(stream: TcpStream, sent: &[u8]) -> io::Result<String> {
    let (mut input, mut output) = stream.into_split();
    let sending = async {
        // The response shows whether all of it was sent.
        let _ = output.write_all(sent).await;
        std::future::pending::<io::Result<String>>().await
    };
    tokio::select! {
        seen = outcome(&mut input) => seen,
        never = sending => never,
    }
}

async fn half_close(mut stream: TcpStream, sent: &[u8]) -> io::Result<String> {
    stream.write_all(sent).await?;
    stream.shutdown().await?;
    outcome(&mut stream).await
}

async fn never_read(mut stream: TcpStream, request: &[u8]) -> io::Result<String> {
    loop {
        stream.write_all(request).await?;
    }
}

async fn exchange(
    stream: TcpStream,
    requests: &[u8],
    depth: usize,
    events: &mut Events,
) -> io::Result<String> {
    let (mut input, mut output) = stream.into_split();
    let mut buffer = Vec::with_capacity(16 << 10);
    loop {
        let (written, read) =
            tokio::join!(output.write_all(requests), responses(&mut input, &mut buffer, depth, events));
        // A service may respond and close before it has read the whole request.
        read?;
        written?;
    }
}

/// Reads `count` responses.
async fn responses(
    input: &mut (impl tokio::io::AsyncRead + Unpin),
    buffer: &mut Vec<u8>,
    count: usize,
    events: &mut Events,
) -> io::Result<()> {
    let mut left = count;
    while left > 0 {
        let Some((status, length)) = whole_response(buffer)? else {
            if input.read_buf(buffer).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            continue;
        };
        buffer.drain(..length);
        note(events, status);
        left -= 1;
    }
    Ok(())
}

fn note(events: &mut Events, status: u16) {
    let status = status.to_string();
    match events.iter_mut().find(|(event, _)| *event == status) {
        Some((_, times)) => *times += 1,
        None => events.push((status, 1)),
    }
}

/// Returns status and length of the response at the start of `bytes`, if it is complete.
fn whole_response(bytes: &[u8]) -> io::Result<Option<(u16, usize)>> {
    let Some(end) = bytes.windows(4).position(|end| end == b"\r\n\r\n") else { return Ok(None) };
    let Head { status, length, .. } = Head::read(&bytes[..end]).map_err(io::Error::other)?;
    let whole = end + 4 + length;
    Ok((bytes.len() >= whole).then_some((status, whole)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pipelined_responses_are_told_apart() {
        let bytes = b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\n{}HTTP/1.1 4";
        assert_eq!(whole_response(bytes).unwrap(), Some((401, bytes.len() - 10)));
        assert_eq!(whole_response(&bytes[..49]).unwrap(), None);
    }
}
