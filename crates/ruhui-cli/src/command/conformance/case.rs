//! A case: what is played to a client, and what a correct client does.

use super::callback::Post;
use super::request::RequestScript;
use ruhui_core::api::Document;
use ruhui_core::bilingual::Bilingual;
use ruhui_core::types::Family;
use serde::Serialize;

/// One case of the suite.
#[derive(Debug)]
pub(super) struct Case {
    /// The name, as `--case` and the variable RUHUI_CASE have it.
    pub(super) name: &'static str,
    /// The response or the callbacks that are played to the client.
    pub(super) played: Bilingual,
    /// The behaviour of a correct client.
    pub(super) right: Bilingual,
    /// Where the rule comes from.
    pub(super) source: Source,
    pub(super) script: Script,
}

/// The part of the suite that a case belongs to, with what is played.
#[derive(Debug)]
pub(super) enum Script {
    Request(RequestScript),
    Callback(&'static [Post]),
}

/// The kind of a case: the side of the client that is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum CaseKind {
    /// The client requests a token / 客户端请求 token
    Request,
    /// The client receives callbacks / 客户端接收回调通知
    Callback,
}

/// Where a rule comes from.
#[derive(Debug, Clone, Copy)]
pub(super) enum Source {
    /// A page of WeChat Pay's documents for partners.
    Page(&'static str),
    /// A published vulnerability.
    Cve(&'static str),
    /// A standard.
    Rfc(&'static str),
}

impl Source {
    /// Returns the address of the document.
    pub(super) fn url(self) -> String {
        match self {
            Self::Page(page) => Document::address(Family::Partner, page),
            Self::Cve(id) => format!("https://www.cve.org/CVERecord?id={id}"),
            Self::Rfc(section) => format!("https://www.rfc-editor.org/rfc/{section}"),
        }
    }
}

impl Case {
    pub(super) fn kind(&self) -> CaseKind {
        match self.script {
            Script::Request(_) => CaseKind::Request,
            Script::Callback(_) => CaseKind::Callback,
        }
    }
}

impl CaseKind {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Callback => "callback",
        }
    }
}
