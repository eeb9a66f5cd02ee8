//! A picture and its `meta`, encoded as `multipart/form-data`.

use crate::exchange::Content;
use bytes::Bytes;
use http::HeaderValue;
use ruhui_core::env::{Entropy, alphanumeric};

/// `meta`, the only part that is signed, and the file next to it.
pub(crate) fn form(entropy: &dyn Entropy, meta: Bytes, filename: &str, file: &Bytes) -> Content {
    let boundary = boundary(entropy);
    // Between quotes a name is written as browsers write it (WHATWG, multipart/form-data encoding).
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
    // The live service finds no `meta` if the boundary is quoted, and then the signature does not match.
    let content_type = HeaderValue::from_str(&format!("multipart/form-data; boundary={boundary}"))
        .expect("letters and digits are visible ASCII");
    Content { body: body.into(), signed: meta, content_type: Some(content_type) }
}

/// Letters and digits need no quotes, and no file has these 190 random bits.
fn boundary(entropy: &dyn Entropy) -> String {
    alphanumeric(entropy, 32)
}

/// Type by the file's name. The service decides whether it is true and allowed.
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
