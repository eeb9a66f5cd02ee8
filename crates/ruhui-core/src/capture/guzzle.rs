//! Reads Guzzle's message format `DEBUG`: `>>>>>>>>`, the request, `<<<<<<<<`, the response, `--------`.

use super::transcript::Transcript;
use super::{lines, raw};

pub(super) fn turns(text: &[u8]) -> Option<Transcript> {
    let mut parts: Vec<Vec<u8>> = Vec::new();
    let mut is_inside = false;
    for line in lines::with_ends(text) {
        let content = line.trim_ascii();
        if content.ends_with(b">>>>>>>>") || content == b"<<<<<<<<" {
            is_inside = true;
            parts.push(Vec::new());
        } else if content.starts_with(b"--------") {
            is_inside = false;
        } else if let Some(part) = parts.last_mut().filter(|_| is_inside) {
            part.extend_from_slice(line);
        }
    }
    // The line end after each part belongs to the format.
    let messages: Vec<_> = parts.iter().flat_map(|part| raw::turns(lines::bare(part)).messages).collect();
    (!messages.is_empty()).then_some(Transcript { messages })
}
