//! Writes the body of an upload.

use crate::env::{Entropy, alphanumeric};
use http::HeaderValue;

/// Body of an upload with its content type.
#[derive(Clone)]
#[allow(clippy::exhaustive_structs, reason = "a request has no more of a form")]
pub struct Written {
    /// The form.
    pub body: Vec<u8>,
    /// `multipart/form-data`, with the boundary of the form.
    pub content_type: HeaderValue,
}

/// Hides the contents, which are the caller's.
impl std::fmt::Debug for Written {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Written")
            .field("body", &self.body.len())
            .field("content_type", &self.content_type)
            .finish()
    }
}

/// Writes a form of two parts: `meta`, the only signed part, and the file.
///
/// ```
/// use http::{HeaderMap, header::CONTENT_TYPE};
/// use ruhui_core::{env::Entropy, form};
///
/// struct Zeros;
/// impl Entropy for Zeros {
///     fn fill(&self, bytes: &mut [u8]) {
///         bytes.fill(0);
///     }
/// }
/// let written = form::write(&Zeros, b"{}", "a.png", b"PNG");
/// let headers = HeaderMap::from_iter([(CONTENT_TYPE, written.content_type)]);
/// let upload = form::read(&headers, &written.body);
/// assert_eq!((upload.meta, upload.file), (Some(&b"{}"[..]), Some(&b"PNG"[..])));
/// assert!(upload.oddities.is_empty());
/// ```
pub fn write(entropy: &dyn Entropy, meta: &[u8], filename: &str, file: &[u8]) -> Written {
    // Letters and digits need no quotes, and no file contains these 190 random bits.
    let boundary = alphanumeric(entropy, 32);
    // The quoted name is escaped as browsers escape it (WHATWG, multipart/form-data encoding).
    let quoted = filename.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A");
    let kind = media_type(filename);
    let before = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"meta\"\r\n\
         Content-Type: application/json\r\n\r\n"
    );
    let between = format!(
        "\r\n--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{quoted}\"\r\n\
         Content-Type: {kind}\r\n\r\n"
    );
    let after = format!("\r\n--{boundary}--\r\n");
    let body = [before.as_bytes(), meta, between.as_bytes(), file, after.as_bytes()].concat();
    // The boundary is not quoted: the live service finds no `meta` after a quoted one, and the signature does
    // not match.
    let content_type = HeaderValue::from_str(&format!("multipart/form-data; boundary={boundary}"))
        .expect("letters and digits are visible ASCII");
    Written { body, content_type }
}

/// Returns the media type by the file's extension. The service checks whether it is true and allowed.
fn media_type(filename: &str) -> &'static str {
    let extension = filename.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
    match extension.as_deref() {
        Some("jpg" | "jpeg") => "image/jpeg",
        Some("png") => "image/png",
        Some("bmp") => "image/bmp",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Zeros;

    impl Entropy for Zeros {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(0);
        }
    }

    #[test]
    fn the_name_tells_the_type() {
        for (filename, kind) in [
            ("a.jpg", "image/jpeg"),
            ("a.b.JPEG", "image/jpeg"),
            ("会员.png", "image/png"),
            ("a.bmp", "image/bmp"),
            ("a.gif", "application/octet-stream"),
            ("png", "application/octet-stream"),
        ] {
            assert_eq!(media_type(filename), kind, "{filename}");
        }
    }

    #[test]
    fn a_name_stays_in_its_quotes() {
        let written = write(&Zeros, b"{}", "a\"\r\nX: y.png", b"PNG");
        let text = String::from_utf8(written.body).unwrap();
        assert!(text.contains("filename=\"a%22%0D%0AX: y.png\"\r\n"), "{text}");
    }
}
