//! Callers that download platform certificates, and then get responses that are signed with the public key.
//!
//! A client that knows certificates only cannot verify such a response, and its error names neither the key nor the
//! setting. The log of a sandbox does, once for each caller.

use super::verify::Chosen;
use crate::domain::ReplyKey;
use crate::service::Service;
use http::HeaderMap;
use ruhui_core::api::Endpoint;
use ruhui_core::api::certificates::ListCertificates;
use ruhui_core::bilingual::Bilingual;
use ruhui_core::head;
use ruhui_core::sign::header;
use ruhui_core::types::Caller;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// The callers that have downloaded certificates since the start, at most as many as are provisioned, and whether the
/// log has the remark about each.
#[derive(Debug, Default)]
pub(crate) struct Downloads(Mutex<BTreeMap<Caller, bool>>);

impl Downloads {
    /// Notes a verified request. Returns the remark on it, if there is one.
    pub(super) fn note<E: Endpoint>(
        &self,
        service: &Service,
        caller: &Caller,
        headers: &HeaderMap,
        chosen: &Chosen<'_>,
    ) -> Option<Bilingual> {
        let mut callers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if E::PATH == ListCertificates::PATH {
            callers.entry(caller.clone()).or_insert(false);
            return None;
        }
        let is_told = callers.get_mut(caller).filter(|is_told| !**is_told)?;
        let keys = service.platform.keys(caller.family());
        // A caller that names a key gets the response that it asked for.
        let names_a_key = head::text(headers, header::SERIAL).is_some();
        let is_certificate = |signer| std::ptr::eq(keys.default_for(ReplyKey::Certificate), signer);
        if names_a_key || is_certificate(chosen.signer) {
            return None;
        }
        *is_told = true;
        Some(Bilingual::new(
            "this caller has downloaded platform certificates, and the response is signed with the public key, since the \
             request has no Wechatpay-Serial header. If the client knows certificates only, set reply_key = \
             \"certificate\" under [[merchants]] in ruhui.toml and start again.",
            "该调用方下载过平台证书，但请求没有 Wechatpay-Serial 头，因此应答用微信支付公钥签名。若客户端只支持平台证书，请在 \
             ruhui.toml 的 [[merchants]] 下设置 reply_key = \"certificate\" 并重新启动。",
        ))
    }
}
