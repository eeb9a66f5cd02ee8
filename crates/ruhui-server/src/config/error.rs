//! The error of a configuration file: one mistake, in one sentence.

use crate::reload::InvalidConfig;
use ruhui_core::bilingual::Bilingual;
use std::fmt;
use std::net::SocketAddr;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// A mistake in `ruhui.toml`, or in a file that it names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    /// The path of `ruhui.toml`.
    pub path: PathBuf,
    /// The line, counted from 1; `None` when the file as a whole is wrong.
    pub line: Option<usize>,
    /// The key, such as `merchants[0].mchid`.
    pub key: Option<String>,
    /// The fault, and what to do about it.
    pub what: Bilingual,
}

impl ConfigError {
    pub(super) fn new(path: &Path, what: impl Into<Bilingual>) -> Self {
        Self { path: path.to_owned(), line: None, key: None, what: what.into() }
    }

    /// The error for a file whose reading was cut short.
    pub(crate) fn unreadable(path: &Path) -> Self {
        Self::new(path, ("reading it failed: try again", "读取失败，请重试"))
    }

    /// The error for a listener that is not on loopback, in a file without `service.public_url`.
    pub(crate) fn public_url_missing(path: &Path, bound: SocketAddr) -> Self {
        let what = Bilingual::new(
            format!(
                "it is required, because `main` listens on {bound}, which others cannot reach: give the address at which this service is reached from outside, such as https://pay.example.com"
            ),
            format!(
                "`main` 监听 {bound}，该地址不能提供给他人，因此须填写本服务对外的访问地址，例如 https://pay.example.com"
            ),
        );
        Self { key: Some("service.public_url".to_owned()), ..Self::new(path, what) }
    }

    pub(super) fn at(
        path: &Path,
        text: &str,
        span: Range<usize>,
        key: impl Into<String>,
        what: impl Into<Bilingual>,
    ) -> Self {
        let line = text[..span.start.min(text.len())].matches('\n').count() + 1;
        Self { path: path.to_owned(), line: Some(line), key: Some(key.into()), what: what.into() }
    }
}

impl From<ConfigError> for InvalidConfig {
    fn from(error: ConfigError) -> Self {
        let message = Bilingual::of(&error);
        let ConfigError { path, line, key, .. } = error;
        Self { file: path, line, key, message }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if f.alternate() {
            return self.chinese(f);
        }
        write!(f, "{}", self.path.display())?;
        if let Some(line) = self.line {
            write!(f, ", line {line}")?;
        }
        if let Some(key) = self.key.as_deref().filter(|key| !key.is_empty()) {
            write!(f, ", `{key}`")?;
        }
        write!(f, ": {}", self.what)
    }
}

impl ConfigError {
    fn chinese(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.path.display())?;
        if let Some(line) = self.line {
            write!(f, " 第 {line} 行")?;
        }
        if let Some(key) = self.key.as_deref().filter(|key| !key.is_empty()) {
            write!(f, " `{key}`")?;
        }
        write!(f, "：{:#}", self.what)
    }
}

impl std::error::Error for ConfigError {}
