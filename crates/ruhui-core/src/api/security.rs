//! 安全工具: the self-test (echo) of a caller's signatures and encryption, in both directions.
//!
//! - The endpoint: `POST /v3/security/echo`, <https://pay.weixin.qq.com/doc/v3/partner/4015139289>
//! - Its callback: <https://pay.weixin.qq.com/doc/v3/partner/4019605946>

use super::{Document, Endpoint, Partner, RetrySafety, Row, rows};
use crate::types::{EchoText, NotifyUrl};
use http::Method;
use serde::{Deserialize, Serialize};

/// Requests a self-test: the service returns the message. A success proves that each end verifies the other's
/// signatures; with an encrypted message, also that each end decrypts what the other encrypts.
///
/// ```
/// use ruhui_core::api::security::Echo;
///
/// let echo = Echo { encrypted_echo_message: Some("a secret".parse()?), ..Echo::new("hello") };
/// # Ok::<(), ruhui_core::types::Invalid>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[allow(clippy::exhaustive_structs)]
pub struct Echo {
    /// 商户回调地址: the URL to which the callback `SECURITY_ECHO.SUCCESS` is sent. Without it, no callback is sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notify_url: Option<NotifyUrl>,
    /// 回显信息: the message that the service returns.
    pub echo_message: String,
    /// 加密测试字段: a message that the service returns; encrypted in the request and in the response. At most 128
    /// characters in plain text, a limit of this crate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encrypted_echo_message: Option<EchoText>,
}

impl Echo {
    /// Makes a test of signatures only: no encrypted message, no callback.
    pub fn new(echo_message: impl Into<String>) -> Self {
        Self { notify_url: None, echo_message: echo_message.into(), encrypted_echo_message: None }
    }
}

impl Endpoint for Echo {
    type Response = Echoed;
    type Family = Partner;

    const NAME: &'static str = "echo";
    const SUMMARY: &'static str =
        "回声测试: proves that signatures and encryption are understood in both directions";
    const METHOD: Method = Method::POST;
    const PATH: &'static str = "/v3/security/echo";
    const DOCUMENT: Document = Document::partner("4015139289", "2026-04-08");
    const RETRY_SAFETY: RetrySafety = RetrySafety::Idempotent;
    const ERRORS: &'static [&'static Row] = &[&rows::ENCRYPTED_FIELD_UNREADABLE, &rows::NOTIFY_URL_PRIVATE];
    const HAS_ENCRYPTED_FIELDS: bool = true;
}

/// The response to [`Echo`]: the messages of the request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Echoed {
    /// 回显信息: the message of the request.
    pub echo_message: String,
    /// 加密测试字段: the encrypted message of the request, encrypted for the certificate that signed the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encrypted_echo_message: Option<EchoText>,
}

impl Echoed {
    /// Makes a response with `echo_message` and no encrypted message.
    pub fn new(echo_message: String) -> Self {
        Self { echo_message, encrypted_echo_message: None }
    }
}

/// The resource of the callback `SECURITY_ECHO.SUCCESS`, which proves that the caller receives callbacks.
///
/// The callback is not about a member card: [`Event::read`](super::event::Event::read) returns it as
/// [`Event::Unknown`](super::event::Event::Unknown), whose resource can be deserialized into this struct.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct EchoEvent {
    /// The message of the request.
    pub echo_message: String,
    /// The encrypted message in Base64, encrypted as in the response. The callback's page gives the field this name,
    /// which differs from that in request and response.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encrypt_echo_message: Option<String>,
}

impl EchoEvent {
    /// Makes an event with `echo_message` and no encrypted message.
    pub fn new(echo_message: String) -> Self {
        Self { echo_message, encrypt_echo_message: None }
    }

    /// The `event_type` of the callback.
    pub const EVENT_TYPE: &'static str = "SECURITY_ECHO.SUCCESS";
    /// The `original_type` of the callback's resource.
    pub const ORIGINAL_TYPE: &'static str = "security";
    /// The `summary` of the callback, as in the page's example.
    pub const SUMMARY: &'static str = "回调通知成功";
}
