//! The figures of a run, and the goals for them.

use super::store::Store;
use std::fmt;

/// One figure.
#[derive(Debug)]
pub(super) struct Row {
    /// Name for programs.
    pub(super) key: &'static str,
    /// Name for people. If each store has the figure, the store's name precedes it.
    pub(super) what: &'static str,
    pub(super) unit: &'static str,
    pub(super) goal: Goal,
}

/// The value that the median must reach.
#[derive(Debug, Clone, Copy)]
pub(super) enum Goal {
    None,
    AtLeast(f64),
    AtMost(f64),
    /// At least this value, for each of these stores.
    OfStores(&'static [(Store, f64)]),
}

impl Goal {
    pub(super) fn is_reached(self, median: f64) -> bool {
        match self {
            Self::None | Self::OfStores(_) => true,
            Self::AtLeast(floor) => median >= floor,
            Self::AtMost(ceiling) => median <= ceiling,
        }
    }
}

impl fmt::Display for Goal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None | Self::OfStores(_) => Ok(()),
            Self::AtLeast(floor) => write!(f, "≥ {floor}"),
            Self::AtMost(ceiling) => write!(f, "≤ {ceiling}"),
        }
    }
}

macro_rules! rows {
    ($($name:ident: $what:literal, $unit:literal, $goal:expr;)*) => {
        $(pub(super) static $name: Row =
            Row { key: stringify!($name), what: $what, unit: $unit, goal: $goal };)*
    };
}

/// RSA's share of the service's own processor time.
const SHARES: &[(Store, f64)] = &[(Store::Sqlite, 0.86), (Store::Postgres, 0.80), (Store::Memory, 0.93)];

rows! {
    VERIFY: "RSA-2048: one verification", "µs", Goal::None;
    SIGN: "RSA-2048: one signature", "µs", Goal::None;
    LIMIT: "RSA-2048: 1 / (verify + sign)", "1/s", Goal::None;

    // Figures of each store.
    RATE: "one core: tokens at saturation", "1/s", Goal::None;
    CPU: "one core: the service's CPU for a token", "µs", Goal::None;
    SHARE: "one core: RSA's share of that CPU", "", Goal::OfStores(SHARES);
    RATIO: "one core: tokens against the limit", "", Goal::OfStores(&[(Store::Sqlite, 0.84)]);
    DATABASE_CPU: "one core: the database's own CPU for a token", "µs", Goal::None;
    HALF_P50: "one core, at 50 %: p50", "ms", Goal::None;
    HALF_P99: "one core, at 50 %: p99", "ms", Goal::None;
    HALF_P999: "one core, at 50 %: p999 of all rounds together", "ms", Goal::None;
    NINE_TENTHS_P50: "one core, at 90 %: p50", "ms", Goal::None;
    NINE_TENTHS_P99: "one core, at 90 %: p99", "ms", Goal::None;
    NINE_TENTHS_P999: "one core, at 90 %: p999 of all rounds together", "ms", Goal::None;
    ALLOCATIONS: "allocations for a token", "", Goal::None;

    QUERY_RATE: "SQLite, one core: queries of a card", "1/s", Goal::None;
    QUERY_RATIO: "SQLite, one core: queries against tokens", "", Goal::None;
    LIST_RATE: "SQLite, one core: lists of a user's cards", "1/s", Goal::None;
    LIST_RATIO: "SQLite, one core: lists against tokens", "", Goal::None;
    CONFIRM_RATE: "SQLite, one core: confirmations", "1/s", Goal::None;
    CONFIRM_RATIO: "SQLite, one core: confirmations against tokens", "", Goal::None;

    SHARED_RATE: "SQLite, service and callers on the same two cores: tokens", "1/s", Goal::None;
    THIRD_P50: "latency at a third of that: p50", "ms", Goal::None;
    THIRD_P99: "latency at a third of that: p99", "ms", Goal::None;
    THIRD_P50_SIGNS: "latency at a third of that: p50 in signatures", "", Goal::AtMost(3.0);
    THIRD_P99_SIGNS: "latency at a third of that: p99 in signatures", "", Goal::AtMost(12.0);
    TWO_THIRDS_P50: "latency at two thirds of that: p50", "ms", Goal::None;
    TWO_THIRDS_P99: "latency at two thirds of that: p99", "ms", Goal::None;
    TWO_THIRDS_P50_SIGNS: "latency at two thirds of that: p50 in signatures", "", Goal::None;
    TWO_THIRDS_P99_SIGNS: "latency at two thirds of that: p99 in signatures", "", Goal::None;
    SENDER_CPU: "the load generator's CPU for a request", "µs", Goal::None;

    GOODPUT: "overload at 2 × saturation: tokens against saturation", "", Goal::AtLeast(0.85);
    SHED: "overload at 2 × saturation: share answered 500", "", Goal::None;
    UNANSWERED: "overload at 2 × saturation: share with no response", "", Goal::None;
    SHED_P99: "overload at 2 × saturation: p99 of the 500s", "ms", Goal::None;
    SERVED_P99: "overload at 2 × saturation: p99 of the tokens", "ms", Goal::None;
    BEFORE_P99: "overload: p99 in the second before, at 50 %", "ms", Goal::None;
    AFTER_P99: "overload: p99 in the second after, at 50 %", "ms", Goal::None;
    AFTER_OK: "overload: share served in the second after", "", Goal::AtLeast(0.99);

    SDK_RATE: "SDK, 32 calls in flight: calls", "1/s", Goal::None;
    SDK_CPU: "SDK, 32 calls in flight: CPU for a call", "µs", Goal::None;
    SDK_SHARE: "SDK, 32 calls in flight: RSA's share of that CPU", "", Goal::AtLeast(0.93);
    WXPAY_RATE: "wxpay-rs, 32 calls in flight: calls", "1/s", Goal::None;
    WXPAY_CPU: "wxpay-rs, 32 calls in flight: CPU for a call", "µs", Goal::None;
    WXPAY_SHARE: "wxpay-rs, 32 calls in flight: RSA's share of that CPU", "", Goal::None;
    SDK_AGAINST_WXPAY: "SDK's CPU for a call against wxpay-rs's", "", Goal::AtMost(1.0);

    COLD_READY: "sandbox on an empty folder: ready", "ms", Goal::None;
    COLD_TOKEN: "sandbox on an empty folder: first token", "ms", Goal::None;
    WARM_READY: "sandbox started again: ready", "ms", Goal::None;
    WARM_TOKEN: "sandbox started again: first token", "ms", Goal::None;
    RESET: "sandbox with 100 cards: reset", "ms", Goal::None;
    RESET_RATIO: "sandbox: reset against a second start", "", Goal::AtMost(2.0);
    TEST_START: "sandbox inside a test: the first `Sandbox::start()` of a process", "ms", Goal::None;
    TEST_START_RATIO: "sandbox: that start against a second start of the binary", "", Goal::AtMost(1.0);
    BINARY: "the binary", "MB", Goal::None;

    CONSOLE_SIZE: "console: first page with style, script and icon, as transferred", "kB", Goal::AtMost(150.0);
    CONSOLE_PAINT: "console: first paint of the first page", "ms", Goal::None;
    EMPTY_PAINT: "console: first paint of an empty page of the same listener", "ms", Goal::None;
    CONSOLE_PAINT_RATIO: "console: first paint against that of an empty page", "", Goal::AtMost(2.0);
    CONSOLE_SHIFT: "console: layout shift of the first page", "", Goal::AtMost(0.0);

    LOG_CPU: "memory, one core, request log on: CPU for a token", "µs", Goal::None;
    NO_LOG_CPU: "memory, one core, request log off: CPU for a token", "µs", Goal::None;
    LOG_CPU_RATIO: "CPU for a token: request log on against off", "", Goal::AtMost(1.015);
    LOG_ALLOCATIONS: "memory, request log on: allocations for a token", "", Goal::None;
    NO_LOG_ALLOCATIONS: "memory, request log off: allocations for a token", "", Goal::None;
    LOG_ALLOCATIONS_RATIO: "allocations for a token: request log on against off", "", Goal::AtMost(1.015);

    EMPTY_CPU: "one core, empty store: CPU for a token", "µs", Goal::None;
    FULL_CPU: "one core, full store: CPU for a token", "µs", Goal::None;
    SCALE: "one core: full against empty", "", Goal::AtMost(1.2);
    EMPTY_RATE: "one core, empty store: tokens", "1/s", Goal::None;
    FULL_RATE: "one core, full store: tokens", "1/s", Goal::None;
    EMPTY_DATABASE_CPU: "empty store: the database's own CPU for a token", "µs", Goal::None;
    FULL_DATABASE_CPU: "full store: the database's own CPU for a token", "µs", Goal::None;
    EMPTY_MEMORY: "empty store: the service's memory (RSS)", "MB", Goal::None;
    FULL_MEMORY: "full store: the service's memory (RSS)", "MB", Goal::None;
    FULL_READY: "full store: ready after", "ms", Goal::None;
    FULL_SIZE: "full store: the file", "MB", Goal::None;
}
