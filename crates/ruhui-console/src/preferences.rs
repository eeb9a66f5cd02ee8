//! Preferences of a visitor, in cookies: language, theme, and the programming language of snippets.

use crate::controls::InProcess;
use crate::language::Language;
use axum::Router;
use axum::extract::Form;
use axum::http::header::{COOKIE, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{AppendHeaders, IntoResponse as _, Response};
use axum::routing::post;
use ruhui_core::programming_language::ProgrammingLanguage;
use serde::Deserialize;

/// The cookie of the language.
pub(crate) const LANGUAGE: &str = "ruhui_lang";
/// The cookie of the theme.
pub(crate) const THEME: &str = "ruhui_theme";
/// The cookie of the programming language.
pub(crate) const PROGRAM: &str = "ruhui_for";

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Theme {
    /// As the visitor's system has it.
    System,
    Light,
    Dark,
}

impl Theme {
    /// Returns the theme of this name, as the switch and the cookie have it.
    pub(crate) fn named(name: &str) -> Option<Self> {
        match name {
            "system" => Some(Self::System),
            "light" => Some(Self::Light),
            "dark" => Some(Self::Dark),
            _ => None,
        }
    }

    /// Returns the name for the page's attribute `data-theme`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

pub(crate) fn router() -> Router<InProcess> {
    Router::new().route("/preferences", post(set))
}

/// A change of preferences, and the page to return to.
#[derive(Deserialize)]
struct Change {
    #[serde(default)]
    lang: Option<String>,
    #[serde(default)]
    theme: Option<String>,
    #[serde(default, rename = "for")]
    program: Option<String>,
    #[serde(default)]
    back: String,
}

/// Returns the cookie that keeps a programming language; `None` for a text that is none.
pub(crate) fn of_program(name: &str) -> Option<HeaderValue> {
    let language: ProgrammingLanguage = name.parse().ok()?;
    HeaderValue::from_str(&kept(PROGRAM, language.as_str())).ok()
}

/// Returns the text of a cookie that is kept for a year.
fn kept(name: &str, value: &str) -> String {
    format!("{name}={value}; Path=/; Max-Age=31536000; SameSite=Strict")
}

/// Sets the known values, and returns to the page. Unknown ones are ignored.
async fn set(Form(change): Form<Change>) -> Response {
    let known = [
        (LANGUAGE, change.lang.filter(|name| Language::named(name).is_some())),
        (THEME, change.theme.filter(|name| Theme::named(name).is_some())),
        (PROGRAM, change.program.filter(|name| name.parse::<ProgrammingLanguage>().is_ok())),
    ];
    let cookies = known.into_iter().filter_map(|(name, value)| Some((SET_COOKIE, kept(name, &value?))));
    let cookies = AppendHeaders(cookies.collect::<Vec<_>>());
    (StatusCode::SEE_OTHER, cookies, [(LOCATION, own_path(&change.back).to_owned())]).into_response()
}

/// Returns a path of this origin; the start page for everything else. `//host` and `/\host` name other hosts.
pub(crate) fn own_path(back: &str) -> &str {
    let is_own = back.starts_with('/') && !back.starts_with("//") && !back.contains('\\');
    let is_plain = back.bytes().all(|byte| byte.is_ascii_graphic());
    if is_own && is_plain { back } else { "/" }
}

/// Returns the value of a cookie.
pub(crate) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let all = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let pairs = all.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.into_iter().find_map(|(known, value)| (known == name).then_some(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_origin_are_returned_to() {
        for own in ["/", "/requests?status=401", "/members/p/o"] {
            assert_eq!(own_path(own), own);
        }
        for other in
            ["", "requests", "//evil.example", "/\\evil.example", "https://evil.example", "/a\r\nX: y"]
        {
            assert_eq!(own_path(other), "/");
        }
    }
}
