//! State of a sandbox's log: the remarks it has made, and whether it explains a rejection at the moment.

use ruhui_core::types::Caller;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The state of a sandbox's log.
pub(crate) struct SandboxLog {
    explaining: Arc<Semaphore>,
    downloads: Mutex<Downloads>,
}

/// The callers that have downloaded platform certificates since the start, at most as many as are provisioned, and
/// whether the log has the remark about each.
pub(crate) type Downloads = BTreeMap<Caller, Remarked>;

/// Whether a remark has been logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Remarked {
    Yes,
    No,
}

impl SandboxLog {
    pub(crate) fn new() -> Self {
        Self { explaining: Arc::new(Semaphore::new(1)), downloads: Mutex::default() }
    }

    /// Returns the permit to explain a rejection, if it is free. There is only one, since an explanation takes tens
    /// of milliseconds of a processor.
    pub(crate) fn try_explain(&self) -> Option<OwnedSemaphorePermit> {
        self.explaining.clone().try_acquire_owned().ok()
    }

    /// Forgets which remarks were made, so that each is made again.
    pub(crate) fn reset(&self) {
        self.downloads().clear();
    }

    pub(crate) fn downloads(&self) -> MutexGuard<'_, Downloads> {
        self.downloads.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
