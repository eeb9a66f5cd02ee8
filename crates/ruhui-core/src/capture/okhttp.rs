//! Reads the logs of OkHttp's `HttpLoggingInterceptor` (`--> POST https://...`, headers, a body, `--> END
//! POST (123-byte body)`) and of Feign's logger, whose arrows are longer and whose lines have the full start
//! line.

use super::prefix::Prefix;
use super::start::{self, Start};
use super::transcript::{Found, Transcript};
use super::{BodyState, lines, raw};
use http::header::{HeaderValue, USER_AGENT};
use memchr::memmem;

pub(super) fn turns(text: &[u8]) -> Option<Transcript> {
    let (at, prefix) = first(text)?;
    let mut messages = Vec::new();
    let mut open: Option<Block> = None;
    for line in lines::with_ends(&text[at..]) {
        if is_heading(line) {
            continue;
        }
        let (content, has_prefix) = match prefix.after(line) {
            Some(content) => (content, true),
            None => (line, prefix.is_empty()),
        };
        let bare = lines::bare(content);
        if has_prefix && let Some(end) = end_of(bare) {
            messages.extend(open.take().and_then(|block| block.close(&end)));
        } else if has_prefix && let Some(start) = start_of(bare) {
            messages.extend(open.take().and_then(|block| block.close(&End::cut())));
            open = Some(Block::new(&start, length_in(bare)));
        } else if let Some(block) = &mut open {
            // Only a body has lines without the prefix.
            if has_prefix || block.is_in_body {
                block.put(content);
            }
        }
    }
    messages.extend(open.and_then(|block| block.close(&End::cut())));
    (!messages.is_empty()).then_some(Transcript { messages })
}

/// Returns the position of the interceptor's first line, and the prefix of its lines.
fn first(text: &[u8]) -> Option<(usize, Prefix<'_>)> {
    let mut at = 0;
    for line in lines::with_ends(text) {
        let bare = lines::bare(line);
        let head = &bare[..bare.len().min(300)];
        for arrow in [&b"--> "[..], b"<-- ", b"<--- "] {
            if let Some(begin) = memmem::find(head, arrow)
                && start_of(&bare[begin..]).is_some()
            {
                let prefix = &bare[..begin];
                return Some((at, Prefix::new(prefix.strip_suffix(b"-").unwrap_or(prefix))));
            }
        }
        at += line.len();
    }
    None
}

/// Returns whether a line is the heading that Java's own logger writes before each line: the time and the
/// class.
fn is_heading(line: &[u8]) -> bool {
    let line = line.trim_ascii_end();
    line.ends_with(b" log") && line.len() < 200 && memmem::find(line, b" okhttp3.").is_some()
}

/// Returns the start line that a line with an arrow stands for.
fn start_of(line: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(line).ok()?;
    if let Some(request) = after_arrow(text, Arrow::Sent) {
        let mut words = request.split(' ');
        let (method, url) = (words.next()?, words.next()?);
        let line = format!("{method} {url} HTTP/1.1");
        return start::is_start(line.as_bytes()).then_some(line);
    }
    let mut words = after_arrow(text, Arrow::Received)?.split(' ');
    let status = words.next().filter(|word| !word.starts_with("HTTP/")).or_else(|| words.next())?;
    let line = format!("HTTP/1.1 {status}");
    start::is_start(line.as_bytes()).then_some(line)
}

/// Returns the text after an arrow, which Feign writes with an extra dash.
fn after_arrow(line: &str, arrow: Arrow) -> Option<&str> {
    let (short, long) = match arrow {
        Arrow::Sent => ("--> ", "---> "),
        Arrow::Received => ("<-- ", "<--- "),
    };
    line.strip_prefix(short).or_else(|| line.strip_prefix(long))
}

#[derive(Clone, Copy)]
enum Arrow {
    Sent,
    Received,
}

/// Last line of a message, which describes its body.
struct End {
    length: Option<usize>,
    is_omitted: bool,
}

impl End {
    fn cut() -> Self {
        Self { length: None, is_omitted: false }
    }
}

fn end_of(line: &[u8]) -> Option<End> {
    let text = std::str::from_utf8(line).ok()?;
    let rest = after_arrow(text, Arrow::Sent)
        .or_else(|| after_arrow(text, Arrow::Received))?
        .strip_prefix("END ")?;
    Some(End { length: length_in(line), is_omitted: rest.contains("omitted") })
}

/// Returns the number in `(123-byte body)` or `(12ms, 123-byte body)`.
fn length_in(line: &[u8]) -> Option<usize> {
    let at = memmem::find(line, b"-byte")?;
    let digits = line[..at].iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    std::str::from_utf8(&line[at - digits..at]).ok()?.parse().ok()
}

struct Block {
    /// Length of the body, if the first line has it.
    length: Option<usize>,
    head: Vec<u8>,
    body: Vec<u8>,
    is_in_body: bool,
}

impl Block {
    fn new(start: &str, length: Option<usize>) -> Self {
        Self { length, head: format!("{start}\r\n").into_bytes(), body: Vec::new(), is_in_body: false }
    }

    fn put(&mut self, line: &[u8]) {
        if self.is_in_body {
            self.body.extend_from_slice(line);
        } else if line.trim_ascii().is_empty() {
            self.is_in_body = true;
        } else {
            self.head.extend_from_slice(lines::bare(line));
            self.head.extend_from_slice(b"\r\n");
        }
    }

    fn close(self, end: &End) -> Option<Found> {
        let Self { length, mut head, mut body, .. } = self;
        // The last line end belongs to the log.
        body.truncate(lines::bare(&body).len());
        let has_length = memmem::find(&head.to_ascii_lowercase(), b"\ncontent-length:").is_some();
        if let Some(length) = end.length.or(length).filter(|_| !has_length) {
            head.extend_from_slice(format!("Content-Length: {length}\r\n").as_bytes());
        }
        head.extend_from_slice(b"\r\n");
        head.extend_from_slice(&body);
        let mut found = raw::turns(&head).messages.into_iter().next()?;
        // OkHttp adds its User-Agent after the interceptor has written the log.
        if matches!(found.start, Start::Request { .. }) && !found.headers.contains_key(USER_AGENT) {
            found.headers.insert(USER_AGENT, HeaderValue::from_static("okhttp"));
        }
        if end.is_omitted && found.body.is_empty() {
            found.state = BodyState::Missing;
        }
        Some(found)
    }
}
