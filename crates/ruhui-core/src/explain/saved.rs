//! Request of captured material, explained as well as the material allows.

use super::explanation::{Explanation, Verdict};
use super::received::Received;
use crate::capture::{BodyState, Message, Remark, Request};
use crate::sign::{Scheme, header};
use http::HeaderMap;
use http::header::AUTHORIZATION;
use jiff::Timestamp;

/// Request of captured material. Parts of it may be missing. Its `Debug` hides headers and body.
#[derive(Clone)]
pub struct SavedRequest {
    /// Method; empty if it is not known.
    method: String,
    target: String,
    headers: HeaderMap,
    body: Option<Vec<u8>>,
    /// Whether an editor may have added the line end of the body.
    is_line_end_in_doubt: bool,
}

/// Explanation of a [`SavedRequest`].
#[derive(Debug)]
#[non_exhaustive]
pub struct SavedExplanation<'a> {
    /// The explanation.
    pub explanation: Explanation,
    /// Request with the body that was judged; `None` if the material does not have the body.
    pub judged: Option<Received<'a>>,
}

/// How much of a request the material has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums, reason = "each is judged by another function")]
pub enum Extent {
    /// All of the request: [`explain`](super::explain) judges it.
    Whole,
    /// Headers only: [`explain_incomplete`](super::explain_incomplete) judges them.
    Headers,
}

impl SavedRequest {
    /// Returns the request of a message, of an exchange too.
    ///
    /// # Errors
    ///
    /// Returns a message that WeChat Pay signs: a response, or a callback.
    #[allow(
        clippy::result_large_err,
        reason = "the caller judges the message otherwise, once for a saved file"
    )]
    pub fn of(message: Message) -> Result<Self, Message> {
        match message {
            Message::Exchange(exchange) => Self::of(Message::Request(exchange.request)),
            Message::Request(request) if is_callback(&request.headers) => Err(Message::Request(request)),
            Message::Request(request) => Ok(request.into()),
            Message::Headers(headers) if headers.headers.contains_key(header::SIGNATURE) => {
                Err(Message::Headers(headers))
            }
            Message::Headers(headers) => Ok(Self {
                method: String::new(),
                target: String::new(),
                headers: headers.headers,
                body: None,
                is_line_end_in_doubt: false,
            }),
            Message::Response(response) => Err(Message::Response(response)),
        }
    }

    /// Returns the method; empty if it is not known.
    pub fn method(&self) -> &str {
        &self.method
    }

    /// Returns the target of the request line; empty if it is not known.
    pub fn target(&self) -> &str {
        &self.target
    }

    /// Returns the headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Returns whether the Authorization header has the scheme of brands.
    pub fn is_brands(&self) -> bool {
        let authorization = self.headers.get(AUTHORIZATION).map(http::HeaderValue::as_bytes);
        authorization.is_some_and(|text| text.starts_with(Scheme::Brand.as_str().as_bytes()))
    }

    /// Explains the request as of `time`; `None` stands for the time at which it was signed, whose age is counted to
    /// `now`. `judge` explains one form of it.
    ///
    /// A body whose line end an editor may have added is judged with it, and then without it.
    pub fn explain(
        &self,
        time: Option<Timestamp>,
        now: Timestamp,
        judge: impl Fn(&Received<'_>, Extent) -> Explanation,
    ) -> SavedExplanation<'_> {
        let received = |body| {
            let at = time.unwrap_or(now);
            let received = Received::with_headers(&self.method, &self.target, &self.headers, body, at);
            if time.is_none() { received.at_its_own_time() } else { received }
        };
        let mut first = None;
        for body in self.bodies() {
            let judged = received(body);
            let explanation = judge(&judged, Extent::Whole);
            let is_understood = is_understood(&explanation);
            let explained = SavedExplanation { explanation, judged: Some(judged) };
            if is_understood {
                return explained;
            }
            first.get_or_insert(explained);
        }
        first.unwrap_or_else(|| {
            let explanation = judge(&received(&[]), Extent::Headers);
            SavedExplanation { explanation, judged: None }
        })
    }

    /// Returns the body as saved, then the body without its line end if an editor may have added it.
    fn bodies(&self) -> Vec<&[u8]> {
        let Some(saved) = self.body.as_deref() else { return Vec::new() };
        let without = saved.strip_suffix(b"\n").map(|body| body.strip_suffix(b"\r").unwrap_or(body));
        std::iter::once(saved).chain(without.filter(|_| self.is_line_end_in_doubt)).collect()
    }
}

impl From<Request> for SavedRequest {
    fn from(request: Request) -> Self {
        let is_line_end_in_doubt = request.remarks.contains(&Remark::LineEndInDoubt);
        Self {
            method: request.method,
            target: request.target,
            headers: request.headers,
            body: (request.body_state != BodyState::Missing).then_some(request.body),
            is_line_end_in_doubt,
        }
    }
}

impl std::fmt::Debug for SavedRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let body = self.body.as_ref().map(Vec::len);
        write!(f, "SavedRequest({} {}, body of {body:?} bytes)", self.method, self.target)
    }
}

/// Returns whether WeChat Pay signed a request, which makes it a callback.
fn is_callback(headers: &HeaderMap) -> bool {
    headers.contains_key(header::SIGNATURE) && !headers.contains_key(AUTHORIZATION)
}

/// Returns whether the signature verifies, or the reason for the mismatch is known.
fn is_understood(explanation: &Explanation) -> bool {
    matches!(explanation.verdict, Verdict::Accepted | Verdict::SignatureRight | Verdict::Explained)
}
