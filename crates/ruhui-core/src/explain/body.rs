//! Mistakes in the last line of the canonical message: a body that was serialised twice, or is missing.

use super::json::{COMPACT, Json, Style};
use super::members;
use super::parts::{PERMUTED, Parts, permutations};
use crate::crypto::{Hash, sha256};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::borrow::Cow;

/// Length above which a body is not rewritten: indenting can make it a hundred times longer.
const REWRITTEN_BYTES: usize = 64 * 1024;
/// Largest number of members that are left out one at a time.
const LEFT_OUT: usize = 64;

/// Returns the body as JSON; `None` if it is not JSON or too long to rewrite.
pub(super) fn json(parts: &Parts) -> Option<Json<'_>> {
    parts.text().filter(|text| !text.is_empty() && text.len() <= REWRITTEN_BYTES).and_then(Json::read)
}

/// Returns the layout of the sent body, which changed bodies also get; compact if no layout matches.
fn style_of(parts: &Parts, json: &Json<'_>) -> Style {
    let sent = parts.text().unwrap_or_default();
    STYLES.iter().copied().find(|style| json.write(style) == sent).unwrap_or(COMPACT)
}

/// Layouts that libraries write; most write the compact one.
const STYLES: [Style; 9] = [
    COMPACT,
    PYTHON,
    Style { indent: "  ", ..INDENTED },
    Style { indent: "    ", ..INDENTED },
    Style { indent: "\t", ..INDENTED },
    JACKSON,
    Style { indent: "  ", line_end: "\r\n", ..INDENTED },
    Style { indent: " ", ..INDENTED },
    Style { indent: "   ", ..INDENTED },
];
const PYTHON: Style = Style { comma: ", ", colon: ": ", ..COMPACT };
const INDENTED: Style = Style { colon: ": ", ..COMPACT };
const JACKSON: Style = Style { indent: "  ", colon: " : ", is_jackson: true, ..COMPACT };

fn rewritten(parts: &Parts, styles: &[Style]) -> Vec<Parts> {
    let json = json(parts);
    bodies(parts, json.iter().flat_map(|json| styles.iter().map(|style| json.write(style))))
}

/// Returns the bodies that `change` makes, each in the layout of the sent body and in the compact one.
fn changed(parts: &Parts, change: impl Fn(&Json<'_>) -> Vec<Json<'static>>) -> Vec<Parts> {
    let Some(json) = json(parts) else { return Vec::new() };
    let sent = style_of(parts, &json);
    let all = change(&json).into_iter().filter(|changed| *changed != json);
    bodies(parts, all.flat_map(|changed| [changed.write(&sent), changed.write(&COMPACT)]))
}

pub(super) fn bodies(parts: &Parts, bodies: impl IntoIterator<Item = impl Into<Vec<u8>>>) -> Vec<Parts> {
    bodies
        .into_iter()
        .map(|body| parts.with_body(body))
        .filter(|changed| changed.body != parts.body)
        .collect()
}

pub(super) fn empty(parts: &Parts) -> Vec<Parts> {
    bodies(parts, [""])
}

pub(super) fn empty_json(parts: &Parts) -> Vec<Parts> {
    bodies(parts, ["{}", "null", "[]", "\"\"", "undefined", "None"])
}

pub(super) fn compact(parts: &Parts) -> Vec<Parts> {
    rewritten(parts, &[COMPACT])
}

pub(super) fn indented(parts: &Parts) -> Vec<Parts> {
    let windows = |style: &Style| Style { line_end: "\r\n", ..*style };
    let mut plain: Vec<_> =
        ["  ", "    ", "\t", " ", "   "].map(|indent| Style { indent, ..INDENTED }).into();
    // Fastjson indents in this way.
    plain.push(Style { indent: "\t", ..COMPACT });
    let crlf: Vec<_> = plain.iter().map(windows).collect();
    rewritten(parts, &[plain, crlf].concat())
}

pub(super) fn python_separators(parts: &Parts) -> Vec<Parts> {
    rewritten(parts, &[PYTHON])
}

pub(super) fn jackson_printer(parts: &Parts) -> Vec<Parts> {
    rewritten(parts, &[JACKSON, Style { line_end: "\r\n", ..JACKSON }])
}

/// A blank only after commas or only after colons, or blanks inside the braces.
pub(super) fn other_blanks(parts: &Parts) -> Vec<Parts> {
    rewritten(
        parts,
        &[
            Style { comma: ", ", ..COMPACT },
            Style { colon: ": ", ..COMPACT },
            Style { colon: " : ", comma: ", ", ..COMPACT },
            Style { inside: " ", ..PYTHON },
            Style { inside: " ", colon: ": ", ..COMPACT },
        ],
    )
}

/// Blanks were removed from the text as if it were not JSON.
pub(super) fn blanks_removed(parts: &Parts) -> Vec<Parts> {
    let Some(text) = parts.text() else { return Vec::new() };
    let compact = json(parts).map(|json| json.write(&COMPACT));
    let removed = [text.replace(' ', ""), text.split_whitespace().collect()];
    // If only the blanks between tokens are gone, the result is compact JSON, which has another row.
    bodies(parts, removed.into_iter().filter(|text| Some(text) != compact.as_ref()))
}

fn owned(json: Json<'_>) -> Json<'static> {
    let own = |text: Cow<'_, str>| Cow::Owned(text.into_owned());
    match json {
        Json::Object(members) => {
            Json::Object(members.into_iter().map(|(name, value)| (own(name), owned(value))).collect())
        }
        Json::Array(items) => Json::Array(items.into_iter().map(owned).collect()),
        Json::Scalar(token) => Json::Scalar(own(token)),
    }
}

pub(super) fn sorted_members(parts: &Parts) -> Vec<Parts> {
    let sort = |json: Json<'_>| match json {
        Json::Object(mut members) => {
            members.sort_by_key(|(name, _)| Json::plain(name));
            owned(Json::Object(members))
        }
        other => owned(other),
    };
    changed(parts, |json| vec![owned(json.clone()).map(&|value| sort(value))])
}

pub(super) fn other_order(parts: &Parts) -> Vec<Parts> {
    changed(parts, |json| match json {
        Json::Object(members) if members.len() <= PERMUTED => {
            permutations(members).into_iter().map(|members| owned(Json::Object(members))).collect()
        }
        // The order of a hash table or of another struct cannot be guessed; the reverse order can.
        Json::Object(members) => vec![owned(Json::Object(members.iter().rev().cloned().collect()))],
        _ => Vec::new(),
    })
}

/// Members were sent but not signed.
pub(super) fn member_not_signed(parts: &Parts) -> Vec<Parts> {
    changed(parts, |json| {
        let none = |token: &str| matches!(token, "null" | "\"\"");
        let without_empty = owned(json.clone()).map(&|value| match value {
            Json::Object(members) => Json::Object(
                members
                    .into_iter()
                    .filter(|(_, value)| !matches!(value, Json::Scalar(token) if none(token)))
                    .collect(),
            ),
            other => other,
        });
        let mut smaller: Vec<_> = json.without_one(LEFT_OUT).into_iter().map(owned).collect();
        smaller.push(without_empty);
        smaller
    })
}

/// Members were signed, then dropped before sending since they were null or empty: each optional one of the
/// endpoint, and all of them together.
pub(super) fn empty_member_signed(parts: &Parts) -> Vec<Parts> {
    let path = parts.target_text().split('?').next().unwrap_or_default();
    let fields = members::of(&parts.method, path);
    changed(parts, |json| {
        let Json::Object(present) = json else { return Vec::new() };
        let names: Vec<String> = present.iter().map(|(name, _)| Json::plain(name)).collect();
        let absent: Vec<&str> =
            fields.iter().copied().filter(|field| !names.iter().any(|name| name == field)).collect();
        let member = |field: &str, value: &str| {
            (Cow::Owned(format!("\"{field}\"")), Json::Scalar(Cow::Owned(value.to_owned())))
        };
        let place = |field: &str| fields.iter().position(|known| *known == field);
        // A struct declares its members in order, so the member goes before the first one that it declares
        // later.
        let insert = |members: &mut Vec<(Cow<'static, str>, Json<'static>)>, field: &str, value: &str| {
            let at = members.iter().position(|(name, _)| place(&Json::plain(name)) > place(field));
            members.insert(at.unwrap_or(members.len()), member(field, value));
        };
        let own = || match owned(Json::Object(present.clone())) {
            Json::Object(members) => members,
            _ => Vec::new(),
        };
        let mut all = Vec::new();
        for value in ["null", "\"\""] {
            for field in &absent {
                let mut declared = own();
                insert(&mut declared, field, value);
                let mut last = own();
                last.push(member(field, value));
                all.extend([declared, last]);
            }
            let mut declared = own();
            let mut last = own();
            for field in &absent {
                insert(&mut declared, field, value);
                last.push(member(field, value));
            }
            all.extend([declared, last]);
        }
        all.into_iter().map(Json::Object).collect()
    })
}

/// Function that returns the replacement of a token; `None` keeps the token.
type Change<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Numbers and texts were signed in another spelling, or each as the other type.
pub(super) fn scalars_rewritten(parts: &Parts) -> Vec<Parts> {
    let number = |token: &str| token.starts_with(|c: char| c.is_ascii_digit() || c == '-');
    let whole = |token: &str| {
        number(token) && token.trim_start_matches('-').bytes().all(|byte| byte.is_ascii_digit())
    };
    let changes: [Change<'_>; 7] = [
        &|token| whole(token).then(|| format!("{token}.0")),
        &|token| token.strip_suffix(".0").filter(|rest| whole(rest)).map(str::to_owned),
        &|token| number(token).then(|| format!("\"{token}\"")),
        &|token| {
            let inner = token.strip_prefix('"')?.strip_suffix('"')?;
            (whole(inner) && inner.parse::<i64>().is_ok_and(|number| number.to_string() == inner))
                .then(|| inner.to_owned())
        },
        &|token| matches!(token, "true" | "false").then(|| format!("\"{token}\"")),
        // Java prints a double of more than seven digits in this way.
        &|token| {
            let digits =
                Some(token).filter(|token| whole(token) && token.len() > 7 && !token.starts_with('-'))?;
            let (first, rest) = digits.split_at(1);
            let rest = rest.trim_end_matches('0');
            let exponent = digits.len() - 1;
            Some(format!("{first}.{}E{exponent}", if rest.is_empty() { "0" } else { rest }))
        },
        &|token| whole(token).then(|| format!("{token}.00")),
    ];
    changed(parts, |json| {
        changes
            .iter()
            .map(|change| {
                owned(json.clone()).map(&|value| match value {
                    Json::Scalar(token) => Json::Scalar(change(&token).map_or(token, Cow::Owned)),
                    other => other,
                })
            })
            .collect()
    })
}

pub(super) fn json_twice(parts: &Parts) -> Vec<Parts> {
    bodies(parts, parts.text().map(|text| serde_json::Value::from(text).to_string()))
}

/// The sent body is a JSON text that contains the JSON.
pub(super) fn json_once(parts: &Parts) -> Vec<Parts> {
    bodies(parts, parts.text().and_then(|text| serde_json::from_str::<String>(text).ok()))
}

/// The body's digest or its Base64 was signed in place of the body, as other APIs require.
pub(super) fn digest_of_body(parts: &Parts) -> Vec<Parts> {
    let digests = [Hash::Sha256, Hash::Md5, Hash::Sha1].map(|hash| hash.of(&parts.body));
    let texts = digests.iter().flat_map(|digest| [hex::encode(digest), hex::encode_upper(digest)]);
    bodies(parts, texts.chain([STANDARD.encode(sha256(&[&parts.body])), STANDARD.encode(&parts.body)]))
}

pub(super) fn newline_more(parts: &Parts) -> Vec<Parts> {
    // If the body is empty, a line feed too many belongs to the message's layout.
    if parts.body.is_empty() {
        return Vec::new();
    }
    bodies(parts, ["\n", "\r\n", " ", "\0"].map(|end| [&*parts.body, end.as_bytes()].concat()))
}

pub(super) fn newline_less(parts: &Parts) -> Vec<Parts> {
    let body = &*parts.body;
    let trimmed = body.trim_ascii_end();
    let one = body.strip_suffix(b"\n").map(|body| body.strip_suffix(b"\r").unwrap_or(body));
    bodies(parts, one.into_iter().chain([trimmed, body.trim_ascii()]))
}

pub(super) fn line_ends(parts: &Parts) -> Vec<Parts> {
    let lf = parts.text().map(|text| text.replace("\r\n", "\n"));
    let crlf = lf.as_ref().map(|text| text.replace('\n', "\r\n"));
    let cr = lf.as_ref().map(|text| text.replace('\n', "\r"));
    bodies(parts, lf.into_iter().chain(crlf).chain(cr))
}

/// The whole form of an upload was signed.
pub(super) fn form_signed(parts: &Parts) -> Vec<Parts> {
    let whole = parts.form.iter().map(|form| form.whole.clone());
    bodies(parts, whole)
}

pub(super) fn file_signed(parts: &Parts) -> Vec<Parts> {
    bodies(parts, parts.form.iter().filter_map(|form| form.file.clone()))
}
