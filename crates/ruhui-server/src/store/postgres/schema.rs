//! Schema migration of the PostgreSQL store: numbered steps, checked and applied at start.

use super::connect::Connector;
use super::session::{Failure, LOCK_TIMEOUT, Session, Shared};
use crate::store::StoreError;
use crate::store::schema::{Step, steps_taken};

/// Migration steps; step `n` is at index `n - 1`.
const STEPS: [Step; 2] = [
    Step {
        sql: include_str!("001.sql"),
        tables: &[
            "merchants",
            "brands",
            "catalogs",
            "templates",
            "users",
            "members",
            "claims",
            "feeds",
            "activities",
            "redemptions",
            "deliveries",
            "media",
            "tokens",
            "answers",
            "internals",
        ],
    },
    Step { sql: include_str!("002.sql"), tables: &["records"] },
];

/// Number of attempts to migrate. Services that start together conflict in one transaction; all but one then
/// find the migration done.
const ATTEMPTS: usize = 5;

/// Time that a start may wait for locks of other services, in milliseconds.
const PATIENCE: u32 = 60_000;

/// Migrates the schema, and retries after a conflict with another service.
pub(super) async fn migrate(connector: &Connector, session: &mut Session) -> Result<(), StoreError> {
    let mut attempt = 1;
    loop {
        let Session { line, client, .. } = session;
        return match line.drive(apply(client, &connector.place)).await {
            Ok(checked) => checked,
            Err(Failure::Conflict(_)) if attempt < ATTEMPTS => {
                attempt += 1;
                continue;
            }
            Err(failure) => Err(connector.unavailable(failure.into_text())),
        };
    }
}

/// Checks the schema version and applies the missing steps, in one transaction.
async fn apply(client: &Shared, place: &str) -> Result<Result<(), StoreError>, Failure> {
    let sql = |text: String| async move { client.client.batch_execute(&text).await };
    let mut is_open = true;
    let result = async {
        // A start waits for a migration by another service, and for commits of running services.
        sql(format!("SET lock_timeout = {PATIENCE}")).await?;
        // The migration uses the advisory lock of commits. The lock is taken before the transaction begins,
        // so that the transaction sees what the previous holder has done.
        sql(format!("SELECT pg_advisory_lock({})", client.turn)).await?;
        sql("BEGIN ISOLATION LEVEL SERIALIZABLE".to_owned()).await?;
        let taken = match look(client, place).await? {
            Ok(taken) if taken < STEPS.len() => taken,
            checked => return Ok(checked.map(|_| ())),
        };
        for step in &STEPS[taken..] {
            sql(step.sql.to_owned()).await?;
        }
        let note =
            "CREATE TABLE IF NOT EXISTS ruhui_schema (version bigint NOT NULL); DELETE FROM ruhui_schema";
        sql(note.to_owned()).await?;
        sql(format!("INSERT INTO ruhui_schema VALUES ({})", STEPS.len())).await?;
        sql("COMMIT".to_owned()).await?;
        is_open = false;
        Ok(Ok(()))
    };
    let result = result.await;
    if is_open {
        sql("ROLLBACK".to_owned()).await?;
    }
    sql(format!("SELECT pg_advisory_unlock({})", client.turn)).await?;
    sql(format!("SET lock_timeout = {LOCK_TIMEOUT}")).await?;
    result
}

/// Returns the schema version of the database: 0 if it is empty.
async fn look(client: &Shared, place: &str) -> Result<Result<usize, StoreError>, Failure> {
    let tables =
        "SELECT table_name::text FROM information_schema.tables WHERE table_schema = current_schema()";
    let rows = client.client.query(tables, &[]).await?;
    let tables = rows.iter().map(|row| row.try_get(0)).collect::<Result<Vec<String>, _>>()?;
    if !tables.iter().any(|table| table == "ruhui_schema") {
        let why = ("another program's tables are in it", "其中有其他程序的表").into();
        let foreign = || StoreError::Foreign { place: place.to_owned(), why };
        return Ok(if tables.is_empty() { Ok(0) } else { Err(foreign()) });
    }
    let row = client.client.query_one("SELECT max(version) FROM ruhui_schema", &[]).await?;
    let number = row.try_get::<_, Option<i64>>(0)?.unwrap_or(0);
    Ok(steps_taken(place, number, &tables, &STEPS))
}
