//! Reads the logs of Apache HttpClient: the wire log, `http-outgoing-0 >> "POST /v3/... HTTP/1.1[\r][\n]"`,
//! and the header log, `http-outgoing-0 >> POST /v3/... HTTP/1.1`.

use super::transcript::Transcript;
use super::{lines, raw, start};
use memchr::memmem;
use std::collections::HashMap;

struct Block {
    bytes: Vec<u8>,
}

/// Messages of one of the two logs.
#[derive(Default)]
struct Log {
    blocks: Vec<Block>,
    /// Block that each side of each connection continues.
    open: HashMap<(Vec<u8>, bool), usize>,
}

pub(super) fn turns(text: &[u8]) -> Option<Transcript> {
    let mut wire = Log::default();
    let mut headers = Log::default();
    for line in lines::with_ends(text) {
        let line = lines::bare(line);
        let Some(Entry { connection, is_client, content }) = entry(line) else {
            continue;
        };
        match quoted(content) {
            Some(content) => wire.put(connection, is_client, &unescape(content)),
            None if !connection.is_empty() => {
                headers.put(connection, is_client, &[content, b"\r\n"].concat());
            }
            None => {}
        }
    }
    let log = if wire.blocks.is_empty() { headers } else { wire };
    let messages: Vec<_> = log.blocks.iter().flat_map(|block| raw::turns(&block.bytes).messages).collect();
    (!messages.is_empty()).then_some(Transcript { messages })
}

impl Log {
    fn put(&mut self, connection: &[u8], is_client: bool, bytes: &[u8]) {
        let key = (connection.to_vec(), is_client);
        if start::is_start(lines::bare(bytes)) {
            self.open.insert(key.clone(), self.blocks.len());
            self.blocks.push(Block { bytes: Vec::new() });
        }
        if let Some(block) = self.open.get(&key).and_then(|at| self.blocks.get_mut(*at)) {
            block.bytes.extend_from_slice(bytes);
        }
    }
}

struct Entry<'a> {
    connection: &'a [u8],
    is_client: bool,
    content: &'a [u8],
}

fn entry(line: &[u8]) -> Option<Entry<'_>> {
    const PREFIX: usize = 400;
    let head = &line[..line.len().min(PREFIX)];
    let (is_client, at) = match (memmem::find(head, b">> "), memmem::find(head, b"<< ")) {
        (Some(sent), Some(received)) if received < sent => (false, received),
        (Some(sent), _) => (true, sent),
        (None, Some(received)) => (false, received),
        (None, None) => return None,
    };
    let before = &line[..at];
    let connection =
        memmem::rfind(before, b"http-outgoing-").map_or(&b""[..], |name| before[name..].trim_ascii());
    Some(Entry { connection, is_client, content: &line[at + 3..] })
}

fn quoted(content: &[u8]) -> Option<&[u8]> {
    let content = content.trim_ascii_end();
    content.strip_prefix(b"\"")?.strip_suffix(b"\"").filter(|content| *content != b"end of stream")
}

/// Decodes the escapes `[\r]`, `[\n]` and `[0xe4]` to bytes.
fn unescape(content: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(content.len());
    let mut rest = content;
    while let Some((first, after)) = rest.split_first() {
        let escape = rest.get(..4).and_then(|escape| match escape {
            b"[\\r]" => Some((b'\r', 4)),
            b"[\\n]" => Some((b'\n', 4)),
            b"[\\t]" => Some((b'\t', 4)),
            b"[0x]" => None,
            [b'[', b'0', b'x', _] => {
                let end = memchr::memchr(b']', &rest[..rest.len().min(6)])?;
                let digits = std::str::from_utf8(&rest[3..end]).ok()?;
                u8::from_str_radix(digits, 16).ok().map(|byte| (byte, end + 1))
            }
            _ => None,
        });
        match escape {
            Some((byte, length)) => {
                bytes.push(byte);
                rest = &rest[length..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    bytes
}
