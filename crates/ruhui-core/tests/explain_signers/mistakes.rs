//! Mistakes that real clients make when they sign.

use crate::case::*;
use crate::json::*;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use encoding_rs::{GBK, WINDOWS_1252};

/// The part of a request that a mistake changes. Two mistakes about one part are not made together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Method,
    Url,
    Time,
    Nonce,
    Body,
    Layout,
    Algorithm,
    Key,
    Text,
    Serial,
    Header,
}

pub(crate) struct Mistake {
    pub(crate) name: &'static str,
    pub(crate) part: Part,
    /// The causes by which `explain` may name the mistake.
    pub(crate) causes: &'static [&'static str],
    /// Makes the mistake. Returns `false` if it changes nothing.
    pub(crate) make: fn(&mut Case, &mut Dice) -> bool,
}

macro_rules! mistakes {
    ($($part:ident $name:literal [$($cause:literal),*] $make:expr;)*) => {
        pub(crate) static MISTAKES: &[Mistake] =
            &[$(Mistake { name: $name, part: Part::$part, causes: &[$($cause),*], make: $make }),*];
    };
}

fn query(target: &str) -> Option<(&str, &str)> {
    target.split_once('?').filter(|(_, query)| !query.is_empty())
}

fn lines_joined(case: &mut Case, join: fn(&Lines) -> Vec<u8>) -> bool {
    case.join = join;
    join(&case.signed) != case.sent.message()
}

fn joined(lines: &Lines, between: &str, last: &str) -> Vec<u8> {
    let mut bytes = lines.list().join(between.as_bytes());
    bytes.extend_from_slice(last.as_bytes());
    bytes
}

fn some(lines: &Lines, places: &[usize], last: &str) -> Vec<u8> {
    let list = lines.list();
    let chosen: Vec<_> = places.iter().map(|place| list[*place].clone()).collect();
    [chosen.join(b"\n".as_slice()), last.as_bytes().to_vec()].concat()
}

fn headers(case: &mut Case, header: fn(&str) -> String) -> bool {
    case.header = header;
    true
}

fn with_text(case: &mut Case, text: fn(&[u8]) -> String) -> bool {
    case.text = text;
    true
}

fn algorithm(case: &mut Case, algorithm: &'static str) -> bool {
    case.algorithm = algorithm;
    true
}

fn serial(case: &mut Case, serial: impl Into<String>) -> bool {
    case.serial = serial.into();
    true
}

/// Returns whether the JSON text has characters that are not ASCII.
fn chinese(case: &Case) -> bool {
    !case.sent.body.is_ascii()
}

fn changed_json(case: &mut Case, change: impl FnOnce(&mut Json)) -> bool {
    let Some(mut json) = case.json.clone() else { return false };
    change(&mut json);
    case.signed.body = case.writer.write(&json).into();
    case.signed.body != case.sent.body
}

fn pairs(json: &Json) -> Option<Vec<(String, String)>> {
    let Json::Map(members) = json else { return None };
    let flat = members.iter().map(|(name, value)| match value {
        Json::Text(text) => Some((name.clone(), text.clone())),
        Json::Word(word) => Some((name.clone(), word.clone())),
        _ => None,
    });
    flat.collect()
}

/// Formats maps and lists as Java does: `{a=1, b=[x, y]}`.
fn java(json: &Json) -> String {
    match json {
        Json::Text(text) | Json::Word(text) => text.clone(),
        Json::List(items) => format!("[{}]", items.iter().map(java).collect::<Vec<_>>().join(", ")),
        Json::Map(members) => {
            let members: Vec<_> =
                members.iter().map(|(name, value)| format!("{name}={}", java(value))).collect();
            format!("{{{}}}", members.join(", "))
        }
    }
}

/// Formats maps and lists as Python does: `{'a': 1, 'b': ['x']}`.
fn python(json: &Json) -> String {
    match json {
        Json::Text(text) if text.contains('\'') && !text.contains('"') => {
            format!("\"{}\"", text.replace('\\', "\\\\").replace('\n', "\\n"))
        }
        Json::Text(text) => {
            format!("'{}'", text.replace('\\', "\\\\").replace('\n', "\\n").replace('\'', "\\'"))
        }
        Json::Word(word) => match word.as_str() {
            "true" => "True".to_owned(),
            "false" => "False".to_owned(),
            "null" => "None".to_owned(),
            number => number.to_owned(),
        },
        Json::List(items) => format!("[{}]", items.iter().map(python).collect::<Vec<_>>().join(", ")),
        Json::Map(members) => {
            let text = |name: &String| python(&Json::Text(name.clone()));
            let members: Vec<_> =
                members.iter().map(|(name, value)| format!("{}: {}", text(name), python(value))).collect();
            format!("{{{}}}", members.join(", "))
        }
    }
}

/// Formats maps and lists as Go does: `map[a:1 b:[x y]]`.
fn go(json: &Json) -> String {
    match json {
        Json::Text(text) | Json::Word(text) => text.clone(),
        Json::List(items) => format!("[{}]", items.iter().map(go).collect::<Vec<_>>().join(" ")),
        Json::Map(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by(|left, right| left.0.cmp(&right.0));
            let members: Vec<_> =
                members.iter().map(|(name, value)| format!("{name}:{}", go(value))).collect();
            format!("map[{}]", members.join(" "))
        }
    }
}

mistakes! {
    Method "method in lower case (axios: config.method)" ["method_case"] |case, _| { case.signed.method = case.sent.method.to_lowercase(); true };
    Method "another method" ["other_method"] |case, dice| {
        case.signed.method = dice.pick(&["GET", "POST", "PUT", "PATCH", "DELETE"]).to_owned();
        case.signed.method != case.sent.method
    };

    Url "the whole address" ["host_signed"] |case, dice| {
        let base = dice.pick(&["https://api.mch.weixin.qq.com", "http://api.mch.weixin.qq.com", "api.mch.weixin.qq.com", "https://api2.mch.weixin.qq.com"]);
        case.target(|target| Some(format!("{base}{target}")))
    };
    Url "getPath() without the query" ["query_left_out"] |case, _| case.target(|target| query(target).map(|(path, _)| path.to_owned()));
    Url "the query in the body's place" ["query_signed_as_body"] |case, _| {
        let Some((path, query)) = query(&case.sent.target).map(|(path, query)| (path.to_owned(), query.to_owned())) else { return false };
        case.signed.target = path;
        case.signed.body = query.into();
        true
    };
    Url "parameters in a map's order" ["query_order_changed"] |case, dice| case.target(|target| {
        let (path, query) = query(target)?;
        let mut pairs: Vec<_> = query.split('&').collect();
        dice.shuffle(&mut pairs);
        Some(format!("{path}?{}", pairs.join("&")))
    });
    Url "a ? at the end" ["trailing_question_mark"] |case, _| case.target(|target| (!target.contains('?')).then(|| format!("{target}?")));
    Url "decoded, as getPath() and getQuery() give it" ["target_decoded"] |case, _| case.target(unurl);
    Url "values encoded by quote, sent by encodeURIComponent" ["target_encoding_form", "target_encoded", "target_decoded"] |case, _| case.target(|target| {
        Some(url(&unurl(target).filter(|_| target.contains('?'))?, &format!("{QUOTE}?&=")))
    });
    Url "only some marks encoded (Guzzle, RFC 3986)" ["target_decoded", "target_encoding_form"] |case, _| case.target(|target| {
        let (path, query) = query(target)?;
        let pairs: Option<Vec<_>> = query.split('&').map(|pair| {
            let (name, value) = pair.split_once('=')?;
            Some(format!("{name}={}", url(&unurl(value)?, RFC)))
        }).collect();
        Some(format!("{path}?{}", pairs?.join("&")))
    });
    Url "encoded twice" ["target_encoded"] |case, _| case.target(|target| Some(target.replace('%', "%25")));
    Url "%e4 for %E4" ["target_encoding_form"] |case, _| case.target(|target| {
        let mut text = String::new();
        for (index, piece) in target.split('%').enumerate() {
            match index {
                0 => text.push_str(piece),
                _ => text.push_str(&format!("%{}{}", piece[..2].to_lowercase(), &piece[2..])),
            }
        }
        Some(text)
    });
    Url "+ for %20 (URLEncoder)" ["target_encoding_form"] |case, _| case.target(|target| Some(target.replace("%20", "+")));
    Url "without /v3 (a base URL with a path)" ["version_left_out"] |case, _| case.target(|target| target.strip_prefix("/v3").map(str::to_owned));
    Url "a slash too many at the end" ["trailing_slash"] |case, _| case.target(|target| match target.split_once('?') {
        Some((path, query)) => Some(format!("{path}/?{query}")),
        None => Some(format!("{target}/")),
    });
    Url "//v3" ["doubled_slash"] |case, _| case.target(|target| Some(format!("/{target}")));
    Url "without the first slash" ["leading_slash_missing"] |case, _| case.target(|target| Some(target[1..].to_owned()));
    Url "in lower case" ["target_lower_cased", "target_encoding_form"] |case, _| case.target(|target| Some(target.to_lowercase()));
    Url "the placeholder" ["placeholder_signed"] |case, dice| {
        let template = case.sample.template;
        let style = dice.below(2);
        case.target(|target| {
            let path = if style == 0 { template.to_owned() } else { template.replace('{', ":").replace('}', "") };
            template.contains('{').then(|| match target.split_once('?') {
                Some((_, query)) => format!("{path}?{query}"),
                None => path.clone(),
            })
        })
    };
    Url "sent through a proxy with a prefix" ["path_prefix"] |case, dice| {
        let prefix = dice.pick(&["/wxpay", "/gateway/weixin", "/api"]);
        case.sent.target = format!("{prefix}{}", case.signed.target);
        true
    };
    Url "a prefix that the proxy takes away" ["longer_path_signed"] |case, dice| {
        let prefix = dice.pick(&["/wxpay", "/api", "/pay"]);
        case.target(|target| Some(format!("{prefix}{target}")))
    };
    Url "the end of the path alone" ["path_end_signed"] |case, _| case.target(|target| target.split_once("/card-member").map(|(_, end)| end.to_owned()).filter(|end| !end.is_empty()));
    Url "&amp; between parameters" ["target_html_entities"] |case, _| case.target(|target| Some(target.replace('&', "&amp;")));
    Url "a parameter too few" ["query_parameter_not_signed"] |case, dice| case.target(|target| {
        let (path, query) = query(target)?;
        let mut pairs: Vec<_> = query.split('&').collect();
        let place = dice.below(pairs.len());
        (pairs.len() > 1).then(|| pairs.remove(place))?;
        Some(format!("{path}?{}", pairs.join("&")))
    });
    Url "Chinese in GBK" ["target_gbk_signed"] |case, _| case.target(|target| {
        let text = unurl(target).filter(|text| !text.is_ascii())?;
        let (bytes, _, invalid_field) = GBK.encode(&text);
        let kept = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.!~*'()/?&=".contains(byte);
        let one = |byte: &u8| if kept(byte) { char::from(*byte).to_string() } else { format!("%{byte:02X}") };
        (!invalid_field && text.split('&').count() == target.split('&').count()).then(|| bytes.iter().map(one).collect())
    });

    Time "milliseconds in both" ["timestamp_milliseconds"] |case, dice| {
        let text = format!("{}{:03}", case.sent.timestamp, dice.below(1000));
        case.sent.timestamp.clone_from(&text);
        case.signed.timestamp = text;
        true
    };
    Time "milliseconds signed" ["milliseconds_signed"] |case, dice| { case.signed.timestamp = format!("{}{:03}", case.sent.timestamp, dice.below(1000)); true };
    Time "milliseconds sent" ["timestamp_milliseconds"] |case, dice| { case.sent.timestamp = format!("{}{:03}", case.sent.timestamp, dice.below(1000)); true };
    Time "the clock read twice" ["clock_read_twice"] |case, dice| {
        let off = 1 + i64::try_from(dice.below(5)).unwrap();
        case.signed.timestamp = (case.sent.timestamp.parse::<i64>().unwrap() - off).to_string();
        true
    };
    Time "an hour wrong" ["timestamp_time_zone"] |case, dice| {
        let hours = i64::try_from(1 + dice.below(12)).unwrap() * dice.pick(&[1, -1]);
        let text = (case.sent.timestamp.parse::<i64>().unwrap() + 3600 * hours).to_string();
        case.sent.timestamp.clone_from(&text);
        case.signed.timestamp = text;
        true
    };
    Time "a clock that is slow" ["timestamp_outside_window"] |case, dice| {
        let text = (NOW - 400 - i64::try_from(dice.below(2000)).unwrap()).to_string();
        case.sent.timestamp.clone_from(&text);
        case.signed.timestamp = text;
        true
    };
    Nonce "the nonce in another case" ["nonce_form"] |case, _| {
        case.signed.nonce = if case.sent.nonce.contains('-') { case.sent.nonce.to_uppercase() } else { case.sent.nonce.to_lowercase() };
        case.signed.nonce != case.sent.nonce
    };
    Nonce "the nonce without its dashes" ["nonce_form"] |case, _| { case.signed.nonce = case.sent.nonce.replace('-', ""); case.signed.nonce != case.sent.nonce };
    Nonce "no nonce" ["nonce_or_time_empty"] |case, _| { case.signed.nonce = String::new(); true };

    Body "signed compact, sent by requests' json=" ["body_compact_signed"] |case, _| case.written(PLAIN, PYTHON);
    Body "signed by json.dumps, sent by httpx" ["body_python_separators_signed"] |case, _| case.written(PYTHON, PLAIN);
    Body "signed by json.dumps with its escapes" ["body_unicode_escapes_signed", "body_python_separators_signed"] |case, _| case.written(PYTHON_ASCII, PLAIN);
    Body "sent with json.dumps' escapes" ["body_escapes_sent", "body_compact_signed"] |case, _| case.written(PLAIN, PYTHON_ASCII);
    Body "signed pretty by 2" ["body_indented_signed"] |case, _| case.written(TWO, PLAIN);
    Body "signed pretty by 4" ["body_indented_signed"] |case, _| case.written(FOUR, PLAIN);
    Body "signed pretty by tabs" ["body_indented_signed"] |case, _| case.written(TAB, PLAIN);
    Body "signed pretty on Windows" ["body_indented_signed"] |case, _| case.written(CRLF, PLAIN);
    Body "sent pretty" ["body_compact_signed"] |case, dice| { let writer = dice.pick(&[TWO, FOUR, TAB, CRLF]); case.written(PLAIN, writer) };
    Body "pretty with LF signed, with CRLF sent" ["body_line_ends", "body_indented_signed"] |case, _| case.written(TWO, CRLF);
    Body "signed by Jackson's pretty printer" ["body_jackson_printer_signed"] |case, _| {
        let Some(json) = &case.json else { return false };
        // The documents do not show an empty map or list.
        let text = jackson(json, 0);
        case.signed.body = text.clone().into();
        !text.contains("{ }") && !text.contains("[ ]")
    };
    Body "json_encode signed" ["body_php_escapes_signed", "body_slash_escapes_signed", "body_unicode_escapes_signed"] |case, _| case.written(PHP, PLAIN);
    Body "json_encode with JSON_UNESCAPED_UNICODE signed" ["body_slash_escapes_signed"] |case, _| case.written(PHP_SLASHES, PLAIN);
    Body "json_encode sent (Guzzle's json)" ["body_escapes_sent"] |case, _| case.written(PLAIN, PHP);
    Body "one of PHP's escapes signed, both sent" ["body_escapes_sent"] |case, _| case.written(ASCII, PHP);
    Body "Go's json.Marshal signed" ["body_html_escapes_signed"] |case, _| case.written(GO, PLAIN);
    Body "Go's json.Marshal sent" ["body_escapes_sent"] |case, _| case.written(PLAIN, GO);
    Body "Gson signed" ["body_html_escapes_signed"] |case, _| case.written(GSON, PLAIN);
    Body "Gson sent" ["body_escapes_sent"] |case, _| case.written(PLAIN, GSON);
    Body "System.Text.Json signed" ["body_dot_net_escapes_signed", "body_unicode_escapes_signed", "body_html_escapes_signed"] |case, _| case.written(DOT_NET, PLAIN);
    Body "System.Text.Json sent" ["body_escapes_sent"] |case, _| case.written(PLAIN, DOT_NET);
    Body "a sorted map signed (fastjson, Go)" ["body_sorted_signed"] |case, _| changed_json(case, Json::sort);
    Body "a few members in another order" ["body_order_changed", "body_sorted_signed"] |case, dice| {
        if !matches!(&case.json, Some(Json::Map(members)) if members.len() <= 5) { return false; }
        changed_json(case, |json| if let Json::Map(members) = json { dice.shuffle(members) })
    };
    Body "an empty body signed" ["body_left_out"] |case, _| case.body(|_| Some(Vec::new()));
    Body "{} or null signed for nothing" ["empty_json_signed"] |case, dice| {
        case.signed.body = dice.pick(&["{}", "null", "[]"]).into();
        case.sent.body.is_empty()
    };
    Body "a line end more signed (echo)" ["body_newline_signed"] |case, dice| { let end = dice.pick(&["\n", "\r\n"]); case.body(|body| Some(format!("{body}{end}").into())) };
    Body "a line end more sent (curl -d @file)" ["body_newline_sent"] |case, _| {
        case.sent.body.push(b'\n');
        case.signed.body.len() + 1 == case.sent.body.len() && !case.signed.body.is_empty()
    };
    Body "a byte order mark" ["body_byte_order_mark"] |case, _| case.body(|body| Some(format!("\u{feff}{body}").into()));
    Body "getBytes() in GBK" ["body_gbk_signed"] |case, _| chinese(case) && case.body(|body| {
        let (bytes, _, invalid_field) = GBK.encode(body);
        (!invalid_field).then(|| bytes.into_owned())
    });
    Body "sent in GBK" ["body_gbk_sent"] |case, _| {
        let text = String::from_utf8(case.sent.body.clone()).unwrap();
        let (bytes, _, invalid_field) = GBK.encode(&text);
        case.sent.body = bytes.into_owned();
        !invalid_field && std::str::from_utf8(&case.sent.body).is_err()
    };
    Body "UTF-8 read as GBK and signed" ["body_read_as_gbk_signed"] |case, _| chinese(case) && case.body(|body| Some(GBK.decode(body.as_bytes()).0.into_owned().into()));
    Body "? for Chinese signed (StringEntity)" ["body_latin_1_signed"] |case, _| chinese(case) && case.body(|body| Some(body.chars().map(|c| u8::try_from(c).unwrap_or(b'?')).collect()));
    Body "encoded twice, signed" ["body_latin_1_signed"] |case, dice| {
        let windows = dice.below(2) == 0;
        chinese(case) && case.body(|body| Some(match windows {
            true => WINDOWS_1252.decode(body.as_bytes()).0.into_owned().into(),
            false => body.bytes().map(char::from).collect::<String>().into(),
        }))
    };
    Body "encoded twice, sent" ["body_utf_8_twice_sent"] |case, _| {
        let text: String = case.sent.body.iter().copied().map(char::from).collect();
        case.sent.body = text.into();
        case.sent.body != case.signed.body
    };
    Body "in UTF-16" ["body_utf_16_signed"] |case, _| case.body(|body| Some(body.encode_utf16().flat_map(u16::to_le_bytes).collect()));
    Body "a form signed (http_build_query)" ["body_form_signed"] |case, dice| {
        let Some(pairs) = case.json.as_ref().and_then(pairs) else { return false };
        let encoded = dice.below(2) == 0;
        let one = |text: &str| if encoded { url(text, "-_.* ").replace(' ', "+") } else { text.to_owned() };
        case.signed.body = pairs.iter().map(|(name, value)| format!("{}={}", one(name), one(value))).collect::<Vec<_>>().join("&").into();
        true
    };
    Body "a printed map signed" ["body_map_printed"] |case, dice| {
        let Some(json) = &case.json else { return false };
        case.signed.body = dice.pick(&[java as fn(&Json) -> String, python, go])(json).into();
        true
    };
    Body "JSON twice signed" ["json_twice_signed"] |case, _| case.body(|body| Some(PLAIN.write(&Json::Text(body.to_owned())).into()));
    Body "JSON twice sent" ["json_twice_sent"] |case, _| {
        let text = String::from_utf8(case.sent.body.clone()).unwrap();
        case.sent.body = PLAIN.write(&Json::Text(text)).into();
        !case.signed.body.is_empty()
    };
    Body "a digest of the body signed" ["body_digest_signed"] |case, dice| {
        let name = dice.pick(&["sha256", "md5"]);
        case.body(|body| Some(hex::encode(crate::signer::digest(name, body.as_bytes())).into()))
    };
    Body "1.0 for 1" ["body_values_rewritten"] |case, _| changed_json(case, |json| json.each(&mut |value| {
        if let Json::Word(word) = value && word.bytes().all(|byte| byte.is_ascii_digit()) { word.push_str(".0"); }
    }));
    Body "numbers as texts" ["body_values_rewritten"] |case, _| changed_json(case, |json| json.each(&mut |value| {
        if let Json::Word(word) = value && word.bytes().all(|byte| byte.is_ascii_digit()) { *value = Json::Text(word.clone()); }
    }));
    Body "a null member signed, then dropped" ["body_empty_member_signed"] |case, dice| {
        let optional = &case.sample.optional;
        if optional.is_empty() { return false; }
        let name = optional[dice.below(optional.len())].clone();
        let value = dice.pick(&["null", "\"\""]);
        changed_json(case, |json| if let Json::Map(members) = json {
            members.push((name, if value == "null" { Json::Word("null".to_owned()) } else { Json::Text(String::new()) }));
        })
    };
    Body "a member added after signing" ["body_member_not_signed"] |case, dice| changed_json(case, |json| if let Json::Map(members) = json && members.len() > 1 {
        let place = dice.below(members.len());
        members.remove(place);
    });
    Body "&amp; signed" ["body_html_entities_signed"] |case, _| case.body(|body| Some(body.replace('&', "&amp;").into()));
    Body "blanks taken out of the texts" ["body_blanks_removed"] |case, _| case.body(|body| Some(body.replace(' ', "").into()));

    Layout "the last line feed missing" ["last_line_feed_missing"] |case, _| lines_joined(case, |lines| joined(lines, "\n", ""));
    Layout "a line feed too many" ["line_feed_too_many", "body_newline_signed"] |case, _| lines_joined(case, |lines| joined(lines, "\n", "\n\n"));
    Layout "CR LF" ["carriage_returns"] |case, _| lines_joined(case, |lines| joined(lines, "\r\n", "\r\n"));
    Layout "\\n written out" ["literal_line_feeds"] |case, dice| match dice.below(2) {
        0 => lines_joined(case, |lines| joined(lines, "\\n", "\\n")),
        _ => lines_joined(case, |lines| joined(lines, "\\n", "")),
    };
    Layout "nonce before timestamp" ["nonce_before_timestamp"] |case, _| lines_joined(case, |lines| some(lines, &[0, 1, 3, 2, 4], "\n"));
    Layout "timestamp and nonce first" ["timestamp_first"] |case, _| lines_joined(case, |lines| some(lines, &[2, 3, 0, 1, 4], "\n"));
    Layout "as a response" ["response_lines_signed"] |case, _| lines_joined(case, |lines| some(lines, &[2, 3, 4], "\n"));
    Layout "four lines" ["body_line_missing", "last_line_feed_missing"] |case, _| lines_joined(case, |lines| some(lines, &[0, 1, 2, 3], "\n"));
    Layout "the body alone" ["body_alone_signed"] |case, _| !case.signed.body.is_empty() && lines_joined(case, |lines| lines.body.clone());
    Layout "no line feeds" ["line_feeds_missing"] |case, _| lines_joined(case, |lines| joined(lines, "", ""));
    Layout "another separator" ["other_separators"] |case, dice| match dice.below(3) {
        0 => lines_joined(case, |lines| joined(lines, "&", "")),
        1 => lines_joined(case, |lines| joined(lines, " ", "")),
        _ => lines_joined(case, |lines| joined(lines, "\r", "\r")),
    };
    Layout "the lines in another order" ["lines_reordered"] |case, dice| match dice.below(3) {
        0 => lines_joined(case, |lines| some(lines, &[1, 0, 2, 3, 4], "\n")),
        1 => lines_joined(case, |lines| some(lines, &[0, 2, 1, 3, 4], "\n")),
        _ => lines_joined(case, |lines| some(lines, &[0, 1, 4, 2, 3], "\n")),
    };
    Layout "a line is missing" ["line_missing"] |case, dice| match dice.below(3) {
        0 => lines_joined(case, |lines| some(lines, &[1, 2, 3, 4], "\n")),
        1 => lines_joined(case, |lines| some(lines, &[0, 1, 3, 4], "\n")),
        _ => lines_joined(case, |lines| some(lines, &[0, 1, 2, 4], "\n")),
    };
    Layout "a digest of the message, in hexadecimal" ["digest_signed"] |case, _| lines_joined(case, |lines| hex::encode(crate::signer::digest("sha256", &lines.message())).into());
    Layout "the digest hashed again" ["digest_signed"] |case, _| lines_joined(case, |lines| crate::signer::digest("sha256", &lines.message()));
    Layout "the message in Base64" ["message_encoded"] |case, _| lines_joined(case, |lines| STANDARD.encode(lines.message()).into());
    Layout "the message in UTF-16" ["message_encoded"] |case, _| lines_joined(case, |lines| String::from_utf8_lossy(&lines.message()).encode_utf16().flat_map(u16::to_le_bytes).collect());
    Layout "nothing" ["empty_message_signed"] |case, _| lines_joined(case, |_| Vec::new());

    Algorithm "MD5" ["signed_with_md5"] |case, _| algorithm(case, "md5");
    Algorithm "SHA-1" ["signed_with_sha1"] |case, _| algorithm(case, "sha1");
    Algorithm "SHA-224" ["signed_with_sha224"] |case, _| algorithm(case, "sha224");
    Algorithm "SHA-384" ["signed_with_sha384"] |case, _| algorithm(case, "sha384");
    Algorithm "SHA-512" ["signed_with_sha512"] |case, _| algorithm(case, "sha512");
    Algorithm "PSS" ["signed_with_pss"] |case, _| algorithm(case, "pss");
    Algorithm "PSS with the longest salt" ["signed_with_pss"] |case, _| algorithm(case, "pss_longest");
    Algorithm "a bare digest" ["signed_without_digest_info"] |case, _| algorithm(case, "bare");
    Algorithm "a hexadecimal digest encrypted" ["signed_without_digest_info"] |case, _| algorithm(case, "hex");

    Key "the key of another certificate" ["key_of_other_certificate"] |case, _| { case.key = "second"; true };
    Key "the platform's key" ["key_foreign"] |case, _| { case.key = "platform"; true };
    Key "an unknown key" ["key_unknown"] |case, _| { case.key = "unknown"; true };

    Text "hexadecimal" ["signature_hex"] |case, _| with_text(case, |bytes| hex::encode(bytes));
    Text "URL-safe" ["signature_url_safe"] |case, _| with_text(case, |bytes| STANDARD.encode(bytes).replace('+', "-").replace('/', "_"));
    Text "unpadded" ["signature_unpadded"] |case, _| with_text(case, |bytes| STANDARD.encode(bytes).replace('=', ""));
    Text "wrapped by 76" ["signature_wrapped"] |case, _| with_text(case, |bytes| STANDARD.encode(bytes).as_bytes().chunks(76).map(|line| String::from_utf8_lossy(line).into_owned()).collect::<Vec<_>>().join(" "));
    Text "wrapped by 64, \\n written out" ["signature_wrapped"] |case, _| with_text(case, |bytes| STANDARD.encode(bytes).as_bytes().chunks(64).map(|line| String::from_utf8_lossy(line).into_owned()).collect::<Vec<_>>().join("\\n"));
    Text "blanks for +" ["signature_blanks"] |case, _| with_text(case, |bytes| STANDARD.encode(bytes).replace('+', " "));
    Text "percent-encoded" ["signature_percent_encoded"] |case, _| with_text(case, |bytes| url(&STANDARD.encode(bytes), ""));
    Text "Base64 twice" ["signature_base64_twice"] |case, _| with_text(case, |bytes| STANDARD.encode(STANDARD.encode(bytes)));
    Text "zsh's %" ["signature_percent_sign"] |case, _| with_text(case, |bytes| format!("{}%", STANDARD.encode(bytes)));
    Text "reversed" ["signature_reversed"] |case, _| with_text(case, |bytes| STANDARD.encode(bytes.iter().rev().copied().collect::<Vec<_>>()));
    Text "cut off" ["signature_length"] |case, _| with_text(case, |bytes| STANDARD.encode(bytes)[..300].to_owned());

    Serial "with colons" ["serial_colons"] |case, _| serial(case, SERIAL.as_bytes().chunks(2).map(|pair| String::from_utf8_lossy(pair).into_owned()).collect::<Vec<_>>().join(":"));
    Serial "with blanks" ["serial_colons"] |case, _| serial(case, format!(" {SERIAL} "));
    Serial "in decimal" ["serial_decimal"] |case, _| serial(case, num_bigint::BigUint::parse_bytes(SERIAL.as_bytes(), 16).unwrap().to_string());
    Serial "serial= in front" ["serial_prefix"] |case, _| serial(case, format!("serial={SERIAL}"));
    Serial "0x in front" ["serial_prefix"] |case, _| serial(case, format!("0x{}", SERIAL.to_lowercase()));
    Serial "zeros added" ["serial_zeros_added"] |case, _| serial(case, format!("00{SERIAL}"));
    Serial "the zero lost" ["serial_leading_zero_lost"] |case, _| { case.key = "second"; serial(case, &OTHER_SERIAL[1..]) };
    Serial "the public key's ID" ["serial_public_key_id"] |case, _| serial(case, "PUB_KEY_ID_0119000000012024120900000");
    Serial "the platform's" ["serial_foreign"] |case, _| serial(case, "7132D72A03E93CDD");
    Serial "unknown" ["serial_unknown"] |case, _| serial(case, "5157F09EFDC096DE15EBE81A47057A7232F1B8E1");
    Serial "the sub-merchant's mchid" ["caller_wrong"] |case, _| { case.mchid = "1900000109".to_owned(); true };

    Header "Bearer" ["authorization_bearer"] |case, _| headers(case, |value| format!("Bearer {value}"));
    Header "the name in the value" ["authorization_name_in_value"] |case, _| headers(case, |value| format!("Authorization: {value}"));
    Header "the scheme twice" ["authorization_scheme_twice"] |case, _| headers(case, |value| format!("{} {value}", value.split(' ').next().unwrap()));
    Header "no scheme" ["authorization_scheme_wrong"] |case, _| headers(case, |value| value.split_once(' ').unwrap().1.to_owned());
    Header "single quotes" ["authorization_single_quotes"] |case, _| headers(case, |value| value.replace('"', "'"));
    Header "no quotes" ["authorization_no_quotes"] |case, _| headers(case, |value| value.replace('"', ""));
    Header "curly quotes" ["authorization_curly_quotes"] |case, _| headers(case, |value| value.replace("=\"", "=“").replace('"', "”"));
    Header "escaped quotes" ["authorization_escaped_quotes"] |case, _| headers(case, |value| value.replace('"', "\\\""));
    Header "a full-width comma" ["authorization_full_width"] |case, _| headers(case, |value| value.replace(',', "，"));
    Header "the nonce misnamed" ["authorization_field_misnamed"] |case, _| headers(case, |value| value.replace("nonce_str", "nonce"));
    Header "no Authorization" ["authorization_missing"] |case, _| { case.headers.push(("no-authorization", String::new())); true };
    Header "no User-Agent" ["accept_or_user_agent"] |case, _| { case.headers.retain(|(name, _)| *name != "user-agent"); true };
    Header "no Accept" ["accept_or_user_agent"] |case, _| { case.headers.retain(|(name, _)| *name != "accept"); true };
    Header "a form's media type" ["content_type"] |case, _| {
        let count = case.headers.len();
        case.headers.retain(|(name, _)| *name != "content-type");
        let had_one = case.headers.len() < count;
        case.headers.push(("content-type", "application/x-www-form-urlencoded".to_owned()));
        had_one
    };
}
