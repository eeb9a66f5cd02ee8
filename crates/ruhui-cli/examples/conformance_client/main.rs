//! A client for `ruhui conformance`, written with the standard library's sockets. It passes every case.
//!
//! `conformance_client --flaw CASE` makes the one mistake that the case of this name is there for, so that the tests can
//! show that the case finds it.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a client that fails exits with a failure"
)]

mod callback;
mod request;
mod verify;
mod wire;

use std::process::ExitCode;
use verify::Verifier;

/// The mistake that a client makes on purpose, and the kind of case that it runs in.
#[derive(Clone)]
struct Flaws {
    /// The name of a case, without the prefix of its kind.
    name: String,
    is_active: bool,
}

impl Flaws {
    fn read(is_callback: bool) -> Self {
        let arguments: Vec<String> = std::env::args().skip(1).collect();
        let named = match arguments.as_slice() {
            [] => "",
            [option, name] if option == "--flaw" => name,
            _ => panic!("usage: conformance_client [--flaw CASE]"),
        };
        let of_callback = named.strip_prefix("callback-");
        Self {
            name: of_callback.unwrap_or(named).to_owned(),
            is_active: of_callback.is_some() == is_callback,
        }
    }

    /// Whether the client makes the mistake that this case is there for.
    fn has(&self, case: &str) -> bool {
        self.is_active && self.name == case
    }
}

fn kit(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("the variable {name} is not set"))
}

fn main() -> ExitCode {
    let is_callback = kit("RUHUI_CASE_KIND") == "callback";
    let flaws = Flaws::read(is_callback);
    let verifier = Verifier::of_kit(flaws.clone());
    if is_callback {
        callback::serve(&verifier, &flaws);
        return ExitCode::SUCCESS;
    }
    match request::token(&verifier, &flaws) {
        Ok(token) => {
            println!("{token}");
            ExitCode::SUCCESS
        }
        Err(why) => {
            eprintln!("rejected: {why}");
            ExitCode::FAILURE
        }
    }
}
