//! `ruhui.toml` as the source of a running sandbox's provisioned records.

use super::Config;
use crate::sandbox_state::{Provisioning, ProvisioningError};
use crate::store::Store;
use async_trait::async_trait;
use ruhui_core::bilingual::Bilingual;
use std::path::PathBuf;

/// The configuration file of a sandbox, read anew each time.
#[derive(Debug, Clone)]
pub struct FileProvisioning(PathBuf);

impl FileProvisioning {
    /// The file at this path.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }
}

#[async_trait]
impl Provisioning for FileProvisioning {
    async fn apply(&self, store: &dyn Store) -> Result<(), ProvisioningError> {
        let path = self.0.clone();
        let loaded = tokio::task::spawn_blocking(move || Config::load(&path));
        let (_, provision) = loaded
            .await
            .expect("a configuration that is read does not panic")
            .map_err(|error| ProvisioningError::Invalid(Bilingual::of(&error)))?;
        provision.apply(store).await.map_err(ProvisioningError::Store)
    }
}
