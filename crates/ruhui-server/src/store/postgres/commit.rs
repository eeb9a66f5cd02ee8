//! Commits to PostgreSQL: a group of batches is one transaction, in two round trips (group commit).
//!
//! The first round trip takes the advisory lock, begins the transaction, and reads the versions of all
//! records that the batches name. The second writes, commits and releases the lock. In between,
//! [`group`](super::group) decides which batches have a version conflict.
//!
//! Transactions are SERIALIZABLE, so that the condition that a record does not exist holds until the commit.
//! PostgreSQL guards such conditions by whole pages of an index, and the newest tokens share a page, so two
//! services that write at once would keep aborting each other's transactions. The advisory lock, which is
//! first come, first served, lets them commit one after the other. The lock is for speed only; correctness
//! does not depend on it.

use super::connect::Connector;
use super::group::{Decided, Keys, Rows, Verdict, decide, rows};
use super::pipeline::{Step, pipeline};
use super::role::Role;
use super::session::{Failure, Shared};
use super::statement::{Hidden, Text};
use super::worker::Work;
use crate::store::group::queue::Job;
use crate::store::{Batch, Write};
use std::time::Duration;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

/// Number of attempts for a group whose transaction conflicts with another one.
const ATTEMPTS: u32 = 6;
/// Longest pause after the first conflict; it doubles with each further one.
const PAUSE: Duration = Duration::from_millis(2);

/// Work of the connection that commits.
pub(super) struct Commits;

impl Work for Commits {
    type Ask = Batch;
    type Answer = Verdict;
    const ROLE: Role = Role::Writes;

    async fn serve(
        client: &Shared,
        connector: &Connector,
        group: &[Job<Batch, Verdict>],
    ) -> Result<Vec<Verdict>, Failure> {
        let mut attempt = 1;
        loop {
            match commit(client, group).await {
                Err(Failure::Conflict(why)) => {
                    if attempt == ATTEMPTS {
                        return Err(Failure::Conflict(why));
                    }
                    tokio::time::sleep(connector.drawn(PAUSE * 2_u32.pow(attempt - 1))).await;
                    attempt += 1;
                }
                result => return result,
            }
        }
    }
}

async fn commit(client: &Shared, group: &[Job<Batch, Verdict>]) -> Result<Vec<Verdict>, Failure> {
    let keys = Keys::of(group.iter().flat_map(|(batch, _)| batch).map(Write::condition).map(|(key, _)| key));
    if keys.is_empty() {
        // The group has only empty batches.
        return Ok(group.iter().map(|_| Ok(())).collect());
    }
    let rows = match begin(client, &keys).await {
        Ok(rows) => rows,
        Err(Failure::Lost(why)) => return Err(Failure::Lost(why)),
        Err(failure) => {
            give_up(client).await?;
            return Err(failure);
        }
    };
    let versions = keys.found(&rows, |row| row.try_get(1))?;
    let decided = decide(group.iter().map(|(batch, _)| batch), versions);
    finish(client, &decided).await?;
    Ok(decided.verdicts)
}

/// Takes the advisory lock, begins a transaction and reads the versions.
async fn begin(client: &Shared, keys: &Keys<'_>) -> Result<Vec<Row>, Failure> {
    let versions = client.statement(Text::Versions).await?;
    let turn = client.statement(Text::TakeTurn).await?;
    let lists = keys.parameters();
    let server = &client.client;
    let answers = pipeline(vec![
        Box::pin(async move { Ok(server.query(&turn, &[&client.turn]).await?) }),
        Box::pin(async move {
            server.batch_execute("BEGIN ISOLATION LEVEL SERIALIZABLE").await?;
            Ok(Vec::new())
        }),
        Box::pin(async { Ok(server.query(&versions, &lists).await?) }),
    ]);
    Ok(answers.await?.pop().unwrap_or_default())
}

/// Writes, commits and releases the advisory lock. If a write fails, the server turns the commit into a
/// rollback.
async fn finish(client: &Shared, decided: &Decided<'_>) -> Result<(), Failure> {
    let (puts, deletes) = rows(&decided.writes);
    let mut steps: Vec<Step<'_>> = Vec::with_capacity(4);
    if !puts.ids.is_empty() {
        steps.push(put(client, puts).await?);
    }
    if !deletes.is_empty() {
        let statement = client.statement(Text::Delete).await?;
        steps.push(Box::pin(async move {
            client.client.execute(&statement, &deletes.parameters()).await?;
            Ok(Vec::new())
        }));
    }
    // A group without writes commits too: reads are valid only once their transaction has committed.
    steps.push(Box::pin(async move {
        client.client.batch_execute("COMMIT").await?;
        Ok(Vec::new())
    }));
    let turn = client.statement(Text::GiveTurnBack).await?;
    steps.push(Box::pin(async move { Ok(client.client.query(&turn, &[&client.turn]).await?) }));
    pipeline(steps).await?;
    Ok(())
}

async fn put<'a>(client: &'a Shared, rows: Rows<'a>) -> Result<Step<'a>, Failure> {
    let statement = client.statement(Text::Put).await?;
    Ok(Box::pin(async move {
        let Rows { kinds, ids, versions, expiries, values } = rows;
        let columns: [&(dyn ToSql + Sync); 5] =
            [&kinds, &Hidden(ids), &versions, &Hidden(expiries), &Hidden(values)];
        client.client.execute(&statement, &columns).await?;
        Ok(Vec::new())
    }))
}

/// Rolls back a transaction whose reads failed, and releases the advisory lock.
async fn give_up(client: &Shared) -> Result<(), Failure> {
    let turn = client.statement(Text::GiveTurnBack).await;
    client.client.batch_execute("ROLLBACK").await?;
    client.client.query(&turn?, &[&client.turn]).await?;
    Ok(())
}
