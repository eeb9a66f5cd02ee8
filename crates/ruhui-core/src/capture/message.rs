//! Messages read from captured material, with the exactness of each body.

use super::Remark;
use http::HeaderMap;
use http::header::DATE;
use jiff::Timestamp;
use std::fmt;

/// HTTP message or exchange read from pasted material.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Captured {
    /// Format of the material.
    pub format: Format,
    /// Message or exchange.
    pub message: Message,
    /// Remarks on skipped parts and on the reading of the material. Each message has further remarks.
    pub remarks: Vec<Remark>,
}

/// Kinds of HTTP message in pasted material.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums, reason = "who reads material decides on each kind")]
pub enum Message {
    /// A request without its response.
    Request(Request),
    /// A response without its request.
    Response(Response),
    /// A request and its response.
    Exchange(Box<Exchange>),
    /// Headers without a start line: an Authorization header, or the headers of a response or a callback.
    Headers(Headers),
}

/// Request with its response.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "an exchange has no third part")]
pub struct Exchange {
    /// The request.
    pub request: Request,
    /// The response.
    pub response: Response,
}

/// Captured request. Its `Debug` hides header values and body, which contain signatures and personal data.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Request {
    /// Method.
    pub method: String,
    /// Path and query, as on the request line.
    pub target: String,
    /// Headers.
    pub headers: HeaderMap,
    /// Body; empty if it is missing.
    pub body: Vec<u8>,
    /// Whether the body is the one that was sent.
    pub body_state: BodyState,
    /// Remarks on rebuilt and missing parts of this message.
    pub remarks: Vec<Remark>,
}

/// Captured response. Its `Debug` hides header values and body.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Response {
    /// Status code.
    pub status: u16,
    /// Headers.
    pub headers: HeaderMap,
    /// Body; empty if it is missing.
    pub body: Vec<u8>,
    /// Whether the body is the one that was sent.
    pub body_state: BodyState,
    /// Remarks on rebuilt and missing parts of this message.
    pub remarks: Vec<Remark>,
}

/// Captured headers without a start line. Their `Debug` hides header values and body.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Headers {
    /// Headers.
    pub headers: HeaderMap,
    /// Bytes after the empty line that ends the headers.
    pub body: Vec<u8>,
    /// Remarks on rebuilt and missing parts.
    pub remarks: Vec<Remark>,
}

/// Whether a body is the one that went over the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum BodyState {
    /// The material contains exactly the bytes that were sent.
    Exact,
    /// The bytes were rebuilt from material that lacks some of them.
    Rebuilt,
    /// The material does not have the body.
    Missing,
}

/// Format of captured material.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Format {
    /// The HTTP message itself.
    Raw,
    /// The message in the lines of an unknown kind of log.
    Log,
    /// The output of `curl -v`.
    CurlVerbose,
    /// The output of `curl --trace` or `curl --trace-ascii`.
    CurlTrace,
    /// A curl command.
    CurlCommand,
    /// A HAR file.
    Har,
    /// A `.http` file of an editor's HTTP client.
    HttpFile,
    /// The wire log or the header log of Apache HttpClient.
    ApacheLog,
    /// The log of OkHttp's `HttpLoggingInterceptor` or of Feign's logger.
    OkHttpLog,
    /// The log of Python's `http.client` with a `debuglevel`.
    PythonLog,
    /// The `DEBUG` message format of Guzzle.
    GuzzleLog,
    /// Headers without a start line.
    Headers,
}

impl Captured {
    /// Returns the request, if the material has one.
    pub fn request(&self) -> Option<&Request> {
        match &self.message {
            Message::Request(request) => Some(request),
            Message::Exchange(exchange) => Some(&exchange.request),
            Message::Response(_) | Message::Headers(_) => None,
        }
    }

    /// Returns the response, if the material has one.
    pub fn response(&self) -> Option<&Response> {
        match &self.message {
            Message::Response(response) => Some(response),
            Message::Exchange(exchange) => Some(&exchange.response),
            Message::Request(_) | Message::Headers(_) => None,
        }
    }
}

impl Response {
    /// Returns the time at which the response was made, from its Date header.
    pub fn date(&self) -> Option<Timestamp> {
        let text = self.headers.get(DATE)?.to_str().ok()?;
        let date = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text).ok()?;
        Some(date)
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match (self, f.alternate()) {
            (Self::Raw, false) => "an HTTP message",
            (Self::Raw, true) => "HTTP 报文",
            (Self::Log, false) => "an HTTP message in the lines of a log",
            (Self::Log, true) => "日志中的 HTTP 报文",
            (Self::CurlVerbose, false) => "the output of `curl -v`",
            (Self::CurlVerbose, true) => "`curl -v` 的输出",
            (Self::CurlTrace, false) => "the output of `curl --trace`",
            (Self::CurlTrace, true) => "`curl --trace` 的输出",
            (Self::CurlCommand, false) => "a curl command",
            (Self::CurlCommand, true) => "curl 命令",
            (Self::Har, false) => "a HAR file",
            (Self::Har, true) => "HAR 文件",
            (Self::HttpFile, false) => "a `.http` file of an editor",
            (Self::HttpFile, true) => "编辑器的 `.http` 文件",
            (Self::ApacheLog, false) => "a log of Apache HttpClient",
            (Self::ApacheLog, true) => "Apache HttpClient 日志",
            (Self::OkHttpLog, false) => "a log of OkHttp or Feign",
            (Self::OkHttpLog, true) => "OkHttp 或 Feign 日志",
            (Self::PythonLog, false) => "a log of Python's http.client",
            (Self::PythonLog, true) => "Python http.client 日志",
            (Self::GuzzleLog, false) => "a log of Guzzle",
            (Self::GuzzleLog, true) => "Guzzle 日志",
            (Self::Headers, false) => "headers without a request line or status line",
            (Self::Headers, true) => "没有请求行或状态行的 HTTP 头",
        })
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { method, target, headers, body, body_state, .. } = self;
        let names = headers.keys().map(http::HeaderName::as_str).collect::<Vec<_>>();
        write!(f, "Request({method} {target}, {names:?}, {} bytes of body, {body_state:?})", body.len())
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { status, headers, body, body_state, .. } = self;
        let names = headers.keys().map(http::HeaderName::as_str).collect::<Vec<_>>();
        write!(f, "Response({status}, {names:?}, {} bytes of body, {body_state:?})", body.len())
    }
}

impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.headers.keys().map(http::HeaderName::as_str).collect::<Vec<_>>();
        write!(f, "Headers({names:?}, {} bytes of body)", self.body.len())
    }
}
