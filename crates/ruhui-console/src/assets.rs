//! Files of the pages: style sheet, script, pictures. They are part of the program. Their names have a hash of their
//! contents, so browsers keep them for ever.

use crate::controls::InProcess;
use crate::language::Language;
use axum::Router;
use axum::body::Body;
use axum::extract::Path;
use axum::http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, VARY};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::hash::{DefaultHasher, Hasher as _};
use std::io::Write as _;
use std::sync::LazyLock;

/// A file of the pages.
#[derive(Debug)]
pub(crate) struct Asset {
    /// The name without its hash, such as `console.css`.
    name: String,
    /// The path at which it is served.
    pub(crate) path: String,
    kind: &'static str,
    bytes: &'static [u8],
    compressed: Vec<u8>,
}

impl Asset {
    fn new((stem, ending): (&str, &str), kind: &'static str, bytes: &'static [u8]) -> Self {
        // The hash tells versions of one file apart; it is no protection.
        let mut hasher = DefaultHasher::new();
        hasher.write(bytes);
        let path = format!("/assets/{stem}-{:016x}.{ending}", hasher.finish());
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        let compressed = encoder.write_all(bytes).and_then(|()| encoder.finish());
        let compressed = compressed.expect("memory takes all bytes");
        Self { name: format!("{stem}.{ending}"), path, kind, bytes, compressed }
    }
}

/// All files, compressed once for a program.
static ASSETS: LazyLock<Vec<Asset>> = LazyLock::new(|| {
    vec![
        Asset::new(("console", "css"), "text/css; charset=utf-8", include_bytes!("../assets/console.css")),
        Asset::new(
            ("console", "js"),
            "text/javascript; charset=utf-8",
            include_bytes!("../assets/console.js"),
        ),
        svg("icon", include_bytes!("../assets/icon.svg")),
        svg("token-to-member-en", include_bytes!("../assets/pictures/token-to-member.svg")),
        svg("token-to-member-zh", include_bytes!("../assets/pictures/token-to-member.zh-CN.svg")),
        svg("signature-en", include_bytes!("../assets/pictures/signature.svg")),
        svg("signature-zh", include_bytes!("../assets/pictures/signature.zh-CN.svg")),
        svg("callback-en", include_bytes!("../assets/pictures/callback.svg")),
        svg("callback-zh", include_bytes!("../assets/pictures/callback.zh-CN.svg")),
        Asset::new(
            ("component", "css"),
            "text/css; charset=utf-8",
            include_bytes!("../assets/component.css"),
        ),
        Asset::new(
            ("component", "js"),
            "text/javascript; charset=utf-8",
            include_bytes!("../assets/component.js"),
        ),
        Asset::new(("card", "css"), "text/css; charset=utf-8", include_bytes!("../assets/card.css")),
    ]
});

fn svg(stem: &'static str, bytes: &'static [u8]) -> Asset {
    Asset::new((stem, "svg"), "image/svg+xml", bytes)
}

/// The style sheet.
pub(crate) fn css() -> &'static Asset {
    named("console.css")
}

/// The style sheet of a member card.
pub(crate) fn card_css() -> &'static Asset {
    named("card.css")
}

/// The script.
pub(crate) fn script() -> &'static Asset {
    named("console.js")
}

/// The icon of the tab.
pub(crate) fn icon() -> &'static Asset {
    named("icon.svg")
}

/// The style sheet of the components.
pub(crate) fn component_css() -> &'static Asset {
    named("component.css")
}

/// The script of the components.
pub(crate) fn component_script() -> &'static Asset {
    named("component.js")
}

/// A picture of the documents.
pub(crate) fn picture(picture: Picture, language: Language) -> &'static Asset {
    let stem = match picture {
        Picture::TokenToMember => "token-to-member",
        Picture::Signature => "signature",
        Picture::Callback => "callback",
    };
    named(&format!("{stem}-{}.svg", language.name()))
}

fn named(name: &str) -> &'static Asset {
    ASSETS.iter().find(|asset| asset.name == name).expect("each name in this file is that of a file")
}

/// The pictures of the documents, each in both languages.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Picture {
    TokenToMember,
    Signature,
    Callback,
}

pub(crate) fn router() -> Router<InProcess> {
    Router::new().route("/assets/{name}", get(respond))
}

async fn respond(Path(name): Path<String>, headers: HeaderMap) -> Response {
    let path = format!("/assets/{name}");
    let Some(asset) = ASSETS.iter().find(|asset| asset.path == path) else {
        // A page from before an update names a file that is gone; its next load names the new one.
        return StatusCode::NOT_FOUND.into_response();
    };
    let kept = [(CACHE_CONTROL, "public, max-age=31536000, immutable"), (VARY, "Accept-Encoding")];
    let accepted = headers.get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if accepted.contains("gzip") {
        let coded = [(CONTENT_TYPE, asset.kind), (CONTENT_ENCODING, "gzip")];
        return (kept, coded, Body::from(asset.compressed.as_slice())).into_response();
    }
    (kept, [(CONTENT_TYPE, asset.kind)], Body::from(asset.bytes)).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_picture_is_found_in_both_languages() {
        let named = [
            (Picture::TokenToMember, "token-to-member"),
            (Picture::Signature, "signature"),
            (Picture::Callback, "callback"),
        ];
        for (which, name) in named {
            for language in [Language::English, Language::Chinese] {
                let path = &picture(which, language).path;
                assert!(path.starts_with(&format!("/assets/{name}-{}-", language.name())), "{path}");
            }
        }
    }
}
