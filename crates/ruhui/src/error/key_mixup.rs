//! Frequent mix-ups of keys, certificates and serial numbers in the parameters of a client.

use super::Parameter;
use ruhui_core::key::{KeyError, Kind, serial};
use ruhui_core::types::{Caller, SerialNo};
use std::fmt;

/// A parameter that holds a key, certificate or number which belongs in another parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyMixup {
    /// `serial_no` is a WeChat Pay public key id.
    SerialIsPublicKeyId,
    /// `serial_no` is the caller's number.
    SerialIsCaller,
    /// `serial_no` is the serial number of WeChat Pay's platform certificate.
    SerialOfPlatformCertificate,
    /// `public_key_id` does not begin with `PUB_KEY_ID_`: it is a certificate's serial.
    PublicKeyIdIsSerial,
    /// The parameter holds the caller's own certificate.
    OwnCertificate,
    /// The parameter holds the caller's own public key.
    OwnPublicKey,
    /// The parameter holds a certificate where a public key belongs.
    CertificateForPublicKey,
    /// The parameter holds a public key where the platform certificate belongs.
    PublicKeyForCertificate,
}

impl KeyMixup {
    /// Detects a serial number that is the caller's number or the ID of a public key. Returns `None` if
    /// `text` is neither; `text` may still not be a serial number.
    ///
    /// ```
    /// use ruhui::error::KeyMixup;
    /// use ruhui::types::{Caller, MchId};
    ///
    /// let caller = Caller::Merchant(MchId::new("1900000001")?);
    /// assert_eq!(KeyMixup::of_serial_no("1900000001", &caller), Some(KeyMixup::SerialIsCaller));
    /// assert_eq!(KeyMixup::of_serial_no("PUB_KEY_ID_0119", &caller), Some(KeyMixup::SerialIsPublicKeyId));
    /// assert_eq!(KeyMixup::of_serial_no("1DDE55AD98ED", &caller), None);
    /// # Ok::<(), ruhui::types::Invalid>(())
    /// ```
    pub fn of_serial_no(text: &str, caller: &Caller) -> Option<Self> {
        let serial = serial::read(text).ok();
        if serial.as_ref().is_some_and(SerialNo::is_public_key_id) {
            return Some(Self::SerialIsPublicKeyId);
        }
        // A number with an odd count of digits is not a valid serial number, so the texts are compared too.
        let is_caller = text.trim() == caller.id() || serial.is_some_and(|no| no.as_str() == caller.id());
        is_caller.then_some(Self::SerialIsCaller)
    }

    /// Returns the frequent mix-up that explains a wrong kind of key, if there is one.
    pub(crate) fn behind(parameter: Parameter, error: &KeyError) -> Option<Self> {
        match (parameter, error) {
            (Parameter::PublicKey, KeyError::WrongKind { found: Kind::Certificate, .. }) => {
                Some(Self::CertificateForPublicKey)
            }
            (Parameter::PlatformCertificate, KeyError::WrongKind { found: Kind::PublicKey, .. }) => {
                Some(Self::PublicKeyForCertificate)
            }
            _ => None,
        }
    }
}

impl fmt::Display for KeyMixup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match (self, f.alternate()) {
            (Self::SerialIsPublicKeyId, false) => {
                "this is a WeChat Pay public key id; the serial of the caller's own API certificate is needed"
            }
            (Self::SerialIsPublicKeyId, true) => "这是微信支付公钥ID，此处需要商户API证书序列号",
            (Self::SerialIsCaller, false) => {
                "this is the caller's own number; the serial of its API certificate is needed"
            }
            (Self::SerialIsCaller, true) => "这是商户号或品牌ID，此处需要商户API证书序列号",
            (Self::SerialOfPlatformCertificate, false) => {
                "this is the serial of WeChat Pay's platform certificate; the serial of the caller's own API certificate is needed"
            }
            (Self::SerialOfPlatformCertificate, true) => "这是微信支付平台证书的序列号，此处需要商户API证书序列号",
            (Self::PublicKeyIdIsSerial, false) => {
                "a public key id begins with PUB_KEY_ID_; certificates go to platform_certificate"
            }
            (Self::PublicKeyIdIsSerial, true) => {
                "微信支付公钥ID 以 PUB_KEY_ID_ 开头；平台证书请用 platform_certificate"
            }
            (Self::OwnCertificate, false) => {
                "this is the caller's own API certificate; WeChat Pay's is needed, which verifies responses"
            }
            (Self::OwnCertificate, true) => "这是商户自己的API证书，此处需要微信支付公钥或平台证书，用于验证应答签名",
            (Self::OwnPublicKey, false) => {
                "this is the caller's own public key; WeChat Pay's is needed, which verifies responses"
            }
            (Self::OwnPublicKey, true) => "这是商户自己的公钥，此处需要微信支付公钥，用于验证应答签名",
            (Self::CertificateForPublicKey, false) => {
                "this is a certificate, a public key is needed; a platform certificate goes to platform_certificate"
            }
            (Self::CertificateForPublicKey, true) => {
                "这是证书，此处需要微信支付公钥；平台证书请用 platform_certificate"
            }
            (Self::PublicKeyForCertificate, false) => {
                "this is a public key, a platform certificate is needed; the public key goes to public_key"
            }
            (Self::PublicKeyForCertificate, true) => "这是公钥，此处需要平台证书；微信支付公钥请用 public_key",
        })
    }
}
