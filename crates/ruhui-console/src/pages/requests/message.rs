//! One message of an exchange: its start line, headers and body as they went over the wire.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::Value;

/// A message as the control has it.
#[derive(Deserialize)]
pub(crate) struct Message {
    pub(crate) start_line: String,
    pub(crate) headers: Vec<(String, String)>,
    body: Body,
    /// Whether the whole message went over the wire.
    pub(crate) complete: bool,
}

#[derive(Deserialize)]
struct Body {
    #[serde(flatten)]
    whole: Part,
    length: u64,
    #[serde(default)]
    sha256: String,
    head: Option<Part>,
    tail: Option<Part>,
}

/// Bytes: a text, or Base64 of bytes that are not UTF-8.
#[derive(Deserialize)]
struct Part {
    text: Option<String>,
    base64: Option<String>,
}

/// A body as the page shows it.
pub(crate) struct BodyView {
    /// Number of bytes that went over the wire.
    pub(crate) length: u64,
    /// Pieces in the order of the bytes. A body that the log has cut has two.
    pub(crate) pieces: Vec<Piece>,
    /// Number of bytes between the two pieces, which the log does not have.
    pub(crate) missing: u64,
    pub(crate) sha256: String,
    /// The JSON with indentation, if the body is JSON that is not indented yet.
    pub(crate) formatted: Option<String>,
}

/// A piece of a body.
pub(crate) enum Piece {
    Text(String),
    /// Lines of a hex dump, and whether further bytes follow.
    Hex(Vec<HexLine>, bool),
}

/// Sixteen bytes of a hex dump.
pub(crate) struct HexLine {
    pub(crate) offset: String,
    pub(crate) hex: String,
    pub(crate) ascii: String,
}

/// Number of bytes of a hex dump.
const DUMPED: usize = 4096;

impl Message {
    pub(crate) fn body(&self) -> BodyView {
        let Body { whole, length, sha256, head, tail } = &self.body;
        let mut pieces = Vec::new();
        let mut kept = 0;
        for part in [Some(whole), head.as_ref(), tail.as_ref()].into_iter().flatten() {
            if let Some((piece, bytes)) = piece(part) {
                kept += bytes;
                pieces.push(piece);
            }
        }
        let formatted = match pieces.as_slice() {
            [Piece::Text(text)] => formatted(text),
            _ => None,
        };
        let missing = if sha256.is_empty() { 0 } else { length.saturating_sub(kept) };
        BodyView { length: *length, pieces, missing, sha256: sha256.clone(), formatted }
    }
}

/// Returns the piece of a part, and the number of its bytes; nothing for an empty part.
fn piece(part: &Part) -> Option<(Piece, u64)> {
    if let Some(text) = part.text.as_ref().filter(|text| !text.is_empty()) {
        return Some((Piece::Text(text.clone()), text.len() as u64));
    }
    let bytes = STANDARD.decode(part.base64.as_ref()?).ok()?;
    let lines =
        bytes.chunks(16).take(DUMPED / 16).enumerate().map(|(index, chunk)| hex_line(index * 16, chunk));
    Some((Piece::Hex(lines.collect(), bytes.len() > DUMPED), bytes.len() as u64))
}

fn hex_line(offset: usize, bytes: &[u8]) -> HexLine {
    let hex: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let ascii = bytes.iter().map(|byte| match byte {
        b' '..=b'~' => char::from(*byte),
        _ => '·',
    });
    HexLine { offset: format!("{offset:06x}"), hex: hex.join(" "), ascii: ascii.collect() }
}

fn formatted(text: &str) -> Option<String> {
    if text.contains('\n') {
        return None;
    }
    let value: Value =
        serde_json::from_str(text).ok().filter(|value: &Value| value.is_object() || value.is_array())?;
    serde_json::to_string_pretty(&value).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(body: Value) -> BodyView {
        let message = json!({ "start_line": "", "headers": [], "body": body, "complete": true });
        serde_json::from_value::<Message>(message).unwrap().body()
    }

    #[test]
    fn a_cut_body_has_two_pieces_and_the_number_of_missing_bytes() {
        let body = read(json!({
            "sha256": "ab", "head": { "text": "0123" }, "tail": { "base64": "AP8=" }, "length": 100,
        }));
        assert_eq!((body.pieces.len(), body.missing), (2, 94));
    }

    #[test]
    fn bytes_that_are_not_text_are_dumped() {
        let body = read(json!({ "base64": "AP8gQQ==", "length": 4 }));
        let Piece::Hex(lines, false) = &body.pieces[0] else { panic!("a hex dump") };
        assert_eq!((lines[0].hex.as_str(), lines[0].ascii.as_str()), ("00 ff 20 41", "·· A"));
        assert_eq!(body.missing, 0);
    }

    #[test]
    fn json_on_one_line_is_formatted_too() {
        let body = read(json!({ "text": "{\"a\":[1]}", "length": 9 }));
        assert_eq!(body.formatted.unwrap(), "{\n  \"a\": [\n    1\n  ]\n}");
        assert!(read(json!({ "text": "plain", "length": 5 })).formatted.is_none());
        assert!(read(json!({ "text": "", "length": 0 })).pieces.is_empty());
    }
}
