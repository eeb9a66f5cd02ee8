//! Decides whether a cause is literally true of a request, from the bytes that were sent and signed.

use crate::case::{Case, Lines, unurl};
use crate::json::{Json, PLAIN};
use crate::mistakes::Mistake;

/// The bytes from which the oracle decides.
struct View<'a> {
    sent: &'a Lines,
    signed: &'a Lines,
    message: &'a [u8],
}

/// Returns whether `cause` is true; `None` if this oracle does not know the cause.
pub(crate) fn is_true(cause: &str, case: &Case, message: &[u8], made: &[&Mistake]) -> Option<bool> {
    // A cause about headers, keys or the algorithm is true only if the mistake was made.
    if made.iter().any(|mistake| !is_about_message(cause) && mistake.causes.contains(&cause)) {
        return Some(true);
    }
    if !is_about_message(cause) {
        let consequence = match cause {
            // True for a serial number that is cut off or changed, and for a text that no key signed.
            "message_other" => message != case.sent.message(),
            "key_of_other_certificate" => case.key == "second",
            "key_foreign" => case.key == "platform",
            "key_unknown" => case.key == "unknown",
            "timestamp_outside_window" => case.sent.timestamp.parse::<i64>().is_ok_and(|second| {
                let second = if second > 1_000_000_000_000 { second / 1000 } else { second };
                (second - crate::case::NOW).abs() > 300
            }),
            "authorization_rejected" => {
                made.iter().any(|mistake| mistake.causes[0].starts_with("authorization_"))
            }
            "body_lost" => case.sent.body.is_empty() && !case.signed.body.is_empty(),
            "body_question_marks" => case.sent.body.windows(2).any(|pair| pair == b"??"),
            _ => false,
        };
        return Some(consequence);
    }
    View { sent: &case.sent, signed: &case.signed, message }.is_true(cause)
}

fn is_about_message(cause: &str) -> bool {
    let others = [
        "signed_",
        "signature_",
        "serial_",
        "authorization_",
        "key_",
        "timestamp_",
        "caller_",
        "certificate_",
        "accept_",
        "content_type",
        "message_other",
        "body_lost",
        "body_question_marks",
    ];
    !others.iter().any(|prefix| cause.starts_with(prefix))
}

impl View<'_> {
    fn is_true(&self, cause: &str) -> Option<bool> {
        let Self { sent, signed, message } = *self;
        let (body, sent_body) = (signed.body.as_slice(), sent.body.as_slice());
        let (text, sent_text) = (std::str::from_utf8(body).ok(), std::str::from_utf8(sent_body).ok());
        let (plain, sent_plain) = (text.unwrap_or_default(), sent_text.unwrap_or_default());
        let (json, sent_json) = (text.and_then(Json::read), sent_text.and_then(Json::read));
        let (target, sent_target) = (signed.target.as_str(), sent.target.as_str());
        let (path, sent_path) = (path(target), path(sent_target));
        let either = |lines: &dyn Fn(&Lines) -> Vec<u8>| lines(signed) == message || lines(sent) == message;
        let fewer_body = |text: &str| count(message, text) > count(body, text);
        Some(match cause {
            "body_newline_signed" => tail(message) > tail(&sent.message()) || tail(body) > tail(sent_body),
            "body_newline_sent" => {
                tail(&sent.message()) > tail(message)
                    || tail(sent_body) > tail(body)
                    || sent_body.starts_with(b" ")
            }
            "last_line_feed_missing" => {
                let whole = [message, b"\n"].concat();
                signed.message() == whole || sent.message() == whole || !message.ends_with(b"\n")
            }
            "line_feed_too_many" => {
                let less = message.strip_suffix(b"\n");
                less.is_some_and(|less| {
                    less == signed.message() || less == sent.message() || less.ends_with(b"\n")
                })
            }
            "first_line_feed" => message.starts_with(b"\n") || message.starts_with(b" "),
            "carriage_returns" => fewer_body("\r\n"),
            "literal_line_feeds" => fewer_body("\\n"),
            "body_left_out" => !sent_body.is_empty() && !contains(message, sent_body) && body.is_empty(),
            "empty_json_signed" => ["{}", "null", "[]", "\"\"", "undefined", "None"].contains(&plain),
            "body_compact_signed" => {
                json.is_some() && without_blanks(plain) == plain && without_blanks(sent_plain) != sent_plain
            }
            "body_indented_signed" => {
                json.is_some() && is_indented(plain) && blanks(plain) != blanks(sent_plain)
            }
            "body_python_separators_signed" => {
                json.is_some() && has_python_separators(plain) && !has_python_separators(sent_plain)
            }
            "body_jackson_printer_signed" => {
                json.is_some() && outside(plain).contains(" : ") && outside(plain).contains('\n')
            }
            "body_other_blanks_signed" => json.is_some() && blanks(plain) != blanks(sent_plain),
            "body_blanks_removed" => {
                inside(plain).matches(' ').count() < inside(sent_plain).matches(' ').count()
            }
            "body_html_escapes_signed" => [
                "\\u003c", "\\u003e", "\\u0026", "\\u003d", "\\u0027", "\\u2028", "\\u2029", "\\u003C",
                "\\u003E",
            ]
            .iter()
            .any(|escape| plain.matches(escape).count() > sent_plain.matches(escape).count()),
            "body_slash_escapes_signed" => plain.contains("\\/") && raw_slash(sent_plain),
            "body_unicode_escapes_signed" => units(plain) > units(sent_plain) && !sent_plain.is_ascii(),
            "body_php_escapes_signed" => {
                plain.contains("\\/") && raw_slash(sent_plain) && units(plain) > units(sent_plain)
            }
            "body_escapes_sent" => escapes(sent_plain) > escapes(plain),
            "body_dot_net_escapes_signed" => {
                plain.matches("\\u00").count() > sent_plain.matches("\\u00").count()
            }
            "body_sorted_signed" => {
                let sorted = |json: &Option<Json>| {
                    json.as_ref().is_some_and(|json| {
                        let mut sorted = json.clone();
                        sorted.sort();
                        sorted == *json
                    })
                };
                sorted(&json) && !sorted(&sent_json)
            }
            "body_order_changed" => {
                let sorted = |json: Option<Json>| {
                    json.map(|mut json| {
                        json.sort();
                        json
                    })
                };
                json != sent_json && sorted(json) == sorted(sent_json)
            }
            "body_member_not_signed" => members(&sent_json) > members(&json),
            "body_empty_member_signed" => {
                members(&json) > members(&sent_json)
                    && (plain.contains(":null") || plain.contains(": null") || plain.contains("\"\""))
            }
            "body_values_rewritten" => scalars(&json) != scalars(&sent_json),
            "host_signed" => target.contains("weixin.qq.com") && !sent_target.contains("weixin.qq.com"),
            "placeholder_signed" => {
                (target.contains('{') || target.contains("/:") || target.contains("%7B"))
                    && target != sent_target
            }
            "query_left_out" => sent_target.contains('?') && !target.contains('?'),
            "trailing_slash" => path.ends_with('/') != sent_path.ends_with('/'),
            "version_left_out" => sent_target.starts_with("/v3") && !target.starts_with("/v3"),
            "target_decoded" => count(sent_target.as_bytes(), "%") > count(target.as_bytes(), "%"),
            "target_encoded" => {
                count(target.as_bytes(), "%") > count(sent_target.as_bytes(), "%")
                    || target != sent_target && unurl(target).as_deref() == Some(sent_target)
            }
            "target_encoding_form" => {
                let plain = |target: &str| unurl(target).map(|text| text.replace('+', " "));
                target != sent_target && plain(target) == plain(sent_target)
            }
            "leading_slash_missing" => !target.starts_with('/') && sent_target.starts_with('/'),
            "doubled_slash" => path.contains("//") != sent_path.contains("//"),
            "query_order_changed" => {
                let sorted = |target: &str| {
                    let mut pairs: Vec<_> = target
                        .split_once('?')
                        .map_or("", |(_, query)| query)
                        .split('&')
                        .map(str::to_owned)
                        .collect();
                    pairs.sort();
                    pairs
                };
                target != sent_target && sorted(target) == sorted(sent_target)
            }
            "query_signed_as_body" => sent_target.split_once('?').is_some_and(|(_, query)| query == plain),
            "trailing_question_mark" => target.ends_with('?') != sent_target.ends_with('?'),
            "path_prefix" | "path_end_signed" => {
                target.len() < sent_target.len() && sent_path.ends_with(path)
            }
            "longer_path_signed" => target.len() > sent_target.len() && path.ends_with(sent_path),
            "query_parameter_not_signed" => target.matches('&').count() < sent_target.matches('&').count(),
            "target_end_mark" => (target.ends_with(['&', '#'])) != sent_target.ends_with(['&', '#']),
            "target_html_entities" => target.contains("&amp;") != sent_target.contains("&amp;"),
            "target_gbk_signed" => {
                unurl(target).is_none() && unurl(sent_target).is_some_and(|text| !text.is_ascii())
            }
            "target_lower_cased" => target == sent_target.to_lowercase() && target != sent_target,
            "path_of_another_call" => {
                path != sent_path && !sent_path.ends_with(path) && !path.ends_with(sent_path)
            }
            "method_case" => signed.method != sent.method && signed.method.eq_ignore_ascii_case(&sent.method),
            "other_method" => !signed.method.eq_ignore_ascii_case(&sent.method),
            "seconds_signed" => sent.timestamp.len() == 13 && signed.timestamp.len() == 10,
            "milliseconds_signed" => sent.timestamp.len() == 10 && signed.timestamp.len() == 13,
            "clock_read_twice" => {
                let off = signed.timestamp.parse::<i64>().ok()?.abs_diff(sent.timestamp.parse::<i64>().ok()?);
                (1..=10).contains(&off)
            }
            "nonce_form" => {
                let bare = |nonce: &str| nonce.replace('-', "").to_lowercase();
                signed.nonce != sent.nonce && bare(&signed.nonce) == bare(&sent.nonce)
            }
            "nonce_or_time_empty" => signed.nonce.is_empty() || signed.timestamp.is_empty(),
            "nonce_before_timestamp" => either(&|lines| in_order(lines, &[0, 1, 3, 2, 4], message)),
            "timestamp_first" => either(&|lines| in_order(lines, &[2, 3, 0, 1, 4], message)),
            "response_lines_signed" => either(&|lines| in_order(lines, &[2, 3, 4], message)),
            "body_line_missing" => either(&|lines| in_order(lines, &[0, 1, 2, 3], message)),
            "body_alone_signed" => {
                message.trim_ascii() == body.trim_ascii() || message.trim_ascii() == sent_body.trim_ascii()
            }
            "line_missing" => count(message, "\n") < count(&signed.message(), "\n"),
            "line_twice" => count(message, "\n") > count(&signed.message(), "\n"),
            "lines_reordered" => {
                let sorted = |bytes: &[u8]| {
                    let mut lines: Vec<Vec<u8>> =
                        bytes.trim_ascii_end().split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
                    lines.retain(|line| !line.is_empty());
                    lines.sort();
                    lines
                };
                sorted(message) == sorted(&signed.message()) && message != signed.message()
            }
            "empty_message_signed" => message.is_empty(),
            "blanks_at_line_ends" => fewer_body(" \n") || fewer_body("\n "),
            "line_feeds_missing" => count(message.trim_ascii_end(), "\n") == count(body, "\n"),
            "other_separators" => {
                let lines = signed.list();
                let first = [lines[0].as_slice(), b"\n", lines[1].as_slice(), b"\n"].concat();
                !message.starts_with(&first) || count(message, "\n\n") > count(body, "\n\n")
            }
            "digest_signed" => matches!(message.len(), 16 | 20 | 32 | 40 | 44 | 64),
            "message_encoded" => message.len() > signed.message().len(),
            "json_twice_signed" => {
                matches!(json, Some(Json::Text(_))) && !matches!(sent_json, Some(Json::Text(_)))
            }
            "json_twice_sent" => {
                matches!(sent_json, Some(Json::Text(_))) && !matches!(json, Some(Json::Text(_)))
            }
            "body_form_signed" => plain.contains('=') && json.is_none(),
            "body_form_sent" => sent_plain.contains('=') && sent_json.is_none() && json.is_some(),
            "body_map_printed" => json.is_none() && sent_json.is_some(),
            "body_percent_encoded_signed" => count(body, "%") > count(sent_body, "%"),
            "body_digest_signed" => {
                json.is_none()
                    && plain.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte))
                    && !plain.is_empty()
            }
            "body_html_entities_signed" => entities(plain) > entities(sent_plain),
            "body_html_entities_sent" => entities(sent_plain) > entities(plain),
            "body_latin_1_signed" => {
                !sent_body.is_ascii()
                    && (text.is_none()
                        || count(body, "?") > count(sent_body, "?")
                        || text.is_some() && plain.len() > sent_plain.len())
            }
            "body_gbk_signed" => text.is_none() && !sent_plain.is_ascii(),
            "body_read_as_gbk_signed" => {
                text.is_some() && !sent_body.is_ascii() && encoding_rs::GBK.decode(sent_body).0 == plain
            }
            "body_gbk_sent" => sent_text.is_none() && text.is_some(),
            "body_utf_16_signed" => body.contains(&0),
            "body_utf_8_twice_sent" => !sent_plain.is_ascii() && sent_plain.len() > plain.len(),
            "body_line_ends" => {
                let bare = |text: &str| text.replace("\r\n", "\n").replace('\r', "\n");
                plain != sent_plain && bare(plain) == bare(sent_plain)
            }
            "body_byte_order_mark" => {
                body.starts_with(b"\xef\xbb\xbf") != sent_body.starts_with(b"\xef\xbb\xbf")
            }
            _ => return None,
        })
    }
}

/// Joins the lines in this order, with a last line feed if `message` has one.
fn in_order(lines: &Lines, order: &[usize], message: &[u8]) -> Vec<u8> {
    let list = lines.list();
    let joined = order.iter().map(|line| list[*line].clone()).collect::<Vec<_>>().join(b"\n".as_slice());
    if joined == message { joined } else { [joined, b"\n".to_vec()].concat() }
}

fn path(target: &str) -> &str {
    target.split('?').next().unwrap_or_default()
}

fn count(bytes: &[u8], text: &str) -> usize {
    bytes.windows(text.len()).filter(|window| *window == text.as_bytes()).count()
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len().max(1)).any(|window| window == part)
}

/// Returns the number of blanks, line ends and NULs at the end.
fn tail(bytes: &[u8]) -> usize {
    bytes.iter().rev().take_while(|byte| byte.is_ascii_whitespace() || **byte == 0).count()
}

/// Returns JSON with `""` in place of each text.
fn outside(text: &str) -> String {
    split(text).0
}

/// Returns only the texts of JSON.
fn inside(text: &str) -> String {
    split(text).1
}

fn split(text: &str) -> (String, String) {
    let (mut outside, mut inside) = (String::new(), String::new());
    let (mut is_inside, mut is_escaped) = (false, false);
    for c in text.chars() {
        if !is_inside || c == '"' && !is_escaped {
            outside.push(c);
        } else {
            inside.push(c);
        }
        if c == '"' && !is_escaped {
            is_inside = !is_inside;
        }
        is_escaped = is_inside && c == '\\' && !is_escaped;
    }
    (outside, inside)
}

/// Returns the blanks between the tokens, together with the tokens.
fn blanks(text: &str) -> String {
    outside(text)
}

fn without_blanks(text: &str) -> String {
    match Json::read(text) {
        Some(_) => {
            let (mut kept, mut is_inside, mut is_escaped) = (String::new(), false, false);
            for c in text.chars() {
                if is_inside || !c.is_ascii_whitespace() {
                    kept.push(c);
                }
                if c == '"' && !is_escaped {
                    is_inside = !is_inside;
                }
                is_escaped = is_inside && c == '\\' && !is_escaped;
            }
            kept
        }
        None => text.to_owned(),
    }
}

fn is_indented(text: &str) -> bool {
    let outside = outside(text);
    let mut lines = outside.trim().lines().skip(1);
    outside.trim().contains('\n') && lines.all(|line| line.starts_with([' ', '\t', '}', ']']))
}

fn has_python_separators(text: &str) -> bool {
    let outside = outside(text);
    let outside = outside.trim();
    let follows = |mark: char| {
        outside.match_indices(mark).all(|(at, _)| {
            let rest = &outside[at + 1..];
            rest.starts_with(' ') && !rest.starts_with("  ")
        })
    };
    !outside.contains('\n')
        && outside.contains(' ')
        && follows(',')
        && follows(':')
        && !outside.contains("{ ")
}

fn raw_slash(text: &str) -> bool {
    text.replace("\\/", "").contains('/')
}

fn units(text: &str) -> usize {
    text.matches("\\u").count()
}

fn escapes(text: &str) -> usize {
    units(text) + text.matches("\\/").count()
}

fn entities(text: &str) -> usize {
    ["&amp;", "&lt;", "&gt;", "&quot;", "&#39;", "&#039;"]
        .iter()
        .map(|entity| text.matches(entity).count())
        .sum()
}

fn members(json: &Option<Json>) -> usize {
    let mut count = 0;
    if let Some(mut json) = json.clone() {
        json.each(&mut |value| {
            if let Json::Map(members) = value {
                count += members.len()
            }
        });
    }
    count
}

fn scalars(json: &Option<Json>) -> Vec<String> {
    let mut all = Vec::new();
    if let Some(mut json) = json.clone() {
        json.each(&mut |value| {
            if matches!(value, Json::Word(_) | Json::Text(_)) {
                all.push(PLAIN.write(value))
            }
        });
    }
    all.sort();
    all
}
