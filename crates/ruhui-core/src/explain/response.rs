//! Explains why a response or a callback fails signature verification (应答验签).
//!
//! The checks are those of [`verify_response`](crate::sign::verify_response). The causes are changes on the
//! way: headers that were changed, and a body that was rewritten, compressed, cut, or replaced.

use super::block::{Block, recover};
use super::cause::Cause;
use super::causes::response::{
    BODY_LOST, CHARACTERS_LOST, COMPRESSED, CUT, DOWNLOAD, EMPTY, HEADERS_DROPPED, HTML, KEY_UNKNOWN,
    MILLISECONDS, NOT_SECONDS, OTHER_BYTES, OTHER_FAMILY, OWN_KEY, REWRITINGS, SERIAL_OF_OTHER_KEY, SM2,
};
use super::explanation::{Certainty, Finding};
use super::parts::{Layout, Parts, Stage};
use super::signature;
use crate::bilingual::Bilingual;
use crate::key::{PlatformKeys, PublicKey};
use crate::sign::{PROBE_PREFIX, Scheme, SignatureHeaders, VerifyError, header, verify_response_at};
use crate::types::SerialNo;
use http::HeaderMap;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderName};
use jiff::Timestamp;
use std::fmt;

/// Response or callback as it was received.
#[derive(Clone, Copy)]
pub struct ReceivedResponse<'a> {
    headers: &'a HeaderMap,
    body: &'a [u8],
    scheme: Scheme,
    now: Option<Timestamp>,
}

impl<'a> ReceivedResponse<'a> {
    /// Makes a response from all its headers, its body byte for byte, and the scheme of the receiver's
    /// family. The response's time is not checked unless [`at`](Self::at) sets the current time.
    pub fn new(headers: &'a HeaderMap, body: &'a [u8], scheme: Scheme) -> Self {
        Self { headers, body, scheme, now: None }
    }

    /// Checks the response's time against `now`.
    #[must_use]
    pub fn at(self, now: Timestamp) -> Self {
        Self { now: Some(now), ..self }
    }
}

/// Hides the body.
impl fmt::Debug for ReceivedResponse<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ReceivedResponse({} bytes of body)", self.body.len())
    }
}

/// Reason for which a response or callback fails verification, or the statement that it verifies. `{}` prints
/// English, `{:#}` Chinese. Neither contains any of the body.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ResponseExplanation {
    /// Check that failed; `None` if all passed.
    pub error: Option<VerifyError>,
    /// Causes found, the most specific first.
    pub findings: Vec<Finding>,
}

impl fmt::Display for ResponseExplanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.error, f.alternate()) {
            (Some(error), _) => error.fmt(f)?,
            (None, false) => f.write_str("verified: the signature fits")?,
            (None, true) => f.write_str("验签通过")?,
        }
        write_findings(&self.findings, f)
    }
}

/// Writes `; the cause: its detail. The advice.` for each finding, in the formatter's language.
///
/// # Errors
///
/// The errors of the formatter.
pub fn write_findings(findings: &[Finding], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let zh = f.alternate();
    for finding in findings {
        f.write_str(if zh { "；" } else { "; " })?;
        fmt::Display::fmt(finding, f)?;
        f.write_str(if zh { "。" } else { ". " })?;
        let advice = if zh { finding.cause.advice.zh() } else { finding.cause.advice.en() };
        f.write_str(advice.trim_end_matches(['.', '。']))?;
    }
    Ok(())
}

/// Length above which a body is not rewritten, in bytes. Responses of this API are much shorter.
const REWRITTEN_BYTES: usize = 64 << 10;
/// Largest number of messages that are hashed, and largest number of their bytes.
const TRIALS: usize = 1_500;
const BYTES: usize = 8 << 20;

/// Explains why a response or callback fails verification, or reports that it verifies. `own` is the
/// receiver's public key: a signature by its private key shows that keys were mixed up.
///
/// Verify every response with [`verify_response`](crate::sign::verify_response), and call this function only
/// for a response that fails; it takes a few milliseconds at most. A cause that it names does not make a
/// response genuine.
///
/// # Example
///
/// ```
/// use http::HeaderMap;
/// use ruhui_core::explain::{ReceivedResponse, explain_response};
/// use ruhui_core::key::{PlatformKeys, PrivateKey};
/// use ruhui_core::sign::{ResponseSigner, Scheme};
/// use ruhui_core::types::{NonceStr, SerialNo};
///
/// # let key = PrivateKey::from_pem(include_str!("../../../../vectors/keys/platform_key.pem"))?;
/// let keys = PlatformKeys::new().with_public_key(SerialNo::new("PUB_KEY_ID_1")?, key.public_key());
/// let mut headers = HeaderMap::new();
/// let now = jiff::Timestamp::from_second(1_750_723_200)?;
/// let signer = ResponseSigner::new(SerialNo::new("PUB_KEY_ID_1")?, key);
/// signer.sign(&mut headers, Scheme::Merchant, now, &NonceStr::new("N")?, br#"{"a":1}"#);
///
/// // A framework has read the JSON and written it again.
/// let received = ReceivedResponse::new(&headers, br#"{ "a": 1 }"#, Scheme::Merchant).at(now);
/// let explanation = explain_response(&received, &keys, None);
/// assert_eq!(explanation.findings[0].cause.id, "response_rewritten");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn explain_response(
    received: &ReceivedResponse<'_>,
    keys: &PlatformKeys,
    own: Option<&PublicKey>,
) -> ResponseExplanation {
    let ReceivedResponse { headers, body, scheme, now } = *received;
    let error = verify_response_at(headers, body, scheme, keys, now).err();
    let findings = match &error {
        None => Vec::new(),
        Some(VerifyError::Probe) => Vec::new(),
        Some(error) => look(received, error, keys, own),
    };
    ResponseExplanation { error, findings }
}

fn look(
    received: &ReceivedResponse<'_>,
    error: &VerifyError,
    keys: &PlatformKeys,
    own: Option<&PublicKey>,
) -> Vec<Finding> {
    let ReceivedResponse { headers, body, .. } = *received;
    if let VerifyError::MissingHeader(_) = error {
        return unsigned(headers, body).into_iter().collect();
    }
    let mut findings = Vec::new();
    if let VerifyError::WrongAlgorithm { found, .. } = error {
        findings.push(Finding::seen(if found.contains("SM2") { &SM2 } else { &OTHER_FAMILY }));
        return findings;
    }
    // The error says everything: which certificate, and the time from or until which it is valid.
    if let VerifyError::CertificateNotValid { .. } = error {
        return findings;
    }
    let Ok(said) = SignatureHeaders::read(headers) else { return findings };
    if matches!(said.timestamp.len(), 13) && said.timestamp.bytes().all(|byte| byte.is_ascii_digit()) {
        findings.push(Finding::seen(&MILLISECONDS));
    } else if *error == VerifyError::MalformedHeader(header::TIMESTAMP) {
        let shown: String = said.timestamp.chars().take(40).collect();
        let detail = Some(Bilingual::new(format!("`{shown}`"), format!("`{shown}`")));
        findings.push(Finding { detail, ..Finding::seen(&NOT_SECONDS) });
    }
    if said.signature.starts_with(PROBE_PREFIX) || (findings.is_empty() && is_of_time(error)) {
        return findings;
    }
    findings.extend(of_signature(received, &said, keys, own));
    findings
}

/// Returns whether only the time is at fault: then the signature was not checked, and may be right.
fn is_of_time(error: &VerifyError) -> bool {
    matches!(error, VerifyError::TooOld { .. } | VerifyError::TooFarAhead { .. })
}

/// Returns the cause of a response without a signature, from its headers and body.
fn unsigned(headers: &HeaderMap, body: &[u8]) -> Option<Finding> {
    let signs = [header::TIMESTAMP, header::NONCE, header::SIGNATURE, header::SERIAL];
    if signs.iter().any(|name| headers.contains_key(name)) {
        return Some(Finding::seen(&HEADERS_DROPPED));
    }
    if is_html(headers, body) {
        return Some(Finding::seen(&HTML));
    }
    if is_download(headers, body) {
        return Some(Finding { certainty: Certainty::Likely, ..Finding::seen(&DOWNLOAD) });
    }
    body.is_empty().then(|| Finding::seen(&EMPTY))
}

/// Returns the value of a header, in lower case.
fn value(headers: &HeaderMap, name: HeaderName) -> String {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().trim().to_ascii_lowercase()
}

/// Returns whether a body is an HTML page, by its content type or its first characters.
pub fn is_html(headers: &HeaderMap, body: &[u8]) -> bool {
    let start: Vec<u8> = body.trim_ascii_start().iter().take(14).map(u8::to_ascii_lowercase).collect();
    let content_type = value(headers, CONTENT_TYPE);
    content_type.starts_with("text/html")
        || content_type.starts_with("application/xhtml")
        || start.starts_with(b"<!doctype html")
        || start.starts_with(b"<html")
}

fn is_download(headers: &HeaderMap, body: &[u8]) -> bool {
    let content_type = value(headers, CONTENT_TYPE);
    let is_file = ["gzip", "zip", "octet-stream", "csv", "excel", "pdf", "xlsx", "spreadsheet"]
        .iter()
        .any(|kind| content_type.contains(kind));
    is_file || body.starts_with(&[0x1f, 0x8b]) || body.starts_with(b"PK\x03\x04") || body.starts_with(b"%PDF")
}

fn of_signature(
    received: &ReceivedResponse<'_>,
    said: &SignatureHeaders,
    keys: &PlatformKeys,
    own: Option<&PublicKey>,
) -> Vec<Finding> {
    let ReceivedResponse { headers, body, .. } = *received;
    let mut known: Vec<(Option<&SerialNo>, &PublicKey)> = keys
        .serials()
        .filter_map(|serial| Some((Some(serial), keys.find(serial.as_str())?)))
        .chain(own.map(|own| (None, own)))
        .collect();
    // A public key and a certificate may have the same key: the one that the response names comes first.
    known.sort_by_key(|(serial, _)| !serial.is_some_and(|serial| serial.is_written(&said.serial)));
    let (bytes, mut findings) = signature::read_response(&said.signature, known.iter().map(|(_, key)| *key));
    let Some(bytes) = bytes else { return findings };

    let parts = Parts {
        method: String::new(),
        target: Vec::new(),
        host: None,
        timestamp: said.timestamp.clone(),
        nonce: said.nonce.clone(),
        body: body.into(),
        form: None,
        layout: Layout { lines: vec![2, 3, 4], ..Layout::documented() },
    };
    let message = parts.message();
    let opened =
        known.iter().find_map(|(serial, key)| Some((serial, Block::read(&recover(key, &bytes)?, &message)?)));
    let Some((serial, block)) = opened else {
        findings.push(Finding::proven(&KEY_UNKNOWN));
        return findings;
    };
    match serial {
        None => {
            findings.push(Finding::proven(&OWN_KEY));
            return findings;
        }
        Some(serial) if !serial.is_written(&said.serial) => {
            let named = || format!("{} -> {serial}", said.serial);
            findings.push(Finding {
                detail: Some(Bilingual::new(named(), named())),
                ..Finding::proven(&SERIAL_OF_OTHER_KEY)
            });
        }
        Some(_) => {}
    }
    if block.is_of(&message) {
        return findings;
    }
    findings.extend(of_body(headers, &parts, &block));
    findings
}

/// Returns the findings about the body, if a configured key signed another body.
fn of_body(headers: &HeaderMap, parts: &Parts, block: &Block) -> Vec<Finding> {
    let came = parts.body.len();
    if let Some(causes) = rewritten(parts, block) {
        return causes.into_iter().map(Finding::proven).collect();
    }
    let mut findings = Vec::new();
    let encoding = value(headers, CONTENT_ENCODING);
    if !encoding.is_empty() && encoding != "identity" {
        let shown: String = encoding.chars().take(20).collect();
        let detail = format!("Content-Encoding: {shown}");
        findings.push(Finding {
            detail: Some(Bilingual::new(detail.clone(), detail)),
            ..Finding::seen(&COMPRESSED)
        });
    } else if parts.body.starts_with(&[0x1f, 0x8b]) {
        findings.push(Finding::seen(&COMPRESSED));
    }
    let announced = value(headers, CONTENT_LENGTH).parse::<usize>().ok();
    if let Some(announced) = announced.filter(|announced| *announced > came) {
        let detail = Bilingual::new(
            format!("{came} bytes of {announced}"),
            format!("共 {announced} 字节，收到 {came} 字节"),
        );
        findings.push(Finding { detail: Some(detail), ..Finding::seen(&CUT) });
    }
    if parts.text().is_some_and(|text| text.contains('\u{FFFD}') || text.contains("??")) {
        findings.push(Finding { certainty: Certainty::Likely, ..Finding::seen(&CHARACTERS_LOST) });
    }
    if came == 0 {
        findings.push(Finding::seen(&BODY_LOST));
    } else if is_html(headers, &parts.body) {
        findings.push(Finding::seen(&HTML));
    }
    if findings.is_empty() {
        findings.push(Finding::proven(&OTHER_BYTES));
    }
    findings
}

/// Returns the changes, up to three together, that turn the received body into the signed one.
fn rewritten(parts: &Parts, block: &Block) -> Option<Vec<&'static Cause>> {
    if parts.body.len() > REWRITTEN_BYTES {
        return None;
    }
    let mut work = Work { block, trials: 0, bytes: 0 };
    (1..=3).find_map(|depth| work.search(parts, None, depth))
}

struct Work<'a> {
    block: &'a Block,
    trials: usize,
    bytes: usize,
}

impl Work<'_> {
    fn search(&mut self, parts: &Parts, after: Option<Stage>, depth: usize) -> Option<Vec<&'static Cause>> {
        for rewriting in REWRITINGS.iter().filter(|each| after.is_none_or(|after| after < each.stage)) {
            for changed in (rewriting.signed)(parts) {
                if self.trials >= TRIALS || self.bytes >= BYTES {
                    return None;
                }
                self.trials += 1;
                self.bytes += changed.body.len();
                if depth > 1 {
                    if let Some(mut causes) = self.search(&changed, Some(rewriting.stage), depth - 1) {
                        causes.insert(0, &rewriting.cause);
                        return Some(causes);
                    }
                } else if self.block.is_of(&changed.message()) {
                    return Some(vec![&rewriting.cause]);
                }
            }
        }
        None
    }
}
