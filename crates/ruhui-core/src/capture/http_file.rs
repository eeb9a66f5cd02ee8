//! Reads `.http` files of the HTTP clients in editors (VS Code, IntelliJ IDEA): requests separated by lines
//! of `###`, with comments, variables and scripts.

use super::start::Start;
use super::transcript::{Found, Transcript};
use super::{BodyState, Remark, lines, raw, start};
use http::header::{ACCEPT, HeaderName, HeaderValue, USER_AGENT};
use memchr::memmem;
use std::collections::BTreeMap;

/// Largest number of variables in a file. Files written by people have fewer.
const MOST_VARIABLES: usize = 1_000;
/// Largest number of remarks about variables. Readers need no more.
const MOST_REMARKS: usize = 5;

/// Returns the requests of the file; `None` if the text has none of the marks of such a file.
pub(super) fn turns(text: &[u8]) -> Option<Transcript> {
    let is_mark = |line: &[u8]| is_separator(line) || is_definition(line);
    if !lines::with_ends(text).any(is_mark) || says_its_length(text) {
        return None;
    }
    let variables = variables(text);
    let lines: Vec<&[u8]> = lines::with_ends(text).collect();
    let sections = lines.split(|line| is_separator(line)).take(raw::MOST_MESSAGES);
    let messages: Vec<_> = sections.filter_map(|section| request(section, &variables)).collect();
    (!messages.is_empty()).then_some(Transcript { messages })
}

/// Returns whether the text is a message as it was sent: it names its length. In a `.http` file the client
/// adds the Content-Length.
fn says_its_length(text: &[u8]) -> bool {
    let head = lines::with_ends(text).take_while(|line| !line.trim_ascii().is_empty());
    let is_length =
        |line: &[u8]| line.get(..15).is_some_and(|name| name.eq_ignore_ascii_case(b"content-length:"));
    start::is_start(lines::first(text)) && head.skip(1).any(is_length)
}

fn is_separator(line: &[u8]) -> bool {
    line.starts_with(b"###")
}

fn is_definition(line: &[u8]) -> bool {
    definition(line).is_some()
}

/// Parses the definition of a variable: `@name = value`.
fn definition(line: &[u8]) -> Option<(String, String)> {
    let text = std::str::from_utf8(lines::bare(line)).ok()?;
    let (name, value) = text.strip_prefix('@')?.split_once('=')?;
    let name = name.trim();
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    (!name.is_empty() && name.chars().all(is_name)).then(|| (name.to_owned(), value.trim().to_owned()))
}

fn variables(text: &[u8]) -> BTreeMap<String, String> {
    lines::with_ends(text).filter_map(definition).take(MOST_VARIABLES).collect()
}

fn request(section: &[&[u8]], variables: &BTreeMap<String, String>) -> Option<Found> {
    let mut remarks = Vec::new();
    let mut replaced = |line: &[u8]| replace(line, variables, &mut remarks);
    let begin = section.iter().position(|line| is_request_line(line, variables))?;
    let mut head = lines::bare(&replaced(section[begin])).trim_ascii().to_vec();
    let mut rest = &section[begin + 1..];
    // Parameters of the query may be on lines after the request line.
    while let Some(line) = rest.first().filter(|line| is_rest_of_target(line)) {
        head.extend_from_slice(replaced(line).trim_ascii());
        rest = &rest[1..];
    }
    head.extend_from_slice(b"\r\n");
    let blank = rest.iter().position(|line| line.trim_ascii().is_empty()).unwrap_or(rest.len());
    let (headers, body) = rest.split_at(blank);
    for line in headers.iter().filter(|line| !is_comment(line)) {
        head.extend_from_slice(&replaced(line));
    }
    head.extend_from_slice(b"\r\n");
    let body: Vec<u8> =
        body.iter().skip(1).take_while(|line| !ends_body(line)).flat_map(|line| replaced(line)).collect();
    let body = body.trim_ascii_end();
    let file = file_of(body);
    if file.is_none() {
        head.extend_from_slice(body);
    }
    let mut found = raw::turns(&head).messages.into_iter().next()?;
    if let Some(name) = file {
        found.state = BodyState::Missing;
        remarks.push(Remark::FileBody { name });
    }
    // The client adds these headers if the file does not have them.
    for (name, value) in [(USER_AGENT, "http-client"), (ACCEPT, "*/*")] {
        add(&mut found, name, HeaderValue::from_static(value));
    }
    found.remarks.append(&mut remarks);
    Some(found)
}

fn add(found: &mut Found, name: HeaderName, value: HeaderValue) {
    if !found.headers.contains_key(&name) {
        found.headers.insert(name, value);
    }
}

fn is_request_line(line: &[u8], variables: &BTreeMap<String, String>) -> bool {
    let replaced = replace(line, variables, &mut Vec::new());
    !is_comment(line) && matches!(start::read(lines::bare(&replaced)), Some(Start::Request { .. }))
}

fn is_comment(line: &[u8]) -> bool {
    line.starts_with(b"#") || line.starts_with(b"//")
}

fn is_rest_of_target(line: &[u8]) -> bool {
    let text = line.trim_ascii();
    line.starts_with(b" ") && matches!(text.first(), Some(b'?' | b'&' | b'/'))
}

/// Returns whether a line ends a body: it handles the response (a script, a file to write or to compare
/// with), or closes the code block in a text whose headings are `###`.
fn ends_body(line: &[u8]) -> bool {
    [&b"> "[..], b">> ", b"<> ", b"```"].iter().any(|mark| line.starts_with(mark))
}

/// Returns the name of the file that contains the body.
fn file_of(body: &[u8]) -> Option<String> {
    let name = std::str::from_utf8(body).ok()?.strip_prefix('<')?;
    let name = name.strip_prefix('@').unwrap_or(name).strip_prefix(' ')?.trim();
    (!name.is_empty() && !name.contains(['\n', '<', '>'])).then(|| name.to_owned())
}

/// Replaces the variables that the file defines by their values. Other variables get a remark.
fn replace(line: &[u8], variables: &BTreeMap<String, String>, remarks: &mut Vec<Remark>) -> Vec<u8> {
    let mut replaced = Vec::with_capacity(line.len());
    let mut rest = line;
    while let Some(begin) = memmem::find(rest, b"{{")
        && let Some(length) = memmem::find(&rest[begin..], b"}}")
    {
        let end = begin + length + 2;
        let whole = &rest[begin..end];
        let name = String::from_utf8_lossy(&whole[2..length]).trim().to_owned();
        replaced.extend_from_slice(&rest[..begin]);
        match variables.get(&name) {
            Some(value) => replaced.extend_from_slice(value.as_bytes()),
            None => {
                let remark = Remark::Variable { name: String::from_utf8_lossy(whole).into_owned() };
                if remarks.len() < MOST_REMARKS && !remarks.contains(&remark) && is_variable(&name) {
                    remarks.push(remark);
                }
                replaced.extend_from_slice(whole);
            }
        }
        rest = &rest[end..];
    }
    replaced.extend_from_slice(rest);
    replaced
}

/// Returns whether a text between braces is a variable. JSON may have `{{` and `}}` for other reasons.
fn is_variable(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '$' | ' '))
}
