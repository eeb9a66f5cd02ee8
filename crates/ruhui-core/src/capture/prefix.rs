//! Removes the prefix that loggers put in front of each line.

use super::{lines, start};
use memchr::memmem;

/// Returns the lines of a log without their prefix, from the first start line on. `None` if no line has a
/// start line after a prefix, or if the line after it is not a header.
pub(super) fn strip(text: &[u8]) -> Option<Vec<u8>> {
    let mut at = 0;
    for line in lines::with_ends(text) {
        let content = lines::bare(line);
        if let Some(begin) = find_start(content) {
            let prefix = Prefix::new(&content[..begin]);
            let clear: Vec<u8> =
                lines::with_ends(&text[at..]).flat_map(|line| prefix.off(line)).copied().collect();
            let after = lines::with_ends(&clear).nth(1)?;
            let has_headers = lines::header(after.trim_ascii()).is_some();
            return has_headers.then_some(clear);
        }
        at += line.len();
    }
    None
}

/// Largest length of a prefix that is searched. Loggers write shorter ones.
const LONGEST: usize = 400;

/// Returns the position of a start line inside a line.
fn find_start(line: &[u8]) -> Option<usize> {
    const LONGEST_LINE: usize = 16 << 10;
    if line.len() > LONGEST_LINE || memmem::find(line, b"HTTP/").is_none() {
        return None;
    }
    ["POST ", "GET ", "PUT ", "PATCH ", "DELETE ", "HTTP/1.", "HTTP/2"].into_iter().find_map(|word| {
        let head = &line[..line.len().min(LONGEST + word.len())];
        let at = memmem::find(head, word.as_bytes()).filter(|at| *at > 0)?;
        start::is_start(&line[at..]).then_some(at)
    })
}

/// Prefix of a line of a log. Other lines have the same prefix with other digits.
pub(super) struct Prefix<'a> {
    sample: &'a [u8],
    /// Prefix without its final blanks, as it is in front of an empty line.
    short: &'a [u8],
    /// Text after the prefix's last digit, which stays the same if numbers have other widths; `None` if it is
    /// too short to recognize a prefix.
    tail: Option<memmem::Finder<'a>>,
}

impl<'a> Prefix<'a> {
    pub(super) fn new(sample: &'a [u8]) -> Self {
        const SHORTEST_TAIL: usize = 6;
        let tail = sample.iter().rposition(u8::is_ascii_digit).map_or(sample, |at| &sample[at + 1..]);
        let tail = (tail.len() >= SHORTEST_TAIL).then(|| memmem::Finder::new(tail));
        Self { sample, short: sample.trim_ascii_end(), tail }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.sample.is_empty()
    }

    /// Returns the line without the prefix, or the whole line if it has no prefix.
    pub(super) fn off<'b>(&self, line: &'b [u8]) -> &'b [u8] {
        self.after(line).unwrap_or(line)
    }

    /// Returns the rest of the line after the prefix; `None` if the line has no prefix.
    pub(super) fn after<'b>(&self, line: &'b [u8]) -> Option<&'b [u8]> {
        let same = |(a, b): (&u8, &u8)| a == b || (a.is_ascii_digit() && b.is_ascii_digit());
        if line.len() >= self.sample.len() && self.sample.iter().zip(line).all(same) {
            return Some(&line[self.sample.len()..]);
        }
        let bare = lines::bare(line);
        if !self.short.is_empty() && bare.len() == self.short.len() && self.short.iter().zip(bare).all(same) {
            return Some(&line[bare.len()..]);
        }
        let tail = self.tail.as_ref().filter(|tail| tail.needle().len() <= line.len())?;
        let at = tail.find(&line[..line.len().min(self.sample.len() + 32)])?;
        Some(&line[at + tail.needle().len()..])
    }
}
