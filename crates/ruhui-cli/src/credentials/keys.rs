//! Keys, certificates and serial numbers that the settings name.

use super::Family;
use super::setting::{
    BRAND_ID, MCHID, PLATFORM_CERTIFICATE, PRIVATE_KEY, PUBLIC_KEY, PUBLIC_KEY_ID, SERIAL_NO, Setting,
};
use super::settings::Settings;
use crate::input;
use crate::language::Language;
use ruhui::error::KeyMixup;
use ruhui::key::{Certificate, KeyError, PlatformKeys, PrivateKey, PublicKey, serial};
use ruhui::sign::Signer;
use ruhui::types::{BrandId, Caller, MchId, SerialNo};
use ruhui_core::key::is_text_of_key;

impl Settings {
    fn pem<T>(
        &self,
        setting: Setting,
        parse: impl FnOnce(&[u8]) -> Result<T, KeyError>,
        language: Language,
    ) -> anyhow::Result<Option<T>> {
        let Some(given) = self.optional(setting) else { return Ok(None) };
        let pem = input::pem(given, setting.flag, language)?;
        parse(&pem.bytes).map(Some).map_err(|error| language.say_of(pem.shown, &error))
    }

    /// Reads the caller's private key. A missing one is an error.
    pub(crate) fn private_key(&self, language: Language) -> anyhow::Result<PrivateKey> {
        self.required([PRIVATE_KEY], language)?;
        Ok(self.pem(PRIVATE_KEY, PrivateKey::from_bytes, language)?.expect("it was required a line above"))
    }

    /// Reads the caller's private key, if it is configured.
    pub(crate) fn known_private_key(&self, language: Language) -> anyhow::Result<Option<PrivateKey>> {
        self.pem(PRIVATE_KEY, PrivateKey::from_bytes, language)
    }

    /// Parses the serial number of the caller's certificate, if it is configured.
    pub(crate) fn serial_no(&self, language: Language) -> anyhow::Result<Option<SerialNo>> {
        self.serial(SERIAL_NO, language)
    }

    fn serial(&self, setting: Setting, language: Language) -> anyhow::Result<Option<SerialNo>> {
        let serial = self.optional(setting).map(serial::read).transpose();
        serial.map_err(|error| language.say_of(setting.flag, &error))
    }

    /// Reads WeChat Pay's public key and its id. Each is `None` if it is not configured.
    pub(crate) fn public_key(
        &self,
        language: Language,
    ) -> anyhow::Result<(Option<SerialNo>, Option<PublicKey>)> {
        Ok((self.serial(PUBLIC_KEY_ID, language)?, self.pem(PUBLIC_KEY, PublicKey::from_bytes, language)?))
    }

    /// Reads WeChat Pay's platform certificate, if it is configured.
    pub(crate) fn platform_certificate(&self, language: Language) -> anyhow::Result<Option<Certificate>> {
        self.pem(PLATFORM_CERTIFICATE, Certificate::from_bytes, language)
    }

    /// Reads the keys that verify responses: WeChat Pay's public key, its certificate, or both.
    pub(crate) fn platform_keys(&self, language: Language) -> anyhow::Result<PlatformKeys> {
        let mut keys = PlatformKeys::new();
        if let Some(certificate) = self.platform_certificate(language)? {
            keys = keys.with_certificate(&certificate);
        }
        match self.public_key(language)? {
            (Some(id), Some(key)) => Ok(keys.with_public_key(id, key)),
            (None, None) if !keys.is_empty() => Ok(keys),
            _ => self.required([PUBLIC_KEY_ID, PUBLIC_KEY], language).map(|_| keys),
        }
    }

    /// Creates the signer of the caller's requests.
    pub(crate) fn signer(&self, language: Language) -> anyhow::Result<Signer> {
        let [id, serial_no, _] = self.required([self.caller(), SERIAL_NO, PRIVATE_KEY], language)?;
        // The value stands between quotes in a header.
        if !id.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            let why =
                language.pick("only ASCII letters and digits can stand here", "只能使用 ASCII 字母和数字");
            return Err(language.say_of(self.caller().flag, &why));
        }
        let caller = match self.family {
            Family::Partner => Caller::Merchant(self.parsed(MCHID, MchId::new, language)?),
            Family::Brand => Caller::Brand(self.parsed(BRAND_ID, BrandId::new, language)?),
        };
        if let Some(mixup) = KeyMixup::of_serial_no(serial_no, &caller) {
            return Err(language.say_of(SERIAL_NO.flag, &mixup));
        }
        let serial_no = self.parsed(SERIAL_NO, serial::read, language)?;
        Ok(Signer::new(caller, serial_no, self.private_key(language)?))
    }

    /// Reads the caller's certificate, which only a kit has.
    pub(crate) fn certificate(&self) -> Option<Certificate> {
        let given = self.values.get("RUHUI_CERTIFICATE")?;
        if is_text_of_key(given) {
            return Certificate::from_pem(given).ok();
        }
        Certificate::from_pem(&std::fs::read_to_string(given).ok()?).ok()
    }
}
