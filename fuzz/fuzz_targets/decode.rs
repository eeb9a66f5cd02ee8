//! Requests: each endpoint reads the body and the query; what was read is written so that it reads the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ruhui_core::api::{self, Endpoint, Visitor};
use ruhui_core::wire;

struct Each<'a> {
    body: &'a [u8],
}

impl Visitor for Each<'_> {
    fn endpoint<E: Endpoint>(&mut self) {
        let text = String::from_utf8_lossy(self.body);
        let names = E::PATH.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
        let path: Vec<_> = names.map(|name| (name, text.as_ref())).collect();
        match wire::decode::<E>(&path, Some(&text), self.body) {
            Ok(call) => same_again(&call, &path),
            Err(fault) => {
                // Both languages, and the body that carries them.
                let _ = (fault.to_string(), format!("{fault:#}"));
                let _ = (fault.to_body(true), fault.to_body(false));
            }
        }
    }
}

fn same_again<E: Endpoint>(call: &E, path: &[(&str, &str)]) {
    let encoded = wire::encode(call).expect("what was read can be written");
    let query = encoded.target.split_once('?').map(|(_, query)| query);
    let again = wire::decode::<E>(path, query, &encoded.body).expect("what was written can be read");
    let twice = wire::encode(&again).expect("what was read can be written");
    assert!(encoded == twice);
}

fuzz_target!(|body: &[u8]| api::visit(&mut Each { body }));
