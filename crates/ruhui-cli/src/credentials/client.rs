//! The SDK's client, built from the settings.

use super::setting::{
    BACKUP_URL, BASE_URL, CA_CERTIFICATE, PLATFORM_CERTIFICATE, PRIVATE_KEY, PUBLIC_KEY, PUBLIC_KEY_ID,
    SERIAL_NO,
};
use super::settings::Settings;
use crate::language::Language;
use anyhow::{anyhow, bail};
use ruhui::api::FamilyMarker;
use ruhui::{Client, ClientBuilder};
use std::error::Error as _;

impl Settings {
    /// Builds a client of the settings' family.
    pub(crate) fn client<F: FamilyMarker>(&self, language: Language) -> anyhow::Result<Client<F>> {
        let [id, serial_no, private_key, public_key_id, public_key] = self.five(language)?;
        let builder = Client::of_family(id, serial_no, private_key, public_key_id, public_key);
        self.build(builder, language)
    }

    fn five(&self, language: Language) -> anyhow::Result<[&str; 5]> {
        self.required([self.caller(), SERIAL_NO, PRIVATE_KEY, PUBLIC_KEY_ID, PUBLIC_KEY], language)
    }

    fn build<F: FamilyMarker>(
        &self,
        builder: Result<ClientBuilder<F>, ruhui::Error>,
        language: Language,
    ) -> anyhow::Result<Client<F>> {
        let said = |error: ruhui::Error| {
            if let Some(source) = error.source() {
                // A library's error is in English only, so it goes to the log and not into the message.
                tracing::info!("{source:?}");
            }
            anyhow!(language.say(&error))
        };
        let mut builder = self.hosts(builder.map_err(said)?, language)?;
        builder = builder.accept_language(language.pick("en", "zh-CN"));
        if let Some(certificate) = self.optional(PLATFORM_CERTIFICATE) {
            builder = builder.platform_certificate(certificate);
        }
        if let Some(ca) = self.optional(CA_CERTIFICATE) {
            builder = builder.ca_certificate(ca);
        }
        builder.build().map_err(said)
    }

    fn hosts<F: FamilyMarker>(
        &self,
        builder: ClientBuilder<F>,
        language: Language,
    ) -> anyhow::Result<ClientBuilder<F>> {
        match (self.optional(BASE_URL), self.optional(BACKUP_URL)) {
            (Some(main), Some(backup)) => Ok(builder.hosts(main, backup)),
            (Some(main), None) => Ok(builder.host(main)),
            (None, None) => Ok(builder),
            (None, Some(_)) => bail!(language.pick(
                "--backup-url is given without --base-url; give both, or neither for WeChat Pay's own hosts",
                "给出了 --backup-url 但没有 --base-url；请同时给出，或都不给出以使用微信支付域名",
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credentials::setting::Setting;
    use crate::credentials::{Family, Origin};

    fn given(values: &[(Setting, &str)]) -> Settings {
        let values = values.iter().map(|(setting, value)| (setting.variable.to_owned(), (*value).to_owned()));
        Settings { values: values.collect(), family: Family::Partner, origin: Origin::Given }
    }

    fn hosts(values: &[(Setting, &str)]) -> Result<String, String> {
        let builder = Client::partner(
            "1900000001",
            "1DDE55AD98ED71D6EDD4A4A16996DE7B47773A8C",
            include_str!("../../../../vectors/keys/merchant_key.pem"),
            "PUB_KEY_ID_1",
            include_str!("../../../../vectors/keys/platform_pub.pem"),
        );
        match given(values).hosts(builder.unwrap(), Language::English) {
            Ok(builder) => Ok(format!("{builder:?}")),
            Err(error) => Err(error.to_string()),
        }
    }

    #[test]
    fn without_hosts_the_real_ones_are_called() {
        let builder = hosts(&[]).unwrap();
        assert!(builder.contains(r#"main: "https://api.mch.weixin.qq.com""#), "{builder}");
        assert!(builder.contains(r#"backup: Some("https://api2.mch.weixin.qq.com")"#), "{builder}");
    }

    #[test]
    fn a_lone_main_host_has_no_backup_and_a_lone_backup_is_a_mistake() {
        let builder = hosts(&[(BASE_URL, "http://127.0.0.1:1")]).unwrap();
        assert!(builder.contains(r#"main: "http://127.0.0.1:1""#) && builder.contains("backup: None"));
        let error = hosts(&[(BACKUP_URL, "http://127.0.0.1:1")]).unwrap_err();
        assert!(error.starts_with("--backup-url is given without --base-url"), "{error}");
    }
}
