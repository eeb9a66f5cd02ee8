//! A sandbox that leaves nothing: store and configuration in memory, published test keys, and a temporary folder for
//! the kit, which is removed at the end.

use super::{DEFAULT_RECEIVER_PORT, Shown, Stopped};
use crate::language::Language;
use anyhow::anyhow;
use ruhui_core::bilingual::OsError;
use ruhui_sandbox::{Addresses, Sandbox};
use ruhui_server::sandbox::{Kit, Ports, ProxyClients};

/// Options of a temporary sandbox.
pub(super) struct Options {
    pub(super) tls: bool,
    pub(super) proxy: Option<ProxyClients>,
    pub(super) addresses: Addresses,
    /// The first of five ports in a row, or 0 for ports that the system chooses.
    pub(super) ports: Option<u16>,
}

/// Starts a sandbox, shows it with `show`, and serves until `stopped` is done.
pub(super) async fn run(
    options: Options,
    stopped: Stopped,
    show: impl AsyncFnOnce(Shown<'_>) -> anyhow::Result<()>,
    language: Language,
) -> anyhow::Result<()> {
    let builder = Sandbox::builder().tls(options.tls).addresses(options.chosen());
    let builder = if let Some(clients) = options.proxy { builder.proxy(clients) } else { builder };
    let sandbox = builder.start().await.map_err(|error| anyhow!(language.say(&error)))?;
    let failed = |error: std::io::Error| {
        let what = language.pick("the temporary folder of the kit", "kit 的临时目录");
        language.say_of(what, &OsError::from(error))
    };
    let folder = tempfile::Builder::new().prefix("ruhui-sandbox-").tempdir().map_err(failed)?;
    let kit = Kit { folder: folder.path().join("kit"), variables: sandbox.variables().to_vec() };
    sandbox.write_kit(&kit.folder).map_err(failed)?;
    let shown = show(Shown { kit: &kit, config: None }).await;
    if shown.is_ok() {
        stopped.wait().await;
    }
    drop(sandbox);
    folder.close().map_err(failed)?;
    shown
}

impl Options {
    /// The addresses to bind: the default ones unless others are chosen. A port that the system chooses is bound at
    /// once, so no other program can take it in between.
    fn chosen(&self) -> Addresses {
        let given = self.addresses.clone();
        let of_ports = match self.ports {
            Some(0) => return given,
            Some(first) => Ports::from(first),
            None => Ports::from(DEFAULT_RECEIVER_PORT - 3),
        };
        match of_ports {
            Some(ports) => ports.completing(given),
            None => given,
        }
    }
}
