//! Merchants: the service providers of the partner family.

use crate::store::{Kind, Record};
use ruhui_core::types::MchId;
use serde::{Deserialize, Serialize};

/// A merchant, its API certificates, and the key that signs responses to it.
#[derive(Clone, Serialize, Deserialize)]
pub struct Merchant {
    /// 商户号.
    pub mchid: MchId,
    /// 商户API证书 in PEM; several are valid at once during a rotation.
    pub certificates: Vec<String>,
    /// APIv3密钥, if it is configured.
    pub apiv3_key: Option<String>,
    /// Key that signs the response to a request that names no key.
    #[serde(default)]
    pub reply_key: ResponseKey,
}

/// Key that signs the response to a request without `Wechatpay-Serial`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResponseKey {
    /// 微信支付公钥.
    #[default]
    PublicKey,
    /// 平台证书, for clients that have not migrated to the public key yet.
    Certificate,
}

impl std::fmt::Debug for Merchant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Merchant({}, {} certificates)", self.mchid, self.certificates.len())
    }
}

impl Record for Merchant {
    const KIND: Kind = Kind::Merchant;

    fn id(&self) -> String {
        self.mchid.as_str().to_owned()
    }
}
