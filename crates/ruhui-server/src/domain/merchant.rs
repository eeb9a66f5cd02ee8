//! Merchants: the service providers of the partner family.

use crate::store::{Kind, Record};
use ruhui_core::types::MchId;
use serde::{Deserialize, Serialize};

/// A merchant, its API certificates and how it wants to be answered.
#[derive(Clone, Serialize, Deserialize)]
pub struct Merchant {
    /// 商户号.
    pub mchid: MchId,
    /// API certificates in PEM; several live at once while one replaces the other.
    pub certificates: Vec<String>,
    /// The APIv3 key, if one was set.
    pub apiv3_key: Option<String>,
    /// What signs the response to a request that names no key.
    #[serde(default)]
    pub reply_key: ResponseKey,
}

/// What signs the response to a request without `Wechatpay-Serial`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResponseKey {
    /// The public key.
    #[default]
    PublicKey,
    /// The platform certificate: for clients that have not moved yet.
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
