//! Input from users: request bodies, keys and saved HTTP messages.

use crate::language::Language;
use ruhui_core::bilingual::OsError;
use ruhui_core::capture::{self, Captured, Choice};
use ruhui_core::key::{is_not_a_path, is_text_of_key, may_be_secret, read_file};
use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;
use zeroize::Zeroizing;

/// Returns the bytes of `@file`, of standard input (`@-`), or of the text itself, unchanged, with any line
/// end.
pub(crate) fn data(argument: Option<&str>, language: Language) -> anyhow::Result<Vec<u8>> {
    match argument {
        None => Ok(Vec::new()),
        Some(text) => match text.strip_prefix('@') {
            Some(path) => file(Path::new(path), language),
            None => Ok(text.as_bytes().to_vec()),
        },
    }
}

/// Reads a file's bytes; `-` is standard input.
pub(crate) fn file(path: &Path, language: Language) -> anyhow::Result<Vec<u8>> {
    let read = if path == Path::new("-") {
        let mut bytes = Vec::new();
        io::stdin().read_to_end(&mut bytes).map(|_| bytes)
    } else {
        std::fs::read(path)
    };
    read.map_err(|error| unreadable(path, &error, language))
}

/// Reads a text file.
pub(crate) fn text(path: &Path, language: Language) -> anyhow::Result<String> {
    std::fs::read_to_string(path).map_err(|error| unreadable(path, &error, language))
}

fn unreadable(path: &Path, error: &io::Error, language: Language) -> anyhow::Error {
    let (path, error) = (path.display(), OsError::from(error));
    anyhow::anyhow!(
        language.pick(format!("{path} cannot be read: {error}"), format!("无法读取 {path}：{error:#}"))
    )
}

/// Reads a key or certificate as the SDK does: PEM text, or the path of a file. A value that is not a path
/// may be a key, so the error does not show it.
pub(crate) fn pem(given: &str, flag: &str, language: Language) -> anyhow::Result<Pem> {
    if is_text_of_key(given) {
        return Ok(Pem { shown: flag.to_owned(), bytes: Zeroizing::new(given.as_bytes().to_vec()) });
    }
    let neither = || {
        anyhow::anyhow!(language.pick(
            format!("{flag}: neither PEM text (-----BEGIN ...) nor the path of a file that exists"),
            format!("{flag}：既不是 PEM（-----BEGIN ...）也不是存在的文件路径"),
        ))
    };
    if given.is_empty() {
        return Err(neither());
    }
    let shown = language.pick(format!("{flag} ({given})"), format!("{flag}（{given}）"));
    match key_file(Path::new(given)) {
        Ok(bytes) => Ok(Pem { shown, bytes }),
        Err(error) if is_not_a_path(error.kind()) && may_be_secret(given) => Err(neither()),
        Err(error) => Err(language.say_of(shown, &OsError::from(error))),
    }
}

fn key_file(path: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
    let file = File::open(path)?;
    let length = file.metadata()?.len();
    read_file(file, length)
}

/// Contents of a key or certificate, and its name in messages.
pub(crate) struct Pem {
    pub(crate) shown: String,
    pub(crate) bytes: Zeroizing<Vec<u8>>,
}

/// Reads the HTTP message or messages in a file, in any format that `ruhui_core::capture` knows.
pub(crate) fn captured(path: &Path, choice: Choice, language: Language) -> anyhow::Result<Captured> {
    let material = file(path, language)?;
    capture::read_with(&material, choice).map_err(|why| language.say_of(path.display(), &why))
}
