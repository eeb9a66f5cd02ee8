//! The sandbox's remark on callers that download platform certificates, and then get responses signed with the public
//! key.
//!
//! A client that knows certificates only cannot verify such a response, and its own error names neither the key nor
//! the setting. The log of a sandbox names both, once for each caller.

use super::verify::Verified;
use crate::domain::ResponseKey;
use crate::handlers::DefaultSigner;
use crate::platform::Platform;
use crate::sandbox_log::Remarked;
use crate::service::Service;
use http::HeaderMap;
use ruhui_core::bilingual::Bilingual;
use ruhui_core::head;
use ruhui_core::sign::header;

/// Notes a verified request for an endpoint with this signer, and returns the remark on it, if there is one.
pub(super) fn remark(
    service: &Service,
    default_signer: DefaultSigner,
    platform: &Platform,
    headers: &HeaderMap,
    verified: &Verified<'_>,
) -> Option<Bilingual> {
    let caller = verified.authorization.caller();
    let mut callers = service.sandbox_log.downloads();
    if default_signer == DefaultSigner::Certificate {
        callers.entry(caller.clone()).or_insert(Remarked::No);
        return None;
    }
    let remarked = callers.get_mut(caller).filter(|remarked| **remarked == Remarked::No)?;
    let keys = platform.keys(caller.family());
    // A caller that names a key gets the response that it asked for.
    let names_a_key = head::text(headers, header::SERIAL).is_some();
    let certificate = keys.default_for(verified.keys.key_stage, ResponseKey::Certificate);
    if names_a_key || std::ptr::eq(certificate, verified.signer) {
        return None;
    }
    *remarked = Remarked::Yes;
    Some(Bilingual::new(
        "this caller has downloaded platform certificates, and the response is signed with the public key, since the \
         request has no Wechatpay-Serial header. If the client knows certificates only, set key_stage = \
         \"both_certificate\" under [[merchants]] in ruhui.toml, or run `ruhui keys stage both_certificate`.",
        "该调用方下载过平台证书，但请求没有 Wechatpay-Serial 头，因此应答用微信支付公钥签名。若客户端只支持平台证书，请在 \
         ruhui.toml 的 [[merchants]] 下设置 key_stage = \"both_certificate\"，或执行 `ruhui keys stage both_certificate`。",
    ))
}
