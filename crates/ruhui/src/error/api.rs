//! API errors: every response that is not a success.

use super::exchange::Exchange;
use bytes::Bytes;
use http::header::{CONTENT_ENCODING, LOCATION};
use http::{HeaderMap, StatusCode};
use ruhui_core::api::{Code, ErrorBody};
use ruhui_core::explain::is_html;
use ruhui_core::sign::SignInformation;
use serde::Deserialize as _;
use serde_json::Value;
use std::fmt;

/// A response that is not a success. Branch on status and code, never on the message.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct ApiError {
    /// Error code, for programs. `None` if the body is not the API's: a proxy's page, an empty body.
    pub code: Option<Code>,
    /// Message, for people; empty if the body is not the API's.
    pub message: String,
    /// Member `detail`, whose form varies.
    pub detail: Option<Value>,
    /// The first characters of a body that is not the API's, for 4xx and 5xx. Other bodies may hold a token, so
    /// they have no excerpt.
    pub excerpt: Option<String>,
    /// The kind of a response that is not an API error.
    pub foreign: Option<Foreign>,
    /// Whether the response was signed.
    pub proof: Proof,
    /// The exchange that brought the response.
    pub exchange: Exchange,
}

/// Whether an error response was signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums, reason = "it was signed and verified, or it was not signed")]
pub enum Proof {
    /// Signed and verified: the service sent this to this caller.
    Signed,
    /// Not signed, like the service's errors before it has verified the caller, and a proxy's pages. Such a response
    /// is a hint for people, not a fact to act on.
    Unsigned,
}

/// The kind of a response that is not an API error. In most cases something between the client and WeChat Pay
/// wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Foreign {
    /// A redirect. It is not followed: the request was signed for one target.
    Redirect {
        /// The target of the redirect, without its query.
        location: Option<String>,
    },
    /// A page for browsers: of a proxy, a firewall, or the network's login.
    Page,
    /// A compressed body, although the request asked for none.
    Compressed,
    /// An empty body.
    Empty,
    /// Any other body.
    Other,
}

/// Number of characters of a foreign body that are shown.
const EXCERPT_CHARACTERS: usize = 512;

impl ApiError {
    pub(crate) fn read(headers: &HeaderMap, body: &Bytes, proof: Proof, exchange: Exchange) -> Self {
        match serde_json::from_slice::<ErrorBody>(body) {
            Ok(ErrorBody { code, message, detail }) => {
                Self { code: Some(code), message, detail, excerpt: None, foreign: None, proof, exchange }
            }
            Err(_) => {
                let foreign = Foreign::of(exchange.status, headers, body);
                let is_error = exchange.status.is_client_error() || exchange.status.is_server_error();
                let is_text = foreign != Foreign::Compressed;
                let excerpt = excerpt(body).filter(|_| is_error && is_text);
                let (message, foreign) = (String::new(), Some(foreign));
                Self { code: None, message, detail: None, excerpt, foreign, proof, exchange }
            }
        }
    }

    /// True if the service rejects requests in this way before it processes them. Such a response
    /// excludes an effect, although it is not signed. A proxy may write any other unsigned 4xx after it has
    /// passed the request on.
    ///
    /// | Status | Body | Check |
    /// |---|---|---|
    /// | 400 | `PARAM_ERROR`, `INVALID_REQUEST` | headers, and the general check of parameters |
    /// | 401 | any code | signature |
    /// | 404, 405 | empty, or any code | path and method |
    pub(crate) fn is_of_an_early_check(&self) -> bool {
        match self.status() {
            StatusCode::BAD_REQUEST => {
                matches!(self.code, Some(Code::ParamError | Code::InvalidRequest))
            }
            StatusCode::UNAUTHORIZED => self.code.is_some(),
            StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => {
                self.code.is_some() || self.foreign == Some(Foreign::Empty)
            }
            _ => false,
        }
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.exchange.status
    }

    /// The `Request-ID` of the exchange.
    pub fn request_id(&self) -> Option<&str> {
        self.exchange.request_id.as_deref()
    }

    /// Information about the message that the service built to verify the signature, after a SIGN_ERROR for a
    /// signature mismatch: compare it with the message that was signed.
    pub fn sign_information(&self) -> Option<SignInformation> {
        let detail = self.detail.as_ref()?;
        // The documents put it here; on the wire only `issue` has been seen a level deeper.
        let said =
            detail.get("sign_information").or_else(|| detail.get("detail")?.get("sign_information"))?;
        SignInformation::deserialize(said).ok()
    }

    /// For an unsigned response, true if its origin is in question; `None` for a signed response, a page and a
    /// redirect. Pages and redirects show by themselves that they are not WeChat Pay's.
    fn is_unsigned_in_question(&self) -> Option<bool> {
        let says_itself = matches!(self.foreign, Some(Foreign::Page | Foreign::Redirect { .. }));
        (self.proof == Proof::Unsigned && !says_itself).then(|| !self.is_of_an_early_check())
    }

    /// The field and the issue that `detail` names, in any of its forms. If `detail` lists parameters that the
    /// document of the API does not define, the first ten of them follow.
    fn complaint(&self) -> Vec<&str> {
        let Some(detail) = &self.detail else { return Vec::new() };
        let text = |name: &str| detail.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
        let nested = detail.get("detail").and_then(|inner| inner.get("issue")).and_then(Value::as_str);
        let undefined = detail.get("value").and_then(Value::as_array).into_iter().flatten();
        let undefined = undefined.filter_map(Value::as_str).filter(|source| source.starts_with('/'));
        [text("field"), text("issue").or(nested)].into_iter().flatten().chain(undefined.take(10)).collect()
    }
}

/// Control characters are replaced, so that a page cannot rewrite a terminal.
fn excerpt(body: &[u8]) -> Option<String> {
    // Four bytes a character at most, so no more needs to be decoded.
    let start = &body[..body.len().min(4 * EXCERPT_CHARACTERS)];
    let printable = |c: char| if c.is_control() { ' ' } else { c };
    let text: String =
        String::from_utf8_lossy(start).chars().take(EXCERPT_CHARACTERS).map(printable).collect();
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// The maximum of characters of a redirect's target that are shown.
const LOCATION_CHARACTERS: usize = 200;

impl Foreign {
    fn of(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Self {
        let encoding = headers.get(CONTENT_ENCODING).is_some_and(|encoding| encoding != "identity");
        if status.is_redirection() {
            // A query may hold personal data, so it is left out.
            let location = headers.get(LOCATION).map(|value| String::from_utf8_lossy(value.as_bytes()));
            let shown = |location: &str| -> String {
                let target = location.split(['?', '#']).next().unwrap_or_default();
                target.chars().filter(|c| !c.is_control()).take(LOCATION_CHARACTERS).collect()
            };
            Self::Redirect { location: location.map(|location| shown(&location)) }
        } else if body.is_empty() {
            Self::Empty
        } else if encoding || body.starts_with(&[0x1f, 0x8b]) {
            Self::Compressed
        } else if is_html(headers, body) {
            Self::Page
        } else {
            Self::Other
        }
    }
}

impl fmt::Display for Foreign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match (self, f.alternate()) {
            (Self::Redirect { location: Some(location) }, false) => {
                return write!(f, "a redirect to {location}, which is not followed: WeChat Pay sends none");
            }
            (Self::Redirect { location: Some(location) }, true) => {
                return write!(f, "重定向到 {location}，不予跟随：微信支付不会重定向");
            }
            (Self::Redirect { location: None }, false) => "a redirect without a target",
            (Self::Redirect { location: None }, true) => "没有目标地址的重定向",
            (Self::Page, false) => "an HTML page that a proxy or a firewall wrote, not WeChat Pay",
            (Self::Page, true) => "HTML 页面，来自代理或防火墙，不是微信支付",
            (Self::Compressed, false) => "with a compressed body, which was not asked for",
            (Self::Compressed, true) => "应答包体被压缩，而客户端并未要求压缩",
            (Self::Empty, false) => "with an empty body",
            (Self::Empty, true) => "应答包体为空",
            (Self::Other, false) => "with a body that is not an API error",
            (Self::Other, true) => "应答不是 JSON 错误",
        })
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let zh = f.alternate();
        let status = self.status().as_u16();
        match (&self.code, zh) {
            (Some(code), false) => write!(f, "rejected: {status} {code}: {}", self.message)?,
            (Some(code), true) => write!(f, "请求被拒绝：{status} {code}：{}", self.message)?,
            (None, false) => write!(f, "unexpected response: {status}")?,
            (None, true) => write!(f, "非预期的应答：{status}")?,
        }
        if let Some(foreign) = &self.foreign {
            f.write_str(if zh { "，" } else { ", " })?;
            foreign.fmt(f)?;
        }
        if let Some(excerpt) = &self.excerpt {
            write!(f, "{}{excerpt}", if zh { "：" } else { ": " })?;
        }
        // Most messages contain the detail already.
        let mut unsaid = self.complaint();
        unsaid.retain(|part| !self.message.contains(part));
        if !unsaid.is_empty() {
            let are_places = unsaid.iter().all(|part| part.starts_with('/'));
            write!(f, " [{}]", unsaid.join(if are_places { ", " } else { ": " }))?;
        }
        match (self.is_unsigned_in_question(), zh) {
            (None, _) => {}
            (Some(false), false) => {
                f.write_str("; not signed, as WeChat Pay does not sign errors of this kind")?;
            }
            (Some(false), true) => f.write_str("；应答未签名（微信支付对此类错误不签名）")?,
            (Some(true), false) => f.write_str("; not signed, so it may not be WeChat Pay's")?,
            (Some(true), true) => f.write_str("；应答未签名，不能确定来自微信支付")?,
        }
        self.exchange.fmt(f)
    }
}

impl std::error::Error for ApiError {}

/// Shows only the field and the issue of `detail`, since it may echo the value, an openid or a phone number.
impl fmt::Debug for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiError")
            .field("code", &self.code)
            .field("message", &self.message)
            .field("detail", &self.complaint())
            .field("excerpt", &self.excerpt)
            .field("foreign", &self.foreign)
            .field("proof", &self.proof)
            .field("exchange", &self.exchange)
            .finish()
    }
}
