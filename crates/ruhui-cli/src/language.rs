//! The two languages that the tool speaks.

use clap::ValueEnum;

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
    /// The language of a locale such as `zh_CN.UTF-8`.
    pub(crate) fn of_locale(locale: &str) -> Self {
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
    pub(crate) fn say(self, value: &dyn std::fmt::Display) -> String {
        self.pick(format!("{value}"), format!("{value:#}"))
    }
}
