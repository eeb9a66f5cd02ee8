//! Compares a token's cost over a full store, which holds millions of records, with its cost over an empty one,
//! alternately.
//!
//! SQL fills the full store with copies of records that the service wrote, under other names: ten million records one
//! request at a time would take hours.

use super::figures::Figures;
use super::options::{Options, Size};
use super::rows;
use super::server::Launch;
use super::service::{Tied, milliseconds};
use super::store::Store;
use crate::clock::{Cores, Moment};
use crate::load::requests::Maker;
use crate::load::schedule::Random;
use anyhow::Result;
use ruhui_core::api::card_member::OpenUserCardToken;
use ruhui_core::types::{CardId, OpenId};
use ruhui_harness::postgres::Cluster;
use rusqlite::Connection;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

/// Measures rounds of an empty and a full store, for each of `stores` that is durable.
pub(super) fn measure(
    options: &Options,
    binary: &Path,
    folder: &Path,
    stores: &[Store],
    figures: &mut Figures,
) -> Result<()> {
    let size = Size { users: options.users, tokens: options.tokens, templates: options.templates };
    let cores = Cores::find()?;
    let database = stores
        .contains(&Store::Postgres)
        .then(|| cores.on_second(|| Cluster::start_in(folder, &[])))
        .transpose()?;
    let mut pairs = Vec::new();
    for store in stores.iter().copied().filter(|store| *store != Store::Memory) {
        let database = database.as_ref().filter(|_| store == Store::Postgres);
        let start = |name: &str, place: Option<&str>| {
            let folder = folder.join(format!("{}_{name}", store.key()));
            let launch = Launch { binary, folder: &folder, store: place };
            Tied::start(&cores, store, launch, database.map(Cluster::process).transpose()?)
        };
        let create = |name: &str| database.map(|database| database.create(name)).transpose();
        let [empty_place, full_place] = [create("empty")?, create("full")?];
        // This start creates the tables, and one record of each kind to copy.
        let call = start("full", full_place.as_deref())?.maker.call().clone();
        let clock = Moment::now();
        let bytes = match database {
            None => fill_file(&folder.join(format!("{}_full/ruhui.db", store.key())), size, &call)?,
            Some(database) => fill_database(database, "full", size, &call)?,
        };
        eprintln!("{store}: filled in {:.0} s", clock.elapsed().as_secs_f64());
        let (empty, full) = (start("empty", empty_place.as_deref())?, start("full", full_place.as_deref())?);
        figures.note_of(store, &rows::FULL_SIZE, bytes as f64 / 1e6);
        figures.note_of(store, &rows::FULL_READY, milliseconds(full.server.ready_after));
        pairs.push((empty, full));
    }
    let random = Mutex::new(Random::default());
    for round in 0..=options.rounds {
        eprintln!("round {round} of {}", options.rounds);
        // The first round is not counted: it brings the file's pages into memory.
        let mut uncounted = Figures::default();
        let figures = if round == 0 { &mut uncounted } else { &mut *figures };
        for (empty, full) in &pairs {
            compare(options, &cores, (empty, full), size, &random, figures)?;
        }
    }
    Ok(())
}

fn compare(
    options: &Options,
    cores: &Cores,
    (empty, full): (&Tied, &Tied),
    size: Size,
    random: &Mutex<Random>,
    figures: &mut Figures,
) -> Result<()> {
    let (verify, sign) = cores.on_first(|| super::rsa::rsa(empty.maker.key()))?;
    let count = (1e6 / (verify + sign) * f64::from(options.seconds)) as usize;
    let one = Size { templates: 0, ..size };
    let mut cpu = [0.0; 2];
    for (index, (tied, size, rows)) in [
        (empty, one, [&rows::EMPTY_CPU, &rows::EMPTY_RATE, &rows::EMPTY_MEMORY, &rows::EMPTY_DATABASE_CPU]),
        (full, size, [&rows::FULL_CPU, &rows::FULL_RATE, &rows::FULL_MEMORY, &rows::FULL_DATABASE_CPU]),
    ]
    .into_iter()
    .enumerate()
    {
        let requests = requests(&tied.maker, count, size, random)?;
        let cost = tied.saturate(cores, requests)?;
        tied.maker.check(&cost.responses.kept)?;
        cpu[index] = cost.cpu;
        let memory = tied.server.memory()? as f64 / 1e6;
        let values = [Some(cost.cpu), Some(cost.responses.per_second()), Some(memory), cost.database];
        for (row, value) in rows.into_iter().zip(values) {
            if let Some(value) = value {
                figures.note_of(tied.store, row, value);
            }
        }
        cpu[index] += cost.database.unwrap_or_default();
    }
    figures.note_of(empty.store, &rows::SCALE, cpu[1] / cpu[0]);
    Ok(())
}

/// Returns requests for random users. If `size` has templates, each request names a random one of them; otherwise the
/// kit's.
pub(super) fn requests(
    maker: &Maker,
    count: usize,
    size: Size,
    random: &Mutex<Random>,
) -> Result<Vec<Vec<u8>>> {
    maker.requests_for(count, |_| {
        let mut random = random.lock().unwrap_or_else(PoisonError::into_inner);
        let openid = OpenId::new(format!("{USER}{:022}", random.below(size.users)))?;
        let card_id = match size.templates {
            0 => maker.call().card_id.clone(),
            templates => CardId::new(format!("{TEMPLATE}{:022}", random.below(templates)))?,
        };
        Ok(OpenUserCardToken { openid, card_id, ..maker.call().clone() })
    })
}

/// The prefix of the copies' names.
const USER: &str = "oScale";
const TEMPLATE: &str = "pScale";

/// Fills the file of a service that is not running, and returns its size.
pub(super) fn fill_file(file: &Path, size: Size, call: &OpenUserCardToken) -> Result<u64> {
    let connection = Connection::open(file)?;
    // The fill need not survive a crash. The service has its own settings.
    connection.execute_batch(
        "PRAGMA journal_mode = DELETE; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
         PRAGMA cache_size = -262144;",
    )?;
    let dialect = Dialect {
        numbers: |count| {
            format!(
                "RECURSIVE number (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM number WHERE n + 1 < {count})"
            )
        },
        digits: |width| format!("printf('%0{width}d', n)"),
        seconds: "unixepoch()",
        shape: Shape::of(connection.query_row(
            "SELECT count(*) FROM sqlite_schema WHERE name = 'records'",
            [],
            |row| row.get(0),
        )?),
    };
    for copy in copies(size, call, &dialect) {
        connection.execute_batch(&copy)?;
    }
    connection.execute_batch("PRAGMA journal_mode = DELETE;")?;
    Ok(std::fs::metadata(file)?.len())
}

/// Fills a PostgreSQL database, and returns its size.
pub(super) fn fill_database(
    database: &Cluster,
    name: &str,
    size: Size,
    call: &OpenUserCardToken,
) -> Result<u64> {
    let dialect = Dialect {
        numbers: |count| format!("number (n) AS (SELECT * FROM generate_series(0, {count} - 1))"),
        digits: |width| format!("lpad(n::text, {width}, '0')"),
        seconds: "extract(epoch FROM now())::bigint",
        shape: Shape::of(
            database.ask_of(name, "SELECT count(*) FROM pg_tables WHERE tablename = 'records'")?.parse()?,
        ),
    };
    for copy in copies(size, call, &dialect) {
        database.ask_of(name, &copy)?;
    }
    database.ask_of(name, "VACUUM ANALYZE")?;
    Ok(database.ask_of(name, &format!("SELECT pg_database_size('{name}')"))?.parse()?)
}

/// The differences between the two databases' SQL.
struct Dialect {
    /// Returns a table `number` for a `WITH` clause, with the numbers from 0 to less than the argument.
    numbers: fn(u64) -> String,
    /// Formats `n` with this many digits.
    digits: fn(u32) -> String,
    /// The time, in seconds since 1970.
    seconds: &'static str,
    shape: Shape,
}

/// The layout of the tables.
#[derive(Debug, Clone, Copy)]
enum Shape {
    /// One table `records` for all kinds.
    OneTable,
    /// One table for each kind, as in the first schema.
    TableOfKind,
}

impl Shape {
    fn of(tables_named_records: i64) -> Self {
        if tables_named_records == 0 { Self::TableOfKind } else { Self::OneTable }
    }

    /// Returns the table of a kind, the condition for its rows, and the columns with their values that name the kind.
    fn parts(self, (name, number): (&'static str, u8)) -> (&'static str, String, &'static str, String) {
        match self {
            Self::OneTable => ("records", format!("kind = {number} AND "), "kind, ", format!("{number}, ")),
            Self::TableOfKind => (name, String::new(), "", String::new()),
        }
    }
}

/// Returns the statements that copy the records of this request, and a token, in these numbers.
fn copies(size: Size, call: &OpenUserCardToken, dialect: &Dialect) -> [String; 3] {
    let copy = |kind: (&'static str, u8), model: &str, count: u64, id: &str, expires: &str| {
        let (table, is_kind, column, number) = dialect.shape.parts(kind);
        format!(
            "WITH {numbers},
               model (id, value) AS (SELECT id, value FROM {table} WHERE {is_kind}{model} ORDER BY id LIMIT 1),
               copy (id, old, value, expires_at) AS
                 (SELECT {id}, model.id, model.value, {expires} FROM number CROSS JOIN model)
             INSERT INTO {table} ({column}id, version, value, expires_at)
             SELECT {number}id, 1, replace(value, old, id), expires_at FROM copy WHERE {count} > 0",
            numbers = (dialect.numbers)(count.max(1)),
        )
    };
    // Expiries as if the tokens had been issued from 50 minutes ago until now, so that none expires before the
    // measurement ends. Their names begin with the time of the copied token's name, as names of tokens do, so names of
    // new tokens sort after them.
    let expires =
        format!("1000 * ({} + 600) + CAST(3000000 AS bigint) * n / {}", dialect.seconds, size.tokens.max(1));
    let name = |prefix: &str| format!("'{prefix}' || {}", (dialect.digits)(22));
    let token = format!("substr(model.id, 1, 6) || {}", (dialect.digits)(26));
    [
        copy(
            ("users", 5),
            &format!("id = '{}'", call.openid.as_str()),
            size.users,
            &name(USER),
            "CAST(NULL AS bigint)",
        ),
        copy(
            ("templates", 4),
            &format!("id = '{}'", call.card_id.as_str()),
            size.templates,
            &name(TEMPLATE),
            "CAST(NULL AS bigint)",
        ),
        copy(("tokens", 13), "true", size.tokens, &token, &expires),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use ruhui_core::types::BrandId;

    const MODEL: (&str, &str) = ("oModelModelModelModelModel01", "pModelModelModelModelModel01");

    #[test]
    fn copies_have_names_of_their_own_inside_too() {
        for shape in [Shape::OneTable, Shape::TableOfKind] {
            check_copies(shape);
        }
    }

    fn check_copies(shape: Shape) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("store.db");
        let connection = Connection::open(&file).unwrap();
        let kinds = [("users", 5), ("templates", 4), ("tokens", 13)];
        for (kind, id) in kinds.into_iter().zip([MODEL.0, MODEL.1, "0time0restrestrest"]) {
            let (table, _, column, number) = shape.parts(kind);
            connection
                .execute_batch(&format!(
                    "CREATE TABLE IF NOT EXISTS {table} ({column}id TEXT PRIMARY KEY, version INTEGER, value TEXT,
                       expires_at INTEGER) WITHOUT ROWID;
                     INSERT INTO {table} VALUES ({number}'{id}', 3, '{{\"is\":\"{id}\"}}', 1);"
                ))
                .unwrap();
        }
        let call = OpenUserCardToken {
            brand_id: BrandId::new("1004").unwrap(),
            card_id: CardId::new(MODEL.1).unwrap(),
            openid: OpenId::new(MODEL.0).unwrap(),
        };
        fill_file(&file, Size { users: 20, tokens: 10, templates: 2 }, &call).unwrap();
        let count = |kind| -> i64 {
            let (table, is_kind, ..) = shape.parts(kind);
            let sql = format!(
                "SELECT count(*) FROM {table}
                 WHERE {is_kind}version = 1 AND value = '{{\"is\":\"' || id || '\"}}'"
            );
            connection.query_row(&sql, [], |row| row.get(0)).unwrap()
        };
        assert_eq!(kinds.map(count), [20, 2, 10]);
        let (tokens, is_kind, ..) = shape.parts(kinds[2]);
        let soonest: i64 = connection
            .query_row(
                &format!(
                    "SELECT min(expires_at) - 1000 * unixepoch() FROM {tokens} WHERE {is_kind}version = 1"
                ),
                [],
                |row| row.get(0),
            )
            .unwrap();
        assert!((590_000..=600_000).contains(&soonest), "{soonest}");
    }
}
