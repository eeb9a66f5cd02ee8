//! Reads from PostgreSQL: the loads of several callers are one statement, and so one moment.

use super::connect::Connector;
use super::group::Keys;
use super::role::Role;
use super::session::{Failure, Shared};
use super::statement::{Hidden, Text};
use super::worker::Work;
use crate::store::group::queue::Job;
use crate::store::{Key, Kind, Stored};
use jiff::Timestamp;

/// Work of the connection that loads records.
pub(super) struct Loads;

/// Loaded records, one result per key.
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
        let keys = Keys::of(group.iter().flat_map(|(keys, _)| keys));
        if keys.is_empty() {
            return Ok(group.iter().map(|_| Vec::new()).collect());
        }
        let statement = client.statement(Text::Load).await?;
        let rows = client.client.query(&statement, &keys.parameters()).await?;
        let found =
            keys.found(&rows, |row| Ok(Stored { version: row.try_get(1)?, value: row.try_get(2)? }))?;
        let stored = |key: &Key| found.get(key).cloned();
        Ok(group.iter().map(|(keys, _)| keys.iter().map(stored).collect()).collect())
    }
}

/// Work of the connection for scans and expiry.
pub(super) struct Scans;

/// A request that takes longer than a load: a scan or an expiry run.
pub(super) enum Scan {
    /// Reads a page of a kind.
    Scan { kind: Kind, prefix: String, after: String, limit: usize },
    /// Deletes expired records.
    Expire { now: Timestamp, limit: usize },
}

/// Result of a scan or of an expiry run.
pub(super) enum Scanned {
    Page(Vec<(String, Stored)>),
    Forgotten(usize),
}

impl Work for Scans {
    type Ask = Scan;
    type Answer = Scanned;
    const ROLE: Role = Role::Reads;

    async fn serve(
        client: &Shared,
        _connector: &Connector,
        group: &[Job<Scan, Scanned>],
    ) -> Result<Vec<Scanned>, Failure> {
        let mut swept = Vec::with_capacity(group.len());
        for (sweep, _) in group {
            swept.push(match sweep {
                Scan::Scan { kind, prefix, after, limit } => {
                    Scanned::Page(scan(client, *kind, prefix, after, *limit).await?)
                }
                Scan::Expire { now, limit } => Scanned::Forgotten(expire(client, *now, *limit).await?),
            });
        }
        Ok(swept)
    }
}

/// Reads a page of a scan. Ids with one prefix are adjacent, so the first id without it ends the scan, and no
/// upper bound is needed.
async fn scan(
    client: &Shared,
    kind: Kind,
    prefix: &str,
    after: &str,
    limit: usize,
) -> Result<Vec<(String, Stored)>, Failure> {
    let (text, from) = if after < prefix { (Text::ScanFrom, prefix) } else { (Text::ScanAfter, after) };
    let statement = client.statement(text).await?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows = client.client.query(&statement, &[&i16::from(kind.number()), &Hidden(from), &limit]).await?;
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
    let statement = client.statement(Text::Expire).await?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let gone = client.client.execute(&statement, &[&now.as_millisecond(), &limit]).await?;
    Ok(usize::try_from(gone).unwrap_or(usize::MAX))
}
