//! The check that `ruhui.toml` still uses the keys of the kit. A sandbox serves all the same: the user may test other
//! keys. But no response to a client with this kit would say what is wrong.

use crate::domain::{Brand, Merchant};
use crate::kit_values::{BRAND_ID, MCHID};
use crate::platform::ResponseKeys;
use crate::service::Service;
use crate::store::{StoreError, StoreExt as _};
use ruhui_core::bilingual::Bilingual;
use ruhui_core::key::{Certificate, PublicKey};
use std::path::Path;

/// Returns a sentence for each key of the kit in `folder` that the configuration in force does not know.
///
/// # Errors
///
/// [`StoreError`] when the store fails.
pub(super) async fn find(folder: &Path, service: &Service) -> Result<Vec<Bilingual>, StoreError> {
    let settings = service.settings();
    let mut found = Vec::new();
    for (keys, table, file) in [
        (&settings.platform.partner, "platform.partner", "wxp_pub.pem"),
        (&settings.platform.brand, "platform.brand", "brand_wxp_pub.pem"),
    ] {
        if !signs_for(keys, &folder.join(file)) {
            found.push(of_platform(table, "private_key", file));
        }
    }
    let certificate = settings.platform.partner.certificates.first();
    if let Some(platform) = certificate
        && certificate_in(&folder.join("wxp_cert.pem"))
            .is_none_or(|own| own.serial_no() != platform.certificate.serial_no())
    {
        found.push(of_platform("platform.partner", "certificate", "wxp_cert.pem"));
    }
    // An entry that was removed is no mistake: the caller is gone on purpose.
    if let Some(merchant) = service.store.read::<Merchant>(MCHID).await? {
        let merchant = merchant.record;
        let entry = format!("[[merchants]] {MCHID}");
        check_caller(&mut found, &entry, &merchant.certificates, &folder.join("apiclient_cert.pem"));
        check_secret(&mut found, &entry, merchant.apiv3_key.as_deref(), &folder.join("apiv3_key.txt"));
    }
    if let Some(brand) = service.store.read::<Brand>(BRAND_ID).await? {
        let brand = brand.record;
        let entry = format!("[[brands]] {BRAND_ID}");
        check_caller(&mut found, &entry, &brand.certificates, &folder.join("brand_cert.pem"));
        check_secret(&mut found, &entry, brand.api_key.as_deref(), &folder.join("brand_api_key.txt"));
    }
    Ok(found)
}

fn signs_for(keys: &ResponseKeys, public: &Path) -> bool {
    let public = std::fs::read(public).ok().and_then(|bytes| PublicKey::from_bytes(&bytes).ok());
    public.is_some_and(|public| public == keys.public_key.key().public_key())
}

fn certificate_in(path: &Path) -> Option<Certificate> {
    Certificate::from_bytes(&std::fs::read(path).ok()?).ok()
}

fn check_caller(found: &mut Vec<Bilingual>, entry: &str, pems: &[String], path: &Path) {
    let known = pems.iter().filter_map(|pem| Certificate::from_pem(pem).ok());
    let own = certificate_in(path);
    let own = own.as_ref().map(Certificate::serial_no);
    if !known.into_iter().any(|certificate| Some(certificate.serial_no()) == own) {
        let file = name(path);
        found.push(Bilingual::new(
            format!("`certificates` of {entry} in ruhui.toml does not name kit/{file}, so requests signed with this kit are rejected"),
            format!("ruhui.toml 中 {entry} 的 `certificates` 未包含 kit/{file}，使用该 kit 签名的请求会被拒绝"),
        ));
    }
}

fn check_secret(found: &mut Vec<Bilingual>, entry: &str, known: Option<&str>, path: &Path) {
    let own = std::fs::read_to_string(path).unwrap_or_default();
    if known != Some(own.trim()) {
        let file = name(path);
        found.push(Bilingual::new(
            format!("{entry} in ruhui.toml has another key than kit/{file}, so callbacks do not decrypt with this kit"),
            format!("ruhui.toml 中 {entry} 的密钥与 kit/{file} 不同，使用该 kit 无法解密回调通知"),
        ));
    }
}

fn of_platform(table: &str, key: &str, file: &str) -> Bilingual {
    Bilingual::new(
        format!(
            "`{key}` of [{table}] in ruhui.toml does not belong to kit/{file}, so clients with this kit cannot verify responses"
        ),
        format!("ruhui.toml 中 [{table}] 的 `{key}` 与 kit/{file} 不匹配，使用该 kit 的客户端无法验签"),
    )
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
