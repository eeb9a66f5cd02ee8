//! The configuration file as the source of mistakes, and the files that it names.

use super::error::ConfigError;
use crate::files::Files;
use ruhui_core::bilingual::{Bilingual, OsError};
use ruhui_core::key::Certificate;
use std::ops::Range;
use std::path::{Path, PathBuf};
use toml::Spanned;
use zeroize::Zeroizing;

/// The path and text of the file, for messages and for the folder that paths are relative to, and the files around it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Source<'a> {
    pub(super) files: &'a Files,
    pub(super) path: &'a Path,
    pub(super) text: &'a str,
}

impl Source<'_> {
    pub(super) fn fault(self, key: &str, span: Range<usize>, what: impl Into<Bilingual>) -> ConfigError {
        ConfigError::at(self.path, self.text, span, key, what)
    }

    /// Reads a file that the configuration names.
    pub(super) fn read(self, key: &str, file: &Spanned<PathBuf>) -> Result<Zeroizing<Vec<u8>>, ConfigError> {
        let path = self.path.parent().unwrap_or_else(|| Path::new("")).join(file.get_ref());
        self.files.read(&path).map_err(|error| {
            let (path, error) = (path.display(), OsError::from(error));
            let what = Bilingual::new(
                format!("{path} cannot be read: {error}"),
                format!("{path} 无法读取：{error:#}"),
            );
            self.fault(key, file.span(), what)
        })
    }

    /// Reads a text file in UTF-8 that the configuration names.
    pub(super) fn read_text(
        self,
        key: &str,
        file: &Spanned<PathBuf>,
    ) -> Result<Zeroizing<String>, ConfigError> {
        let bytes = self.read(key, file)?;
        let text = str::from_utf8(&bytes).map(|text| Zeroizing::new(text.to_owned()));
        text.map_err(|_| {
            self.fault(key, file.span(), ("the file is not text in UTF-8", "该文件不是 UTF-8 文本"))
        })
    }

    /// Reads certificate files, and returns the certificates as PEM.
    pub(super) fn certificates(
        self,
        key: &str,
        files: &[Spanned<PathBuf>],
    ) -> Result<Vec<String>, ConfigError> {
        let read = |(index, file): (usize, &Spanned<PathBuf>)| {
            let key = format!("{key}[{index}]");
            let bytes = self.read(&key, file)?;
            let certificate = Certificate::from_bytes(&bytes)
                .map_err(|error| self.fault(&key, file.span(), Bilingual::of(&error)))?;
            Ok(certificate.to_pem())
        };
        files.iter().enumerate().map(read).collect()
    }
}
