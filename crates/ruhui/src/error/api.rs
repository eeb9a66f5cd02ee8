//! A refusal: every answer that is no success.

use super::Exchange;
use bytes::Bytes;
use http::StatusCode;
use ruhui_core::api::{Code, ErrorBody};
use ruhui_core::sign::SignInformation;
use serde::Deserialize as _;
use serde_json::Value;
use std::fmt;

/// An answer that is no success. Branch on status and code, never on the message.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct ApiError {
    /// What happened, for programs. `None` when the body is not the API's: a proxy's page, an empty body.
    pub code: Option<Code>,
    /// What happened, for people; empty when the body is not the API's.
    pub message: String,
    /// More, in forms that vary.
    pub detail: Option<Value>,
    /// The first characters of a body that is not the API's.
    pub excerpt: Option<String>,
    /// Whether the service proved that it said this.
    pub proof: Proof,
    /// The exchange.
    pub exchange: Exchange,
}

/// Whether a refusal was signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums, reason = "it was signed and verified, or it was not signed")]
pub enum Proof {
    /// Signed, and the signature fits: the service said this to this caller.
    Signed,
    /// Not signed, as are the service's refusals before it knows the caller, and a proxy's pages. A refusal
    /// of this kind is a hint for people, not a fact to act upon.
    Unsigned,
}

/// As many characters of a foreign body are shown.
const EXCERPT_CHARACTERS: usize = 512;

impl ApiError {
    pub(crate) fn read(body: &Bytes, proof: Proof, exchange: Exchange) -> Self {
        match serde_json::from_slice::<ErrorBody>(body) {
            Ok(ErrorBody { code, message, detail }) => {
                Self { code: Some(code), message, detail, excerpt: None, proof, exchange }
            }
            Err(_) => {
                let excerpt = excerpt(body);
                Self { code: None, message: String::new(), detail: None, excerpt, proof, exchange }
            }
        }
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.exchange.status
    }

    /// The service's name for the exchange.
    pub fn request_id(&self) -> Option<&str> {
        self.exchange.request_id.as_deref()
    }

    /// What the service says of the message that it built to check the signature, after a SIGN_ERROR for a
    /// signature that does not fit: compare it with the message that was signed.
    pub fn sign_information(&self) -> Option<SignInformation> {
        let detail = self.detail.as_ref()?;
        // The documents put it here; on the wire only `issue` has been seen a level deeper.
        let said =
            detail.get("sign_information").or_else(|| detail.get("detail")?.get("sign_information"))?;
        SignInformation::deserialize(said).ok()
    }

    /// The field and issue that `detail` names, in whatever form it has; of parameters that the document of the API
    /// does not define, the first few.
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

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let zh = f.alternate();
        f.write_str(if zh { "微信支付拒绝了请求：" } else { "refused: " })?;
        write!(f, "{}", self.status().as_u16())?;
        match (&self.code, &self.excerpt) {
            (Some(code), _) => write!(f, " {code}: {}", self.message)?,
            (None, Some(excerpt)) if zh => write!(f, "，应答不是 JSON 错误：{excerpt}")?,
            (None, Some(excerpt)) => write!(f, " with a body that is no API error: {excerpt}")?,
            (None, None) if zh => f.write_str("，应答包体为空")?,
            (None, None) => f.write_str(" with an empty body")?,
        }
        // Most messages say it already.
        let mut unsaid = self.complaint();
        unsaid.retain(|part| !self.message.contains(part));
        if !unsaid.is_empty() {
            let are_places = unsaid.iter().all(|part| part.starts_with('/'));
            write!(f, " [{}]", unsaid.join(if are_places { ", " } else { ": " }))?;
        }
        match (self.proof, zh) {
            (Proof::Signed, _) => {}
            (Proof::Unsigned, false) => f.write_str(", unsigned")?,
            (Proof::Unsigned, true) => f.write_str("，应答未签名")?,
        }
        self.exchange.fmt(f)
    }
}

impl std::error::Error for ApiError {}

/// Shows of `detail` only what is wrong with which field: it may echo the value, an openid or a phone number.
impl fmt::Debug for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiError")
            .field("code", &self.code)
            .field("message", &self.message)
            .field("detail", &self.complaint())
            .field("excerpt", &self.excerpt)
            .field("proof", &self.proof)
            .field("exchange", &self.exchange)
            .finish()
    }
}
