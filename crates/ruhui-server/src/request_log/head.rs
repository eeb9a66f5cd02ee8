//! The head of an HTTP/1 message: its lines as far as they decide about the body (RFC 9112, section 6.3).

use memchr::memchr;

/// Longest line that is read, without blanks that say nothing. The lines that decide are shorter.
const LINE: usize = 64;

/// A head that is read as it arrives. It keeps a line at most, however long the head is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Head {
    line: Line,
    has_start_line: bool,
    status: Option<u16>,
    length: Option<Length>,
    is_chunked: Option<bool>,
}

/// The value of Content-Length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Length {
    Bytes(u64),
    /// No number.
    Malformed,
}

impl Head {
    pub(super) const fn new() -> Self {
        Self { line: Line::new(), has_start_line: false, status: None, length: None, is_chunked: None }
    }

    /// Reads on. Returns the number of bytes that complete the head, with its empty line. Empty lines in front of the
    /// start line belong to the head (RFC 9112, section 2.2).
    pub(super) fn advance(&mut self, bytes: &[u8]) -> Option<usize> {
        let mut at = 0;
        while let Some(end) = memchr(b'\n', &bytes[at..]) {
            self.line.push(&bytes[at..at + end]);
            at += end + 1;
            let line = std::mem::replace(&mut self.line, Line::new());
            match line.bytes() {
                [] if self.has_start_line => return Some(at),
                [] => {}
                _ => self.end_line(&line),
            }
        }
        self.line.push(&bytes[at..]);
        None
    }

    fn end_line(&mut self, whole: &Line) {
        let line = whole.bytes();
        if !self.has_start_line {
            (self.has_start_line, self.status) = (true, status(line));
        } else if let Some(length) = value(line, b"content-length") {
            let length = std::str::from_utf8(length).ok().filter(|_| !whole.is_cut());
            let bytes = length.and_then(|length| length.parse().ok());
            self.length.get_or_insert_with(|| bytes.map_or(Length::Malformed, Length::Bytes));
        } else if let Some(coding) = value(line, b"transfer-encoding") {
            self.is_chunked.get_or_insert_with(|| coding.eq_ignore_ascii_case(b"chunked"));
        }
    }

    /// The status of a response.
    pub(super) fn status(&self) -> Option<u16> {
        self.status
    }

    /// The length of the body, as the first header of this name declares it.
    pub(super) fn length(&self) -> Option<Length> {
        self.length
    }

    /// Whether the transfer coding is `chunked`.
    pub(super) fn is_chunked(&self) -> bool {
        self.is_chunked == Some(true)
    }
}

/// The beginning of a line. Of blanks in a row it keeps one, and none after a colon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Line {
    bytes: [u8; LINE],
    length: usize,
}

impl Line {
    const fn new() -> Self {
        Self { bytes: [0; LINE], length: 0 }
    }

    fn push(&mut self, bytes: &[u8]) {
        for byte in bytes {
            if self.length == LINE {
                return;
            }
            let is_idle = is_blank(*byte)
                && matches!(self.bytes[..self.length], [.., last] if last == b':' || is_blank(last));
            if !is_idle {
                self.bytes[self.length] = *byte;
                self.length += 1;
            }
        }
    }

    /// Whether the line may have more bytes than it keeps.
    fn is_cut(&self) -> bool {
        self.length == LINE
    }

    /// The bytes, without the carriage return in front of the line feed.
    fn bytes(&self) -> &[u8] {
        let bytes = &self.bytes[..self.length];
        bytes.strip_suffix(b"\r").unwrap_or(bytes)
    }
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

/// Returns the status in the first line of a response.
pub(super) fn status(line: &[u8]) -> Option<u16> {
    let digits = line.strip_prefix(b"HTTP/1.")?.get(2..5)?;
    std::str::from_utf8(digits).ok()?.parse().ok()
}

/// Returns the value of the first header of this name, which is in lower case.
pub(super) fn header<'a>(head: &'a [u8], name: &[u8]) -> Option<&'a str> {
    let mut lines = head.split(|byte| *byte == b'\n').skip_while(|line| line.trim_ascii().is_empty()).skip(1);
    lines.find_map(|line| std::str::from_utf8(value(line, name)?).ok())
}

/// Returns the value in a header line of this name.
fn value<'a>(line: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let value = line.get(name.len()..)?.strip_prefix(b":")?;
    line[..name.len()].eq_ignore_ascii_case(name).then(|| value.trim_ascii())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads a head in pieces of this size, and returns it with its length.
    fn read(head: &[u8], piece: usize) -> (Head, Option<usize>) {
        let (mut read, mut before) = (Head::new(), 0);
        for bytes in head.chunks(piece) {
            if let Some(end) = read.advance(bytes) {
                return (read, Some(before + end));
            }
            before += bytes.len();
        }
        (read, None)
    }

    #[test]
    fn a_head_is_the_same_in_whatever_pieces_it_arrives() {
        let long = "x".repeat(70_000);
        let head = format!(
            "\r\n\nPOST / HTTP/1.1\r\nA: {long}\r\nCONTENT-LENGTH: \t  {}17 \t\r\nContent-Length: 9\n\r\nbody",
            " ".repeat(100)
        );
        for piece in [1, 2, 3, 1000, head.len()] {
            let (read, length) = read(head.as_bytes(), piece);
            assert_eq!(length, Some(head.len() - 4), "in pieces of {piece}");
            assert_eq!((read.length(), read.is_chunked()), (Some(Length::Bytes(17)), false));
        }
        assert!(size_of::<Head>() < 2 * LINE, "a head in progress is small: {}", size_of::<Head>());
    }

    #[test]
    fn lines_that_decide_nothing_are_not_taken_for_those_that_do() {
        let length = |line: &str| read(format!("GET / HTTP/1.1\r\n{line}\r\n\r\n").as_bytes(), 5).0.length();
        assert_eq!(length("Content-Length:5"), Some(Length::Bytes(5)));
        assert_eq!(length("Content-Length: 5x"), Some(Length::Malformed));
        assert_eq!(length(&format!("Content-Length: {}", "0".repeat(LINE))), Some(Length::Malformed));
        for line in ["X-Content-Length: 5", "Content-Length 5", "Content-Lengths: 5", "Content-Length : 5"] {
            assert_eq!(length(line), None, "{line}");
        }
        let chunked =
            |line: &str| read(format!("GET / HTTP/1.1\r\n{line}\r\n\r\n").as_bytes(), 5).0.is_chunked();
        assert!(chunked("transfer-encoding:  Chunked "));
        assert!(!chunked("Transfer-Encoding: gzip, chunked") && !chunked("TE: chunked"));
    }
}
