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
use ruhui::api::{self, Endpoint, EndpointName, FamilyMarker as _, Visitor};

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
            family: E::Family::FAMILY.into(),
            method: E::METHOD.to_string(),
            path: E::PATH,
            summary: E::SUMMARY,
            page: E::DOCUMENT.url(),
            edition: E::DOCUMENT.edition,
        }
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

/// Returns the error for a name that has no endpoint in the brand family.
fn not_of_brands(name: &EndpointName, language: Language) -> anyhow::Error {
    let name = name.as_str();
    anyhow!(language.pick(
        format!("{name} is a service provider's endpoint; brands have none like it"),
        format!("{name} 仅服务商可调用，品牌没有该接口"),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

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
