//! Schema migration of the SQLite store: numbered steps, checked and applied at start.

use super::report::failed;
use crate::store::StoreError;
use crate::store::schema::{Step, steps_taken};
use rusqlite::{Connection, TransactionBehavior};
use std::path::Path;

/// Application id in the file's header, which marks a ruhui store: the ASCII of `ruhu`.
const APPLICATION_ID: i64 = 0x7275_6875;

/// Migration steps; step `n` is at index `n - 1`.
const STEPS: [Step; 3] = [
    Step {
        sql: include_str!("001.sql"),
        tables: &["merchants", "brands", "templates", "users", "tokens", "answers", "internals"],
    },
    Step {
        sql: include_str!("002.sql"),
        tables: &[
            "merchants",
            "brands",
            "templates",
            "users",
            "tokens",
            "answers",
            "internals",
            "catalogs",
            "members",
            "claims",
            "feeds",
            "activities",
            "redemptions",
            "deliveries",
            "media",
        ],
    },
    Step { sql: include_str!("003.sql"), tables: &["records"] },
];

/// Migrates the schema in one transaction: if the process is killed, the file is unchanged.
pub(super) fn migrate(connection: &mut Connection, path: &Path) -> Result<(), StoreError> {
    if check(connection, path)? == STEPS.len() {
        return Ok(());
    }
    let failed = |error| failed(path, &error);
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)?;
    // Checked again inside the transaction, since another process may have migrated meanwhile.
    for step in STEPS.iter().skip(check(&transaction, path)?) {
        transaction.execute_batch(step.sql).map_err(failed)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION_ID).map_err(failed)?;
    transaction.pragma_update(None, "user_version", STEPS.len() as i64).map_err(failed)?;
    transaction.commit().map_err(failed)
}

/// Returns the schema version of the file: 0 if it is empty. Rejects another program's file, and one of a
/// newer release.
pub(super) fn check(connection: &Connection, path: &Path) -> Result<usize, StoreError> {
    let place = path.display().to_string();
    let read = |name: &str| {
        connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0)).map_err(|e| failed(path, &e))
    };
    let (number, application) = (read("user_version")?, read("application_id")?);
    let tables = tables(connection).map_err(|error| failed(path, &error))?;
    if application != APPLICATION_ID && (number != 0 || !tables.is_empty()) {
        let why = ("it is another program's database", "这是其他程序的数据库").into();
        return Err(StoreError::Foreign { place, why });
    }
    steps_taken(&place, number, &tables, &STEPS)
}

fn tables(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut tables = connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")?;
    tables.query_map([], |row| row.get(0))?.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Key, Kind, SqliteStore, Store as _, Stored};

    /// Creates a file as the release with the first step left it.
    fn write_first(path: &Path) {
        let connection = Connection::open(path).unwrap();
        connection.execute_batch(STEPS[0].sql).unwrap();
        connection.pragma_update(None, "application_id", APPLICATION_ID).unwrap();
        connection.pragma_update(None, "user_version", 1).unwrap();
        connection
            .execute_batch(
                "INSERT INTO templates VALUES ('card', 3, '{\"name\":\"会员卡\"}', NULL);
                 INSERT INTO tokens VALUES ('a', 1, '{}', 1800000000000), ('b', 1, '{}', 1800000000001);",
            )
            .unwrap();
    }

    #[tokio::test]
    async fn a_store_of_the_first_step_is_brought_up_to_date_with_its_rows() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ruhui.db");
        write_first(&path);
        for opened in 1..=2 {
            let store = SqliteStore::open(&path).unwrap();
            let keys = Kind::ALL.map(|kind| Key { kind, id: "card".to_owned() });
            let template = Stored { version: 3, value: "{\"name\":\"会员卡\"}".to_owned() };
            let found: Vec<Stored> = store.load(&keys).await.unwrap().into_iter().flatten().collect();
            assert_eq!(found, [template], "opened {opened} times");
            let tokens = store.scan(Kind::Token, "", "", 10).await.unwrap();
            assert_eq!(tokens.iter().map(|(id, _)| id.as_str()).collect::<Vec<_>>(), ["a", "b"]);
        }
        let store = SqliteStore::open(&path).unwrap();
        let over = jiff::Timestamp::from_millisecond(1_800_000_000_000).unwrap();
        assert_eq!(store.expire(over, 10).await.unwrap(), 1, "old rows keep their time");
    }

    /// A store that the first release wrote, with every kind of record.
    const FIXTURE: &[u8] = include_bytes!("../../../tests/fixtures/store-0.1/ruhui.db");

    /// Reads the fixture's records and their expiries from its own tables.
    fn records_of_fixture(path: &Path) -> Vec<(Key, Stored, Option<i64>)> {
        let connection = Connection::open(path).unwrap();
        let records = |kind: Kind| {
            let sql = format!("SELECT id, version, value, expires_at FROM {} ORDER BY id", kind.table());
            let mut statement = connection.prepare(&sql).unwrap();
            let rows = statement.query_map([], |row| {
                let key = Key { kind, id: row.get(0)? };
                Ok((key, Stored { version: row.get(1)?, value: row.get(2)? }, row.get(3)?))
            });
            rows.unwrap().map(Result::unwrap).collect::<Vec<_>>()
        };
        Kind::ALL.into_iter().flat_map(records).collect()
    }

    /// Opens the store and compares it with the records of the fixture.
    async fn check_against_fixture(path: &Path, expected: &[(Key, Stored, Option<i64>)]) {
        let store = SqliteStore::open(path).unwrap();
        for kind in Kind::ALL {
            let of_kind: Vec<_> = expected.iter().filter(|(key, ..)| key.kind == kind).collect();
            assert!(!of_kind.is_empty(), "the fixture has no {}", kind.table());
            let expected = of_kind.iter().map(|(key, stored, _)| (key.id.clone(), stored.clone()));
            let found = store.scan(kind, "", "", usize::MAX).await.unwrap();
            assert_eq!(found, expected.collect::<Vec<_>>(), "{}", kind.table());
        }
        let connection = Connection::open(path).unwrap();
        for (key, _, expires) in expected {
            let sql = "SELECT expires_at FROM records WHERE kind = ?1 AND id = ?2";
            let found: Option<i64> =
                connection.query_row(sql, (key.kind.number(), &key.id), |row| row.get(0)).unwrap();
            assert_eq!(found, expires.filter(|_| Kind::EXPIRING.contains(&key.kind)), "{key:?}");
        }
    }

    #[tokio::test]
    async fn a_store_of_the_first_release_is_brought_up_to_date_and_loses_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ruhui.db");
        std::fs::write(&path, FIXTURE).unwrap();
        let expected = records_of_fixture(&path);
        for _opened in 1..=2 {
            check_against_fixture(&path, &expected).await;
        }
    }

    /// Simulates a process that was killed at some point of the migration, before its commit.
    #[tokio::test]
    async fn a_migration_that_was_killed_is_made_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ruhui.db");
        std::fs::write(&path, FIXTURE).unwrap();
        let expected = records_of_fixture(&path);
        let mut connection = Connection::open(&path).unwrap();
        connection.pragma_update(None, "journal_mode", "WAL").unwrap();
        // The cache is so small that pages go to the log before the commit.
        connection.pragma_update(None, "cache_size", 4).unwrap();
        let transaction = connection.transaction().unwrap();
        let statements: Vec<&str> = STEPS[2].sql.split_inclusive(';').collect();
        for (number, statement) in statements.iter().enumerate() {
            transaction.execute_batch(statement).unwrap();
            let killed = folder.path().join(format!("killed-{number}.db"));
            std::fs::copy(&path, &killed).unwrap();
            let log = |path: &Path| super::super::lock::with_suffix(path, "-wal");
            std::fs::copy(log(&path), log(&killed)).unwrap();
            check_against_fixture(&killed, &expected).await;
        }
        assert!(statements.len() > 30, "{} statements", statements.len());
    }

    #[test]
    fn a_store_that_was_upgraded_by_half_is_an_error_and_stays_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ruhui.db");
        std::fs::write(&path, FIXTURE).unwrap();
        let connection = Connection::open(&path).unwrap();
        connection.pragma_update(None, "user_version", 3).unwrap();
        let error = SqliteStore::open(&path).unwrap_err();
        assert!(matches!(error, StoreError::Foreign { .. }), "{error}");
        assert!(error.to_string().contains("`records`"), "{error}");
        connection.pragma_update(None, "user_version", 2).unwrap();
        assert!(!records_of_fixture(&path).is_empty());
    }

    #[test]
    fn a_schema_number_that_no_release_writes_is_an_error() {
        for (number, is_newer) in [(-1, false), (i32::MIN, false), (4, true), (i32::MAX, true)] {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("ruhui.db");
            drop(SqliteStore::open(&path).unwrap());
            Connection::open(&path).unwrap().pragma_update(None, "user_version", number).unwrap();
            let error = SqliteStore::open(&path).unwrap_err();
            let is_right = if is_newer {
                matches!(error, StoreError::TooNew { .. })
            } else {
                matches!(error, StoreError::Foreign { .. })
            };
            assert!(is_right, "{number}: {error}");
            assert!(error.to_string().contains(&number.to_string()), "{error}");
        }
    }

    #[test]
    fn each_step_leaves_the_tables_that_it_says() {
        let connection = Connection::open_in_memory().unwrap();
        for step in STEPS {
            connection.execute_batch(step.sql).unwrap();
            let sorted = |mut names: Vec<String>| {
                names.sort();
                names
            };
            let expected = step.tables.iter().map(|table| (*table).to_owned()).collect();
            assert_eq!(sorted(tables(&connection).unwrap()), sorted(expected));
        }
    }

    #[test]
    fn statements_find_their_rows_by_an_index() {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(&STEPS.map(|step| step.sql).concat()).unwrap();
        for sql in super::super::statement::ALL {
            let mut plan = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
            let count = plan.parameter_count();
            let nulls = vec![None::<i64>; count];
            let steps = plan.query_map(rusqlite::params_from_iter(nulls), |row| row.get::<_, String>(3));
            for step in steps.unwrap() {
                let step = step.unwrap();
                assert!(!step.contains("SCAN") && !step.contains("TEMP"), "{sql}: {step}");
            }
        }
    }
}
