//! The body of an upload: a picture and its signed metadata, as `multipart/form-data`.

use crate::exchange::Content;
use bytes::Bytes;
use http::HeaderValue;
use ruhui_core::env::{Entropy, alphanumeric};

/// Builds a form of two parts: `meta`, the only signed part, and the file.
pub(crate) fn form(entropy: &dyn Entropy, meta: Bytes, filename: &str, file: &Bytes) -> Content {
    let boundary = boundary(entropy);
    // The quoted name is escaped as browsers escape it (WHATWG, multipart/form-data encoding).
    let quoted = filename.replace('"', "%22");
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
    let body = [before.as_bytes(), &meta, between.as_bytes(), file, after.as_bytes()].concat();
    // The boundary is not quoted: the live service finds no `meta` after a quoted one, and the signature does
    // not match.
    let content_type = HeaderValue::from_str(&format!("multipart/form-data; boundary={boundary}"))
        .expect("letters and digits are visible ASCII");
    Content { body: body.into(), signed: meta, content_type: Some(content_type) }
}

/// Returns a random boundary. Letters and digits need no quotes, and no file contains these 190 random bits.
fn boundary(entropy: &dyn Entropy) -> String {
    alphanumeric(entropy, 32)
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
}
