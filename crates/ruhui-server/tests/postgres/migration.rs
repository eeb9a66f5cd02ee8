//! The schema: made once, whoever starts together; not ours or newer than we are is refused.

use crate::database::{client, execute, make, open, schema, url};
use ruhui_server::env::SystemEntropy;
use ruhui_server::store::postgres::Address;
use ruhui_server::store::{Kind, PostgresStore, StoreError};
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
    let sorted = |mut names: Vec<String>| {
        names.sort();
        names
    };
    assert_eq!(sorted(tables), sorted(Kind::ALL.map(|kind| kind.table().to_owned()).into()));
    let indexes = names(
        "SELECT indexname::text FROM pg_indexes WHERE schemaname = $1 AND indexname LIKE '%_by_expiry'",
    )
    .await;
    assert_eq!(
        sorted(indexes),
        sorted(Kind::EXPIRING.map(|kind| format!("{}_by_expiry", kind.table())).into())
    );
    let versions: i64 = client.query_one("SELECT count(*) FROM ruhui_schema", &[]).await.unwrap().get(0);
    assert_eq!(versions, 1);
}

#[tokio::test]
async fn a_newer_schema_is_refused() {
    let schema = schema();
    drop(open(&schema).await);
    execute(&url(&schema), "UPDATE ruhui_schema SET version = 999").await;
    let error = refusal(&schema).await;
    assert!(matches!(error, StoreError::TooNew { found: 999, known: 1, .. }), "{error}");
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
async fn a_database_of_another_program_is_refused_and_left_as_it_is() {
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
