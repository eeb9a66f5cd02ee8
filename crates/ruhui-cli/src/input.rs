//! What a person hands over: bodies, keys and saved HTTP messages.

use crate::language::Language;
use anyhow::{Context as _, bail};
use http::{HeaderMap, HeaderName, HeaderValue};
use ruhui_core::bilingual::OsError;
use ruhui_core::key::is_text_of_key;
use std::io::Read as _;
use std::path::Path;

/// `@file`, `@-` for standard input, or the text itself; exactly these bytes, newline and all.
pub(crate) fn data(argument: Option<&str>, language: Language) -> anyhow::Result<Vec<u8>> {
    match argument {
        None => Ok(Vec::new()),
        Some(text) => match text.strip_prefix('@') {
            Some(path) => file(Path::new(path), language),
            None => Ok(text.as_bytes().to_vec()),
        },
    }
}

/// A file's bytes; `-` is standard input.
pub(crate) fn file(path: &Path, language: Language) -> anyhow::Result<Vec<u8>> {
    let read = match path == Path::new("-") {
        true => {
            let mut bytes = Vec::new();
            std::io::stdin().read_to_end(&mut bytes).map(|_| bytes)
        }
        false => std::fs::read(path),
    };
    read.map_err(|error| unreadable(path, &error, language))
}

/// A text file.
pub(crate) fn text(path: &Path, language: Language) -> anyhow::Result<String> {
    std::fs::read_to_string(path).map_err(|error| unreadable(path, &error, language))
}

fn unreadable(path: &Path, error: &std::io::Error, language: Language) -> anyhow::Error {
    let (path, error) = (path.display(), OsError::from(error));
    anyhow::anyhow!(
        language.pick(format!("{path} cannot be read: {error}"), format!("无法读取 {path}：{error:#}"))
    )
}

/// A key or certificate, as the SDK takes them: its text, or the path of a file that holds it. What is no path may
/// be a key, so it is not shown.
pub(crate) fn pem(given: &str, flag: &str, language: Language) -> anyhow::Result<Pem> {
    if is_text_of_key(given) {
        return Ok(Pem { shown: flag.to_owned(), bytes: given.as_bytes().to_vec() });
    }
    let may_be_secret = given.len() >= 32 && !given.contains(['/', '\\', '.']);
    let neither = || {
        anyhow::anyhow!(language.pick(
            format!("{flag}: neither PEM text (-----BEGIN ...) nor the path of a file that exists"),
            format!("{flag}：既不是 PEM（-----BEGIN ...）也不是存在的文件路径"),
        ))
    };
    if given.is_empty() {
        return Err(neither());
    }
    let shown = language.pick(format!("{flag} ({given})"), format!("{flag}（{given}）"));
    match std::fs::read(given) {
        Ok(bytes) => Ok(Pem { shown, bytes }),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && may_be_secret => Err(neither()),
        Err(error) => Err(language.say_of(shown, &OsError::from(error))),
    }
}

/// The contents of a key or certificate, and how messages name it.
pub(crate) struct Pem {
    pub(crate) shown: String,
    pub(crate) bytes: Vec<u8>,
}

/// An HTTP message as it stands in a file: start line, headers, an empty line, the body.
#[derive(Debug)]
pub(crate) struct Message {
    pub(crate) start: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

/// Reads an HTTP message. Line ends may have been changed by an editor; the body is taken as it is. A message
/// without an empty line has no body: editors cut it off.
pub(crate) fn message(bytes: &[u8], language: Language) -> anyhow::Result<Message> {
    let (head, body) = split(bytes).unwrap_or((bytes, &[]));
    let head = std::str::from_utf8(head)
        .ok()
        .with_context(|| language.pick("the head of the message is not text", "报文头部不是文本"))?;
    let mut lines = head.lines();
    let start = lines.next().unwrap_or_default().trim().to_owned();
    let mut headers = HeaderMap::new();
    for line in lines {
        let header = line.split_once(':').and_then(|(name, value)| {
            Some((HeaderName::try_from(name.trim()).ok()?, HeaderValue::try_from(value.trim()).ok()?))
        });
        let Some((name, value)) = header else {
            bail!(language.pick(
                format!("`{line}` is no header; an empty line ends the headers"),
                format!("`{line}` 不是 HTTP 头；头部以空行结束"),
            ));
        };
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

    fn read(text: &str) -> Message {
        message(text.as_bytes(), Language::English).unwrap()
    }

    #[test]
    fn a_message_keeps_its_body_as_it_is() {
        for gap in ["\r\n", "\n"] {
            let message = read(&format!("HTTP/1.1 200 OK{gap}Request-ID: 1{gap}{gap}{{}}\n\n"));
            assert_eq!(message.start, "HTTP/1.1 200 OK");
            assert_eq!(message.headers["request-id"], "1");
            assert_eq!(message.body, b"{}\n\n");
        }
    }

    #[test]
    fn a_message_without_an_empty_line_has_no_body() {
        let message = read("GET /v3/certificates HTTP/1.1\nAccept: */*\n");
        assert_eq!(message.headers["accept"], "*/*");
        assert!(message.body.is_empty());
    }
}
