//! Fuzzes requests and responses: each endpoint decodes the path, the query and the body. A decoded value, encoded and
//! decoded again, gives the same value.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ruhui_core::api::{self, Endpoint, Visitor};
use ruhui_core::key::{PrivateKey, PublicKey};
use ruhui_core::wire::{self, ParameterError};
use std::sync::LazyLock;

static OPEN: LazyLock<PrivateKey> = LazyLock::new(|| {
    PrivateKey::from_pem(include_str!("../../vectors/keys/platform_key.pem")).expect("a key")
});
static SEAL: LazyLock<PublicKey> = LazyLock::new(|| OPEN.public_key());

struct Each<'a> {
    body: &'a [u8],
}

impl Visitor for Each<'_> {
    fn endpoint<E: Endpoint>(&mut self) {
        let text = String::from_utf8_lossy(self.body);
        let names = E::PATH.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
        let path: Vec<_> = names.map(|name| (name, text.as_ref())).collect();
        match wire::decode::<E>(&path, Some(&text), self.body, Some(&OPEN)) {
            Ok(call) => same_again(&call, &path),
            Err(fault) => print(&fault),
        }
        // The fuzzer cannot guess an encrypted field, but it can guess a plain one.
        for open in [None, Some(&*OPEN)] {
            match wire::decode_response::<E::Response>(self.body, open) {
                Ok(response) => drop(wire::encode_response(&response, Some(&SEAL))),
                Err(invalid_field) => drop(format!("{invalid_field} {invalid_field:#}")),
            }
        }
    }
}

/// Formats a fault in both languages, and the error body that contains it.
fn print(fault: &ParameterError) {
    let _ = (fault.to_string(), format!("{fault:#}"));
    let _ = (fault.to_body(true), fault.to_body(false));
}

fn same_again<E: Endpoint>(call: &E, path: &[(&str, &str)]) {
    let encoded = wire::encode(call, Some(&SEAL)).expect("what was read can be written");
    let query = encoded.target.split_once('?').map(|(_, query)| query);
    let again =
        wire::decode::<E>(path, query, &encoded.body, Some(&OPEN)).expect("what was written can be read");
    // An encrypted text differs each time, so the requests are compared in plain form.
    let plain = |call: &E| serde_json::to_value(call).expect("a call is JSON");
    assert!(plain(call) == plain(&again));
}

fuzz_target!(|body: &[u8]| api::visit(&mut Each { body }));
