//! A running sandbox.

use crate::builder::SandboxBuilder;
use crate::controls::Controls;
use crate::error::StartError;
use crate::server_thread::{ServerThread, Serving};
use crate::{fixture, kit};
use ruhui::api::Brand;
use ruhui::notify::Receiver;
use ruhui::types::{BrandId, CardId, MchId, OpenId};
use ruhui::{Client, ClientBuilder};
use ruhui_core::env::alphanumeric;
use ruhui_server::env::Env;
use std::fmt;
use std::path::Path;

/// A sandbox on a thread of its own, with its own ports and its own state. Its drop closes the ports and ends the
/// thread, also when a test panics.
pub struct Sandbox {
    variables: Vec<(&'static str, String)>,
    ca: Option<String>,
    controls: Controls,
    /// Clock and random source of the clients.
    env: Env,
    _server: ServerThread,
}

impl Sandbox {
    /// Starts a sandbox with the default options.
    ///
    /// # Errors
    ///
    /// [`StartError`]: one sentence about the obstacle.
    pub async fn start() -> Result<Self, StartError> {
        Self::builder().start().await
    }

    /// Returns a builder, for other options.
    pub fn builder() -> SandboxBuilder {
        SandboxBuilder::default()
    }

    /// Returns the text of `ruhui.toml` that a sandbox has by default, as a beginning of one's own.
    pub fn default_config() -> String {
        fixture::config()
    }

    /// Returns the text of a published file, such as `platform/wxp_key.pem`: the private keys of the platform sign
    /// responses and callbacks that a test makes itself. `None` if there is no file at this path.
    pub fn published_file(path: &str) -> Option<&'static str> {
        fixture::file(path)
    }

    pub(crate) fn new(
        server: ServerThread,
        Serving { variables, ca }: Serving,
        env: Env,
    ) -> Result<Self, StartError> {
        let operations = variables.iter().find(|(name, _)| *name == "RUHUI_OPERATIONS_URL");
        let url = operations.map(|(_, url)| url.as_str()).unwrap_or_default();
        let controls = Controls::new(url).map_err(StartError::Controls)?;
        Ok(Self { variables, ca, controls, env, _server: server })
    }

    /// URL of the main host.
    pub fn base_url(&self) -> &str {
        self.value("RUHUI_BASE_URL")
    }

    /// URL of the backup host.
    pub fn backup_url(&self) -> &str {
        self.value("RUHUI_BACKUP_URL")
    }

    /// URL of the operations: `/readyz` and the controls.
    pub fn operations_url(&self) -> &str {
        self.value("RUHUI_OPERATIONS_URL")
    }

    /// URL of the proxy; an empty text if the sandbox has none.
    pub fn proxy_url(&self) -> &str {
        self.value("RUHUI_PROXY_URL")
    }

    /// URL of callbacks.
    pub fn notify_url(&self) -> &str {
        self.value("RUHUI_NOTIFY_URL")
    }

    /// Certificate of the CA as PEM, if the sandbox serves HTTPS.
    pub fn ca_certificate(&self) -> Option<&str> {
        self.ca.as_deref()
    }

    /// Returns a new client of the kit's merchant, a service provider.
    ///
    /// A client keeps its connections open in the runtime that it was first used in, so each test takes its own.
    pub fn client(&self) -> Client {
        self.client_builder().build().expect("the kit has the settings of a client")
    }

    /// Returns the builder of such a client, for other options.
    pub fn client_builder(&self) -> ClientBuilder {
        let builder = Client::partner(
            self.value("RUHUI_MCHID"),
            self.value("RUHUI_SERIAL_NO"),
            self.value("RUHUI_PRIVATE_KEY"),
            self.value("RUHUI_WECHATPAY_PUBLIC_KEY_ID"),
            self.value("RUHUI_WECHATPAY_PUBLIC_KEY"),
        );
        self.connected(builder.expect("the kit has the settings of a client"))
    }

    /// Returns a new client of the kit's brand, which sends requests in its own name.
    pub fn brand_client(&self) -> Client<Brand> {
        let builder = Client::brand(
            self.value("RUHUI_BRAND_ID"),
            self.value("RUHUI_BRAND_SERIAL_NO"),
            self.value("RUHUI_BRAND_PRIVATE_KEY"),
            self.value("RUHUI_BRAND_WECHATPAY_PUBLIC_KEY_ID"),
            self.value("RUHUI_BRAND_WECHATPAY_PUBLIC_KEY"),
        );
        let builder = self.connected(builder.expect("the kit has the settings of a client"));
        builder.build().expect("the kit has the settings of a client")
    }

    fn connected<F: ruhui::api::FamilyMarker>(&self, builder: ClientBuilder<F>) -> ClientBuilder<F> {
        let builder = builder.hosts(self.base_url(), self.backup_url());
        let builder = builder.clock(self.env.wire.clone()).entropy(self.env.entropy.clone());
        match &self.ca {
            Some(ca) => builder.ca_certificate(ca),
            None => builder,
        }
    }

    /// Returns a receiver of the merchant's callbacks, with the keys that verify and decrypt them.
    pub fn receiver(&self) -> Receiver {
        let receiver = self.client().receiver(self.value("RUHUI_APIV3_KEY"));
        receiver.and_then(|builder| builder.build()).expect("the kit has the settings of a receiver")
    }

    /// The client of the controls, which plays the WeChat user, moves the business clock and resets the state.
    pub fn controls(&self) -> &Controls {
        &self.controls
    }

    /// The merchant, 商户号.
    pub fn mchid(&self) -> MchId {
        MchId::new(self.value("RUHUI_MCHID")).expect("the kit's merchant is one")
    }

    /// The brand, 品牌ID.
    pub fn brand_id(&self) -> BrandId {
        BrandId::new(self.value("RUHUI_BRAND_ID")).expect("the kit's brand is one")
    }

    /// The card template, 会员卡模板ID.
    pub fn card_id(&self) -> CardId {
        CardId::new(self.value("RUHUI_CARD_ID")).expect("the kit's template is one")
    }

    /// Returns the openid of a user who has no card yet: a new one at each call.
    pub fn new_openid(&self) -> OpenId {
        OpenId::new(format!("o{}", alphanumeric(&*self.env.entropy, 27))).expect("an openid has this form")
    }

    /// Names and values of the variables of `kit.env`, with which a program in any language finds this sandbox. Keys are
    /// PEM text with the two characters `\n` for each line end.
    pub fn variables(&self) -> &[(&'static str, String)] {
        &self.variables
    }

    /// The value of a variable of `kit.env`; an empty text if the kit has none of this name.
    pub fn value(&self, name: &str) -> &str {
        let found = self.variables.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| value.as_str()).unwrap_or_default()
    }

    /// Writes the files of the kit into a folder, for programs that read keys from files: `kit.env`,
    /// `apiclient_key.pem`, `wxp_pub.pem` and the others that `ruhui sandbox` makes. The folder is made if it is
    /// missing, and stays when the sandbox stops.
    ///
    /// # Errors
    ///
    /// The operating system's error.
    pub fn write_kit(&self, folder: &Path) -> std::io::Result<()> {
        kit::write(folder, &self.variables, self.ca.as_deref())
    }
}

/// Hides the variables: some are keys.
impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sandbox({}, {})", self.base_url(), self.operations_url())
    }
}
