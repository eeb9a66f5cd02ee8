//! Reset, snapshot and restore of a running sandbox.

use super::file::{Header, Kept};
use super::snapshots::Snapshots;
use super::{Counts, SandboxFolder, SnapshotName, StateError, counts};
use crate::business_clock::BusinessClock;
use crate::directory::Directory;
use crate::key_life::PlatformRotation;
use crate::provisioned;
use crate::service::Service;
use crate::store::{Key, MemoryStore, Record as _, Row, Store, StoreExt as _, records};
use crate::token_secret::SecretRecord;
use ruhui_core::types::DateTime;
use std::sync::Arc;
use tokio::task::{JoinError, JoinHandle};

/// The state after a reset or a restore.
#[derive(Debug)]
pub(crate) struct Changed {
    pub(crate) records: Counts,
    pub(crate) business_time: DateTime,
}

/// The state after a restore, and the header of its snapshot.
#[derive(Debug)]
pub(crate) struct Restored {
    pub(crate) changed: Changed,
    pub(crate) create_time: DateTime,
}

/// A running sandbox, as the operations of this module get it.
#[derive(Debug, Clone)]
pub(crate) struct RunningSandbox {
    pub(crate) service: Arc<Service>,
    pub(crate) clock: Arc<BusinessClock>,
    pub(crate) folder: SandboxFolder,
}

/// Puts a sandbox back to its beginning: the records of `ruhui.toml` as it is now, the machine's time, no history.
pub(crate) async fn reset(sandbox: RunningSandbox) -> Result<Changed, StateError> {
    let content = content(&sandbox, Vec::new()).await?;
    replace(sandbox, content, History::Forgotten).await
}

/// Writes the state to a snapshot. An existing one is overwritten only if `overwrites`.
pub(crate) async fn keep(
    sandbox: RunningSandbox,
    name: SnapshotName,
    overwrites: bool,
) -> Result<(Header, u64), StateError> {
    let RunningSandbox { service, folder: SandboxFolder { snapshots, writing, .. }, .. } = sandbox;
    let alone = writing.lock_owned().await;
    if !overwrites && snapshots.contains(&name) {
        return Err(StateError::Exists(name));
    }
    let entered = service.state_gate.enter().await;
    let mut rows = service.store.export().await?;
    let business_time = DateTime::milliseconds(service.env.business.now());
    drop(entered);
    rows.retain(|row| row.key != secret_key());
    let header = Header {
        create_time: DateTime::milliseconds(service.env.wire.now()),
        business_time,
        records: counts(&rows),
    };
    let shown = header.clone();
    let write = move |snapshots: &Snapshots| {
        // Held by the work itself, which goes on if the caller is cancelled.
        let _alone = alone;
        snapshots.write(&name, header, &rows)
    };
    let bytes = blocking(snapshots, write).await?;
    Ok((shown, bytes))
}

/// Puts a sandbox back to a snapshot. `ruhui.toml` is applied as the next start would: an entry that was edited since
/// the snapshot wins.
pub(crate) async fn restore(sandbox: RunningSandbox, name: SnapshotName) -> Result<Restored, StateError> {
    let snapshots = sandbox.folder.snapshots.clone();
    let (header, rows) = blocking(snapshots, move |snapshots| snapshots.read(&name)).await?;
    let content = content(&sandbox, rows).await?;
    let changed = replace(sandbox, content, History::Kept).await?;
    Ok(Restored { changed, create_time: header.create_time })
}

/// Lists the snapshots.
pub(crate) async fn list(folder: &SandboxFolder) -> Result<Vec<Kept>, StateError> {
    blocking(folder.snapshots.clone(), Snapshots::list).await
}

/// Deletes a snapshot.
pub(crate) async fn delete(folder: &SandboxFolder, name: SnapshotName) -> Result<(), StateError> {
    let alone = folder.writing.clone().lock_owned().await;
    let delete = move |snapshots: &Snapshots| {
        let _alone = alone;
        snapshots.delete(&name)
    };
    blocking(folder.snapshots.clone(), delete).await
}

/// Whether the history of requests and events goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum History {
    Kept,
    Forgotten,
}

fn secret_key() -> Key {
    SecretRecord::key(SecretRecord::ID)
}

/// Builds the new content from these records: with the token secret that the service holds, and provisioned.
async fn content(sandbox: &RunningSandbox, mut rows: Vec<Row>) -> Result<MemoryStore, StateError> {
    let content = MemoryStore::new();
    rows.retain(|row| row.key != secret_key());
    content.replace(rows).await?;
    if let Some(secret) = sandbox.service.store.read::<SecretRecord>(SecretRecord::ID).await? {
        // A new store has no record that could conflict.
        let _ = content.commit(vec![records::put(&secret.record, None)]).await;
    }
    sandbox.folder.provisioning.apply(&content).await?;
    Ok(content)
}

/// Replaces the state behind the gate. Everything that can fail comes first, and the store's transaction last: after
/// it, the copies in memory are only exchanged. The task goes on if the caller is cancelled.
async fn replace(
    sandbox: RunningSandbox,
    content: MemoryStore,
    history: History,
) -> Result<Changed, StateError> {
    let directory = Directory::load(&content).await?;
    let version = provisioned::version(&content).await?;
    let clock_setting = BusinessClock::setting_in(&content).await?;
    let rotation = PlatformRotation::load(&content).await?;
    let rows = content.export().await?;
    let records = counts(&rows);
    let RunningSandbox { service, clock, .. } = sandbox;
    let task = tokio::spawn(async move {
        let alone = service.state_gate.alone().await;
        service.store.replace(rows).await?;
        alone.begin_generation();
        service.registry.install(directory, version);
        service.rotate(rotation);
        service.limiter.reset();
        service.sandbox_log.reset();
        clock.install(clock_setting);
        if history == History::Forgotten {
            service.forget_history();
        }
        let business_time = DateTime::milliseconds(service.env.business.now());
        drop(alone);
        service.outbox().end_holds();
        // Callbacks of the new state may be due.
        service.outbox().restart_scan();
        Ok(Changed { records, business_time })
    });
    result(task).await
}

/// Works with files on a thread that may wait for the disk.
async fn blocking<T: Send + 'static>(
    snapshots: Snapshots,
    act: impl FnOnce(&Snapshots) -> Result<T, StateError> + Send + 'static,
) -> Result<T, StateError> {
    result(tokio::task::spawn_blocking(move || act(&snapshots))).await
}

/// Waits for a task. One that was cancelled has no result, since the process ends.
async fn result<T>(task: JoinHandle<T>) -> T {
    match task.await.map_err(JoinError::try_into_panic) {
        Ok(result) => result,
        Err(Ok(panic)) => std::panic::resume_unwind(panic),
        Err(Err(_)) => std::future::pending().await,
    }
}
