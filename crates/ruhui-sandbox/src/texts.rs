//! Test of every message of this crate, in both languages.
//!
//! A new variant of an enum does not compile here until it has a sample. Only this file has samples.

#![allow(clippy::unwrap_used, reason = "samples are made as in a test")]

#[path = "../../ruhui-core/src/texts/check.rs"]
mod check;

use crate::StartError;
use crate::controls::{ControlError, Rejection};
use check::{Texts, samples};

fn controls() -> Vec<ControlError> {
    let url = || "http://127.0.0.1:7082".to_owned();
    samples!(ControlError {
        ControlError::Rejected(_) => ControlError::Rejected(Box::new(Rejection::sample())),
        ControlError::NoConnection { .. } => ControlError::NoConnection { url: url() },
        ControlError::NoResponse { .. } => ControlError::NoResponse { url: url() },
        ControlError::Foreign { .. } => ControlError::Foreign { url: url(), status: 404 },
        ControlError::Unreadable { .. } => ControlError::Unreadable { why: "missing field `now`".to_owned() },
        ControlError::NoUrl { .. } => ControlError::NoUrl { url: "nowhere".to_owned() },
        ControlError::Client(_) =>
            ControlError::Client(reqwest::Client::new().get("nowhere").build().unwrap_err()),
    })
}

fn starts() -> Vec<StartError> {
    let full = || std::io::Error::from_raw_os_error(24);
    samples!(StartError {
        StartError::Service(_) => StartError::Service(ruhui_server::start::StartError::Port {
            key: "main",
            address: "127.0.0.1:7080".parse().unwrap(),
            error: full().into(),
        }),
        StartError::NotifyUrl(_) =>
            StartError::NotifyUrl(ruhui::types::NotifyUrl::new("nowhere").unwrap_err()),
        StartError::System(_) => StartError::System(full().into()),
        StartError::Controls(_) =>
            StartError::Controls(ControlError::NoUrl { url: "nowhere".to_owned() }),
        StartError::Ended => StartError::Ended,
    })
}

#[test]
fn every_text_is_a_sentence_in_both_languages() {
    let mut texts = Texts::default();
    texts.add("Controls", controls());
    texts.add("Start", starts());
    insta::assert_snapshot!(texts.page());
}
