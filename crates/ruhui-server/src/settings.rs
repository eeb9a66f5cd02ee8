//! The settings of a running service: the platform's keys and the operator's policy, replaced as one value.

use crate::platform::Platform;
use crate::policy::Policy;
use std::sync::{Arc, PoisonError, RwLock};

/// The platform's keys and the policy of one configuration.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) platform: Platform,
    pub(crate) policy: Policy,
}

/// The settings in force. A sandbox replaces them when its `ruhui.toml` changes; a request reads them once, so that
/// it never sees two versions.
#[derive(Debug)]
pub(crate) struct CurrentSettings(RwLock<Arc<Settings>>);

impl CurrentSettings {
    pub(crate) fn new(settings: Settings) -> Self {
        Self(RwLock::new(Arc::new(settings)))
    }

    pub(crate) fn get(&self) -> Arc<Settings> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn replace(&self, settings: Settings) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(settings);
    }
}
