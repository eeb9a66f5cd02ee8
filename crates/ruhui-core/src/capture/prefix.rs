//! Strips the prefix that loggers put in front of each line.

use super::{lines, raw, start};
use memchr::memmem;

/// The lines of a log without their prefix, from the first start line on. `None` if no line has a start line
/// after a prefix, or if the next line is not a header.
pub(super) fn strip(text: &[u8]) -> Option<Vec<u8>> {
    let mut at = 0;
    for line in lines::with_ends(text) {
        let content = lines::bare(line);
        if let Some(begin) = find_start(content) {
            let prefix = Prefix::new(&content[..begin]);
            let clear: Vec<u8> =
                lines::with_ends(&text[at..]).flat_map(|line| prefix.off(line)).copied().collect();
            let after = lines::with_ends(&clear).nth(1)?;
            let has_headers = raw::header(after.trim_ascii()).is_some();
            return has_headers.then_some(clear);
        }
        at += line.len();
    }
    None
}

/// The position at which a start line begins inside a line.
fn find_start(line: &[u8]) -> Option<usize> {
    const LONGEST: usize = 16 << 10;
    if line.len() > LONGEST || memmem::find(line, b"HTTP/").is_none() {
        return None;
    }
    ["POST ", "GET ", "PUT ", "PATCH ", "DELETE ", "HTTP/1.", "HTTP/2"].into_iter().find_map(|word| {
        let at = memmem::find(line, word.as_bytes()).filter(|at| *at > 0)?;
        start::is_start(&line[at..]).then_some(at)
    })
}

/// The text in front of a line of a log. Other lines have the same text, with other digits.
pub(super) struct Prefix<'a> {
    sample: &'a [u8],
}

impl<'a> Prefix<'a> {
    pub(super) fn new(sample: &'a [u8]) -> Self {
        Self { sample }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.sample.is_empty()
    }

    /// The line without the prefix; the whole line if it does not have it.
    pub(super) fn off<'b>(&self, line: &'b [u8]) -> &'b [u8] {
        self.after(line).unwrap_or(line)
    }

    /// The rest of the line after the prefix; `None` if the line does not have it.
    pub(super) fn after<'b>(&self, line: &'b [u8]) -> Option<&'b [u8]> {
        let same = |(a, b): (&u8, &u8)| a == b || (a.is_ascii_digit() && b.is_ascii_digit());
        if line.len() >= self.sample.len() && self.sample.iter().zip(line).all(same) {
            return Some(&line[self.sample.len()..]);
        }
        // A prefix without its last blank stands in front of an empty line.
        let short = self.sample.trim_ascii_end();
        let bare = lines::bare(line);
        if !short.is_empty() && bare.len() == short.len() && short.iter().zip(bare).all(same) {
            return Some(&line[bare.len()..]);
        }
        // The numbers may have other widths. The text after the last digit stays the same.
        let tail =
            self.sample.iter().rposition(u8::is_ascii_digit).map_or(self.sample, |at| &self.sample[at + 1..]);
        if tail.len() < 6 {
            return None;
        }
        memmem::find(&line[..line.len().min(self.sample.len() + 32)], tail).map(|at| &line[at + tail.len()..])
    }
}
