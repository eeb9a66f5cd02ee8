//! The options: the parts to measure, and how long.

use super::store::Store;
use clap::Args;
use std::path::PathBuf;

/// Connections that the load generator keeps open where each sends as soon as it has its response.
pub(super) const CONNECTIONS: usize = 64;
/// Connections where requests come at a rate: so many that requests wait for the service and not for a connection.
pub(super) const OPEN_CONNECTIONS: usize = 256;
/// How long to measure.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Rounds through all parts; the table shows the least, the median and the greatest value.
    #[arg(long, default_value_t = 7, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub(super) rounds: u32,
    /// About how long each part of a round takes.
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u32).range(1..=60))]
    pub(super) seconds: u32,
    /// Only over these stores.
    #[arg(long, value_name = "STORE", value_enum, value_delimiter = ',')]
    pub(super) stores: Vec<Store>,
    /// Only these parts, of those that a round has.
    #[arg(long, value_name = "PART", value_enum, value_delimiter = ',')]
    pub(super) parts: Vec<Part>,
    /// Measures a store with so many users, live tokens and templates in it against an empty one, and nothing
    /// else. Filling it takes minutes and 3 GB.
    #[arg(long)]
    pub(super) scale: bool,
    /// Users in the full store.
    #[arg(long, default_value_t = Size::FULL.users, requires = "scale")]
    pub(super) users: u64,
    /// Live tokens in the full store.
    #[arg(long, default_value_t = Size::FULL.tokens, requires = "scale")]
    pub(super) tokens: u64,
    /// Templates in the full store.
    #[arg(long, default_value_t = Size::FULL.templates, requires = "scale")]
    pub(super) templates: u64,
    /// Measures this binary in place of one built now: to compare two versions.
    #[arg(long, value_name = "FILE")]
    pub(super) binary: Option<PathBuf>,
    /// Compares the binary with this one, in turn: 64 connections, over SQLite, PostgreSQL, and two services over one
    /// PostgreSQL. With `--scale` both stores are full.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["parts", "commit"])]
    pub(super) against: Option<PathBuf>,
    /// Writes the figures, with every round's value, to this file too.
    #[arg(long, value_name = "FILE")]
    pub(super) json: Option<PathBuf>,
    /// Writes them to docs/figures.json, which later runs compare themselves with. A run of other parts keeps
    /// what is there of these.
    #[arg(long)]
    pub(super) commit: bool,
    /// Only makes so many calls through the SDK, in this process.
    #[arg(long, hide = true, requires = "sandbox", default_value_t = 0)]
    pub(super) calls: usize,
    /// The sandbox to call.
    #[arg(long, hide = true)]
    pub(super) sandbox: Option<PathBuf>,
}

/// The parts of a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Part {
    /// The service on a core of its own, over each store.
    Service,
    /// Queries, lists and confirmations.
    Calls,
    /// Service and callers on the same two cores.
    Shared,
    /// Twice as much as it can do.
    Overload,
    /// The SDK, and wxpay-rs.
    Sdk,
    /// The service's allocations.
    Allocations,
    /// Starting.
    Start,
}

impl Part {
    /// In the order of a round.
    pub(crate) const ALL: [Self; 7] =
        [Self::Service, Self::Calls, Self::Shared, Self::Overload, Self::Sdk, Self::Allocations, Self::Start];
}

/// The size of a store.
#[derive(Debug, Clone, Copy)]
pub(super) struct Size {
    pub(super) users: u64,
    pub(super) tokens: u64,
    pub(super) templates: u64,
}

impl Size {
    pub(super) const FULL: Self = Self { users: 10_000_000, tokens: 1_000_000, templates: 10_000 };
}
