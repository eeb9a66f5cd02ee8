//! The two languages of the tool's messages, English and Chinese.

use std::ffi::OsString;
use std::fmt::Display;

/// Language of messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    /// English.
    English,
    /// 中文.
    Chinese,
}

impl Language {
    /// Returns the language of the system's locale: of the first of the variables `LC_ALL`, `LC_MESSAGES` and
    /// `LANG` that is not empty.
    pub(crate) fn of_system() -> Self {
        let values = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().filter_map(std::env::var_os);
        let locale = values.map(|value| value.to_string_lossy().into_owned()).find(|value| !value.is_empty());
        Self::of_locale(&locale.unwrap_or_default())
    }

    /// Returns the language that a command line asks for, even if the command line has mistakes: the messages
    /// about them are in this language.
    pub(crate) fn meant(arguments: &[OsString]) -> Self {
        let texts: Vec<_> = arguments.iter().map(|argument| argument.to_string_lossy()).collect();
        let flag = texts.iter().enumerate().find_map(|(at, text)| match text.strip_prefix("--lang=") {
            Some(value) => Some(value.to_owned()),
            None if text == "--lang" => texts.get(at + 1).map(ToString::to_string),
            None => None,
        });
        let variable = || std::env::var_os("RUHUI_LANG").map(|value| value.to_string_lossy().into_owned());
        flag.or_else(variable).and_then(|text| Self::named(&text)).unwrap_or_else(Self::of_system)
    }

    /// Returns the language of a code or a locale: `zh`, `zh_CN.UTF-8`, `zh-Hans`, `en-US`.
    pub(crate) fn named(text: &str) -> Option<Self> {
        let lower = text.trim().to_ascii_lowercase();
        let code = lower.split(['_', '-', '.', '@']).next().unwrap_or_default();
        match code {
            "zh" | "cn" | "chinese" | "中文" => Some(Self::Chinese),
            "en" | "english" | "c" | "posix" => Some(Self::English),
            _ => None,
        }
    }

    /// Returns the language of a locale such as `zh_CN.UTF-8`.
    fn of_locale(locale: &str) -> Self {
        if locale.starts_with("zh") { Self::Chinese } else { Self::English }
    }

    /// Returns the one of two values that is in this language.
    pub(crate) fn pick<T>(self, en: T, zh: T) -> T {
        match self {
            Self::English => en,
            Self::Chinese => zh,
        }
    }

    /// Formats a value whose `{}` prints English and whose `{:#}` prints Chinese.
    pub(crate) fn say(self, value: &dyn Display) -> String {
        self.pick(format!("{value}"), format!("{value:#}"))
    }

    /// Creates the error `about: error`, with `error` formatted as by [`Self::say`].
    pub(crate) fn say_of(self, about: impl Display, error: &dyn Display) -> anyhow::Error {
        anyhow::anyhow!("{about}{}{}", self.pick(": ", "："), self.say(error))
    }

    /// Joins names into a list, such as `a, b and c`.
    pub(crate) fn list<T: AsRef<str>>(self, names: &[T]) -> String {
        let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
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
    fn a_language_goes_by_its_code_or_a_locale() {
        for text in ["zh", "zh_CN", "zh-CN", "zh_CN.UTF-8", "zh-Hans", "ZH", "中文"] {
            assert_eq!(Language::named(text), Some(Language::Chinese), "{text}");
        }
        for text in ["en", "en_US.UTF-8", "en-GB", "C", "POSIX"] {
            assert_eq!(Language::named(text), Some(Language::English), "{text}");
        }
        assert_eq!(Language::named("fr"), None);
        let arguments = |words: &[&str]| words.iter().map(OsString::from).collect::<Vec<_>>();
        assert_eq!(Language::meant(&arguments(&["ruhui", "tokn", "--lang", "zh_CN"])), Language::Chinese);
        assert_eq!(Language::meant(&arguments(&["ruhui", "--lang=zh", "--no"])), Language::Chinese);
    }

    #[test]
    fn names_stand_in_a_row() {
        assert_eq!(Language::English.list(&["a"]), "a");
        assert_eq!(Language::English.list(&["a", "b", "c"]), "a, b and c");
        assert_eq!(Language::Chinese.list(&["a", "b", "c"]), "a、b、c");
    }
}
