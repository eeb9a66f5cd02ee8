//! The sandbox of a run, and the folder and variables of each case.

use super::case::Case;
use super::keys::Keys;
use crate::language::Language;
use anyhow::Context as _;
use ruhui_core::env::alphanumeric;
use ruhui_server::env::{Env, SystemEntropy};
use ruhui_server::sandbox::{self, Comments, Kit, Options};
use ruhui_server::start::Addresses;
use ruhui_server::store::StoreLocation;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{fs, io};
use tempfile::TempDir;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// A sandbox in this process, with its store in memory and its files in a temporary folder.
pub(super) struct Running {
    pub(super) stage: Arc<Stage>,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<()>,
    /// Deleted when this is dropped.
    _folder: TempDir,
}

/// The parts of a sandbox that cases use.
#[derive(Debug)]
pub(super) struct Stage {
    /// The address of the main host.
    pub(super) main: SocketAddr,
    pub(super) keys: Keys,
    kit: Kit,
    cases: PathBuf,
}

impl Running {
    /// Starts a sandbox at free ports.
    ///
    /// # Errors
    ///
    /// A sentence about the obstacle: no temporary folder, or no free port.
    pub(super) async fn start(language: Language) -> anyhow::Result<Self> {
        let folder = TempDir::new()?;
        let root = folder.path().join("sandbox");
        let free = Some(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)));
        let addresses = Addresses { main: free, backup: free, operations: free, notify_url: None };
        let comments = language.pick(Comments::English, Comments::Chinese);
        let options =
            Options { addresses, store: Some(StoreLocation::Memory), comments, ..Options::default() };
        let sandbox = match sandbox::open(&root, Env::system(), options).await {
            Ok(sandbox) => sandbox,
            Err(error) => anyhow::bail!(language.say(&error)),
        };
        let kit = sandbox.kit().clone();
        let keys = Keys::read(&root, &kit)?;
        let url = kit.value("RUHUI_BASE_URL").unwrap_or_default();
        let main = url.trim_start_matches("http://").parse().context("RUHUI_BASE_URL")?;
        let (stop, stopped) = oneshot::channel::<()>();
        let serving = tokio::spawn(sandbox.run(async {
            let _ = stopped.await;
        }));
        let stage = Arc::new(Stage { main, keys, kit, cases: folder.path().join("cases") });
        Ok(Self { stage, stop, serving, _folder: folder })
    }

    /// Stops the sandbox, and deletes its folder.
    pub(super) async fn stop(self) {
        let _ = self.stop.send(());
        let _ = self.serving.await;
    }
}

/// The folder and the variables of one case.
#[derive(Debug)]
pub(super) struct CaseFolder {
    kit: PathBuf,
    variables: BTreeMap<String, OsString>,
    openid: String,
}

impl Stage {
    /// Makes the folder of a case: a copy of the kit. The user is a new one.
    pub(super) fn folder(&self, case: &Case) -> io::Result<CaseFolder> {
        let kit = self.cases.join(case.name);
        fs::create_dir_all(&kit)?;
        for entry in fs::read_dir(&self.kit.folder)? {
            let path = entry?.path();
            if let Some(name) = path.file_name().filter(|_| path.is_file()) {
                fs::copy(&path, kit.join(name))?;
            }
        }
        let openid = format!("o{}", alphanumeric(&SystemEntropy, 27));
        let known = self.kit.variables.iter().map(|(name, value)| ((*name).to_owned(), value.into()));
        let mut variables: BTreeMap<String, OsString> = known.collect();
        variables.insert("RUHUI_OPENID".to_owned(), openid.clone().into());
        variables.insert("RUHUI_KIT".to_owned(), kit.clone().into());
        variables.insert("RUHUI_CASE".to_owned(), case.name.into());
        variables.insert("RUHUI_CASE_KIND".to_owned(), case.kind().as_str().into());
        Ok(CaseFolder { kit, variables, openid })
    }
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

    pub(super) fn variables(&self) -> &BTreeMap<String, OsString> {
        &self.variables
    }

    pub(super) fn openid(&self) -> &str {
        &self.openid
    }

    fn set(&mut self, name: &str, value: String) {
        self.variables.insert(name.to_owned(), value.into());
    }

    /// Writes the values of the case into its `kit.env`: a client may read the file in place of the variables.
    fn written(self) -> io::Result<Self> {
        let file: &Path = &self.kit.join("kit.env");
        let text = fs::read_to_string(file)?;
        let lines = text.lines().map(|line| match line.split_once('=') {
            Some((name, _))
                if ["RUHUI_BASE_URL", "RUHUI_BACKUP_URL", "RUHUI_NOTIFY_URL", "RUHUI_OPENID"]
                    .contains(&name) =>
            {
                let value = self.variables.get(name).map(|value| value.to_string_lossy()).unwrap_or_default();
                format!("{name}='{value}'\n")
            }
            _ => format!("{line}\n"),
        });
        let text: String = lines.collect();
        fs::write(file, text)?;
        Ok(self)
    }
}
