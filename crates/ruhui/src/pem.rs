//! Keys and certificates as a caller gives them: PEM text, or the path of a file that holds it.

use crate::error::{Parameter, UsageError};
use ruhui_core::bilingual::OsError;
use ruhui_core::key::{is_not_a_path, is_text_of_key, may_be_secret, read_file};
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// A key or certificate: PEM text, or the path of a PEM file.
///
/// A text with a BEGIN line, with several lines, or of Base64 is the key itself; any other text is a path.
/// Texts and files may have every form that
/// [`PrivateKey::from_bytes`](ruhui_core::key::PrivateKey::from_bytes) reads. The text is wiped from memory
/// when it is dropped, and `Debug` never shows it.
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

/// Contents of a key or certificate, and the path of their file, if they have one.
pub(crate) struct Loaded {
    pub(crate) bytes: Zeroizing<Vec<u8>>,
    pub(crate) path: Option<PathBuf>,
}

impl Pem {
    pub(crate) fn load(self, parameter: Parameter) -> Result<Loaded, UsageError> {
        let path = match self.0 {
            Source::Text(text) => {
                return Ok(Loaded { bytes: Zeroizing::new(text.as_bytes().to_vec()), path: None });
            }
            Source::Path(path) => path,
        };
        if path.as_os_str().is_empty() {
            return Err(UsageError::NeitherPemNorPath { parameter });
        }
        match read(&path) {
            Ok(bytes) => Ok(Loaded { bytes, path: Some(path) }),
            Err(error) if is_not_a_path(error.kind()) && may_be_secret(&path.to_string_lossy()) => {
                Err(UsageError::NeitherPemNorPath { parameter })
            }
            Err(error) => Err(UsageError::Unreadable { parameter, path, why: OsError::from(&error) }),
        }
    }
}

fn read(path: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
    let file = std::fs::File::open(path)?;
    let length = file.metadata()?.len();
    read_file(file, length)
}

impl From<String> for Pem {
    fn from(given: String) -> Self {
        if is_text_of_key(&given) {
            Self(Source::Text(Zeroizing::new(given)))
        } else {
            Self(Source::Path(given.into()))
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
            Source::Path(path) if may_be_secret(&path.to_string_lossy()) => f.write_str("Pem(redacted)"),
            Source::Path(path) => write!(f, "Pem({path:?})"),
        }
    }
}
