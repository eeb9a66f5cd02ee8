//! Mistakes in the layout of the canonical message, and in its method, timestamp and nonce.

use super::parts::{Layout, Parts, Then, permutations};
use crate::crypto::Hash;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Lays out the documented lines with other separators.
fn separated(parts: &Parts, separators: &[(&'static str, &'static str)]) -> Vec<Parts> {
    let separated = |(between, last): &(&'static str, &'static str)| {
        parts.laid_out(|layout| (layout.between, layout.last) = (between, last))
    };
    separators.iter().map(separated).collect()
}

/// Lays out other lines than the documented five, or the five in another order, with and without a final line
/// feed.
fn lined(parts: &Parts, lines: &[usize]) -> Vec<Parts> {
    ["\n", ""]
        .map(|last| parts.laid_out(|layout| (layout.lines, layout.last) = (lines.to_vec(), last)))
        .into()
}

pub(super) fn no_last_line_feed(parts: &Parts) -> Vec<Parts> {
    separated(parts, &[("\n", "")])
}

pub(super) fn extra_line_feed(parts: &Parts) -> Vec<Parts> {
    separated(parts, &[("\n", "\n\n")])
}

pub(super) fn first_line_feed(parts: &Parts) -> Vec<Parts> {
    ["\n", " "].map(|first| parts.laid_out(|layout| layout.first = first)).into()
}

pub(super) fn carriage_returns(parts: &Parts) -> Vec<Parts> {
    separated(parts, &[("\r\n", "\r\n"), ("\r\n", ""), ("\r\n", "\n"), ("\n", "\r\n")])
}

/// A backslash and an `n` instead of a line feed, as single quotes leave them in PHP and shells.
pub(super) fn literal_line_feeds(parts: &Parts) -> Vec<Parts> {
    separated(
        parts,
        &[
            ("\\n", "\\n"),
            ("\\n", ""),
            ("\\n", "\n"),
            ("\\\\n", "\\\\n"),
            ("\\r\\n", "\\r\\n"),
            ("\n", "\\n"),
        ],
    )
}

pub(super) fn blanks_at_line_ends(parts: &Parts) -> Vec<Parts> {
    separated(
        parts,
        &[
            (" \n", " \n"),
            ("\n ", "\n "),
            ("\n ", "\n"),
            (" \n", "\n"),
            ("\n", "\n "),
            ("\n", " \n"),
            ("\n", " "),
        ],
    )
}

/// The line feeds are missing.
pub(super) fn no_line_feeds(parts: &Parts) -> Vec<Parts> {
    separated(parts, &[("", ""), ("", "\n")])
}

pub(super) fn other_separators(parts: &Parts) -> Vec<Parts> {
    let ends = |separator| [(separator, separator), (separator, ""), (separator, "\n")];
    let all: Vec<_> = ["\r", " ", "&", ",", "|", ":", ";", "+", "\t", "\n\n", "<br>", "\u{2028}", "/n", "$n"]
        .into_iter()
        .flat_map(ends)
        .collect();
    separated(parts, &all)
}

pub(super) fn nonce_before_timestamp(parts: &Parts) -> Vec<Parts> {
    lined(parts, &[0, 1, 3, 2, 4])
}

pub(super) fn timestamp_first(parts: &Parts) -> Vec<Parts> {
    lined(parts, &[2, 3, 0, 1, 4])
}

/// Every order except those that have another row.
pub(super) fn other_order(parts: &Parts) -> Vec<Parts> {
    let own = [vec![0, 1, 3, 2, 4], vec![2, 3, 0, 1, 4]];
    let orders = permutations(&Layout::documented().lines).into_iter().filter(|order| !own.contains(order));
    orders.flat_map(|order| lined(parts, &order)).collect()
}

pub(super) fn response_lines(parts: &Parts) -> Vec<Parts> {
    lined(parts, &[2, 3, 4])
}

pub(super) fn no_body_line(parts: &Parts) -> Vec<Parts> {
    // A variant without the final line feed equals a message without a body that only lacks its final line
    // feed.
    lined(parts, &[0, 1, 2, 3])
}

/// Lines are missing: one of the first four, or several.
pub(super) fn line_missing(parts: &Parts) -> Vec<Parts> {
    let all: [&[usize]; 9] = [
        &[1, 2, 3, 4],
        &[0, 2, 3, 4],
        &[0, 1, 3, 4],
        &[0, 1, 2, 4],
        &[0, 1, 4],
        &[1, 4],
        &[0, 1],
        &[1, 2, 3],
        &[0, 1, 3],
    ];
    all.iter().flat_map(|lines| lined(parts, lines)).collect()
}

pub(super) fn body_alone(parts: &Parts) -> Vec<Parts> {
    if parts.body.is_empty() {
        return Vec::new();
    }
    lined(parts, &[4])
}

/// A line is duplicate.
pub(super) fn line_twice(parts: &Parts) -> Vec<Parts> {
    let twice = |line: usize| {
        let mut lines = Layout::documented().lines;
        lines.insert(line, line);
        lined(parts, &lines)
    };
    (0..5).flat_map(twice).collect()
}

pub(super) fn empty_message(parts: &Parts) -> Vec<Parts> {
    vec![parts.laid_out(|layout| (layout.lines, layout.last) = (Vec::new(), ""))]
}

/// The message was hashed before signing. The signing function hashes too, so the hash of the hash was
/// signed.
pub(super) fn digest_signed(parts: &Parts) -> Vec<Parts> {
    let all: [Then; 9] = [
        |message| Hash::Sha256.of(message),
        |message| hex::encode(Hash::Sha256.of(message)).into_bytes(),
        |message| hex::encode_upper(Hash::Sha256.of(message)).into_bytes(),
        |message| STANDARD.encode(Hash::Sha256.of(message)).into_bytes(),
        |message| Hash::Md5.of(message),
        |message| hex::encode(Hash::Md5.of(message)).into_bytes(),
        |message| hex::encode_upper(Hash::Md5.of(message)).into_bytes(),
        |message| Hash::Sha1.of(message),
        |message| hex::encode(Hash::Sha1.of(message)).into_bytes(),
    ];
    then(parts, &all)
}

/// The whole message was encoded before signing.
pub(super) fn message_encoded(parts: &Parts) -> Vec<Parts> {
    let all: [Then; 5] = [
        |message| STANDARD.encode(message).into_bytes(),
        |message| hex::encode(message).into_bytes(),
        |message| String::from_utf8_lossy(message).encode_utf16().flat_map(u16::to_le_bytes).collect(),
        |message| String::from_utf8_lossy(message).encode_utf16().flat_map(u16::to_be_bytes).collect(),
        |message| {
            percent_encoding::percent_encode(message, percent_encoding::NON_ALPHANUMERIC)
                .to_string()
                .into_bytes()
        },
    ];
    then(parts, &all)
}

fn then(parts: &Parts, all: &[Then]) -> Vec<Parts> {
    all.iter().map(|then| parts.laid_out(|layout| layout.then = Some(*then))).collect()
}

pub(super) fn method_case(parts: &Parts) -> Vec<Parts> {
    let lower = parts.method.to_lowercase();
    let (first, rest) = parts.method.split_at_checked(1).unwrap_or_default();
    let title = format!("{first}{}", rest.to_lowercase());
    let all = [lower, title, parts.method.to_uppercase()];
    all.into_iter().filter(|method| *method != parts.method).map(|method| parts.with_method(method)).collect()
}

pub(super) fn other_method(parts: &Parts) -> Vec<Parts> {
    let all = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];
    let others = all.into_iter().filter(|method| !method.eq_ignore_ascii_case(&parts.method));
    others.map(|method| parts.with_method(method)).collect()
}

/// The clock was read twice: once for the header and once for the message.
pub(super) fn clock_read_twice(parts: &Parts) -> Vec<Parts> {
    let Ok(seconds) = parts.timestamp.parse::<i64>() else {
        return Vec::new();
    };
    (1..=10)
        .flat_map(|off| [seconds.saturating_sub(off), seconds.saturating_add(off)])
        .map(|seconds| parts.with_timestamp(seconds.to_string()))
        .collect()
}

pub(super) fn seconds_signed(parts: &Parts) -> Vec<Parts> {
    let cut = parts.timestamp.split_at_checked(10).filter(|(_, rest)| rest.len() == 3);
    cut.map(|(seconds, _)| parts.with_timestamp(seconds)).into_iter().collect()
}

pub(super) fn milliseconds_signed(parts: &Parts) -> Vec<Parts> {
    let Ok(seconds) = parts.timestamp.parse::<u64>() else { return Vec::new() };
    if parts.timestamp.len() != 10 {
        return Vec::new();
    }
    // Tries the header's second and the one before, since the clock may have been read twice.
    [seconds, seconds.saturating_sub(1)]
        .into_iter()
        .flat_map(|seconds| (0..1000).map(move |ms| format!("{seconds}{ms:03}")))
        .map(|timestamp| parts.with_timestamp(timestamp))
        .collect()
}

pub(super) fn nonce_form(parts: &Parts) -> Vec<Parts> {
    let nonce = &parts.nonce;
    let mut all = vec![
        nonce.to_uppercase(),
        nonce.to_lowercase(),
        nonce.replace('-', ""),
        nonce.replace('-', "").to_uppercase(),
        nonce.trim().to_owned(),
        format!("\"{nonce}\""),
    ];
    // The header may have a UUID without its dashes.
    if nonce.len() == 32 && nonce.is_ascii() {
        let dashed = [&nonce[..8], &nonce[8..12], &nonce[12..16], &nonce[16..20], &nonce[20..]].join("-");
        all.extend([dashed.to_lowercase(), dashed]);
    }
    all.into_iter().filter(|other| other != nonce).map(|nonce| parts.with_nonce(nonce)).collect()
}

pub(super) fn without_nonce_or_time(parts: &Parts) -> Vec<Parts> {
    vec![parts.with_nonce(""), parts.with_timestamp("")]
}
