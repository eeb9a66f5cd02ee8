//! Format of the log on stderr.

use ruhui_core::env::Clock as _;
use ruhui_core::types::DateTime;
use ruhui_server::env::SystemClock;
use std::fmt;
use std::io::IsTerminal as _;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::FormatTime;

/// Writes times at +08:00, the offset of responses and of all other output, so that they can be compared.
struct BeijingTime;

impl FormatTime for BeijingTime {
    fn format_time(&self, writer: &mut Writer<'_>) -> fmt::Result {
        write!(writer, "{}", DateTime::milliseconds(SystemClock.now()))
    }
}

/// Starts the log on stderr, with the levels that `filter` allows.
pub(crate) fn start(filter: &str) {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_timer(BeijingTime)
        .with_env_filter(EnvFilter::new(filter))
        .init();
}
