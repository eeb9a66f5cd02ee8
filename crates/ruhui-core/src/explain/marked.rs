//! Two messages next to each other, line by line, with their differences and invisible characters marked.
//!
//! A page or a terminal can show the rows as they are. Long parts that are equal are left out, so that a body
//! of a megabyte gives a few rows.

mod unit;

use serde::Serialize;
use similar::{Algorithm, DiffOp, capture_diff_slices};
use std::ops::Range;
use unit::{Unit, units};

/// Row of two messages next to each other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum Row {
    /// A line of each message; `None` where a message has no line.
    #[non_exhaustive]
    Lines {
        /// Line of the caller's message.
        you: Option<Vec<Piece>>,
        /// Line of the service's message.
        service: Option<Vec<Piece>>,
    },
    /// Lines that are left out.
    #[non_exhaustive]
    LeftOut {
        /// Number of lines.
        lines_left_out: usize,
    },
}

/// Piece of a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Piece {
    /// Content of the piece.
    #[serde(flatten)]
    pub content: Content,
    /// Whether the other line does not have the piece.
    pub differs: bool,
}

/// Content of a piece of a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Content {
    /// Characters as they are.
    Text(String),
    /// Sign for characters that are not visible, such as `⏎` for a line feed, or for a byte that is not UTF-8.
    Invisible(String),
    /// Number of characters that are left out.
    LeftOut(usize),
}

/// Largest number of characters of two lines between their equal ends that are compared one by one: the time
/// grows with the square.
const COMPARED: usize = 2_000;
/// Largest number of lines between the equal ends of the messages that are compared with each other.
const COMPARED_LINES: usize = 1_000;
/// Number of characters kept at each end of a long part of a line.
const KEPT: usize = 120;
/// Number of equal rows kept next to a row that differs.
const CONTEXT: usize = 3;
/// Largest number of rows.
const ROWS: usize = 120;

/// Returns the rows of two messages.
pub(super) fn rows(you: &[u8], service: &[u8]) -> Vec<Row> {
    let (yours, services) = (lines(you), lines(service));
    let mut pairs = Vec::new();
    for run in runs(&yours, &services, COMPARED_LINES) {
        let (mut yours, mut services) = (yours[run.you].iter(), services[run.service].iter());
        loop {
            match (yours.next(), services.next()) {
                (None, None) => break,
                (you, service) => pairs.push((you.copied(), service.copied())),
            }
        }
    }
    shortened(&pairs)
}

/// Splits a message behind each line feed.
fn lines(message: &[u8]) -> Vec<&[u8]> {
    message.split_inclusive(|byte| *byte == b'\n').collect()
}

type Pair<'a> = (Option<&'a [u8]>, Option<&'a [u8]>);

/// Leaves out equal rows that are far from a difference, and rows beyond the largest number.
fn shortened(pairs: &[Pair<'_>]) -> Vec<Row> {
    let is_near = |at: usize| {
        let near = &pairs[at.saturating_sub(CONTEXT)..pairs.len().min(at + CONTEXT + 1)];
        // The first four lines are short and say what the fifth belongs to.
        at < 4 || near.iter().any(|(you, service)| you != service)
    };
    let mut rows = Vec::new();
    let mut left_out = 0;
    for (at, (you, service)) in pairs.iter().enumerate() {
        if rows.len() >= ROWS || !is_near(at) {
            left_out += 1;
            continue;
        }
        rows.extend(take_left_out(&mut left_out));
        rows.push(row(*you, *service));
    }
    rows.extend(take_left_out(&mut left_out));
    rows
}

fn take_left_out(left_out: &mut usize) -> Option<Row> {
    let lines_left_out = std::mem::take(left_out);
    (lines_left_out > 0).then_some(Row::LeftOut { lines_left_out })
}

fn row(you: Option<&[u8]>, service: Option<&[u8]>) -> Row {
    let (Some(yours), Some(services)) = (you, service) else {
        let whole = |line: &[u8]| pieces(&units(line), true);
        return Row::Lines { you: you.map(whole), service: service.map(whole) };
    };
    let (yours, services) = (units(yours), units(services));
    let runs = runs(&yours, &services, COMPARED);
    let side = |units: &[Unit], range: fn(&Run) -> Range<usize>| {
        runs.iter().flat_map(|run| pieces(&units[range(run)], !run.is_equal)).collect()
    };
    Row::Lines {
        you: Some(side(&yours, |run| run.you.clone())),
        service: Some(side(&services, |run| run.service.clone())),
    }
}

/// Parts of two sequences that are equal, or that stand in place of each other.
#[derive(Debug)]
struct Run {
    you: Range<usize>,
    service: Range<usize>,
    is_equal: bool,
}

/// Divides two sequences into runs. Between their equal ends, at most `limit` members of each are compared.
fn runs<T: Eq + std::hash::Hash>(you: &[T], service: &[T], limit: usize) -> Vec<Run> {
    let shorter = you.len().min(service.len());
    let head = you.iter().zip(service).take_while(|(you, service)| you == service).count();
    let ends = you.iter().rev().zip(service.iter().rev());
    let tail = ends.take(shorter - head).take_while(|(you, service)| you == service).count();
    let (you_end, service_end) = (you.len() - tail, service.len() - tail);
    let mut runs = vec![Run { you: 0..head, service: 0..head, is_equal: true }];
    runs.extend(middle(you, head..you_end, service, head..service_end, limit));
    runs.push(Run { you: you_end..you.len(), service: service_end..service.len(), is_equal: true });
    runs.retain(|run| !run.you.is_empty() || !run.service.is_empty());
    runs
}

fn middle<T: Eq + std::hash::Hash>(
    you: &[T],
    yours: Range<usize>,
    service: &[T],
    services: Range<usize>,
    limit: usize,
) -> Vec<Run> {
    let whole = || vec![Run { you: yours.clone(), service: services.clone(), is_equal: false }];
    if yours.len() > limit || services.len() > limit {
        return whole();
    }
    let ops = capture_diff_slices(Algorithm::Myers, &you[yours.clone()], &service[services.clone()]);
    let equal: usize = ops.iter().filter(|op| is_equal(op)).map(|op| op.old_range().len()).sum();
    // Texts that have little in common, such as two nonces, share characters by chance only.
    if equal * 2 < yours.len().min(services.len()) {
        return whole();
    }
    let moved = |range: Range<usize>, by: usize| range.start + by..range.end + by;
    let run = |op: &DiffOp| Run {
        you: moved(op.old_range(), yours.start),
        service: moved(op.new_range(), services.start),
        is_equal: is_equal(op),
    };
    ops.iter().map(run).collect()
}

fn is_equal(op: &DiffOp) -> bool {
    matches!(op, DiffOp::Equal { .. })
}

/// Returns the pieces of a part of a line.
fn pieces(units: &[Unit], differs: bool) -> Vec<Piece> {
    let piece = |content| Piece { content, differs };
    if units.len() <= 2 * KEPT + 1 {
        return visible(units, differs).into_iter().map(piece).collect();
    }
    let (head, rest) = units.split_at(KEPT);
    let (middle, tail) = rest.split_at(rest.len() - KEPT);
    let left_out = std::iter::once(Content::LeftOut(middle.len()));
    visible(head, differs).into_iter().chain(left_out).chain(visible(tail, differs)).map(piece).collect()
}

/// Joins visible characters to texts, and replaces the others by signs. A blank is visible inside of a text
/// that is equal.
fn visible(units: &[Unit], differs: bool) -> Vec<Content> {
    let mut contents: Vec<Content> = Vec::new();
    for (at, unit) in units.iter().enumerate() {
        let is_last = units.get(at + 1).is_none_or(|next| *next == Unit::Character('\n'));
        match (unit.sign(differs || is_last), contents.last_mut()) {
            (Some(sign), Some(Content::Invisible(signs))) if signs.starts_with(&sign) && sign == "␣" => {
                signs.push_str(&sign);
            }
            (Some(sign), _) => contents.push(Content::Invisible(sign)),
            (None, Some(Content::Text(text))) => text.extend(unit.character()),
            (None, _) => contents.push(Content::Text(unit.character().into_iter().collect())),
        }
    }
    contents
}

#[cfg(test)]
mod tests;
