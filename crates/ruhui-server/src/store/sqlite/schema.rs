//! The schema's numbered steps, checked at start.

use super::failed;
use crate::store::StoreError;
use rusqlite::Connection;
use std::path::Path;

/// Marks a file as ours in its header: the ASCII of `ruhu`.
const APPLICATION_ID: i64 = 0x7275_6875;

/// Step `n` stands at index `n - 1`. Steps are never changed, only added.
const STEPS: [&str; 1] = [include_str!("001.sql")];

pub(super) fn migrate(connection: &mut Connection, path: &Path) -> Result<(), StoreError> {
    let place = || path.display().to_string();
    let read = |name: &str| {
        connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0)).map_err(|e| failed(path, &e))
    };
    let found = read("user_version")?;
    let application = read("application_id")?;
    let tables: i64 = connection
        .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
        .map_err(|error| failed(path, &error))?;
    if application != APPLICATION_ID && (found != 0 || tables != 0) {
        return Err(StoreError::Foreign {
            place: place(),
            why: "it is another program's database".to_owned(),
        });
    }
    let known = STEPS.len() as i64;
    if found > known {
        return Err(StoreError::TooNew { place: place(), found, known });
    }
    let mut apply = || {
        let transaction = connection.transaction()?;
        for step in &STEPS[found as usize..] {
            transaction.execute_batch(step)?;
        }
        transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
        transaction.pragma_update(None, "user_version", known)?;
        transaction.commit()
    };
    if found < known { apply().map_err(|error| failed(path, &error)) } else { Ok(()) }
}
