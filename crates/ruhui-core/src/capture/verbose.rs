//! Reads the output of `curl -v`: `> ` in front of sent lines, `< ` in front of received headers, `* ` in
//! front of remarks.
//!
//! Programs that use libcurl (PHP and its Guzzle, pycurl) print `> ` only in front of the request line.

use super::blocks::Blocks;
use super::transcript::Transcript;
use super::{BodyState, lines, raw, start};
use memchr::memmem;

/// State of a message that its bytes do not show.
#[derive(Default)]
struct Seen {
    is_past_head: bool,
    /// Whether curl reported data of this response.
    has_data: bool,
}

pub(super) fn turns(text: &[u8]) -> Option<Transcript> {
    let mut blocks: Blocks<Seen> = Blocks::new();
    let mut plain = Vec::new();
    for line in lines::with_ends(text) {
        let line = without_time(line);
        match line {
            [b'>' | b'<', rest @ ..] if matches!(rest.first(), None | Some(b' ' | b'\r' | b'\n')) => {
                let content = rest.strip_prefix(b" ").unwrap_or(rest);
                if let Some(block) = blocks.put(line[0] == b'>', content, true) {
                    block.note.is_past_head |= content.trim_ascii().is_empty();
                }
            }
            _ if is_remark(line) => {
                if line.starts_with(b"{ [")
                    && let Some(block) = blocks.last().filter(|block| !block.is_client)
                {
                    block.note.has_data = true;
                }
            }
            _ if blocks.last().is_some_and(|block| block.is_client && !block.note.is_past_head) => {
                if let Some(block) = blocks.put(true, line, false) {
                    block.note.is_past_head |= line.trim_ascii().is_empty();
                }
            }
            // In a terminal, `curl -iv` prints each header twice.
            _ if blocks.last().is_some_and(|block| !block.is_client && !block.note.is_past_head) => {}
            _ if blocks.last_of(false).is_some() => plain.extend_from_slice(before_remark(line)),
            _ => {}
        }
    }
    let is_raw = start::is_start(lines::first(&plain));
    if let Some(last) = blocks.last_of(false).filter(|_| !is_raw) {
        last.bytes.extend_from_slice(&plain);
    }
    let mut messages = Vec::new();
    for block in blocks.into_all() {
        // `curl -iv` prints the responses a second time, as received.
        if is_raw && !block.is_client {
            continue;
        }
        let mut found = raw::turns(&block.bytes).messages;
        if let [only] = &mut found[..]
            && block.note.has_data
            && only.body.is_empty()
        {
            only.state = BodyState::Missing;
        }
        messages.append(&mut found);
    }
    if is_raw {
        messages.append(&mut raw::turns(&plain).messages);
    }
    (!messages.is_empty()).then_some(Transcript { messages })
}

/// Returns whether a line is a remark of curl, a count of bytes, or progress.
fn is_remark(line: &[u8]) -> bool {
    let has = |text: &[u8]| memmem::find(&line[..line.len().min(400)], text).is_some();
    line.starts_with(b"* ")
        || line.starts_with(b"curl: (")
        || ((line.starts_with(b"{ [") || line.starts_with(b"} [")) && has(b" bytes data]"))
        || line.starts_with(b"  % Total")
        || has(b"Dload  Upload")
        || has(b"--:--:--")
}

/// Returns the line up to a remark that follows a body without a line end.
fn before_remark(line: &[u8]) -> &[u8] {
    let remarks: [&[u8]; 3] = [b"* Connection #", b"* Closing connection", b"* shutting down connection"];
    let end = remarks.into_iter().filter_map(|remark| memmem::find(line, remark)).min();
    &line[..end.unwrap_or(line.len())]
}

/// Removes the time of `--trace-time` and the numbers of `--trace-ids` from a line.
fn without_time(line: &[u8]) -> &[u8] {
    let mut line = line;
    if line.len() > 16 && line[2] == b':' && line[5] == b':' && line[8] == b'.' && line[15] == b' ' {
        line = &line[16..];
    }
    if line.starts_with(b"[")
        && let Some(end) = memmem::find(&line[..line.len().min(16)], b"] ")
        && line[1..end].iter().all(|byte| byte.is_ascii_digit() || *byte == b'-' || *byte == b'x')
    {
        line = &line[end + 2..];
    }
    line
}
