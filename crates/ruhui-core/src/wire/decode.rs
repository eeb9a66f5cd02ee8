//! From target and body to a call.

use super::fault::{Fault, Issue};
use super::json::{Error, MOST_OPENED, Opening, Reader, Rules};
use super::tree::{self, Node};
use super::{Misfit, parse_received};
use crate::api::{Endpoint, Location};
use crate::key::PrivateKey;
use http::Method;
use serde::de::DeserializeOwned;
use std::cell::Cell;
use std::collections::BTreeSet;

/// Reads a call from the parameters of its path (decoded, in the path's order), its query and its body.
///
/// Sensitive fields are opened with `open`; without it, a call that has one is refused. A query on a call that
/// takes none is ignored: it was signed like everything else. A call whose body may be without members may come
/// without a body.
///
/// # Errors
///
/// [`Fault`]: the first thing that is wrong, with its place.
///
/// ```
/// use ruhui_core::{api::card_member::OpenUserCardToken, wire};
///
/// let body = br#"{"brand_id":"1004","card_id":7,"openid":"o"}"#;
/// let fault = wire::decode::<OpenUserCardToken>(&[], None, body, None).unwrap_err();
/// assert_eq!(fault.to_string(), "/body/card_id must be of type string, not number");
/// ```
pub fn decode<E: Endpoint>(
    path: &[(&str, &str)],
    query: Option<&str>,
    body: &[u8],
    open: Option<&PrivateKey>,
) -> Result<E, Fault> {
    let parameter = |(name, value): (&str, &str)| (name.to_owned(), Node::Parameter(value.to_owned()));
    let mut members: Vec<_> = path.iter().copied().map(parameter).collect();
    let rest = rest::<E>();
    match rest {
        Location::Query => members.extend(read_query(query.unwrap_or_default())?),
        _ if body.is_empty() => {}
        _ => match tree::parse_strictly(body)? {
            // A body cannot override what the path says.
            Node::Object(body) => {
                members.extend(body.into_iter().filter(|(name, _)| !is_path_parameter::<E>(name)))
            }
            other => {
                let issue = Issue::WrongType { wanted: "object", found: other.kind() };
                return Err(Fault::at(Location::Body, String::new(), other.shown().as_deref(), issue));
            }
        },
    }
    let left = Cell::new(MOST_OPENED);
    let reader = Reader { node: &Node::Object(members), rules: Rules::Strict { open, left: &left } };
    E::deserialize(reader).map_err(|error| match locate::<E>(error, rest) {
        Fault { location: Location::Body, .. } if body.is_empty() => Fault::body(Issue::NoBody),
        fault => fault,
    })
}

/// Reads a response, or a kept value of one, with patience: none of the rules of requests holds. Texts have any length,
/// characters and form, and a number or a truth value may stand for a text and the reverse; null or an empty text for
/// an optional field is none; a new value of an enum is kept, unknown members are ignored.
///
/// Sensitive fields that are sealed are opened with `open`; others, and all of them without it, are kept as they came.
/// A body that may be without members may be empty.
///
/// # Errors
///
/// [`Misfit`]: the first thing that does not fit, with its place.
pub fn decode_reply<T: DeserializeOwned>(body: &[u8], open: Option<&PrivateKey>) -> Result<T, Misfit> {
    let tree = match body {
        [] => Node::Object(Vec::new()),
        _ => parse_received(body)?,
    };
    read_received(&tree, open.map_or(Opening::Never, Opening::Needed)).map_err(|misfit| match body {
        [] => Fault::body(Issue::NoBody).into(),
        _ => misfit,
    })
}

/// Reads a value from a tree that was received.
pub(super) fn read_received<T: DeserializeOwned>(tree: &Node, open: Opening<'_>) -> Result<T, Misfit> {
    T::deserialize(Reader { node: tree, rules: Rules::Lenient { open } }).map_err(|error| {
        let field = error.pointer();
        error.at(Location::Body, field).into()
    })
}

/// Whether a field of `E` stands in its path.
pub fn is_path_parameter<E: Endpoint>(field: &str) -> bool {
    E::PATH
        .split('/')
        .any(|segment| segment.strip_prefix('{').and_then(|s| s.strip_suffix('}')) == Some(field))
}

/// Where all goes that is not in the path.
pub(super) fn rest<E: Endpoint>() -> Location {
    if E::METHOD == Method::GET { Location::Query } else { Location::Body }
}

/// Where in a request an error stands, when `rest` is where all stands that is not in the path.
pub(super) fn locate<E: Endpoint>(error: Error, rest: Location) -> Fault {
    let (location, field) = match rest {
        _ if is_path_parameter::<E>(error.name()) => (Location::Url, error.name().to_owned()),
        Location::Query => (Location::Query, error.name().to_owned()),
        _ => (Location::Body, error.pointer()),
    };
    error.at(location, field)
}

fn read_query(query: &str) -> Result<Vec<(String, Node)>, Fault> {
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).map_err(|_| {
        let issue =
            Issue::Invalid { zh: "查询串无法解析".to_owned(), en: "cannot be read".to_owned() };
        Fault::at(Location::Query, String::new(), Some(query), issue)
    })?;
    let mut seen = BTreeSet::new();
    for (name, value) in &pairs {
        if !seen.insert(name) {
            return Err(Fault::at(Location::Query, name.clone(), Some(value), Issue::Doubled));
        }
    }
    Ok(pairs.into_iter().map(|(name, value)| (name, Node::Parameter(value))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::card_member::{CreatePreAuthToken, OpenUserCardToken};

    fn fault(body: &[u8]) -> Fault {
        decode::<OpenUserCardToken>(&[], None, body, None).unwrap_err()
    }

    fn body(brand_id: &str) -> String {
        format!(r#"{{"brand_id":{brand_id},"card_id":"c","openid":"o"}}"#)
    }

    #[test]
    fn each_fault_says_where_and_what() {
        let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
        let cases: Vec<(Vec<u8>, &str, &str)> = vec![
            (b"".to_vec(), "", "the body is empty"),
            (b"\xEF\xBB\xBF{}".to_vec(), "", "/body starts with a byte order mark"),
            (b"{\"a\":\"\xff\"}".to_vec(), "", "/body is not UTF-8 at byte 6"),
            (b"{".to_vec(), "", "/body is not JSON at line 1, column 1"),
            (b"{} x".to_vec(), "", "/body is not JSON at line 1, column 4"),
            (deep.into_bytes(), "", "/body is nested too deep"),
            (b"[]".to_vec(), "", "/body must be of type object, not array"),
            (b"null".to_vec(), "", "/body must be of type object, not null"),
            (b"{}".to_vec(), "/brand_id", "/body/brand_id is required"),
            (body("1004").into(), "/brand_id", "/body/brand_id must be of type string, not number"),
            (body("null").into(), "/brand_id", "/body/brand_id must not be null"),
            (body("\"\"").into(), "/brand_id", "/body/brand_id must not be empty"),
            (
                body(&format!("\"{}\"", "x".repeat(33))).into(),
                "/brand_id",
                "/body/brand_id has 33 characters, the limit is 32",
            ),
            (
                body("\"\u{1F600}\"").into(),
                "/brand_id",
                "/body/brand_id has the character '😀', which takes four bytes in UTF-8; at most three are allowed",
            ),
            (
                body(r#""\ud83d\ude00""#).into(),
                "/brand_id",
                "/body/brand_id has the character '😀', which takes four bytes in UTF-8; at most three are allowed",
            ),
            (body(r#""1","brand_id":"2""#).into(), "/brand_id", "/body/brand_id is there more than once"),
            (body(r#""1","x":{"a/b":[null]}"#).into(), "/x/a~1b/0", "/body/x/a~1b/0 must not be null"),
        ];
        for (body, field, message) in cases {
            let fault = fault(&body);
            assert_eq!((fault.field.as_str(), fault.to_string().as_str()), (field, message));
        }
    }

    #[test]
    fn chinese_messages_follow_the_live_shapes() {
        let missing = fault(br#"{"card_id":"c","openid":"o"}"#);
        assert_eq!(
            format!("{missing:#}"),
            "输入源“/body/brand_id”映射到字段“品牌ID”必填性规则校验失败，此字段为必填项"
        );
        let long = fault(body(&format!("\"{}\"", "x".repeat(33))).as_bytes());
        assert_eq!(
            format!("{long:#}"),
            "输入源“/body/brand_id”映射到字段“品牌ID”字符串规则校验失败，字符数 33，大于最大值 32"
        );
        let number = fault(body("7").as_bytes());
        assert_eq!(
            format!("{number:#}"),
            "无法将 JSON 输入源“/body/brand_id”映射到目标字段“品牌ID”中，此字段需要一个 string 类型的 Json 值"
        );
        assert_eq!(format!("{:#}", fault(b"{")), "解析 Json 出错 (位置: /body): * Line 1, Column 1");
    }

    #[test]
    fn detail_shows_the_value_cut() {
        let fault = fault(body(&format!("\"{}\"", "x".repeat(100))).as_bytes());
        assert_eq!(fault.value.unwrap(), "x".repeat(64));
    }

    #[test]
    fn unknown_members_and_chinese_at_the_limit_pass() {
        let brand_id = "会".repeat(32);
        let body = body(&format!("\"{brand_id}\",\"unknown\":[1.5,true,{{}}]"));
        let call: CreatePreAuthToken = decode(&[], Some("signed=1"), body.as_bytes(), None).unwrap();
        assert_eq!(call.brand_id.as_str(), brand_id);
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>) {
            let _ = decode::<OpenUserCardToken>(&[], None, &bytes, None);
        }
    }
}
