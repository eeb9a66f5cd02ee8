//! `kit.env`: the addresses and keys that a client of a sandbox needs, as the sandbox writes them.

use crate::command::read_file;
use anyhow::{Context as _, Result};
use ruhui_core::key::is_text_of_key;
use std::collections::BTreeMap;
use std::path::Path;

/// Variables of one `kit.env`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Kit(BTreeMap<String, String>);

impl Kit {
    /// Reads the kit of the sandbox in `folder`.
    pub fn read(folder: &Path) -> Result<Self> {
        Self::of(&folder.join("kit/kit.env"))
    }

    /// Reads this `kit.env`.
    pub fn of(file: &Path) -> Result<Self> {
        Ok(Self::parse(&read_file(file)?))
    }

    /// Parses lines of `NAME='value'`, where a quote inside is written as `'\''`, as for a shell.
    fn parse(text: &str) -> Self {
        let line = |line: &str| {
            let (name, value) = line.split_once('=')?;
            let value = value.strip_prefix('\'')?.strip_suffix('\'')?;
            Some((name.to_owned(), value.replace(r"'\''", "'")))
        };
        Self(text.lines().filter_map(line).collect())
    }

    /// Returns the value of one variable.
    pub fn value(&self, name: &str) -> Result<&str> {
        self.0.get(name).map(String::as_str).with_context(|| format!("kit.env has no line for {name}"))
    }

    /// Returns the PEM text of a key. A kit of an earlier release names its file instead.
    pub fn pem(&self, name: &str) -> Result<String> {
        let value = self.value(name)?;
        if is_text_of_key(value) { Ok(value.replace(r"\n", "\n")) } else { read_file(Path::new(value)) }
    }

    /// Creates an SDK client for the kit's merchant.
    pub fn client(&self) -> Result<ruhui::Client> {
        let builder = ruhui::Client::partner(
            self.value("RUHUI_MCHID")?,
            self.value("RUHUI_SERIAL_NO")?,
            self.value("RUHUI_PRIVATE_KEY")?,
            self.value("RUHUI_WECHATPAY_PUBLIC_KEY_ID")?,
            self.value("RUHUI_WECHATPAY_PUBLIC_KEY")?,
        )?;
        let builder = builder.hosts(self.value("RUHUI_BASE_URL")?, self.value("RUHUI_BACKUP_URL")?);
        Ok(builder.build()?)
    }

    /// Returns all variables.
    pub fn variables(&self) -> impl Iterator<Item = (&String, &String)> {
        self.0.iter()
    }

    /// Returns the variables that stay the same from one start to the next: all except the addresses.
    pub fn lasting(&self) -> Self {
        Self(self.0.clone().into_iter().filter(|(name, _)| !name.ends_with("_URL")).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_are_undone_and_other_lines_passed_over() {
        let kit =
            Kit::parse("# a note\nRUHUI_BASE_URL='http://127.0.0.1:1'\nRUHUI_FILE='/it'\\''s/a=b'\nbroken\n");
        assert_eq!(kit.value("RUHUI_FILE").unwrap(), "/it's/a=b");
        assert_eq!(kit.variables().count(), 2);
        assert_eq!(kit.lasting().variables().count(), 1);
        assert!(kit.value("RUHUI_MCHID").is_err());
    }
}
