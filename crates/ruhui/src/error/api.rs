//! API errors: responses that are not a success, signed or not, from the service or from a proxy in front of
//! it.

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

/// A response that is not a success. Programs branch on the status and the code, never on the message.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct ApiError {
    /// Error code, for programs. `None` if the body is not an API error: a proxy's HTML page, an empty body.
    pub code: Option<Code>,
    /// Message, for people. Empty if the body is not an API error.
    pub message: String,
    /// `detail` of the body, in forms that vary.
    pub detail: Option<Value>,
    /// First characters of a body that is not an API error, for 4xx and 5xx. Other bodies may contain a
    /// token, so they have no excerpt.
    pub excerpt: Option<String>,
    /// Kind of a response that is not an API error. `None` for an API error.
    pub foreign: Option<Foreign>,
    /// Whether the response was signed, and so is proven to come from the service.
    pub proof: Proof,
    /// The exchange that the error belongs to.
    pub exchange: Exchange,
}

/// Whether an error response was signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums, reason = "it was signed and verified, or it was not signed")]
pub enum Proof {
    /// The response was signed, and the signature was verified: the service sent it to this caller.
    Signed,
    /// The response was not signed. The service does not sign errors before it has authenticated the caller,
    /// and proxies do not sign their pages. Such a response is a hint for people, not a fact to act upon.
    Unsigned,
}

/// Kind of a response that is not an API error. In most cases a device between the client and WeChat Pay
/// wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Foreign {
    /// A redirect. The client does not follow it, since the request was signed for one target.
    Redirect {
        /// Target of the redirect, without its query.
        location: Option<String>,
    },
    /// An HTML page of a proxy, a firewall, or the login of a network.
    Page,
    /// A compressed body, although the request asked for none.
    Compressed,
    /// An empty body.
    Empty,
    /// Any other body.
    Other,
}

/// Maximum number of characters in the excerpt of a foreign body.
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

    /// Returns true if the service rejects requests in this way before it processes them. Such a response
    /// excludes an effect, although it is not signed. Any other unsigned 4xx may come from a proxy that had
    /// already passed the request on.
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

    /// Returns the HTTP status.
    pub fn status(&self) -> StatusCode {
        self.exchange.status
    }

    /// Returns the `Request-ID`, the service's id of the exchange.
    pub fn request_id(&self) -> Option<&str> {
        self.exchange.request_id.as_deref()
    }

    /// Returns the facts about the message (待签名串) that the service built to verify the signature, after a
    /// SIGN_ERROR for a signature mismatch. Compare them with the message that was signed.
    pub fn sign_information(&self) -> Option<SignInformation> {
        let detail = self.detail.as_ref()?;
        // The documents have `sign_information` at this level. On the wire only `issue` was seen one level
        // deeper.
        let said =
            detail.get("sign_information").or_else(|| detail.get("detail")?.get("sign_information"))?;
        SignInformation::deserialize(said).ok()
    }

    /// Returns, for an unsigned response, whether its origin is in doubt. Returns `None` for a signed
    /// response, a page and a redirect: a page and a redirect are plainly not WeChat Pay's.
    fn is_unsigned_in_question(&self) -> Option<bool> {
        let says_itself = matches!(self.foreign, Some(Foreign::Page | Foreign::Redirect { .. }));
        (self.proof == Proof::Unsigned && !says_itself).then(|| !self.is_of_an_early_check())
    }

    /// Returns the field and the issue that `detail` names, in any of its forms, then at most ten of the
    /// parameters that `detail` lists because the document of the API does not define them.
    fn complaint(&self) -> Vec<&str> {
        let Some(detail) = &self.detail else { return Vec::new() };
        let text = |name: &str| detail.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
        let nested = detail.get("detail").and_then(|inner| inner.get("issue")).and_then(Value::as_str);
        let undefined = detail.get("value").and_then(Value::as_array).into_iter().flatten();
        let undefined = undefined.filter_map(Value::as_str).filter(|source| source.starts_with('/'));
        [text("field"), text("issue").or(nested)].into_iter().flatten().chain(undefined.take(10)).collect()
    }
}

/// Returns the start of a body as text. Control characters become spaces, so that a page cannot control a
/// terminal.
fn excerpt(body: &[u8]) -> Option<String> {
    // A character has at most four bytes, so no more bytes need decoding.
    let start = &body[..body.len().min(4 * EXCERPT_CHARACTERS)];
    let printable = |c: char| if c.is_control() { ' ' } else { c };
    let text: String =
        String::from_utf8_lossy(start).chars().take(EXCERPT_CHARACTERS).map(printable).collect();
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// Maximum number of characters shown of a redirect's target.
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
        // Most messages contain these parts already; only the others are appended.
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

/// Shows only the field and the issue of `detail`: the rest may echo the value, such as an openid or a phone
/// number.
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
