//! Reads and writes JSON as foreign libraries do, independent of the core's own reader and writer.

/// A JSON value. Objects keep the order of their members.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Json {
    /// A number, `true`, `false` or `null`, as written.
    Word(String),
    Text(String),
    List(Vec<Self>),
    Map(Vec<(String, Self)>),
}

/// A library's format of JSON.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Writer {
    pub(crate) indent: &'static str,
    pub(crate) line_end: &'static str,
    pub(crate) comma: &'static str,
    pub(crate) colon: &'static str,
    pub(crate) escape: fn(char) -> Option<String>,
}

fn hex(c: char, upper: bool) -> String {
    let mut units = [0; 2];
    let units = c.encode_utf16(&mut units).iter();
    units.map(|unit| if upper { format!("\\u{unit:04X}") } else { format!("\\u{unit:04x}") }).collect()
}

/// Format of `JSON.stringify`, Jackson, `json.dumps(…, ensure_ascii=False, separators=(",", ":"))`.
pub(crate) const PLAIN: Writer =
    Writer { indent: "", line_end: "\n", comma: ",", colon: ":", escape: |_| None };
/// Format of `json.dumps(…, ensure_ascii=False)`.
pub(crate) const PYTHON: Writer = Writer { comma: ", ", colon: ": ", ..PLAIN };
/// Format of `json.dumps(…)`.
pub(crate) const PYTHON_ASCII: Writer =
    Writer { escape: |c| (!c.is_ascii()).then(|| hex(c, false)), ..PYTHON };
pub(crate) const ASCII: Writer = Writer { escape: PYTHON_ASCII.escape, ..PLAIN };
/// Format of `JSON.stringify(…, null, 2)` and Gson's pretty printer.
pub(crate) const TWO: Writer = Writer { indent: "  ", colon: ": ", ..PLAIN };
/// Format of `JSON_PRETTY_PRINT` without its escapes, and `json.dumps(…, indent=4)`.
pub(crate) const FOUR: Writer = Writer { indent: "    ", ..TWO };
pub(crate) const TAB: Writer = Writer { indent: "\t", ..TWO };
/// Format of an editor on Windows.
pub(crate) const CRLF: Writer = Writer { line_end: "\r\n", ..TWO };
/// Format of `json_encode` in PHP.
pub(crate) const PHP: Writer = Writer {
    escape: |c| match c {
        '/' => Some("\\/".to_owned()),
        c if !c.is_ascii() => Some(hex(c, false)),
        _ => None,
    },
    ..PLAIN
};
/// Format of `json_encode(…, JSON_UNESCAPED_UNICODE)`.
pub(crate) const PHP_SLASHES: Writer = Writer { escape: |c| (c == '/').then(|| "\\/".to_owned()), ..PLAIN };
/// Format of Go's `json.Marshal`.
pub(crate) const GO: Writer =
    Writer { escape: |c| "<>&\u{2028}\u{2029}".contains(c).then(|| hex(c, false)), ..PLAIN };
/// Format of Gson with its defaults.
pub(crate) const GSON: Writer = Writer { escape: |c| "<>&='".contains(c).then(|| hex(c, false)), ..PLAIN };
/// Format of .NET's `System.Text.Json` with its defaults.
pub(crate) const DOT_NET: Writer =
    Writer { escape: |c| (!c.is_ascii() || "<>&'+`".contains(c)).then(|| hex(c, true)), ..PLAIN };

impl Writer {
    pub(crate) fn write(&self, json: &Json) -> String {
        let mut text = String::new();
        self.put(json, 0, &mut text);
        text
    }

    fn put(&self, json: &Json, depth: usize, text: &mut String) {
        let line = |depth: usize, text: &mut String| {
            if !self.indent.is_empty() {
                text.push_str(self.line_end);
                (0..depth).for_each(|_| text.push_str(self.indent));
            }
        };
        match json {
            Json::Word(word) => text.push_str(word),
            Json::Text(plain) => self.quote(plain, text),
            Json::List(items) if items.is_empty() => text.push_str("[]"),
            Json::Map(members) if members.is_empty() => text.push_str("{}"),
            Json::List(items) => {
                text.push('[');
                for (index, item) in items.iter().enumerate() {
                    text.push_str(if index > 0 { self.comma } else { "" });
                    line(depth + 1, text);
                    self.put(item, depth + 1, text);
                }
                line(depth, text);
                text.push(']');
            }
            Json::Map(members) => {
                text.push('{');
                for (index, (name, value)) in members.iter().enumerate() {
                    text.push_str(if index > 0 { self.comma } else { "" });
                    line(depth + 1, text);
                    self.quote(name, text);
                    text.push_str(self.colon);
                    self.put(value, depth + 1, text);
                }
                line(depth, text);
                text.push('}');
            }
        }
    }

    fn quote(&self, plain: &str, text: &mut String) {
        text.push('"');
        for c in plain.chars() {
            match c {
                '"' => text.push_str("\\\""),
                '\\' => text.push_str("\\\\"),
                '\n' => text.push_str("\\n"),
                c => text.push_str(&(self.escape)(c).unwrap_or_else(|| c.to_string())),
            }
        }
        text.push('"');
    }
}

/// Formats JSON as Jackson's `writerWithDefaultPrettyPrinter` does.
pub(crate) fn jackson(json: &Json, depth: usize) -> String {
    match json {
        Json::Map(members) if members.is_empty() => "{ }".to_owned(),
        Json::List(items) if items.is_empty() => "[ ]".to_owned(),
        Json::Map(members) => {
            let inner = "  ".repeat(depth + 1);
            let members: Vec<_> = members
                .iter()
                .map(|(name, value)| {
                    format!(
                        "{inner}{} : {}",
                        PLAIN.write(&Json::Text(name.clone())),
                        jackson(value, depth + 1)
                    )
                })
                .collect();
            format!("{{\n{}\n{}}}", members.join(",\n"), "  ".repeat(depth))
        }
        Json::List(items) => {
            let items: Vec<_> = items.iter().map(|item| jackson(item, depth)).collect();
            format!("[ {} ]", items.join(", "))
        }
        scalar => PLAIN.write(scalar),
    }
}

impl Json {
    pub(crate) fn of(value: &serde_json::Value) -> Self {
        match value {
            serde_json::Value::String(text) => Self::Text(text.clone()),
            serde_json::Value::Array(items) => Self::List(items.iter().map(Self::of).collect()),
            serde_json::Value::Object(members) => {
                Self::Map(members.iter().map(|(name, value)| (name.clone(), Self::of(value))).collect())
            }
            word => Self::Word(word.to_string()),
        }
    }

    /// Changes every value. Inner values are changed first.
    pub(crate) fn each(&mut self, change: &mut dyn FnMut(&mut Self)) {
        match self {
            Self::List(items) => items.iter_mut().for_each(|item| item.each(change)),
            Self::Map(members) => members.iter_mut().for_each(|(_, value)| value.each(change)),
            Self::Word(_) | Self::Text(_) => {}
        }
        change(self);
    }

    pub(crate) fn sort(&mut self) {
        self.each(&mut |value| {
            if let Self::Map(members) = value {
                members.sort_by(|left, right| left.0.cmp(&right.0));
            }
        });
    }

    /// Parses JSON and keeps the order of members. Returns `None` for anything else.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let mut at = Cursor { bytes: text.as_bytes(), at: 0 };
        let value = at.value()?;
        at.blanks();
        (at.at == at.bytes.len()).then_some(value)
    }
}

struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Cursor<'_> {
    fn blanks(&mut self) {
        while self.bytes.get(self.at).is_some_and(u8::is_ascii_whitespace) {
            self.at += 1;
        }
    }

    fn next(&mut self, wanted: u8) -> Option<()> {
        self.blanks();
        (self.bytes.get(self.at) == Some(&wanted)).then(|| self.at += 1)
    }

    fn text(&mut self) -> Option<String> {
        self.blanks();
        let start = self.at;
        self.next(b'"')?;
        while *self.bytes.get(self.at)? != b'"' {
            self.at += if self.bytes[self.at] == b'\\' { 2 } else { 1 };
        }
        self.at += 1;
        serde_json::from_slice(&self.bytes[start..self.at]).ok()
    }

    fn value(&mut self) -> Option<Json> {
        self.blanks();
        match *self.bytes.get(self.at)? {
            b'"' => self.text().map(Json::Text),
            b'{' => {
                self.at += 1;
                let mut members = Vec::new();
                while self.next(b'}').is_none() {
                    if !members.is_empty() {
                        self.next(b',')?;
                    }
                    let name = self.text()?;
                    self.next(b':')?;
                    members.push((name, self.value()?));
                }
                Some(Json::Map(members))
            }
            b'[' => {
                self.at += 1;
                let mut items = Vec::new();
                while self.next(b']').is_none() {
                    if !items.is_empty() {
                        self.next(b',')?;
                    }
                    items.push(self.value()?);
                }
                Some(Json::List(items))
            }
            _ => {
                let start = self.at;
                while self.bytes.get(self.at).is_some_and(|byte| !b",]} \r\n\t".contains(byte)) {
                    self.at += 1;
                }
                let word = std::str::from_utf8(&self.bytes[start..self.at]).ok()?;
                serde_json::from_str::<serde_json::Value>(word).ok()?;
                Some(Json::Word(word.to_owned()))
            }
        }
    }
}
