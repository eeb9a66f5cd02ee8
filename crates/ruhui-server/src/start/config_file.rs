//! The configuration file of a running service, which can be read again and applied.

use super::Addresses;
use crate::config::{Config, ConfigError, EntryDigests, FileProvisioning, Provision};
use crate::domain::{ControlHost, PublicUrl};
use crate::files::Files;
use crate::reload::{Change, Reload, ReloadError, Reloadable};
use crate::service::Service;
use crate::store::StoreError;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use ruhui_core::types::NotifyUrl;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

/// The settings that a running service keeps: its listeners, store, request log and limits of connections are made once.
const AT_START: [&str; 13] = [
    "service.main",
    "service.backup",
    "service.operations",
    "service.proxy",
    "service.store",
    "service.connections",
    "service.connections_per_address",
    "service.unsigned_mib",
    "service.unsigned_mib_per_address",
    "service.trusted_proxies",
    "service.drain",
    "service.request_log",
    "service.sandbox",
];

/// The path of a configuration file, and the options of this start that replace a part of it.
#[derive(Debug, Clone)]
pub(super) struct ConfigSource {
    files: Files,
    path: PathBuf,
    notify_url: Option<NotifyUrl>,
    control_hosts: Vec<ControlHost>,
}

/// The configuration file that a service was started from.
pub(crate) struct ConfigFile {
    source: ConfigSource,
    service: Arc<Service>,
    /// The URL of pictures if the file has none: the one that the start chose.
    public_url: PublicUrl,
    digests: tokio::sync::Mutex<Digests>,
    /// The configuration that was read last.
    config: Mutex<Config>,
}

/// The digests of two states of the file.
struct Digests {
    at_start: EntryDigests,
    applied: EntryDigests,
}

/// The state of each file on the disk: when it was written, and its length. `None` for a missing file.
pub(crate) type FileStates = Vec<Option<(SystemTime, u64)>>;

impl ConfigSource {
    /// Reads the file at `path` and every file that it names, among `files`.
    ///
    /// # Errors
    ///
    /// [`ConfigError`]: the first mistake.
    pub(super) fn load(
        files: Files,
        path: &Path,
        notify_url: Option<NotifyUrl>,
        control_hosts: Vec<ControlHost>,
    ) -> Result<(Self, Config, Provision), ConfigError> {
        let source = Self { files, path: path.to_owned(), notify_url, control_hosts };
        let (config, provision) = source.read()?;
        Ok((source, config, provision))
    }

    /// The records of this file, for a reset or a restore.
    pub(super) fn provisioning(&self) -> FileProvisioning {
        FileProvisioning::new(&self.path).with_notify_url(self.notify_url.clone()).among(self.files.clone())
    }

    fn read(&self) -> Result<(Config, Provision), ConfigError> {
        let (config, mut provision) = Config::load_with(&self.files, &self.path, self.notify_url.clone())?;
        provision.policy.control_hosts.extend(self.control_hosts.iter().cloned());
        Ok((config, provision))
    }
}

impl ConfigFile {
    pub(super) fn new(
        source: ConfigSource,
        service: Arc<Service>,
        public_url: PublicUrl,
        config: Config,
        entries: EntryDigests,
    ) -> Self {
        let digests = Digests { at_start: entries.clone(), applied: entries }.into();
        Self { source, service, public_url, digests, config: Mutex::new(config) }
    }

    pub(crate) fn service(&self) -> &Arc<Service> {
        &self.service
    }

    fn config(&self) -> MutexGuard<'_, Config> {
        self.config.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The URL of callbacks for templates without their own.
    pub(crate) fn notify_url(&self) -> NotifyUrl {
        self.config().service.notify_url()
    }

    /// The addresses of the file that `addresses` replace by others.
    pub(crate) fn replaced_by(&self, addresses: &Addresses) -> Vec<&'static str> {
        let Ok(config) = Config::read(&self.source.path) else { return Vec::new() };
        let service = &config.service;
        let others = [
            ("main", addresses.main.is_some_and(|address| address != service.main)),
            ("backup", addresses.backup.is_some_and(|address| address != service.backup)),
            ("operations", addresses.operations.is_some_and(|address| address != service.operations)),
            ("proxy", addresses.proxy.is_some_and(|address| address != service.proxy())),
            ("notify_url", self.notify_url() != service.notify_url()),
        ];
        others.into_iter().filter(|(_, is_other)| *is_other).map(|(key, _)| key).collect()
    }

    /// The state of the file, and of each file that it names.
    pub(crate) fn file_states(&self) -> FileStates {
        let files = self.config().files(&self.source.path);
        let state = |path: &PathBuf| self.source.files.state(path);
        std::iter::once(&self.source.path).chain(&files).map(state).collect()
    }

    async fn apply(&self) -> Result<Reload, ReloadError> {
        // One reload at a time: two could apply their states in the wrong order.
        let mut digests = self.digests.lock().await;
        let source = self.source.clone();
        let read = tokio::task::spawn_blocking(move || source.read()).await;
        let (config, provision) =
            read.unwrap_or_else(|_| Err(ConfigError::unreadable(&self.source.path))).map_err(invalid)?;
        let changes = digests.applied.changes(&provision.entries);
        // Also without changes: a snapshot that was restored may have the entries of an earlier file.
        self.replace(&config, &provision).await.map_err(ReloadError::Store)?;
        // A rule of the file that a request has deleted stays deleted until the file changes.
        if let (Some(faults), false) = (&self.service.faults, changes.is_empty()) {
            faults.apply_file(provision.faults);
        }
        *self.config() = config;
        digests.applied = provision.entries;
        let is_at_start = |change: &Change| AT_START.contains(&change.key.as_str());
        let waiting = digests.at_start.changes(&digests.applied).into_iter().filter(is_at_start);
        Ok(Reload {
            changes: changes.into_iter().filter(|change| !is_at_start(change)).collect(),
            at_next_start: waiting.map(|change| change.key).collect(),
        })
    }

    /// Brings the store, the cache of it, and the settings in line with the file.
    async fn replace(&self, config: &Config, provision: &Provision) -> Result<(), StoreError> {
        let service = &self.service;
        // The state is not replaced between the reads of these writes and their commit.
        let _entered = service.state_gate.enter().await;
        provision.apply(&*service.store).await?;
        service.reload().await?;
        let running = service.settings();
        let mut policy = provision.policy.clone();
        policy.public_url = config.service.public_url.clone().unwrap_or_else(|| self.public_url.clone());
        // The client of callbacks and the log were made for a sandbox, or for a service that is none.
        (policy.diagnose, policy.reach) = (running.policy.diagnose, running.policy.reach);
        service.replace_settings(provision.platform.clone(), policy);
        Ok(())
    }
}

impl Reloadable for ConfigFile {
    fn reload(&self) -> BoxFuture<'_, Result<Reload, ReloadError>> {
        self.apply().boxed()
    }
}

fn invalid(error: ConfigError) -> ReloadError {
    ReloadError::Invalid(Box::new(error.into()))
}

impl std::fmt::Debug for ConfigFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ConfigFile({})", self.source.path.display())
    }
}
