//! The schema's numbered steps, checked at start.

use super::connect::Connector;
use super::session::{Failure, LOCK_TIMEOUT, Session, Shared};
use crate::store::StoreError;
use ruhui_core::bilingual::Bilingual;

/// Step `n` stands at index `n - 1`. Steps are never changed, only added.
const STEPS: [&str; 1] = [include_str!("001.sql")];

/// Services that start together meet in one transaction; all but one find the work done.
const ATTEMPTS: usize = 5;

/// How long a start may wait for others, in milliseconds.
const PATIENCE: u32 = 60_000;

/// What a look at the database found.
enum Found {
    /// Our tables, at this step.
    Step(i64),
    /// Nothing.
    Empty,
    /// Tables of somebody else.
    Foreign,
}

/// Brings the schema up to date.
pub(super) async fn migrate(connector: &Connector, session: &mut Session) -> Result<(), StoreError> {
    let mut attempt = 1;
    loop {
        let Session { line, client, .. } = session;
        let found = match line.drive(apply(client)).await {
            Ok(found) => found,
            Err(Failure::Conflict(_)) if attempt < ATTEMPTS => {
                attempt += 1;
                continue;
            }
            Err(failure) => return Err(connector.unavailable(failure.into_text())),
        };
        let place = connector.place.clone();
        return match found {
            Found::Foreign => Err(StoreError::Foreign {
                place,
                why: ("another program's tables are in it", "其中有其他程序的表").into(),
            }),
            Found::Step(found) if found < 0 => Err(StoreError::Foreign {
                place,
                why: Bilingual::new(
                    format!("its schema has the number {found}, which no release writes"),
                    format!("其结构版本为 {found}，任何版本都不会写入该值"),
                ),
            }),
            Found::Step(found) if found > known() => Err(StoreError::TooNew { place, found, known: known() }),
            Found::Step(_) | Found::Empty => Ok(()),
        };
    }
}

fn known() -> i64 {
    STEPS.len() as i64
}

/// Looks, and takes the steps that are missing, in one transaction.
async fn apply(client: &Shared) -> Result<Found, Failure> {
    let sql = |text: String| async move { client.client.batch_execute(&text).await };
    let mut is_open = true;
    let result = async {
        // Whoever starts waits for the one that makes the tables, and for commits of those who serve already.
        sql(format!("SET lock_timeout = {PATIENCE}")).await?;
        // The turn of commits serves here too. It is taken before the transaction begins, which is to see what the
        // one before has done.
        sql(format!("SELECT pg_advisory_lock({})", client.turn)).await?;
        sql("BEGIN ISOLATION LEVEL SERIALIZABLE".to_owned()).await?;
        let found = look(client).await?;
        let from = match found {
            Found::Step(step) if (0..known()).contains(&step) => usize::try_from(step).unwrap_or(0),
            Found::Empty => 0,
            Found::Step(_) | Found::Foreign => return Ok(found),
        };
        for step in &STEPS[from..] {
            sql((*step).to_owned()).await?;
        }
        let note =
            "CREATE TABLE IF NOT EXISTS ruhui_schema (version bigint NOT NULL); DELETE FROM ruhui_schema";
        sql(note.to_owned()).await?;
        sql(format!("INSERT INTO ruhui_schema VALUES ({})", known())).await?;
        sql("COMMIT".to_owned()).await?;
        is_open = false;
        Ok(Found::Step(known()))
    };
    let result = result.await;
    if is_open {
        sql("ROLLBACK".to_owned()).await?;
    }
    sql(format!("SELECT pg_advisory_unlock({})", client.turn)).await?;
    sql(format!("SET lock_timeout = {LOCK_TIMEOUT}")).await?;
    result
}

async fn look(client: &Shared) -> Result<Found, Failure> {
    let tables = "SELECT count(*), count(*) FILTER (WHERE table_name = 'ruhui_schema') \
                  FROM information_schema.tables WHERE table_schema = current_schema()";
    let row = client.client.query_one(tables, &[]).await?;
    let (tables, ours): (i64, i64) = (row.try_get(0)?, row.try_get(1)?);
    if ours == 0 {
        return Ok(if tables == 0 { Found::Empty } else { Found::Foreign });
    }
    let row = client.client.query_one("SELECT max(version) FROM ruhui_schema", &[]).await?;
    Ok(Found::Step(row.try_get::<_, Option<i64>>(0)?.unwrap_or(0)))
}
