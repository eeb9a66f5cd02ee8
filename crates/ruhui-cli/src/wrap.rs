//! Lines of at most a number of columns, in both languages. Chinese has no blanks between words.

use textwrap::core::{Word, display_width};
use textwrap::{Options, WordSeparator, WordSplitter};

/// Breaks a text into lines of `width` columns. A line is broken at blanks and next to each wide character, except
/// before a closing and after an opening punctuation mark.
pub(crate) fn wrapped(text: &str, width: usize) -> String {
    let options = Options::new(width).word_splitter(WordSplitter::NoHyphenation);
    textwrap::fill(text, options.word_separator(WordSeparator::Custom(pieces)))
}

/// Breaks a text into lines of `width` columns, and begins each line with `indent` blanks, which count as columns.
pub(crate) fn indented(text: &str, indent: usize, width: usize) -> String {
    let blanks = " ".repeat(indent);
    wrapped(text, width - indent).lines().map(|line| format!("{blanks}{line}\n")).collect()
}

/// Splits a line at the positions where it may be broken.
fn pieces(line: &str) -> Box<dyn Iterator<Item = Word<'_>> + '_> {
    let is_wide = |c: char| !c.is_ascii() && display_width(c.encode_utf8(&mut [0; 4])) == 2;
    let mut ends: Vec<usize> = line
        .char_indices()
        .zip(line.chars().skip(1))
        .filter(|((_, this), next)| match (this, next) {
            (_, ' ' | '，' | '。' | '；' | '：' | '、' | '）' | '」' | '？') => false,
            (' ', _) => true,
            ('（' | '「', _) => false,
            (this, next) => is_wide(*this) || is_wide(*next),
        })
        .map(|((at, this), _)| at + this.len_utf8())
        .collect();
    ends.push(line.len());
    let mut start = 0;
    Box::new(ends.into_iter().map(move |end| Word::from(&line[std::mem::replace(&mut start, end)..end])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_lines_are_broken_between_characters_and_around_marks() {
        let text = "须为 `own`（自身）、`now`。";
        assert_eq!(wrapped(text, 80), text);
        assert_eq!(wrapped(text, 12), "须为 `own`\n（自身）、\n`now`。");
    }

    #[test]
    fn an_indent_counts_as_columns() {
        assert_eq!(indented("one two three", 2, 9), "  one two\n  three\n");
    }
}
