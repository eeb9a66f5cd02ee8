//! Programming languages and tools that examples and remedies are written in.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Programming language or tool of an example.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ProgrammingLanguage {
    /// Java.
    Java,
    /// Go.
    Go,
    /// JavaScript on Node.js.
    Node,
    /// Python.
    Python,
    /// PHP.
    Php,
    /// A shell with openssl and curl.
    Curl,
    /// Rust.
    Rust,
}

impl ProgrammingLanguage {
    /// All of them, the more frequent first.
    pub const ALL: [Self; 7] =
        [Self::Java, Self::Go, Self::Node, Self::Python, Self::Php, Self::Curl, Self::Rust];

    /// Returns the name for programs, such as `java`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Java => "java",
            Self::Go => "go",
            Self::Node => "node",
            Self::Python => "python",
            Self::Php => "php",
            Self::Curl => "curl",
            Self::Rust => "rust",
        }
    }

    /// Returns the name for people, such as `Node.js`.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Java => "Java",
            Self::Go => "Go",
            Self::Node => "Node.js",
            Self::Python => "Python",
            Self::Php => "PHP",
            Self::Curl => "curl",
            Self::Rust => "Rust",
        }
    }
}

/// Name that is none of a [`ProgrammingLanguage`]. `{}` prints English, `{:#}` Chinese.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownLanguage(String);

impl fmt::Display for UnknownLanguage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = ProgrammingLanguage::ALL.map(ProgrammingLanguage::as_str).join(", ");
        let name: String = self.0.chars().take(32).collect();
        if f.alternate() {
            write!(f, "没有 {name:?}；可选：{names}")
        } else {
            write!(f, "there is no {name:?}; possible are {names}")
        }
    }
}

impl std::error::Error for UnknownLanguage {}

impl FromStr for ProgrammingLanguage {
    type Err = UnknownLanguage;

    fn from_str(name: &str) -> Result<Self, UnknownLanguage> {
        let found = Self::ALL.into_iter().find(|language| language.as_str() == name);
        found.ok_or_else(|| UnknownLanguage(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_found_by_its_name() {
        for language in ProgrammingLanguage::ALL {
            assert_eq!(language.as_str().parse(), Ok(language));
        }
        let error = "Java".parse::<ProgrammingLanguage>().unwrap_err();
        assert!(error.to_string().ends_with("java, go, node, python, php, curl, rust"), "{error}");
        assert!(format!("{error:#}").starts_with("没有"), "{error:#}");
    }
}
