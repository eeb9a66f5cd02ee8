//! The settings: the variables of `kit.env`.

use ruhui::Client;
use ruhui::notify::Receiver;
use ruhui::types::{BrandId, CardId};
use std::error::Error;

/// The script that a page loads inside WeChat.
const JWEIXIN: &str = "https://res.wx.qq.com/open/js/jweixin-1.5.0.js";

pub(crate) struct Settings {
    pub(crate) client: Client,
    pub(crate) receiver: Receiver,
    pub(crate) brand_id: BrandId,
    pub(crate) card_id: CardId,
    /// Where the shop listens: host and port of `RUHUI_NOTIFY_URL`, so that callbacks arrive.
    pub(crate) address: String,
    /// The script that gives the page `wx`.
    pub(crate) script: String,
}

impl Settings {
    pub(crate) fn read() -> Result<Self, Box<dyn Error + Send + Sync>> {
        let client = Client::partner(
            kit("RUHUI_MCHID")?,
            kit("RUHUI_SERIAL_NO")?,
            kit("RUHUI_PRIVATE_KEY")?,
            kit("RUHUI_WECHATPAY_PUBLIC_KEY_ID")?,
            kit("RUHUI_WECHATPAY_PUBLIC_KEY")?,
        )?
        .hosts(kit("RUHUI_BASE_URL")?, kit("RUHUI_BACKUP_URL")?)
        .build()?;
        let receiver = client.receiver(kit("RUHUI_APIV3_KEY")?)?.build()?;
        let notify = kit("RUHUI_NOTIFY_URL")?;
        let address = notify.split('/').nth(2).ok_or("RUHUI_NOTIFY_URL is no address")?.to_owned();
        let script = kit("RUHUI_OPERATIONS_URL").map(|sandbox| format!("{sandbox}/component/wx.js"));
        Ok(Self {
            client,
            receiver,
            brand_id: BrandId::new(kit("RUHUI_BRAND_ID")?)?,
            card_id: CardId::new(kit("RUHUI_CARD_ID")?)?,
            address,
            script: script.unwrap_or_else(|_| JWEIXIN.to_owned()),
        })
    }
}

#[allow(clippy::disallowed_methods, reason = "an example has no other place for its settings")]
fn kit(name: &str) -> Result<String, String> {
    std::env::var(name).map_err(|_| format!("the variable {name} is not set: load kit.env"))
}
