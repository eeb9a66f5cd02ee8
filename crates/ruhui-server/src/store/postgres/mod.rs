//! The PostgreSQL store, which several replicas of the service share.
//!
//! The store has three connections: one commits, one loads, one scans and deletes expired records. Requests
//! are grouped at each of them, so that a busy service has few and large round trips; see `group`.

mod address;
mod commit;
mod connect;
mod group;
mod pipeline;
mod read;
mod role;
mod schema;
mod session;
mod statement;
mod tls;
mod worker;

pub use address::{Address, AddressError};

use super::group::queue::Queue;
use super::{
    Batch, CommitError, Key, Kind, Row, RowId, Sharing, Store, StoreError, Stored, Submitted, Write,
};
use crate::env::Entropy;
use async_trait::async_trait;
use commit::Commits;
use connect::Connector;
use group::Verdict;
use jiff::Timestamp;
use read::{Loaded, Loads, Scan, Scanned, Scans};
use role::Role;
use std::future::ready;
use std::sync::Arc;
use tokio::task::AbortHandle;

/// A store in a PostgreSQL database.
pub struct PostgresStore {
    connector: Arc<Connector>,
    commits: Arc<Queue<Batch, Verdict>>,
    loads: Arc<Queue<Vec<Key>, Loaded>>,
    sweeps: Arc<Queue<Scan, Scanned>>,
    workers: [AbortHandle; 3],
}

impl PostgresStore {
    /// Connects, and migrates the schema. `entropy` randomizes the pauses between attempts to connect again.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the server cannot be reached, when its settings do not guarantee that acknowledged
    /// data is kept, or when the database belongs to another program or is newer than this release.
    pub async fn open(address: &Address, entropy: Arc<dyn Entropy>) -> Result<Self, StoreError> {
        let connector = Arc::new(Connector::new(address, entropy)?);
        let mut writes = connector.connect(Role::Writes).await?;
        schema::migrate(&connector, &mut writes).await?;
        let (loading, sweeping) =
            (connector.connect(Role::Reads).await?, connector.connect(Role::Reads).await?);
        let (commits, loads, sweeps) =
            (Arc::new(Queue::new()), Arc::new(Queue::new()), Arc::new(Queue::new()));
        let workers = [
            tokio::spawn(worker::run::<Commits>(commits.clone(), connector.clone(), writes)).abort_handle(),
            tokio::spawn(worker::run::<Loads>(loads.clone(), connector.clone(), loading)).abort_handle(),
            tokio::spawn(worker::run::<Scans>(sweeps.clone(), connector.clone(), sweeping)).abort_handle(),
        ];
        Ok(Self { connector, commits, loads, sweeps, workers })
    }

    /// Returns the number of attempts to connect to a server since the store was opened.
    pub fn connection_attempts(&self) -> u64 {
        self.connector.attempts()
    }
}

impl Drop for PostgresStore {
    fn drop(&mut self) {
        for worker in &self.workers {
            worker.abort();
        }
    }
}

impl std::fmt::Debug for PostgresStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PostgresStore({})", self.connector.place)
    }
}

/// NUL, the only character that PostgreSQL's texts cannot hold.
const NUL: char = '\0';

/// Returns the first key of a batch whose id or value PostgreSQL cannot store.
fn unfit(batch: &Batch) -> Option<&Key> {
    let has_nul = |write: &&Write| {
        let value = match write {
            Write::Put { value, .. } => value.0.as_str(),
            Write::Delete { .. } | Write::Expect { .. } => "",
        };
        write.condition().0.id.contains(NUL) || value.contains(NUL)
    };
    batch.iter().find(has_nul).map(|write| write.condition().0)
}

#[async_trait]
impl Store for PostgresStore {
    fn sharing(&self) -> Sharing {
        Sharing::Replicas
    }

    async fn load(&self, keys: &[Key]) -> Result<Vec<Option<Stored>>, StoreError> {
        if !keys.iter().any(|key| key.id.contains(NUL)) {
            return self.loads.ask(keys.to_vec()).await;
        }
        // A record whose id has a NUL does not exist, because it could not be written.
        let fit: Vec<Key> = keys.iter().filter(|key| !key.id.contains(NUL)).cloned().collect();
        let mut found = self.loads.ask(fit).await?.into_iter();
        Ok(keys.iter().map(|key| if key.id.contains(NUL) { None } else { found.next().flatten() }).collect())
    }

    async fn commit(&self, batch: Batch) -> Result<(), CommitError> {
        self.submit(batch).await.await
    }

    async fn submit(&self, batch: Batch) -> Submitted {
        if let Some(key) = unfit(&batch) {
            let (kind, id) = (key.kind, RowId::of(key.kind, &key.id));
            let why = (
                "it has a NUL character, which PostgreSQL cannot keep",
                "含有 PostgreSQL 无法保存的 NUL 字符",
            )
                .into();
            return Box::pin(ready(Err(StoreError::Corrupt { kind, id, why }.into())));
        }
        match self.commits.submit(batch).await {
            Ok(asked) => Box::pin(async { asked.answer().await?.map_err(CommitError::Changed) }),
            Err(error) => Box::pin(ready(Err(error.into()))),
        }
    }

    async fn scan(
        &self,
        kind: Kind,
        prefix: &str,
        after: &str,
        limit: usize,
    ) -> Result<Vec<(String, Stored)>, StoreError> {
        // PostgreSQL stores no NUL, so no id contains one. No id begins with such a prefix, and cutting
        // `after` at its first NUL skips the same ids.
        if prefix.contains(NUL) {
            return Ok(Vec::new());
        }
        let cut = after.split(NUL).next().unwrap_or_default();
        let (prefix, after) = (prefix.to_owned(), cut.to_owned());
        match self.sweeps.ask(Scan::Scan { kind, prefix, after, limit }).await? {
            Scanned::Page(page) => Ok(page),
            Scanned::Forgotten(_) => {
                Err(self.connector.unavailable(("the response belongs to another query", "应答与请求不对应")))
            }
        }
    }

    async fn expire(&self, now: Timestamp, limit: usize) -> Result<usize, StoreError> {
        match self.sweeps.ask(Scan::Expire { now, limit }).await? {
            Scanned::Forgotten(number) => Ok(number),
            Scanned::Page(_) => {
                Err(self.connector.unavailable(("the response belongs to another query", "应答与请求不对应")))
            }
        }
    }

    async fn export(&self) -> Result<Vec<Row>, StoreError> {
        Err(self.shared_content())
    }

    async fn replace(&self, _: Vec<Row>) -> Result<(), StoreError> {
        Err(self.shared_content())
    }
}

impl PostgresStore {
    /// The error for operations on the whole content, which other services over the same database would not notice:
    /// they hold decisions and caches that rest on it.
    fn shared_content(&self) -> StoreError {
        StoreError::NotSupported {
            place: self.connector.place.clone(),
            why: (
                "other services may use the same database, and would not notice that its whole content is replaced. \
                 Keep the sandbox's store in a file; or stop the services, and drop the database or use pg_dump and \
                 pg_restore",
                "其他服务可能正在使用同一数据库，无法感知其全部内容被替换。请将沙箱的存储改为文件；或先停止各服务，再删除并重建\
                 数据库，或使用 pg_dump 与 pg_restore",
            )
                .into(),
        }
    }
}
