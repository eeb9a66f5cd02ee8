//! A mistake in a value of the configuration file, in both languages.
//!
//! Serde reports a mistake to a deserializer in pieces (the field, the known names, the value found), and a
//! library builds an English sentence from them. This error type keeps sentences in both languages instead.

use ruhui_core::bilingual::Bilingual;
use serde::de::{self, Expected, Unexpected};
use std::fmt;
use std::ops::Range;

/// A value that cannot be read, with its position and the reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mistake {
    /// The position in the text, if it is known.
    pub(super) span: Option<Range<usize>>,
    /// The key, such as `merchants[0].mchid`.
    pub(super) key: String,
    /// The reason.
    pub(super) what: Bilingual,
}

impl Mistake {
    pub(super) fn new(en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self { span: None, key: String::new(), what: Bilingual::new(en, zh) }
    }

    /// Sets the position, unless a value inside has already set it.
    pub(super) fn at(mut self, span: Range<usize>) -> Self {
        self.span.get_or_insert(span);
        self
    }

    /// Puts `key` in front of the mistake's key: the mistake is inside the value of `key`.
    pub(super) fn within(mut self, key: &str) -> Self {
        let point = if self.key.is_empty() || self.key.starts_with('[') { "" } else { "." };
        self.key = format!("{key}{point}{}", self.key);
        self
    }

    /// The mistake of a text that is not TOML. `said` is the message of the parser.
    pub(super) fn of_syntax(said: &str) -> Self {
        let said = said.lines().collect::<Vec<_>>().join(", ");
        let zh = match said.as_str() {
            duplicate if duplicate.contains("duplicate key") => "该键重复出现",
            open if open.contains("unclosed") => "括号没有闭合",
            quote if quote.contains("must be quoted") => "文本须加引号",
            string if string.contains("string") || string.contains("quote") => {
                "引号没有闭合，或文本中有无效的转义"
            }
            comma if comma.contains("comma") => "缺少逗号，或多了逗号",
            value if value.contains("value") => "键之后缺少有效的值",
            assignment if assignment.contains("assignment") || assignment.contains('=') => {
                "键与值之间须有一个 `=`"
            }
            key if key.contains("key") => "键的写法无效",
            _ => "该行无法识别",
        };
        Self::new(format!("this is not valid TOML: {said}"), format!("不符合 TOML 语法：{zh}"))
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.what.fmt(f)
    }
}

impl std::error::Error for Mistake {}

impl de::Error for Mistake {
    fn custom<T: fmt::Display>(error: T) -> Self {
        let (en, zh) = (format!("{error}"), format!("{error:#}"));
        match en.as_str() {
            // The standard library's message about an address.
            "invalid socket address syntax" => {
                let (en, zh) = ADDRESS;
                Self::new(format!("it must be {en}"), format!("须为{zh}"))
            }
            _ if en == zh => Self::new(format!("the value is not possible ({en})"), "取值无效"),
            _ => Self::new(en, zh),
        }
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        let (found, expected) = (of_found(found), of_expected(expected));
        Self::new(format!("it must be {expected}, not {found}"), format!("须为{expected:#}，而不是{found:#}"))
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::invalid_type(found, expected)
    }

    fn invalid_length(length: usize, expected: &dyn Expected) -> Self {
        let expected = of_expected(expected);
        Self::new(
            format!("it must be {expected}, and has {length} elements"),
            format!("须为{expected:#}，而这里有 {length} 个元素"),
        )
    }

    fn unknown_variant(found: &str, known: &'static [&'static str]) -> Self {
        let near = near(found, known);
        Self::new(
            format!("`{found}` is not a value of it{near}; it takes {}", listed(known, ", ")),
            format!("没有 `{found}` 这一取值{near:#}；可用的有 {}", listed(known, "、")),
        )
    }

    fn unknown_field(found: &str, known: &'static [&'static str]) -> Self {
        let near = near(found, known);
        Self::new(
            format!("the key `{found}` is unknown{near}; known are {}", listed(known, ", ")),
            format!("未知的键 `{found}`{near:#}；可用的有 {}", listed(known, "、")),
        )
    }

    fn missing_field(field: &'static str) -> Self {
        Self::new(format!("the key `{field}` is missing: add it"), format!("缺少键 `{field}`，请补上"))
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self::new(format!("the key `{field}` stands there twice"), format!("键 `{field}` 重复出现"))
    }
}

const ADDRESS: (&str, &str) =
    ("an IP address and a port, such as 127.0.0.1:7080", " IP 地址加端口，例如 127.0.0.1:7080");

fn of_found(found: Unexpected<'_>) -> Bilingual {
    match found {
        Unexpected::Bool(value) => Bilingual::new(format!("`{value}`"), format!(" `{value}`")),
        Unexpected::Unsigned(value) => Bilingual::new(format!("the number {value}"), format!("数字 {value}")),
        Unexpected::Signed(value) => Bilingual::new(format!("the number {value}"), format!("数字 {value}")),
        Unexpected::Float(value) => Bilingual::new(format!("the number {value}"), format!("数字 {value}")),
        // The text may be a password, so the message leaves it out.
        Unexpected::Str(_) | Unexpected::Char(_) => Bilingual::new("a text in quotes", "带引号的文本"),
        Unexpected::Seq => Bilingual::new("a list in brackets", "方括号列表"),
        Unexpected::Map | Unexpected::StructVariant => Bilingual::new("a table", "表"),
        _ => Bilingual::new("what is there", "当前的写法"),
    }
}

/// The value that a visitor expects, in both languages. Serde's own visitors have English only; the visitors of
/// this crate have both.
fn of_expected(expected: &dyn Expected) -> Bilingual {
    let said = Bilingual::of(&expected);
    if said.en() != said.zh() {
        return said;
    }
    match said.en() {
        "a string" | "string" | "path string" | "a borrowed string" => {
            Bilingual::new("a text in quotes", "带引号的文本")
        }
        "a boolean" => Bilingual::new("true or false", " true 或 false"),
        "socket address" => ADDRESS.into(),
        "a sequence" => Bilingual::new("a list in brackets", "方括号列表"),
        "a map" => Bilingual::new("a table", "表"),
        number if number.starts_with("a nonzero") => {
            Bilingual::new("a whole number of at least 1", "不小于 1 的整数")
        }
        "u8" | "u16" | "u32" | "u64" | "usize" => {
            Bilingual::new("a whole number of at least 0", "不小于 0 的整数")
        }
        "i8" | "i16" | "i32" | "i64" | "isize" => Bilingual::new("a whole number", "整数"),
        table if table.starts_with("struct") => Bilingual::new("a table with keys", "含有若干键的表"),
        variant if variant.contains("enum") || variant.contains("variant") => {
            Bilingual::new("one of its words", "其允许的取值之一")
        }
        _ => Bilingual::new("of another type", "其他类型"),
    }
}

fn near(found: &str, known: &[&str]) -> Bilingual {
    let likeness = |name: &&&str| strsim::jaro_winkler(found, name);
    let closest = known.iter().max_by(|one, other| likeness(one).total_cmp(&likeness(other)));
    match closest.filter(|name| likeness(name) > 0.7) {
        Some(name) => {
            Bilingual::new(format!(" (did you mean `{name}`?)"), format!("（是否想写 `{name}`？）"))
        }
        None => Bilingual::new("", ""),
    }
}

fn listed(names: &[&str], between: &str) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(between)
}
