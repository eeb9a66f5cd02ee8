//! Names of snapshots, which are also names of files.

use ruhui_core::bilingual::Bilingual;
use std::fmt;

/// The name of a snapshot: `[A-Za-z0-9][A-Za-z0-9._-]{0,63}`. It names a file of its own on every system, and never
/// one outside the folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SnapshotName(String);

impl SnapshotName {
    /// Largest number of characters.
    const MOST: usize = 64;

    /// # Errors
    ///
    /// The value, why it is no name, and what is possible.
    pub(crate) fn new(text: &str) -> Result<Self, Bilingual> {
        let is_inner = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
        let fault = match text.as_bytes() {
            [] => ("it is empty", "不能为空"),
            all if all.len() > Self::MOST => ("it is too long", "过长"),
            [first, ..] if !first.is_ascii_alphanumeric() => {
                ("it must begin with a letter or digit", "须以字母或数字开头")
            }
            all if !all.iter().copied().all(is_inner) => ("it has another character", "含有其他字符"),
            _ => return Ok(Self(text.to_owned())),
        };
        let shown: String = text.chars().take(Self::MOST).collect();
        Err(Bilingual::new(
            format!(
                "{shown:?} is no name of a snapshot: {}; a name has 1 to 64 letters (A to Z), digits, `.`, `_` and `-`",
                fault.0
            ),
            format!(
                "{shown:?} 不能作为快照名称：{}；名称由 1 至 64 个英文字母、数字、`.`、`_`、`-` 组成",
                fault.1
            ),
        ))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SnapshotName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_names_a_file_in_the_folder() {
        let longest = "a".repeat(64);
        for name in ["a", "members", "2026-11-29_two.members", "9", "a..", &longest] {
            assert_eq!(SnapshotName::new(name).map(|name| name.to_string()), Ok(name.to_owned()));
        }
        let longer = "a".repeat(65);
        for text in [
            "", ".", "..", ".hidden", "-x", "_x", "a/b", "../a", "a\\b", "a b", "会员", "a\0", "a%2e",
            &longer,
        ] {
            let fault = SnapshotName::new(text).unwrap_err();
            assert!(!fault.zh().is_ascii() && fault.en().contains("is no name"), "{fault}");
        }
    }
}
