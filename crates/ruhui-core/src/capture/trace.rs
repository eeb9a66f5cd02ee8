//! `curl --trace` and `curl --trace-ascii`: the bytes sent and received, with offsets.

use super::blocks::Blocks;
use super::transcript::Transcript;
use super::{BodyState, Remark, lines, raw};
use memchr::memmem;

/// A run of lines under a heading such as `=> Send header, 741 bytes (0x2e5)`.
struct Section<'a> {
    is_client: bool,
    is_header: bool,
    length: usize,
    /// The offset and the rest of each line.
    lines: Vec<(usize, &'a [u8])>,
}

pub(super) fn turns(text: &[u8]) -> Option<Transcript> {
    // Each block notes whether its body has dots for bytes that are not shown.
    let mut blocks: Blocks<bool> = Blocks::new();
    for section in sections(text) {
        let (bytes, has_dots) = section.bytes();
        if let Some(block) = blocks.put(section.is_client, &bytes, section.is_header) {
            block.note |= has_dots && !section.is_header;
        }
    }
    let mut messages = Vec::new();
    for block in blocks.into_all() {
        let mut found = raw::turns(&block.bytes).messages;
        if block.note
            && let Some(last) = found.last_mut()
        {
            last.state = BodyState::Rebuilt;
            last.remarks.push(Remark::Dots);
        }
        messages.append(&mut found);
    }
    (!messages.is_empty()).then_some(Transcript { messages })
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

/// A heading; one without a section is a remark or the encrypted bytes.
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

/// The offset in `002a: `, and the rest of the line.
fn offset(line: &[u8]) -> Option<(usize, &[u8])> {
    let colon = memchr::memchr(b':', &line[..line.len().min(10)]).filter(|at| *at >= 4)?;
    let offset = std::str::from_utf8(&line[..colon]).ok()?;
    let rest = &line[colon + 1..];
    Some((usize::from_str_radix(offset, 16).ok()?, rest.strip_prefix(b" ").unwrap_or(rest)))
}

impl Section<'_> {
    /// The bytes, and whether dots may stand for some of them.
    fn bytes(&self) -> (Vec<u8>, bool) {
        match self.hexadecimal() {
            Some(bytes) => (bytes, false),
            None => self.ascii(),
        }
    }

    fn hexadecimal(&self) -> Option<Vec<u8>> {
        const WIDTH: usize = 16;
        let mut bytes = Vec::new();
        for (at, line) in &self.lines {
            let count = self.length.checked_sub(*at)?.min(WIDTH);
            for index in 0..count {
                let digits = line.get(index * 3..index * 3 + 2)?;
                bytes.push(u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?);
            }
        }
        (bytes.len() == self.length).then_some(bytes)
    }

    /// curl ends a line at each CR LF and shows a dot for each byte that cannot be printed.
    fn ascii(&self) -> (Vec<u8>, bool) {
        let mut bytes = Vec::new();
        for (index, (at, line)) in self.lines.iter().enumerate() {
            bytes.extend_from_slice(line);
            let next = self.lines.get(index + 1).map_or(self.length, |(at, _)| *at);
            if next == at + line.len() + 2 {
                bytes.extend_from_slice(b"\r\n");
            }
        }
        let is_plain = memmem::find(&bytes, b"..").is_none()
            && serde_json::from_slice::<serde::de::IgnoredAny>(&bytes).is_ok();
        (bytes, !is_plain)
    }
}
