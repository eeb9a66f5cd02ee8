//! Remedies: a few lines that do it right, in each programming language. Causes with the same advice share one.
//!
//! A remedy has no comments, so it reads alike in English and Chinese. It uses the names `host`, `path`, `target`,
//! `timestamp`, `nonce`, `body`, `message` and `signature` for the parts of a request.

mod header;
mod message;
mod signature;
#[cfg(test)]
mod tests;

pub(super) use header::{ACCEPT_AND_USER_AGENT, FILE_DIGEST, THE_FORM, WECHATPAY_SERIAL};
pub(super) use message::{
    CAPITALS, EMPTY_LAST_LINE, FILL_IN, LINE_FEEDS, NO_MARK, ONE_TEXT, SEND_JSON, SIGN_THE_META,
    SIGN_THE_REQUEST_LINE, SIGN_WHAT_YOU_SEND, UTF_8,
};
pub(super) use signature::{PRINT, PRIVATE_KEY, SERIAL, SIGN};

use crate::programming_language::ProgrammingLanguage;
use serde::ser::{Serialize, SerializeMap as _, Serializer};

/// Lines of a program that put a cause right, in each programming language. Its JSON is an object with one member
/// for each language.
#[derive(Debug, PartialEq, Eq)]
pub struct Remedy {
    java: &'static str,
    go: &'static str,
    node: &'static str,
    python: &'static str,
    php: &'static str,
    curl: &'static str,
    rust: &'static str,
}

impl Remedy {
    /// Returns the lines in a language.
    pub const fn lines(&self, language: ProgrammingLanguage) -> &'static str {
        match language {
            ProgrammingLanguage::Java => self.java,
            ProgrammingLanguage::Go => self.go,
            ProgrammingLanguage::Node => self.node,
            ProgrammingLanguage::Python => self.python,
            ProgrammingLanguage::Php => self.php,
            ProgrammingLanguage::Curl => self.curl,
            ProgrammingLanguage::Rust => self.rust,
        }
    }
}

impl Serialize for Remedy {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut languages = serializer.serialize_map(Some(ProgrammingLanguage::ALL.len()))?;
        for language in ProgrammingLanguage::ALL {
            languages.serialize_entry(language.as_str(), self.lines(language))?;
        }
        languages.end()
    }
}
