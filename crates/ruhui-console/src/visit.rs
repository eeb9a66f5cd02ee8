//! One request of a visitor to a page: language, theme, address, and the controls for it.

use crate::controls::{Controls, InProcess};
use crate::language::Language;
use crate::page_origins::PageOrigins;
use crate::preferences::{self, Theme};
use axum::extract::FromRequestParts;
use axum::http::Method;
use axum::http::request::Parts;
use std::convert::Infallible;

/// One request of a visitor to a page.
pub(crate) struct Visit {
    pub(crate) controls: Controls,
    pub(crate) language: Language,
    pub(crate) theme: Theme,
    /// The programming language that the visitor has picked for snippets, such as `java`, if any.
    program: Option<String>,
    /// Path and query of the page; `None` for an act, whose address is no page.
    pub(crate) here: Option<String>,
    query: Vec<(String, String)>,
    /// The origins whose pages may open the join component.
    pub(crate) page_origins: PageOrigins,
}

impl FromRequestParts<InProcess> for Visit {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &InProcess) -> Result<Self, Infallible> {
        let cookie = |name| preferences::cookie(&parts.headers, name);
        let language = cookie(preferences::LANGUAGE)
            .and_then(Language::named)
            .unwrap_or_else(|| Language::preferred(&parts.headers));
        let theme = cookie(preferences::THEME).and_then(Theme::named).unwrap_or(Theme::System);
        let program = cookie(preferences::PROGRAM).map(str::to_owned);
        let query = parts.uri.query().unwrap_or_default();
        let query = serde_urlencoded::from_str(query).unwrap_or_default();
        let here = parts.uri.path_and_query().map_or("/", |here| here.as_str());
        let here = (parts.method == Method::GET).then(|| here.to_owned());
        let controls = Controls::new(state, language, &parts.extensions);
        let page_origins = PageOrigins::of(&parts.extensions);
        Ok(Self { controls, language, theme, program, here, query, page_origins })
    }
}

impl Visit {
    /// Returns the programming language of snippets: that of the query, or the one that the visitor has picked before.
    pub(crate) fn program(&self) -> Option<&str> {
        Some(self.query("for")).filter(|name| !name.is_empty()).or(self.program.as_deref())
    }

    /// Returns a parameter of the page's query; empty if it is missing.
    pub(crate) fn query(&self, name: &str) -> &str {
        let found = self.query.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value.as_str())
    }
}
