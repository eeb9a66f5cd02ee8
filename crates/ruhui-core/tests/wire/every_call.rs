//! Round trips: each side decodes every request and response of the other.

use crate::draw::{Choices, Drawn, shows_sensitive};
use crate::{MERCHANT, PLATFORM};
use http::Method;
use percent_encoding::percent_decode_str;
use proptest::prelude::*;
use ruhui_core::api::{Endpoint, FamilyMarker as _};
use ruhui_core::types::Family;
use ruhui_core::wire::{self, Encoded};
use serde_json::{Map, Value};
use std::fmt::Debug;

/// Visits every endpoint, with the bounds that `Visitor` does not have.
pub(crate) fn every_call(taker: &mut impl Taker) {
    macro_rules! take {
        ($endpoint:ty) => {
            taker.take::<$endpoint>()
        };
    }
    ruhui_core::for_each_endpoint!(take);
}

/// A visitor of every endpoint.
pub(crate) trait Taker {
    fn take<E>(&mut self)
    where
        E: Endpoint<Response: Drawn + PartialEq + Debug> + Drawn + Clone + PartialEq + Debug;
}

struct RoundTrips(Choices);

impl Taker for RoundTrips {
    fn take<E>(&mut self)
    where
        E: Endpoint<Response: Drawn + PartialEq + Debug> + Drawn + Clone + PartialEq + Debug,
    {
        let call: E = self.0.again();
        let encoded = wire::encode(&call, Some(&PLATFORM.1)).unwrap();
        let sent = Sent::of::<E>(&encoded);
        let path: Vec<_> = sent.path.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let read: E = wire::decode(&path, sent.query, &encoded.body, Some(&PLATFORM.0)).unwrap();
        assert_eq!(read, call, "{}", E::NAME);
        sent.check::<E>(&encoded);

        let response: E::Response = self.0.again();
        let body = wire::encode_response(&response, Some(&MERCHANT.1)).unwrap();
        let read: E::Response = wire::decode_response(&body, Some(&MERCHANT.0)).unwrap();
        assert_eq!(read, response, "{}", E::NAME);
        assert!(!shows_sensitive(&String::from_utf8(body).unwrap()), "{}", E::NAME);
    }
}

/// The parts into which a router splits a request.
struct Sent<'a> {
    path: Vec<(&'static str, String)>,
    query: Option<&'a str>,
}

impl<'a> Sent<'a> {
    fn of<E: Endpoint>(encoded: &'a Encoded) -> Self {
        let (path, query) = match encoded.target.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (encoded.target.as_str(), None),
        };
        assert_eq!(path.split('/').count(), E::PATH.split('/').count(), "{path}");
        let mut parameters = Vec::new();
        for (name, value) in E::PATH.split('/').zip(path.split('/')) {
            match name.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
                None => assert_eq!(value, name),
                Some(name) => {
                    let value = percent_decode_str(value).decode_utf8().unwrap();
                    parameters.push((name, value.into_owned()));
                }
            }
        }
        Self { path: parameters, query }
    }

    /// Checks properties that every request has.
    fn check<E: Endpoint>(&self, encoded: &Encoded) {
        let name = E::NAME;
        let target = percent_decode_str(&encoded.target).decode_utf8().unwrap();
        assert!(!shows_sensitive(&target), "{name}");
        let of_an_address = |c: char| c.is_ascii_alphanumeric() || "/-._~%?&=".contains(c);
        assert!(encoded.target.chars().all(of_an_address), "{name}: {}", encoded.target);

        assert!(E::METHOD == Method::GET || self.query.is_none(), "{name}");
        assert!(E::METHOD != Method::GET || encoded.body.is_empty(), "{name}");
        let body: Map<String, Value> = match &encoded.body[..] {
            [] => Map::new(),
            body => serde_json::from_slice(body).unwrap(),
        };
        assert!(encoded.body.is_empty() || !body.is_empty(), "{name} sends {{}}");
        assert!(!shows_sensitive(&serde_json::to_string(&body).unwrap()), "{name}");
        let repeated = self.path.iter().find(|(parameter, _)| body.contains_key(*parameter));
        assert_eq!(repeated, None, "{name} says it in its path, too");
        if E::Family::FAMILY == Family::Brand {
            let query = self.query.unwrap_or_default();
            assert!(!body.contains_key("brand_id") && !query.contains("brand_id="), "{name}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn every_call_and_every_response_survive_the_wire(choices in Choices::any()) {
        every_call(&mut RoundTrips(choices));
    }
}

/// Without a key, a request without sensitive fields is encoded. For any other request the error names a field.
#[test]
fn only_what_is_sensitive_needs_a_key() {
    struct Keyless(Vec<&'static str>);
    impl Taker for Keyless {
        fn take<E: Endpoint + Drawn>(&mut self) {
            let call: E = Choices::everything().draw();
            if wire::encode(&call, None).is_err() {
                assert!(E::HAS_ENCRYPTED_FIELDS, "{} encrypts a field and does not say so", E::NAME);
                self.0.push(E::NAME);
            }
        }
    }
    let mut keyless = Keyless(Vec::new());
    every_call(&mut keyless);
    let encrypted: Vec<_> = keyless.0.into_iter().filter(|name| !name.starts_with("brand_")).collect();
    assert_eq!(
        encrypted,
        [
            "modify_user_card",
            "confirm_user_card",
            "import_user_card_by_openid",
            "import_user_card_by_phone",
            "echo"
        ]
    );
}
