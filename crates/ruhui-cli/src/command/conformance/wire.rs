//! HTTP/1.1 messages as bytes: the suite writes what no HTTP library would write.

use ruhui_core::sign::header::OF_SIGNATURE;
use std::io;
use tokio::io::{AsyncRead, AsyncReadExt as _};

/// Number of bytes that a message has at most.
const MOST: usize = 1 << 20;

/// A message: its first line, its headers in order, its body.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Message {
    pub(super) start: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

impl Message {
    pub(super) fn new(start: &str) -> Self {
        Self { start: start.to_owned(), ..Self::default() }
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// Replaces a header, or adds it.
    pub(super) fn set(&mut self, name: &str, value: impl Into<String>) {
        match self.headers.iter_mut().find(|(known, _)| known.eq_ignore_ascii_case(name)) {
            Some((_, old)) => *old = value.into(),
            None => self.headers.push((name.to_owned(), value.into())),
        }
    }

    pub(super) fn remove(&mut self, name: &str) {
        self.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
    }

    /// Removes the five headers of the signature.
    pub(super) fn remove_signature(&mut self) {
        OF_SIGNATURE.iter().for_each(|name| self.remove(name.as_str()));
    }

    /// Writes the names of all headers in upper case.
    pub(super) fn upper_case_names(&mut self) {
        self.headers.iter_mut().for_each(|(name, _)| name.make_ascii_uppercase());
    }

    /// Returns the status of a response.
    pub(super) fn status(&self) -> Option<u16> {
        self.start.split(' ').nth(1)?.parse().ok()
    }

    /// Returns the path of a request, without its query.
    pub(super) fn path(&self) -> &str {
        let target = self.start.split(' ').nth(1).unwrap_or_default();
        target.split('?').next().unwrap_or_default()
    }

    /// Returns the bytes, with the length of the body.
    pub(super) fn bytes(&self) -> Vec<u8> {
        self.bytes_of_length(self.body.len())
    }

    /// Returns the bytes with this Content-Length, whatever the length of the body.
    pub(super) fn bytes_of_length(&self, length: usize) -> Vec<u8> {
        let mut message = self.clone();
        message.remove("transfer-encoding");
        message.set("Content-Length", length.to_string());
        message.set("Connection", "close");
        let headers = message.headers.iter().map(|(name, value)| format!("{name}: {value}\r\n"));
        let head = format!("{}\r\n{}\r\n", message.start, headers.collect::<String>());
        [head.as_bytes(), &self.body].concat()
    }

    /// Reads a message. `None` if the connection was closed before its first byte.
    ///
    /// # Errors
    ///
    /// The error of the connection; `InvalidData` if this is not HTTP, or the message is too long; `UnexpectedEof` if
    /// the connection was closed within the message.
    pub(super) async fn read(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<Option<Self>> {
        let mut buffer = Vec::new();
        let end = loop {
            if let Some(at) = buffer.windows(4).position(|window| window == b"\r\n\r\n") {
                break at;
            }
            if !more(stream, &mut buffer).await? {
                if buffer.is_empty() {
                    return Ok(None);
                }
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        };
        let mut message = Self::of_head(&buffer[..end]).ok_or(io::ErrorKind::InvalidData)?;
        let mut rest = buffer.split_off(end + 4);
        let is_chunked = message.header("transfer-encoding").is_some_and(|value| value.contains("chunked"));
        loop {
            let body = if is_chunked { unchunked(&rest)? } else { message.sized(&rest)? };
            if let Some(body) = body {
                message.body = body;
                return Ok(Some(message));
            }
            if !more(stream, &mut rest).await? {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
    }

    fn of_head(head: &[u8]) -> Option<Self> {
        let text = String::from_utf8_lossy(head);
        let mut lines = text.split("\r\n");
        let start = lines.next()?.to_owned();
        let headers = lines.map(|line| {
            let (name, value) = line.split_once(':')?;
            Some((name.to_owned(), value.trim().to_owned()))
        });
        Some(Self { start, headers: headers.collect::<Option<_>>()?, body: Vec::new() })
    }

    /// Returns the body if all of its Content-Length has arrived.
    fn sized(&self, arrived: &[u8]) -> io::Result<Option<Vec<u8>>> {
        let length = match self.header("content-length") {
            Some(length) => length.parse().map_err(|_| io::ErrorKind::InvalidData)?,
            None => 0,
        };
        Ok(arrived.get(..length).map(<[u8]>::to_vec))
    }
}

/// Reads more bytes. Returns whether there were any.
async fn more(stream: &mut (impl AsyncRead + Unpin), buffer: &mut Vec<u8>) -> io::Result<bool> {
    if buffer.len() > MOST {
        return Err(io::ErrorKind::InvalidData.into());
    }
    Ok(stream.read_buf(buffer).await? > 0)
}

/// Returns the body of chunks if the last one has arrived.
fn unchunked(mut arrived: &[u8]) -> io::Result<Option<Vec<u8>>> {
    let mut body = Vec::new();
    loop {
        let Some(end) = arrived.windows(2).position(|window| window == b"\r\n") else { return Ok(None) };
        let size = std::str::from_utf8(&arrived[..end]).unwrap_or_default();
        let size = size.split(';').next().unwrap_or_default().trim();
        let size = usize::from_str_radix(size, 16).map_err(|_| io::ErrorKind::InvalidData)?;
        let Some(chunk) = arrived.get(end + 2..).and_then(|rest| rest.get(..size.checked_add(2)?)) else {
            return Ok(None);
        };
        if size == 0 {
            return Ok(Some(body));
        }
        body.extend_from_slice(&chunk[..size]);
        arrived = &arrived[end + 2 + size + 2..];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn read(bytes: &[u8]) -> io::Result<Option<Message>> {
        Message::read(&mut &bytes[..]).await
    }

    #[tokio::test]
    async fn a_message_is_read_whole() {
        let bytes = b"POST /a?b HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi";
        let message = read(bytes).await.unwrap().unwrap();
        assert_eq!(
            (message.path(), message.header("host"), &message.body[..]),
            ("/a", Some("x"), &b"hi"[..])
        );
        let chunked =
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nh\r\n1;x=y\r\ni\r\n0\r\n\r\n";
        let message = read(chunked).await.unwrap().unwrap();
        assert_eq!((message.status(), &message.body[..]), (Some(200), &b"hi"[..]));
        assert_eq!(
            String::from_utf8(message.bytes()).unwrap(),
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi"
        );
    }

    #[tokio::test]
    async fn a_message_that_is_cut_or_not_http_is_an_error() {
        assert!(read(b"").await.unwrap().is_none());
        for bytes in [
            &b"GET / HTTP/1.1\r\nHo"[..],
            b"GET / HTTP/1.1\r\nContent-Length: 3\r\n\r\nhi",
            b"GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
            b"GET / HTTP/1.1\r\nno header\r\n\r\n",
            b"GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nh",
            b"GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        ] {
            assert!(read(bytes).await.is_err(), "{}", String::from_utf8_lossy(bytes));
        }
    }
}
