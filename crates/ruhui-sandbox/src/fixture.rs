//! The published test keys of this crate, as the files of a sandbox's folder.

use ruhui_server::sandbox::{Comments, default_config};

/// Id of the public key that signs responses to merchants.
const PARTNER_PUBLIC_KEY_ID: &str = "PUB_KEY_ID_011900000001000000000001";
/// Id of the public key that signs responses to brands.
const BRAND_PUBLIC_KEY_ID: &str = "PUB_KEY_ID_010000001004000000000002";

macro_rules! files {
    ($($path:literal,)*) => { [$(($path, include_str!(concat!("../keys/", $path)))),*] };
}

/// The files of the kit: those that a merchant gets.
pub(crate) const KIT: [(&str, &str); 9] = files![
    "kit/apiclient_key.pem",
    "kit/apiclient_cert.pem",
    "kit/apiv3_key.txt",
    "kit/brand_key.pem",
    "kit/brand_cert.pem",
    "kit/brand_api_key.txt",
    "kit/brand_wxp_pub.pem",
    "kit/wxp_pub.pem",
    "kit/wxp_cert.pem",
];

/// The files of the platform.
const PLATFORM: [(&str, &str); 3] =
    files!["platform/brand_wxp_key.pem", "platform/wxp_key.pem", "platform/wxp_cert_key.pem",];

/// The text of `ruhui.toml` that a sandbox has unless a test gives another one.
pub(crate) fn config() -> String {
    default_config(PARTNER_PUBLIC_KEY_ID, BRAND_PUBLIC_KEY_ID, Comments::English)
}

/// The text of a published file.
pub(crate) fn file(path: &str) -> Option<&'static str> {
    KIT.into_iter().chain(PLATFORM).find(|(known, _)| *known == path).map(|(_, text)| text)
}

/// All files of a sandbox with this `ruhui.toml`.
pub(crate) fn files(config: String) -> impl Iterator<Item = (String, String)> {
    let keys = KIT.into_iter().chain(PLATFORM).map(|(path, text)| (path.to_owned(), text.to_owned()));
    keys.chain([("ruhui.toml".to_owned(), config)])
}
