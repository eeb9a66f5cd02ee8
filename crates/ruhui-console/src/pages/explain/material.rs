//! The material in the page's form: a text that was pasted, or a file.

use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use bytes::Bytes;
use memchr::memmem;

/// Material to explain, and the number of the exchange in it.
pub(super) struct Material {
    pub(super) bytes: Bytes,
    /// The text field as it was sent, to show it again; empty for a file.
    pub(super) text: String,
    pub(super) exchange: String,
}

impl Material {
    /// Reads the form. A file comes before a text. `None` if the form has neither.
    pub(super) fn read(headers: &HeaderMap, body: &Bytes) -> Option<Self> {
        let kind = headers.get(CONTENT_TYPE)?.to_str().ok()?;
        let (_, boundary) = kind.split_once("boundary=")?;
        let boundary = boundary.split(';').next()?.trim_matches('"');
        let (mut file, mut text, mut exchange) = (Bytes::new(), Bytes::new(), String::new());
        for (name, content) in parts(body, boundary) {
            match name.as_str() {
                "file" => file = content,
                "material" => text = with_line_feeds(&content),
                "exchange" => exchange = String::from_utf8_lossy(&content).trim().to_owned(),
                _ => {}
            }
        }
        if !file.is_empty() {
            return Some(Self { bytes: file, text: String::new(), exchange });
        }
        let shown = String::from_utf8_lossy(&text).into_owned();
        (!shown.trim().is_empty()).then_some(Self { bytes: text, text: shown, exchange })
    }
}

/// Returns names and contents of a form's parts. Browsers write nothing else than this form.
fn parts(body: &Bytes, boundary: &str) -> Vec<(String, Bytes)> {
    let delimiter = format!("\r\n--{boundary}");
    let first = format!("--{boundary}");
    let Some(mut rest) = body.strip_prefix(first.as_bytes()).map(|rest| body.slice_ref(rest)) else {
        return Vec::new();
    };
    let mut parts = Vec::new();
    while let Some(end) = memmem::find(&rest, delimiter.as_bytes()) {
        let part = rest.slice(..end);
        rest = rest.slice(end + delimiter.len()..);
        let Some(blank) = memmem::find(&part, b"\r\n\r\n") else { continue };
        let head = String::from_utf8_lossy(&part[..blank]).into_owned();
        let name = head.split_once("name=\"").and_then(|(_, name)| name.split_once('"'));
        parts.extend(name.map(|(name, _)| (name.to_owned(), part.slice(blank + 4..))));
    }
    parts
}

/// Browsers send each line end of a text field as CR LF, whatever was pasted. Bodies mostly have LF.
fn with_line_feeds(text: &Bytes) -> Bytes {
    let mut bytes = Vec::with_capacity(text.len());
    for (index, byte) in text.iter().enumerate() {
        if *byte != b'\r' || text.get(index + 1) != Some(&b'\n') {
            bytes.push(*byte);
        }
    }
    bytes.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &[u8]) -> Option<Material> {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, "multipart/form-data; boundary=XX".parse().unwrap());
        Material::read(&headers, &Bytes::copy_from_slice(body))
    }

    #[test]
    fn a_file_is_read_byte_for_byte() {
        let body = b"--XX\r\nContent-Disposition: form-data; name=\"material\"\r\n\r\n\r\n--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\nContent-Type: text/plain\r\n\r\n\xff\r\n\r\n-\r\n--XX--\r\n";
        let material = read(body).unwrap();
        assert_eq!((&material.bytes[..], material.text.as_str()), (&b"\xff\r\n\r\n-"[..], ""));
    }

    #[test]
    fn a_text_has_the_line_ends_that_were_pasted() {
        let body = b"--XX\r\nContent-Disposition: form-data; name=\"exchange\"\r\n\r\n 2\r\n--XX\r\nContent-Disposition: form-data; name=\"material\"\r\n\r\nGET / HTTP/1.1\r\n\r\n\xe4\xb8\xad\r\n--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\"\r\n\r\n\r\n--XX--\r\n";
        let material = read(body).unwrap();
        assert_eq!(&material.bytes[..], "GET / HTTP/1.1\n\n中".as_bytes());
        assert_eq!(material.exchange, "2");
    }

    #[test]
    fn a_form_without_either_is_nothing() {
        for body in [
            &b""[..],
            b"--XX--",
            b"--XX\r\nContent-Disposition: form-data; name=\"material\"\r\n\r\n \r\n--XX--",
            b"material=1",
        ] {
            assert!(read(body).is_none());
        }
    }
}
