//! Keys and certificates as a caller gives them: PEM text, or the path of a file that holds it.

use crate::error::{Misuse, Parameter};
use std::fmt;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// A key or certificate: PEM text, or the path of a PEM file.
///
/// A text that contains `-----BEGIN ` is PEM, any other text is a path. The text is wiped when it is dropped
/// and no `Debug` shows it.
///
/// ```
/// use ruhui::Pem;
///
/// let path = Pem::from("kit/apiclient_key.pem");
/// let text = Pem::from("-----BEGIN PRIVATE KEY-----\nMIIE...\n-----END PRIVATE KEY-----\n");
/// assert_eq!(format!("{path:?}, {text:?}"), r#"Pem("kit/apiclient_key.pem"), Pem(redacted)"#);
/// ```
#[derive(Clone)]
pub struct Pem(Source);

#[derive(Clone)]
enum Source {
    Text(Zeroizing<String>),
    Path(PathBuf),
}

/// A PEM text and where it came from.
pub(crate) struct Loaded {
    pub(crate) text: Zeroizing<String>,
    pub(crate) path: Option<PathBuf>,
}

/// No key file is larger, and a wrong path may name anything.
const FILE_LIMIT: u64 = 1 << 20;

/// No sensible path is longer; a key without its BEGIN line is, and must not be printed as a path.
const PATH_LIMIT: usize = 512;

impl Pem {
    pub(crate) fn load(self, parameter: Parameter) -> Result<Loaded, Misuse> {
        let path = match self.0 {
            Source::Text(text) => return Ok(Loaded { text, path: None }),
            Source::Path(path) => path,
        };
        let shown = path.as_os_str();
        if shown.is_empty() || shown.len() > PATH_LIMIT || shown.to_string_lossy().contains('\n') {
            return Err(Misuse::NeitherPemNorPath { parameter });
        }
        match read(&path) {
            Ok(text) => Ok(Loaded { text, path: Some(path) }),
            Err(why) => Err(Misuse::Unreadable { parameter, path, why: why.to_string() }),
        }
    }
}

fn read(path: &Path) -> io::Result<Zeroizing<String>> {
    let mut text = Zeroizing::new(String::new());
    std::fs::File::open(path)?.take(FILE_LIMIT).read_to_string(&mut text)?;
    Ok(text)
}

impl From<String> for Pem {
    fn from(given: String) -> Self {
        match given.contains("-----BEGIN ") {
            true => Self(Source::Text(Zeroizing::new(given))),
            false => Self(Source::Path(given.into())),
        }
    }
}

impl From<&str> for Pem {
    fn from(given: &str) -> Self {
        given.to_owned().into()
    }
}

impl From<&String> for Pem {
    fn from(given: &String) -> Self {
        given.clone().into()
    }
}

impl From<PathBuf> for Pem {
    fn from(path: PathBuf) -> Self {
        Self(Source::Path(path))
    }
}

impl From<&Path> for Pem {
    fn from(path: &Path) -> Self {
        path.to_owned().into()
    }
}

impl From<&PathBuf> for Pem {
    fn from(path: &PathBuf) -> Self {
        path.clone().into()
    }
}

impl fmt::Debug for Pem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Source::Text(_) => f.write_str("Pem(redacted)"),
            // What is no path may be a key without its BEGIN line.
            Source::Path(path) if path.as_os_str().len() > PATH_LIMIT => f.write_str("Pem(redacted)"),
            Source::Path(path) => write!(f, "Pem({path:?})"),
        }
    }
}
