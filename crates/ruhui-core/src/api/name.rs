//! Names of endpoints, as people write them.

use super::endpoint::{Endpoint, FamilyMarker as _};
use super::endpoints::{Visitor, visit};
use crate::types::Family;

/// Prefix of the names of the brand family's endpoints.
const BRANDS: &str = "brand_";

/// Fields that are never taken from a kit, although a kit has them, by the endpoints' names.
///
/// An invalidated template is lost for good. An imported user is a member afterwards, and the kit's user must stay
/// one who can get tokens.
const NEVER_OF_KIT: [(&str, &str); 2] =
    [("invalidate_card_template", "card_id"), ("import_user_card_by_openid", "openid")];

/// Name of an endpoint. The partner family's name stands for the endpoint of either family; the name with the
/// prefix `brand_` also selects the family.
///
/// ```
/// use ruhui_core::api::EndpointName;
/// use ruhui_core::types::Family;
///
/// let name = EndpointName::find("brand_query_user_card").unwrap();
/// assert_eq!((name.as_str(), name.family()), ("query_user_card", Some(Family::Brand)));
/// assert_eq!(EndpointName::nearest("qury_user_card"), Some("query_user_card"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndpointName {
    /// The name without the brand family's prefix.
    plain: &'static str,
    family: Option<Family>,
}

impl EndpointName {
    /// Returns the name that this text is; `None` if no endpoint has it.
    pub fn find(text: &str) -> Option<Self> {
        let name = all().into_iter().find(|name| *name == text)?;
        Some(match name.strip_prefix(BRANDS) {
            Some(plain) => Self { plain, family: Some(Family::Brand) },
            None => Self { plain: name, family: None },
        })
    }

    /// Returns the name that is most similar to this text, if any is similar enough.
    pub fn nearest(text: &str) -> Option<&'static str> {
        let likeness =
            |name| strsim::jaro_winkler(name, text).max(strsim::jaro_winkler(&sorted(name), &sorted(text)));
        let names = all().into_iter().map(|name| (likeness(name), name));
        names.filter(|(likeness, _)| *likeness > 0.8).max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, name)| name)
    }

    /// Returns the name without the brand family's prefix.
    pub fn as_str(&self) -> &'static str {
        self.plain
    }

    /// Returns the family of the caller, if the name selects it.
    pub fn family(&self) -> Option<Family> {
        self.family
    }

    /// Whether `E` is the endpoint of this name in the family `family`.
    pub fn is<E: Endpoint>(&self, family: Family) -> bool {
        E::Family::FAMILY == family && E::NAME.strip_prefix(BRANDS).unwrap_or(E::NAME) == self.plain
    }

    /// Whether a tool may take a missing field of this name from the kit of a sandbox: its brand, its template, or its
    /// user.
    pub fn takes_from_kit(&self, field: &str) -> bool {
        ["brand_id", "card_id", "openid"].contains(&field) && !NEVER_OF_KIT.contains(&(self.plain, field))
    }
}

/// The names of all endpoints, in the order of the documentation.
fn all() -> Vec<&'static str> {
    struct Names(Vec<&'static str>);
    impl Visitor for Names {
        fn endpoint<E: Endpoint>(&mut self) {
            self.0.push(E::NAME);
        }
    }
    let mut names = Names(Vec::new());
    visit(&mut names);
    names.0
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
        let of = |text| EndpointName::find(text).map(|name| (name.as_str(), name.family()));
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
            assert_eq!(EndpointName::nearest(text), Some(name), "{text}");
        }
        assert_eq!(EndpointName::nearest("zzz"), None);
    }
}
