//! Reads raw HTTP messages, as sent over the wire or as editors left them.

use super::start::{self, Start};
use super::transcript::{Found, Transcript};
use super::{Captured, Format, Headers, Message, Remark, body, lines};
use http::header::{AUTHORIZATION, HOST, HeaderName, HeaderValue};
use http::{HeaderMap, Method};

/// Largest number of headers that are read. Clients send fewer.
pub(super) const MOST_HEADERS: usize = 1_000;
/// Largest number of messages that are read. People paste fewer.
pub(super) const MOST_MESSAGES: usize = 10_000;
/// Largest number of remarks about lines. Readers need no more.
const MOST_REMARKS: usize = 5;

/// Returns all messages of a text, in order.
pub(super) fn turns(text: &[u8]) -> Transcript {
    let mut messages = Vec::new();
    let mut rest = text;
    while messages.len() < MOST_MESSAGES
        && let Some((message, after)) = message(rest)
    {
        messages.push(message);
        rest = after;
    }
    Transcript { messages }
}

/// Returns the first message of a text, and the rest of the text.
fn message(text: &[u8]) -> Option<(Found, &[u8])> {
    let mut rest = text;
    let start = loop {
        let line = lines::with_ends(rest).next()?;
        rest = &rest[line.len()..];
        if !line.trim_ascii().is_empty() {
            break start::read(lines::bare(line))?;
        }
    };
    let mut head = Head::default();
    rest = &rest[head.read(rest, 2)..];
    let Head { mut headers, mut remarks, .. } = head;
    if let Start::Request { host: Some(host), .. } = &start
        && !headers.contains_key(HOST)
        && let Ok(value) = HeaderValue::from_str(host)
    {
        headers.insert(HOST, value);
    }
    let has_body = match start {
        Start::Connect => false,
        Start::Status(status) => status >= 200,
        Start::Request { .. } => true,
    };
    let (own, after) = if has_body { body::split(rest, &headers) } else { rest.split_at(0) };
    let fitted = body::fit(own, &headers);
    remarks.extend(fitted.remarks);
    Some((Found { start, headers, body: fitted.body, state: fitted.state, remarks }, after))
}

/// Reads headers without a start line, if one of them is a signature.
pub(super) fn headers_alone(text: &[u8]) -> Option<Captured> {
    let mut head = Head::default();
    let end = head.read(text, 1);
    let signed = head.headers.contains_key(AUTHORIZATION)
        || head.headers.contains_key(crate::sign::header::SIGNATURE)
        || head.remarks.iter().any(|remark| matches!(remark, Remark::Redacted { .. }));
    let fitted = body::fit(&text[end..], &head.headers);
    if let (Some(method), Some(target)) = (&head.method, &head.target) {
        let start = Start::Request { method: method.clone(), target: target.clone(), host: None };
        let mut remarks = head.remarks;
        remarks.extend(fitted.remarks);
        let found = Found { start, headers: head.headers, body: fitted.body, state: fitted.state, remarks };
        let one = Transcript { messages: vec![found] };
        return super::transcript::finish(one, Format::Raw, super::Choice::Last)?.ok();
    }
    if !signed {
        return None;
    }
    let mut remarks = head.remarks;
    remarks.extend(fitted.remarks);
    remarks.push(Remark::HeadersAlone);
    let headers = Headers { headers: head.headers, body: fitted.body, remarks };
    Some(Captured { format: Format::Headers, message: Message::Headers(headers), remarks: Vec::new() })
}

/// Headers of a message, as they are being read.
#[derive(Default)]
pub(super) struct Head {
    pub(super) headers: HeaderMap,
    pub(super) remarks: Vec<Remark>,
    /// HTTP/2's pseudo-headers in place of the request line, as browsers show them.
    method: Option<String>,
    target: Option<String>,
    open: Option<Open>,
}

/// Header whose value may continue on the next line.
struct Open {
    name: HeaderName,
    value: Vec<u8>,
    lines: usize,
}

impl Head {
    /// Reads headers up to the empty line, and returns the position of the body. `first_line` is the number
    /// of the text's first line in the message.
    pub(super) fn read(&mut self, text: &[u8], first_line: usize) -> usize {
        let mut at = 0;
        for (index, line) in lines::with_ends(text).enumerate() {
            let content = line.trim_ascii();
            if content.is_empty() {
                at += line.len();
                break;
            }
            if !self.line(content, line.starts_with(b" ") || line.starts_with(b"\t")) {
                if index > 0 && matches!(content[0], b'{' | b'[' | b'<') {
                    self.remarks.push(Remark::NoEmptyLine);
                    break;
                }
                if self.remarks.len() < MOST_REMARKS {
                    self.remarks.push(Remark::NotHeader { line: first_line + index });
                }
            }
            at += line.len();
        }
        self.close();
        at
    }

    /// Reads one line. Returns false if it is neither a header nor the continuation of one.
    fn line(&mut self, content: &[u8], is_indented: bool) -> bool {
        if let Some((name, value)) = lines::header(content) {
            self.close();
            self.open = Some(Open { name, value: value.to_vec(), lines: 1 });
            return true;
        }
        if let Some(pseudo) = content.strip_prefix(b":") {
            self.pseudo(pseudo);
            return true;
        }
        match &mut self.open {
            Some(open) if open.continues(content, is_indented) => {
                open.append(content);
                true
            }
            _ => false,
        }
    }

    fn pseudo(&mut self, line: &[u8]) {
        let Some((name, value)) = std::str::from_utf8(line).ok().and_then(|line| line.split_once(':')) else {
            return;
        };
        let value = value.trim();
        match name {
            "method" if Method::from_bytes(value.as_bytes()).is_ok() => self.method = Some(value.to_owned()),
            "path" if value.starts_with('/') => self.target = Some(value.to_owned()),
            "authority" => {
                if let Ok(value) = HeaderValue::from_str(value) {
                    self.headers.insert(HOST, value);
                }
            }
            _ => {}
        }
    }

    fn close(&mut self) {
        let Some(Open { name, value, lines }) = self.open.take() else {
            return;
        };
        let is_signature = name == AUTHORIZATION || name == crate::sign::header::SIGNATURE;
        if is_signature && is_redacted(&value) {
            self.remarks.push(Remark::Redacted { header: shown(&name) });
            return;
        }
        if lines > 1 {
            self.remarks.push(Remark::Joined { header: shown(&name), lines });
        }
        if let Ok(value) = HeaderValue::from_bytes(&value) {
            self.append(name, value);
        }
    }

    /// Adds a header, unless there are too many.
    pub(super) fn append(&mut self, name: HeaderName, value: HeaderValue) {
        if self.headers.len() < MOST_HEADERS {
            self.headers.append(name, value);
        }
    }
}

impl Open {
    fn is_authorization(&self) -> bool {
        self.name == AUTHORIZATION
    }

    /// Returns whether a line that is not a header continues this header.
    fn continues(&self, content: &[u8], is_indented: bool) -> bool {
        if matches!(content[0], b'{' | b'[' | b'<') {
            return false;
        }
        let is_base64 = || content.iter().all(|byte| byte.is_ascii_alphanumeric() || b"+/=-_".contains(byte));
        if self.is_authorization() {
            let is_field = || memchr::memmem::find(content, b"=\"").is_some();
            let is_rest = || content.iter().all(|byte| byte.is_ascii_graphic()) && content.contains(&b'"');
            return is_base64() || is_field() || is_rest();
        }
        is_indented || (self.name == crate::sign::header::SIGNATURE && is_base64())
    }

    fn append(&mut self, content: &[u8]) {
        let needs_blank = if self.is_authorization() {
            // A blank separates the scheme from the first field.
            !self.value.contains(&b'=')
        } else {
            self.name != crate::sign::header::SIGNATURE
        };
        if needs_blank && !self.value.is_empty() {
            self.value.push(b' ');
        }
        self.value.extend_from_slice(content);
        self.lines += 1;
    }
}

/// Returns whether a log has replaced the value, to hide it.
fn is_redacted(value: &[u8]) -> bool {
    let text = String::from_utf8_lossy(value).to_ascii_lowercase();
    let text = text.trim();
    let hides = |c: char| c == '█' || c == '*' || c == '•' || c == 'x';
    text.contains("redacted") || text == "<hidden>" || (text.chars().count() >= 2 && text.chars().all(hides))
}

/// Returns a header's name as people write it.
fn shown(name: &HeaderName) -> String {
    let capital = |word: &str| {
        let (first, rest) = word.split_at(word.len().min(1));
        first.to_ascii_uppercase() + rest
    };
    name.as_str().split('-').map(capital).collect::<Vec<_>>().join("-")
}
