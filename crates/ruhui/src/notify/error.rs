//! Errors of received callbacks: why a callback is rejected, what to do, and how to respond.

use super::CallbackResponse;
use http::StatusCode;
use ruhui_core::encryption::DecryptResourceError;
use ruhui_core::explain::{Finding, write_findings};
use ruhui_core::sign::VerifyError;
use ruhui_core::wire::InvalidField;
use std::fmt;

/// Reason for which a callback is rejected. `{}` prints English, `{:#}` prints Chinese: the fault, and what
/// to do.
///
/// No text and no `Debug` contains a key or any part of the resource.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotifyError {
    /// The signature is missing or wrong. The body was not decoded.
    UnverifiedResponse {
        /// The check that failed.
        error: VerifyError,
        /// Causes that were found, the most specific first: a rewritten body, a cut signature, another key.
        findings: Vec<Finding>,
    },
    /// The body is signed, but it is not JSON.
    NotJson(InvalidField),
    /// The body is signed JSON without a part of an event: an id, a type, or a resource with ciphertext and
    /// nonce.
    NotNotification(InvalidField),
    /// The resource does not decrypt.
    Decrypt(DecryptResourceError),
}

impl NotifyError {
    /// Returns the status of the response. 401: the sender may not be WeChat Pay. 500: a retry can succeed
    /// once the receiver has the right APIv3 key. 400: the callback can never be read.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::UnverifiedResponse { .. } => StatusCode::UNAUTHORIZED,
            Self::Decrypt(DecryptResourceError::TagMismatch) => StatusCode::INTERNAL_SERVER_ERROR,
            Self::NotJson(_) | Self::NotNotification(_) | Self::Decrypt(_) => StatusCode::BAD_REQUEST,
        }
    }

    /// Returns the documented failure response, after which WeChat Pay sends the notification again. Its text
    /// names no key, since the sender may be a stranger.
    pub fn response(&self) -> CallbackResponse {
        CallbackResponse::reject(self.status(), self.public_message())
    }

    /// Returns the message of the response. A probe gets the same message as any other forgery.
    fn public_message(&self) -> &'static str {
        match self {
            Self::UnverifiedResponse { error, .. } => match error {
                VerifyError::MissingHeader(_) => "缺少签名相关的 HTTP 头",
                VerifyError::DuplicateHeader(_) => "签名相关的 HTTP 头重复",
                VerifyError::MalformedHeader(_) => "签名相关的 HTTP 头格式错误",
                VerifyError::UnknownSerial { .. } => "未知的微信支付公钥ID或平台证书序列号",
                VerifyError::TooOld { .. } | VerifyError::TooFarAhead { .. } => "签名时间超出允许范围",
                VerifyError::CertificateNotValid { .. } => "平台证书不在有效期内",
                VerifyError::WrongAlgorithm { .. } => "签名类型不符",
                _ => "验签失败",
            },
            Self::NotJson(_) => "报文不是 JSON",
            Self::NotNotification(_) => "报文不是回调通知",
            Self::Decrypt(_) => "解密失败",
        }
    }

    /// Returns advice on what to do, in English or Chinese.
    fn advice(&self, zh: bool) -> &'static str {
        let (en, zh_text) = match self {
            Self::UnverifiedResponse { error, .. } => verify_advice(error),
            Self::NotJson(_) | Self::NotNotification(_) => (
                "does WeChat Pay use this address for anything else?",
                "该地址是否也用于接收微信支付的其他报文？",
            ),
            Self::Decrypt(DecryptResourceError::TagMismatch) => (
                "use the APIv3 key of the merchant (or the brand's own key) that is set now; after a change, give the former one too",
                "请使用该商户当前的 APIv3密钥（品牌使用品牌 API 密钥）；更换密钥期间请同时提供旧密钥",
            ),
            Self::Decrypt(_) => {
                ("this is no resource that the documents describe", "该密文不符合文档描述，请联系微信支付")
            }
        };
        if zh { zh_text } else { en }
    }
}

fn verify_advice(error: &VerifyError) -> (&'static str, &'static str) {
    match error {
        VerifyError::MissingHeader(_) => (
            "is it WeChat Pay who calls? Proxies in front must pass the Wechatpay headers on",
            "请确认请求来自微信支付；前置代理须透传 Wechatpay 开头的 HTTP 头",
        ),
        VerifyError::DuplicateHeader(_) | VerifyError::MalformedHeader(_) => (
            "is it WeChat Pay who calls? Proxies in front must not change the Wechatpay headers",
            "请确认请求来自微信支付；前置代理不得改动 Wechatpay 开头的 HTTP 头",
        ),
        VerifyError::UnknownSerial { serial, .. } if serial.starts_with("PUB_KEY_ID_") => (
            "if that public key is this merchant's, give it to the receiver; else the callback is another merchant's",
            "如果是本商户的微信支付公钥，请配置该公钥；否则这是其他商户的回调",
        ),
        VerifyError::UnknownSerial { .. } => (
            "if that certificate is WeChat Pay's, give it to the receiver (platform_certificate), as during a migration",
            "如果是微信支付平台证书，请配置该证书（platform_certificate），例如在切换公钥期间",
        ),
        VerifyError::TooOld { .. } => (
            "set this machine's clock by NTP; if it is right, something held the callback back, or it is a replay",
            "请用 NTP 校准本机时间；如时间无误，则是请求被延误或重放",
        ),
        VerifyError::TooFarAhead { .. } => {
            ("set this machine's clock by NTP, it is behind", "请用 NTP 校准本机时间（偏慢）")
        }
        VerifyError::CertificateNotValid { .. } => (
            "download the platform certificates again and give the receiver the one that is valid now, or move to the public key",
            "请重新下载平台证书，并为接收方配置当前有效的证书，或切换为微信支付公钥",
        ),
        VerifyError::WrongAlgorithm { .. } => (
            "this receiver is for the other family: `Receiver::partner` for service providers, `Receiver::brand` for brands",
            "接收方类型不符：服务商请用 `Receiver::partner`，品牌请用 `Receiver::brand`",
        ),
        VerifyError::Probe => (
            "no action is needed: rejecting it is correct, and WeChat Pay sends a real notification again",
            "无需处理：拒绝是正确的应答；真实的通知会重新发送",
        ),
        _ => (
            "pass the raw bytes of the body; does the public key belong to this id?",
            "请使用请求体的原始字节，并检查公钥与公钥ID 是否对应",
        ),
    }
}

impl fmt::Display for NotifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let zh = f.alternate();
        match self {
            // The findings contain their own advice.
            Self::UnverifiedResponse { error, findings } if !findings.is_empty() => {
                error.fmt(f)?;
                return write_findings(findings, f);
            }
            Self::UnverifiedResponse { error, .. } => error.fmt(f),
            Self::NotJson(invalid_field) | Self::NotNotification(invalid_field) if zh => {
                write!(f, "回调通知无法读取：{invalid_field:#}")
            }
            Self::NotJson(invalid_field) | Self::NotNotification(invalid_field) => {
                write!(f, "the callback cannot be read: {invalid_field}")
            }
            Self::Decrypt(error) if zh => write!(f, "resource {error:#}"),
            Self::Decrypt(error) => write!(f, "the resource: {error}"),
        }?;
        write!(f, "{}{}", if zh { "；" } else { "; " }, self.advice(zh))
    }
}
