//! Tests of the schema: services that start together create it once, and a foreign or newer schema is rejected.

use crate::database::{client, execute, make, open, schema, url};
use ruhui_server::env::SystemEntropy;
use ruhui_server::store::postgres::Address;
use ruhui_server::store::{Key, Kind, PostgresStore, Store as _, StoreError, Stored};
use std::sync::Arc;

async fn refusal(schema: &str) -> StoreError {
    let address: Address = url(schema).parse().unwrap();
    PostgresStore::open(&address, Arc::new(SystemEntropy)).await.unwrap_err()
}

#[tokio::test(flavor = "multi_thread")]
async fn services_that_start_together_make_one_schema() {
    let schema = schema();
    make(&schema).await;
    let starting: Vec<_> = (0..8)
        .map(|_| {
            let schema = schema.clone();
            tokio::spawn(async move { open(&schema).await })
        })
        .collect();
    for store in starting {
        drop(store.await.unwrap());
    }
    let client = client(&url(&schema)).await;
    let names = async |sql: &str| -> Vec<String> {
        client.query(sql, &[&schema]).await.unwrap().iter().map(|row| row.get(0)).collect()
    };
    let tables =
        names("SELECT tablename::text FROM pg_tables WHERE schemaname = $1 AND tablename <> 'ruhui_schema'")
            .await;
    assert_eq!(tables, ["records"]);
    let indexes = names(
        "SELECT indexname::text FROM pg_indexes WHERE schemaname = $1 AND indexname LIKE '%_by_expiry'",
    )
    .await;
    assert_eq!(indexes, ["records_by_expiry"]);
    let versions: i64 = client.query_one("SELECT count(*) FROM ruhui_schema", &[]).await.unwrap().get(0);
    assert_eq!(versions, 1);
}

/// Creates the tables of the first schema, with one record of each kind.
async fn write_first(schema: &str) {
    make(schema).await;
    execute(&url(schema), include_str!("../../src/store/postgres/001.sql")).await;
    execute(&url(schema), "CREATE TABLE ruhui_schema (version bigint NOT NULL)").await;
    execute(&url(schema), "INSERT INTO ruhui_schema VALUES (1)").await;
    for kind in Kind::ALL {
        let table = kind.table();
        let row = format!(
            "INSERT INTO {table} VALUES ('the {table}', 7, '{{\"会员\":\"{table}\"}}', 1800000000000)"
        );
        execute(&url(schema), &row).await;
    }
}

/// Asserts that every record of [`write_first`] exists, and that records that expire do so at their time.
async fn check_first(store: &PostgresStore) {
    let keys = Kind::ALL.map(|kind| Key { kind, id: format!("the {}", kind.table()) });
    let found = store.load(&keys).await.unwrap();
    for (key, stored) in keys.iter().zip(found) {
        let value = format!("{{\"会员\":\"{}\"}}", key.kind.table());
        assert_eq!(stored, Some(Stored { version: 7, value }), "{key:?}");
    }
    let time = jiff::Timestamp::from_millisecond(1_800_000_000_000).unwrap();
    let before = time - jiff::SignedDuration::from_millis(1);
    assert_eq!(store.expire(before, 100).await.unwrap(), 0);
    assert_eq!(store.expire(time, 100).await.unwrap(), Kind::EXPIRING.len());
}

#[tokio::test]
async fn a_database_of_the_first_schema_is_brought_up_to_date_with_its_records() {
    let schema = schema();
    write_first(&schema).await;
    let store = open(&schema).await;
    check_first(&store).await;
    drop(store);
    drop(open(&schema).await);
}

/// If a service is killed during a migration, the next one completes it.
#[tokio::test]
async fn a_migration_that_was_broken_off_is_made_again() {
    let schema = schema();
    write_first(&schema).await;
    let killed = client(&url(&schema)).await;
    killed.batch_execute("BEGIN").await.unwrap();
    killed.batch_execute(include_str!("../../src/store/postgres/002.sql")).await.unwrap();
    drop(killed);
    check_first(&*open(&schema).await).await;
}

#[tokio::test]
async fn a_database_that_was_upgraded_by_half_is_rejected_and_left_as_it_is() {
    let schema = schema();
    write_first(&schema).await;
    execute(&url(&schema), "CREATE TABLE records (kind smallint)").await;
    let error = refusal(&schema).await;
    assert!(
        matches!(error, StoreError::Foreign { .. }) && error.to_string().contains("`records`"),
        "{error}"
    );
    let kept = client(&url(&schema)).await.query_one("SELECT count(*) FROM merchants", &[]).await.unwrap();
    assert_eq!(kept.get::<_, i64>(0), 1);
}

/// A comment on the column explains the numbers of kinds.
#[tokio::test]
async fn the_table_says_what_its_kinds_are() {
    let schema = schema();
    drop(open(&schema).await);
    let said = "SELECT col_description('records'::regclass, 1)";
    let said: String = client(&url(&schema)).await.query_one(said, &[]).await.unwrap().get(0);
    let kinds: Vec<String> =
        Kind::ALL.iter().map(|kind| format!("{} {}", kind.number(), kind.table())).collect();
    assert_eq!(said, kinds.join(", "));
}

#[tokio::test]
async fn a_newer_schema_is_rejected() {
    let schema = schema();
    drop(open(&schema).await);
    execute(&url(&schema), "UPDATE ruhui_schema SET version = 999").await;
    let error = refusal(&schema).await;
    assert!(matches!(error, StoreError::TooNew { found: 999, known: 2, .. }), "{error}");
}

#[tokio::test]
async fn a_schema_number_that_no_release_writes_is_an_error() {
    let schema = schema();
    drop(open(&schema).await);
    execute(&url(&schema), "UPDATE ruhui_schema SET version = -1").await;
    let error = refusal(&schema).await;
    assert!(matches!(error, StoreError::Foreign { .. }) && error.to_string().contains("-1"), "{error}");
}

#[tokio::test]
async fn a_database_of_another_program_is_rejected_and_left_as_it_is() {
    let schema = schema();
    make(&schema).await;
    execute(&url(&schema), "CREATE TABLE users (name text)").await;
    let error = refusal(&schema).await;
    assert!(matches!(error, StoreError::Foreign { .. }), "{error}");
    let tables = "SELECT count(*) FROM pg_tables WHERE schemaname = $1";
    let tables: i64 = client(&url(&schema)).await.query_one(tables, &[&schema]).await.unwrap().get(0);
    assert_eq!(tables, 1);
}

#[tokio::test]
async fn a_search_path_that_leads_nowhere_is_said() {
    let error = refusal("nowhere").await.to_string();
    assert!(error.ends_with("its search path names no schema that exists: create it"), "{error}");
}

#[tokio::test]
async fn a_wrong_password_is_said_without_it() {
    let server: Address = "postgres://ruhui:open-sesame@127.0.0.1:1/ruhui".parse().unwrap();
    let error = PostgresStore::open(&server, Arc::new(SystemEntropy)).await.unwrap_err();
    let said = format!("{error} {error:?} {server:?}");
    assert!(matches!(error, StoreError::Unavailable { .. }) && !said.contains("open-sesame"), "{said}");
    assert!(said.contains("nothing listens there (os error 111)"), "{said}");
}
