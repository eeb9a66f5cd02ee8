//! The bytes that the log keeps of a message: all of a small one; of a large one the head and both ends of the body.

use super::{framing, head};
use aws_lc_rs::digest::{Context, SHA256};

/// Largest body that is kept whole.
pub(crate) const WHOLE_BODY: usize = 64 << 10;
/// Bytes that are kept of each end of a larger body.
pub(crate) const BODY_END: usize = 16 << 10;
/// Bytes that are kept of a head. The listener rejects a head of half the size.
const HEAD: usize = 64 << 10;

/// Bytes of memory that a body takes at most while it arrives: those of the largest that is kept whole, and the end of
/// a larger one.
const ARRIVING_BODY: usize = WHOLE_BODY + BODY_END;
/// Bytes of each message that need no room in the log's bound. Ordinary requests and responses have no more, so that
/// large ones never keep them out of the log.
pub(super) const FREE: usize = 2 << 10;
/// Memory that a message holds for the next one.
const SPARE: usize = 8 << 10;

/// A message as it went over the wire.
#[derive(Debug, Clone, Default)]
pub(crate) struct Message {
    /// The head and the body, as far as they are kept from the start on.
    bytes: Vec<u8>,
    /// Length of the head, once it is complete.
    head: Option<usize>,
    /// The rest of a body that is not kept whole.
    cut: Option<Box<CutBody>>,
    /// Bytes that the message has taken of the log's bound.
    room: usize,
    /// Whether the log had no room for bytes of the message. None after them are kept, so that what is kept has no gap.
    is_refused: bool,
    /// Whether bytes of the head are among those.
    is_head_cut: bool,
}

/// The parts of a body that is larger than [`WHOLE_BODY`].
#[derive(Debug, Clone)]
struct CutBody {
    length: u64,
    tail: Vec<u8>,
    digest: DigestContext,
}

impl CutBody {
    /// A body that has begun with these bytes.
    fn after(bytes: &[u8]) -> Self {
        let mut digest = Context::new(&SHA256);
        digest.update(bytes);
        let tail = bytes[bytes.len().saturating_sub(BODY_END)..].to_vec();
        Self { length: bytes.len() as u64, tail, digest: DigestContext(digest) }
    }

    fn push(&mut self, bytes: &[u8], is_kept: bool) {
        self.length += bytes.len() as u64;
        self.digest.0.update(bytes);
        if !is_kept {
            self.tail = Vec::new();
            return;
        }
        self.tail.extend_from_slice(&bytes[bytes.len().saturating_sub(BODY_END)..]);
        let surplus = self.tail.len().saturating_sub(BODY_END);
        self.tail.drain(..surplus);
    }
}

/// A digest in progress, whose `Debug` shows nothing.
#[derive(Clone)]
struct DigestContext(Context);

impl std::fmt::Debug for DigestContext {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Context")
    }
}

/// The body of a message, as far as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Body {
    /// All bytes, without the framing of chunks.
    Whole(Vec<u8>),
    /// The ends of a large body, as it went over the wire.
    Cut {
        /// Length in bytes.
        length: u64,
        /// SHA-256 of the whole body, in hexadecimal.
        sha256: String,
        /// The first bytes.
        head: Vec<u8>,
        /// The last bytes.
        tail: Vec<u8>,
    },
}

impl Message {
    /// Empties the message. The memory stays for the next one, unless it is large.
    pub(super) fn clear(&mut self) {
        let mut bytes = std::mem::take(&mut self.bytes);
        bytes.clear();
        bytes.shrink_to(SPARE);
        *self = Self { bytes, ..Self::default() };
    }

    /// Returns memory that a large message does not need once it has ended.
    pub(super) fn end(&mut self) {
        if self.bytes.capacity() > SPARE {
            self.bytes.shrink_to_fit();
        }
        if let Some(cut) = &mut self.cut {
            cut.tail.shrink_to_fit();
        }
    }

    /// Writes a message that has ended. It needs no room of those in progress.
    pub(super) fn write(&mut self, head: &[u8], body: &[u8]) {
        self.push_head(head, |_| true);
        self.end_head();
        self.push_body(body, |_| true);
    }

    /// Appends bytes of the head. `take` takes this number of bytes of the log's bound, and returns `false` if there is
    /// no room for them.
    pub(super) fn push_head(&mut self, bytes: &[u8], take: impl FnOnce(usize) -> bool) {
        let most = bytes.len().min(HEAD.saturating_sub(self.bytes.len()));
        let kept = match self.has_room(most, take) {
            true => most,
            false => most.min(FREE.saturating_sub(self.bytes.len())),
        };
        self.bytes.extend_from_slice(&bytes[..kept]);
        self.is_head_cut |= kept < bytes.len();
        self.is_refused |= self.is_head_cut;
    }

    /// Notes that the head is complete, with all bytes so far.
    pub(super) fn end_head(&mut self) {
        self.head.get_or_insert(self.bytes.len());
    }

    /// Appends bytes of the body, of which only length and digest are kept if there is no room for them.
    pub(super) fn push_body(&mut self, bytes: &[u8], take: impl FnOnce(usize) -> bool) {
        let head = *self.head.get_or_insert(self.bytes.len());
        let is_kept = self.has_room(bytes.len(), take);
        let is_small = self.bytes.len() - head + bytes.len() <= WHOLE_BODY;
        if self.cut.is_none() && is_kept && is_small {
            self.bytes.extend_from_slice(bytes);
            return;
        }
        let cut = self.cut.get_or_insert_with(|| Box::new(CutBody::after(&self.bytes[head..])));
        cut.push(bytes, is_kept);
        if is_kept {
            let missing = (head + BODY_END).saturating_sub(self.bytes.len());
            self.bytes.extend_from_slice(&bytes[..bytes.len().min(missing)]);
        }
        self.bytes.truncate(head + BODY_END);
        self.bytes.shrink_to(head + BODY_END);
    }

    /// Whether there is room for this number of further bytes. It is taken then.
    fn has_room(&mut self, more: usize, take: impl FnOnce(usize) -> bool) -> bool {
        let tail = self.cut.as_ref().map_or(0, |cut| cut.tail.len());
        let size = self.bytes.len() + tail + more;
        let most = self.head.map_or(HEAD, |head| head + ARRIVING_BODY);
        let missing = size.min(most).saturating_sub(FREE + self.room);
        if missing == 0 || self.is_refused {
            return !self.is_refused;
        }
        match take(missing) {
            true => self.room += missing,
            false => self.is_refused = true,
        }
        !self.is_refused
    }

    /// Bytes that the message has taken of the log's bound.
    pub(super) fn room(&self) -> usize {
        self.room
    }

    /// Whether bytes of the head are not kept.
    pub(crate) fn is_head_cut(&self) -> bool {
        self.is_head_cut
    }

    /// The bytes kept from the start of the message on.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Whether a part of the body is not kept.
    pub(crate) fn is_cut(&self) -> bool {
        self.cut.is_some()
    }

    /// Bytes of memory that the message holds.
    pub(super) fn size(&self) -> usize {
        self.bytes.capacity() + self.cut.as_ref().map_or(0, |cut| cut.tail.capacity() + size_of::<CutBody>())
    }

    /// The head, with its empty line if it is complete.
    pub(crate) fn head(&self) -> &[u8] {
        &self.bytes[..self.head.unwrap_or(self.bytes.len())]
    }

    /// The first line.
    pub(crate) fn start_line(&self) -> &[u8] {
        self.lines().next().unwrap_or_default()
    }

    /// Names and values of the headers, in their order.
    pub(crate) fn headers(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.lines().skip(1).filter_map(|line| {
            let colon = memchr::memchr(b':', line)?;
            Some((&line[..colon], line[colon + 1..].trim_ascii()))
        })
    }

    /// The value of the first header of this name, which is in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        head::header(self.head(), name.as_bytes())
    }

    /// The status of a response: the last one, after interim responses.
    pub(crate) fn status(&self) -> Option<u16> {
        head::status(self.start_line())
    }

    /// The body, as far as it has arrived.
    pub(crate) fn body(&self) -> Body {
        let head = self.head.unwrap_or(self.bytes.len());
        let bytes = &self.bytes[head..];
        match &self.cut {
            None if framing::is_chunked(self.head()) => Body::Whole(framing::dechunked(bytes)),
            None => Body::Whole(bytes.to_vec()),
            Some(cut) => Body::Cut {
                length: cut.length,
                sha256: hex::encode(cut.digest.0.clone().finish()),
                head: bytes.to_vec(),
                tail: cut.tail.clone(),
            },
        }
    }

    fn lines(&self) -> impl Iterator<Item = &[u8]> {
        let lines = self.head().split(|byte| *byte == b'\n');
        let lines = lines.map(|line| line.strip_suffix(b"\r").unwrap_or(line));
        // Empty lines may stand in front of the start line, and an interim response in front of the final one.
        let interim = lines.clone().position(|line| head::status(line).is_some_and(|status| status >= 200));
        lines.skip(interim.unwrap_or(0)).skip_while(|line| line.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(body: &[u8], piece: usize) -> Message {
        let mut message = Message::default();
        message.push_head(b"POST / HTTP/1.1\r\nA: b\r\n\r\n", |_| true);
        message.end_head();
        body.chunks(piece).for_each(|bytes| message.push_body(bytes, |_| true));
        message
    }

    #[test]
    fn a_small_body_is_whole_and_a_large_one_keeps_its_ends() {
        let body: Vec<u8> = (0..WHOLE_BODY + 1).map(|index| (index % 251) as u8).collect();
        let small = &body[..WHOLE_BODY];
        assert_eq!(message(small, 1000).body(), Body::Whole(small.to_vec()));
        for piece in [1000, 1 << 15, body.len()] {
            let Body::Cut { length, sha256, head, tail } = message(&body, piece).body() else { panic!() };
            assert_eq!(length, body.len() as u64);
            assert_eq!(sha256, hex::encode(aws_lc_rs::digest::digest(&SHA256, &body)));
            assert_eq!(head, &body[..BODY_END]);
            assert_eq!(tail, &body[body.len() - BODY_END..]);
        }
        let large = message(&vec![0; 3 << 20], 1 << 14);
        assert!(large.size() < 2 * WHOLE_BODY, "{}", large.size());
    }

    #[test]
    fn headers_keep_their_order_and_their_case() {
        let message = message(b"", 1);
        let headers: Vec<_> = message.headers().collect();
        assert_eq!(headers, [(&b"A"[..], &b"b"[..])]);
        assert_eq!(message.start_line(), b"POST / HTTP/1.1");
        assert_eq!(message.header("a"), Some("b"));
    }
}
