//! Why was my signature refused?
//!
//! [`explain`] takes a request as it reached the service and the caller's public key, and looks for the
//! mistake: in the header, in the clock, in the signature's text, in the key, and last in the message. There
//! it rebuilds what the caller may have signed, mistake by mistake, until the signature fits: that is proof,
//! and both messages can be shown side by side. Where nothing fits it says so, and what cannot be known.
//!
//! At most 4,000 verifications are made (some 60 ms), fewer for long bodies. An explanation shows the
//! caller's own body and signature and tells whose key was used: show it to the caller, never to someone
//! whose key is unknown, and keep it away from the ordinary road of requests.
//!
//! To add a mistake: one row in `causes.rs`.
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
mod causes;
mod expected;
mod explanation;
mod header;
mod json;
mod keys;
mod lines;
mod members;
mod parts;
mod received;
mod reply;
mod search;
mod serial;
mod shape;
mod signature;
mod target;
mod text;
mod time;
mod trial;
mod words;

pub use expected::{Expected, expected};
pub use explanation::{Certainty, Comparison, Difference, Explanation, Finding, Verdict};
pub use keys::Keys;
pub use received::Received;
pub use reply::{ReceivedReply, ReplyExplanation, explain_reply, is_html, reply_causes, write_findings};
pub use words::{Cause, Words};

use crate::sign::SignInformation;
use header::Look;
use parts::{Layout, Parts};

/// Says why the signature of a request is refused, or that it is not.
pub fn explain(received: &Received<'_>, keys: &Keys) -> Explanation {
    let mut look = header::look(received.authorization(), received.target());
    let mut findings = std::mem::take(&mut look.findings);
    if let Some(timestamp) = &look.timestamp {
        findings.extend(time::check(timestamp, received.now()));
    }
    if let Some(serial_no) = &look.serial_no {
        findings.extend(serial::check(serial_no, keys));
    }
    let Some((parts, signature)) = what_was_signed(received, look) else {
        return Explanation::new(Verdict::Unchecked, findings);
    };
    let information = SignInformation::of(
        received.method(),
        received.target(),
        &parts.timestamp,
        &parts.nonce,
        received.body(),
    );
    let mut explanation = trial::judge(&parts, &signature, keys, findings);
    explanation.sign_information = Some(information);
    explanation
}

/// The parts of the message and the signature, where the header gives them all.
fn what_was_signed(received: &Received<'_>, look: Look) -> Option<(Parts, Signature)> {
    let parts = Parts {
        method: received.method().to_owned(),
        target: received.target().into(),
        host: received.host().map(String::from),
        timestamp: look.timestamp?,
        nonce: look.nonce_str?,
        body: received.body().into(),
        form: None,
        layout: Layout::documented(),
    };
    Some((parts, Signature { text: look.signature?, serial_no: look.serial_no }))
}

/// The signature's text, and the certificate that it is said to belong to.
struct Signature {
    text: String,
    serial_no: Option<String>,
}

/// Every cause that [`explain`] can name, in the order in which it looks for them.
pub fn causes() -> impl Iterator<Item = &'static Cause> {
    header::ALL
        .iter()
        .copied()
        .chain([&time::MILLISECONDS, &time::TIME_ZONE, &time::SKEW])
        .chain(serial::ALL)
        .chain(signature::UNDO.iter().map(|undo| &undo.cause))
        .chain([&signature::HEX, &signature::OLD_API, &signature::LENGTH])
        .chain(trial::ALL)
        .chain(causes::MISTAKES.iter().map(|mistake| &mistake.cause))
}
