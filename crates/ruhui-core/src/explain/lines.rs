//! Mistakes about how the lines are put together, and about method, time and nonce.

use super::parts::{Parts, documented};
use crate::crypto::sha256;
use crate::sign::encode_signature;

fn ended(lines: &[&[u8]], end: &str) -> Vec<u8> {
    lines.iter().flat_map(|line| [*line, end.as_bytes()].concat()).collect()
}

pub(super) fn no_last_line_feed(parts: &Parts) -> Vec<Parts> {
    vec![parts.with_layout(|lines| lines.join(&b'\n'))]
}

pub(super) fn extra_line_feed(parts: &Parts) -> Vec<Parts> {
    vec![parts.with_layout(|lines| [documented(lines), b"\n".to_vec()].concat())]
}

pub(super) fn carriage_returns(parts: &Parts) -> Vec<Parts> {
    vec![
        parts.with_layout(|lines| ended(&lines, "\r\n")),
        parts.with_layout(|lines| lines.join(b"\r\n".as_slice())),
    ]
}

/// A backslash and an `n`, as single quotes leave them in PHP and in a shell.
pub(super) fn literal_line_feeds(parts: &Parts) -> Vec<Parts> {
    vec![
        parts.with_layout(|lines| ended(&lines, "\\n")),
        parts.with_layout(|lines| lines.join(b"\\n".as_slice())),
    ]
}

pub(super) fn blanks_at_line_ends(parts: &Parts) -> Vec<Parts> {
    vec![parts.with_layout(|lines| ended(&lines, " \n")), parts.with_layout(|lines| ended(&lines, "\n "))]
}

pub(super) fn no_line_feeds(parts: &Parts) -> Vec<Parts> {
    vec![parts.with_layout(|lines| lines.concat())]
}

pub(super) fn nonce_before_timestamp(parts: &Parts) -> Vec<Parts> {
    vec![parts.with_layout(|[method, target, timestamp, nonce, body]| {
        documented([method, target, nonce, timestamp, body])
    })]
}

pub(super) fn timestamp_first(parts: &Parts) -> Vec<Parts> {
    vec![parts.with_layout(|[method, target, timestamp, nonce, body]| {
        documented([timestamp, nonce, method, target, body])
    })]
}

pub(super) fn reply_lines(parts: &Parts) -> Vec<Parts> {
    vec![parts.with_layout(|[_, _, timestamp, nonce, body]| ended(&[timestamp, nonce, body], "\n"))]
}

pub(super) fn no_body_line(parts: &Parts) -> Vec<Parts> {
    vec![parts.with_layout(|lines| ended(&lines[..4], "\n"))]
}

/// The signing function hashes; hashing before it signs the hash of the hash.
pub(super) fn digest_signed(parts: &Parts) -> Vec<Parts> {
    vec![
        parts.with_layout(|lines| sha256(&[&documented(lines)]).to_vec()),
        parts.with_layout(|lines| hex::encode(sha256(&[&documented(lines)])).into_bytes()),
        parts.with_layout(|lines| hex::encode_upper(sha256(&[&documented(lines)])).into_bytes()),
        parts.with_layout(|lines| encode_signature(&sha256(&[&documented(lines)])).into_bytes()),
    ]
}

pub(super) fn method_case(parts: &Parts) -> Vec<Parts> {
    let lower = parts.method.to_lowercase();
    let (first, rest) = parts.method.split_at_checked(1).unwrap_or_default();
    let title = format!("{first}{}", rest.to_lowercase());
    vec![parts.with_method(lower), parts.with_method(title), parts.with_method(parts.method.to_uppercase())]
}

pub(super) fn other_method(parts: &Parts) -> Vec<Parts> {
    ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]
        .map(|method| parts.with_method(method))
        .into()
}

/// Read once for the header and once for the message.
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
    if parts.timestamp.len() != 10 {
        return Vec::new();
    }
    (0..1000).map(|ms| parts.with_timestamp(format!("{}{ms:03}", parts.timestamp))).collect()
}

pub(super) fn nonce_form(parts: &Parts) -> Vec<Parts> {
    let nonce = &parts.nonce;
    [nonce.to_uppercase(), nonce.to_lowercase(), nonce.replace('-', ""), nonce.trim().to_owned()]
        .map(|nonce| parts.with_nonce(nonce))
        .into()
}
