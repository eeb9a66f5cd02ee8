//! Explanation of a rejected signature, with its findings.

use super::cause::Cause;
use super::keys::SigningKey;
use super::marked::{self, Row};
use super::remedy::Remedy;
use crate::bilingual::Bilingual;
use crate::sign::SignInformation;
use serde::ser::{Serialize, SerializeStruct as _, Serializer};
use std::fmt;

/// Explanation of a rejected signature. `{}` prints English, `{:#}` Chinese; serialises to JSON with both.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct Explanation {
    /// Overall result.
    pub verdict: Verdict,
    /// Faults, in the order of the service's checks.
    pub findings: Vec<Finding>,
    /// Unusual properties of the request that are no reason to reject it, such as its age or a serial number
    /// in lower case.
    pub remarks: Vec<Finding>,
    /// Key that made the signature, if it is one of the known keys.
    pub key: Option<SigningKey>,
    /// Signed message and the service's message, if the signed one was found and they differ.
    pub comparison: Option<Comparison>,
    /// Description of the service's message, which a rejection of the signature shows.
    pub sign_information: Option<SignInformation>,
    /// Causes that are possible but not visible in the request; only with [`Verdict::Unexplained`].
    pub perhaps: Vec<Bilingual>,
    /// Number of messages that were tried.
    pub trials: usize,
}

/// Overall result of an explanation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Verdict {
    /// No fault was found: the signature is accepted.
    Accepted,
    /// All faults were found: once the findings are fixed, the signature is accepted.
    Explained,
    /// The signature is right, but the service rejects the request for the findings.
    SignatureRight,
    /// No cause was proven: the signature matches no known key, or no message that was tried.
    Unexplained,
    /// The signature could not be checked: a field or the caller's key is missing.
    Unchecked,
    /// A part of the request is missing, so only the other parts were checked.
    Incomplete,
}

/// A single fault. Its JSON has the members of the cause, and `remedies` if [`remedy`](Self::remedy) returns one.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// Cause of the fault.
    pub cause: &'static Cause,
    /// Certainty of the finding.
    pub certainty: Certainty,
    /// Details of this request.
    pub detail: Option<Bilingual>,
}

impl Finding {
    pub(super) fn seen(cause: &'static Cause) -> Self {
        Self { cause, certainty: Certainty::Seen, detail: None }
    }

    pub(super) fn proven(cause: &'static Cause) -> Self {
        Self { cause, certainty: Certainty::Proven, detail: None }
    }

    /// Returns the lines of a program that put the fault right. A finding that is only likely has none.
    pub fn remedy(&self) -> Option<&'static Remedy> {
        self.cause.remedy.filter(|_| self.certainty != Certainty::Likely)
    }
}

impl Serialize for Finding {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Cause { id, name, advice, remedy: _ } = self.cause;
        let remedy = self.remedy();
        let mut finding = serializer.serialize_struct("Finding", 5 + usize::from(remedy.is_some()))?;
        finding.serialize_field("id", id)?;
        finding.serialize_field("name", name)?;
        finding.serialize_field("advice", advice)?;
        finding.serialize_field("certainty", &self.certainty)?;
        finding.serialize_field("detail", &self.detail)?;
        if let Some(remedy) = remedy {
            finding.serialize_field("remedies", remedy)?;
        }
        finding.end()
    }
}

/// Certainty of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Certainty {
    /// The signature itself proves the finding: no other signature allows the same conclusion.
    Proven,
    /// The finding is visible in the request.
    Seen,
    /// The finding is likely.
    Likely,
}

/// The message that the caller signed, next to the one that the service built.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct Comparison {
    /// Message that the caller signed. Bytes that are not UTF-8 are written as `\xNN`.
    pub you_signed: String,
    /// Length of the caller's message, in bytes.
    pub you_signed_length: usize,
    /// Message that the service built. Bytes that are not UTF-8 are written as `\xNN`.
    pub service_built: String,
    /// Length of the service's message, in bytes.
    pub service_built_length: usize,
    /// First difference between the messages.
    pub difference: Difference,
    /// Lines of the two messages side by side, with all differences and invisible characters marked.
    pub rows: Vec<Row>,
}

/// First difference between two messages.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct Difference {
    /// Number of bytes before the difference.
    pub offset: usize,
    /// Line of the difference, counted from 1.
    pub line: usize,
    /// Column of the difference in bytes, counted from 1.
    pub column: usize,
    /// Caller's message from the difference on, cut; empty at the message's end.
    pub you: String,
    /// Service's message from the difference on, cut; empty at the message's end.
    pub service: String,
}

/// Number of bytes shown after a difference.
const CONTEXT: usize = 40;

impl Comparison {
    pub(super) fn of(you: &[u8], service: &[u8]) -> Self {
        let same = you.iter().zip(service).take_while(|(you, service)| you == service).count();
        // A UTF-8 character starts at a byte that is not `10xxxxxx`: never split one.
        let starts = |at: usize| you.get(at).is_none_or(|byte| byte & 0xC0 != 0x80);
        let offset = (0..=same).rev().find(|at| starts(*at)).unwrap_or(same);
        let line_start = you[..offset].iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let rest = |message: &[u8]| {
            visible(&String::from_utf8_lossy(&message[offset..message.len().min(offset + CONTEXT)]))
        };
        Self {
            you_signed: text(you),
            you_signed_length: you.len(),
            service_built: text(service),
            service_built_length: service.len(),
            difference: Difference {
                offset,
                line: 1 + you[..offset].iter().filter(|byte| **byte == b'\n').count(),
                column: offset - line_start + 1,
                you: rest(you),
                service: rest(service),
            },
            rows: marked::rows(you, service),
        }
    }
}

fn text(message: &[u8]) -> String {
    match std::str::from_utf8(message) {
        Ok(text) => text.to_owned(),
        Err(_) => message.escape_ascii().to_string(),
    }
}

/// Escapes control characters and byte order marks.
fn visible(text: &str) -> String {
    let escape = |c: char| match c {
        c if c.is_control() || c == '\u{FEFF}' => c.escape_default().to_string(),
        c => c.to_string(),
    };
    text.chars().map(escape).collect()
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match (self, f.alternate()) {
            (Self::Accepted, false) => "The signature is right.",
            (Self::Accepted, true) => "签名正确。",
            (Self::Explained, false) => "The request is rejected for this reason:",
            (Self::Explained, true) => "请求被拒绝，原因如下：",
            (Self::SignatureRight, false) => {
                "The signature is right, but the request is rejected for this reason:"
            }
            (Self::SignatureRight, true) => "签名正确，但请求会被拒绝，原因如下：",
            (Self::Unexplained, false) => {
                "The signature does not match the request, and no known mistake explains it in full."
            }
            (Self::Unexplained, true) => "签名与请求不匹配，已知的错误无法完全解释。",
            (Self::Unchecked, false) => "The signature could not be verified: it is missing or no signature, a field is missing, or no key is known.",
            (Self::Incomplete, false) => {
                "A part of the request is missing, so the signature cannot be compared with what was sent."
            }
            (Self::Incomplete, true) => "请求不完整，无法将签名与实际发送的内容比较。",
            (Self::Unchecked, true) => "无法验证签名：签名缺失或不是签名，字段缺失，或没有可用的公钥。",
        })
    }
}

impl fmt::Display for Certainty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match (self, f.alternate()) {
            (Self::Proven, false) => "proven by the signature",
            (Self::Proven, true) => "已由签名证实",
            (Self::Seen, false) => "seen in the request",
            (Self::Seen, true) => "请求中可见",
            (Self::Likely, false) => "likely",
            (Self::Likely, true) => "可能",
        })
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.cause.name, f)?;
        if let Some(detail) = &self.detail {
            f.write_str(if f.alternate() { "：" } else { ": " })?;
            fmt::Display::fmt(detail, f)?;
        }
        Ok(())
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Nested values print in the same language, so each gets the same flags.
        let zh = f.alternate();
        let say =
            |f: &mut fmt::Formatter<'_>, en: &str, zh_text: &str| f.write_str(if zh { zh_text } else { en });
        fmt::Display::fmt(&self.verdict, f)?;
        if self.verdict == Verdict::Incomplete && self.findings.is_empty() {
            say(f, "\n\nNothing is wrong in the part that is here.", "\n\n已有的部分未发现错误。")?;
        }
        for (index, finding) in self.findings.iter().enumerate() {
            write!(f, "\n\n{}. ", index + 1)?;
            fmt::Display::fmt(finding, f)?;
            let (open, close) = if zh { ("（", "）") } else { (" (", ")") };
            f.write_str(open)?;
            fmt::Display::fmt(&finding.certainty, f)?;
            write!(f, "{close}\n   ")?;
            fmt::Display::fmt(&finding.cause.advice, f)?;
        }
        for remark in &self.remarks {
            say(f, "\n\nNote: ", "\n\n提示：")?;
            fmt::Display::fmt(remark, f)?;
            say(f, ".", "。")?;
        }
        if let Some(comparison) = &self.comparison {
            f.write_str("\n\n")?;
            fmt::Display::fmt(comparison, f)?;
        }
        if self.verdict != Verdict::Unexplained {
            return Ok(());
        }
        if let Some(information) = &self.sign_information {
            say(f, "\n\nThe message that the service built has ", "\n\n服务端构造的待签名串共 ")?;
            write!(f, "{}", information.sign_message_length)?;
            say(
                f,
                " bytes. Its lines, with the first 8 bytes of the body:\n",
                " 字节，内容如下，其中请求体只显示前 8 个字节：\n",
            )?;
            write_message(f, &information.truncated_sign_message)?;
        }
        say(
            f,
            "\n\nPossible causes that the request alone does not show:",
            "\n\n无法从请求本身判断的可能原因：",
        )?;
        for words in &self.perhaps {
            f.write_str("\n - ")?;
            fmt::Display::fmt(words, f)?;
        }
        Ok(())
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let zh = f.alternate();
        let heads = if zh {
            ["您签名的内容", "服务端构造的待签名串"]
        } else {
            ["You signed", "The service built"]
        };
        let messages =
            [(&self.you_signed, self.you_signed_length), (&self.service_built, self.service_built_length)];
        for (head, (message, length)) in heads.into_iter().zip(messages) {
            if zh {
                writeln!(f, "{head}（{length} 字节）：")?
            } else {
                writeln!(f, "{head} ({length} bytes):")?
            }
            write_message(f, message)?;
            f.write_str("\n")?;
        }
        let Difference { line, column, you, service, .. } = &self.difference;
        if zh {
            write!(f, "首个差异：第 {line} 行第 {column} 字节，您的是 `{you}`，服务端是 `{service}`")
        } else {
            write!(
                f,
                "First difference: line {line}, byte {column}: yours goes on `{you}`, the service's `{service}`"
            )
        }
    }
}

/// Number of characters shown of one line.
const LINE: usize = 600;

/// Writes each line of the message on a line of text, with its line feed visible.
pub(super) fn write_message(f: &mut fmt::Formatter<'_>, message: &str) -> fmt::Result {
    for (index, line) in message.split_inclusive('\n').enumerate() {
        let shown: String = visible(line).chars().take(LINE).collect();
        let cut = if line.chars().count() > LINE { "…" } else { "" };
        write!(f, "{}    {shown}{cut}", if index == 0 { "" } else { "\n" })?;
    }
    Ok(())
}
