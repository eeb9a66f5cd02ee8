//! HTTP's own requirements of a request's head, checked before the router sees the request.

use super::negotiation::wants_english;
use axum::body::Body;
use axum::response::Response;
use http::header::{CONNECTION, CONTENT_TYPE, EXPECT, HOST, TRANSFER_ENCODING};
use http::{HeaderMap, HeaderValue, Request, StatusCode, Version};
use ruhui_core::api::{Code, ErrorBody};
use ruhui_core::bilingual::Bilingual;

/// Returns the response to a head that is rejected. The connection closes after it.
pub(super) fn reject<B>(request: &Request<B>, head_limit: usize) -> Option<Response> {
    let headers = request.headers();
    if is_too_large(request, head_limit) {
        return Some(response(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, Body::empty()));
    }
    let (status, why) = fault(request.version(), headers)?;
    let message = if wants_english(headers) { why.en() } else { why.zh() };
    let body = ErrorBody { code: Code::InvalidRequest, message: message.to_owned(), detail: None };
    let body = serde_json::to_vec(&body).expect("an error body is JSON");
    let mut response = response(status, body.into());
    let json = HeaderValue::from_static("application/json; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, json);
    Some(response)
}

/// Whether the client waits for `100 Continue` before it sends the body.
pub(super) fn awaits_continue(headers: &HeaderMap) -> bool {
    headers.get(EXPECT).is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"100-continue"))
}

fn response(status: StatusCode, body: Body) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    response
}

fn fault(version: Version, headers: &HeaderMap) -> Option<(StatusCode, Bilingual)> {
    let hosts = headers.get_all(HOST).iter().count();
    if hosts > 1 || (hosts == 0 && version == Version::HTTP_11) {
        let why = Bilingual::new(
            "a request must have at most one Host header, and an HTTP/1.1 request must have one",
            "请求最多只能有一个 Host 请求头，HTTP/1.1 请求必须有一个",
        );
        return Some((StatusCode::BAD_REQUEST, why));
    }
    let mut codings = headers.get_all(TRANSFER_ENCODING).iter();
    let first = codings.next();
    let is_chunked = |coding: &HeaderValue| coding.as_bytes().trim_ascii().eq_ignore_ascii_case(b"chunked");
    if codings.next().is_some() || !first.is_none_or(is_chunked) {
        let why = Bilingual::new(
            "the only transfer coding that is supported is a single chunked; send the body uncompressed",
            "仅支持单个 chunked 传输编码，请勿压缩请求包体",
        );
        return Some((StatusCode::NOT_IMPLEMENTED, why));
    }
    if headers.contains_key(EXPECT) && !awaits_continue(headers) {
        let why = Bilingual::new(
            "the header Expect supports 100-continue only; leave it out",
            "Expect 请求头仅支持 100-continue，请去掉该请求头",
        );
        return Some((StatusCode::EXPECTATION_FAILED, why));
    }
    None
}

/// Whether the head exceeds its limit. hyper checks the size before each read only, so a head may be larger by one
/// read.
fn is_too_large<B>(request: &Request<B>, limit: usize) -> bool {
    let target = request.uri().path_and_query().map_or(0, |target| target.as_str().len());
    let line = request.method().as_str().len() + target + "  HTTP/1.1\r\n".len();
    let headers =
        request.headers().iter().map(|(name, value)| name.as_str().len() + value.len() + ": \r\n".len());
    line + headers.sum::<usize>() + "\r\n".len() > limit
}
