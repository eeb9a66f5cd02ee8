//! Decodes requests from target and body, and responses from their body. Sensitive fields are decrypted on
//! the way.

use super::invalid_field::InvalidField;
use super::json::{Decryption, MAX_ENCRYPTED_FIELDS, Reader, ReceivedDecryption, Rules};
use super::location::{is_path_parameter, locate, pairs, rest};
use super::members::{self, UnknownMembers, UnusedMember, UnusedReason};
use super::parameter_error::{ParameterError, ParameterIssue};
use super::received::{parse_received, read_received};
use super::tree::{self, Node};
use crate::api::{Endpoint, Location};
use crate::key::PrivateKey;
use serde::de::DeserializeOwned;
use std::cell::Cell;
use std::collections::BTreeSet;

/// Decodes a request from its path parameters (percent-decoded, in the path's order), its query and its body.
/// A request with members that the endpoint's documentation does not define is rejected, as by [`read`] with
/// [`UnknownMembers::Reject`].
///
/// # Errors
///
/// [`ParameterError`]: the first fault, with its location.
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
) -> Result<E, ParameterError> {
    read(path, query, body, open, UnknownMembers::Reject).call
}

/// Result of [`read`]: the request, and the members that no field reads.
#[derive(Debug)]
#[non_exhaustive]
pub struct Reading<E> {
    /// The request, or its first fault.
    pub call: Result<E, ParameterError>,
    /// Members that no field reads, in the request's order.
    pub unread: Vec<UnusedMember>,
}

/// Decodes a request from its path parameters (percent-decoded, in the path's order), its query and its body.
///
/// Sensitive fields are decrypted with `open`. Without `open`, a request that has a sensitive field is
/// rejected. An empty body stands for an object without members.
///
/// The endpoint's documentation defines a name if the request or the response has a member of this name, at
/// any depth. `unknown` decides whether a request with undefined members is rejected. A member with a defined
/// name, in a place where no field reads it, is ignored. Undefined members are reported before any other
/// fault except malformed JSON: otherwise a misspelt required member would be reported as missing.
///
/// ```
/// use ruhui_core::api::card_member::OpenUserCardToken;
/// use ruhui_core::wire::{self, UnknownMembers};
///
/// let body = br#"{"brand_id":"1004","cardid":"c","openid":"o"}"#;
/// let read = wire::read::<OpenUserCardToken>(&[], None, body, None, UnknownMembers::Reject);
/// let body = read.call.unwrap_err().to_body(false);
/// assert_eq!(body.message, "请求中含有未在API文档中定义的参数");
/// assert_eq!(body.detail.unwrap()["value"][0], "/body/cardid");
/// assert_eq!(read.unread[0].source, "/body/cardid");
/// ```
pub fn read<E: Endpoint>(
    path: &[(&str, &str)],
    query: Option<&str>,
    body: &[u8],
    open: Option<&PrivateKey>,
    unknown: UnknownMembers,
) -> Reading<E> {
    read_with(path, query, body, Decryption::With(open), unknown)
}

/// Returns the first fault of a request without decrypting its sensitive fields, whose contents are not
/// checked. Undefined members are rejected. The arguments are those of [`read`].
///
/// # Errors
///
/// [`ParameterError`]: the first fault, with its location.
///
/// ```
/// use ruhui_core::{api::security::Echo, wire};
///
/// wire::check::<Echo>(&[], None, br#"{"encrypted_echo_message":"AAEC"}"#).unwrap_err();
/// wire::check::<Echo>(&[], None, br#"{"echo_message":"hi","encrypted_echo_message":"AAEC"}"#)?;
/// # Ok::<(), wire::ParameterError>(())
/// ```
pub fn check<E: Endpoint>(
    path: &[(&str, &str)],
    query: Option<&str>,
    body: &[u8],
) -> Result<(), ParameterError> {
    read_with::<E>(path, query, body, Decryption::CountOnly, UnknownMembers::Reject).call.map(drop)
}

fn read_with<E: Endpoint>(
    path: &[(&str, &str)],
    query: Option<&str>,
    body: &[u8],
    open: Decryption<'_>,
    unknown: UnknownMembers,
) -> Reading<E> {
    let (in_query, in_body) = match parts::<E>(query, body) {
        Ok(parts) => parts,
        Err(fault) => return Reading { call: Err(fault), unread: Vec::new() },
    };
    let rest = rest::<E>();
    let has_body = in_body.is_some();
    let ignored = Cell::new(rest != Location::Query && !in_query.is_empty());
    let mut members: Vec<_> =
        path.iter().map(|(name, value)| ((*name).to_owned(), Node::Parameter((*value).to_owned()))).collect();
    for member in if rest == Location::Query { in_query } else { in_body.unwrap_or_default() } {
        // Path parameters take precedence: a member of query or body cannot override them.
        if is_path_parameter::<E>(&member.0) { ignored.set(true) } else { members.push(member) }
    }
    let members = Node::Object(members);
    let read = |open| {
        let left = Cell::new(MAX_ENCRYPTED_FIELDS as i32);
        let rules = Rules::Strict { open, left: &left, ignored: &ignored };
        let call = E::deserialize(Reader { node: &members, rules });
        (call, left.get() < 0)
    };
    // All sensitive fields are counted before the first one is decrypted, so that a request with too many
    // costs no decryption.
    let counted = match open {
        Decryption::With(_) if E::HAS_ENCRYPTED_FIELDS => Some(read(Decryption::CountOnly)),
        _ => None,
    };
    let call = match counted {
        Some((too_many, true)) => too_many,
        _ => read(open).0,
    };
    let call = call.map_err(|error| match locate::<E>(error, rest) {
        ParameterError { location: Location::Body, .. } if !has_body => {
            ParameterError::body(ParameterIssue::NoBody)
        }
        fault => fault,
    });
    // A decode that fails stops early, and has not seen every member.
    let unread = if ignored.get() || call.is_err() { unread::<E>(query, body) } else { Vec::new() };
    let undefined: Vec<String> = unread
        .iter()
        .filter(|member| matches!(member.why, UnusedReason::Undefined { .. }))
        .map(|member| member.source.clone())
        .collect();
    match unknown {
        UnknownMembers::Reject if !undefined.is_empty() => Reading {
            call: Err(ParameterError::body(ParameterIssue::Undefined { members: undefined })),
            unread,
        },
        _ => Reading { call, unread },
    }
}

/// Finds the members that no field reads. It parses the request a second time, so it runs only for odd or
/// wrong requests.
fn unread<E: Endpoint>(query: Option<&str>, body: &[u8]) -> Vec<UnusedMember> {
    match parts::<E>(query, body) {
        Ok((query, body)) => members::unread::<E>(&query, body.map(Node::Object).as_ref()),
        Err(_) => Vec::new(),
    }
}

type Members = Vec<(String, Node)>;

/// Returns the query's parameters, and the body's members if the endpoint reads a body.
fn parts<E: Endpoint>(
    query: Option<&str>,
    body: &[u8],
) -> Result<(Members, Option<Members>), ParameterError> {
    let query = read_query::<E>(query.unwrap_or_default())?;
    if body.is_empty() || rest::<E>() == Location::Query {
        return Ok((query, None));
    }
    match tree::parse_strictly(body)? {
        Node::Object(members) => Ok((query, Some(members))),
        other => {
            let issue = ParameterIssue::WrongType { wanted: "object", found: other.kind() };
            Err(ParameterError::at(Location::Body, String::new(), other.shown(), issue))
        }
    }
}

/// Decodes the body of a response, or a value kept from one.
///
/// The rules of requests do not apply. Texts have any length, characters and form. A number or a boolean may
/// stand for a text, and a text for a number or a boolean. An optional field that is null or an empty text is
/// `None`. New enum values are kept, unknown members are ignored.
///
/// Encrypted sensitive fields are decrypted with `open`; without `open`, and for fields in plain, texts are
/// kept as received. An empty body stands for an object without members.
///
/// # Errors
///
/// [`InvalidField`]: the first member that does not match its type, with its location.
pub fn decode_response<T: DeserializeOwned>(
    body: &[u8],
    open: Option<&PrivateKey>,
) -> Result<T, InvalidField> {
    let tree = match body {
        [] => Node::Object(Vec::new()),
        _ => parse_received(body)?,
    };
    read_received(&tree, open.map_or(ReceivedDecryption::Never, ReceivedDecryption::Needed)).map_err(
        |invalid_field| match body {
            [] => ParameterError::body(ParameterIssue::NoBody).into(),
            _ => invalid_field,
        },
    )
}

fn read_query<E: Endpoint>(query: &str) -> Result<Members, ParameterError> {
    let is_read = rest::<E>() == Location::Query;
    let pairs = pairs(query)?;
    let mut seen = BTreeSet::new();
    for (name, value) in &pairs {
        if !seen.insert(name) && is_read {
            let value = Node::Parameter(value.clone()).shown();
            return Err(ParameterError::at(Location::Query, name.clone(), value, ParameterIssue::Duplicate));
        }
    }
    Ok(pairs.into_iter().map(|(name, value)| (name, Node::Parameter(value))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::card_member::{
        CreatePreAuthToken, ListUserCards, OpenUserCardToken, QueryMembershipActivity, SyncUserPoints,
    };

    fn fault(body: &[u8]) -> ParameterError {
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
            (body(r#""1","brand_id":"2""#).into(), "/brand_id", "/body/brand_id appears more than once"),
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
            "输入源“/body/brand_id”映射到值字段“品牌ID”字符串规则校验失败，字符数 33，大于最大值 32"
        );
        let empty = fault(body("\"\"").as_bytes());
        assert_eq!(
            format!("{empty:#}"),
            "输入源“/body/brand_id”映射到值字段“品牌ID”字符串规则校验失败，字符数 0，小于最小值 1"
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
        assert_eq!(*fault.value.unwrap(), "x".repeat(64));
    }

    fn detail(fault: &ParameterError) -> (serde_json::Value, u32) {
        (fault.to_body(false).detail.unwrap(), fault.result_number())
    }

    /// WeiXinMPSDK#3217 and #3167: if a length is wrong, the live service's `value` is that length as a
    /// number.
    #[test]
    fn detail_has_the_length_as_a_number_and_other_values_with_their_types() {
        let (long, number) = detail(&fault(body(&format!("\"{}\"", "x".repeat(100))).as_bytes()));
        assert_eq!((&long["value"], number), (&100.into(), 268_435_462));
        let (empty, number) = detail(&fault(body("\"\"").as_bytes()));
        assert_eq!((&empty["value"], number), (&0.into(), 268_435_463));
        let (missing, number) = detail(&fault(br#"{"card_id":"c","openid":"o"}"#));
        assert_eq!((&missing["value"], number), (&"".into(), 268_435_461));
        for value in ["4", "true", "0.5", "-7"] {
            let (wrong, _) = detail(&fault(body(value).as_bytes()));
            assert_eq!(wrong["value"].to_string(), value);
        }
    }

    fn page(limit: &str) -> ParameterError {
        let query = format!("brand_id=1&openid=o&offset=0&limit={limit}");
        decode::<ListUserCards>(&[], Some(&query), b"", None).unwrap_err()
    }

    /// The live service words faults of numbers differently from those of texts.
    #[test]
    fn a_number_out_of_range_is_said_in_the_words_for_numbers() {
        let cases = [
            ("0", 0, "输入源“/query/limit”映射到数值字段“分页大小”规则校验失败，值低于最小值 1"),
            ("-1", -1, "输入源“/query/limit”映射到数值字段“分页大小”规则校验失败，值低于最小值 1"),
            ("21", 21, "输入源“/query/limit”映射到数值字段“分页大小”规则校验失败，值高于最大值 20"),
        ];
        for (limit, value, message) in cases {
            let fault = page(limit);
            assert_eq!(format!("{fault:#}"), message);
            let (detail, number) = detail(&fault);
            assert_eq!((&detail["value"], number), (&value.into(), 268_435_464));
        }
        let word = page("many");
        assert_eq!(
            format!("{word:#}"),
            "无法将输入源“/query/limit”映射到目标字段“分页大小”中，此字段需要一个合法的 64 位有符号整数"
        );
        assert_eq!(detail(&word).0["value"], "many");
    }

    /// axios-plugin#38: a fraction where an integer is required, and numbers at the limits of 64 bits.
    #[test]
    fn what_is_no_whole_number_of_64_bits_is_said_without_a_type_of_ours() {
        let points = |balance: &str| {
            let body = format!(
                r#"{{"out_request_no":"1","brand_id":"1","card_id":"c","openid":"o","user_card_code":"1","point_balance":{balance}}}"#
            );
            decode::<SyncUserPoints>(&[], None, body.as_bytes(), None)
        };
        for balance in ["0.5", "9223372036854775808", "-9223372036854775809", "1e30", "\"1000\"", "true"] {
            let fault = points(balance).unwrap_err();
            assert_eq!(
                format!("{fault:#}"),
                "无法将 JSON 输入源“/body/point_balance”映射到目标字段“积分余额”中，此字段需要一个合法的 64 位有符号整数"
            );
            assert_eq!(format!("{fault}"), "/body/point_balance must be a signed 64-bit integer");
        }
        assert_eq!(points("0.5").unwrap_err().to_body(false).detail.unwrap()["value"], 0.5);
        for (balance, read) in
            [("-0", 0), ("-1", -1), ("9223372036854775807", i64::MAX), ("-9223372036854775808", i64::MIN)]
        {
            assert_eq!(points(balance).unwrap().point_balance, read, "{balance}");
        }
        let path = [("activity_id", "APPLYMENT_1")];
        let fault = decode::<QueryMembershipActivity>(&path, Some("brand_id=1"), b"", None).unwrap_err();
        assert_eq!(
            format!("{fault:#}"),
            "无法将输入源“/uri_template/activity_id”映射到目标字段“活动ID”中，此字段需要一个合法的 64 位无符号整数"
        );
    }

    #[test]
    fn chinese_at_the_limit_passes() {
        let brand_id = "会".repeat(32);
        let body = body(&format!("\"{brand_id}\""));
        let call: CreatePreAuthToken = decode(&[], None, body.as_bytes(), None).unwrap();
        assert_eq!(call.brand_id.as_str(), brand_id);
    }
}
