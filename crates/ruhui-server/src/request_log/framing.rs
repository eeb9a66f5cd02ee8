//! Framing of HTTP/1 messages: finds where each message of a byte stream ends (RFC 9112, section 6).
//!
//! The log takes the bytes below the HTTP library, so it also has messages that the library rejects. A message whose
//! framing cannot be read ends with its connection.

use super::head::{self, Head, Length};
use memchr::memchr;

/// The part of a message that the next byte belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// The head, up to its empty line.
    Head(Head),
    /// A body of known length.
    Body { left: u64 },
    /// The size line of a chunk.
    ChunkSize { size: u64, is_extension: bool },
    /// The data of a chunk, with its line end.
    ChunkData { left: u64 },
    /// The trailer after the last chunk; `is_empty` says whether its current line has no byte yet.
    Trailer { is_empty: bool },
    /// The rest of the connection.
    UntilClose,
}

/// The direction of the messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    /// Requests.
    Request,
    /// Responses. That to a HEAD request has no body.
    Response { is_to_head: bool },
}

/// The position in a message.
#[derive(Debug, Clone, Copy)]
pub(super) struct Framing {
    state: State,
}

/// The share of a message in some bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Advance {
    /// Number of bytes that belong to the head.
    pub(super) head: usize,
    /// Number of bytes that belong to the message, if it ends in them.
    pub(super) end: Option<usize>,
}

impl Advance {
    /// The share of a message that has all bytes in its head, and continues.
    pub(super) fn whole(bytes: &[u8]) -> Self {
        Self { head: bytes.len(), end: None }
    }
}

impl Framing {
    pub(super) const fn new() -> Self {
        Self { state: State::Head(Head::new()) }
    }

    /// Whether the head is not complete.
    pub(super) fn is_in_head(&self) -> bool {
        matches!(self.state, State::Head(_))
    }

    /// Whether the message ends with its connection.
    pub(super) fn is_until_close(&self) -> bool {
        self.state == State::UntilClose
    }

    /// Advances over bytes that follow those of before.
    pub(super) fn advance(&mut self, direction: Direction, bytes: &[u8]) -> Advance {
        let mut at = 0;
        while let State::Head(head) = &mut self.state {
            let Some(length) = head.advance(&bytes[at..]) else { return Advance::whole(bytes) };
            at += length;
            self.state = match head.status() {
                // A response such as `100 Continue` stands in front of the final one.
                Some(..200) if direction != Direction::Request => State::Head(Head::new()),
                _ => body_of(direction, head),
            };
        }
        let end =
            if self.state == (State::Body { left: 0 }) { Some(0) } else { self.advance_body(&bytes[at..]) };
        Advance { head: at, end: end.map(|end| at + end) }
    }

    /// Advances over bytes of the body. Returns the number of bytes that complete the message.
    fn advance_body(&mut self, bytes: &[u8]) -> Option<usize> {
        let mut at = 0;
        while at < bytes.len() {
            let rest = &bytes[at..];
            match &mut self.state {
                State::Head(_) | State::UntilClose => return None,
                State::Body { left } => {
                    at += take(left, rest);
                    if *left == 0 {
                        return Some(at);
                    }
                }
                State::ChunkData { left } => {
                    at += take(left, rest);
                    if *left == 0 {
                        self.state = State::ChunkSize { size: 0, is_extension: false };
                    }
                }
                State::ChunkSize { .. } | State::Trailer { .. } => {
                    at += 1;
                    if self.line_byte(rest[0]) {
                        return Some(at);
                    }
                }
            }
        }
        None
    }

    /// Advances over one byte of a chunk's size line or of the trailer. Returns whether the message ends.
    fn line_byte(&mut self, byte: u8) -> bool {
        match (&mut self.state, byte) {
            (State::ChunkSize { size: 0, .. }, b'\n') => self.state = State::Trailer { is_empty: true },
            (State::ChunkSize { size, .. }, b'\n') => {
                self.state = State::ChunkData { left: size.saturating_add(2) };
            }
            (State::ChunkSize { is_extension, .. }, b';') => *is_extension = true,
            (State::ChunkSize { size, is_extension: false }, digit) if digit.is_ascii_hexdigit() => {
                let value = char::from(digit).to_digit(16).unwrap_or_default();
                *size = size.saturating_mul(16).saturating_add(u64::from(value));
            }
            (State::Trailer { is_empty: true }, b'\n') => return true,
            (State::Trailer { is_empty }, b'\n') => *is_empty = true,
            (State::ChunkSize { .. } | State::Trailer { .. }, b'\r') => {}
            (State::Trailer { is_empty }, _) => *is_empty = false,
            _ => {}
        }
        false
    }
}

fn take(left: &mut u64, bytes: &[u8]) -> usize {
    let taken = usize::try_from(*left).unwrap_or(usize::MAX).min(bytes.len());
    *left -= taken as u64;
    taken
}

fn body_of(direction: Direction, head: &Head) -> State {
    if let Direction::Response { is_to_head } = direction
        && (is_to_head || matches!(head.status(), Some(204 | 304)))
    {
        return State::Body { left: 0 };
    }
    if head.is_chunked() {
        return State::ChunkSize { size: 0, is_extension: false };
    }
    match head.length() {
        Some(Length::Bytes(left)) => State::Body { left },
        Some(Length::Malformed) => State::UntilClose,
        None if direction == Direction::Request => State::Body { left: 0 },
        None => State::UntilClose,
    }
}

/// Whether the head declares the transfer coding `chunked`.
pub(super) fn is_chunked(head: &[u8]) -> bool {
    head::header(head, b"transfer-encoding").is_some_and(|coding| coding.eq_ignore_ascii_case("chunked"))
}

/// Returns the data of a chunked body without its framing, as far as it has arrived.
pub(super) fn dechunked(mut body: &[u8]) -> Vec<u8> {
    let mut data = Vec::with_capacity(body.len());
    while let Some(end) = memchr(b'\n', body) {
        let line = body[..end].split(|byte| *byte == b';').next().unwrap_or_default().trim_ascii();
        let size = std::str::from_utf8(line).ok().and_then(|text| usize::from_str_radix(text, 16).ok());
        let Some(size) = size.filter(|size| *size > 0) else { break };
        let rest = &body[end + 1..];
        data.extend_from_slice(&rest[..size.min(rest.len())]);
        let next = size.saturating_add(1).min(rest.len());
        body = rest[next..].strip_prefix(b"\n").unwrap_or_else(|| &rest[next..]);
    }
    data
}

#[cfg(test)]
mod tests {
    use super::*;

    const REQUEST: Direction = Direction::Request;
    const RESPONSE: Direction = Direction::Response { is_to_head: false };

    /// Cuts a stream into messages, fed in pieces of this size.
    fn cut(direction: Direction, stream: &[u8], piece: usize) -> Vec<Vec<u8>> {
        let (mut messages, mut message, mut framing) = (Vec::new(), Vec::new(), Framing::new());
        for mut bytes in stream.chunks(piece) {
            while !bytes.is_empty() {
                match framing.advance(direction, bytes).end {
                    None => {
                        message.extend_from_slice(bytes);
                        break;
                    }
                    Some(length) => {
                        message.extend_from_slice(&bytes[..length]);
                        messages.push(std::mem::take(&mut message));
                        framing = Framing::new();
                        bytes = &bytes[length..];
                    }
                }
            }
        }
        if !message.is_empty() {
            messages.push(message);
        }
        messages
    }

    #[track_caller]
    fn check(direction: Direction, messages: &[&str]) {
        let stream = messages.concat();
        for piece in 1..=stream.len() {
            let found = cut(direction, stream.as_bytes(), piece);
            let found: Vec<_> = found.iter().map(|message| String::from_utf8_lossy(message)).collect();
            assert_eq!(found, messages, "in pieces of {piece}");
        }
    }

    #[test]
    fn requests_end_where_their_framing_says() {
        check(
            REQUEST,
            &[
                "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
                "POST /a HTTP/1.1\r\nContent-Length: 5\r\n\r\n12\r\n5",
                "\r\nPOST /b HTTP/1.1\r\ntransfer-encoding: Chunked\r\n\r\n3\r\nabc\r\nA;x=\"1\"\r\n0123456789\r\n0\r\n\r\n",
                "POST /c HTTP/1.1\nTransfer-Encoding: chunked\n\n1\r\na\r\n0\r\nTrailer: x\r\n\r\n",
                "DELETE /d HTTP/1.1\ncontent-length:0\n\n",
                "POST /e HTTP/1.1\r\nContent-Length: 1x\r\n\r\nGET / HTTP/1.1\r\n\r\n",
            ],
        );
        check(REQUEST, &["nonsense that is no HTTP\r\n"]);
    }

    #[test]
    fn responses_end_where_their_framing_says() {
        check(
            RESPONSE,
            &[
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\nContent-Length: 7\r\n\r\n",
                "HTTP/1.1 304 Not Modified\r\n\r\n",
                "HTTP/1.1 200 OK\r\n\r\nuntil the connection closes",
            ],
        );
        let head = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n";
        check(Direction::Response { is_to_head: true }, &[head, head]);
    }

    #[test]
    fn a_chunked_body_is_read_without_its_framing() {
        assert_eq!(dechunked(b"3\r\nabc\r\n2;x\r\nde\r\n0\r\n\r\n"), b"abcde");
        assert_eq!(dechunked(b"5\r\nabc"), b"abc", "a part of a chunk");
        assert_eq!(dechunked(b"zz\r\nabc"), b"");
        assert_eq!(dechunked(b"ffffffffffffffff\r\nabc"), b"abc");
    }
}
