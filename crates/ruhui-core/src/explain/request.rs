//! Checks of a request whose signature is right: its endpoint, its Wechatpay-Serial, its parameters and the
//! digest of its file. Checks that need the service's state, such as whether a template exists, are not made.

use super::causes::request::{ENDPOINT, FILE_DIGEST, METHOD, OTHER_API, PARAMETERS, RESPONSE_SERIAL};
use super::explanation::Finding;
use super::members;
use super::received::Received;
use crate::api::{self, Endpoint, FamilyMarker as _, Visitor};
use crate::bilingual::Bilingual;
use crate::crypto::sha256;
use crate::sign::header;
use crate::types::Family;
use crate::wire::{self, ParameterError, ParameterIssue};
use percent_encoding::percent_decode_str;

/// First check that rejects the request, or a remark if no endpoint has its path.
#[derive(Debug, Default)]
pub(super) struct Checked {
    pub(super) finding: Option<Finding>,
    pub(super) remark: Option<Finding>,
}

/// Checks a request with all its headers. `signed` is the body, or the part `meta` of an upload.
pub(super) fn check(received: &Received<'_>, signed: &[u8], file: Option<&[u8]>) -> Checked {
    let (path, query) = match received.target().split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (received.target(), None),
    };
    let mut search =
        Search { received, path, query, signed, file, is_path: false, is_endpoint: false, finding: None };
    api::visit(&mut search);
    if search.is_endpoint {
        return Checked { finding: search.finding, remark: None };
    }
    if search.is_path {
        return Checked { finding: Some(Finding::seen(&METHOD)), remark: None };
    }
    if path.contains("/card-member/") {
        Checked { finding: Some(Finding::seen(&ENDPOINT)), remark: None }
    } else {
        Checked { finding: None, remark: Some(Finding::seen(&OTHER_API)) }
    }
}

struct Search<'a> {
    received: &'a Received<'a>,
    path: &'a str,
    query: Option<&'a str>,
    signed: &'a [u8],
    file: Option<&'a [u8]>,
    is_path: bool,
    is_endpoint: bool,
    finding: Option<Finding>,
}

impl Visitor for Search<'_> {
    fn endpoint<E: Endpoint>(&mut self) {
        if self.is_endpoint || !members::matches(E::PATH, self.path) {
            return;
        }
        self.is_path = true;
        if E::METHOD.as_str() == self.received.method() {
            self.is_endpoint = true;
            self.finding = self.rejected_by::<E>();
        }
    }
}

impl Search<'_> {
    fn rejected_by<E: Endpoint>(&self) -> Option<Finding> {
        let names_key = self.received.headers().is_none_or(|headers| headers.contains_key(header::SERIAL));
        if E::HAS_ENCRYPTED_FIELDS && !names_key {
            return Some(Finding::seen(&RESPONSE_SERIAL));
        }
        if let Err(fault) = self.read::<E>() {
            return Some(Finding { detail: Some(said(&fault)), ..Finding::seen(&PARAMETERS) });
        }
        // The service rejects a brand's request for the missing header only after its parameters.
        if E::Family::FAMILY == Family::Brand && !names_key {
            return Some(Finding::seen(&RESPONSE_SERIAL));
        }
        let is_other = E::UPLOADS_FILE && self.file.is_some_and(|file| !self.has_digest_of(file));
        is_other.then(|| Finding::seen(&FILE_DIGEST))
    }

    fn read<E: Endpoint>(&self) -> Result<(), ParameterError> {
        let decoded: Vec<(&str, String)> = E::PATH
            .split('/')
            .zip(self.path.split('/'))
            .filter_map(|(name, value)| {
                let name = name.strip_prefix('{')?.strip_suffix('}')?;
                Some((name, percent_decode_str(value).decode_utf8_lossy().into_owned()))
            })
            .collect();
        let parameters: Vec<(&str, &str)> =
            decoded.iter().map(|(name, value)| (*name, value.as_str())).collect();
        wire::check::<E>(&parameters, self.query, self.signed)
    }

    /// Returns whether `meta` has the digest of a file, under the name that either family uses.
    fn has_digest_of(&self, file: &[u8]) -> bool {
        let digest = hex::encode(sha256(&[file]));
        let meta: serde_json::Value = serde_json::from_slice(self.signed).unwrap_or_default();
        ["sha256", "file_digest"]
            .iter()
            .filter_map(|name| meta[name].as_str())
            .any(|given| given.eq_ignore_ascii_case(&digest))
    }
}

/// Describes the error, with the members that it is about if its sentence names none.
fn said(fault: &ParameterError) -> Bilingual {
    match &fault.issue {
        ParameterIssue::Undefined { members } => {
            let members = members.join(", ");
            Bilingual::new(format!("{fault}: {members}"), format!("{fault:#}：{members}"))
        }
        _ => Bilingual::of(fault),
    }
}
