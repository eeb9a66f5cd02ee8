//! A blocking HTTP client over one connection that stays open, for a dedicated thread.

use crate::load::Head;
use anyhow::{Context as _, Result, ensure};
use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// Time after which a response is given up.
const PATIENCE: Duration = Duration::from_secs(30);

/// A complete response.
#[derive(Debug)]
pub(super) struct Response {
    pub(super) status: u16,
    pub(super) retry_after: bool,
    pub(super) body: Vec<u8>,
}

impl Response {
    /// Returns whether the response asks for a retry, as a service does whose store is unavailable.
    pub(super) fn says_again(&self) -> bool {
        let is_system_error = || self.text("/code").is_ok_and(|code| code == "SYSTEM_ERROR");
        self.status == 500 && self.retry_after && is_system_error()
    }

    /// Returns a field of a JSON body.
    pub(super) fn text(&self, field: &str) -> Result<String> {
        let body: serde_json::Value = serde_json::from_slice(&self.body)?;
        let text = body.pointer(field).and_then(|value| value.as_str());
        Ok(text.with_context(|| format!("no {field} in {body}"))?.to_owned())
    }
}

/// The reason for a missing response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum NoReply {
    /// No connection was made, so nothing was sent.
    Unreached,
    /// The connection ended, or nothing came for too long. The request may have been processed.
    Broken(String),
}

/// One connection, which is opened again after it has ended.
#[derive(Debug)]
pub(super) struct Wire {
    address: SocketAddr,
    stream: Option<TcpStream>,
}

impl Wire {
    pub(super) fn to(address: SocketAddr) -> Self {
        Self { address, stream: None }
    }

    /// Sends a request once.
    pub(super) fn ask(&mut self, request: &[u8]) -> Result<Response, NoReply> {
        let stream = match self.stream.take().filter(is_open) {
            Some(stream) => stream,
            None => connect(self.address).map_err(|_| NoReply::Unreached)?,
        };
        let (response, keeps) = exchange(&stream, request).map_err(|why| NoReply::Broken(why.to_string()))?;
        self.stream = keeps.then_some(stream);
        Ok(response)
    }

    /// Sends a GET request to a listener that expects no signature.
    pub(super) fn get(&mut self, target: &str) -> Result<Response, NoReply> {
        let head = format!("GET {target} HTTP/1.1\r\nHost: {}\r\n\r\n", self.address);
        self.ask(head.as_bytes())
    }

    /// Sends a POST request with a JSON body to a listener that expects no signature.
    pub(super) fn post(&mut self, target: &str, body: &serde_json::Value) -> Result<Response, NoReply> {
        let body = body.to_string();
        let request = format!(
            "POST {target} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            self.address,
            body.len()
        );
        self.ask(request.as_bytes())
    }
}

/// Returns whether the peer has left the connection open. A service closes idle connections, so this is checked before
/// each request.
fn is_open(stream: &TcpStream) -> bool {
    let peek = || {
        stream.set_nonblocking(true)?;
        let seen = stream.peek(&mut [0]);
        stream.set_nonblocking(false)?;
        seen
    };
    matches!(peek(), Err(error) if error.kind() == ErrorKind::WouldBlock)
}

fn connect(address: SocketAddr) -> std::io::Result<TcpStream> {
    let stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    Ok(stream)
}

fn exchange(mut stream: &TcpStream, request: &[u8]) -> Result<(Response, bool)> {
    stream.write_all(request)?;
    let mut bytes = Vec::new();
    loop {
        let mut some = [0; 4096];
        let length = match stream.read(&mut some) {
            // A signal interrupted the read: the process was stopped and continued.
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            read => read?,
        };
        ensure!(length > 0, "the connection was closed in mid-response");
        bytes.extend_from_slice(&some[..length]);
        let Some(end) = bytes.windows(4).position(|end| end == b"\r\n\r\n") else { continue };
        let Head { status, length, keeps } = Head::read(&bytes[..end])?;
        if bytes.len() < end + 4 + length {
            continue;
        }
        let mut names = bytes[..end].split(|byte| *byte == b'\n');
        let retry_after =
            names.any(|line| line.get(..12).is_some_and(|name| name.eq_ignore_ascii_case(b"retry-after:")));
        return Ok((Response { status, retry_after, body: bytes.split_off(end + 4) }, keeps));
    }
}
