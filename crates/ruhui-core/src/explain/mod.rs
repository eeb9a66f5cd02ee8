//! Explains why signature verification (验签) rejected a request.
//!
//! [`explain`] takes a request as the service received it, and the known keys. It searches for the mistake in
//! the headers, the clock, the signature's text, the key, and last the canonical message (待签名串). The public
//! key recovers the signed digest from the signature. So a mistake in the message is proven if a message
//! built with it has this digest, and both messages can be shown next to each other. If no message has it,
//! the explanation says what is certain (this key signed another message, or none of the known keys signed)
//! and what cannot be known.
//!
//! At most 100,000 messages are tried, and fewer for long bodies. An explanation shows the caller's own body
//! and names the owner of the key that was used. Show it only to the caller, never to anyone whose key is
//! unknown, and do not run it while serving requests.
//!
//! To add a cause, add one row in `causes`.
//!
//! ```
//! use jiff::Timestamp;
//! use ruhui_core::explain::{Keys, Received, Verdict, explain};
//! # let key = ruhui_core::key::PrivateKey::from_pem(include_str!("../../../../vectors/keys/merchant_key.pem"))?;
//!
//! // The last line feed is missing.
//! let signature = key.sign(b"GET\n/v3/certificates\n1750752000\nN\n");
//! let header = format!(
//!     "WECHATPAY2-SHA256-RSA2048 mchid=\"1900000001\",nonce_str=\"N\",signature=\"{signature}\",timestamp=\"1750752000\",serial_no=\"1DDE\""
//! );
//! let now = Timestamp::from_second(1_750_752_003)?;
//! let received = Received::new("GET", "/v3/certificates", &header, b"", now);
//!
//! let explanation = explain(&received, &Keys::new().with_caller(None, key.public_key()));
//! assert_eq!(explanation.verdict, Verdict::Explained);
//! assert_eq!(explanation.findings[0].cause.id, "last_line_feed_missing");
//! println!("{explanation}");
//! println!("{explanation:#}"); // 中文
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod block;
mod body;
mod cause;
mod causes;
mod expected;
mod explanation;
mod header;
mod identity;
mod json;
mod keys;
mod lines;
mod marked;
mod members;
mod parts;
mod received;
mod remedy;
mod request;
mod response;
mod saved;
mod search;
mod sent;
mod serial;
mod shape;
mod signature;
mod target;
mod text;
mod time;
mod trial;

pub use cause::Cause;
pub use causes::{causes, response_causes};
pub use expected::{Expected, ExpectedMessage, expected};
pub use explanation::{Certainty, Comparison, Difference, Explanation, Finding, Verdict};
pub use keys::{Keys, SigningKey};
pub use marked::{Content, Piece, Row};
pub use received::Received;
pub use remedy::Remedy;
pub use response::{ReceivedResponse, ResponseExplanation, explain_response, is_html, write_findings};
pub use saved::{Extent, SavedExplanation, SavedRequest};

use crate::sign::{Scheme, SignInformation};
use causes::head::HEAD;
use causes::serial::{FOREIGN, LOWER_CASE};
use header::LenientHeader;
use parts::{Form, Layout, Parts};
use std::rc::Rc;
use trial::Signature;

/// Explains why the service's stateless checks reject a request, above all the check of its signature, or
/// reports that they pass. A request with all its headers is checked up to its parameters.
pub fn explain(received: &Received<'_>, keys: &Keys) -> Explanation {
    let sent = sent::look(received);
    let numbered = received.numbered_authorization();
    let look = header::look(received.authorization(), numbered.as_deref(), received.target());
    let (look, fields, remarks) = about_fields(received, look, keys);
    let findings = sent.before.into_iter().chain(fields).collect();
    let remarks: Vec<Finding> = sent.remarks.into_iter().chain(remarks).collect();
    let about_signature = |finding: &Finding| finding.cause.id != HEAD.id;

    let file = sent.form.as_ref().and_then(|form| form.file.as_deref());
    let checked = match received.headers() {
        Some(_) => request::check(received, &sent.signed, file),
        None => request::Checked::default(),
    };
    let mut explanation = match what_was_signed(received, look, sent.signed, sent.form) {
        None => Explanation::new(Verdict::Unchecked, findings),
        Some((parts, signature)) => {
            let information = SignInformation::of(
                received.method(),
                received.target(),
                &parts.timestamp,
                &parts.nonce,
                &parts.body,
            );
            let mut explanation = trial::judge(&parts, &signature, keys, findings, sent.no_meta);
            explanation.sign_information = Some(information);
            explanation
        }
    };
    if matches!(explanation.verdict, Verdict::Accepted | Verdict::Explained) {
        let is_right = !explanation.findings.iter().any(about_signature);
        explanation.findings.extend(sent.after);
        // With another mistake, path and body may themselves be wrong, and the service never reaches these
        // checks.
        if explanation.findings.is_empty() {
            explanation.findings.extend(checked.finding);
            explanation.remarks.extend(checked.remark);
        }
        if is_right && !explanation.findings.is_empty() {
            explanation.verdict = Verdict::SignatureRight;
        }
    }
    explanation.remarks.splice(0..0, remarks);
    explanation
}

/// Explains a request of which the body, or method and target, are unknown. It checks the form of the
/// Authorization header, its time, its serial number and its caller, and finds the key that signed.
///
/// The best verdict is [`Verdict::Incomplete`]: without the whole message, no signature can be verified.
pub fn explain_incomplete(received: &Received<'_>, keys: &Keys) -> Explanation {
    let is_brands = || received.authorization().iter().any(|value| value.starts_with(Scheme::Brand.as_str()));
    let target = match received.target() {
        "" if is_brands() => "/brand/",
        target => target,
    };
    let look = header::look(received.authorization(), None, target);
    let (look, findings, mut remarks) = about_fields(received, look, keys);
    let mut explanation = match look.signature {
        None => Explanation::new(Verdict::Unchecked, findings),
        Some(text) => trial::judge_key(&Signature { text, serial_no: look.serial_no }, keys, findings),
    };
    remarks.append(&mut explanation.remarks);
    explanation.remarks = remarks;
    explanation
}

/// Returns the faults of the header and its fields, in the order of the service's checks, and the remarks.
fn about_fields(
    received: &Received<'_>,
    mut look: LenientHeader,
    keys: &Keys,
) -> (LenientHeader, Vec<Finding>, Vec<Finding>) {
    let mut remarks = Vec::new();
    let mut fields = Vec::new();
    if let Some(timestamp) = &look.timestamp {
        let (wrong, age) = time::check(timestamp, received.now(), received.is_at_its_own_time());
        fields.extend(wrong);
        remarks.extend(age);
    }
    if let Some(serial_no) = &look.serial_no {
        fields.extend(serial::check(serial_no, keys));
        if serial::is_lower_case(serial_no, keys) {
            remarks.push(Finding::seen(&LOWER_CASE));
        }
        let own_time = look.timestamp.as_deref().and_then(time::of).filter(|_| received.is_at_its_own_time());
        fields.extend(identity::check_certificate(
            serial_no,
            keys,
            own_time.unwrap_or_else(|| received.now()),
        ));
    }
    let caller = look.caller.as_deref().and_then(|caller| identity::check_caller(caller, keys));
    // A serial number of another owner already means another caller.
    if !fields.iter().any(|finding| finding.cause.id == FOREIGN.id) {
        fields.extend(caller);
    }
    let mut findings = Vec::from_iter(look.general(&fields));
    findings.append(&mut look.findings);
    findings.append(&mut fields);
    (look, findings, remarks)
}

/// Returns the parts of the message, and the signature; `None` unless the header has all fields.
fn what_was_signed(
    received: &Received<'_>,
    look: LenientHeader,
    body: Rc<[u8]>,
    form: Option<Rc<Form>>,
) -> Option<(Parts, Signature)> {
    let parts = Parts {
        method: received.method().to_owned(),
        target: received.target().into(),
        host: received.host(),
        timestamp: look.timestamp?,
        nonce: look.nonce_str?,
        body,
        form,
        layout: Layout::documented(),
    };
    Some((parts, Signature { text: look.signature?, serial_no: look.serial_no }))
}

#[cfg(test)]
pub(crate) use trial::possible_causes;
