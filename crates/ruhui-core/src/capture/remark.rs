//! Remarks on captured material, shown to the person who pasted it.

use super::Format;
use std::fmt;

/// Remark on a part of the material that was rebuilt, is missing, or was skipped. `{}` prints English, `{:#}`
/// Chinese.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Remark {
    /// The text was UTF-16, as PowerShell writes files.
    Utf16,
    /// All lines began with the same blanks, which were removed.
    Unindented {
        /// Number of blanks and tabs.
        columns: usize,
    },
    /// The material has several exchanges, and this one was read.
    Several {
        /// Number of the exchange that was read, counted from 1.
        taken: usize,
        /// Number of exchanges.
        of: usize,
    },
    /// Responses before the last one were skipped: interim ones, a proxy's, redirects that the client
    /// followed.
    ResponsesSkipped {
        /// Status codes of the skipped responses.
        statuses: Vec<u16>,
    },
    /// A header was broken over lines.
    Joined {
        /// Name of the header.
        header: String,
        /// Number of lines.
        lines: usize,
    },
    /// A line among the headers is not a header.
    NotHeader {
        /// Line of the message, counted from 1.
        line: usize,
    },
    /// The material has headers, and neither a request line nor a status line.
    HeadersAlone,
    /// The body follows the headers without an empty line.
    NoEmptyLine,
    /// Line ends after the body were removed, since Content-Length does not count them.
    LineEndsRemoved {
        /// Number of bytes removed.
        bytes: usize,
    },
    /// A line end after the body was restored, since Content-Length counts it.
    LineEndRestored,
    /// The line ends inside the body were changed back to those that Content-Length counts.
    LineEndsRestored,
    /// The body's length differs from Content-Length.
    LengthDiffers {
        /// Length in the header.
        said: usize,
        /// Number of bytes found.
        found: usize,
    },
    /// The body ends in a line end, and without a Content-Length it is not known whether that was sent.
    LineEndInDoubt,
    /// Content-Encoding names a compression, but the body is not compressed.
    Decompressed,
    /// The material does not have the body.
    BodyNotShown(Format),
    /// The material shows a dot for each byte that is not ASCII.
    Dots,
    /// A section of a curl trace has fewer bytes than its heading announces.
    TraceCut {
        /// Number of bytes that the heading announces.
        said: usize,
        /// Number of bytes found.
        found: usize,
    },
    /// A header's value was hidden before the material was written.
    Redacted {
        /// Name of the header.
        header: String,
    },
    /// The Authorization header is missing: only the browser's export "with sensitive data" has it.
    Sanitised,
    /// The command sends a form, whose boundary is chosen when it is sent.
    Form,
    /// The command reads its body from a file that the material does not have.
    FileBody {
        /// Name of the file.
        name: String,
    },
    /// The shell replaces a part of the command.
    Variable {
        /// Variable as written in the command.
        name: String,
    },
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if f.alternate() { self.chinese(f) } else { self.english(f) }
    }
}

impl Remark {
    fn english(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Utf16 => f.write_str("The text was UTF-16 and was read as such."),
            Self::Several { taken, of } => {
                write!(f, "There are {of} exchanges; this is number {taken}.")
            }
            Self::ResponsesSkipped { statuses } => {
                let statuses = list(statuses);
                write!(f, "Before the last response there are others ({statuses}); only the last one counts.")
            }
            Self::Joined { header, lines } => write!(
                f,
                "The header {header} was broken into {lines} lines and was read as one. The service rejects a \
                 header that is sent with line ends in it."
            ),
            Self::NotHeader { line } => {
                write!(f, "Line {line} is among the headers but is not a header; it was skipped.")
            }
            Self::HeadersAlone => f.write_str(
                "Only headers were given. A request's signature also covers the method, the path with its query, \
                 and the body; a response's covers the body.",
            ),
            Self::NoEmptyLine => {
                f.write_str("The empty line between headers and body is missing; the body was read from the first line that is not a header.")
            }
            Self::LineEndsRemoved { bytes } => write!(
                f,
                "After the body there are line ends ({bytes} bytes) that Content-Length does not count, as \
                 editors and terminals add them. They were removed."
            ),
            Self::LineEndRestored => f.write_str(
                "Content-Length counts a line end after the body that is missing here, as editors remove it. \
                 It was added again.",
            ),
            Self::LineEndsRestored => f.write_str(
                "The line ends inside the body were changed back to those that Content-Length counts.",
            ),
            Self::LengthDiffers { said, found } => write!(
                f,
                "Content-Length says {said} bytes, the body here has {found}. The body was changed or cut \
                 after it was sent; the result holds for the body here."
            ),
            Self::Unindented { columns } => {
                write!(f, "Each line began with the same {columns} blanks or tabs, which were taken off.")
            }
            Self::LineEndInDoubt => f.write_str(
                "The body ends in a line end. Without a Content-Length it is not known whether it was sent or \
                 an editor added it.",
            ),
            Self::Decompressed => f.write_str(
                "Content-Encoding names a compression, and the body here is not compressed. The signature \
                 is checked over the body here.",
            ),
            Self::BodyNotShown(Format::Raw | Format::Log | Format::Headers) => f.write_str(
                "The body is missing here, and the signature covers it. Add it byte for byte, or record the \
                 request with `curl --trace FILE`.",
            ),
            Self::BodyNotShown(format) => write!(
                f,
                "The body is not shown in {format}, and the signature covers it. Record it with \
                 `curl --trace FILE`, or save the request as raw HTTP."
            ),
            Self::Dots => f.write_str(
                "`curl --trace-ascii` shows a dot for each byte that is not ASCII, so the body may not be the \
                 one that was sent. `curl --trace` keeps every byte.",
            ),
            Self::TraceCut { said, found } => write!(
                f,
                "The trace was cut: the heading of a section says {said} bytes, and the section has {found}. The \
                 result holds for the bytes here; give the whole output of `curl --trace FILE`."
            ),
            Self::Redacted { header } => {
                write!(f, "The log has no value of the header {header}: it was redacted.")
            }
            Self::Sanitised => f.write_str(
                "The HAR file has no Authorization header. Browsers leave it out unless the export is \"with \
                 sensitive data\".",
            ),
            Self::Form => f.write_str(
                "The command sends a form with -F. curl chooses the boundary when it sends, so the body is \
                 not known byte for byte.",
            ),
            Self::FileBody { name } => {
                write!(f, "The body is read from the file {name}, whose content is not known here.")
            }
            Self::Variable { name } => {
                write!(f, "`{name}` is replaced before the request is sent; its value is not known here.")
            }
        }
    }

    fn chinese(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Utf16 => f.write_str("文本为 UTF-16 编码，已按此读取。"),
            Self::Several { taken, of } => write!(f, "共有 {of} 次请求，这里取第 {taken} 次。"),
            Self::ResponsesSkipped { statuses } => {
                let statuses = list(statuses);
                write!(f, "最后一个应答之前还有其他应答（{statuses}），只以最后一个为准。")
            }
            Self::Joined { header, lines } => {
                write!(f, "{header} 头被拆成了 {lines} 行，已合并为一行读取。实际发送时若含换行，服务端会拒绝。")
            }
            Self::NotHeader { line } => write!(f, "第 {line} 行位于头部，但不是 HTTP 头，已跳过。"),
            Self::HeadersAlone => f.write_str(
                "这里只有 HTTP 头。请求的签名还包含方法、路径（含查询串）和报文主体；应答的签名还包含报文主体。",
            ),
            Self::NoEmptyLine => f.write_str("头部与报文主体之间缺少空行，已从第一个不是 HTTP 头的行开始读取主体。"),
            Self::LineEndsRemoved { bytes } => write!(
                f,
                "报文主体之后有 {bytes} 字节的换行未计入 Content-Length，通常由编辑器或终端添加，已去除。"
            ),
            Self::LineEndRestored => {
                f.write_str("Content-Length 计入了主体末尾的一个换行，而这里没有，通常是被编辑器删除，已补回。")
            }
            Self::LineEndsRestored => f.write_str("报文主体中的换行符已按 Content-Length 还原。"),
            Self::LengthDiffers { said, found } => write!(
                f,
                "Content-Length 为 {said} 字节，而这里的报文主体为 {found} 字节：主体在发送之后被改动或截断，以下结论仅针对这里的内容。"
            ),
            Self::Unindented { columns } => write!(f, "每行都以相同的 {columns} 个空格或制表符开头，已去除。"),
            Self::LineEndInDoubt => {
                f.write_str("报文主体以换行结尾。由于没有 Content-Length，无法判断它是实际发送的，还是编辑器添加的。")
            }
            Self::Decompressed => {
                f.write_str("Content-Encoding 标明了压缩方式，而这里的报文主体未压缩，按这里的内容验签。")
            }
            Self::BodyNotShown(Format::Raw | Format::Log | Format::Headers) => f.write_str(
                "这里缺少报文主体，而签名包含报文主体。请逐字节补上，或用 `curl --trace FILE` 记录请求。",
            ),
            Self::BodyNotShown(format) => write!(
                f,
                "{format:#}中没有报文主体，而签名包含报文主体。请用 `curl --trace FILE` 记录，或保存原始 HTTP 报文。"
            ),
            Self::Dots => f.write_str(
                "`curl --trace-ascii` 用点号代替每个非 ASCII 字节，报文主体可能与实际发送的不同；`curl --trace` 会保留全部字节。",
            ),
            Self::TraceCut { said, found } => write!(
                f,
                "trace 不完整：有一段标明 {said} 字节，而这里只有 {found} 字节，以下结论仅针对这里的内容。请提供 `curl --trace FILE` 的完整输出。"
            ),
            Self::Redacted { header } => write!(f, "日志中 {header} 头的值已被隐去。"),
            Self::Sanitised => f.write_str(
                "HAR 文件中没有 Authorization 头：浏览器默认不导出，请选择“包含敏感数据”的导出方式。",
            ),
            Self::Form => {
                f.write_str("命令用 -F 发送表单，boundary 在发送时由 curl 生成，因此无法得知报文主体的每个字节。")
            }
            Self::FileBody { name } => write!(f, "报文主体取自文件 {name}，这里不知道它的内容。"),
            Self::Variable { name } => write!(f, "`{name}` 在发送前会被替换，这里不知道它的值。"),
        }
    }
}

fn list(statuses: &[u16]) -> String {
    statuses.iter().map(u16::to_string).collect::<Vec<_>>().join(", ")
}
