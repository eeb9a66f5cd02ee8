//! Masks of personal data and tokens, in the request log as it is shown.
//!
//! A mask replaces characters in place and changes nothing else, so that blanks, order and escapes of the bytes that
//! were sent can still be seen.

use crate::request_log::Body;
use ruhui_core::types::OpenId;
use std::borrow::Cow;

/// Members of JSON bodies and parameters of queries whose values are masked.
const SENSITIVE: [&str; 9] = [
    "openid",
    "token",
    "phone_number",
    "value",
    "user_chosen_values",
    "ciphertext",
    "user_card_code",
    "private_key",
    "apiv3_key",
];

/// Replacement of a value that is masked as a whole.
const HIDDEN: &str = "***";

/// Length of an openid.
const OPENID_LENGTH: usize = 28;

/// Masks the values of sensitive members in a JSON text. A text that is not JSON is masked as far as it looks like it.
pub(in crate::http::controls) fn json(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut rest = text;
    let mut scope = Scope::default();
    while let Some(start) = rest.find(['"', ',', '[', ']', '{', '}']) {
        masked.push_str(&masked_number(&rest[..start], scope.is_sensitive));
        let symbol = rest.as_bytes()[start];
        if symbol != b'"' {
            scope.enter(symbol);
            masked.push(char::from(symbol));
            rest = &rest[start + 1..];
            continue;
        }
        let string = &rest[start + 1..];
        let end = end_of_string(string);
        let (content, after) = (&string[..end], &string[(end + 1).min(string.len())..]);
        let is_name = after.trim_start().starts_with(':');
        if is_name {
            scope.is_sensitive = scope.list.is_some() || SENSITIVE.contains(&content);
        }
        masked.push('"');
        if scope.is_sensitive && !is_name {
            masked.push_str(&value(content));
        } else {
            masked.push_str(content);
        }
        if end < string.len() {
            masked.push('"');
        }
        rest = after;
    }
    masked.push_str(&masked_number(rest, scope.is_sensitive));
    masked
}

/// Whether the values at a position of a JSON text are sensitive.
#[derive(Default)]
struct Scope {
    is_sensitive: bool,
    depth: usize,
    /// Depth of the outermost list or object that is the value of a sensitive member.
    list: Option<usize>,
}

impl Scope {
    fn enter(&mut self, symbol: u8) {
        match symbol {
            b'[' | b'{' => {
                if self.is_sensitive {
                    self.list.get_or_insert(self.depth);
                }
                self.depth += 1;
            }
            b']' | b'}' => {
                self.depth = self.depth.saturating_sub(1);
                if self.list == Some(self.depth) {
                    self.list = None;
                }
                self.is_sensitive = self.list.is_some();
            }
            _ => self.is_sensitive = self.list.is_some(),
        }
    }
}

/// Returns the length of a JSON string's content, which starts after its quotation mark.
fn end_of_string(text: &str) -> usize {
    let mut bytes = text.bytes().enumerate();
    while let Some((index, byte)) = bytes.next() {
        match byte {
            b'"' => return index,
            b'\\' => drop(bytes.next()),
            _ => {}
        }
    }
    text.len()
}

fn masked_number(between: &str, is_sensitive: bool) -> Cow<'_, str> {
    if is_sensitive && between.contains(|c: char| c.is_ascii_digit()) {
        Cow::Owned(between.chars().map(|c| if c.is_ascii_digit() { '*' } else { c }).collect())
    } else {
        Cow::Borrowed(between)
    }
}

/// Masks one value. The ends of a long one stay, so that two values can be told apart.
pub(in crate::http::controls) fn value(text: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let (head, tail) = match characters.len() {
        ..11 => return HIDDEN.to_owned(),
        11..16 => (3, 4),
        _ => (4, 4),
    };
    let (start, end) = (&characters[..head], &characters[characters.len() - tail..]);
    format!("{}****{}", start.iter().collect::<String>(), end.iter().collect::<String>())
}

/// Masks the sensitive parameters of a request target, and openids in its path.
pub(super) fn target(target: &str) -> String {
    let (path, query) = target.split_once('?').map_or((target, None), |(path, query)| (path, Some(query)));
    let path: Vec<Cow<'_, str>> = path.split('/').map(id).collect();
    let query = query.map(|query| {
        let pairs = query.split('&').map(|pair| match pair.split_once('=') {
            Some((name, text)) if SENSITIVE.contains(&name) => Cow::Owned(format!("{name}={}", value(text))),
            _ => Cow::Borrowed(pair),
        });
        pairs.collect::<Vec<_>>().join("&")
    });
    let path = path.join("/");
    match query {
        Some(query) => format!("{path}?{query}"),
        None => path,
    }
}

/// Masks an openid or a card code; leaves any other word as it is.
pub(super) fn id(word: &str) -> Cow<'_, str> {
    let is_openid = word.len() == OPENID_LENGTH && word.starts_with('o') && word.parse::<OpenId>().is_ok();
    let is_number = word.len() >= 16 && word.bytes().all(|byte| byte.is_ascii_digit());
    if is_openid || is_number { Cow::Owned(value(word)) } else { Cow::Borrowed(word) }
}

/// Masks a header's value: of an Authorization header, the signature, which is good for five minutes.
pub(super) fn header(name: &str, text: &str) -> String {
    if !name.eq_ignore_ascii_case("authorization") {
        return text.to_owned();
    }
    match text.split_once("signature=\"") {
        Some((before, after)) => {
            let (signature, rest) = after.split_once('"').unwrap_or((after, ""));
            format!("{before}signature=\"{}\"{rest}", value(signature))
        }
        None => text.to_owned(),
    }
}

/// Masks a body. Bytes that are not text may hold anything, so they are left out.
pub(super) fn body(body: &Body) -> Body {
    let part = |bytes: &[u8]| match std::str::from_utf8(bytes) {
        Ok(text) => json(text).into_bytes(),
        Err(_) => Vec::new(),
    };
    match body {
        Body::Whole(bytes) => Body::Whole(part(bytes)),
        Body::Cut { length, sha256, head, tail } => {
            Body::Cut { length: *length, sha256: sha256.clone(), head: part(head), tail: part(tail) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_masked_and_everything_else_stays_as_it_was_sent() {
        for (sent, shown) in [
            (
                "{ \"openid\" : \"obLatjnx9gnqzS4myYGmLZ7LgLBA\",\n\"brand_id\":1004}",
                "{ \"openid\" : \"obLa****gLBA\",\n\"brand_id\":1004}",
            ),
            (
                r#"{"phone_number":13900000000,"a":13900000000}"#,
                r#"{"phone_number":***********,"a":13900000000}"#,
            ),
            (r#"{"phone_number":"13912345678"}"#, r#"{"phone_number":"139****5678"}"#),
            (
                r#"{"user_chosen_values":["茶","咖啡"],"name":"喜好","value":"张\"三","x":["y"]}"#,
                r#"{"user_chosen_values":["***","***"],"name":"喜好","value":"***","x":["y"]}"#,
            ),
            (
                r#"{"value":{"b":"c","list":[1,{"d":"e"}]},"f":"g"}"#,
                r#"{"value":{"b":"***","list":[*,{"d":"***"}]},"f":"g"}"#,
            ),
            (r#"{"token":"abc"#, r#"{"token":"***"#),
            ("", ""),
            ("no JSON at all", "no JSON at all"),
        ] {
            assert_eq!(json(sent), shown);
        }
    }

    #[test]
    fn targets_and_headers_are_masked() {
        assert_eq!(
            target("/v3/a/obLatjnx9gnqzS4myYGmLZ7LgLBA/270281275473674879752720?openid=oX&limit=20&token=t"),
            "/v3/a/obLa****gLBA/2702****2720?openid=***&limit=20&token=***"
        );
        assert_eq!(target("/v3/certificates"), "/v3/certificates");
        let authorization =
            r#"WECHATPAY2-SHA256-RSA2048 mchid="1",signature="abcdefghijklmnopqrstu==",nonce_str="n""#;
        let shown = r#"WECHATPAY2-SHA256-RSA2048 mchid="1",signature="abcd****tu==",nonce_str="n""#;
        assert_eq!(header("authorization", authorization), shown);
        assert_eq!(header("Host", authorization), authorization);
    }
}
