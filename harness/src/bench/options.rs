//! Options of the benchmark: the parts to measure, and the time for each.

use super::store::Store;
use crate::tested::Tested;
use clap::Args;
use std::path::PathBuf;

/// Connections of a closed loop, where each sends its next request as soon as it has the response.
pub(super) const CONNECTIONS: usize = 64;
/// Connections of an open loop, where requests come at a rate: enough that requests wait for the service and not for a
/// connection.
pub(super) const OPEN_CONNECTIONS: usize = 256;
/// The parts to measure, the time for each, and the files to write.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Rounds through all parts; the table shows the least, the median and the greatest value.
    #[arg(long, default_value_t = 7, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub(super) rounds: u32,
    /// About how many seconds each part of a round takes.
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u32).range(1..=60))]
    pub(super) seconds: u32,
    /// Measures only over these stores.
    #[arg(long, value_name = "STORE", value_enum, value_delimiter = ',')]
    pub(super) stores: Vec<Store>,
    /// Measures only these parts of a round.
    #[arg(long, value_name = "PART", value_enum, value_delimiter = ',')]
    pub(super) parts: Vec<Part>,
    /// Compares a store that holds this many users, live tokens and templates with an empty one, and measures nothing
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
    #[command(flatten)]
    pub(super) tested: Tested,
    /// Compares the binary with this one, alternately: 64 connections, over SQLite, PostgreSQL, and two services over
    /// one PostgreSQL. With `--scale` both stores are full.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["parts", "commit"])]
    pub(super) against: Option<PathBuf>,
    /// Also writes the figures, with every round's value, to this file.
    #[arg(long, value_name = "FILE")]
    pub(super) json: Option<PathBuf>,
    /// Writes the figures to docs/figures.json, with which later runs compare theirs. The file's figures of parts that
    /// this run leaves out stay.
    #[arg(long)]
    pub(super) commit: bool,
    /// Sends this many requests through the SDK, in this process, and does nothing else.
    #[arg(long, hide = true, requires = "sandbox", default_value_t = 0)]
    pub(super) calls: usize,
    /// The folder of the sandbox to send them to.
    #[arg(long, hide = true)]
    pub(super) sandbox: Option<PathBuf>,
}

/// The parts of a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Part {
    /// The service alone on one core, over each store.
    Service,
    /// Queries, lists and confirmations.
    Calls,
    /// Service and load generator on the same two cores.
    Shared,
    /// Overload: twice the rate that the service can serve.
    Overload,
    /// The SDK and wxpay-rs.
    Sdk,
    /// The service's allocations.
    Allocations,
    /// The request log: CPU and allocations for a token with it and without.
    RequestLog,
    /// The start of the service.
    Start,
    /// The console's first page, in Chromium.
    Console,
}

impl Part {
    /// All parts, in the order of a round.
    pub(crate) const ALL: [Self; 9] = [
        Self::Service,
        Self::Calls,
        Self::Shared,
        Self::Overload,
        Self::Sdk,
        Self::Allocations,
        Self::RequestLog,
        Self::Start,
        Self::Console,
    ];
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
