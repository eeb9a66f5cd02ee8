//! What is wrong with a request's parameters, and where.

use crate::api::{Detail, ErrorBody, Location, Row, label, rows};
use crate::seal::Unopenable;
use std::fmt;

/// One fault of one parameter. `{}` prints English, `{:#}` Chinese.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Fault {
    /// Where the parameter stands.
    pub location: Location,
    /// A JSON Pointer into the body (empty for the whole body), or the bare name elsewhere.
    pub field: String,
    /// The value found, if there is one to show; never a sensitive one.
    pub value: Option<String>,
    /// What is wrong with it.
    pub issue: Issue,
}

/// What is wrong with a parameter. `{}` prints English, `{:#}` Chinese.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Issue {
    /// The body has no bytes.
    NoBody,
    /// The body starts with a byte order mark.
    ByteOrderMark,
    /// The body is not UTF-8.
    NotUtf8 {
        /// The first byte that does not fit.
        position: usize,
    },
    /// The body is not JSON.
    NotJson {
        /// Counted from 1.
        line: usize,
        /// Counted from 1.
        column: usize,
    },
    /// The body is nested too deep.
    TooDeep,
    /// A value of another type is wanted.
    WrongType {
        /// The type wanted.
        wanted: &'static str,
        /// The type found.
        found: &'static str,
    },
    /// The member is not there.
    Missing,
    /// The value is null.
    Null,
    /// The member is there more than once.
    Doubled,
    /// No field takes this member.
    Unknown {
        /// The fields there are; none where that is not known.
        known: Vec<&'static str>,
    },
    /// The text has a character of four bytes.
    FourByteCharacter(char),
    /// A sensitive field does not open.
    Unopenable(Unopenable),
    /// The value breaks a rule of its type.
    Invalid {
        /// The rule, in Chinese.
        zh: String,
        /// The rule, in English.
        en: String,
    },
}

impl fmt::Display for Issue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self, f.alternate()) {
            (Self::NoBody, false) => f.write_str("the body is empty"),
            (Self::NoBody, true) => f.write_str("请求包体为空"),
            (Self::ByteOrderMark, false) => f.write_str("starts with a byte order mark"),
            (Self::ByteOrderMark, true) => f.write_str("以字节顺序标记（BOM）开头"),
            (Self::NotUtf8 { position }, false) => write!(f, "is not UTF-8 at byte {position}"),
            (Self::NotUtf8 { position }, true) => write!(f, "第 {position} 字节处不是 UTF-8 编码"),
            (Self::NotJson { line, column }, false) => {
                write!(f, "is not JSON at line {line}, column {column}")
            }
            (Self::NotJson { line, column }, true) => write!(f, "* Line {line}, Column {column}"),
            (Self::TooDeep, false) => f.write_str("is nested too deep"),
            (Self::TooDeep, true) => f.write_str("嵌套层数过多"),
            (Self::WrongType { wanted, found }, false) => {
                write!(f, "must be of type {wanted}, not {found}")
            }
            (Self::WrongType { wanted, .. }, true) => {
                write!(f, "此字段需要一个 {wanted} 类型的 Json 值")
            }
            (Self::Missing, false) => f.write_str("is required"),
            (Self::Missing, true) => f.write_str("必填性规则校验失败，此字段为必填项"),
            (Self::Null, false) => f.write_str("must not be null"),
            (Self::Null, true) => f.write_str("不允许为 null"),
            (Self::Doubled, false) => f.write_str("is there more than once"),
            (Self::Doubled, true) => f.write_str("重复出现"),
            (Self::Unknown { known }, false) if known.is_empty() => f.write_str("is no field here"),
            (Self::Unknown { known }, true) if known.is_empty() => f.write_str("不是此处的字段"),
            (Self::Unknown { known }, false) => {
                write!(f, "is no field here; there are {}", known.join(", "))
            }
            (Self::Unknown { known }, true) => {
                write!(f, "不是此处的字段，可用的字段有 {}", known.join("、"))
            }
            (Self::FourByteCharacter(character), false) => {
                write!(
                    f,
                    "has the character {character:?}, which takes four bytes in UTF-8; at most three are allowed"
                )
            }
            (Self::FourByteCharacter(character), true) => {
                write!(f, "字符串规则校验失败，字符 {character:?} 的 UTF-8 编码超过 3 字节")
            }
            (Self::Unopenable(why), false) => write!(f, "does not open: {why}"),
            (Self::Unopenable(why), true) => write!(f, "平台私钥解密失败，{why:#}"),
            (Self::Invalid { en, .. }, false) => f.write_str(en),
            (Self::Invalid { zh, .. }, true) => write!(f, "字符串规则校验失败，{zh}"),
        }
    }
}

impl Fault {
    /// Values longer than this are cut in `detail`.
    pub(super) const VALUE_CHARACTERS: usize = 64;

    pub(super) fn body(issue: Issue) -> Self {
        Self::at(Location::Body, String::new(), None, issue)
    }

    pub(super) fn at(location: Location, field: String, value: Option<&str>, issue: Issue) -> Self {
        let value = value.map(|text| text.chars().take(Self::VALUE_CHARACTERS).collect());
        Self { location, field, value, issue }
    }

    /// The row of the table that answers this fault.
    pub fn row(&self) -> &'static Row {
        match self.issue {
            Issue::Unopenable(_) => &rows::SEALED_FIELD_UNREADABLE,
            _ => &rows::PARAMETER_WRONG,
        }
    }

    /// The body of the answer, in Chinese or English.
    pub fn to_body(&self, english: bool) -> ErrorBody {
        let (message, issue) = match english {
            true => (format!("{self}"), format!("{}", self.issue)),
            false => (format!("{self:#}"), format!("{:#}", self.issue)),
        };
        let detail =
            Detail { field: self.field.clone(), value: self.value.clone(), issue, location: self.location };
        ErrorBody {
            code: self.row().code.clone(),
            message,
            detail: Some(serde_json::to_value(detail).expect("four texts are JSON")),
        }
    }

    /// The field as the service's messages write it: `/body/brand_id`, `/uri_template/card_id`.
    fn source(&self) -> String {
        match self.location {
            Location::Body => format!("/body{}", self.field),
            Location::Url => format!("/uri_template/{}", self.field),
            Location::Query => format!("/query/{}", self.field),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let source = self.source();
        if !f.alternate() {
            return match self.issue {
                Issue::NoBody => write!(f, "{}", self.issue),
                _ => write!(f, "{source} {}", self.issue),
            };
        }
        let label = label(self.field.rsplit('/').next().unwrap_or_default());
        match &self.issue {
            Issue::NoBody => write!(f, "{:#}", self.issue),
            Issue::NotJson { .. } | Issue::NotUtf8 { .. } | Issue::ByteOrderMark | Issue::TooDeep => {
                write!(f, "解析 Json 出错 (位置: {source}): {:#}", self.issue)
            }
            Issue::WrongType { .. } => {
                write!(f, "无法将 JSON 输入源“{source}”映射到目标字段“{label}”中，{:#}", self.issue)
            }
            _ => write!(f, "输入源“{source}”映射到字段“{label}”{:#}", self.issue),
        }
    }
}

impl std::error::Error for Fault {}
