//! The configuration of a running sandbox: `ruhui.toml`, and the kit that repeats parts of it.

use super::Kit;
use super::kit_env::KitEnv;
use crate::reload::{Reload, ReloadError, Reloadable};
use crate::running_kit::{KitSource, RunningKit};
use crate::service::Service;
use crate::start::{ConfigFile, FileStates, StartError};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use ruhui_core::bilingual::Bilingual;
use std::sync::Arc;

/// `ruhui.toml` and `kit.env` of a running sandbox.
#[derive(Debug)]
pub(super) struct WatchedConfig {
    file: Arc<ConfigFile>,
    kit_env: KitEnv,
}

impl WatchedConfig {
    pub(super) fn new(file: Arc<ConfigFile>, kit_env: KitEnv) -> Self {
        Self { file, kit_env }
    }

    /// The service that the configuration is applied to.
    pub(super) fn service(&self) -> &Service {
        self.file.service()
    }

    /// The state of every file of the configuration on the disk.
    pub(super) fn file_states(&self) -> FileStates {
        self.file.file_states()
    }

    /// Writes `kit.env` from the settings in force.
    pub(super) fn write_kit(&self) -> Result<Kit, StartError> {
        self.kit_env.write(&self.file.service().settings().platform, &self.file.notify_url())
    }
}

impl KitSource for WatchedConfig {
    fn read(&self) -> Result<RunningKit, Bilingual> {
        self.kit_env.running(&self.file.service().settings().platform, &self.file.notify_url())
    }
}

impl Reloadable for WatchedConfig {
    fn reload(&self) -> BoxFuture<'_, Result<Reload, ReloadError>> {
        async {
            let reload = self.file.reload().await?;
            if !reload.is_empty()
                && let Err(error) = self.write_kit()
            {
                tracing::error!("kit.env was not rewritten: {error} / kit.env 未能重写：{error:#}");
            }
            Ok(reload)
        }
        .boxed()
    }
}
