//! Printing of results: aligned columns for people, JSON for programs.
//!
//! A reader that closed the pipe (`| head`) is not an error; a full disk is one.

pub(crate) use ruhui_core::capture::shell_word as quoted;

use std::io::{self, ErrorKind, Write as _};
use std::path::Path;

/// Prints names and values in two columns.
pub(crate) fn pairs(pairs: &[(&str, &str)]) -> io::Result<()> {
    line(&columns_of(pairs))
}

/// Formats names and values in two columns, one pair on each line.
pub(crate) fn columns_of(pairs: &[(&str, &str)]) -> String {
    let width = pairs.iter().map(|(name, _)| columns(name)).max().unwrap_or(0);
    let lines = pairs.iter().map(|(name, value)| {
        let padding = " ".repeat(width - columns(name));
        format!("  {name}{padding}  {value}")
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Returns the width of a text in columns of a terminal. A Chinese character takes two.
pub(crate) fn columns(text: &str) -> usize {
    text.chars().map(|c| if c > '\u{2E7F}' { 2 } else { 1 }).sum()
}

/// Escapes control characters: a text that a program sent must not control the terminal.
pub(crate) fn printable(text: &str) -> String {
    text.chars().flat_map(|c| if c.is_control() { c.escape_default().collect() } else { vec![c] }).collect()
}

/// Prints JSON, indented.
pub(crate) fn json(value: &serde_json::Value) -> io::Result<()> {
    line(&format!("{value:#}"))
}

/// Prints one or several lines.
pub(crate) fn line(text: &str) -> io::Result<()> {
    bytes(format!("{text}\n").as_bytes())
}

/// Prints bytes unchanged, and adds a line end if they have none.
pub(crate) fn lines(text: &[u8]) -> io::Result<()> {
    bytes(text)?;
    if text.ends_with(b"\n") { Ok(()) } else { bytes(b"\n") }
}

/// Prints bytes unchanged.
pub(crate) fn bytes(bytes: &[u8]) -> io::Result<()> {
    let mut stdout = io::stdout();
    match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error),
        _ => Ok(()),
    }
}

/// Returns the path as a user in this folder would type it.
pub(crate) fn near(path: &Path) -> String {
    let here = std::env::current_dir().ok();
    match here.and_then(|here| path.strip_prefix(here).ok().map(Path::to_owned)) {
        Some(relative) if relative == Path::new("") => ".".to_owned(),
        Some(relative) => format!("./{}", relative.display()),
        None => path.display().to_string(),
    }
}
