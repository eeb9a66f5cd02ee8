//! Texts in English and Chinese, and sentences in both languages for errors of the operating system.
//!
//! `{}` prints English and `{:#}` prints Chinese, as for every error type of these crates. This module
//! performs no IO: it describes errors that the caller has met.

use serde::Serialize;
use std::borrow::Cow;
use std::fmt;
use std::io::{self, ErrorKind};

/// Text in both languages.
///
/// ```
/// use ruhui_core::bilingual::Bilingual;
///
/// let text = Bilingual::new("the file is empty", "文件为空");
/// assert_eq!(format!("{text} / {text:#}"), "the file is empty / 文件为空");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Bilingual {
    en: Cow<'static, str>,
    zh: Cow<'static, str>,
}

impl Bilingual {
    /// Makes a text from its English and its Chinese form.
    pub fn new(en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self { en: Cow::Owned(en.into()), zh: Cow::Owned(zh.into()) }
    }

    /// Makes a text at compile time, for tables.
    pub const fn fixed(en: &'static str, zh: &'static str) -> Self {
        Self { en: Cow::Borrowed(en), zh: Cow::Borrowed(zh) }
    }

    /// Makes a text from a value whose `{}` is English and whose `{:#}` is Chinese.
    pub fn of(value: &dyn fmt::Display) -> Self {
        Self::new(format!("{value}"), format!("{value:#}"))
    }

    /// Returns the English text.
    pub fn en(&self) -> &str {
        &self.en
    }

    /// Returns the Chinese text.
    pub fn zh(&self) -> &str {
        &self.zh
    }
}

impl fmt::Display for Bilingual {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if f.alternate() { &self.zh } else { &self.en })
    }
}

impl std::error::Error for Bilingual {}

impl From<(&str, &str)> for Bilingual {
    fn from((en, zh): (&str, &str)) -> Self {
        Self::new(en, zh)
    }
}

impl From<io::Error> for Bilingual {
    fn from(error: io::Error) -> Self {
        Self::of(&OsError::from(&error))
    }
}

/// Error of the operating system: a sentence in both languages, with the error's number.
///
/// ```
/// use ruhui_core::bilingual::OsError;
/// use std::io;
///
/// let error = OsError::from(&io::Error::from(io::ErrorKind::NotFound));
/// assert_eq!(format!("{error} / {error:#}"), "there is no such file or folder / 文件或目录不存在");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OsError {
    kind: ErrorKind,
    code: Option<i32>,
}

impl OsError {
    /// Returns the kind of the error.
    pub fn kind(self) -> ErrorKind {
        self.kind
    }

    /// Returns the error's number in the operating system.
    pub fn code(self) -> Option<i32> {
        self.code
    }

    fn words(self) -> (&'static str, &'static str) {
        match self.kind {
            ErrorKind::NotFound => ("there is no such file or folder", "文件或目录不存在"),
            ErrorKind::PermissionDenied => ("this user has no permission", "当前用户没有权限"),
            ErrorKind::IsADirectory => ("it is a folder, a file is needed", "这是目录，此处需要文件"),
            ErrorKind::NotADirectory => {
                ("a part of the path is a file, not a folder", "路径中有一部分是文件，不是目录")
            }
            ErrorKind::AlreadyExists => ("it exists already", "已存在"),
            ErrorKind::DirectoryNotEmpty => ("the folder is not empty", "目录不为空"),
            ErrorKind::ReadOnlyFilesystem => ("the disk is read-only", "磁盘为只读"),
            ErrorKind::StorageFull => ("the disk is full", "磁盘空间不足"),
            ErrorKind::QuotaExceeded => ("the user's share of the disk is used up", "磁盘配额已用完"),
            ErrorKind::FileTooLarge => ("the file is too large", "文件过大"),
            ErrorKind::InvalidFilename => ("this is not a possible name of a file", "文件名无效"),
            ErrorKind::ResourceBusy | ErrorKind::ExecutableFileBusy => {
                ("another program uses it", "正被其他程序使用")
            }
            ErrorKind::CrossesDevices => ("it lies on another disk", "位于另一磁盘"),
            ErrorKind::TooManyLinks => ("links lead in a circle", "链接过多或成环"),
            ErrorKind::StaleNetworkFileHandle => ("the network drive is gone", "网络磁盘已断开"),
            ErrorKind::AddrInUse => ("another program listens there already", "该地址已被其他程序占用"),
            ErrorKind::AddrNotAvailable => {
                ("no network interface of this machine has this address", "本机没有该地址")
            }
            ErrorKind::ConnectionRefused => ("nothing listens there", "该地址没有程序监听"),
            ErrorKind::ConnectionReset => ("the other side reset the connection", "对方重置了连接"),
            ErrorKind::ConnectionAborted => ("the connection was aborted", "连接已中止"),
            ErrorKind::NotConnected => ("there is no connection", "尚未建立连接"),
            ErrorKind::BrokenPipe => ("the program that reads the output has ended", "读取输出的程序已退出"),
            ErrorKind::HostUnreachable => ("the host cannot be reached", "无法到达该主机"),
            ErrorKind::NetworkUnreachable => ("the network cannot be reached", "无法到达该网络"),
            ErrorKind::NetworkDown => ("the network is down", "网络不可用"),
            ErrorKind::TimedOut => ("it took too long", "操作超时"),
            ErrorKind::WouldBlock => ("it is locked by another program", "已被其他程序锁定"),
            ErrorKind::UnexpectedEof => ("the data end too early", "数据不完整"),
            ErrorKind::WriteZero => ("nothing more can be written", "无法继续写入"),
            ErrorKind::InvalidData => ("the contents are not text in UTF-8", "内容不是 UTF-8 文本"),
            ErrorKind::InvalidInput => ("the name or address is not a possible one", "名称或地址无效"),
            ErrorKind::OutOfMemory => ("there is not enough memory", "内存不足"),
            ErrorKind::Interrupted => ("it was interrupted", "操作被中断"),
            ErrorKind::Unsupported => ("this system does not support it", "本系统不支持该操作"),
            _ => self.words_by_code(),
        }
    }

    /// Returns the sentences for errors without a kind in the standard library, by the numbers that Unix
    /// systems share.
    fn words_by_code(self) -> (&'static str, &'static str) {
        match self.code {
            Some(5) => ("the device failed to read or write", "设备读写失败"),
            Some(23 | 24) => ("too many files are open", "打开的文件过多"),
            _ => ("the operating system reports an error", "操作系统报告错误"),
        }
    }
}

impl From<&io::Error> for OsError {
    fn from(error: &io::Error) -> Self {
        Self { kind: error.kind(), code: error.raw_os_error() }
    }
}

impl From<io::Error> for OsError {
    fn from(error: io::Error) -> Self {
        Self::from(&error)
    }
}

impl From<ErrorKind> for OsError {
    fn from(kind: ErrorKind) -> Self {
        Self { kind, code: None }
    }
}

impl fmt::Display for OsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (en, zh) = self.words();
        match (self.code, f.alternate()) {
            (None, false) => f.write_str(en),
            (None, true) => f.write_str(zh),
            (Some(code), false) => write!(f, "{en} (os error {code})"),
            (Some(code), true) => write!(f, "{zh}（os error {code}）"),
        }
    }
}

impl std::error::Error for OsError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_of_the_system_has_our_words_and_its_number() {
        let error = OsError::from(&io::Error::from_raw_os_error(2));
        assert_eq!(error.to_string(), "there is no such file or folder (os error 2)");
        assert_eq!(format!("{error:#}"), "文件或目录不存在（os error 2）");
        let error = OsError::from(&io::Error::from_raw_os_error(24));
        assert_eq!(format!("{error:#}"), "打开的文件过多（os error 24）");
        let error = OsError::from(&io::Error::other("a sentence of a library"));
        assert_eq!(error.to_string(), "the operating system reports an error");
    }
}
