//! PostgreSQL for tests: a separate schema for each test, on the server that the environment names.
#![allow(dead_code, reason = "without a server only a part is used")]

use ruhui_server::env::SystemEntropy;
use ruhui_server::store::PostgresStore;
use ruhui_server::store::postgres::Address;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// Returns the URL of the server.
///
/// # Panics
///
/// If the environment names no server: these tests then fail, and are never skipped.
pub(crate) fn server() -> String {
    variable("RUHUI_TEST_POSTGRES")
}

/// Returns the URL of the server for clients that verify it in full: with `hostaddr`, `sslmode` and `sslrootcert`.
///
/// # Panics
///
/// If the environment names no server.
pub(crate) fn tls_server() -> String {
    variable("RUHUI_TEST_POSTGRES_TLS")
}

#[allow(clippy::disallowed_methods, reason = "who runs the tests says where the server is")]
fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| {
        panic!("{name} must hold the URL of a PostgreSQL server on which schemas may be made; `cargo xtask ci test` starts one")
    })
}

/// Returns the name of an unused schema, which is created when it is first opened.
pub(crate) fn schema() -> String {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    // Several modules of one program include this file, and each has its own counter.
    let module = module_path!().replace("::", "_");
    format!("{module}_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed))
}

/// Returns the URL of a schema.
pub(crate) fn url(schema: &str) -> String {
    let server = server();
    let separator = if server.contains('?') { '&' } else { '?' };
    format!("{server}{separator}options=-csearch_path%3D{schema}&application_name={schema}")
}

/// Creates the schema if it is missing.
pub(crate) async fn make(schema: &str) {
    execute(&server(), &format!("CREATE SCHEMA IF NOT EXISTS {schema}")).await;
}

/// Opens a store in a schema, which is created if it is missing.
pub(crate) async fn open(schema: &str) -> Arc<PostgresStore> {
    make(schema).await;
    let address: Address = url(schema).parse().unwrap();
    Arc::new(PostgresStore::open(&address, Arc::new(SystemEntropy)).await.unwrap())
}

/// Opens a store in a new schema with the contents of `dump`, which names the schema `store_fixture`.
pub(crate) async fn restore(dump: &str) -> Arc<PostgresStore> {
    let schema = schema();
    execute(&server(), &dump.replace("store_fixture", &schema)).await;
    open(&schema).await
}

/// Opens a connection in addition to the store's.
pub(crate) async fn client(url: &str) -> tokio_postgres::Client {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

/// Runs SQL on another connection than the store's.
pub(crate) async fn execute(url: &str, sql: &str) {
    client(url).await.batch_execute(sql).await.unwrap();
}
