//! Forwarding of callbacks to a target, and of its responses back to WeChat Pay.

use super::show;
use axum::body::Body;
use axum::response::Response;
use bytes::{Bytes, BytesMut};
use http::header::{self, CONNECTION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use http::{Method, StatusCode};
use reqwest::{Client, Url, redirect};
use ruhui::notify::{CallbackResponse, Received};
use ruhui_core::network::is_loopback;
use serde_json::Value;
use std::fmt;
use std::time::Duration;

/// Time limit of the target. WeChat Pay waits for 5 seconds, so there is time to respond with the reason.
const TIMEOUT: Duration = Duration::from_millis(4500);

/// Maximum size of the target's response in bytes. A response to a callback has a few hundred bytes.
const ANSWER_LIMIT: usize = 64 << 10;

/// Headers of one connection, which are not forwarded.
const HOP_BY_HOP: [HeaderName; 10] = [
    CONNECTION,
    HeaderName::from_static("keep-alive"),
    header::PROXY_AUTHENTICATE,
    header::PROXY_AUTHORIZATION,
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
    header::HOST,
    header::CONTENT_LENGTH,
];

pub(super) struct Forward {
    client: Client,
    url: Url,
    /// Whether to send the decrypted event in place of the bytes and headers as received.
    is_plain: bool,
}

/// Reason for which the target gave no response.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Failed {
    Unreachable,
    Late,
    Lost,
    TooLarge,
}

impl Forward {
    pub(super) fn new(url: Url, is_plain: bool) -> anyhow::Result<Self> {
        let mut builder = Client::builder()
            .timeout(TIMEOUT)
            .redirect(redirect::Policy::none())
            .referer(false)
            .retry(reqwest::retry::never())
            .http1_only();
        if url.host_str().is_some_and(is_loopback) {
            builder = builder.no_proxy();
        }
        Ok(Self { client: builder.build()?, url, is_plain })
    }

    /// Forwards the callback to the target, and returns the target's response.
    pub(super) async fn pass(
        &self,
        headers: &HeaderMap,
        body: &Bytes,
        received: &Received,
    ) -> Result<Response, Failed> {
        let (headers, body) =
            if self.is_plain { plain(body, received) } else { (end_to_end(headers), body.clone()) };
        let request = self.client.request(Method::POST, self.url.clone()).headers(headers).body(body);
        let mut answered = request.send().await.map_err(|error| Failed::of(&error))?;
        let mut whole = BytesMut::new();
        while let Some(chunk) = answered.chunk().await.map_err(|error| Failed::of(&error))? {
            if whole.len() + chunk.len() > ANSWER_LIMIT {
                return Err(Failed::TooLarge);
            }
            whole.extend_from_slice(&chunk);
        }
        let mut response = Response::new(Body::from(whole.freeze()));
        *response.status_mut() = answered.status();
        *response.headers_mut() = end_to_end(answered.headers());
        Ok(response)
    }

    /// Returns a line that reports the result.
    pub(super) fn said<'a>(
        &'a self,
        received: &'a Received,
        passed: &'a Result<Response, Failed>,
    ) -> impl fmt::Display + 'a {
        let outcome = passed.as_ref().map(Response::status).map_err(|failed| *failed);
        ForwardReport { id: &received.id, url: &self.url, outcome }
    }
}

/// Returns the headers without those of the connection.
fn end_to_end(headers: &HeaderMap) -> HeaderMap {
    let mut kept = headers.clone();
    let listed = headers.get_all(CONNECTION).iter().filter_map(|value| value.to_str().ok());
    for name in listed.flat_map(|value| value.split(',')) {
        kept.remove(name.trim());
    }
    for name in HOP_BY_HOP {
        kept.remove(name);
    }
    kept
}

/// Returns the envelope with the decrypted resource in place of the encrypted one. The signature headers are
/// left out, since the signature does not match this body.
fn plain(body: &Bytes, received: &Received) -> (HeaderMap, Bytes) {
    let mut envelope: Value = ruhui::wire::decode_response(body, None).unwrap_or_default();
    envelope["resource"] = show::plain(received);
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    (headers, envelope.to_string().into())
}

impl Failed {
    fn of(error: &reqwest::Error) -> Self {
        match error {
            error if error.is_timeout() => Self::Late,
            error if error.is_connect() => Self::Unreachable,
            _ => Self::Lost,
        }
    }

    pub(super) fn response(self) -> CallbackResponse {
        match self {
            Self::Late => CallbackResponse::reject(StatusCode::GATEWAY_TIMEOUT, "转发目标应答超时"),
            Self::Unreachable => CallbackResponse::reject(StatusCode::BAD_GATEWAY, "转发目标无法连接"),
            Self::Lost | Self::TooLarge => {
                CallbackResponse::reject(StatusCode::BAD_GATEWAY, "转发目标应答无效")
            }
        }
    }
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match (self, f.alternate()) {
            (Self::Late, false) => "no response within 4.5 s, and WeChat Pay waits for 5",
            (Self::Late, true) => "4.5 秒内没有应答（微信支付最多等待 5 秒）",
            (Self::Unreachable, false) => "cannot be reached; does it run?",
            (Self::Unreachable, true) => "无法连接，是否已启动？",
            (Self::Lost, false) => "the connection ended before the response was complete",
            (Self::Lost, true) => "连接中断，未收到完整应答",
            (Self::TooLarge, false) => "its response is larger than 64 KiB",
            (Self::TooLarge, true) => "应答超过 64 KiB",
        })
    }
}

struct ForwardReport<'a> {
    id: &'a str,
    url: &'a Url,
    outcome: Result<StatusCode, Failed>,
}

impl fmt::Display for ForwardReport<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, url, outcome } = self;
        match (outcome, f.alternate()) {
            (Ok(status), false) => write!(f, "{id}: {url} responded {}", status.as_u16()),
            (Ok(status), true) => write!(f, "{id}：{url} 应答 {}", status.as_u16()),
            (Err(failed), false) => {
                write!(f, "{id}: {url}: {failed}; responded {}", failed.response().status().as_u16())
            }
            (Err(failed), true) => {
                write!(f, "{id}：{url}：{failed:#}；已应答 {}", failed.response().status().as_u16())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_of_the_connection_stay_behind() {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("wechatpay-nonce", "n"),
            ("content-type", "application/json"),
            ("connection", "close, X-Hop"),
            ("x-hop", "1"),
            ("host", "127.0.0.1"),
            ("content-length", "3"),
            ("transfer-encoding", "chunked"),
        ] {
            headers.insert(name, HeaderValue::from_static(value));
        }
        let kept = end_to_end(&headers);
        let names: Vec<_> = kept.keys().map(HeaderName::as_str).collect();
        assert_eq!(names, ["wechatpay-nonce", "content-type"]);
    }
}
