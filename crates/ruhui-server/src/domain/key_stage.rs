//! Stages of a merchant's move from the platform certificate (平台证书) to the WeChat Pay public key (微信支付公钥).

use serde::{Deserialize, Serialize};

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

/// The platform keys that a merchant has, and the one that signs by default (partner pages 4012925289, 4013038589).
///
/// Responses to a request that names a key in `Wechatpay-Serial` are signed with that key, if the merchant has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(clippy::exhaustive_enums, reason = "the four stages of the documents")]
pub enum KeyStage {
    /// Only platform certificates: the merchant has not applied for the public key.
    Certificates,
    /// Both; the certificate signs by default. Callbacks move to the public key in steps.
    BothCertificate,
    /// Both; the public key signs by default.
    BothPublicKey,
    /// Only the public key, as new merchants have: there are no certificates to download.
    PublicKey,
}

impl KeyStage {
    /// All stages, in the order in which a merchant goes through them.
    pub const ALL: [Self; 4] =
        [Self::Certificates, Self::BothCertificate, Self::BothPublicKey, Self::PublicKey];

    /// The name in `ruhui.toml` and in the controls.
    pub fn name(self) -> &'static str {
        match self {
            Self::Certificates => "certificates",
            Self::BothCertificate => "both_certificate",
            Self::BothPublicKey => "both_public_key",
            Self::PublicKey => "public_key",
        }
    }

    /// The key that signs a response whose request names none.
    pub fn default_key(self) -> ResponseKey {
        match self {
            Self::Certificates | Self::BothCertificate => ResponseKey::Certificate,
            Self::BothPublicKey | Self::PublicKey => ResponseKey::PublicKey,
        }
    }

    /// Whether the merchant has platform certificates.
    pub fn has_certificates(self) -> bool {
        self != Self::PublicKey
    }

    /// Whether the merchant has the public key.
    pub fn has_public_key(self) -> bool {
        self != Self::Certificates
    }
}

impl From<ResponseKey> for KeyStage {
    /// The stage of a merchant for which only the default key is configured: it has both keys.
    fn from(key: ResponseKey) -> Self {
        match key {
            ResponseKey::Certificate => Self::BothCertificate,
            ResponseKey::PublicKey => Self::BothPublicKey,
        }
    }
}

/// The share of callbacks that the public key signs, in percent: during the move, WeChat Pay raises it in steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CallbackShare(u8);

impl CallbackShare {
    /// A share of 0 to 100 percent.
    pub fn new(percent: u8) -> Option<Self> {
        (percent <= 100).then_some(Self(percent))
    }

    /// The share in percent.
    pub fn percent(self) -> u8 {
        self.0
    }

    /// Whether the public key signs a callback that was drawn the number `drawn` of 0 to 99.
    pub fn includes(self, drawn: u8) -> bool {
        drawn < self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stages_have_their_names() {
        for stage in KeyStage::ALL {
            assert_eq!(serde_json::to_string(&stage).unwrap(), format!("\"{}\"", stage.name()));
        }
    }

    #[test]
    fn a_share_is_a_percentage() {
        let counted = |percent| {
            let share = CallbackShare::new(percent).unwrap();
            (0..100).filter(|drawn| share.includes(*drawn)).count()
        };
        assert_eq!([0, 1, 50, 100].map(counted), [0, 1, 50, 100]);
        assert_eq!(CallbackShare::new(101), None);
    }
}
