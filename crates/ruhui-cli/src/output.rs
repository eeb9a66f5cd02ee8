//! Printing: aligned pairs for people, JSON for programs.

use std::io::Write as _;

/// Prints names and values in two columns.
pub(crate) fn pairs(pairs: &[(&str, &str)]) {
    let width = pairs.iter().map(|(name, _)| columns(name)).max().unwrap_or(0);
    for (name, value) in pairs {
        let padding = " ".repeat(width - columns(name));
        line(&format!("  {name}{padding}  {value}"));
    }
}

/// Chinese characters take two columns of a terminal.
fn columns(text: &str) -> usize {
    text.chars().map(|c| if c > '\u{2E7F}' { 2 } else { 1 }).sum()
}

/// Prints JSON, indented.
pub(crate) fn json(value: &serde_json::Value) {
    line(&format!("{value:#}"));
}

/// Prints a line. A reader that has gone (`| head`) is no error.
pub(crate) fn line(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// Prints bytes as they are, and a line end if they have none.
pub(crate) fn bytes(bytes: &[u8]) {
    let mut stdout = std::io::stdout();
    let _ = stdout.write_all(bytes);
    if !bytes.ends_with(b"\n") {
        let _ = stdout.write_all(b"\n");
    }
}
