//! `ruhui.toml` as the source of a running sandbox's provisioned records.

use super::{Config, ConfigError};
use crate::files::Files;
use crate::sandbox_state::{Provisioning, ProvisioningError};
use crate::store::Store;
use async_trait::async_trait;
use ruhui_core::types::NotifyUrl;
use std::path::PathBuf;

/// The configuration file of a sandbox, read again each time.
#[derive(Debug, Clone)]
pub struct FileProvisioning {
    files: Files,
    path: PathBuf,
    notify_url: Option<NotifyUrl>,
}

impl FileProvisioning {
    /// The file at this path.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { files: Files::Disk, path: path.into(), notify_url: None }
    }

    /// Replaces the file's `service.notify_url`, as an option of the start does.
    #[must_use]
    pub fn with_notify_url(self, notify_url: Option<NotifyUrl>) -> Self {
        Self { notify_url, ..self }
    }

    /// Reads the file among `files`.
    pub(crate) fn among(self, files: Files) -> Self {
        Self { files, ..self }
    }
}

#[async_trait]
impl Provisioning for FileProvisioning {
    async fn apply(&self, store: &dyn Store) -> Result<(), ProvisioningError> {
        let Self { files, path, notify_url } = self.clone();
        let loading = tokio::task::spawn_blocking(move || Config::load_with(&files, &path, notify_url));
        let loaded = loading.await.unwrap_or_else(|_| Err(ConfigError::unreadable(&self.path)));
        let (_, provision) = loaded.map_err(|error| ProvisioningError::Invalid(Box::new(error.into())))?;
        provision.apply(store).await.map_err(ProvisioningError::Store)
    }
}
