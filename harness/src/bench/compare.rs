//! Compares the cost of two binaries: both get the same load, alternately, within the same minutes.

use super::options::{CONNECTIONS, Options, Size};
use super::rsa::rsa;
use super::scale::{fill_database, fill_file, requests};
use super::server::{Launch, Server};
use super::store::Store;
use crate::clock::{Cores, Moment, cpu_of_family};
use crate::load::requests::Maker;
use crate::load::schedule::Random;
use crate::load::{Pace, send};
use anyhow::{Context as _, Result};
use ruhui_harness::command::read_file;
use ruhui_harness::postgres::Cluster;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

/// PostgreSQL's processes publish their counters at most once a second.
const REPORTING: Duration = Duration::from_millis(1200);

/// The services of a comparison, and their store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Setup {
    One(Store),
    /// Two services over one PostgreSQL.
    Two,
}

impl Setup {
    fn name(self) -> String {
        match self {
            Self::One(store) => store.to_string(),
            Self::Two => "PostgreSQL, two services".to_owned(),
        }
    }

    fn services(self) -> usize {
        match self {
            Self::One(_) => 1,
            Self::Two => 2,
        }
    }

    fn is_database(self) -> bool {
        matches!(self, Self::Two | Self::One(Store::Postgres))
    }
}

/// The services of one binary in one setup.
struct Side {
    servers: Vec<Server>,
    maker: Maker,
    store: Kept,
}

/// Where a side keeps its records.
enum Kept {
    Memory,
    File(PathBuf),
    Database(String),
}

/// Names and units of the figures of one round, in this order.
const FIGURES: [(&str, &str); 6] = [
    ("CPU for a token", "µs"),
    ("tokens", "1/s"),
    ("the database's CPU for a token", "µs"),
    ("written for a token: the log of PostgreSQL, all of SQLite", "B"),
    ("transactions rolled back for 1,000 tokens", ""),
    ("the store's size", "MB"),
];

/// Measures both binaries in every setup. Returns a table for people and JSON for programs.
pub(super) fn run(
    options: &Options,
    binaries: [&Path; 2],
    folder: &Path,
    stores: &[Store],
) -> Result<(String, Value)> {
    let cores = Cores::find()?;
    // The memory store cannot be filled before the service starts.
    let filled = |store: &Store| !options.scale || *store != Store::Memory;
    let mut setups: Vec<Setup> = stores.iter().copied().filter(filled).map(Setup::One).collect();
    if stores.contains(&Store::Postgres) {
        setups.push(Setup::Two);
    }
    let (mut text, mut all) = (String::new(), Vec::new());
    for setup in setups {
        // One cluster per setup, so that no setup starts with the data of another.
        let database = setup
            .is_database()
            .then(|| cores.on_second(|| Cluster::start_in(folder, &["max_wal_size=4GB"])))
            .transpose()?;
        let start = |index: usize| {
            Side::start(options, setup, index, binaries[index], folder, &cores, database.as_ref())
        };
        let sides = [start(0)?, start(1)?];
        let mut rounds: [Vec<[f64; 6]>; 2] = Default::default();
        let random = Mutex::new(Random::default());
        for round in 0..=options.rounds {
            eprintln!("{}: round {round} of {}", setup.name(), options.rounds);
            let order = if round % 2 == 0 { [0, 1] } else { [1, 0] };
            for index in order {
                let figures = sides[index].round(options, &cores, database.as_ref(), &random)?;
                // The first round is not counted: it brings the file's pages into memory.
                if round > 0 {
                    rounds[index].push(figures);
                }
            }
        }
        let mut table = String::new();
        report(&mut table, setup, &rounds)?;
        // Printed now, so that this table stays if a later setup fails.
        eprintln!("{table}");
        text += &table;
        all.push(json!({ "setup": setup.name(), "binary": rounds[0], "against": rounds[1] }));
    }
    Ok((text.trim_end().to_owned(), Value::Array(all)))
}

impl Side {
    fn start(
        options: &Options,
        setup: Setup,
        index: usize,
        binary: &Path,
        folder: &Path,
        cores: &Cores,
        database: Option<&Cluster>,
    ) -> Result<Self> {
        let name = format!("compared_{}_{index}", setup.name().replace([',', ' '], "_"));
        let folder = folder.join(&name);
        let (place, store) = match (setup, database) {
            (Setup::One(Store::Memory), _) => (Some("memory".to_owned()), Kept::Memory),
            (_, Some(database)) => (Some(database.create(&name)?), Kept::Database(name)),
            _ => (None, Kept::File(folder.join("ruhui.db"))),
        };
        // Two services over one folder have the same keys. Each has its own ports.
        let launch = || {
            cores.on_first(|| {
                let launch = Launch { binary, folder: &folder, store: place.as_deref() };
                let mut server = Server::launch(launch)?;
                server.first_token()?;
                Ok(server)
            })
        };
        if options.scale {
            let call = Maker::new(&launch()?.kit)?.call().clone();
            let size = Size { users: options.users, tokens: options.tokens, templates: options.templates };
            let clock = Moment::now();
            match (&store, database) {
                (Kept::File(file), _) => fill_file(file, size, &call)?,
                (Kept::Database(name), Some(database)) => fill_database(database, name, size, &call)?,
                _ => 0,
            };
            eprintln!("{}: filled in {:.0} s", setup.name(), clock.elapsed().as_secs_f64());
        }
        let servers = (0..setup.services()).map(|_| launch()).collect::<Result<Vec<_>>>()?;
        let maker = Maker::new(&servers.first().context("no service")?.kit)?;
        Ok(Self { servers, maker, store })
    }

    fn round(
        &self,
        options: &Options,
        cores: &Cores,
        database: Option<&Cluster>,
        random: &Mutex<Random>,
    ) -> Result<[f64; 6]> {
        let (verify, sign) = cores.on_first(|| rsa(self.maker.key()))?;
        let count = (1e6 / (verify + sign) * f64::from(options.seconds)) as usize;
        let requests = if options.scale {
            let size = Size { users: options.users, tokens: options.tokens, templates: options.templates };
            requests(&self.maker, count, size, random)?
        } else {
            self.maker.requests(count)?
        };
        let addresses = self.servers.iter().map(Server::address).collect::<Result<Vec<_>>>()?;
        let before = self.look(database)?;
        let send = || send(&addresses, CONNECTIONS, requests, Pace::Closed)?.all_ok();
        let responses = cores.on_second(send)?;
        let after = self.look(database)?;
        self.maker.check(&responses.kept)?;
        let each = |figure: fn(&Looked) -> f64| (figure(&after) - figure(&before)) / count as f64;
        Ok([
            each(|looked| looked.cpu),
            responses.per_second(),
            each(|looked| looked.database_cpu),
            each(|looked| looked.written),
            each(|looked| looked.rolled_back) * 1e3,
            after.size / 1e6,
        ])
    }

    fn look(&self, database: Option<&Cluster>) -> Result<Looked> {
        let micros = |time: Duration| time.as_secs_f64() * 1e6;
        let mut looked = Looked::default();
        for server in &self.servers {
            looked.cpu += micros(server.cpu()?);
        }
        match (&self.store, database) {
            (Kept::Memory, _) => {}
            (Kept::File(file), _) => {
                for server in &self.servers {
                    looked.written += written_by(server.process())?;
                }
                looked.size = std::fs::metadata(file)?.len() as f64;
            }
            (Kept::Database(name), database) => {
                let database = database.context("PostgreSQL was not started")?;
                looked.database_cpu = micros(cpu_of_family(database.process()?)?);
                let ask = |sql: &str| -> Result<f64> { Ok(database.ask_of(name, sql)?.parse()?) };
                looked.written = ask("SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn")?;
                std::thread::sleep(REPORTING);
                looked.rolled_back =
                    ask(&format!("SELECT xact_rollback FROM pg_stat_database WHERE datname = '{name}'"))?;
                looked.size = ask("SELECT sum(pg_total_relation_size(c.oid)) FROM pg_class c \
                     JOIN pg_namespace n ON n.oid = c.relnamespace \
                     WHERE c.relkind = 'r' AND n.nspname = current_schema()")?;
            }
        }
        Ok(looked)
    }
}

/// Values of the counters at one moment.
#[derive(Debug, Default)]
struct Looked {
    cpu: f64,
    database_cpu: f64,
    written: f64,
    rolled_back: f64,
    size: f64,
}

/// Returns the bytes that a process has written to disk.
fn written_by(process: u32) -> Result<f64> {
    let text = read_file(format!("/proc/{process}/io"))?;
    let line = text.lines().find_map(|line| line.strip_prefix("write_bytes: "));
    Ok(line.context("the kernel does not count what a process writes")?.parse()?)
}

fn report(text: &mut String, setup: Setup, rounds: &[Vec<[f64; 6]>; 2]) -> Result<()> {
    let heads = ["binary", "min", "max", "against", "min", "max", "ratio", "min", "max"];
    write!(text, "{:<60}{:>5}", setup.name(), "")?;
    for head in heads {
        write!(text, "{head:>11}")?;
    }
    text.push('\n');
    for (index, (name, unit)) in FIGURES.iter().enumerate() {
        let values = |side: usize| rounds[side].iter().map(|round| round[index]).collect::<Vec<_>>();
        let (ours, theirs) = (values(0), values(1));
        if ours.iter().chain(&theirs).all(|value| *value == 0.0) {
            continue;
        }
        // Both values of a round were measured within seconds, so a slow machine slowed both.
        let ratios = ours.iter().zip(&theirs).map(|(ours, theirs)| ours / theirs).collect();
        write!(text, "  {name:<58}{unit:>5}")?;
        for values in [ours, theirs, ratios] {
            for value in spread(values) {
                let digits = if value.abs() < 100.0 { 3 } else { 0 };
                write!(text, "{value:>11.digits$}")?;
            }
        }
        text.push('\n');
    }
    text.push('\n');
    Ok(())
}

/// Returns the median, the least and the greatest value.
fn spread(mut values: Vec<f64>) -> [f64; 3] {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    let median = match values.len() {
        0 => f64::NAN,
        count if count % 2 == 0 => (values[middle - 1] + values[middle]) / 2.0,
        _ => values[middle],
    };
    let end = |value: Option<&f64>| value.copied().unwrap_or(f64::NAN);
    [median, end(values.first()), end(values.last())]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_has_both_medians_and_the_median_of_the_ratios() {
        let round = |cpu: f64| [cpu, 10.0, 0.0, 2.0, 0.0, 1.0];
        let rounds =
            [vec![round(10.0), round(30.0), round(20.0)], vec![round(10.0), round(10.0), round(10.0)]];
        let mut text = String::new();
        report(&mut text, Setup::One(Store::Sqlite), &rounds).unwrap();
        let row: Vec<&str> = text.lines().nth(1).unwrap().split_whitespace().collect();
        let shown = &row[row.len() - 9..];
        let expected =
            ["20.000", "10.000", "30.000", "10.000", "10.000", "10.000", "2.000", "1.000", "3.000"];
        assert_eq!(shown, expected);
        assert!(!text.contains("database"), "rows without a value are left out: {text}");
    }
}
