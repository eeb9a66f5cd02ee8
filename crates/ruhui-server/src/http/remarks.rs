//! In a sandbox, the log says what is odd about the form of a verified request: what is accepted and ignored, and what
//! the caller probably meant where a member is unknown.
//!
//! A remark names members and headers, and never what they hold.

use crate::service::Service;
use http::request::Parts;
use ruhui_core::api::Endpoint;
use ruhui_core::api::earlier::{self, Earlier};
use ruhui_core::head;
use ruhui_core::sign::Authorization;
use ruhui_core::wire::{Unread, Unused};

/// A text in English and in Chinese.
pub(super) type Remark = (String, String);

/// Writes the remarks about one request to the log; only in a sandbox.
pub(super) fn log(service: &Service, parts: &Parts, remarks: impl IntoIterator<Item = Remark>) {
    if !service.policy.diagnose {
        return;
    }
    let (method, path) = (&parts.method, parts.uri.path());
    for (en, zh) in remarks {
        tracing::warn!("{method} {path}: {en} / {zh}");
    }
}

/// What is odd about how a verified caller names its certificate.
pub(super) fn of_serial(parts: &Parts, authorization: &Authorization) -> Option<Remark> {
    let written = head::text(&parts.headers, http::header::AUTHORIZATION)?;
    (!written.contains(authorization.serial_no().as_str())).then(|| {
        (
            "serial_no is in lower case; it is accepted, since case does not count. The documents write it in upper case."
                .to_owned(),
            "serial_no 为小写，比较时不区分大小写，因此已接受。官方文档使用大写。".to_owned(),
        )
    })
}

/// Why nothing reads a member.
pub(super) fn of_member<E: Endpoint>(unread: &Unread) -> Remark {
    let Unread { source, name, .. } = unread;
    let page = E::DOCUMENT.page;
    let unknown_en = format!("{source} is not defined by the document of this endpoint ({page})");
    let unknown_zh = format!("{source} 未在该接口的文档（{page}）中定义");
    match (&unread.why, earlier::find(E::NAME, name)) {
        (Unused::Undefined { .. }, Some(Earlier { edition, now: Some(now), .. })) => (
            format!("{unknown_en}. It is from the edition of {edition}; the current edition calls it {now}."),
            format!("{unknown_zh}。它是 {edition} 版本的参数，现行版本为 {now}。"),
        ),
        (Unused::Undefined { .. }, Some(Earlier { edition, now: None, .. })) => (
            format!(
                "{unknown_en}. It is from the edition of {edition}; the current edition has no such parameter."
            ),
            format!("{unknown_zh}。它是 {edition} 版本的参数，现行版本已删除。"),
        ),
        (Unused::Undefined { similar: Some(similar) }, None) => {
            (format!("{unknown_en}. Did you mean {similar}?"), format!("{unknown_zh}。是否应为 {similar}？"))
        }
        (Unused::Undefined { similar: None }, None) => (format!("{unknown_en}."), format!("{unknown_zh}。")),
        (Unused::Elsewhere { place }, _) => (
            format!("{source} is ignored: the current edition has it as {place}."),
            format!("{source} 已忽略：现行文档中该参数为 {place}。"),
        ),
        // `Unused` may grow; until it has words of its own, a new reason is no reason to reject.
        (_, _) => (
            format!(
                "{source} is ignored: the document ({page}) has the name, but a request cannot set or change it."
            ),
            format!("{source} 已忽略：文档（{page}）中有此名称，但请求不能设置或修改它。"),
        ),
    }
}
