//! Responses: turns a value or an error into bytes, which are signed once the caller is known.

use super::negotiation::wants_english;
use crate::domain::Media;
use crate::error::Error;
use crate::request_id_header::new_request_id;
use crate::service::Service;
use axum::body::Body;
use axum::response::Response;
use http::header::{
    CACHE_CONTROL, CONNECTION, CONTENT_LANGUAGE, CONTENT_TYPE, ETAG, IF_NONE_MATCH, RETRY_AFTER,
    X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use ruhui_core::api::Code;
use ruhui_core::api::rows::Id;
use ruhui_core::env::nonce_str;
use ruhui_core::sign::{ResponseSigner, Scheme, header};
use ruhui_core::types::NonceStr;

/// Writes the responses to one request: their language, signature and common headers.
pub(super) struct ResponseWriter<'a> {
    service: &'a Service,
    english: bool,
    signer: Option<(&'a ResponseSigner, Scheme)>,
}

const KEEP_ALIVE: HeaderName = HeaderName::from_static("keep-alive");

impl<'a> ResponseWriter<'a> {
    pub(super) fn new(service: &'a Service, headers: &HeaderMap) -> Self {
        Self { service, english: wants_english(headers), signer: None }
    }

    pub(super) fn is_english(&self) -> bool {
        self.english
    }

    /// Sets the key that signs the responses from here on.
    pub(super) fn authenticated(&mut self, signer: &'a ResponseSigner, scheme: Scheme) {
        self.signer = Some((signer, scheme));
    }

    /// Returns a response with a JSON body, signed once the caller is known.
    pub(super) fn json(&self, status: StatusCode, code: Option<&Code>, body: Vec<u8>) -> Response {
        self.write(status, result_number(status, code), self.signer, self.persistence(), body)
    }

    fn write(
        &self,
        status: StatusCode,
        result: u32,
        signer: Option<(&ResponseSigner, Scheme)>,
        persistence: Persistence,
        body: Vec<u8>,
    ) -> Response {
        let mut response = self.in_language(status, result, persistence);
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
        if let Some((signer, scheme)) = signer {
            let nonce =
                NonceStr::new(nonce_str(&*self.service.env.entropy)).expect("alphanumeric text is a nonce");
            signer.sign(headers, scheme, self.service.env.wire.now(), &nonce, &body);
        }
        *response.body_mut() = Body::from(body);
        response
    }

    /// Returns the error response.
    pub(super) fn error(&self, error: &Error) -> Response {
        match error {
            Error::Store(inner) => tracing::error!(error = %inner, "the store failed"),
            Error::Bug(what) => tracing::error!(what, "bug"),
            Error::Rejected(_) | Error::Parameter(_) | Error::Overloaded | Error::Answered => {}
        }
        let row = error.row();
        let status = StatusCode::from_u16(row.status).expect("rows have HTTP statuses");
        let body = serde_json::to_vec(&error.to_body(self.english)).expect("an error body is JSON");
        // A body that has not arrived in full closes its connection by itself. One that was too large closes it even
        // if all of it was read.
        let persistence = if row.id == Id::BODY_TOO_LARGE { Persistence::Closes } else { self.persistence() };
        let (result, signer) = match error {
            // Seen live: an error of the general parameter check is sent unsigned.
            Error::Parameter(fault) if fault.is_general() => (fault.result_number(), None),
            _ => (result_number(status, Some(&row.code)), self.signer),
        };
        let mut response = self.write(status, result, signer, persistence, body);
        if status == StatusCode::TOO_MANY_REQUESTS || status.is_server_error() {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }

    /// Returns an unsigned response without a body.
    pub(super) fn empty(&self, status: StatusCode) -> Response {
        self.in_language(status, result_number(status, None), self.persistence())
    }

    /// Returns a response without a body, in the requested language, which no cache stores.
    fn in_language(&self, status: StatusCode, result: u32, persistence: Persistence) -> Response {
        let mut response = self.bare(status, result, persistence);
        let language = if self.english { "en" } else { "zh-CN" };
        let headers = response.headers_mut();
        headers.insert(CONTENT_LANGUAGE, HeaderValue::from_static(language));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache, must-revalidate"));
        response
    }

    /// Returns a response without a body, with the headers that every response has.
    fn bare(&self, status: StatusCode, result: u32, persistence: Persistence) -> Response {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = status;
        let headers = response.headers_mut();
        // The number of headers of a signed response, with the date that hyper adds.
        headers.reserve(13);
        headers.insert(header::REQUEST_ID, new_request_id(&*self.service.env.entropy, result));
        headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        match persistence {
            Persistence::Closes => headers.insert(CONNECTION, HeaderValue::from_static("close")),
            Persistence::Keep => headers.insert(KEEP_ALIVE, HeaderValue::from_static("timeout=8")),
        };
        response
    }

    fn persistence(&self) -> Persistence {
        if self.service.is_draining() { Persistence::Closes } else { Persistence::Keep }
    }
}

/// Whether the connection stays open after a response.
#[derive(Debug, Clone, Copy)]
enum Persistence {
    Closes,
    Keep,
}

/// Returns the internal result number for a status and a code. The public manuals document some of these numbers; for
/// all others the number is the HTTP status.
fn result_number(status: StatusCode, code: Option<&Code>) -> u32 {
    match code {
        None if status.is_success() => 0,
        Some(Code::SignError) => 268_443_699,
        Some(Code::FrequencyLimited) => 268_447_840,
        Some(Code::ParamError) => 268_435_461,
        _ => u32::from(status.as_u16()),
    }
}

/// Returns the response with a picture, cacheable for good, or 304 without its bytes for a client that has it.
pub(super) fn picture(service: &Service, headers: &HeaderMap, media: &Media) -> Response {
    let writer = ResponseWriter::new(service, headers);
    let tag = format!("\"{}\"", media.id);
    let known = headers.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    // A proxy that has compressed the picture makes its tag weak (RFC 9110, section 13.1.2).
    let strong = |known: &str| known.strip_prefix("W/").unwrap_or(known) == tag;
    let is_known =
        known.flat_map(|tags| tags.split(',')).map(str::trim).any(|known| strong(known) || known == "*");
    let status = if is_known { StatusCode::NOT_MODIFIED } else { StatusCode::OK };
    let mut response = writer.bare(status, result_number(status, None), writer.persistence());
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    headers.insert(ETAG, HeaderValue::from_str(&tag).expect("an id is letters and digits"));
    if is_known {
        return response;
    }
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media.kind.media_type()));
    match media.file() {
        Some(file) => {
            *response.body_mut() = Body::from(file);
            response
        }
        None => writer.error(&Error::Bug("a picture is not Base64")),
    }
}

/// Returns the unsigned error response to a request without a known caller.
pub(super) fn failure(service: &Service, headers: &HeaderMap, error: Error) -> Response {
    ResponseWriter::new(service, headers).error(&error)
}

/// Returns the response to an unknown path or method: no body, not signed, as seen live.
pub(super) fn empty(service: &Service, headers: &HeaderMap, status: StatusCode) -> Response {
    ResponseWriter::new(service, headers).empty(status)
}
