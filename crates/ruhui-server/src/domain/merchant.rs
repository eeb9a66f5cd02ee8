//! Merchants: the service providers of the partner family.

use super::key_stage::{CallbackShare, KeyStage, ResponseKey};
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
    /// Key that signs the response to a request that names no key. Releases that know no stage read this alone.
    #[serde(default)]
    pub reply_key: ResponseKey,
    /// The platform keys that the merchant has. `None` stands for both, with `reply_key` as the default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_stage: Option<KeyStage>,
    /// The share of callbacks that the public key signs. `None` stands for the default key for all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public_key_callbacks: Option<CallbackShare>,
}

impl Merchant {
    /// The stage of the merchant's move to the public key.
    pub fn stage(&self) -> KeyStage {
        self.key_stage.unwrap_or_else(|| self.reply_key.into())
    }

    /// Moves the merchant to a stage.
    pub fn move_to(&mut self, stage: KeyStage) {
        (self.key_stage, self.reply_key) = (Some(stage), stage.default_key());
    }
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
