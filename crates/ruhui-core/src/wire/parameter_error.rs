//! Errors of a request's parameters, with location and issue.

use super::similar::similar;
use crate::api::{Detail, ErrorBody, Location, Row, label, rows};
use crate::encryption::DecryptFailure;
use serde_json::{Value, json};
use std::fmt;

/// Fault of one parameter of a request. `{}` prints English, `{:#}` Chinese.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ParameterError {
    /// Location of the parameter: path, query or body.
    pub location: Location,
    /// JSON Pointer into the body (empty for the whole body), or the bare name of a path or query parameter.
    pub field: String,
    /// Value found, with its JSON type, if there is one to show. Sensitive values are never shown.
    pub value: Option<Box<Value>>,
    /// Issue with the value.
    pub issue: ParameterIssue,
}

/// Issue with a parameter. `{}` prints English, `{:#}` Chinese.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ParameterIssue {
    /// The body is empty.
    NoBody,
    /// The body starts with a byte order mark.
    ByteOrderMark,
    /// The body is not UTF-8.
    NotUtf8 {
        /// Position of the first byte that is not UTF-8.
        position: usize,
    },
    /// The body is not JSON.
    NotJson {
        /// Line of the fault, counted from 1.
        line: usize,
        /// Column of the fault, counted from 1.
        column: usize,
    },
    /// The body is nested too deeply.
    TooDeep,
    /// The value has the wrong type.
    WrongType {
        /// Type expected.
        wanted: &'static str,
        /// Type found.
        found: &'static str,
    },
    /// The value is not an integer of 64 bits.
    NotInteger(Integer),
    /// The member is missing.
    Missing,
    /// The value is null.
    Null,
    /// The member appears more than once.
    Duplicate,
    /// No field reads this member.
    Unknown {
        /// Names of the fields that exist; empty if they are not known.
        known: Vec<&'static str>,
    },
    /// The endpoint's documentation does not define these members.
    Undefined {
        /// Location of each member, as the response names it: `/body/payer/openid`, `/query/sub_mch_id`.
        members: Vec<String>,
    },
    /// The text is empty.
    Empty,
    /// The text has more characters than the documents allow.
    TooLong {
        /// Largest number of characters allowed.
        limit: usize,
        /// Number of characters found.
        actual: usize,
    },
    /// The number is below the smallest number allowed.
    TooSmall {
        /// Smallest number allowed.
        least: i64,
    },
    /// The number is above the largest number allowed.
    TooLarge {
        /// Largest number allowed.
        most: i64,
    },
    /// The text has a character that takes four bytes in UTF-8.
    FourByteCharacter(char),
    /// A sensitive field fails to decrypt.
    DecryptFailure(DecryptFailure),
    /// The value breaks a rule of its type.
    Invalid {
        /// Rule that the value breaks, in Chinese.
        zh: String,
        /// Rule that the value breaks, in English.
        en: String,
    },
}

/// Kind of integer that is expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Integer {
    /// An integer that may be negative.
    Signed,
    /// An integer that must not be negative.
    Unsigned,
}

impl fmt::Display for ParameterIssue {
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
            (Self::NotInteger(Integer::Signed), false) => f.write_str("must be a signed 64-bit integer"),
            (Self::NotInteger(Integer::Signed), true) => f.write_str("此字段需要一个合法的 64 位有符号整数"),
            (Self::NotInteger(Integer::Unsigned), false) => f.write_str("must be an unsigned 64-bit integer"),
            (Self::NotInteger(Integer::Unsigned), true) => {
                f.write_str("此字段需要一个合法的 64 位无符号整数")
            }
            (Self::Undefined { .. }, false) => {
                f.write_str("the request has parameters that the document of this API does not define")
            }
            (Self::Undefined { .. }, true) => f.write_str("请求中含有未在API文档中定义的参数"),
            (Self::Empty, false) => f.write_str("must not be empty"),
            (Self::Empty, true) => f.write_str("字符串规则校验失败，字符数 0，小于最小值 1"),
            (Self::TooLong { limit, actual }, false) => {
                write!(f, "has {actual} characters, the limit is {limit}")
            }
            (Self::TooLong { limit, actual }, true) => {
                write!(f, "字符串规则校验失败，字符数 {actual}，大于最大值 {limit}")
            }
            (Self::TooSmall { least }, false) => write!(f, "must be at least {least}"),
            (Self::TooSmall { least }, true) => write!(f, "规则校验失败，值低于最小值 {least}"),
            (Self::TooLarge { most }, false) => write!(f, "must be at most {most}"),
            (Self::TooLarge { most }, true) => write!(f, "规则校验失败，值高于最大值 {most}"),
            (Self::Missing, false) => f.write_str("is required"),
            (Self::Missing, true) => f.write_str("必填性规则校验失败，此字段为必填项"),
            (Self::Null, false) => f.write_str("must not be null"),
            (Self::Null, true) => f.write_str("不允许为 null"),
            (Self::Duplicate, false) => f.write_str("appears more than once"),
            (Self::Duplicate, true) => f.write_str("重复出现"),
            (Self::Unknown { known }, false) if known.is_empty() => f.write_str("is not a field here"),
            (Self::Unknown { known }, true) if known.is_empty() => f.write_str("不是此处的字段"),
            (Self::Unknown { known }, false) => {
                write!(f, "is not a field here; the fields are {}", known.join(", "))
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
            (Self::DecryptFailure(why), false) => write!(f, "cannot be decrypted: {why}"),
            (Self::DecryptFailure(why), true) => write!(f, "平台私钥解密失败，{why:#}"),
            (Self::Invalid { en, .. }, false) => f.write_str(en),
            (Self::Invalid { zh, .. }, true) => write!(f, "字符串规则校验失败，{zh}"),
        }
    }
}

impl ParameterError {
    /// Number of characters of a value that `detail` shows; longer values are cut.
    pub(super) const VALUE_CHARACTERS: usize = 64;

    pub(super) fn body(issue: ParameterIssue) -> Self {
        Self::at(Location::Body, String::new(), None, issue)
    }

    pub(super) fn at(
        location: Location,
        field: String,
        value: Option<Box<Value>>,
        issue: ParameterIssue,
    ) -> Self {
        Self { location, field, value, issue }
    }

    /// Returns the row of the error table for this fault, with the response's status and code.
    pub fn row(&self) -> &'static Row {
        match self.issue {
            ParameterIssue::DecryptFailure(_) => &rows::ENCRYPTED_FIELD_UNREADABLE,
            _ => &rows::PARAMETER_WRONG,
        }
    }

    /// Returns whether the general check of parameters finds this fault: JSON, required members, types, rules
    /// and undefined members. The live service does not sign the responses to these faults, and signs those
    /// to later ones.
    pub fn is_general(&self) -> bool {
        !matches!(self.issue, ParameterIssue::DecryptFailure(_))
    }

    /// Returns the number after the dash of the response's `Request-ID`: wrong, too long, too short, or out
    /// of range.
    pub fn result_number(&self) -> u32 {
        match self.issue {
            ParameterIssue::TooLong { .. } => 268_435_462,
            ParameterIssue::Empty => 268_435_463,
            ParameterIssue::TooSmall { .. } | ParameterIssue::TooLarge { .. } => 268_435_464,
            _ => 268_435_461,
        }
    }

    /// Returns the body of the error response, in Chinese or English.
    pub fn to_body(&self, english: bool) -> ErrorBody {
        let message = if english { format!("{self}") } else { format!("{self:#}") };
        ErrorBody { code: self.row().code.clone(), message, detail: Some(self.detail(english)) }
    }

    fn detail(&self, english: bool) -> Value {
        if let ParameterIssue::Undefined { members } = &self.issue {
            return json!({ "location": null, "value": members });
        }
        let issue = if english { format!("{}", self.issue) } else { format!("{:#}", self.issue) };
        let detail = Detail {
            field: Some(self.field.clone()),
            value: self.detail_value(),
            issue: Some(issue),
            location: Some(self.location),
        };
        serde_json::to_value(detail).expect("a detail is JSON")
    }

    /// Returns the value as the live service shows it: the length if a length is wrong, an empty text if the
    /// member is missing. If the value must not be shown, neither is its length.
    fn detail_value(&self) -> Option<Value> {
        match self.issue {
            ParameterIssue::Missing => Some("".into()),
            ParameterIssue::Empty => self.value.as_ref().map(|_| 0.into()),
            ParameterIssue::TooLong { actual, .. } => self.value.as_ref().map(|_| actual.into()),
            _ => self.value.as_deref().cloned(),
        }
    }

    /// Returns the known name that an unknown member was probably meant to have.
    fn meant(&self) -> Option<&'static str> {
        let ParameterIssue::Unknown { known } = &self.issue else { return None };
        similar(self.field.rsplit('/').next()?, known.iter().copied())
    }

    /// Returns the location as the service's messages write it: `/body/brand_id`, `/uri_template/card_id`.
    fn source(&self) -> String {
        match self.location {
            Location::Body => format!("/body{}", self.field),
            Location::Url => format!("/uri_template/{}", self.field),
            Location::Query => format!("/query/{}", self.field),
        }
    }
}

impl fmt::Display for ParameterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let source = self.source();
        if !f.alternate() {
            return match self.issue {
                ParameterIssue::NoBody | ParameterIssue::Undefined { .. } => write!(f, "{}", self.issue),
                ParameterIssue::Unknown { .. } => match self.meant() {
                    Some(name) => write!(f, "{source} {}; did you mean {name}?", self.issue),
                    None => write!(f, "{source} {}", self.issue),
                },
                _ => write!(f, "{source} {}", self.issue),
            };
        }
        let label = label(&self.field);
        match &self.issue {
            ParameterIssue::Unknown { .. } => match self.meant() {
                Some(name) => write!(f, "输入源“{source}”{:#}；是否应为 {name}？", self.issue),
                None => write!(f, "输入源“{source}”{:#}", self.issue),
            },
            ParameterIssue::NoBody | ParameterIssue::Undefined { .. } => write!(f, "{:#}", self.issue),
            ParameterIssue::NotJson { .. }
            | ParameterIssue::NotUtf8 { .. }
            | ParameterIssue::ByteOrderMark
            | ParameterIssue::TooDeep => {
                write!(f, "解析 Json 出错 (位置: {source}): {:#}", self.issue)
            }
            ParameterIssue::WrongType { .. } | ParameterIssue::NotInteger(_) => {
                let json = if self.location == Location::Body { " JSON " } else { "" };
                write!(f, "无法将{json}输入源“{source}”映射到目标字段“{label}”中，{:#}", self.issue)
            }
            ParameterIssue::Empty
            | ParameterIssue::TooLong { .. }
            | ParameterIssue::FourByteCharacter(_)
            | ParameterIssue::Invalid { .. } => {
                write!(f, "输入源“{source}”映射到值字段“{label}”{:#}", self.issue)
            }
            ParameterIssue::TooSmall { .. } | ParameterIssue::TooLarge { .. } => {
                write!(f, "输入源“{source}”映射到数值字段“{label}”{:#}", self.issue)
            }
            ParameterIssue::Missing
            | ParameterIssue::Null
            | ParameterIssue::Duplicate
            | ParameterIssue::DecryptFailure(_) => {
                write!(f, "输入源“{source}”映射到字段“{label}”{:#}", self.issue)
            }
        }
    }
}

impl std::error::Error for ParameterError {}
