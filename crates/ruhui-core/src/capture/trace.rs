//! Reads `curl --trace` and `curl --trace-ascii`: the bytes sent and received, with offsets.

use super::blocks::{Block, Blocks};
use super::transcript::{Found, Transcript};
use super::{BodyState, Remark, lines, raw};
use memchr::memmem;

/// Lines below a heading such as `=> Send header, 741 bytes (0x2e5)`.
struct Section<'a> {
    is_client: bool,
    is_header: bool,
    length: usize,
    /// Offset and rest of each line.
    lines: Vec<(usize, &'a [u8])>,
}

/// Facts about a message's body, from its sections.
#[derive(Default)]
struct Note {
    /// Whether the body has dots in place of unprintable bytes.
    has_dots: bool,
    /// Remark on the first section that was cut.
    cut: Option<Remark>,
}

pub(super) fn turns(text: &[u8]) -> Option<Transcript> {
    let mut blocks: Blocks<Note> = Blocks::new();
    for section in sections(text) {
        let (bytes, has_dots) = section.bytes();
        let (said, found) = (section.length, bytes.len());
        if let Some(Block { note, .. }) = blocks.put(section.is_client, &bytes, section.is_header) {
            note.has_dots |= has_dots && !section.is_header;
            if found < said {
                note.cut.get_or_insert(Remark::TraceCut { said, found });
            }
        }
    }
    let mut messages = Vec::new();
    for block in blocks.into_all() {
        let mut found = raw::turns(&block.bytes).messages;
        if let Some(last) = found.last_mut() {
            block.note.put_on(last);
        }
        messages.append(&mut found);
    }
    (!messages.is_empty()).then_some(Transcript { messages })
}

impl Note {
    fn put_on(self, message: &mut Found) {
        let dots = self.has_dots.then_some(Remark::Dots);
        if dots.is_none() && self.cut.is_none() {
            return;
        }
        message.state = if message.body.is_empty() { BodyState::Missing } else { BodyState::Rebuilt };
        message.remarks.extend(dots.into_iter().chain(self.cut));
    }
}

fn sections(text: &[u8]) -> Vec<Section<'_>> {
    let mut sections = Vec::new();
    let mut open: Option<Section<'_>> = None;
    for line in lines::with_ends(text) {
        let line = lines::bare(line);
        if let Some(heading) = heading(line) {
            sections.extend(open.take());
            open = heading;
        } else if let Some(section) = &mut open
            && let Some(line) = offset(line)
        {
            section.lines.push(line);
        }
    }
    sections.extend(open);
    sections
}

/// Parses a heading. A heading without a section belongs to a remark or to encrypted bytes.
#[allow(clippy::option_option, reason = "a heading is one of three: none, without a section, with one")]
fn heading(line: &[u8]) -> Option<Option<Section<'static>>> {
    let line = &line[..line.len().min(120)];
    if memmem::find(line, b"== Info:").is_some() {
        return Some(None);
    }
    let (is_client, at) = match (memmem::find(line, b"=> Send "), memmem::find(line, b"<= Recv ")) {
        (Some(at), _) => (true, at),
        (_, Some(at)) => (false, at),
        _ => return None,
    };
    let text = std::str::from_utf8(&line[at + 8..]).ok()?;
    let (kind, length) = text.split_once(", ")?;
    let length: usize = length.split(' ').next()?.parse().ok()?;
    Some(match kind {
        "header" | "data" => {
            Some(Section { is_client, is_header: kind == "header", length, lines: Vec::new() })
        }
        _ => None,
    })
}

/// Parses an offset such as `002a: `, and returns it with the rest of the line.
fn offset(line: &[u8]) -> Option<(usize, &[u8])> {
    let colon = memchr::memchr(b':', &line[..line.len().min(10)]).filter(|at| *at >= 4)?;
    let offset = std::str::from_utf8(&line[..colon]).ok()?;
    let rest = &line[colon + 1..];
    Some((usize::from_str_radix(offset, 16).ok()?, rest.strip_prefix(b" ").unwrap_or(rest)))
}

impl Section<'_> {
    /// Returns the bytes, and whether dots may stand for some of them.
    fn bytes(&self) -> (Vec<u8>, bool) {
        let bytes = self.hexadecimal().unwrap_or_default();
        if bytes.len() == self.length {
            return (bytes, false);
        }
        let (text, has_dots) = self.ascii();
        // Text of the right length that looks like pairs of digits is text.
        if bytes.is_empty() || text.len() == self.length { (text, has_dots) } else { (bytes, false) }
    }

    /// Returns the bytes of pairs of digits; `None` if a line has anything else. Only the last line may be
    /// cut.
    fn hexadecimal(&self) -> Option<Vec<u8>> {
        const WIDTH: usize = 16;
        let mut bytes = Vec::new();
        for (index, (at, line)) in self.lines.iter().enumerate() {
            let wanted = self.length.checked_sub(*at)?.min(WIDTH);
            let found = pairs(line, wanted, &mut bytes)?;
            let is_last = index + 1 == self.lines.len();
            if found < wanted && !is_last {
                return None;
            }
        }
        Some(bytes)
    }

    /// Returns the bytes of text lines. curl ends a line at each CR LF, and shows a dot for each unprintable
    /// byte.
    fn ascii(&self) -> (Vec<u8>, bool) {
        let mut bytes = Vec::new();
        for (index, (at, line)) in self.lines.iter().enumerate() {
            bytes.extend_from_slice(line);
            let next = self.lines.get(index + 1).map_or(self.length, |(at, _)| *at);
            if next == at + line.len() + 2 {
                bytes.extend_from_slice(b"\r\n");
            }
        }
        let has_dot = memchr::memchr(b'.', &bytes).is_some();
        let is_plain = memmem::find(&bytes, b"..").is_none()
            && serde_json::from_slice::<serde::de::IgnoredAny>(&bytes).is_ok();
        (bytes, has_dot && !is_plain)
    }
}

/// Adds the bytes of at most `wanted` pairs and returns their number, which is lower if the line was cut;
/// `None` if the line has anything but pairs.
fn pairs(line: &[u8], wanted: usize, bytes: &mut Vec<u8>) -> Option<usize> {
    for (index, pair) in line.chunks(3).take(wanted).enumerate() {
        let Some(digits) = pair.get(..2) else {
            return Some(index);
        };
        if !digits.iter().all(u8::is_ascii_hexdigit) || pair.get(2).is_some_and(|blank| *blank != b' ') {
            return None;
        }
        bytes.push(u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?);
    }
    Some(wanted.min(line.len().div_ceil(3)))
}
