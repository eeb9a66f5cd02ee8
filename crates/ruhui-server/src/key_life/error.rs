//! The reasons why no key of a sandbox is changed.

use crate::domain::KeyStage;
use crate::store::StoreError;
use std::fmt;

/// The reason why no key was changed. `{}` prints English, `{:#}` Chinese.
#[derive(Debug)]
pub(crate) enum KeyLifeError {
    /// No merchant with this mchid is provisioned.
    UnknownMerchant {
        /// The mchid.
        mchid: String,
    },
    /// No certificate has this serial number.
    UnknownSerial {
        /// The serial number.
        serial_no: String,
        /// The serial numbers that exist.
        known: Vec<String>,
    },
    /// The certificate signs responses, so it cannot be retired.
    InUse {
        /// The serial number.
        serial_no: String,
    },
    /// The certificate is the merchant's only one.
    Last {
        /// The serial number.
        serial_no: String,
    },
    /// The stage needs a platform certificate, and there is none.
    NoCertificate,
    /// Only a merchant with both keys has a share of callbacks.
    NoShare {
        /// The stage of the merchant.
        stage: KeyStage,
    },
    /// A key or a certificate could not be made.
    NotIssued {
        /// The reason.
        why: String,
    },
    /// The store failed.
    Store(StoreError),
}

impl From<StoreError> for KeyLifeError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl fmt::Display for KeyLifeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self, f.alternate()) {
            (Self::UnknownMerchant { mchid }, false) => {
                write!(f, "no merchant {mchid} is provisioned; `GET /sandbox/keys` lists the merchants")
            }
            (Self::UnknownMerchant { mchid }, true) => {
                write!(f, "未配置商户 {mchid}；`GET /sandbox/keys` 列出全部商户")
            }
            (Self::UnknownSerial { serial_no, known }, false) => {
                write!(f, "no certificate has the serial number {serial_no}; known: {}", known.join(", "))
            }
            (Self::UnknownSerial { serial_no, known }, true) => {
                write!(f, "没有序列号为 {serial_no} 的证书；现有：{}", known.join("、"))
            }
            (Self::InUse { serial_no }, false) => {
                write!(f, "{serial_no} signs the responses: let another certificate sign first")
            }
            (Self::InUse { serial_no }, true) => {
                write!(f, "{serial_no} 正用于应答签名：请先改用另一张证书")
            }
            (Self::Last { serial_no }, false) => write!(
                f,
                "{serial_no} is the merchant's only certificate, and without one every request is rejected: issue another one first"
            ),
            (Self::Last { serial_no }, true) => {
                write!(f, "{serial_no} 是该商户唯一的证书，吊销后所有请求都会被拒绝：请先签发新证书")
            }
            (Self::NoCertificate, false) => f.write_str(
                "there is no platform certificate: issue one first, or give `certificate` and `certificate_key` in [platform.partner] of ruhui.toml",
            ),
            (Self::NoCertificate, true) => f.write_str(
                "没有平台证书：请先签发，或在 ruhui.toml 的 [platform.partner] 中填写 `certificate` 与 `certificate_key`",
            ),
            (Self::NoShare { stage }, false) => write!(
                f,
                "only a merchant with both keys has a share, in the stages both_certificate and both_public_key; the stage is {}",
                stage.name()
            ),
            (Self::NoShare { stage }, true) => write!(
                f,
                "仅当商户同时拥有两种密钥（both_certificate、both_public_key 阶段）时有效；当前阶段为 {}",
                stage.name()
            ),
            (Self::NotIssued { why }, false) => write!(f, "the certificate was not made: {why}"),
            (Self::NotIssued { why }, true) => write!(f, "证书签发失败：{why}"),
            (Self::Store(error), false) => write!(f, "{error}"),
            (Self::Store(error), true) => write!(f, "{error:#}"),
        }
    }
}

impl std::error::Error for KeyLifeError {}
