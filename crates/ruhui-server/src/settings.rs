//! The settings of a running service: the platform's keys and the operator's policy, replaced as one value.

use crate::key_life::PlatformRotation;
use crate::platform::Platform;
use crate::policy::Policy;
use std::sync::{Arc, PoisonError, RwLock};

/// The platform's keys and the policy of one configuration.
#[derive(Debug)]
pub(crate) struct Settings {
    /// The keys in force: those of the configuration after the rotation.
    pub(crate) platform: Platform,
    pub(crate) policy: Policy,
    configured: Platform,
    rotation: PlatformRotation,
}

impl Settings {
    /// The settings of a configuration and a rotation of its platform certificates.
    pub(crate) fn new(configured: Platform, rotation: PlatformRotation, policy: Policy) -> Self {
        Self { platform: rotation.applied_to(&configured), policy, configured, rotation }
    }
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

    /// Takes another configuration. The rotation stays.
    pub(crate) fn configure(&self, platform: Platform, policy: Policy) {
        self.update(|before| Settings::new(platform, before.rotation.clone(), policy));
    }

    /// Takes another rotation. The configuration stays.
    pub(crate) fn rotate(&self, rotation: PlatformRotation) {
        self.update(|before| Settings::new(before.configured.clone(), rotation, before.policy.clone()));
    }

    /// Replaces the settings by ones that are computed from them. Of two updates at once, the second sees the first.
    fn update(&self, update: impl FnOnce(&Settings) -> Settings) {
        let mut current = self.0.write().unwrap_or_else(PoisonError::into_inner);
        *current = Arc::new(update(&current));
    }
}
