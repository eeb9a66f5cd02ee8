//! 安全工具: the self-test of a caller's signatures, in both directions.
//!
//! `POST /v3/security/echo`, <https://pay.weixin.qq.com/doc/v3/partner/4015139289>

use super::{Document, Effect, Endpoint, Partner, Row};
use http::Method;
use serde::{Deserialize, Serialize};

/// Asks the service to say a message back. A success proves that both ends' signatures are understood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[allow(clippy::exhaustive_structs)]
pub struct Echo {
    /// The message.
    pub echo_message: String,
}

impl Endpoint for Echo {
    type Response = Echoed;
    type Family = Partner;

    const NAME: &'static str = "echo";
    const SUMMARY: &'static str = "回声测试: proves that signatures are understood in both directions";
    const METHOD: Method = Method::POST;
    const PATH: &'static str = "/v3/security/echo";
    const DOCUMENT: Document = Document::partner("4015139289", "2025-06-24");
    const EFFECT: Effect = Effect::Repeatable;
    const ERRORS: &'static [&'static Row] = &[];
}

/// The message said back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[allow(clippy::exhaustive_structs)]
pub struct Echoed {
    /// The message.
    pub echo_message: String,
}
