//! Reads: the loads of several callers are one statement, and so one moment.

use super::by_key::ByKey;
use super::connect::Connector;
use super::group::Ids;
use super::role::Role;
use super::session::{Failure, Shared};
use super::statement::{Hidden, Text};
use super::worker::Work;
use crate::store::group::queue::Job;
use crate::store::{Key, Kind, Stored};
use jiff::Timestamp;

/// The work of the connection that loads.
pub(super) struct Loads;

/// One answer for each key.
pub(super) type Loaded = Vec<Option<Stored>>;

impl Work for Loads {
    type Ask = Vec<Key>;
    type Answer = Loaded;
    const ROLE: Role = Role::Reads;

    async fn serve(
        client: &Shared,
        _connector: &Connector,
        group: &[Job<Vec<Key>, Loaded>],
    ) -> Result<Vec<Loaded>, Failure> {
        let ids = Ids::of(group.iter().flat_map(|(keys, _)| keys));
        if ids.is_empty() {
            return Ok(group.iter().map(|_| Vec::new()).collect());
        }
        let statement = client.statement(Text::Load(ids.kinds)).await?;
        let rows = client.client.query(&statement, &ids.parameters()).await?;
        let found = ByKey::of(&rows)?;
        let stored = |key: &Key| match found.row(key) {
            Some(row) => Ok(Some(Stored { version: row.try_get(2)?, value: row.try_get(3)? })),
            None => Ok(None),
        };
        group.iter().map(|(keys, _)| keys.iter().map(stored).collect()).collect()
    }
}

/// The work of the connection for what takes longer.
pub(super) struct Sweeps;

/// What takes longer.
pub(super) enum Sweep {
    /// A page of a kind.
    Scan { kind: Kind, prefix: String, after: String, limit: usize },
    /// Forgetting.
    Expire { now: Timestamp, limit: usize },
}

/// What it found.
pub(super) enum Swept {
    Page(Vec<(String, Stored)>),
    Forgotten(usize),
}

impl Work for Sweeps {
    type Ask = Sweep;
    type Answer = Swept;
    const ROLE: Role = Role::Reads;

    async fn serve(
        client: &Shared,
        _connector: &Connector,
        group: &[Job<Sweep, Swept>],
    ) -> Result<Vec<Swept>, Failure> {
        let mut swept = Vec::with_capacity(group.len());
        for (sweep, _) in group {
            swept.push(match sweep {
                Sweep::Scan { kind, prefix, after, limit } => {
                    Swept::Page(scan(client, *kind, prefix, after, *limit).await?)
                }
                Sweep::Expire { now, limit } => Swept::Forgotten(expire(client, *now, *limit).await?),
            });
        }
        Ok(swept)
    }
}

/// Ids with the same beginning stand together, so the first other id ends the scan; what would be the last
/// possible id need not be known.
async fn scan(
    client: &Shared,
    kind: Kind,
    prefix: &str,
    after: &str,
    limit: usize,
) -> Result<Vec<(String, Stored)>, Failure> {
    let (text, from) =
        if after < prefix { (Text::ScanFrom(kind), prefix) } else { (Text::ScanAfter(kind), after) };
    let statement = client.statement(text).await?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows = client.client.query(&statement, &[&Hidden(from), &limit]).await?;
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        let id: String = row.try_get(0)?;
        if !id.starts_with(prefix) {
            break;
        }
        found.push((id, Stored { version: row.try_get(1)?, value: row.try_get(2)? }));
    }
    Ok(found)
}

async fn expire(client: &Shared, now: Timestamp, limit: usize) -> Result<usize, Failure> {
    let mut forgotten = 0;
    for kind in Kind::EXPIRING {
        let statement = client.statement(Text::Expire(kind)).await?;
        let left = i64::try_from(limit - forgotten).unwrap_or(i64::MAX);
        let gone = client.client.execute(&statement, &[&now.as_millisecond(), &left]).await?;
        forgotten += usize::try_from(gone).unwrap_or(0);
    }
    Ok(forgotten)
}
