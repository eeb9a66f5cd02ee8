//! The language of a visitor, and texts in both languages.

use axum::http::HeaderMap;
use axum::http::header::ACCEPT_LANGUAGE;
use serde::Deserialize;

/// The language of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    English,
    Chinese,
}

impl Language {
    /// Returns the language of this name, as the switch and the cookie have it.
    pub(crate) fn named(name: &str) -> Option<Self> {
        match name {
            "en" => Some(Self::English),
            "zh" => Some(Self::Chinese),
            _ => None,
        }
    }

    /// Returns the language that a browser prefers: the first of the two in its list, whose order browsers keep.
    pub(crate) fn preferred(headers: &HeaderMap) -> Self {
        let accepted = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let named = accepted.split(',').find_map(|range| Self::named(range.trim().get(..2)?));
        named.unwrap_or(Self::English)
    }

    /// Returns the name for URLs, cookies and `Accept-Language`.
    pub(crate) fn name(self) -> &'static str {
        self.pick("en", "zh")
    }

    /// Returns the value of the attribute `lang`.
    pub(crate) fn tag(self) -> &'static str {
        self.pick("en", "zh-CN")
    }

    /// Returns one of two values.
    pub(crate) fn pick<T>(self, english: T, chinese: T) -> T {
        match self {
            Self::English => english,
            Self::Chinese => chinese,
        }
    }
}

/// A text of a control that has both languages.
#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Both {
    en: String,
    zh: String,
}

impl Both {
    /// Returns the text in a language. Templates pass values by reference.
    pub(crate) fn of(&self, language: &Language) -> &str {
        language.pick(&self.en, &self.zh)
    }
}

/// Declares the texts of a page: a struct with one text per field, and a value of it for each language. A text without
/// its translation does not compile, and neither does a text that no template uses.
macro_rules! texts {
    ($(#[$doc:meta])* $visibility:vis $name:ident { $($key:ident: $en:literal, $zh:literal;)* }) => {
        $(#[$doc])*
        #[derive(Debug)]
        $visibility struct $name {
            $(pub(crate) $key: &'static str,)*
        }

        impl $name {
            /// Returns the texts in a language.
            $visibility fn of(language: $crate::language::Language) -> &'static Self {
                static ENGLISH: $name = $name { $($key: $en,)* };
                static CHINESE: $name = $name { $($key: $zh,)* };
                language.pick(&ENGLISH, &CHINESE)
            }
        }
    };
}
pub(crate) use texts;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_known_language_of_a_browser_counts() {
        let preferred = |list: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_LANGUAGE, list.parse().unwrap());
            Language::preferred(&headers)
        };
        assert_eq!(preferred("zh-CN,zh;q=0.9,en;q=0.8"), Language::Chinese);
        assert_eq!(preferred("en-US,en;q=0.9,zh;q=0.1"), Language::English);
        assert_eq!(preferred("de, zh-TW"), Language::Chinese);
        assert_eq!(preferred("de"), Language::English);
        assert_eq!(preferred(""), Language::English);
        assert_eq!(Language::preferred(&HeaderMap::new()), Language::English);
    }
}
