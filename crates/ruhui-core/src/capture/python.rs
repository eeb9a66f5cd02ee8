//! Reads the log of Python's `http.client` with a `debuglevel`: `send: b'...'`, `reply: '...'`, `header:
//! ...`.

use super::blocks::Blocks;
use super::transcript::Transcript;
use super::{BodyState, lines, raw};
use memchr::memmem;

pub(super) fn turns(text: &[u8]) -> Option<Transcript> {
    let mut blocks: Blocks<()> = Blocks::new();
    for line in lines::with_ends(text) {
        let line = lines::bare(line);
        if let Some(sent) = after(line, b"send: ").and_then(literal) {
            blocks.put(true, &sent, true);
        } else if let Some(response) = after(line, b"reply: ").and_then(literal) {
            blocks.put(false, &response, true);
        } else if let Some(header) = after(line, b"header: ").filter(|line| lines::header(line).is_some()) {
            blocks.put(false, &[header, b"\r\n"].concat(), false);
        }
    }
    let mut messages = Vec::new();
    for mut block in blocks.into_all() {
        if !block.is_client {
            block.bytes.extend_from_slice(b"\r\n");
        }
        let mut found = raw::turns(&block.bytes).messages;
        for response in found.iter_mut().filter(|_| !block.is_client) {
            // This log never has the body of a response.
            response.state = BodyState::Missing;
        }
        messages.append(&mut found);
    }
    (!messages.is_empty()).then_some(Transcript { messages })
}

fn after<'a>(line: &'a [u8], mark: &[u8]) -> Option<&'a [u8]> {
    const PREFIX: usize = 200;
    let at = memmem::find(&line[..line.len().min(PREFIX)], mark)?;
    Some(&line[at + mark.len()..])
}

/// Returns the bytes of a Python literal.
fn literal(text: &[u8]) -> Option<Vec<u8>> {
    let text = text.trim_ascii_end();
    let text = text.strip_prefix(b"b").or_else(|| text.strip_prefix(b"u")).unwrap_or(text);
    let quote = *text.first().filter(|quote| matches!(quote, b'\'' | b'"'))?;
    let inside = text[1..].strip_suffix(&[quote])?;
    let mut bytes = Vec::with_capacity(inside.len());
    let mut rest = inside.iter();
    while let Some(byte) = rest.next() {
        if *byte != b'\\' {
            bytes.push(*byte);
            continue;
        }
        bytes.push(match rest.next()? {
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'x' => {
                let digits = [*rest.next()?, *rest.next()?];
                u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?
            }
            other => *other,
        });
    }
    Some(bytes)
}
