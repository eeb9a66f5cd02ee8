//! A request of the log as its bytes, for commands that judge it or send it again.

use super::exchange::encoded;
use crate::controls::Controls;
use crate::controls::text;
use crate::language::Language;
use anyhow::{Context as _, anyhow, bail};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ruhui_core::Timestamp;
use serde_json::Value;

/// A request of the log, unmasked.
pub(crate) struct Logged {
    /// Number of the request.
    pub(crate) id: u64,
    /// Time of its arrival.
    pub(crate) time: Timestamp,
    /// Whether it is a callback of the sandbox.
    pub(crate) is_callback: bool,
    status: Option<u64>,
    request: Value,
    response: Value,
}

/// Names a request of the log.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Which<'a> {
    /// The number, or the Request-ID.
    Id(&'a str),
    /// The last one that was rejected, or else the last one.
    Last,
}

/// Reads a request from the log.
pub(crate) async fn find(
    controls: &Controls<'_>,
    which: Which<'_>,
    language: Language,
) -> anyhow::Result<Logged> {
    let id = match which {
        Which::Id(id) => id.to_owned(),
        Which::Last => last(controls, language).await?,
    };
    let shown = controls.get(&format!("requests/{}", encoded(&id)), &[("show_sensitive", "true")]).await?;
    let time = text(&shown, "time").parse().context("the sandbox sent no time")?;
    Ok(Logged {
        id: shown["id"].as_u64().unwrap_or_default(),
        time,
        is_callback: text(&shown, "kind") == "callback",
        status: shown["status"].as_u64(),
        request: shown["request"].clone(),
        response: shown["response"].clone(),
    })
}

async fn last(controls: &Controls<'_>, language: Language) -> anyhow::Result<String> {
    for query in [
        &[("kind", "request"), ("status", "4xx"), ("limit", "1")][..],
        &[("kind", "request"), ("limit", "1")],
    ] {
        let listed = controls.get("requests", query).await?;
        if let Some(id) = listed["data"][0]["id"].as_u64() {
            return Ok(id.to_string());
        }
    }
    bail!(language.pick(
        "no request has arrived since the sandbox started, or since its log was emptied",
        "沙箱启动（或清空请求日志）以来尚未收到请求",
    ))
}

impl Logged {
    /// Returns the bytes of the request. A large body is not kept whole.
    pub(crate) fn request(&self, language: Language) -> anyhow::Result<Vec<u8>> {
        self.bytes(&self.request, language)
    }

    /// Returns the bytes of the response.
    pub(crate) fn response(&self, language: Language) -> anyhow::Result<Vec<u8>> {
        if self.response.is_null() {
            bail!(
                language.pick(
                    format!("request {} got no response", self.id),
                    format!("请求 {} 没有应答", self.id),
                )
            );
        }
        self.bytes(&self.response, language)
    }

    fn bytes(&self, message: &Value, language: Language) -> anyhow::Result<Vec<u8>> {
        if !message["body"]["sha256"].is_null() {
            let (id, length) = (self.id, &message["body"]["length"]);
            bail!(language.pick(
                format!("the body of request {id} has {length} bytes, of which the log keeps the ends only; save the request where it is sent"),
                format!("请求 {id} 的包体为 {length} 字节，日志仅保留首尾；请在发送端保存该请求"),
            ));
        }
        STANDARD.decode(text(message, "bytes")).map_err(|_| anyhow!("the sandbox sent no bytes"))
    }

    /// Describes the request in a few words.
    pub(crate) fn title(&self, language: Language) -> String {
        let (id, line) = (self.id, text(&self.request, "start_line"));
        let line = line.rsplit_once(' ').map_or(line, |(line, _)| line);
        let line = line.split('?').next().unwrap_or_default();
        let status = self.status.map_or_else(|| "---".to_owned(), |status| status.to_string());
        language.pick(format!("request {id}: {line}, {status}"), format!("请求 {id}：{line}，{status}"))
    }
}
