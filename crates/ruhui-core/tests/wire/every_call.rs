//! Whatever one end writes, the other reads as it was meant.

use crate::draw::Draw;
use crate::{MERCHANT, PLATFORM};
use http::Method;
use percent_encoding::percent_decode_str;
use proptest::prelude::*;
use ruhui_core::api::{self, Endpoint, Visitor};
use ruhui_core::wire::{self, Encoded};
use serde::Serialize;
use serde_json::Value;

struct Each(Draw);

impl Visitor for Each {
    fn endpoint<E: Endpoint>(&mut self) {
        let call: E = self.0.value();
        let encoded = wire::encode(&call, Some(&PLATFORM.1)).unwrap();
        let (path, query) = parts::<E>(&encoded);
        let path: Vec<(&str, &str)> = path.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let read: E = wire::decode(&path, query, &encoded.body, Some(&PLATFORM.0)).unwrap();
        assert_eq!(plain(&read), plain(&call), "{}", E::NAME);
        assert!(E::METHOD != Method::GET || encoded.body.is_empty(), "{}", E::NAME);
        self.shows_nothing(&encoded.target);
        self.shows_nothing(&String::from_utf8(encoded.body).unwrap());

        let response: E::Response = self.0.value();
        let body = wire::encode_reply(&response, Some(&MERCHANT.1)).unwrap();
        let read: E::Response = wire::decode_reply(&body, Some(&MERCHANT.0)).unwrap();
        assert_eq!(plain(&read), plain(&response), "{}", E::NAME);
        self.shows_nothing(&String::from_utf8(body).unwrap());
    }
}

impl Each {
    fn shows_nothing(&self, written: &str) {
        assert!(self.0.sensitive.iter().all(|text| !written.contains(text)), "{written}");
    }
}

/// The path's parameters as a router finds them, and the query.
fn parts<E: Endpoint>(encoded: &Encoded) -> (Vec<(&'static str, String)>, Option<&str>) {
    let (path, query) = match encoded.target.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (encoded.target.as_str(), None),
    };
    assert_eq!(path.split('/').count(), E::PATH.split('/').count(), "{path}");
    let parameters = E::PATH
        .split('/')
        .zip(path.split('/'))
        .filter_map(|(name, value)| Some((name.strip_prefix('{')?.strip_suffix('}')?, value)))
        .map(|(name, value)| (name, percent_decode_str(value).decode_utf8().unwrap().into_owned()))
        .collect();
    (parameters, query)
}

/// What a store would hold.
fn plain(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

    #[test]
    fn every_call_and_every_reply_survive_the_wire(seed: u64) {
        api::visit(&mut Each(Draw::new(seed)));
    }
}

/// Without a key a call goes if it has nothing to seal, and says which field otherwise.
#[test]
fn only_what_is_sensitive_needs_a_key() {
    struct Keyless(Vec<&'static str>);
    impl Visitor for Keyless {
        fn endpoint<E: Endpoint>(&mut self) {
            let call: E = Draw::new(7).value();
            if wire::encode(&call, None).is_err() {
                assert!(E::SEALED, "{} seals a field and does not say so", E::NAME);
                self.0.push(E::NAME);
            }
        }
    }
    let mut keyless = Keyless(Vec::new());
    api::visit(&mut keyless);
    let sealed: Vec<_> = keyless.0.iter().filter(|name| !name.starts_with("brand_")).collect();
    assert_eq!(
        sealed,
        ["modify_user_card", "confirm_user_card", "import_user_card_by_openid", "import_user_card_by_phone"]
            .iter()
            .collect::<Vec<_>>()
    );
}
