//! The two languages that the tool speaks.

use clap::ValueEnum;
use std::fmt::Display;

/// Which language messages are in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Language {
    /// English.
    #[value(name = "en")]
    English,
    /// 中文.
    #[value(name = "zh")]
    Chinese,
}

impl Language {
    /// The language of the system's locale, which is no setting of this tool: the first of the three
    /// variables that has a value counts.
    pub(crate) fn of_system() -> Self {
        let values = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().filter_map(std::env::var_os);
        let locale = values.map(|value| value.to_string_lossy().into_owned()).find(|value| !value.is_empty());
        Self::of_locale(&locale.unwrap_or_default())
    }

    /// The language of a locale such as `zh_CN.UTF-8`.
    fn of_locale(locale: &str) -> Self {
        if locale.starts_with("zh") { Self::Chinese } else { Self::English }
    }

    /// One of two texts.
    pub(crate) fn pick<T>(self, en: T, zh: T) -> T {
        match self {
            Self::English => en,
            Self::Chinese => zh,
        }
    }

    /// A value whose `{}` is English and whose `{:#}` is Chinese.
    pub(crate) fn say(self, value: &dyn Display) -> String {
        self.pick(format!("{value}"), format!("{value:#}"))
    }

    /// `about: error`, where the error prints as for [`Self::say`].
    pub(crate) fn say_of(self, about: impl Display, error: &dyn Display) -> anyhow::Error {
        anyhow::anyhow!("{about}{}{}", self.pick(": ", "："), self.say(error))
    }

    /// Names in a row, as many as there are.
    pub(crate) fn list(self, names: &[&str]) -> String {
        match names.split_last() {
            Some((last, rest)) if !rest.is_empty() => {
                let rest = rest.join(self.pick(", ", "、"));
                format!("{rest}{}{last}", self.pick(" and ", "、"))
            }
            _ => names.concat(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_locale_says_the_language() {
        for (locale, language) in [
            ("zh_CN.UTF-8", Language::Chinese),
            ("zh", Language::Chinese),
            ("en_US.UTF-8", Language::English),
            ("C", Language::English),
            ("", Language::English),
        ] {
            assert_eq!(Language::of_locale(locale), language, "{locale}");
        }
    }

    #[test]
    fn names_stand_in_a_row() {
        assert_eq!(Language::English.list(&["a"]), "a");
        assert_eq!(Language::English.list(&["a", "b", "c"]), "a, b and c");
        assert_eq!(Language::Chinese.list(&["a", "b", "c"]), "a、b、c");
    }
}
