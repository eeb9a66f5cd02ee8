//! Reads a request as the service does, without verifying the signature: the parts of an upload, and the
//! headers that are checked for every request.

use super::cause::Cause;
use super::causes::form::CAUSES as ODDITIES;
use super::causes::head::{CONTENT_TYPE, HEAD};
use super::explanation::Finding;
use super::members;
use super::parts::Form;
use super::received::Received;
use crate::api::{self, Endpoint, Visitor};
use crate::bilingual::Bilingual;
use crate::form::{self, Effect, Oddity};
use crate::head::{HeaderError, check_accept, check_content_type, has_json_body};
use std::rc::Rc;

/// Body that the service verifies, and the findings of its other checks.
#[derive(Default)]
pub(super) struct Sent {
    pub(super) signed: Rc<[u8]>,
    pub(super) form: Option<Rc<Form>>,
    /// Faults for which the service rejects the request, whatever its signature.
    pub(super) before: Vec<Finding>,
    /// Faults for which the service rejects the request if its signature is right.
    pub(super) after: Vec<Finding>,
    /// Causes of a signature mismatch, if the service finds no signed text in the form.
    pub(super) no_meta: Vec<Finding>,
    pub(super) remarks: Vec<Finding>,
}

pub(super) fn look(received: &Received<'_>) -> Sent {
    let mut sent = Sent { signed: received.body().into(), ..Sent::default() };
    let Some(headers) = received.headers() else { return sent };
    if let Err(fault) = check_accept(headers) {
        sent.before.push(head_finding(&HEAD, &fault));
    }
    let path = received.target().split('?').next().unwrap_or_default();
    if is_upload(received.method(), path) {
        let upload = form::read(headers, received.body());
        sent.signed = upload.meta.unwrap_or_default().into();
        let file = upload.file.map(<[u8]>::to_vec);
        sent.form = Some(Rc::new(Form { whole: received.body().to_vec(), file }));
        for oddity in &upload.oddities {
            let list = match oddity.effect() {
                Effect::Accepted => &mut sent.remarks,
                Effect::NoFile => &mut sent.after,
                Effect::NoMeta => &mut sent.no_meta,
            };
            list.extend(oddity_finding(oddity));
        }
    } else if has_json_body(received.method(), received.body())
        && let Err(fault) = check_content_type(headers)
    {
        sent.after.push(head_finding(&CONTENT_TYPE, &fault));
    }
    sent
}

fn oddity_finding(oddity: &Oddity) -> Option<Finding> {
    let cause = ODDITIES.iter().find(|cause| cause.id == oddity.text().id)?;
    let detail = oddity.detail().map(|text| Bilingual::new(text.clone(), text));
    Some(Finding { detail, ..Finding::seen(cause) })
}

fn head_finding(cause: &'static Cause, fault: &HeaderError) -> Finding {
    Finding { detail: Some(Bilingual::of(fault)), ..Finding::seen(cause) }
}

/// Returns whether a request is an upload, by its method and path.
fn is_upload(method: &str, path: &str) -> bool {
    struct Search<'a>(&'a str, &'a str, bool);
    impl Visitor for Search<'_> {
        fn endpoint<E: Endpoint>(&mut self) {
            self.2 |= E::UPLOADS_FILE && E::METHOD.as_str() == self.0 && members::matches(E::PATH, self.1);
        }
    }
    let mut search = Search(method, path, false);
    api::visit(&mut search);
    search.2
}
