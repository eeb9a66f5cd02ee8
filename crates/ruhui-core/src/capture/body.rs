//! Finds the end of a body, and checks whether the bytes are those that were sent.

use super::{BodyState, Remark, lines, start};
use http::HeaderMap;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, TRANSFER_ENCODING};
use memchr::memmem;

/// Largest number of blanks that are skipped between two messages and after the last one.
const MOST_BLANKS: usize = 1 << 10;

/// Splits the bytes after the headers into the body and the messages after it.
pub(super) fn split<'a>(rest: &'a [u8], headers: &HeaderMap) -> (&'a [u8], &'a [u8]) {
    if let Some(length) = length(headers)
        && let Some(after) = rest.get(length..)
    {
        let after = without_blanks(after);
        if after.is_empty() {
            // The last message keeps the blanks after its body: `fit` adds a remark on them.
            return (rest, &[]);
        }
        if begins(after) {
            return rest.split_at(length);
        }
    }
    let Some(at) = next(rest) else {
        return (rest, &[]);
    };
    let (body, after) = rest.split_at(at);
    // Blanks between two messages in a log are not part of the body.
    match length(headers) {
        Some(_) => (body, after),
        None => (body.trim_ascii_end(), after),
    }
}

/// Returns the text without leading blanks. Their number is limited, since each message of a text may examine
/// the same blanks.
fn without_blanks(text: &[u8]) -> &[u8] {
    let blanks = text.iter().take(MOST_BLANKS).take_while(|byte| byte.is_ascii_whitespace()).count();
    &text[blanks..]
}

/// Returns the position at which the next message begins. Every start line names an HTTP version, so one pass
/// searches for versions.
fn next(rest: &[u8]) -> Option<usize> {
    let mut line_at = 0;
    let mut looked_at = 0;
    let mut is_new_line = true;
    memmem::find_iter(rest, b"HTTP/").find_map(|at| {
        if let Some(end) = memchr::memrchr(b'\n', &rest[looked_at..at]) {
            line_at = looked_at + end + 1;
            is_new_line = true;
        }
        looked_at = at;
        let begins_line = std::mem::take(&mut is_new_line) && begins(&rest[line_at..]);
        // A status line may directly follow a body that does not end in a line end.
        if begins_line { Some(line_at) } else { begins(&rest[at..]).then_some(at) }
    })
}

/// Returns whether a message begins here: a start line, and then a header or an empty line.
fn begins(text: &[u8]) -> bool {
    // Status lines are short, so only a short piece of each is examined.
    let longest = if text.starts_with(b"HTTP/") { 1 << 10 } else { 32 << 10 };
    let head = &text[..text.len().min(longest)];
    let Some(end) = memchr::memchr(b'\n', head) else {
        return false;
    };
    if !start::is_start(&head[..end]) {
        return false;
    }
    let second = lines::with_ends(&head[end + 1..]).next().unwrap_or_default();
    second.trim_ascii().is_empty() || lines::header(second.trim_ascii()).is_some()
}

/// Body after the comparison with the headers that describe it.
pub(super) struct Fitted {
    pub(super) body: Vec<u8>,
    pub(super) state: BodyState,
    pub(super) remarks: Vec<Remark>,
}

pub(super) fn fit(body: &[u8], headers: &HeaderMap) -> Fitted {
    let fitted = |body: &[u8], state, remark: Option<Remark>| Fitted {
        body: body.to_vec(),
        state,
        remarks: remark.into_iter().collect(),
    };
    if is_chunked(headers) {
        if let Some(joined) = join_chunks(body) {
            return fitted(&joined, BodyState::Exact, None);
        }
        let state = if body.trim_ascii().is_empty() { BodyState::Missing } else { BodyState::Exact };
        return fitted(body, state, None);
    }
    let Some(said) = length(headers) else {
        if body.trim_ascii().is_empty() {
            return fitted(b"", BodyState::Exact, None);
        }
        let in_doubt = body.ends_with(b"\n").then_some(Remark::LineEndInDoubt);
        return fitted(body, BodyState::Exact, in_doubt);
    };
    if said == body.len() {
        return fitted(body, BodyState::Exact, None);
    }
    if body.trim_ascii().is_empty() {
        let state = if said == 0 { BodyState::Exact } else { BodyState::Missing };
        return fitted(b"", state, None);
    }
    if headers.contains_key(CONTENT_ENCODING) && !is_compressed(body) {
        return fitted(body, BodyState::Rebuilt, Some(Remark::Decompressed));
    }
    match restore(body, said) {
        Some((body, remark)) => fitted(&body, BodyState::Exact, Some(remark)),
        None => {
            let remark = Remark::LengthDiffers { said, found: body.len() };
            fitted(body, BodyState::Rebuilt, Some(remark))
        }
    }
}

/// Undoes the changes that editors make to line ends, if the result has the length that was sent.
fn restore(body: &[u8], said: usize) -> Option<(Vec<u8>, Remark)> {
    if said < body.len() && body[said..].iter().all(u8::is_ascii_whitespace) {
        let remark = Remark::LineEndsRemoved { bytes: body.len() - said };
        return Some((body[..said].to_vec(), remark));
    }
    let line_feeds = memchr::memchr_iter(b'\n', body).count();
    let pairs = memmem::find_iter(body, b"\r\n").count();
    if pairs > 0 && body.len() - pairs == said {
        let text = body.iter().enumerate();
        let kept = text.filter(|(at, byte)| **byte != b'\r' || body.get(at + 1) != Some(&b'\n'));
        return Some((kept.map(|(_, byte)| *byte).collect(), Remark::LineEndsRestored));
    }
    if pairs == 0 && line_feeds > 0 && body.len() + line_feeds == said {
        let mut text = Vec::with_capacity(said);
        for line in lines::with_ends(body) {
            text.extend_from_slice(lines::bare(line));
            text.extend_from_slice(if line.ends_with(b"\n") { b"\r\n" } else { b"" });
        }
        return Some((text, Remark::LineEndsRestored));
    }
    let line_end: &[u8] = match said.checked_sub(body.len())? {
        1 => b"\n",
        2 => b"\r\n",
        _ => return None,
    };
    let is_whole = matches!((body[0], body[body.len() - 1]), (b'{', b'}') | (b'[', b']'));
    is_whole.then(|| ([body, line_end].concat(), Remark::LineEndRestored))
}

fn length(headers: &HeaderMap) -> Option<usize> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.trim().parse().ok()
}

fn is_chunked(headers: &HeaderMap) -> bool {
    let value = headers.get(TRANSFER_ENCODING).and_then(|value| value.to_str().ok());
    value.is_some_and(|value| value.to_ascii_lowercase().contains("chunked"))
}

fn is_compressed(body: &[u8]) -> bool {
    let text = body.trim_ascii_start();
    !(text.starts_with(b"{") || text.starts_with(b"[") || text.starts_with(b"<"))
}

/// Returns the data of a chunked body; `None` if the body is not in chunks, since some tools join them.
fn join_chunks(body: &[u8]) -> Option<Vec<u8>> {
    let mut data = Vec::with_capacity(body.len());
    let mut rest = body;
    loop {
        let end = memchr::memchr(b'\n', &rest[..rest.len().min(4096)])?;
        let line = std::str::from_utf8(lines::bare(&rest[..=end])).ok()?;
        let size = line.split(';').next().unwrap_or_default().trim();
        if size.is_empty() || size.len() > 8 {
            return None;
        }
        let size = usize::from_str_radix(size, 16).ok()?;
        rest = &rest[end + 1..];
        if size == 0 {
            return Some(data);
        }
        data.extend_from_slice(rest.get(..size)?);
        rest = &rest[size..];
        rest = rest.strip_prefix(b"\r").unwrap_or(rest).strip_prefix(b"\n")?;
    }
}
