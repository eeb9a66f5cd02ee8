//! Lenient parser of the Authorization header, for a header that the strict parser rejects: it finds the
//! intended fields and the faults.

use super::cause::Cause;
use super::causes::authorization::{
    BEARER, CALLER_BLANKS, CURLY_QUOTES, ESCAPED_QUOTES, FULL_WIDTH, LINE_BREAKS, MISNAMED, MISSING,
    NAME_IN_VALUE, NO_COMMA, NO_QUOTES, NUMBERED, OTHER_FAMILY, REJECTED, SCHEME_TWICE, SCHEME_WRONG,
    SINGLE_QUOTES, TAB,
};
use super::explanation::Finding;
use crate::bilingual::Bilingual;
use crate::sign::{Authorization, AuthorizationError, FieldError, Scheme};

/// Fields and faults of a header, as far as they are recognizable.
#[derive(Debug, Default)]
pub(super) struct LenientHeader {
    pub(super) scheme: Option<Scheme>,
    pub(super) caller: Option<String>,
    pub(super) nonce_str: Option<String>,
    pub(super) signature: Option<String>,
    pub(super) timestamp: Option<String>,
    pub(super) serial_no: Option<String>,
    pub(super) findings: Vec<Finding>,
    /// Error of the strict parser; `None` if it accepts the header.
    pub(super) error: Option<AuthorizationError>,
}

/// Way of writing the whole value wrongly, with its repair.
struct Repair {
    cause: &'static Cause,
    repair: fn(&str) -> String,
}

/// Repairs, in the order in which they are applied.
static REPAIRS: &[Repair] = &[
    Repair { cause: &LINE_BREAKS, repair: |value| value.replace(['\r', '\n'], " ") },
    Repair { cause: &TAB, repair: |value| value.replace('\t', " ") },
    Repair { cause: &NAME_IN_VALUE, repair: |value| without_prefix(value, "authorization:") },
    Repair { cause: &BEARER, repair: |value| without_prefix(value, "bearer ") },
    Repair {
        cause: &CURLY_QUOTES, repair: |value| value.replace(['“', '”', '„', '＂', '‘', '’'], "\"")
    },
    Repair { cause: &FULL_WIDTH, repair: |value| value.replace('，', ",").replace('＝', "=") },
    Repair { cause: &ESCAPED_QUOTES, repair: |value| value.replace("\\\"", "\"") },
    Repair { cause: &SINGLE_QUOTES, repair: |value| value.replace('\'', "\"") },
    Repair { cause: &SCHEME_TWICE, repair: one_scheme },
];

fn without_prefix(value: &str, prefix: &str) -> String {
    let value = value.trim_start();
    match value.split_at_checked(prefix.len()) {
        Some((start, rest)) if start.eq_ignore_ascii_case(prefix) => rest.trim_start().to_owned(),
        _ => value.to_owned(),
    }
}

fn one_scheme(value: &str) -> String {
    let again = |scheme: Scheme| {
        let rest = value.trim_start().strip_prefix(scheme.as_str())?.trim_start();
        rest.starts_with(scheme.as_str()).then(|| rest.to_owned())
    };
    Scheme::ALL.into_iter().find_map(again).unwrap_or_else(|| value.to_owned())
}

/// Parses all Authorization headers of a request, or the header line that is the value of another header
/// (`numbered`).
pub(super) fn look(values: &[String], numbered: Option<&str>, target: &str) -> LenientHeader {
    if let (true, Some(line)) = (values.is_empty(), numbered) {
        let mut look = look(&[without_prefix(line, "authorization:")], None, target);
        look.findings.insert(0, Finding::seen(&NUMBERED));
        return look;
    }
    let parsed = match values {
        [] => Err(AuthorizationError::Missing),
        [value] => Authorization::parse(value),
        _ => Err(AuthorizationError::Duplicate),
    };
    let mut look = match &parsed {
        // The serial number is kept as written, since the strict parser turns it into upper case.
        Ok(authorization) => LenientHeader {
            serial_no: LenientHeader::lenient(values.first().map_or("", String::as_str)).serial_no,
            ..LenientHeader::strict(authorization)
        },
        Err(error) => LenientHeader {
            error: Some(error.clone()),
            ..LenientHeader::lenient(values.first().map_or("", String::as_str))
        },
    };
    if look.caller.as_ref().is_some_and(|caller| caller.trim() != caller) {
        look.findings.push(Finding::seen(&CALLER_BLANKS));
    }
    // Paths outside these two roots have no known family.
    let wanted = [("/brand/", Scheme::Brand), ("/v3/", Scheme::Merchant)];
    let wanted = wanted.iter().find(|(root, _)| target.starts_with(root));
    if look.scheme.zip(wanted).is_some_and(|(scheme, (_, wanted))| scheme != *wanted) {
        look.findings.push(Finding::seen(&OTHER_FAMILY));
    }
    look
}

impl LenientHeader {
    fn strict(authorization: &Authorization) -> Self {
        let text = |text: &str| Some(text.to_owned());
        Self {
            scheme: Some(authorization.scheme()),
            caller: text(authorization.caller().id()),
            nonce_str: text(authorization.nonce_str().as_str()),
            signature: text(authorization.signature()),
            timestamp: text(authorization.timestamp()),
            serial_no: text(authorization.serial_no().as_str()),
            findings: Vec::new(),
            error: None,
        }
    }

    /// Returns the general finding for a header that the strict parser rejects; `None` if `others`, the
    /// findings about the fields, already name the mistake.
    pub(super) fn general(&self, others: &[Finding]) -> Option<Finding> {
        let about = |prefix: &str| others.iter().any(|finding| finding.cause.id.starts_with(prefix));
        let error = self.error.as_ref()?;
        let is_named = match error {
            AuthorizationError::Missing => return Some(Finding::seen(&MISSING)),
            AuthorizationError::UnknownScheme
            | AuthorizationError::Malformed { .. }
            | AuthorizationError::NotText => !self.findings.is_empty(),
            AuthorizationError::Field { name: "timestamp", .. } => about("timestamp_"),
            AuthorizationError::Field { name: "serial_no", error: FieldError::Invalid(_) } => {
                about("serial_")
            }
            AuthorizationError::Field { error: FieldError::Missing, .. } => self
                .findings
                .iter()
                .any(|finding| finding.cause.id == MISNAMED.id || finding.cause.id == SCHEME_WRONG.id),
            _ => false,
        };
        (!is_named).then(|| Finding { detail: Some(Bilingual::of(error)), ..Finding::seen(&REJECTED) })
    }

    fn lenient(value: &str) -> Self {
        let mut look = Self::default();
        let mut value = value.to_owned();
        for Repair { cause, repair } in REPAIRS {
            let repaired = repair(&value);
            if repaired.trim() != value.trim() {
                look.findings.push(Finding::seen(cause));
            }
            value = repaired;
        }
        if !value.trim().is_empty() {
            let fields = look.read_scheme(&value).to_owned();
            look.read_fields(&fields);
        }
        look
    }

    /// Reads the scheme, or the word in its place, and returns the rest.
    fn read_scheme<'a>(&mut self, value: &'a str) -> &'a str {
        let value = value.trim_start();
        if let Some(scheme) = Scheme::ALL.into_iter().find(|scheme| value.starts_with(scheme.as_str())) {
            self.scheme = Some(scheme);
            let rest = &value[scheme.as_str().len()..];
            if !rest.starts_with(' ') {
                self.findings.push(Finding::seen(&SCHEME_WRONG));
            }
            return rest;
        }
        self.findings.push(Finding::seen(&SCHEME_WRONG));
        let word = value.split([' ', ',']).next().unwrap_or_default();
        // Without a scheme, the word is already the first field.
        if word.contains('=') { value } else { &value[word.len()..] }
    }

    fn read_fields(&mut self, text: &str) {
        let mut rest = text;
        let mut missing_comma = false;
        let mut missing_quotes = false;
        let mut first = true;
        while let Some(start) = rest.find(|c: char| c.is_ascii_alphanumeric()) {
            missing_comma |= !first && !rest[..start].contains(',');
            first = false;
            rest = &rest[start..];
            let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-')));
            let (name, after) = rest.split_at(end.unwrap_or(rest.len()));
            let Some(value) = after.trim_start().strip_prefix(['=', ':']) else {
                rest = after;
                continue;
            };
            let value = value.trim_start();
            let (value, after) = match value.strip_prefix('"') {
                Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
                None => {
                    missing_quotes = true;
                    value.split_at(end_of_bare(value))
                }
            };
            self.put(name, value);
            rest = after;
        }
        for (seen, cause) in [(missing_quotes, &NO_QUOTES), (missing_comma, &NO_COMMA)] {
            if seen {
                self.findings.push(Finding::seen(cause));
            }
        }
    }

    fn put(&mut self, name: &str, value: &str) {
        let Some(right) = field_meant(name) else { return };
        let slot = match right {
            "nonce_str" => &mut self.nonce_str,
            "signature" => &mut self.signature,
            "timestamp" => &mut self.timestamp,
            "serial_no" => &mut self.serial_no,
            _ => &mut self.caller,
        };
        if slot.is_some() {
            return;
        }
        *slot = Some(value.to_owned());
        if name != right {
            let detail =
                Bilingual::new(format!("{name}, which should be {right}"), format!("{name} 应为 {right}"));
            self.findings.push(Finding { detail: Some(detail), ..Finding::seen(&MISNAMED) });
        }
    }
}

/// Returns the field that a name means, in any known spelling.
fn field_meant(name: &str) -> Option<&'static str> {
    Some(match name.to_ascii_lowercase().replace(['_', '-'], "").as_str() {
        "mchid" | "merchantid" | "mch" => "mchid",
        "brandid" | "brand" => "brand_id",
        "noncestr" | "nonce" => "nonce_str",
        "signature" | "sign" | "sig" => "signature",
        "timestamp" | "time" => "timestamp",
        "serialno" | "serial" | "serialnumber" => "serial_no",
        _ => return None,
    })
}

/// Returns the end of a value without quotes: a comma, or a blank that another field follows. Blanks inside a
/// signature do not end it.
fn end_of_bare(value: &str) -> usize {
    let is_end = |(at, mark): &(usize, &str)| {
        let rest = value[at + mark.len()..].trim_start();
        let name = rest.split(['=', ':', ' ', ',']).next().unwrap_or_default();
        *mark != " " || rest[name.len()..].starts_with(['=', ':']) && field_meant(name).is_some()
    };
    value.match_indices([',', ' ', ';']).find(is_end).map_or(value.len(), |(at, _)| at)
}
