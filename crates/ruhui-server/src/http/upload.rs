//! Uploads: `multipart/form-data` with the parts `meta`, whose text is signed, and `file`.
//!
//! A form that cannot be read has no `meta`, so its signature is verified over an empty body, as at the live
//! service. A client that quotes the boundary, or signs the whole form, gets a signature mismatch.

use super::content::Content;
use crate::error::Rejected;
use bytes::Bytes;
use http::HeaderMap;
use http::request::Parts;
use ruhui_core::api::rows;
use ruhui_core::bilingual::Bilingual;
use ruhui_core::form::{self, Effect, Oddity};

/// Splits the form into its parts.
pub(super) fn read(headers: &HeaderMap, body: &Bytes) -> Content {
    let upload = form::read(headers, body);
    let part = |part: Option<&[u8]>| part.map(|part| body.slice_ref(part));
    Content {
        signed: part(upload.meta).unwrap_or_default(),
        attachment: part(upload.file),
        oddities: upload.oddities,
    }
}

/// The rejection of a form without both parts. The caller is authenticated, so the message names the fault of the
/// form.
pub(super) fn malformed(oddities: &[Oddity]) -> Rejected {
    let row = &rows::UPLOAD_MALFORMED;
    let cause = oddities.iter().find(|oddity| oddity.effect() != Effect::Accepted);
    cause.map_or_else(|| row.into(), |oddity| Rejected::with(row, Bilingual::of(oddity)))
}

/// Logs the unusual points in the form of an upload whose signature was verified.
pub(super) fn log(parts: &Parts, content: &Content) {
    let (method, path) = (&parts.method, parts.uri.path());
    for oddity in &content.oddities {
        let advice = oddity.advice();
        tracing::warn!("{method} {path}: {oddity}. {advice} / {oddity:#}。{advice:#}");
    }
}
