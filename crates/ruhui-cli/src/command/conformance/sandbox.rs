//! The sandbox of a run, and the folder and variables of each case.

use super::case::Case;
use super::keys::Keys;
use crate::language::Language;
use anyhow::{Context as _, anyhow};
use ruhui_sandbox::Sandbox;
use ruhui_server::sandbox::{Comments, kit_env_text};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::{fs, io};
use tempfile::TempDir;

/// The sandbox of a run, and the temporary folder of its cases. Both are gone when this is dropped.
#[derive(Debug)]
pub(super) struct Stage {
    /// The address of the main host.
    pub(super) main: SocketAddr,
    pub(super) keys: Keys,
    sandbox: Sandbox,
    cases: TempDir,
}

impl Stage {
    /// Starts a sandbox at free ports.
    ///
    /// # Errors
    ///
    /// A sentence about the obstacle: no temporary folder, or no free port.
    pub(super) async fn start(language: Language) -> anyhow::Result<Self> {
        let sandbox = Sandbox::start().await.map_err(|error| anyhow!(language.say(&error)))?;
        let keys = Keys::of(&sandbox)?;
        let main = sandbox.base_url().trim_start_matches("http://").parse().context("RUHUI_BASE_URL")?;
        Ok(Self { main, keys, sandbox, cases: TempDir::new()? })
    }

    /// Makes the folder of a case: a copy of the kit. The user is a new one.
    pub(super) fn folder(&self, case: &Case) -> io::Result<CaseFolder> {
        let kit = self.cases.path().join(case.name);
        self.sandbox.write_kit(&kit)?;
        let (of_kit, openid) = (self.sandbox.variables().to_vec(), self.sandbox.new_openid());
        let openid = openid.as_str().to_owned();
        let mut folder =
            CaseFolder { case: case.name, kind: case.kind().as_str(), kit, of_kit, openid: openid.clone() };
        folder.set("RUHUI_OPENID", openid);
        Ok(folder)
    }
}

/// The folder and the variables of one case.
#[derive(Debug)]
pub(super) struct CaseFolder {
    case: &'static str,
    kind: &'static str,
    kit: PathBuf,
    /// The variables of `kit.env`.
    of_kit: Vec<(&'static str, String)>,
    openid: String,
}

impl CaseFolder {
    /// Names the listeners of the case as the hosts of the API.
    pub(super) fn with_hosts(mut self, main: SocketAddr, backup: SocketAddr) -> io::Result<Self> {
        self.set("RUHUI_BASE_URL", format!("http://{main}"));
        self.set("RUHUI_BACKUP_URL", format!("http://{backup}"));
        self.written()
    }

    /// Names the address at which the client is to receive callbacks.
    pub(super) fn with_receiver(mut self, address: SocketAddr) -> io::Result<Self> {
        self.set("RUHUI_NOTIFY_URL", format!("http://{address}/notify"));
        self.written()
    }

    /// The variables of the client: those of the kit, and those of the case.
    pub(super) fn variables(&self) -> BTreeMap<&'static str, OsString> {
        let of_kit = self.of_kit.iter().map(|(name, value)| (*name, value.into()));
        let of_case = [
            ("RUHUI_KIT", self.kit.clone().into_os_string()),
            ("RUHUI_CASE", self.case.into()),
            ("RUHUI_CASE_KIND", self.kind.into()),
        ];
        of_kit.chain(of_case).collect()
    }

    /// The value of a variable of the kit; empty if the kit has none of this name.
    pub(super) fn value(&self, name: &str) -> &str {
        let found = self.of_kit.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| value.as_str()).unwrap_or_default()
    }

    pub(super) fn openid(&self) -> &str {
        &self.openid
    }

    fn set(&mut self, name: &str, value: String) {
        if let Some((_, old)) = self.of_kit.iter_mut().find(|(known, _)| *known == name) {
            *old = value;
        }
    }

    /// Writes the values of the case into its `kit.env`: a client may read the file in place of the variables.
    fn written(self) -> io::Result<Self> {
        fs::write(self.kit.join("kit.env"), kit_env_text(&self.of_kit, Comments::English))?;
        Ok(self)
    }
}
