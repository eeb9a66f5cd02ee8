//! Error for a member of a received value that does not match the documents.

use super::parameter_error::{ParameterError, ParameterIssue};
use crate::api::label;
use std::fmt;

/// A member of a response or an event that does not match the documents. `{}` prints English, `{:#}` Chinese.
///
/// The error has the member's location and the issue, and never the value, which may be a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct InvalidField {
    /// JSON Pointer to the member; empty for the whole text.
    pub field: String,
    /// Issue with the member.
    pub issue: ParameterIssue,
}

impl From<ParameterError> for InvalidField {
    fn from(ParameterError { field, issue, .. }: ParameterError) -> Self {
        Self { field, issue }
    }
}

impl fmt::Display for InvalidField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if f.alternate() { self.chinese(f) } else { self.english(f) }
    }
}

impl InvalidField {
    fn english(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.issue, self.field.as_str()) {
            (ParameterIssue::NoBody, _) => f.write_str("the body is empty"),
            (issue, "") => write!(f, "the JSON {issue}"),
            (issue, field) => write!(f, "{field} {issue}"),
        }
    }

    fn chinese(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.field.as_str() {
            "" => f.write_str("报文")?,
            field => {
                let name = field.rsplit('/').next().unwrap_or_default();
                match label(field) {
                    text if text == name || text.is_empty() => write!(f, "字段 {field} ")?,
                    text => write!(f, "字段 {field}（{text}）")?,
                }
            }
        }
        match &self.issue {
            ParameterIssue::NoBody => f.write_str("为空"),
            ParameterIssue::ByteOrderMark => f.write_str("以字节顺序标记（BOM）开头"),
            ParameterIssue::NotUtf8 { position } => {
                write!(f, "不是 UTF-8 编码，问题在第 {} 个字节", position + 1)
            }
            ParameterIssue::NotJson { line, column } => {
                write!(f, "不是 JSON，问题在第 {line} 行第 {column} 列")
            }
            ParameterIssue::WrongType { wanted, found } => {
                write!(f, "的类型应为 {wanted}，实际为 {found}")
            }
            ParameterIssue::Missing => f.write_str("缺失"),
            ParameterIssue::Null => f.write_str("为 null"),
            ParameterIssue::DecryptFailure(why) => write!(f, "无法用商户API证书私钥解密：{why:#}"),
            ParameterIssue::NotInteger(_) => f.write_str("应为 64 位以内的整数"),
            ParameterIssue::Empty => f.write_str("不能为空"),
            ParameterIssue::TooLong { limit, actual } => write!(f, "有 {actual} 个字符，上限为 {limit}"),
            ParameterIssue::TooSmall { least } => write!(f, "不能小于 {least}"),
            ParameterIssue::TooLarge { most } => write!(f, "不能大于 {most}"),
            ParameterIssue::FourByteCharacter(character) => {
                write!(f, "含有字符“{character}”，其 UTF-8 编码超过 3 字节")
            }
            ParameterIssue::Invalid { zh, .. } => f.write_str(zh),
            issue => write!(f, "{issue:#}"),
        }
    }
}

impl std::error::Error for InvalidField {}
