//! `kit.env`: the settings that a client needs to reach a sandbox, as variables.
//!
//! Keys and certificates are in it as PEM text, with `\n` for each line end, so that the file names no path: it works
//! wherever it is moved, copied or mounted, in a shell as well as in programs that read `NAME='value'`.

use super::Comments;
use super::kit::{damaged, write_private};
use crate::files::Files;
use crate::http::{ForwardProxy, Listener};
use crate::kit_values::{BRAND_ID, CARD_ID, MCHID, OPENID};
use crate::platform::{Platform, ResponseKeys};
use crate::running_kit::RunningKit;
use crate::start::{Server, StartError};
use ruhui_core::bilingual::Bilingual;
use ruhui_core::key::Certificate;
use ruhui_core::types::NotifyUrl;
use std::fmt;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// The settings that a client needs to reach a sandbox: the variables of `kit.env`.
#[derive(Clone, PartialEq, Eq)]
pub struct Kit {
    /// The folder with the kit's files.
    pub folder: PathBuf,
    /// Names and values of the variables, in the file's order.
    pub variables: Vec<(&'static str, String)>,
}

/// Hides the variables: some are keys.
impl fmt::Debug for Kit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Kit({})", self.folder.display())
    }
}

impl Kit {
    /// The value of a variable.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.variables.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }
}

/// The parts of `kit.env` that one start of a sandbox decides.
#[derive(Debug)]
pub(super) struct KitEnv {
    files: Files,
    folder: PathBuf,
    /// The URLs of the main host, the backup host and the operations.
    urls: [String; 3],
    proxy: Option<String>,
    is_tls: bool,
    comments: Comments,
}

impl KitEnv {
    /// The kit among `files`, in the sandbox's folder `root`.
    pub(super) fn of(
        files: Files,
        root: &Path,
        Server { main, backup, operations, proxy, .. }: &Server,
        is_tls: bool,
        comments: Comments,
    ) -> Result<Self, StartError> {
        let folder = root.join("kit");
        let failed = |error: std::io::Error| StartError::File { path: folder.clone(), error: error.into() };
        let url = |listener: &Listener| listener.url().map_err(failed);
        let urls = [url(main)?, url(backup)?, url(operations)?];
        let proxy = proxy.as_ref().map(ForwardProxy::url).transpose().map_err(failed)?;
        Ok(Self { files, folder, urls, proxy, is_tls, comments })
    }

    /// The URLs of the main host, the backup host and the operations.
    pub(super) fn urls(&self) -> &[String; 3] {
        &self.urls
    }

    fn read(&self, name: &str) -> Result<Zeroizing<String>, StartError> {
        let path = self.folder.join(name);
        self.files.read_text(&path).map_err(|error| StartError::File { path, error: error.into() })
    }

    /// Names and values of the variables, in the file's order.
    pub(super) fn variables(
        &self,
        platform: &Platform,
        notify_url: &NotifyUrl,
    ) -> Result<Vec<(&'static str, String)>, StartError> {
        let file = |name: &str| self.read(name);
        let pem = |name: &str| Ok::<_, StartError>(on_one_line(&file(name)?));
        let serial = |name: &str| {
            let certificate = Certificate::from_pem(&file(name)?)
                .map_err(|error| damaged(&self.folder.join(name), &error))?;
            Ok::<_, StartError>(certificate.serial_no().as_str().to_owned())
        };
        let key_id = |keys: &ResponseKeys| keys.public_key.serial().as_str().to_owned();
        let [main, backup, operations] = self.urls.clone();
        let mut variables = vec![
            ("RUHUI_BASE_URL", main),
            ("RUHUI_BACKUP_URL", backup),
            ("RUHUI_OPERATIONS_URL", operations),
            ("RUHUI_NOTIFY_URL", notify_url.as_str().to_owned()),
            ("RUHUI_MCHID", MCHID.to_owned()),
            ("RUHUI_SERIAL_NO", serial("apiclient_cert.pem")?),
            ("RUHUI_PRIVATE_KEY", pem("apiclient_key.pem")?),
            ("RUHUI_CERTIFICATE", pem("apiclient_cert.pem")?),
            ("RUHUI_WECHATPAY_PUBLIC_KEY_ID", key_id(&platform.partner)),
            ("RUHUI_WECHATPAY_PUBLIC_KEY", pem("wxp_pub.pem")?),
            ("RUHUI_WECHATPAY_CERTIFICATE", pem("wxp_cert.pem")?),
            ("RUHUI_WECHATPAY_CERTIFICATE_SERIAL", serial("wxp_cert.pem")?),
            ("RUHUI_APIV3_KEY", file("apiv3_key.txt")?.trim_end().to_owned()),
            ("RUHUI_BRAND_ID", BRAND_ID.to_owned()),
            ("RUHUI_CARD_ID", CARD_ID.to_owned()),
            ("RUHUI_OPENID", OPENID.to_owned()),
            ("RUHUI_BRAND_SERIAL_NO", serial("brand_cert.pem")?),
            ("RUHUI_BRAND_PRIVATE_KEY", pem("brand_key.pem")?),
            ("RUHUI_BRAND_WECHATPAY_PUBLIC_KEY_ID", key_id(&platform.brand)),
            ("RUHUI_BRAND_WECHATPAY_PUBLIC_KEY", pem("brand_wxp_pub.pem")?),
            ("RUHUI_BRAND_API_KEY", file("brand_api_key.txt")?.trim_end().to_owned()),
        ];
        if self.is_tls {
            variables.push(("RUHUI_CA_CERTIFICATE", pem("ca.pem")?));
        }
        variables.extend(self.proxy.clone().map(|url| ("RUHUI_PROXY_URL", url)));
        Ok(variables)
    }

    /// The kit as it is now.
    pub(super) fn running(
        &self,
        platform: &Platform,
        notify_url: &NotifyUrl,
    ) -> Result<RunningKit, Bilingual> {
        let variables = self.variables(platform, notify_url).map_err(|error| Bilingual::of(&error))?;
        let folder = matches!(self.files, Files::Disk).then(|| self.folder.clone());
        Ok(RunningKit { folder, variables })
    }

    /// Writes `kit.env`, at each start and after each change of the configuration: addresses and key ids may differ.
    pub(super) fn write(&self, platform: &Platform, notify_url: &NotifyUrl) -> Result<Kit, StartError> {
        let variables = self.variables(platform, notify_url)?;
        let text = text_of(&variables, self.comments);
        write_private(&self.folder.join("kit.env"), &text)?;
        Ok(Kit { folder: self.folder.clone(), variables })
    }
}

/// The text of `kit.env` with these variables.
pub fn text_of(variables: &[(&'static str, String)], comments: Comments) -> String {
    let lines = variables.iter().map(|(name, value)| format!("{name}='{}'\n", value.replace('\'', r"'\''")));
    let heading = comments.picked(
        "# Rewritten at each start. Use: set -a; . kit.env; set +a / 每次启动时重写。用法：set -a; . kit.env; set +a",
    );
    heading + &lines.collect::<String>()
}

/// PEM text on one line, with the two characters `\n` for each line end.
fn on_one_line(pem: &str) -> String {
    let lines: Vec<&str> = pem.lines().map(str::trim_end).filter(|line| !line.is_empty()).collect();
    lines.join(r"\n")
}
