//! Settings of the credentials, each with its variable and its flag.

/// A setting: its variable, which also names it in `kit.env`, and its flag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Setting {
    pub(super) variable: &'static str,
    pub(super) flag: &'static str,
}

const fn setting(variable: &'static str, flag: &'static str) -> Setting {
    Setting { variable, flag }
}

pub(super) const MCHID: Setting = setting("RUHUI_MCHID", "--mchid");
pub(super) const SERIAL_NO: Setting = setting("RUHUI_SERIAL_NO", "--serial-no");
pub(super) const PRIVATE_KEY: Setting = setting("RUHUI_PRIVATE_KEY", "--private-key");
pub(super) const PUBLIC_KEY_ID: Setting = setting("RUHUI_WECHATPAY_PUBLIC_KEY_ID", "--public-key-id");
pub(super) const PUBLIC_KEY: Setting = setting("RUHUI_WECHATPAY_PUBLIC_KEY", "--public-key");
pub(super) const PLATFORM_CERTIFICATE: Setting =
    setting("RUHUI_WECHATPAY_CERTIFICATE", "--platform-certificate");
pub(crate) const APIV3_KEY: Setting = setting("RUHUI_APIV3_KEY", "--apiv3-key");
pub(crate) const BASE_URL: Setting = setting("RUHUI_BASE_URL", "--base-url");
pub(super) const BACKUP_URL: Setting = setting("RUHUI_BACKUP_URL", "--backup-url");
pub(super) const CA_CERTIFICATE: Setting = setting("RUHUI_CA_CERTIFICATE", "--ca-certificate");
pub(crate) const BRAND_ID: Setting = setting("RUHUI_BRAND_ID", "--brand-id");
pub(crate) const CARD_ID: Setting = setting("RUHUI_CARD_ID", "--card-id");
pub(crate) const NOTIFY_URL: Setting = setting("RUHUI_NOTIFY_URL", "--notify-url");
pub(crate) const OPENID: Setting = setting("RUHUI_OPENID", "--openid");

/// Settings that have other names in a kit for a brand that sends requests in its own name.
pub(super) const OWN: [Setting; 5] = [SERIAL_NO, PRIVATE_KEY, PUBLIC_KEY_ID, PUBLIC_KEY, APIV3_KEY];

impl Setting {
    /// Returns the flag, such as `--mchid`.
    pub(crate) fn flag(self) -> &'static str {
        self.flag
    }

    /// Returns the variable, such as `RUHUI_MCHID`.
    pub(crate) fn variable(self) -> &'static str {
        self.variable
    }
}
