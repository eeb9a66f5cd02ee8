//! The checks of a request whose signature is right: its endpoint, its Wechatpay-Serial, its parameters and the
//! digest of its file. They need no state of the service. Whatever depends on state, such as whether a template
//! exists, is not judged here.

use super::explanation::Finding;
use super::members;
use super::received::Received;
use super::words::{Cause, Words, cause};
use crate::api::{self, Endpoint, FamilyMarker as _, Visitor};
use crate::crypto::sha256;
use crate::sign::header;
use crate::types::Family;
use crate::wire::{self, Fault, Issue};
use percent_encoding::percent_decode_str;

const PAGE: (&str, &str) = (
    "Compare method, path and parameters with the endpoint's page.",
    "请与接口文档逐一核对请求方式、路径和参数。",
);
static ENDPOINT: Cause = cause(
    "endpoint_unknown",
    (
        "the request is answered 404: the card-member API has no such path",
        "请求返回 404：会员卡接口中没有该路径",
    ),
    PAGE,
);
static METHOD: Cause = cause(
    "endpoint_method",
    ("the request is answered 405: the endpoint has another method", "请求返回 405：该接口使用其他请求方式"),
    PAGE,
);
static REPLY_SERIAL: Cause = cause(
    "wechatpay_serial_missing",
    (
        "the request is answered 400: the header Wechatpay-Serial is missing",
        "请求返回 400：缺少请求头 Wechatpay-Serial",
    ),
    (
        "Send the ID of the WeChat Pay public key, or the serial of the platform certificate, with which you encrypt and verify.",
        "请在 Wechatpay-Serial 中填写用于加密和验签的微信支付公钥ID 或平台证书序列号。",
    ),
);
static PARAMETERS: Cause = cause(
    "parameters",
    ("the request is answered 400: a parameter is wrong", "请求返回 400：参数有误"),
    PAGE,
);
static FILE_DIGEST: Cause = cause(
    "upload_digest",
    (
        "the request is rejected: the digest in `meta` is not the file's",
        "请求会被拒绝：`meta` 中的摘要与文件不符",
    ),
    (
        "Put the SHA-256 of the file's bytes into `meta`, in hexadecimal.",
        "请在 `meta` 中填写文件内容的 SHA-256 值（十六进制）。",
    ),
);
/// A remark.
static OTHER_API: Cause = cause(
    "endpoint_of_other_api",
    (
        "the path is not one of the card-member API, so method and parameters are not judged",
        "该路径不属于会员卡接口，因此未检查请求方式和参数",
    ),
    ("Compare them with the endpoint's own page.", "请与该接口的文档核对。"),
);

pub(super) fn causes() -> [&'static Cause; 6] {
    [&ENDPOINT, &METHOD, &REPLY_SERIAL, &PARAMETERS, &FILE_DIGEST, &OTHER_API]
}

/// The first check that rejects the request, or a remark where no endpoint is known.
#[derive(Debug, Default)]
pub(super) struct Checked {
    pub(super) finding: Option<Finding>,
    pub(super) remark: Option<Finding>,
}

/// Checks a request that has all its headers. `signed` is the body, or the part `meta` of an upload.
pub(super) fn check(received: &Received<'_>, signed: &[u8], file: Option<&[u8]>) -> Checked {
    let (path, query) = match received.target().split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (received.target(), None),
    };
    let mut search =
        Search { received, path, query, signed, file, is_path: false, is_endpoint: false, finding: None };
    api::visit(&mut search);
    if search.is_endpoint {
        return Checked { finding: search.finding, remark: None };
    }
    if search.is_path {
        return Checked { finding: Some(Finding::seen(&METHOD)), remark: None };
    }
    match path.contains("/card-member/") {
        true => Checked { finding: Some(Finding::seen(&ENDPOINT)), remark: None },
        false => Checked { finding: None, remark: Some(Finding::seen(&OTHER_API)) },
    }
}

struct Search<'a> {
    received: &'a Received<'a>,
    path: &'a str,
    query: Option<&'a str>,
    signed: &'a [u8],
    file: Option<&'a [u8]>,
    is_path: bool,
    is_endpoint: bool,
    finding: Option<Finding>,
}

impl Visitor for Search<'_> {
    fn endpoint<E: Endpoint>(&mut self) {
        if self.is_endpoint || !members::matches(E::PATH, self.path) {
            return;
        }
        self.is_path = true;
        if E::METHOD.as_str() == self.received.method() {
            self.is_endpoint = true;
            self.finding = self.rejected_by::<E>();
        }
    }
}

impl Search<'_> {
    fn rejected_by<E: Endpoint>(&self) -> Option<Finding> {
        let names_key = self.received.headers().is_none_or(|headers| headers.contains_key(header::SERIAL));
        if E::SEALED && !names_key {
            return Some(Finding::seen(&REPLY_SERIAL));
        }
        if let Err(fault) = self.read::<E>() {
            return Some(Finding { detail: Some(said(&fault)), ..Finding::seen(&PARAMETERS) });
        }
        // A brand's request is rejected for the missing header after its parameters.
        if E::Family::FAMILY == Family::Brand && !names_key {
            return Some(Finding::seen(&REPLY_SERIAL));
        }
        let is_other = E::ATTACHMENT && self.file.is_some_and(|file| !self.has_digest_of(file));
        is_other.then(|| Finding::seen(&FILE_DIGEST))
    }

    fn read<E: Endpoint>(&self) -> Result<(), Fault> {
        let decoded: Vec<(&str, String)> = E::PATH
            .split('/')
            .zip(self.path.split('/'))
            .filter_map(|(name, value)| {
                let name = name.strip_prefix('{')?.strip_suffix('}')?;
                Some((name, percent_decode_str(value).decode_utf8_lossy().into_owned()))
            })
            .collect();
        let parameters: Vec<(&str, &str)> =
            decoded.iter().map(|(name, value)| (*name, value.as_str())).collect();
        wire::check::<E>(&parameters, self.query, self.signed)
    }

    /// Whether `meta` has the digest of a file, under the name of either family.
    fn has_digest_of(&self, file: &[u8]) -> bool {
        let digest = hex::encode(sha256(&[file]));
        let meta: serde_json::Value = serde_json::from_slice(self.signed).unwrap_or_default();
        ["sha256", "file_digest"]
            .iter()
            .filter_map(|name| meta[name].as_str())
            .any(|given| given.eq_ignore_ascii_case(&digest))
    }
}

/// The fault, and the members that it is about where it names none.
fn said(fault: &Fault) -> Words {
    match &fault.issue {
        Issue::Undefined { members } => {
            let members = members.join(", ");
            Words::said(format!("{fault}: {members}"), format!("{fault:#}：{members}"))
        }
        _ => Words::of(fault),
    }
}
