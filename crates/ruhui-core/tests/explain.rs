//! Tests every cause that `explain` names: each mistake is made with a real signature, and must get its own cause.

#![allow(clippy::unwrap_used, reason = "the lint's exception for tests does not reach their helpers")]

use http::{HeaderMap, HeaderValue};
use jiff::Timestamp;
use ruhui_core::explain::{Certainty, Explanation, Keys, Received, Verdict, causes, expected, explain};
use ruhui_core::key::{Certificate, PrivateKey, Validity};
use ruhui_core::types::SerialNo;
use std::collections::BTreeSet;
use std::sync::LazyLock;

const NOW: i64 = 1_750_752_000;
const NONCE: &str = "593bec0c-930B-F1AF";
const SERIAL: &str = "1DDE55AD98ED71D6EDD4A4A16996DE7B47773A8C";
const OTHER_SERIAL: &str = "0A5F3C";
const PATH: &str = "/v3/brand/partner/card-member/open-user-card-tokens";
const CONFIRM: &str = "/v3/brand/partner/card-member/user-cards/478515832665/confirm";
const CARD: &str = "/v3/brand/partner/card-member/cards/pbLatjvWOibDc5-TBnbUk1pD12o0?brand_id=1004";
const BODY: &str =
    r#"{"brand_id":"1004","card_id":"pbLatjvWOibDc5-TBnbUk1pD12o0","openid":"obLatjnx9gnqzS4myYGmLZ7LgLBA"}"#;

/// The merchant's key, with the certificate [`SERIAL`].
static MERCHANT: LazyLock<PrivateKey> =
    LazyLock::new(|| key(include_str!("../../../vectors/keys/merchant_key.pem")));
/// Another key of the same merchant, with [`OTHER_SERIAL`].
static SECOND: LazyLock<PrivateKey> =
    LazyLock::new(|| key(include_str!("../../../vectors/keys/brand_key.pem")));
static PLATFORM: LazyLock<PrivateKey> =
    LazyLock::new(|| key(include_str!("../../../vectors/keys/platform_key.pem")));

fn key(pem: &str) -> PrivateKey {
    PrivateKey::from_pem(pem).unwrap()
}

fn keys() -> Keys {
    let certificate = include_str!("../../../vectors/keys/merchant_cert.pem");
    let certificate = Certificate::from_pem(certificate).unwrap();
    let serial = |text| Some(SerialNo::new(text).unwrap());
    // The recorded signatures are older than the certificate.
    let validity = Validity::new(at(0), certificate.not_after());
    Keys::new()
        .with_caller_within(certificate.serial_no().clone(), certificate.public_key().clone(), validity)
        .with_caller(serial(OTHER_SERIAL), SECOND.public_key())
        .with_other("WeChat Pay", serial("7132D72A03E93CDD"), PLATFORM.public_key())
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds).unwrap()
}

fn header_of(signature: &str, timestamp: &str, serial_no: &str) -> String {
    format!(
        "WECHATPAY2-SHA256-RSA2048 mchid=\"1900000001\",nonce_str=\"{NONCE}\",signature=\"{signature}\",timestamp=\"{timestamp}\",serial_no=\"{serial_no}\""
    )
}

fn header(signature: &str) -> String {
    header_of(signature, &NOW.to_string(), SERIAL)
}

fn message(method: &str, target: &str, body: &str) -> String {
    format!("{method}\n{target}\n{NOW}\n{NONCE}\n{body}\n")
}

/// Returns the correct signature of the token request.
fn signature() -> String {
    MERCHANT.sign(message("POST", PATH, BODY).as_bytes())
}

fn judge(method: &str, target: &str, body: &str, header: &str) -> Explanation {
    explain(&Received::new(method, target, header, body.as_bytes(), at(NOW)), &keys())
}

/// Explains the token request with another header.
fn founding(header: &str) -> Explanation {
    judge("POST", PATH, BODY, header)
}

fn ids(explanation: &Explanation) -> Vec<&'static str> {
    explanation.findings.iter().map(|finding| finding.cause.id).collect()
}

/// A request as it was sent, and the text that was signed in place of its message.
struct Signed {
    causes: Vec<&'static str>,
    method: &'static str,
    target: &'static str,
    body: &'static str,
    signed: String,
}

fn get(cause: &'static str, target: &'static str, signed: impl Into<String>) -> Signed {
    Signed { causes: vec![cause], method: "GET", target, body: "", signed: signed.into() }
}

/// Returns a GET request of one target that was signed for another.
fn url(cause: &'static str, target: &'static str, signed: &str) -> Signed {
    get(cause, target, message("GET", signed, ""))
}

/// Returns a POST request of one body that was signed with another.
fn body(cause: &'static str, body: &'static str, signed: &str) -> Signed {
    Signed { causes: vec![cause], method: "POST", target: PATH, body, signed: message("POST", PATH, signed) }
}

/// Returns the token request with the signature of another text.
fn text(cause: &'static str, signed: String) -> Signed {
    Signed { causes: vec![cause], method: "POST", target: PATH, body: BODY, signed }
}

fn wrong_messages() -> Vec<Signed> {
    let right = message("POST", PATH, BODY);
    let now = NOW.to_string();
    let lines = ["POST", PATH, &now, NONCE, BODY];
    let rich = r#"{"echo_message":"a/b <会员> & c","n":1}"#;
    vec![
        text("last_line_feed_missing", lines.join("\n")),
        get("last_line_feed_missing", "/v3/certificates", format!("GET\n/v3/certificates\n{NOW}\n{NONCE}\n")),
        get("line_feed_too_many", "/v3/certificates", message("GET", "/v3/certificates", "\n")),
        text("carriage_returns", right.replace('\n', "\r\n")),
        text("literal_line_feeds", right.replace('\n', "\\n")),
        text("literal_line_feeds", lines.join("\\n")),
        text("body_left_out", message("POST", PATH, "")),
        get("empty_json_signed", "/v3/certificates", message("GET", "/v3/certificates", "{}")),
        get("empty_json_signed", "/v3/certificates", message("GET", "/v3/certificates", "null")),
        body("body_newline_signed", BODY, &format!("{BODY}\n")),
        body("body_newline_sent", "{\"a\":1}\n", "{\"a\":1}"),
        body("body_compact_signed", r#"{"a": 1, "b": [1, 2]}"#, r#"{"a":1,"b":[1,2]}"#),
        body("body_indented_signed", r#"{"a":1,"b":[{}]}"#, "{\n  \"a\": 1,\n  \"b\": [\n    {}\n  ]\n}"),
        body("body_indented_signed", r#"{"a":1}"#, "{\n    \"a\": 1\n}"),
        body("body_python_separators_signed", r#"{"a":1,"b":[1,2]}"#, r#"{"a": 1, "b": [1, 2]}"#),
        body("body_jackson_printer_signed", r#"{"a":1,"b":[1,2]}"#, "{\n  \"a\" : 1,\n  \"b\" : [ 1, 2 ]\n}"),
        body("body_html_escapes_signed", rich, r#"{"echo_message":"a/b \u003c会员\u003e \u0026 c","n":1}"#),
        body("body_slash_escapes_signed", rich, r#"{"echo_message":"a\/b <会员> & c","n":1}"#),
        body("body_unicode_escapes_signed", rich, r#"{"echo_message":"a/b <\u4f1a\u5458> & c","n":1}"#),
        body("body_unicode_escapes_signed", rich, r#"{"echo_message":"a/b <\u4F1A\u5458> & c","n":1}"#),
        body("body_php_escapes_signed", rich, r#"{"echo_message":"a\/b <\u4f1a\u5458> & c","n":1}"#),
        body(
            "body_escapes_sent",
            r#"{"echo_message":"a\/b \u003c\u4f1a\ud83d\ude00\u003e \"\\ \u000a"}"#,
            r#"{"echo_message":"a/b <会😀> \"\\ \u000a"}"#,
        ),
        body(
            "body_sorted_signed",
            r#"{"c":{"z":1,"a":2},"b":1,"a":1,"e":1,"d":1}"#,
            r#"{"a":1,"b":1,"c":{"a":2,"z":1},"d":1,"e":1}"#,
        ),
        body("body_order_changed", r#"{"a":1,"b":2,"c":3}"#, r#"{"c":3,"a":1,"b":2}"#),
        url("host_signed", "/v3/certificates", "https://api.mch.weixin.qq.com/v3/certificates"),
        url("host_signed", "/v3/certificates", "https://api2.mch.weixin.qq.com/v3/certificates"),
        url("query_left_out", "/v3/certificates?algorithm_type=RSA", "/v3/certificates"),
        url("trailing_slash", "/v3/certificates?a=1", "/v3/certificates/?a=1"),
        url("trailing_slash", "/v3/certificates/", "/v3/certificates"),
        url("version_left_out", "/v3/certificates", "/certificates"),
        text("path_of_another_call", message("POST", "/v3/brand/partner/card-member/pre-auth-tokens", BODY)),
        url("target_decoded", "/v3/cards/%E4%BC%9A?name=a%20b", "/v3/cards/会?name=a b"),
        url("target_decoded", "/v3/cards?name=a+b%2B", "/v3/cards?name=a b+"),
        url("target_encoded", "/v3/cards?name=a:b", "/v3/cards?name=a%3Ab"),
        url("target_encoded", "/v3/cards/%E4", "/v3/cards/%25E4"),
        url("target_encoding_form", "/v3/cards/%E4%BC%9A", "/v3/cards/%e4%bc%9a"),
        url("target_encoding_form", "/v3/cards?name=a%20b", "/v3/cards?name=a+b"),
        url("leading_slash_missing", "/v3/certificates", "v3/certificates"),
        url("doubled_slash", "/v3/certificates", "//v3/certificates"),
        url("doubled_slash", "/v3//certificates", "/v3/certificates"),
        url("query_order_changed", "/v3/cards?limit=5&offset=10&a=1", "/v3/cards?offset=10&a=1&limit=5"),
        get("query_signed_as_body", "/v3/cards?limit=5", message("GET", "/v3/cards", "limit=5")),
        url("trailing_question_mark", "/v3/cards", "/v3/cards?"),
        url("path_prefix", "/gateway/v3/cards", "/v3/cards"),
        url("target_lower_cased", "/v3/Cards", "/v3/cards"),
        text("method_case", message("post", PATH, BODY)),
        text("other_method", message("PUT", PATH, BODY)),
        text("clock_read_twice", right.replace(&now, &(NOW - 3).to_string())),
        text("clock_read_twice", right.replace(&now, &(NOW + 10).to_string())),
        text("milliseconds_signed", right.replace(&now, &format!("{NOW}417"))),
        text("nonce_form", right.replace(NONCE, "593BEC0C-930B-F1AF")),
        text("nonce_form", right.replace(NONCE, "593bec0c930BF1AF")),
        text("nonce_before_timestamp", format!("POST\n{PATH}\n{NONCE}\n{NOW}\n{BODY}\n")),
        text("timestamp_first", format!("{NOW}\n{NONCE}\nPOST\n{PATH}\n{BODY}\n")),
        text("response_lines_signed", format!("{NOW}\n{NONCE}\n{BODY}\n")),
        text("body_line_missing", format!("POST\n{PATH}\n{NOW}\n{NONCE}\n")),
        text("blanks_at_line_ends", right.replace('\n', " \n")),
        text("line_feeds_missing", lines.concat()),
        get(
            "digest_signed",
            "/v3/certificates",
            "90ee82d0f13fcca352bc2f98879c008b9aac5e878d1a2fd65f7013e5633d11dd",
        ),
        body("json_twice_signed", r#"{"a":1}"#, r#""{\"a\":1}""#),
        body("body_digest_signed", "{}", "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"),
        body("body_jackson_printer_signed", r#"{"a":{},"b":[]}"#, "{\n  \"a\" : { },\n  \"b\" : [ ]\n}"),
        body("body_indented_signed", r#"{"a":"b"}"#, "{\n\t\"a\":\"b\"\n}"),
        url("trailing_question_mark", "/v3/certificates?", "/v3/certificates"),
        body("body_html_entities_signed", r#"{"a":"b&c"}"#, r#"{"a":"b&amp;c"}"#),
        body("body_latin_1_signed", r#"{"a":"会员"}"#, r#"{"a":"??"}"#),
        body("body_latin_1_signed", r#"{"a":"é"}"#, "{\"a\":\"Ã\u{a9}\"}"),
        body("body_line_ends", "{\n\"a\":1,\n\"b\":\"x\"}", "{\r\n\"a\":1,\r\n\"b\":\"x\"}"),
        body("body_byte_order_mark", "{\"a\":1}", "\u{feff}{\"a\":1}"),
        body("body_byte_order_mark", "\u{feff}{\"a\":1}", "{\"a\":1}"),
        body("body_compact_signed", r#"{"a": "x\/\u003c"}"#, r#"{"a":"x\/\u003c"}"#),
        body("body_escapes_sent", r#"{"a":"x\/y"}"#, r#"{"a":"x/y"}"#),
        body("body_escapes_sent", r#"{"a":"\u4f1a"}"#, r#"{"a":"会"}"#),
        body("body_escapes_sent", r#"{"a":"x\u003Cy"}"#, r#"{"a":"x<y"}"#),
        body("body_dot_net_escapes_signed", r#"{"a":"x<会"}"#, r#"{"a":"x\u003C\u4F1A"}"#),
        body("body_other_blanks_signed", r#"{"a":1,"b":2}"#, r#"{"a":1, "b":2}"#),
        body("body_other_blanks_signed", r#"{"a":1}"#, r#"{ "a": 1 }"#),
        body("body_blanks_removed", r#"{"a":"x y"}"#, r#"{"a":"xy"}"#),
        body("body_member_not_signed", r#"{"a":1,"b":2,"c":3}"#, r#"{"a":1,"c":3}"#),
        body("body_member_not_signed", r#"{"a":{"x":null,"y":1},"b":""}"#, r#"{"a":{"y":1}}"#),
        Signed {
            causes: vec!["body_empty_member_signed"],
            method: "POST",
            target: CONFIRM,
            body: r#"{"brand_id":"1","card_id":"2","openid":"3"}"#,
            signed: message("POST", CONFIRM, r#"{"brand_id":"1","card_id":"2","openid":"3","level":null}"#),
        },
        body("body_values_rewritten", r#"{"a":1}"#, r#"{"a":1.0}"#),
        body("body_values_rewritten", r#"{"a":"1004"}"#, r#"{"a":1004}"#),
        body("body_values_rewritten", r#"{"a":12345678901}"#, r#"{"a":1.2345678901E10}"#),
        body("json_twice_sent", r#""{\"a\":1}""#, r#"{"a":1}"#),
        body("body_form_signed", r#"{"b":"1 2","a":"3"}"#, "b=1+2&a=3"),
        body("body_form_signed", r#"{"b":"1","a":"3"}"#, "a=3&b=1"),
        body("body_form_sent", "a=1&b=x%20y", r#"{"a":"1","b":"x y"}"#),
        body("body_map_printed", r#"{"b":"1","a":{"c":[1,true]}}"#, "{b=1, a={c=[1, true]}}"),
        body("body_map_printed", r#"{"b":"1","a":null}"#, "{'b': '1', 'a': None}"),
        body("body_map_printed", r#"{"b":"1","a":2}"#, "map[a:2 b:1]"),
        body("body_map_printed", r#"{"b":"1","a":2}"#, r#"{"b"=>"1", "a"=>2}"#),
        body("body_percent_encoded_signed", r#"{"a":1}"#, "%7B%22a%22%3A1%7D"),
        body("body_html_entities_sent", r#"{"a":"b&amp;c"}"#, r#"{"a":"b&c"}"#),
        body("body_html_entities_signed", r#"{"a":"b"}"#, "{&quot;a&quot;:&quot;b&quot;}"),
        body("body_utf_8_twice_sent", "{\"a\":\"Ã\u{a9}\"}", r#"{"a":"é"}"#),
        body("body_newline_signed", BODY, &format!("{BODY}\0")),
        get("first_line_feed", "/v3/certificates", format!("\n{}", message("GET", "/v3/certificates", ""))),
        text("body_alone_signed", BODY.to_owned()),
        text("line_missing", format!("{PATH}\n{NOW}\n{NONCE}\n{BODY}\n")),
        text("line_twice", format!("POST\nPOST\n{PATH}\n{NOW}\n{NONCE}\n{BODY}\n")),
        text("empty_message_signed", String::new()),
        text("other_separators", format!("POST&{PATH}&{NOW}&{NONCE}&{BODY}")),
        text("lines_reordered", format!("{PATH}\nPOST\n{NOW}\n{NONCE}\n{BODY}\n")),
        text("message_encoded", hex::encode(&right)),
        text("nonce_or_time_empty", format!("POST\n{PATH}\n{NOW}\n\n{BODY}\n")),
        url("placeholder_signed", CARD, "/v3/brand/partner/card-member/cards/{card_id}?brand_id=1004"),
        url("path_end_signed", "/v3/brand/partner/card-member/cards", "/card-member/cards"),
        url("longer_path_signed", "/v3/certificates", "/api/v3/certificates"),
        url("query_parameter_not_signed", "/v3/cards?a=1&b=2&c=3", "/v3/cards?a=1&c=3"),
        url("target_end_mark", "/v3/cards?a=1", "/v3/cards?a=1&"),
        url("target_html_entities", "/v3/cards?a=1&b=2", "/v3/cards?a=1&amp;b=2"),
        url("target_gbk_signed", "/v3/cards?a=%E4%BC%9A", "/v3/cards?a=%BB%E1"),
        url("target_encoded", "/v3/cards?a=x|y:z", "/v3/cards?a=x%7Cy:z"),
        url("target_decoded", "/v3/cards?a=x%7Cy%3Az", "/v3/cards?a=x|y%3Az"),
    ]
}

fn pairs() -> Vec<Signed> {
    let pair = |first, second, signed: String| Signed { causes: vec![first, second], ..text("", signed) };
    let host = format!("https://api.mch.weixin.qq.com{PATH}");
    let indented = BODY.replace('{', "{\n  ").replace(',', ",\n  ").replace(':', ": ").replace('}', "\n}");
    let python = r#"{"openid": "obLatjnx9gnqzS4myYGmLZ7LgLBA", "brand_id": "1004", "card_id": "pbLatjvWOibDc5-TBnbUk1pD12o0"}"#;
    let chinese = Signed { body: r#"{"a":"会/员","b":1}"#, ..text("", String::new()) };
    vec![
        pair("host_signed", "last_line_feed_missing", message("POST", &host, BODY).trim_end().to_owned()),
        pair("host_signed", "body_left_out", message("POST", &host, "")),
        pair("trailing_slash", "body_indented_signed", message("POST", &format!("{PATH}/"), &indented)),
        pair("body_indented_signed", "body_newline_signed", message("POST", PATH, &format!("{indented}\n"))),
        pair("body_order_changed", "body_python_separators_signed", message("POST", PATH, python)),
        pair("method_case", "last_line_feed_missing", message("post", PATH, BODY).trim_end().to_owned()),
        pair("body_left_out", "last_line_feed_missing", format!("POST\n{PATH}\n{NOW}\n{NONCE}\n")),
        Signed {
            causes: vec!["body_python_separators_signed", "body_unicode_escapes_signed"],
            signed: message("POST", PATH, r#"{"a": "\u4f1a/\u5458", "b": 1}"#),
            ..chinese
        },
    ]
}

fn assert_named(case: &Signed) {
    let header = header(&MERCHANT.sign(case.signed.as_bytes()));
    let explanation = judge(case.method, case.target, case.body, &header);
    assert_eq!(ids(&explanation), case.causes, "{}", case.signed);
    assert_eq!(explanation.verdict, Verdict::Explained);
    assert!(explanation.findings.iter().all(|finding| finding.certainty == Certainty::Proven));

    let comparison = explanation.comparison.unwrap();
    assert_eq!(comparison.you_signed, case.signed);
    let built = message(case.method, case.target, case.body);
    assert_eq!(comparison.service_built, built);
    assert_eq!(comparison.you_signed_length, case.signed.len());
    let offset = comparison.difference.offset;
    assert_eq!(case.signed[..offset], built[..offset]);
    assert_ne!(case.signed[offset..].chars().next(), built[offset..].chars().next());
    assert_eq!(comparison.difference.line, 1 + built[..offset].matches('\n').count());
}

#[test]
fn each_wrong_message_is_named() {
    wrong_messages().iter().for_each(assert_named);
}

#[test]
fn pairs_of_frequent_mistakes_are_named() {
    // One mistake is not reported as two.
    let (alone, together): (Vec<_>, Vec<_>) =
        pairs().into_iter().partition(|pair| pair.causes == ["body_left_out", "last_line_feed_missing"]);
    together.iter().for_each(assert_named);
    assert_named(&Signed { causes: vec!["body_line_missing"], ..alone.into_iter().next().unwrap() });
}

/// Returns `(cause, header, other findings)` for the token request with a correct signature in a wrong header.
fn wrong_headers() -> Vec<(&'static str, String, Vec<&'static str>)> {
    let good = header(&signature());
    let fields = good.strip_prefix("WECHATPAY2-SHA256-RSA2048 ").unwrap();
    let rejected = Vec::new;
    vec![
        ("authorization_tab", good.replacen(' ', "\t", 1), vec![]),
        ("authorization_rejected", good.replacen(',', ",,", 1), vec![]),
        ("authorization_name_in_value", format!("Authorization: {good}"), rejected()),
        ("authorization_bearer", format!("Bearer {good}"), rejected()),
        ("authorization_line_breaks", good.replacen(' ', "\n", 1), rejected()),
        ("authorization_curly_quotes", good.replace("=\"", "=“").replace("\",", "”,"), rejected()),
        ("authorization_full_width", good.replace(',', "，"), rejected()),
        ("authorization_escaped_quotes", good.replace('"', "\\\""), rejected()),
        ("authorization_single_quotes", good.replace('"', "'"), rejected()),
        ("authorization_scheme_twice", format!("WECHATPAY2-SHA256-RSA2048 {good}"), rejected()),
        ("authorization_scheme_wrong", fields.to_owned(), rejected()),
        ("authorization_scheme_wrong", format!("WECHATPAY2-SHA256-RSA-2048 {fields}"), rejected()),
        ("authorization_scheme_wrong", format!("WECHATPAY2-SHA256-RSA2048{fields}"), rejected()),
        ("authorization_no_quotes", good.replace('"', ""), rejected()),
        ("authorization_no_comma", good.replace("\",", "\" "), rejected()),
        ("authorization_field_misnamed", good.replace("nonce_str", "nonce"), rejected()),
        ("authorization_caller_blanks", good.replace("\"1900000001\"", "\" 1900000001\""), vec![]),
        (
            "authorization_other_family",
            good.replace("WECHATPAY2", "WECHATPAY-BRAND").replace("mchid", "brand_id"),
            vec![],
        ),
    ]
}

#[test]
fn each_wrong_header_is_named() {
    for (cause, header, mut found) in wrong_headers() {
        let explanation = founding(&header);
        found.push(cause);
        assert_eq!(ids(&explanation), found, "{header}");
        // The signature itself is correct, so correcting the header is enough.
        assert_eq!(explanation.verdict, Verdict::Explained, "{header}");
        assert!(explanation.findings.iter().all(|finding| finding.certainty == Certainty::Seen));
    }
}

#[test]
fn several_faults_of_one_header_are_all_named() {
    let good = header(&signature());
    let header =
        format!("Bearer {}", good.replace('"', "'").replace("',", "' ").replace("serial_no", "serial"));
    assert_eq!(
        ids(&founding(&header)),
        [
            "authorization_bearer",
            "authorization_single_quotes",
            "authorization_field_misnamed",
            "authorization_no_comma",
        ]
    );
}

#[test]
fn a_wrapped_signature_without_quotes_is_read_to_its_end() {
    let right = signature();
    let wrapped: Vec<_> =
        right.as_bytes().chunks(76).map(|line| std::str::from_utf8(line).unwrap()).collect();
    let bare = header(&wrapped.join(" ")).replace('"', "");
    assert_eq!(ids(&founding(&bare)), ["authorization_no_quotes", "signature_wrapped"]);
}

/// Returns `(cause, header)` for the token request with a correct signature and a wrong serial number.
fn wrong_serials() -> Vec<(&'static str, String)> {
    let colons: Vec<_> = SERIAL.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).unwrap()).collect();
    let with = |serial: &str| header_of(&signature(), &NOW.to_string(), serial);
    let second = MERCHANT_MESSAGE.with(|message| SECOND.sign(message));
    vec![
        ("serial_colons", with(&colons.join(":"))),
        ("serial_prefix", with(&format!("serial={SERIAL}"))),
        ("serial_prefix", with(&format!("0x{}", SERIAL.to_lowercase()))),
        ("serial_zeros_added", with(&format!("00{SERIAL}"))),
        ("serial_decimal", with("170518961404394360138998218675655307300760402572")),
        ("serial_leading_zero_lost", header_of(&second, &NOW.to_string(), &OTHER_SERIAL[1..])),
        ("serial_public_key_id", with("PUB_KEY_ID_0119000000012025062400000001000001")),
        ("serial_foreign", with("7132D72A03E93CDD")),
        ("serial_unknown", with("1234567890ABCDEF")),
    ]
}

thread_local! {
    static MERCHANT_MESSAGE: Vec<u8> = message("POST", PATH, BODY).into_bytes();
}

#[test]
fn each_wrong_serial_is_named() {
    for (cause, header) in wrong_serials() {
        let explanation = founding(&header);
        assert_eq!(ids(&explanation), [cause], "{header}");
        assert_eq!(explanation.verdict, Verdict::Explained, "{header}");
    }
    // The service accepts a lower-case serial number, so it is not a cause.
    let lower = founding(&header_of(&signature(), &NOW.to_string(), &SERIAL.to_lowercase()));
    assert_eq!((lower.verdict, lower.remarks[0].cause.id), (Verdict::Accepted, "serial_lower_case"));
    let decimal = wrong_serials().into_iter().find(|case| case.0 == "serial_decimal").unwrap();
    let decimal = founding(&decimal.1);
    assert_eq!(
        decimal.findings[0].to_string(),
        format!("serial_no is in decimal: the certificate's is {SERIAL}")
    );
}

/// Returns `(cause, signature)` for the token request.
fn wrong_signatures() -> Vec<(&'static str, String)> {
    use base64::Engine as _;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE};
    // A signature with every character that can be damaged.
    let right = signature();
    assert!(right.contains('+') && right.contains('/') && right.ends_with('='));
    let bytes = STANDARD.decode(&right).unwrap();
    let reversed: Vec<u8> = bytes.iter().rev().copied().collect();
    let vector = |text: &str| text.trim_end().to_owned();
    vec![
        ("signature_percent_encoded", right.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D")),
        ("signature_percent_sign", format!("{right}%")),
        ("signature_quoted", format!("b'{right}'")),
        ("signature_wrapped", format!("{} {} {}", &right[..76], &right[76..152], &right[152..])),
        ("signature_wrapped", format!("{}\\n{}\\n", &right[..64], &right[64..])),
        ("signature_blanks", right.replace('+', " ")),
        ("signature_url_safe", URL_SAFE.encode(&bytes)),
        ("signature_unpadded", right.trim_end_matches('=').to_owned()),
        ("signature_base64_twice", STANDARD.encode(&right)),
        ("signature_hex", hex::encode(&bytes)),
        ("signature_hex", hex::encode_upper(&bytes)),
        ("signature_reversed", STANDARD.encode(&reversed)),
        ("key_of_other_certificate", MERCHANT_MESSAGE.with(|message| SECOND.sign(message))),
        ("key_foreign", MERCHANT_MESSAGE.with(|message| PLATFORM.sign(message))),
        // OpenSSL made these over the token request of the vectors.
        ("signed_with_sha1", vector(include_str!("../../../vectors/mistaken/sha1.txt"))),
        ("signed_with_sha384", vector(include_str!("../../../vectors/mistaken/sha384.txt"))),
        ("signed_with_sha512", vector(include_str!("../../../vectors/mistaken/sha512.txt"))),
        ("signed_with_pss", vector(include_str!("../../../vectors/mistaken/pss.txt"))),
    ]
}

#[test]
fn each_wrong_signature_is_named() {
    for (cause, signature) in wrong_signatures() {
        let mut header = header(&signature);
        if cause.starts_with("signed_with") {
            header = header.replace(NONCE, "593BEC0C930BF1AFEB40B4A08C8FB242");
        }
        let explanation = founding(&header);
        assert_eq!(ids(&explanation), [cause], "{signature}");
        assert_eq!(explanation.verdict, Verdict::Explained, "{signature}");
    }
    let foreign = founding(&header(&MERCHANT_MESSAGE.with(|message| PLATFORM.sign(message))));
    assert_eq!(foreign.findings[0].to_string(), "you signed with the key of someone else: WeChat Pay");
}

/// Returns `(cause, signature)` with texts that are not signatures.
fn no_signatures() -> Vec<(&'static str, String)> {
    vec![
        ("signature_of_v2", "D41D8CD98F00B204E9800998ECF8427E".to_owned()),
        ("signature_of_v2", "90ee82d0f13fcca352bc2f98879c008b9aac5e878d1a2fd65f7013e5633d11dd".to_owned()),
        ("signature_of_v2", "1B2M2Y8AsgTpgAmY7PhCfg==".to_owned()),
        ("signature_length", signature()[..340].to_owned()),
        ("signature_length", "!".to_owned()),
    ]
}

#[test]
fn what_is_no_signature_is_named() {
    for (cause, signature) in no_signatures() {
        let explanation = founding(&header(&signature));
        assert_eq!(ids(&explanation), [cause], "{signature}");
        assert_eq!(explanation.verdict, Verdict::Unchecked, "{signature}");
    }
}

/// Returns `(causes, timestamp in the header, timestamp signed)`.
fn wrong_times() -> Vec<(Vec<&'static str>, String, String)> {
    let (now, ms) = (NOW.to_string(), format!("{NOW}123"));
    let off = |seconds: i64| (NOW + seconds).to_string();
    let same = |causes, text: String| (causes, text.clone(), text);
    vec![
        same(vec!["timestamp_milliseconds"], ms.clone()),
        (vec!["timestamp_milliseconds", "seconds_signed"], ms, now),
        same(vec!["timestamp_time_zone"], off(8 * 3600 + 2)),
        same(vec!["timestamp_time_zone"], off(-8 * 3600)),
        same(vec!["timestamp_outside_window"], off(-301)),
        same(vec!["timestamp_outside_window"], off(1800)),
        same(vec!["timestamp_outside_window"], "1".to_owned()),
        same(vec!["timestamp_outside_window"], i64::MIN.to_string()),
        same(vec!["timestamp_outside_window"], i64::MAX.to_string()),
        same(vec![], off(300)),
    ]
}

#[test]
fn each_wrong_time_is_named() {
    for (causes, sent, signed) in wrong_times() {
        let signature =
            MERCHANT.sign(message("POST", PATH, BODY).replace(&NOW.to_string(), &signed).as_bytes());
        let explanation = founding(&header_of(&signature, &sent, SERIAL));
        assert_eq!(ids(&explanation), causes, "{sent}");
        let verdict = if causes.is_empty() { Verdict::Accepted } else { Verdict::Explained };
        assert_eq!(explanation.verdict, verdict, "{sent}");
    }
    let ahead = founding(&header_of(&signature(), &(NOW + 8 * 3600).to_string(), SERIAL));
    assert!(ahead.findings[0].to_string().ends_with("300 s are allowed: +8 h"), "{}", ahead.findings[0]);
}

#[test]
fn what_is_right_is_accepted() {
    let explanation = founding(&header(&signature()));
    assert_eq!((explanation.verdict, explanation.trials), (Verdict::Accepted, 1));
    assert!(explanation.findings.is_empty() && explanation.comparison.is_none());
    assert_eq!(explanation.to_string(), "The signature is right.");
    assert_eq!(format!("{explanation:#}"), "签名正确。");
}

#[test]
fn what_fits_nothing_is_said_so() {
    let other_message = header(&MERCHANT.sign(b"something else"));
    let explanation = founding(&other_message);
    assert_eq!((explanation.verdict, ids(&explanation)), (Verdict::Unexplained, vec!["message_other"]));
    assert_eq!(explanation.findings[0].certainty, Certainty::Proven);
    assert!((5_000..=100_000).contains(&explanation.trials), "{}", explanation.trials);
    assert_eq!(explanation.perhaps.len(), 4);
    let information = explanation.sign_information.as_ref().unwrap();
    assert_eq!(information.sign_message_length, message("POST", PATH, BODY).len());
    assert!(information.truncated_sign_message.ends_with("\n{\"brand_\n"));
    let shown = explanation.to_string();
    assert!(shown.contains("this key made the signature") && shown.contains("    {\"brand_\\n"), "{shown}");

    // The signing key is not among the known keys.
    let unknown = Keys::new().with_caller(None, PLATFORM.public_key());
    let received = Received::new("POST", PATH, &other_message, BODY.as_bytes(), at(NOW));
    let explanation = explain(&received, &unknown);
    assert_eq!((explanation.verdict, ids(&explanation)), (Verdict::Unexplained, vec!["key_unknown"]));
    assert_eq!((explanation.trials, explanation.perhaps.len()), (0, 3));

    let lost = judge("POST", PATH, "", &other_message);
    assert_eq!((lost.verdict, ids(&lost)), (Verdict::Unexplained, vec!["message_other", "body_lost"]));
    assert_eq!(lost.findings[1].certainty, Certainty::Likely);
    let questions = judge("POST", PATH, r#"{"a":"??"}"#, &other_message);
    assert_eq!(ids(&questions), ["message_other", "body_question_marks"]);
    for target in
        [CONFIRM.replace("478515832665", "%7Buser_card_code%7D"), CONFIRM.replace("478515832665", "{c}")]
    {
        assert_eq!(ids(&judge("POST", &target, "{}", &other_message)), ["placeholder_sent", "message_other"]);
    }
}

#[test]
fn what_cannot_be_checked_is_said_so() {
    let missing =
        explain(&Received::with_headers("POST", PATH, &HeaderMap::new(), BODY.as_bytes(), at(NOW)), &keys());
    assert_eq!(
        (missing.verdict, ids(&missing)),
        (Verdict::Unchecked, vec!["accept_or_user_agent", "authorization_missing"])
    );
    assert_eq!(format!("{:#}", missing.findings[1]), "缺少 Authorization 头");
    let no_nonce = header(&signature()).replace(&format!("nonce_str=\"{NONCE}\","), "");
    assert_eq!(founding(&no_nonce).verdict, Verdict::Unchecked);

    let good = header(&signature());
    let received = Received::new("POST", PATH, &good, BODY.as_bytes(), at(NOW));
    let without_keys = explain(&received, &Keys::new());
    assert_eq!((without_keys.verdict, without_keys.trials), (Verdict::Unchecked, 0));
    assert!(without_keys.sign_information.is_some());
}

#[test]
fn a_key_without_a_serial_is_enough() {
    let keys = Keys::new().with_caller(None, MERCHANT.public_key());
    let judge = |header: &str| explain(&Received::new("POST", PATH, header, BODY.as_bytes(), at(NOW)), &keys);
    assert_eq!(judge(&header(&signature())).verdict, Verdict::Accepted);
    let lower = header_of(&signature(), &NOW.to_string(), &SERIAL.to_lowercase());
    assert_eq!(judge(&lower).verdict, Verdict::Accepted);
}

#[test]
fn headers_give_the_host_and_may_hold_any_bytes() {
    let signed = MERCHANT.sign(message("GET", "http://127.0.0.1:8080/v3/certificates", "").as_bytes());
    let mut headers = HeaderMap::new();
    headers.insert("host", HeaderValue::from_static("127.0.0.1:8080"));
    headers.insert("authorization", HeaderValue::from_str(&header(&signed)).unwrap());
    let judge = |headers: &HeaderMap| {
        explain(&Received::with_headers("GET", "/v3/certificates", headers, b"", at(NOW)), &keys())
    };
    assert_eq!(ids(&judge(&headers)), ["accept_or_user_agent", "host_signed"]);

    let curly = header(&signed).replace("=\"", "=“").replace("\",", "”,");
    headers.insert("authorization", HeaderValue::from_bytes(curly.as_bytes()).unwrap());
    assert_eq!(ids(&judge(&headers)), ["accept_or_user_agent", "authorization_curly_quotes", "host_signed"]);

    headers.append("authorization", HeaderValue::from_bytes(b"\xff\xfe").unwrap());
    let doubled = judge(&headers);
    assert!(doubled.findings[1].to_string().contains("more than one"), "{}", doubled.findings[1]);
}

#[test]
fn mistakes_of_several_kinds_come_together() {
    let signed = MERCHANT.sign(message("POST", PATH, BODY).trim_end().as_bytes());
    let header = format!("Bearer {}", header_of(&format!("{signed}%"), &NOW.to_string(), "PUB_KEY_ID_1"));
    let explanation = founding(&header);
    assert_eq!(explanation.verdict, Verdict::Explained);
    assert_eq!(
        ids(&explanation),
        ["authorization_bearer", "serial_public_key_id", "signature_percent_sign", "last_line_feed_missing",]
    );
}

#[test]
fn both_messages_stand_side_by_side() {
    let signed = message("POST", PATH, r#"{"a":"会员卡"}"#);
    let explanation = judge("POST", PATH, r#"{"a": "会员卡"}"#, &header(&MERCHANT.sign(signed.as_bytes())));
    let english = explanation.to_string();
    for part in [
        "1. you signed the JSON without blanks and sent it with blanks (proven by the signature)",
        "You signed (105 bytes):\n    POST\\n\n    /v3/brand",
        "The service built (106 bytes):",
        "First difference: line 5, byte 6: yours goes on `\"会员卡\"}\\n`, the service's ` \"会员卡\"}\\n`",
    ] {
        assert!(english.contains(part), "{part}\n---\n{english}");
    }
    let chinese = format!("{explanation:#}");
    assert!(chinese.contains("首个差异：第 5 行第 6 字节") && !chinese.contains("proven"), "{chinese}");

    let json = serde_json::to_value(&explanation).unwrap();
    assert_eq!(json["verdict"], "explained");
    assert_eq!(json["findings"][0]["id"], "body_compact_signed");
    assert_eq!(json["findings"][0]["certainty"], "proven");
    assert!(json["findings"][0]["advice"]["zh"].as_str().unwrap().contains("序列化"));
    assert_eq!(json["comparison"]["difference"]["column"], 6);
}

#[test]
fn the_callers_side_shows_what_should_have_been_signed() {
    let wrong = MERCHANT.sign(b"something else");
    for (sent, matches) in [(signature(), true), (wrong, false)] {
        let header = header(&sent);
        let received = Received::new("POST", PATH, &header, BODY.as_bytes(), at(NOW));
        let expected = expected(&received, &MERCHANT).unwrap();
        assert_eq!(expected.message, message("POST", PATH, BODY));
        assert_eq!((expected.signature.as_str(), expected.matches), (signature().as_str(), matches));
        assert_eq!(expected.sign_information.sign_message_length, expected.message.len());
        let shown = format!("{expected} {expected:#}");
        assert!(shown.contains(&format!("    {BODY}\\n")) && shown.contains(&signature()), "{shown}");
    }
    let nothing = Received::new("POST", PATH, "Bearer", b"", at(NOW));
    assert!(expected(&nothing, &MERCHANT).is_err());
    assert!(!format!("{nothing:?}").contains("Bearer"));
}

/// Returns a request's required headers. `more` replaces or removes some of them.
fn with_headers(authorization: &str, more: &[(&'static str, &str)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let usual = [("user-agent", "test"), ("accept", "*/*"), ("content-type", "application/json")];
    for (name, value) in usual.iter().chain([&("authorization", authorization)]).chain(more) {
        if value.is_empty() {
            headers.remove(*name)
        } else {
            headers.insert(*name, HeaderValue::from_bytes(value.as_bytes()).unwrap())
        };
    }
    headers
}

/// Returns `(cause, headers, verdict)` for the token request with a correct signature, which the service rejects for
/// its headers.
fn rejected_for_headers() -> Vec<(&'static str, HeaderMap, Verdict)> {
    let good = header(&signature());
    let right = Verdict::SignatureRight;
    vec![
        ("accept_or_user_agent", with_headers(&good, &[("user-agent", "")]), right),
        ("accept_or_user_agent", with_headers(&good, &[("accept", "text/html")]), right),
        ("content_type", with_headers(&good, &[("content-type", "application/json, charset=UTF-8")]), right),
        ("content_type", with_headers(&good, &[("content-type", "")]), right),
        ("authorization_missing", with_headers("", &[]), Verdict::Unchecked),
        (
            "authorization_numbered",
            with_headers("", &[("0", &format!("Authorization: {good}"))]),
            Verdict::Explained,
        ),
        ("caller_wrong", with_headers(&good.replace("1900000001", "1004"), &[]), Verdict::Explained),
    ]
}

#[test]
fn a_right_signature_is_not_all_that_the_service_checks() {
    let keys = keys().of_caller("1900000001");
    let judge = |headers: &HeaderMap| {
        explain(&Received::with_headers("POST", PATH, headers, BODY.as_bytes(), at(NOW)), &keys)
    };
    let accepted = judge(&with_headers(&header(&signature()), &[]));
    assert_eq!((accepted.verdict, ids(&accepted)), (Verdict::Accepted, vec![]));
    for (cause, headers, verdict) in rejected_for_headers() {
        let explanation = judge(&headers);
        assert_eq!((ids(&explanation), explanation.verdict), (vec![cause], verdict));
    }
    let brand = judge(&rejected_for_headers().pop().unwrap().1);
    assert!(brand.to_string().contains("1004; the certificate is 1900000001's"), "{brand}");
}

/// `(cause, method, target, body, detail)` of a request with a correct signature and all headers that the service
/// rejects.
type Rejected = (&'static str, &'static str, &'static str, &'static str, &'static str);
const REJECTED: [Rejected; 9] = [
    ("parameters", "POST", PATH, r#"{"brand_id":"1004","card_id":"c"}"#, "/body/openid"),
    ("parameters", "POST", PATH, "{", "/body"),
    ("parameters", "POST", PATH, "", "body"),
    (
        "parameters",
        "POST",
        PATH,
        r#"{"brand_id":"1004","card_id":"c","openid":"o","payer":{"x":1}}"#,
        "document of this API does not define: /body/payer",
    ),
    ("parameters", "GET", "/v3/brand/partner/card-member/cards/c?brand_id=1004&x=1", "", "/query/x"),
    ("endpoint_unknown", "POST", "/v3/brand/partner/card-member/open-user-card-tokensx", BODY, "404"),
    ("endpoint_method", "PUT", PATH, BODY, "405"),
    ("wechatpay_serial_missing", "POST", CONFIRM, "{}", "400"),
    ("wechatpay_serial_missing", "POST", "/v3/security/echo", r#"{"echo_message":"hi"}"#, "400"),
];

#[test]
fn a_right_signature_over_what_the_service_rejects_is_not_called_accepted() {
    let judge = |method: &str, target: &str, body: &str, more: &[(&'static str, &str)]| {
        let authorization = header(&MERCHANT.sign(message(method, target, body).as_bytes()));
        let headers = with_headers(&authorization, more);
        explain(&Received::with_headers(method, target, &headers, body.as_bytes(), at(NOW)), &keys())
    };
    for (cause, method, target, body, detail) in REJECTED {
        let explanation = judge(method, target, body, &[]);
        assert_eq!(
            (ids(&explanation), explanation.verdict),
            (vec![cause], Verdict::SignatureRight),
            "{body}"
        );
        assert!(explanation.to_string().contains(detail), "{explanation}");
    }
    // A sensitive field is decrypted with the key that the header names, and this key is unknown here.
    let echo = r#"{"echo_message":"hi","encrypted_echo_message":"c2VhbGVk"}"#;
    let encrypted = judge("POST", "/v3/security/echo", echo, &[("wechatpay-serial", "PUB_KEY_ID_0")]);
    assert_eq!(encrypted.verdict, Verdict::Accepted, "{encrypted}");
    let other = judge("POST", "/v3/pay/transactions/jsapi", "{}", &[]);
    assert_eq!((other.verdict, other.remarks[0].cause.id), (Verdict::Accepted, "endpoint_of_other_api"));
}

#[test]
fn a_certificate_outside_its_validity_is_named() {
    let serial = SerialNo::new(SERIAL).unwrap();
    let within = |from: i64, end: i64| {
        let validity = Validity::new(at(from), at(end));
        Keys::new().with_caller_within(serial.clone(), MERCHANT.public_key(), validity)
    };
    let until = |end| within(0, end);
    let header = header(&signature());
    let received = || Received::new("POST", PATH, &header, BODY.as_bytes(), at(NOW));
    assert_eq!(explain(&received(), &until(NOW)).verdict, Verdict::Accepted);
    let expired = explain(&received(), &until(NOW - 1));
    assert_eq!((ids(&expired), expired.verdict), (vec!["certificate_expired"], Verdict::Explained));
    assert_eq!(explain(&received(), &within(NOW, NOW + 9)).verdict, Verdict::Accepted);
    let early = explain(&received(), &within(NOW + 1, NOW + 9));
    assert_eq!((ids(&early), early.verdict), (vec!["certificate_not_yet_valid"], Verdict::Explained));
    // The certificate was valid when the request was signed.
    let later = Received::new("POST", PATH, &header, BODY.as_bytes(), at(NOW + 99_999)).at_its_own_time();
    assert_eq!(explain(&later, &until(NOW)).verdict, Verdict::Accepted);
}

#[test]
fn a_saved_request_is_judged_at_its_own_time() {
    let header = header(&MERCHANT.sign(message("POST", PATH, BODY).trim_end().as_bytes()));
    let received = |later: i64| Received::new("POST", PATH, &header, BODY.as_bytes(), at(NOW + later));
    let explanation = explain(&received(2400).at_its_own_time(), &keys());
    assert_eq!(ids(&explanation), ["last_line_feed_missing"]);
    assert_eq!(explanation.remarks[0].cause.id, "request_age");
    assert!(explanation.to_string().contains("40 minutes ago"), "{explanation}");
    assert!(format!("{explanation:#}").contains("40 分钟前"), "{explanation:#}");
    assert_eq!(
        ids(&explain(&received(2400), &keys())),
        ["timestamp_outside_window", "last_line_feed_missing"]
    );
    assert!(explain(&received(299).at_its_own_time(), &keys()).remarks.is_empty());
}

const UPLOAD: &str = "/v3/marketing/favor/media/image-upload";
/// The digest of `PNG`, the whole file of these uploads.
const META: &str =
    r#"{"filename":"a.png","sha256":"796120837694d3f3f29259cfeb25091698c2a0aa87873658d840b4993ee889b3"}"#;

fn form(meta_headers: &str) -> String {
    format!(
        "--b\r\nContent-Disposition: form-data; name=\"meta\"{meta_headers}\r\n\r\n{META}\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\nContent-Type: image/png\r\n\r\nPNG\r\n--b--\r\n"
    )
}

/// `(causes, remarks, Content-Type, form, signed)`.
type UploadCase = (Vec<&'static str>, Vec<&'static str>, &'static str, String, String);

fn uploads() -> Vec<UploadCase> {
    let good = "multipart/form-data; boundary=b";
    let python = META.replace("\":", "\": ").replace(",\"", ", \"");
    vec![
        (vec![], vec![], good, form(""), META.to_owned()),
        (vec!["form_signed"], vec![], good, form(""), form("")),
        (vec!["file_signed"], vec![], good, form(""), "PNG".to_owned()),
        (vec!["body_python_separators_signed"], vec![], good, form(""), python),
        (vec!["body_left_out"], vec![], good, form(""), String::new()),
        (
            vec!["upload_boundary_quoted"],
            vec![],
            "multipart/form-data; boundary=\"b\"",
            form(""),
            META.to_owned(),
        ),
        (vec![], vec!["upload_boundary_missing"], "multipart/form-data", form(""), META.to_owned()),
        (vec!["upload_meta_has_file_name"], vec![], good, form("; filename=\"m.json\""), META.to_owned()),
        (
            vec!["upload_boundary_not_in_body"],
            vec![],
            "multipart/form-data; boundary=z",
            form(""),
            META.to_owned(),
        ),
        (vec!["upload_not_form"], vec![], "application/json", META.to_owned(), META.to_owned()),
    ]
}

#[test]
fn an_upload_is_read_as_the_service_reads_it() {
    for (causes, remarks, content_type, form, signed) in uploads() {
        let header = header(&MERCHANT.sign(message("POST", UPLOAD, &signed).as_bytes()));
        let headers = with_headers(&header, &[("content-type", content_type)]);
        let explanation =
            explain(&Received::with_headers("POST", UPLOAD, &headers, form.as_bytes(), at(NOW)), &keys());
        assert_eq!(ids(&explanation), causes, "{content_type} {form}");
        let said: Vec<_> = explanation.remarks.iter().map(|remark| remark.cause.id).collect();
        assert_eq!(said, remarks, "{content_type}");
        // The service verifies the signature over the meta or an empty body, never over the form.
        let information = explanation.sign_information.unwrap();
        assert!(!information.truncated_sign_message.contains("--b"), "{information:?}");
    }
}

/// Returns `(cause, sent, signed)` with bodies in different encodings.
fn encodings() -> Vec<(&'static str, Vec<u8>, Vec<u8>)> {
    let text = r#"{"a":"会员"}"#;
    let gbk = b"{\"a\":\"\xbb\xe1\xd4\xb1\"}".to_vec();
    let utf_16 = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    vec![
        ("body_gbk_signed", text.into(), gbk.clone()),
        ("body_gbk_sent", gbk, text.into()),
        ("body_read_as_gbk_signed", text.into(), "{\"a\":\"浼氬憳\"}".into()),
        ("body_utf_16_signed", text.into(), utf_16),
    ]
}

#[test]
fn bodies_in_other_encodings_are_named() {
    for (cause, sent, signed) in encodings() {
        let mut message = message("POST", PATH, "").into_bytes();
        message.pop();
        let header = header(&MERCHANT.sign(&[message, signed, b"\n".to_vec()].concat()));
        let explanation = explain(&Received::new("POST", PATH, &header, &sent, at(NOW)), &keys());
        assert_eq!(ids(&explanation), [cause]);
    }
}

/// Tests `(cause, signature)` with signatures of something other than the message's SHA-256 digest.
#[test]
fn another_hash_is_named_whatever_was_signed() {
    for (cause, signature) in [
        ("signed_with_md5", include_str!("../../../vectors/mistaken/md5.txt")),
        ("signed_with_sha224", include_str!("../../../vectors/mistaken/sha224.txt")),
        ("signed_without_digest_info", include_str!("../../../vectors/mistaken/bare_digest.txt")),
        ("signed_with_pss", include_str!("../../../vectors/mistaken/pss_longest_salt.txt")),
    ] {
        let header = header(signature.trim_end()).replace(NONCE, "593BEC0C930BF1AFEB40B4A08C8FB242");
        assert_eq!(ids(&founding(&header)), [cause]);
        if cause != "signed_with_pss" {
            let other = judge("POST", PATH, "{}", &header);
            assert_eq!(ids(&other)[0], cause);
            assert_eq!(other.verdict, Verdict::Unexplained);
        }
    }
}

/// A cause without a case here would be untested.
#[test]
fn every_cause_has_a_case_and_both_languages() {
    let mut tried: BTreeSet<&str> = wrong_messages().iter().flat_map(|case| case.causes.clone()).collect();
    tried.extend(wrong_headers().iter().map(|case| case.0));
    tried.extend(wrong_serials().iter().map(|case| case.0));
    tried.extend(wrong_signatures().iter().map(|case| case.0));
    tried.extend(no_signatures().iter().map(|case| case.0));
    tried.extend(wrong_times().iter().flat_map(|case| case.0.clone()));
    tried.extend(rejected_for_headers().iter().map(|case| case.0));
    tried.extend(REJECTED.iter().map(|case| case.0));
    // Cases of `a_right_signature_over_what_the_service_rejects_is_not_called_accepted`.
    tried.insert("endpoint_of_other_api");
    tried.extend(uploads().iter().flat_map(|case| [case.0.clone(), case.1.clone()].concat()));
    tried.extend(encodings().iter().map(|case| case.0));
    // Cases of `what_fits_nothing_is_said_so`.
    tried.extend(["body_lost", "body_question_marks", "placeholder_sent", "message_other", "key_unknown"]);
    // Cases of `tests/explain_incomplete.rs`.
    tried.insert("key_known");
    // Cases of `another_hash_is_named_whatever_was_signed`.
    tried.extend(["signed_with_md5", "signed_with_sha224", "signed_without_digest_info"]);
    // Cases of `a_certificate_outside_its_validity_is_named`, `a_saved_request_is_judged_at_its_own_time`,
    // `each_wrong_serial_is_named`.
    tried.extend(["certificate_expired", "certificate_not_yet_valid", "request_age", "serial_lower_case"]);
    // The tests of `form` cover every oddity of an upload.
    tried.extend(causes().map(|cause| cause.id).filter(|id| id.starts_with("upload_")));
    let named: Vec<_> = causes().map(|cause| cause.id).collect();
    assert_eq!(
        named.len(),
        tried.len(),
        "{:?}",
        tried.symmetric_difference(&named.iter().copied().collect())
    );
    assert_eq!(named.iter().copied().collect::<BTreeSet<_>>(), tried);
    for cause in causes() {
        for words in [&cause.name, &cause.advice] {
            assert!(!words.en().is_empty() && !words.zh().is_ascii(), "{}", cause.id);
        }
    }
}

/// Long bodies get fewer trials. None takes long or panics.
#[test]
fn long_and_odd_bodies_are_bounded() {
    let header = header(&MERCHANT.sign(b"something else"));
    let nested = format!("{}1{}", "[".repeat(120), "]".repeat(120));
    let long = format!("{{\"a\":\"{}\"}}", "会<\\/".repeat(130_000));
    for body in [nested.as_bytes(), long.as_bytes(), b"\xff\\u", b"\\", "\\会\\ud83d\\u00".as_bytes()] {
        let explanation = explain(&Received::new("POST", "/%E4%", &header, body, at(NOW)), &keys());
        assert_eq!(explanation.verdict, Verdict::Unexplained);
        assert!(explanation.trials <= 100_000);
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(16))]

    #[test]
    fn no_header_makes_it_panic(text in "\\PC*", target in "\\PC{0,20}", body: Vec<u8>) {
        for header in [text.clone(), header("c2ln").replace("c2ln", &text)] {
            let received = Received::new("POST", &target, &header, &body, at(NOW));
            let explanation = explain(&received, &Keys::new().with_caller(None, MERCHANT.public_key()));
            let _ = format!("{explanation} {explanation:#}");
        }
    }
}
