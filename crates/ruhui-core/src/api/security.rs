//! 安全工具: the self-test of a caller's signatures and encryption, in both directions.
//!
//! `POST /v3/security/echo`, <https://pay.weixin.qq.com/doc/v3/partner/4015139289>, and its callback,
//! <https://pay.weixin.qq.com/doc/v3/partner/4019605946>

use super::{Document, Effect, Endpoint, Partner, Row, rows};
use crate::types::{EchoText, NotifyUrl};
use http::Method;
use serde::{Deserialize, Serialize};

/// Asks the service to say a message back. A success proves that both ends' signatures are understood; with an
/// encrypted message, that both ends' encryption is.
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
    /// 商户回调地址: where the callback `SECURITY_ECHO.SUCCESS` goes. Without it there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notify_url: Option<NotifyUrl>,
    /// 回显信息: the message, which comes back.
    pub echo_message: String,
    /// 加密测试字段: a message that travels encrypted, and comes back encrypted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encrypted_echo_message: Option<EchoText>,
}

impl Echo {
    /// The test of signatures alone.
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
    const EFFECT: Effect = Effect::Repeatable;
    const ERRORS: &'static [&'static Row] = &[&rows::ENCRYPTED_FIELD_UNREADABLE, &rows::NOTIFY_URL_PRIVATE];
    const ENCRYPTED: bool = true;
}

/// The messages said back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Echoed {
    /// 回显信息: the message.
    pub echo_message: String,
    /// 加密测试字段: the encrypted message, encrypted with the certificate that signed the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encrypted_echo_message: Option<EchoText>,
}

impl Echoed {
    /// The message, without an encrypted one.
    pub fn new(echo_message: String) -> Self {
        Self { echo_message, encrypted_echo_message: None }
    }
}

/// The resource of the callback `SECURITY_ECHO.SUCCESS`, which proves that the caller receives callbacks.
///
/// It is no event of a member card: [`Event`](super::event::Event) hands it on as one that it does not know, and its
/// resource reads as this struct.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct EchoEvent {
    /// The message.
    pub echo_message: String,
    /// The encrypted message in Base64, encrypted as in the response. The callback's page names it so, other than
    /// request and response do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encrypt_echo_message: Option<String>,
}

impl EchoEvent {
    /// The message, without an encrypted one.
    pub fn new(echo_message: String) -> Self {
        Self { echo_message, encrypt_echo_message: None }
    }

    /// The `event_type`.
    pub const EVENT_TYPE: &'static str = "SECURITY_ECHO.SUCCESS";
    /// The `original_type` of its resource.
    pub const ORIGINAL_TYPE: &'static str = "security";
    /// The `summary`, as the page's example has it.
    pub const SUMMARY: &'static str = "回调通知成功";
}
