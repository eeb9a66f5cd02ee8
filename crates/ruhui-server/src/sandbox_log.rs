//! The state of a sandbox's log: which remarks it has made, and whether it explains a rejection at the moment.

use ruhui_core::types::Caller;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The state of the log.
pub(crate) struct SandboxLog {
    explaining: Arc<Semaphore>,
    downloads: Mutex<Downloads>,
}

/// The callers that have downloaded platform certificates since the start, at most as many as are provisioned, and
/// whether the log has the remark about each.
pub(crate) type Downloads = BTreeMap<Caller, Remarked>;

/// Whether the log has a remark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Remarked {
    Yes,
    No,
}

impl SandboxLog {
    pub(crate) fn new() -> Self {
        Self { explaining: Arc::new(Semaphore::new(1)), downloads: Mutex::default() }
    }

    /// The permit to explain a rejection, which takes tens of milliseconds of a processor. There is one.
    pub(crate) fn try_explain(&self) -> Option<OwnedSemaphorePermit> {
        self.explaining.clone().try_acquire_owned().ok()
    }

    pub(crate) fn downloads(&self) -> MutexGuard<'_, Downloads> {
        self.downloads.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
