//! The folder of a sandbox, or what it has in memory in place of one.

use super::Provisioning;
use super::snapshots::Snapshots;
use std::path::Path;
use std::sync::Arc;

/// The folder of a sandbox: where its snapshots are, and what it is provisioned from.
#[derive(Clone)]
pub struct SandboxFolder {
    pub(super) snapshots: Snapshots,
    pub(super) provisioning: Arc<dyn Provisioning>,
    /// Held while a snapshot is written or deleted, so that of two with one name the second finds the first.
    pub(super) writing: Arc<tokio::sync::Mutex<()>>,
}

impl SandboxFolder {
    /// The sandbox in the folder `root`. Its snapshots are in `root/snapshots`.
    pub fn new(root: &Path, provisioning: Arc<dyn Provisioning>) -> Self {
        Self { snapshots: Snapshots::Folder(root.join("snapshots")), provisioning, writing: Arc::default() }
    }

    /// A sandbox without a folder: its snapshots are in memory, and are lost when it stops.
    pub fn in_memory(provisioning: Arc<dyn Provisioning>) -> Self {
        Self { snapshots: Snapshots::Memory(Arc::default()), provisioning, writing: Arc::default() }
    }
}

impl std::fmt::Debug for SandboxFolder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SandboxFolder({:?})", self.snapshots)
    }
}
