//! HTTP/1.1 over a socket.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

/// A request or a response, read to the end of its connection or of its body.
pub(crate) struct Message {
    pub(crate) start: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Message {
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let named = self.headers.iter().filter(move |(known, _)| known.eq_ignore_ascii_case(name));
        named.map(|(_, value)| value.as_str())
    }

    pub(crate) fn status(&self) -> u16 {
        self.start.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default()
    }

    pub(crate) fn is_complete(&self) -> bool {
        let length = self.all("content-length").next().and_then(|length| length.parse().ok());
        length.is_none_or(|length: usize| length == self.body.len())
    }

    /// Reads a message; `None` if the connection ends before the head does.
    pub(crate) fn read(stream: &mut TcpStream) -> Option<Self> {
        stream.set_read_timeout(Some(Duration::from_secs(10))).ok()?;
        let (mut bytes, mut buffer) = (Vec::new(), [0; 4096]);
        let mut message: Option<(Self, usize)> = None;
        loop {
            if message.is_none()
                && let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n")
            {
                message = Some((Self::of_head(&bytes[..end])?, end + 4));
            }
            if let Some((message, start)) = &mut message {
                message.body = bytes[*start..].to_vec();
                if message.all("content-length").next().is_some() && message.is_complete() {
                    break;
                }
            }
            match stream.read(&mut buffer) {
                Ok(length @ 1..) => bytes.extend_from_slice(&buffer[..length]),
                _ => break,
            }
        }
        message.map(|(message, _)| message)
    }

    fn of_head(head: &[u8]) -> Option<Self> {
        let text = String::from_utf8_lossy(head);
        let mut lines = text.split("\r\n");
        let start = lines.next()?.to_owned();
        let headers = lines.filter_map(|line| line.split_once(':'));
        let headers = headers.map(|(name, value)| (name.to_owned(), value.trim().to_owned())).collect();
        Some(Self { start, headers, body: Vec::new() })
    }
}

/// Sends a request, and returns the response.
pub(crate) fn exchange(url: &str, path: &str, headers: &str, body: &str) -> Result<Message, String> {
    let host = url.trim_start_matches("http://");
    let mut stream = TcpStream::connect(host).map_err(|error| format!("{url}: {error}"))?;
    let length = body.len();
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n"
    );
    stream.write_all(format!("{head}{body}").as_bytes()).map_err(|error| error.to_string())?;
    Message::read(&mut stream).ok_or_else(|| "no response".to_owned())
}
