//! What a person hands over: bodies and saved HTTP messages.

use anyhow::{Context as _, bail};
use http::{HeaderMap, HeaderName, HeaderValue};
use std::io::Read as _;
use std::path::Path;

/// `@file`, `@-` for standard input, or the text itself; exactly these bytes, newline and all.
pub(crate) fn data(argument: Option<&str>) -> anyhow::Result<Vec<u8>> {
    match argument {
        None => Ok(Vec::new()),
        Some(text) => match text.strip_prefix('@') {
            Some(path) => file(Path::new(path)),
            None => Ok(text.as_bytes().to_vec()),
        },
    }
}

/// A file's bytes; `-` is standard input.
pub(crate) fn file(path: &Path) -> anyhow::Result<Vec<u8>> {
    if path == Path::new("-") {
        let mut bytes = Vec::new();
        std::io::stdin().read_to_end(&mut bytes).context("standard input")?;
        return Ok(bytes);
    }
    std::fs::read(path).with_context(|| path.display().to_string())
}

/// An HTTP message as it stands in a file: start line, headers, an empty line, the body.
#[derive(Debug)]
pub(crate) struct Message {
    pub(crate) start: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

/// Reads an HTTP message. Line ends may have been changed by an editor; the body is taken as it is.
pub(crate) fn message(bytes: &[u8]) -> anyhow::Result<Message> {
    let (head, body) =
        split(bytes).context("the message has no empty line between its headers and its body")?;
    let head = std::str::from_utf8(head).context("the head of the message is not text")?;
    let mut lines = head.lines();
    let start = lines.next().unwrap_or_default().trim().to_owned();
    let mut headers = HeaderMap::new();
    for line in lines {
        let Some((name, value)) = line.split_once(':') else { bail!("`{line}` is not a header") };
        let name =
            HeaderName::try_from(name.trim()).with_context(|| format!("`{name}` is not a header's name"))?;
        let value = HeaderValue::try_from(value.trim()).with_context(|| format!("the value of {name}"))?;
        headers.append(name, value);
    }
    Ok(Message { start, headers, body: body.to_vec() })
}

fn split(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let find =
        |gap: &[u8]| bytes.windows(gap.len()).position(|window| window == gap).map(|at| (at, gap.len()));
    let (at, gap) = [find(b"\r\n\r\n"), find(b"\n\n")].into_iter().flatten().min()?;
    Some((&bytes[..at], &bytes[at + gap..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_keeps_its_body_as_it_is() {
        for gap in ["\r\n", "\n"] {
            let text = format!("HTTP/1.1 200 OK{gap}Request-ID: 1{gap}{gap}{{}}\n\n");
            let message = message(text.as_bytes()).unwrap();
            assert_eq!(message.start, "HTTP/1.1 200 OK");
            assert_eq!(message.headers["request-id"], "1");
            assert_eq!(message.body, b"{}\n\n");
        }
    }
}
