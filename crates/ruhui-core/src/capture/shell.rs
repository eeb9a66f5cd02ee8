//! Splits a command into words as shells do.

use super::NotHttp;

/// Word of a command, and the variables in it that the shell would expand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) text: String,
    /// `$NAME`, `${NAME}` and `$(...)`, as written.
    pub(super) variables: Vec<String>,
}

/// Returns the words of the first command of a text, as `sh` splits them. Carets of the Windows prompt and
/// backticks at line ends of PowerShell also work as in their shells.
///
/// # Errors
///
/// [`NotHttp::UnclosedQuote`] if a quote is not closed.
pub(super) fn words(text: &str) -> Result<Vec<Word>, NotHttp> {
    let text = if is_of_prompt(text) { without_carets(text) } else { text.to_owned() };
    let mut reader = Reader { rest: text.chars().peekable(), words: Vec::new(), word: None };
    reader.read()?;
    Ok(reader.words)
}

/// Returns whether the command was copied for the Windows prompt.
fn is_of_prompt(text: &str) -> bool {
    text.contains("^\"") || text.contains("^\n") || text.contains("^\r\n")
}

/// Removes the carets of the Windows prompt. A caret escapes the next character. At the end of a line it
/// joins the next line, and an empty line after it stands for a line end.
fn without_carets(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let mut clear = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        if c != '^' {
            clear.push(c);
            continue;
        }
        match rest.next() {
            Some('\n') if rest.peek() == Some(&'\n') => clear.extend(rest.next()),
            Some('\n') | None => {}
            Some(other) => clear.push(other),
        }
    }
    clear
}

struct Reader<I: Iterator<Item = char>> {
    rest: std::iter::Peekable<I>,
    words: Vec<Word>,
    word: Option<Word>,
}

impl<I: Iterator<Item = char>> Reader<I> {
    fn read(&mut self) -> Result<(), NotHttp> {
        while let Some(c) = self.rest.next() {
            match c {
                ' ' | '\t' | '\r' => self.end_word(),
                '\n' | ';' | '|' | '>' | '<' => break,
                '&' if self.rest.peek().is_none_or(|next| *next == '&' || next.is_whitespace()) => break,
                '#' if self.word.is_none() => break,
                '\'' => self.single()?,
                '"' => self.double()?,
                '$' if self.rest.peek() == Some(&'\'') => {
                    self.rest.next();
                    self.ansi()?;
                }
                '$' => self.variable(),
                '\\' | '`' => self.escaped(c),
                c => self.push(c),
            }
        }
        self.end_word();
        Ok(())
    }

    fn word(&mut self) -> &mut Word {
        self.word.get_or_insert_default()
    }

    fn push(&mut self, c: char) {
        self.word().text.push(c);
    }

    fn end_word(&mut self) {
        self.words.extend(self.word.take());
    }

    /// Reads the character after a backslash or a backtick: a line end is dropped, and any other character stands
    /// for itself. A backtick in front of another character is kept.
    fn escaped(&mut self, sign: char) {
        let mut next = self.rest.next();
        if next == Some('\r') && self.rest.peek() == Some(&'\n') {
            next = self.rest.next();
        }
        match next {
            Some('\n') | None => {}
            Some(c) if sign == '\\' => self.push(c),
            Some(c) => {
                self.push(sign);
                self.push(c);
            }
        }
    }

    fn single(&mut self) -> Result<(), NotHttp> {
        self.word();
        loop {
            match self.rest.next().ok_or(NotHttp::UnclosedQuote)? {
                '\'' => return Ok(()),
                c => self.push(c),
            }
        }
    }

    fn double(&mut self) -> Result<(), NotHttp> {
        self.word();
        loop {
            match self.rest.next().ok_or(NotHttp::UnclosedQuote)? {
                '"' => return Ok(()),
                '$' => self.variable(),
                '\\' => match self.rest.next().ok_or(NotHttp::UnclosedQuote)? {
                    '\n' => {}
                    c @ ('"' | '\\' | '$' | '`') => self.push(c),
                    c => {
                        self.push('\\');
                        self.push(c);
                    }
                },
                c => self.push(c),
            }
        }
    }

    /// Reads `$'...'`, in which browsers write the characters that single quotes cannot contain.
    fn ansi(&mut self) -> Result<(), NotHttp> {
        self.word();
        loop {
            match self.rest.next().ok_or(NotHttp::UnclosedQuote)? {
                '\'' => return Ok(()),
                '\\' => {
                    let c = self.rest.next().ok_or(NotHttp::UnclosedQuote)?;
                    let c = match c {
                        'n' => '\n',
                        'r' => '\r',
                        't' => '\t',
                        'x' => self.code(2),
                        'u' => self.code(4),
                        'U' => self.code(8),
                        c => c,
                    };
                    self.push(c);
                }
                c => self.push(c),
            }
        }
    }

    /// Returns the character of a hexadecimal code. A high surrogate also reads the low surrogate after it.
    fn code(&mut self, digits: usize) -> char {
        let high = self.number(digits);
        if (0xD800..0xDC00).contains(&high) && self.rest.peek() == Some(&'\\') {
            self.rest.next();
            self.rest.next();
            let low = self.number(4);
            let code = 0x1_0000 + ((high - 0xD800) << 10) + (low & 0x3FF);
            return char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
        }
        char::from_u32(high).unwrap_or(char::REPLACEMENT_CHARACTER)
    }

    fn number(&mut self, digits: usize) -> u32 {
        let mut number = 0;
        for _ in 0..digits {
            let Some(digit) = self.rest.peek().and_then(|c| c.to_digit(16)) else {
                break;
            };
            number = number * 16 + digit;
            self.rest.next();
        }
        number
    }

    /// Reads a dollar: a variable that the shell expands, or a plain dollar.
    fn variable(&mut self) {
        let mut name = String::from("$");
        match self.rest.peek() {
            Some(open @ ('{' | '(')) => {
                let close = if *open == '{' { '}' } else { ')' };
                for c in self.rest.by_ref() {
                    name.push(c);
                    if c == close {
                        break;
                    }
                }
            }
            _ => {
                while let Some(c) = self.rest.next_if(|c| c.is_ascii_alphanumeric() || *c == '_') {
                    name.push(c);
                }
            }
        }
        self.word().text.push_str(&name);
        if name.len() > 1 {
            self.word().variables.push(name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<String> {
        words(text).unwrap().into_iter().map(|word| word.text).collect()
    }

    #[test]
    fn words_are_those_of_sh() {
        for (text, want) in [
            ("a  b\tc", vec!["a", "b", "c"]),
            ("a'b c'\"d \\\" \\n e\"f", vec!["ab cd \" \\n ef"]),
            ("a \\\n  b", vec!["a", "b"]),
            ("a \\\r\n  b", vec!["a", "b"]),
            ("a `\n  b", vec!["a", "b"]),
            ("a\\ b '' c", vec!["a b", "", "c"]),
            ("$'a\\n\\'\\u4f1a\\x21\\ud83d\\ude00'", vec!["a\n'会!😀"]),
            ("a | b", vec!["a"]),
            ("a > b", vec!["a"]),
            ("a && b", vec!["a"]),
            ("a?x=1&y=2 b", vec!["a?x=1&y=2", "b"]),
            ("a ^\n  -H ^\"b: ^\\^\"c^\\^\"^\"", vec!["a", "-H", "b: \"c\""]),
        ] {
            assert_eq!(texts(text), want, "{text}");
        }
        for text in ["a 'b", "a \"b", "a $'b", "a \"b\\"] {
            assert_eq!(words(text), Err(NotHttp::UnclosedQuote), "{text}");
        }
    }

    #[test]
    fn what_the_shell_fills_in_is_noticed() {
        let words = words("\"Bearer $TOKEN ${a} $(cat b)\" '$c' $d 5$").unwrap();
        assert_eq!(words[0].variables, ["$TOKEN", "${a}", "$(cat b)"]);
        assert!(words[1].variables.is_empty());
        assert_eq!(words[2].variables, ["$d"]);
        assert!(words[3].variables.is_empty());
    }
}
