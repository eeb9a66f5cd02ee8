//! The schema's numbered steps, checked at start.

use super::report::failed;
use crate::store::StoreError;
use crate::store::schema::{Step, steps_taken};
use rusqlite::{Connection, TransactionBehavior};
use std::path::Path;

/// Marks a file as ours in its header: the ASCII of `ruhu`.
const APPLICATION_ID: i64 = 0x7275_6875;

/// Step `n` stands at index `n - 1`.
const STEPS: [Step; 2] = [
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
];

/// Brings the schema up to date, in one transaction: a process that is killed leaves the file as it was.
pub(super) fn migrate(connection: &mut Connection, path: &Path) -> Result<(), StoreError> {
    if check(connection, path)? == STEPS.len() {
        return Ok(());
    }
    let failed = |error| failed(path, &error);
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)?;
    // Looked at again, since another process may have done it.
    for step in STEPS.iter().skip(check(&transaction, path)?) {
        transaction.execute_batch(step.sql).map_err(failed)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION_ID).map_err(failed)?;
    transaction.pragma_update(None, "user_version", STEPS.len() as i64).map_err(failed)?;
    transaction.commit().map_err(failed)
}

/// The step that the file is at: 0 if it is empty. Nobody else's file passes, and none of a newer release.
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

    /// A file as the release with the first step left it.
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

    #[test]
    fn a_schema_number_that_no_release_writes_is_an_error() {
        for (number, is_newer) in [(-1, false), (i32::MIN, false), (3, true), (i32::MAX, true)] {
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
    fn every_kind_has_its_table_and_the_expiring_ones_an_index() {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(&STEPS.map(|step| step.sql).concat()).unwrap();
        let names = |what: &str| -> Vec<String> {
            let sql = format!(
                "SELECT name FROM sqlite_schema WHERE type = '{what}' AND sql IS NOT NULL ORDER BY 1"
            );
            let mut statement = connection.prepare(&sql).unwrap();
            statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
        };
        let sorted = |mut names: Vec<String>| {
            names.sort();
            names
        };
        assert_eq!(names("table"), sorted(Kind::ALL.map(|kind| kind.table().to_owned()).into()));
        let expiring = Kind::EXPIRING.map(|kind| format!("{}_by_expiry", kind.table()));
        assert_eq!(names("index"), sorted(expiring.into()));
    }
}
