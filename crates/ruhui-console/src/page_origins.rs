//! Origins of web pages that may open the join component.

use axum::http::Extensions;
use std::sync::Arc;

/// Origins of every sandbox: a shop under development is served by the developer's machine. Content security policies
/// have no form for IPv6 addresses.
const LOOPBACK: &str = "http://localhost:* http://127.0.0.1:* https://localhost:* https://127.0.0.1:*";

/// Origins of web pages that may open the join component, next to those on loopback. The program that serves the pages
/// adds them to the extensions of each request; without it, loopback alone is allowed.
#[derive(Debug, Clone)]
pub struct PageOrigins(Arc<str>);

impl PageOrigins {
    /// Allows origins such as `https://shop.example`, in the form in which browsers send them.
    pub fn new<'a>(origins: impl IntoIterator<Item = &'a str>) -> Self {
        let all = std::iter::once(LOOPBACK).chain(origins);
        Self(all.collect::<Vec<_>>().join(" ").into())
    }

    /// Returns the origins that a request carries.
    pub(crate) fn of(extensions: &Extensions) -> Self {
        extensions.get().cloned().unwrap_or_else(|| Self::new([]))
    }

    /// Returns the origins, loopback included, as sources of a content security policy.
    pub(crate) fn sources(&self) -> &str {
        &self.0
    }
}
