//! Members of an endpoint's body, in the order in which its struct declares them. A serializer that does not
//! leave out nulls writes all of them.

use crate::api::{self, Endpoint, Visitor as Endpoints};
use crate::wire::{is_path_parameter, member_names};

/// Returns the members of the body of a request, given its method and path.
pub(super) fn of(method: &str, path: &str) -> Vec<&'static str> {
    struct Search<'a> {
        method: &'a str,
        path: &'a str,
        found: Vec<&'static str>,
    }
    impl Endpoints for Search<'_> {
        fn endpoint<E: Endpoint>(&mut self) {
            if self.method != E::METHOD.as_str() || !matches(E::PATH, self.path) {
                return;
            }
            let members = member_names::<E>().iter().copied();
            self.found = members.filter(|member| !is_path_parameter::<E>(member)).collect();
        }
    }
    let mut search = Search { method, path, found: Vec::new() };
    api::visit(&mut search);
    search.found
}

/// Returns whether a path matches a template such as `/cards/{card_id}`.
pub(super) fn matches(template: &str, path: &str) -> bool {
    let (mut wanted, mut found) = (template.split('/'), path.split('/'));
    loop {
        match (wanted.next(), found.next()) {
            (None, None) => return true,
            (Some(wanted), Some(found))
                if wanted == found || wanted.starts_with('{') && !found.is_empty() => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_calls_members_are_found_by_its_path() {
        let found = of("POST", "/v3/brand/partner/card-member/user-cards/478515832665/confirm");
        assert!(found.starts_with(&["brand_id", "card_id", "openid"]), "{found:?}");
        assert!(!found.contains(&"user_card_code") && found.contains(&"level"), "{found:?}");
        assert!(of("GET", "/v3/no/such/path").is_empty());
    }
}
