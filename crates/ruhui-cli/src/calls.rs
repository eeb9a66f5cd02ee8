//! Endpoints by their names: all endpoints that the core knows, of both families.

mod defaults;
mod description;
mod draft;
mod examples;
mod field_type;

pub(crate) use description::Description;
pub(crate) use draft::{Drafted, draft};

use crate::credentials::Family;
use crate::language::Language;
use anyhow::anyhow;
use ruhui::api::{self, Endpoint, FamilyMarker as _, Visitor};
use ruhui::types;

/// Description of an endpoint in lists and help.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Known {
    pub(crate) name: &'static str,
    pub(crate) family: Family,
    pub(crate) method: String,
    pub(crate) path: &'static str,
    pub(crate) summary: &'static str,
    pub(crate) page: String,
    pub(crate) edition: &'static str,
}

/// Prefix of the names of the brand family's endpoints.
const BRANDS: &str = "brand_";

impl Known {
    fn of<E: Endpoint>() -> Self {
        Self {
            name: E::NAME,
            family: family::<E>(),
            method: E::METHOD.to_string(),
            path: E::PATH,
            summary: E::SUMMARY,
            page: E::DOCUMENT.url(),
            edition: E::DOCUMENT.edition,
        }
    }
}

fn family<E: Endpoint>() -> Family {
    match E::Family::FAMILY {
        types::Family::Partner => Family::Partner,
        types::Family::Brand => Family::Brand,
    }
}

/// Returns every endpoint, in the order of the documentation.
pub(crate) fn all() -> Vec<Known> {
    struct All(Vec<Known>);
    impl Visitor for All {
        fn endpoint<E: Endpoint>(&mut self) {
            self.0.push(Known::of::<E>());
        }
    }
    let mut all = All(Vec::new());
    api::visit(&mut all);
    all.0
}

/// Returns the endpoints whose names are valid for both families: those of the partner family.
pub(crate) fn plain() -> impl Iterator<Item = Known> {
    all().into_iter().filter(|call| call.family == Family::Partner)
}

/// Name of an endpoint. The partner family's name stands for the endpoint of either family; the name with the
/// brand family's prefix also selects the family.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Name {
    /// The name without the brand family's prefix.
    plain: &'static str,
    /// Family of the caller, if the name selects it.
    pub(crate) family: Option<Family>,
}

impl Name {
    pub(crate) fn find(text: &str) -> Option<Self> {
        let call = all().into_iter().find(|call| call.name == text)?;
        Some(match call.name.strip_prefix(BRANDS) {
            Some(plain) => Self { plain, family: Some(Family::Brand) },
            None => Self { plain: call.name, family: None },
        })
    }

    pub(crate) fn as_str(&self) -> &'static str {
        self.plain
    }

    /// Returns whether `E` is the endpoint of this name in its family.
    fn is<E: Endpoint>(&self) -> bool {
        E::NAME.strip_prefix(BRANDS).unwrap_or(E::NAME) == self.plain
    }
}

/// Returns the error for a name that has no endpoint in the brand family.
fn not_of_brands(name: &Name, language: Language) -> anyhow::Error {
    let name = name.as_str();
    anyhow!(language.pick(
        format!("{name} is a service provider's endpoint; brands have none like it"),
        format!("{name} 仅服务商可调用，品牌没有该接口"),
    ))
}

/// Returns the name that is most similar to this text, if any is similar enough.
pub(crate) fn nearest(text: &str) -> Option<&'static str> {
    let likeness =
        |name| strsim::jaro_winkler(name, text).max(strsim::jaro_winkler(&sorted(name), &sorted(text)));
    let names = all().into_iter().map(|call| (likeness(call.name), call.name));
    names.filter(|(likeness, _)| *likeness > 0.8).max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, name)| name)
}

/// Sorts the words of a name, so that their order does not matter: `card_query_user`.
fn sorted(name: &str) -> String {
    let mut words: Vec<_> = name.split('_').collect();
    words.sort_unstable();
    words.join("_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_who_calls_if_it_is_the_brands() {
        let of = |text| Name::find(text).map(|name| (name.as_str(), name.family));
        assert_eq!(of("query_user_card"), Some(("query_user_card", None)));
        assert_eq!(of("brand_query_user_card"), Some(("query_user_card", Some(Family::Brand))));
        assert_eq!(of("brand_echo"), None);
        assert_eq!(of("QUERY_USER_CARD"), None);
    }

    #[test]
    fn a_slip_is_near_to_a_name() {
        for (text, name) in [
            ("qury_user_card", "query_user_card"),
            ("user_card_query", "query_user_card"),
            ("create_preauth_token", "create_pre_auth_token"),
            ("brand_confirm_usercard", "brand_confirm_user_card"),
            ("upload", "upload_image"),
        ] {
            assert_eq!(nearest(text), Some(name), "{text}");
        }
        assert_eq!(nearest("zzz"), None);
    }

    #[test]
    fn a_brand_has_no_call_of_its_own() {
        let plain: Vec<_> = plain().map(|call| call.name).collect();
        let brands = all().into_iter().filter(|call| call.family == Family::Brand);
        for call in brands {
            let name = call.name.strip_prefix(BRANDS).unwrap();
            assert!(plain.contains(&name), "{name}");
        }
    }

    /// The command line distinguishes names from methods by lower case and upper case.
    #[test]
    fn names_are_in_small_letters() {
        for call in all() {
            assert!(call.name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{}", call.name);
        }
    }
}
