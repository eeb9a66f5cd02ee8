//! An upload: `multipart/form-data` with the parts `meta`, which is what is signed, and `file`.
//!
//! A form that cannot be read has no `meta`, so its signature is checked over an empty body, as the live service
//! does: a client that quotes the boundary, or signs the whole form, is refused for its signature.

use super::call::Content;
use bytes::Bytes;
use http::HeaderMap;
use http::header::CONTENT_TYPE;
use multer::{Constraints, Multipart};

/// Takes the form apart.
pub(super) async fn read(headers: &HeaderMap, body: Bytes) -> Content {
    let (meta, file) = match boundary(headers) {
        Some(boundary) => parts(boundary, body).await,
        None => (None, None),
    };
    // Without what was signed, the file says nothing.
    let attachment = if meta.is_some() { file } else { None };
    Content { signed: meta.unwrap_or_default(), attachment }
}

/// The boundary, as the live service reads it: not quoted.
fn boundary(headers: &HeaderMap) -> Option<String> {
    let said = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    let (kind, parameters) = said.split_once(';')?;
    let is_form = kind.trim().eq_ignore_ascii_case("multipart/form-data");
    let boundary = parameters.split(';').find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("boundary").then(|| value.trim())
    })?;
    (is_form && !boundary.is_empty() && !boundary.contains('"')).then(|| boundary.to_owned())
}

async fn parts(boundary: String, body: Bytes) -> (Option<Bytes>, Option<Bytes>) {
    let stream = futures_util::stream::once(std::future::ready(Ok::<_, std::convert::Infallible>(body)));
    let mut form = Multipart::with_constraints(stream, boundary, Constraints::new());
    let (mut meta, mut file) = (None, None);
    while let Ok(Some(field)) = form.next_field().await {
        let slot = match field.name() {
            Some("meta") => &mut meta,
            Some("file") => &mut file,
            _ => continue,
        };
        match field.bytes().await {
            Ok(bytes) if slot.is_none() => *slot = Some(bytes),
            // A part twice, or cut off: which of them was meant cannot be known.
            _ => return (None, None),
        }
    }
    (meta, file)
}
