//! Tests of bad input: every request that is rejected for its form or its signature, in the order of the service's
//! checks, and unusual requests that must be accepted.

use crate::common::*;
use http::header::{ACCEPT, ACCEPT_LANGUAGE, AUTHORIZATION, CONTENT_TYPE, USER_AGENT};
use http::{HeaderValue, Method, Request};
use ruhui_core::api::{Row, rows};
use ruhui_core::sign::{Scheme, header};
use ruhui_core::wire::UnknownMembers;
use serde_json::{Value, json};

/// Whether a request is authenticated, which decides whether its response is signed. Before authentication no response
/// is signed. After it every response is signed, except those of the general parameter check, which have tests of their
/// own.
#[derive(Clone, Copy, PartialEq)]
enum Authenticated {
    No,
    As(Scheme),
}
use Authenticated::{As, No};

type Bytes = Vec<u8>;

/// Asserts for each request that the response is the row, that its message has the words in the third position, that it
/// has no `detail`, and that the request has no effect.
async fn rejected<'a>(
    world: &TestService,
    row: &Row,
    authenticated: Authenticated,
    cases: impl IntoIterator<Item = (&'a str, Request<Bytes>, &'a str)>,
) {
    for (what, request, named) in cases {
        println!("{}: {what}", row.name);
        let response = world.send(request).await;
        response.answers(row);
        assert!(response.message().contains(named), "{}", response.message());
        assert_eq!(response.json().get("detail"), None);
        encrypted(&response, authenticated);
        assert_eq!(world.tokens().await.len(), 0);
    }
}

fn encrypted(response: &Response, authenticated: Authenticated) {
    match authenticated {
        No => response.unsigned(),
        As(scheme) => response.signed_as(scheme),
    }
}

const PATHS: [(&str, &str); 5] = [
    ("POST", "/v3/brand/partner/card-member/open-user-card-tokens"),
    ("POST", "/v3/brand/partner/card-member/pre-auth-tokens"),
    ("POST", "/brand/card-member/pre-auth-tokens"),
    ("GET", "/v3/certificates"),
    ("POST", "/v3/security/echo"),
];

#[tokio::test]
async fn an_unknown_path_is_404_without_a_body() {
    let world = TestService::new().await;
    let mut paths: Vec<String> = ["/", "/v3", "/v3/brand/partner/card-member", "/v3/unknown", "/readyz", "*"]
        .map(str::to_owned)
        .into();
    for (_, path) in PATHS {
        paths.extend([
            format!("{path}/"),
            format!("/{path}"),
            path.replacen("/", "//", 2).replacen("//", "/", 1),
            path.replacen("/", "/./", 2),
            path.to_uppercase(),
            path.replace("card", "c%61rd").replace("v3/c", "v3/%63").replace("echo", "%65cho"),
            path.replace('-', "%2D").replace("v3/", "v3%2F"),
            format!("{path}%00"),
            format!("{path}%FF"),
        ]);
    }
    for path in paths {
        for draft in [world.founding(), world.certificates()] {
            let response = world.send(draft.with(|draft| draft.target.clone_from(&path)).sign()).await;
            assert_eq!((response.status.as_u16(), &response.body[..]), (404, &b""[..]), "{path}");
            response.unsigned();
        }
    }
    assert_eq!(world.tokens().await.len(), 0);
}

#[tokio::test]
async fn a_wrong_method_is_405_without_a_body() {
    let world = TestService::new().await;
    for (right, path) in PATHS {
        let drafts = [world.founding(), world.brand()];
        for method in
            ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PURGE"]
        {
            if method == right {
                continue;
            }
            for draft in &drafts {
                let draft = draft.clone().with(|draft| {
                    draft.method = Method::from_bytes(method.as_bytes()).unwrap();
                    path.clone_into(&mut draft.target);
                });
                let response = world.send(draft.sign()).await;
                let said = (response.status.as_u16(), &response.body[..]);
                assert_eq!(said, (405, &b""[..]), "{method} {path}");
                response.unsigned();
            }
        }
    }
    assert_eq!(world.tokens().await.len(), 0);
}

#[tokio::test]
async fn body_too_large() {
    let world = TestService::new().await;
    let padded = |size: usize| {
        let body = world.founding().body;
        let pad = " ".repeat(size - body.len());
        world.founding().body([&body[..], pad.as_bytes()].concat()).sign()
    };
    rejected(
        &world,
        &rows::BODY_TOO_LARGE,
        No,
        [
            ("one byte over 1 MiB", padded((1 << 20) + 1), "包体"),
            ("10 MB", padded(10_000_000), "包体"),
            ("beyond what is drained", padded((16 << 20) + 1), "包体"),
        ],
    )
    .await;
    world.token(padded(1 << 20)).await;
}

#[tokio::test]
async fn accept_or_user_agent_missing() {
    let world = TestService::new().await;
    let cases = [
        ("no Accept", world.founding().without(ACCEPT).sign(), "（缺少 Accept）"),
        ("an empty Accept", world.founding().header(ACCEPT, "").sign(), "（缺少 Accept）"),
        ("no User-Agent", world.founding().without(USER_AGENT).sign(), "（缺少 User-Agent）"),
        ("an empty User-Agent", world.brand().header(USER_AGENT, " ").sign(), "（缺少 User-Agent）"),
        ("neither", world.certificates().without(ACCEPT).without(USER_AGENT).sign(), "（两者均缺少）"),
    ];
    rejected(&world, &rows::ACCEPT_OR_USER_AGENT_MISSING, No, cases).await;
}

#[tokio::test]
async fn accept_excludes_json() {
    let world = TestService::new().await;
    let cases = ["text/html", "application/xml, text/*", "application/json;q=0"];
    let cases = cases.map(|said| (said, world.founding().header(ACCEPT, said).sign(), said));
    rejected(&world, &rows::ACCEPT_EXCLUDES_JSON, No, cases).await;
}

#[tokio::test]
async fn authorization_missing() {
    let world = TestService::new().await;
    let cases = [
        ("a write", world.founding().bare(), "Authorization"),
        ("a query", world.certificates().bare(), "Authorization"),
        ("a brand's call", world.brand().bare(), "Authorization"),
        ("an empty header", world.founding().carry(""), "Authorization"),
    ];
    rejected(&world, &rows::AUTHORIZATION_MISSING, No, cases).await;
}

#[tokio::test]
async fn scheme_wrong() {
    let world = TestService::new().await;
    let fields = world.founding().fields();
    let values = [
        ("Bearer", "Bearer abc".to_owned()),
        ("Basic", "Basic dXNlcjpwYXNz".to_owned()),
        ("no scheme", authorization_of("", &fields)),
        ("the scheme alone", "WECHATPAY2-SHA256-RSA2048".to_owned()),
        ("in lower case", authorization_of("wechatpay2-sha256-rsa2048", &fields)),
        ("misspelt", authorization_of("WECHATPAY-SHA256-RSA2048", &fields)),
        ("SM2", authorization_of("WECHATPAY2-SM2-WITH-SM3", &fields)),
        ("run into the fields", authorization_of("WECHATPAY2-SHA256-RSA2048", &fields).replacen(' ', "", 1)),
        ("its own name in front", format!("Authorization: {}", authorization_of("WECHATPAY2", &fields))),
    ];
    let cases = values.map(|(what, value)| (what, world.founding().carry(&value), "Authorization"));
    rejected(&world, &rows::SCHEME_WRONG, No, cases).await;

    let elsewhere = |draft: Draft, path: &str| draft.with(|draft| path.clone_into(&mut draft.target)).sign();
    let cases = [
        (
            "a brand's on a merchant's path",
            elsewhere(world.brand(), PATHS[1].1),
            "须使用 WECHATPAY2-SHA256-RSA2048",
        ),
        (
            "a merchant's on a brand's path",
            elsewhere(world.current(), PATHS[2].1),
            "须使用 WECHATPAY-BRAND-SHA256-RSA2048",
        ),
    ];
    rejected(&world, &rows::SCHEME_WRONG, No, cases).await;
}

#[tokio::test]
async fn authorization_malformed_by_each_field() {
    let world = TestService::new().await;
    for draft in [world.founding(), world.brand()] {
        let good = draft.fields();
        for (index, (name, value)) in good.iter().enumerate() {
            let set = |value: &str| {
                let mut fields = good.clone();
                value.clone_into(&mut fields[index].1);
                draft.carry(&authorization_of(draft.scheme, &fields))
            };
            let mut fields = good.clone();
            fields.remove(index);
            let missing = draft.carry(&authorization_of(draft.scheme, &fields));
            let mut fields = good.clone();
            fields.push((name.clone(), value.clone()));
            let doubled = draft.carry(&authorization_of(draft.scheme, &fields));
            let over_long = match name.as_str() {
                "nonce_str" => 129,
                "signature" => 1369,
                "timestamp" => 14,
                "serial_no" => 65,
                _ => 33,
            };
            let cases = [
                ("missing", missing, name.as_str()),
                ("empty", set(""), name),
                ("doubled", doubled, name),
                ("over-long", set(&"1".repeat(over_long)), name),
                ("10,000 characters", set(&"1".repeat(10_000)), name),
                // The quote breaks the list itself, so the message names the position.
                ("a quote inside", set(&format!("{}\"{}", &value[..2], &value[2..])), "Authorization 第 "),
            ];
            rejected(&world, &rows::AUTHORIZATION_MALFORMED, No, cases).await;
        }
    }
}

#[tokio::test]
async fn authorization_malformed_as_a_whole() {
    let world = TestService::new().await;
    let draft = world.founding();
    let good = authorization_of(draft.scheme, &draft.fields());
    let field = |change: &dyn Fn(&mut Draft)| draft.clone().with(|draft| change(draft)).sign();
    let mut twice = draft.sign();
    twice.headers_mut().append(AUTHORIZATION, HeaderValue::from_str(&good).unwrap());
    let mut chinese = draft.sign();
    chinese
        .headers_mut()
        .insert(AUTHORIZATION, HeaderValue::from_bytes(good.replace('"', "“").as_bytes()).unwrap());
    let cases = [
        ("two headers", twice, "Authorization 重复"),
        ("Chinese quotes", chinese, "Authorization 含有"),
        ("single quotes", draft.carry(&good.replace('"', "'")), "Authorization 第 "),
        ("no quotes", draft.carry(&good.replace('"', "")), "Authorization 第 "),
        ("no commas", draft.carry(&good.replace(',', " ")), "Authorization 第 "),
        ("a comma at the end", draft.carry(&format!("{good},")), "Authorization 第 "),
        ("no fields", draft.carry("WECHATPAY2-SHA256-RSA2048 "), "Authorization"),
        ("a brand_id for the mchid", draft.carry(&good.replace("mchid", "brand_id")), "mchid 缺失"),
        (
            "a blank in the nonce's name",
            draft.carry(&good.replace("nonce_str", "nonce str")),
            "Authorization 第 ",
        ),
        ("timestamp in milliseconds", field(&|d| d.timestamp += "000"), "timestamp 单位为毫秒，应为秒"),
        ("negative timestamp", field(&|d| d.timestamp.insert(0, '-')), "timestamp 不是以秒为单位"),
        ("timestamp with a sign", field(&|d| d.timestamp.insert(0, '+')), "timestamp 不是以秒为单位"),
        ("timestamp with a fraction", field(&|d| d.timestamp += ".0"), "timestamp 不是以秒为单位"),
        ("timestamp in words", field(&|d| d.timestamp = "now".to_owned()), "timestamp 不是以秒为单位"),
        ("serial_no with colons", field(&|d| d.serial_no = "1D:DE".to_owned()), "serial_no 第 3 个字符"),
    ];
    rejected(&world, &rows::AUTHORIZATION_MALFORMED, No, cases).await;
}

#[tokio::test]
async fn timestamp_outside_window() {
    let world = TestService::new().await;
    let at = |timestamp: i64| world.founding().with(|draft| draft.timestamp = timestamp.to_string()).sign();
    let cases = [
        ("301 s old", at(NOW - 301), "timestamp 比服务器时间早 301 秒"),
        ("301 s ahead", at(NOW + 301), "timestamp 比服务器时间晚 301 秒"),
        ("eight hours ahead: a time zone", at(NOW + 8 * 3600), "timestamp 比服务器时间晚 28800 秒"),
        ("1970", at(0), "timestamp 比服务器时间早 "),
        ("the year 33658", at(999_999_999_999), "timestamp 比服务器时间晚 "),
    ];
    rejected(&world, &rows::TIMESTAMP_OUTSIDE_WINDOW, No, cases).await;

    // The window uses wire time: moving a sandbox's business clock locks no client out.
    world.business.advance(jiff::SignedDuration::from_hours(24 * 365));
    world.token(at(NOW)).await;
}

#[tokio::test]
async fn caller_unknown() {
    let world = TestService::new().await;
    let cases = [
        (
            "a merchant",
            world.founding().with(|draft| draft.caller.1 = "1900009999".to_owned()).sign(),
            "mchid 1900009999",
        ),
        // This brand is provisioned, but has no certificate.
        ("a brand", world.brand().with(|draft| draft.caller.1 = "1005".to_owned()).sign(), "brand_id 1005"),
        (
            "a brand's id as mchid",
            world.founding().with(|draft| draft.caller.1 = "1004".to_owned()).sign(),
            "mchid 1004",
        ),
    ];
    rejected(&world, &rows::CALLER_UNKNOWN, No, cases).await;
}

#[tokio::test]
async fn serial_wrong() {
    let world = TestService::new().await;
    let with =
        |serial_no: &str| world.founding().with(|draft| serial_no.clone_into(&mut draft.serial_no)).sign();
    let cases = [
        (
            "unknown",
            with("5157F09EFDC096DE15EBE81A47057A7232F1B8E1"),
            "serial_no 5157F09EFDC096DE15EBE81A47057A7232F1B8E1",
        ),
        ("without its first digit", with(&SERIAL_NO[1..]), "serial_no DDE55AD9"),
        ("another merchant's", with(OTHER_SERIAL_NO), "serial_no 3C1A"),
        ("the platform certificate's", with(PLATFORM_SERIAL), "serial_no 7132"),
        ("the public key's id", with(PUBLIC_KEY_ID), "serial_no 是微信支付公钥ID"),
    ];
    rejected(&world, &rows::SERIAL_WRONG, No, cases).await;
}

#[tokio::test]
async fn certificate_not_yet_valid() {
    let world = TestService::new().await;
    // The certificate is a day old; `certificate` sets its beginning.
    let other = |nonce: &str, ahead: i64| {
        world.founding().by_other_merchant().with(|draft| {
            nonce.clone_into(&mut draft.nonce_str);
            draft.timestamp = (NOW - 86_400 + ahead).to_string();
        })
    };
    world.pass(-86_401);
    let cases = [("a second before its first", other("n", -1).sign(), "证书尚未生效")];
    rejected(&world, &rows::CERTIFICATE_NOT_YET_VALID, No, cases).await;
    world.pass(1);
    world.send(other("m", 0).sign()).await.answers(&rows::TEMPLATE_NOT_OF_BRAND);
}

#[tokio::test]
async fn certificate_expired() {
    let world = TestService::new().await;
    let other = |nonce: &str| {
        world.founding().by_other_merchant().with(|draft| {
            nonce.clone_into(&mut draft.nonce_str);
            draft.timestamp = (NOW + 86_401).to_string();
        })
    };
    world.pass(86_401);
    let cases = [("a second after its last", other("n").sign(), "证书已过期")];
    rejected(&world, &rows::CERTIFICATE_EXPIRED, No, cases).await;
    // The certificate is valid to the end of its last second.
    world.wire.advance(jiff::SignedDuration::from_millis(-1));
    world.send(other("m").sign()).await.answers(&rows::TEMPLATE_NOT_OF_BRAND);
}

#[tokio::test]
async fn signature_mismatch() {
    let world = TestService::new().await;
    let draft = || world.founding();
    let resign = |change: fn(&str) -> String| {
        let draft = draft();
        let mut fields = draft.fields();
        fields[2].1 = change(&fields[2].1);
        draft.carry(&authorization_of(draft.scheme, &fields))
    };
    // Signs the request after `signed` has changed it, and sends it unchanged.
    let over = |signed: &dyn Fn(&mut Draft)| {
        let sent = draft();
        sent.carry(&authorization_of(sent.scheme, &sent.clone().with(|draft| signed(draft)).fields()))
    };
    let cases = [
        ("another merchant's key", over(&|d| d.key = &BRAND)),
        ("another body", over(&|d| d.body.push(b' '))),
        ("an empty body", over(&|d| d.body.clear())),
        ("another path", over(&|d| PATHS[1].1.clone_into(&mut d.target))),
        ("a query", over(&|d| d.target += "?a=1")),
        ("the host too", over(&|d| d.target.insert_str(0, "https://api.mch.weixin.qq.com"))),
        ("another method", over(&|d| d.method = Method::PUT)),
        ("another timestamp", {
            let sent = draft().with(|draft| draft.timestamp = (NOW - 1).to_string());
            let mut fields = sent.fields();
            fields[3].1 = NOW.to_string();
            sent.carry(&authorization_of(sent.scheme, &fields))
        }),
        ("another nonce", {
            let sent = draft();
            let mut fields = sent.fields();
            fields[1].1.push('x');
            sent.carry(&authorization_of(sent.scheme, &fields))
        }),
        ("not Base64", resign(|text| text.replace(|c: char| c.is_ascii_digit(), "*"))),
        ("Base64 for URLs", resign(|text| text.replace('+', "-").replace('/', "_"))),
        ("not padded", resign(|text| text.trim_end_matches('=').to_owned())),
        ("hexadecimal", resign(|_| "ab".repeat(256))),
        ("truncated", resign(|text| text[..340].to_owned())),
        ("one character", resign(|text| text[..1].to_owned())),
        ("a probe", resign(|text| format!("WECHATPAY/SIGNTEST/{}", &text[19..]))),
        ("a probe in front", resign(|text| format!("WECHATPAY/SIGNTEST/{text}"))),
    ];
    for (what, request) in cases {
        println!("signature_mismatch: {what}");
        let nonce = request.headers()[AUTHORIZATION].to_str().unwrap().split('"').nth(3).unwrap().to_owned();
        let response = world.send(request).await;
        response.answers(&rows::SIGNATURE_MISMATCH);
        response.unsigned();
        let message = draft().with(|draft| draft.nonce_str = nonce.clone()).message();
        let detail = json!({
            "detail": { "issue": "sign not match" },
            "field": "signature",
            "location": "authorization",
            "sign_information": {
                "method": "POST",
                "sign_message_length": message.len(),
                "truncated_sign_message":
                    format!("POST\n{}\n{NOW}\n{nonce}\n{{\"brand_\n", PATHS[0].1),
                "url": PATHS[0].1,
            },
        });
        assert_eq!(response.json()["detail"], detail);
        assert_eq!(world.tokens().await.len(), 0);
    }
}

/// The query that was received is part of the signed target.
#[tokio::test]
async fn a_query_that_was_not_signed_is_a_signature_mismatch() {
    let world = TestService::new().await;
    let mut request = world.founding().sign();
    *request.uri_mut() = format!("{}?a=1", PATHS[0].1).parse().unwrap();
    let response = world.send(request).await;
    response.answers(&rows::SIGNATURE_MISMATCH);
    assert_eq!(response.json()["detail"]["sign_information"]["url"], format!("{}?a=1", PATHS[0].1));
    assert_eq!(world.tokens().await.len(), 0);
}

#[tokio::test]
async fn content_type_wrong() {
    let world = TestService::new().await;
    let said = [
        "text/json",
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=b",
        "application/jsonp",
        "application/json, text/plain",
        "application/json, charset=UTF-8",
        "json",
    ];
    let mut doubled = world.founding().sign();
    doubled.headers_mut().append(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let mut cases: Vec<_> =
        said.map(|said| (said, world.founding().header(CONTENT_TYPE, said).sign(), said)).into();
    cases.push(("missing", world.founding().without(CONTENT_TYPE).sign(), "（缺少 Content-Type）"));
    cases.push(("empty", world.founding().header(CONTENT_TYPE, "").sign(), "（缺少 Content-Type）"));
    cases.push(("twice", doubled, "Content-Type 重复，收到 application/json | application/json"));
    rejected(&world, &rows::CONTENT_TYPE_WRONG, As(Scheme::Merchant), cases).await;
}

/// A bad body: its name, its bytes, `detail`'s field, `detail`'s value, and words of the message.
type BodyCase<'a> = (&'a str, Bytes, &'a str, Option<Value>, &'a str);

/// Asserts that a response comes from the general parameter check: it is unsigned, and its Request-ID shows the result.
fn unsigned_parameter_error(response: &Response, results: &[&str]) {
    response.answers(&rows::PARAMETER_WRONG);
    response.unsigned();
    let id = response.header("request-id");
    assert!(results.iter().any(|result| id.ends_with(result)), "{id} {}", response.text());
}

const WRONG: &str = "-268435461";
const TOO_LONG: &str = "-268435462";
const TOO_SHORT: &str = "-268435463";
const OUT_OF_RANGE: &str = "-268435464";

async fn parameter_wrong(world: &TestService, draft: impl Fn() -> Draft, cases: &[BodyCase<'_>]) {
    for (what, body, field, value, named) in cases {
        println!("parameter_wrong: {what}");
        let response = world.send(draft().body(body.clone()).sign()).await;
        let result = match *what {
            what if what.contains("over") => TOO_LONG,
            "an empty text" => TOO_SHORT,
            _ => WRONG,
        };
        unsigned_parameter_error(&response, &[result]);
        let message = response.message();
        assert!(message.contains(named), "{message}");
        let mut detail = response.json()["detail"].clone();
        let issue = detail.as_object_mut().unwrap().remove("issue").unwrap();
        assert!(message.ends_with(issue.as_str().unwrap()), "{message}: {issue}");
        let mut wanted = json!({ "field": field, "location": "body" });
        if let Some(value) = value {
            wanted["value"] = value.clone();
        }
        assert_eq!(detail, wanted);
        assert_eq!(world.tokens().await.len(), 0);
    }
}

#[tokio::test]
async fn parameter_wrong_in_the_body_as_a_whole() {
    let world = TestService::new().await;
    let good = world.founding().body;
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    let deep_objects = format!("{}1{}", "{\"a\":".repeat(10_000), "}".repeat(10_000));
    let deep_inside = String::from_utf8(good.clone()).unwrap().replacen('{', &format!("{{\"x\":{deep},"), 1);
    let cases: Vec<BodyCase<'_>> = vec![
        ("empty", b"".to_vec(), "", None, "请求包体为空"),
        ("blank", b" \n".to_vec(), "", None, "/body"),
        ("not JSON", b"brand_id=1004&card_id=c".to_vec(), "", None, "/body"),
        ("cut off", good[..good.len() - 1].to_vec(), "", None, "/body"),
        ("two values", [&good[..], &good].concat(), "", None, "/body"),
        ("a comma too many", b"{\"brand_id\":\"1004\",}".to_vec(), "", None, "/body"),
        ("single quotes", b"{'brand_id':'1004'}".to_vec(), "", None, "/body"),
        ("NaN", b"{\"brand_id\":NaN}".to_vec(), "", None, "/body"),
        ("a lone surrogate", b"{\"brand_id\":\"\\ud83d\"}".to_vec(), "", None, "/body"),
        ("an array", [b"[", &good[..], b"]"].concat(), "", None, "/body"),
        ("null", b"null".to_vec(), "", None, "/body"),
        ("a string", b"\"x\"".to_vec(), "", Some(json!("x")), "/body"),
        ("a number", b"7".to_vec(), "", Some(json!(7)), "/body"),
        ("nested 10,000 deep", deep.into_bytes(), "", None, "嵌套层数过多"),
        ("objects nested 10,000 deep", deep_objects.into_bytes(), "", None, "嵌套层数过多"),
        ("nested in an unknown member", deep_inside.into_bytes(), "", None, "嵌套层数过多"),
        ("invalid UTF-8", b"{\"brand_id\":\"\xff\"}".to_vec(), "", None, "第 13 字节处不是 UTF-8"),
        ("GBK", b"{\"brand_id\":\"\xbb\xe1\"}".to_vec(), "", None, "不是 UTF-8"),
        ("UTF-16", "{}".encode_utf16().flat_map(u16::to_le_bytes).collect(), "", None, "/body"),
        ("a surrogate in UTF-8", b"{\"brand_id\":\"\xed\xa0\xbd\"}".to_vec(), "", None, "不是 UTF-8"),
        ("a BOM in front", [b"\xEF\xBB\xBF", &good[..]].concat(), "", None, "BOM"),
        ("a number out of all bounds", b"{\"x\":1e999}".to_vec(), "", None, "/body"),
    ];
    parameter_wrong(&world, || world.founding(), &cases).await;
}

/// Tests every member of every endpoint that creates tokens.
#[tokio::test]
async fn parameter_wrong_in_a_member() {
    let world = TestService::new().await;
    type Make = fn(&TestService) -> Draft;
    type Members<'a> = &'a [(&'a str, &'a str, usize)];
    let calls: [(Make, Members<'_>); 3] = [
        (TestService::founding, &MEMBERS),
        (TestService::current, &MEMBERS),
        (TestService::brand, &MEMBERS[1..]),
    ];
    for (make, members) in calls {
        for (name, label, limit) in members {
            let good: Value = serde_json::from_slice(&make(&world).body).unwrap();
            let set = |value: Value| {
                let mut body = good.clone();
                body[name] = value;
                body.to_string().into_bytes()
            };
            let mut without = good.clone();
            without.as_object_mut().unwrap().remove(*name);
            let text = good.to_string();
            let doubled = text.replacen('{', &format!("{{\"{name}\":\"1\","), 1);
            let escaped = doubled.replacen(name, &format!("\\u{:04x}{}", name.as_bytes()[0], &name[1..]), 1);
            let field = format!("/{name}");
            let source = format!("“/body/{name}”");
            let long = "x".repeat(limit + 1);
            let chinese = "会".repeat(limit + 1);
            let too_long = format!("字符数 {}，大于最大值 {limit}", limit + 1);
            let labelled = format!("字段“{label}”");
            let length = || Some(json!(limit + 1));
            let cases: Vec<BodyCase<'_>> = vec![
                ("missing", without.to_string().into(), &field, Some(json!("")), &labelled),
                ("an empty text", set(json!("")), &field, Some(json!(0)), "字符数 0，小于最小值 1"),
                ("null", set(Value::Null), &field, None, &source),
                ("a number", set(json!(1004)), &field, Some(json!(1004)), &labelled),
                ("a fraction", set(json!(0.5)), &field, Some(json!(0.5)), &labelled),
                ("a truth value", set(json!(true)), &field, Some(json!(true)), &source),
                ("an array", set(json!(["1004"])), &field, None, &source),
                ("an object", set(json!({})), &field, None, &source),
                ("one character over the limit", set(json!(long)), &field, length(), &too_long),
                ("one Chinese character over", set(json!(chinese)), &field, length(), &too_long),
                (
                    "a four-byte character",
                    set(json!("a😀")),
                    &field,
                    Some(json!("a😀")),
                    "UTF-8 编码超过 3 字节",
                ),
                ("a control character", set(json!("a\nb")), &field, Some(json!("a\nb")), "第 2 个字符"),
                ("NUL", set(json!("a\0")), &field, Some(json!("a\0")), "第 2 个字符"),
                ("doubled", doubled.into(), &field, None, "重复"),
                ("doubled by an escape", escaped.into(), &field, None, "重复"),
            ];
            parameter_wrong(&world, || make(&world), &cases).await;
        }
    }
}

/// Name, label and limit of each member.
const MEMBERS: [(&str, &str, usize); 3] =
    [("brand_id", "品牌ID", 32), ("card_id", "会员卡模板ID", 32), ("openid", "用户标识", 128)];

/// An error in the JSON is reported before an unknown member, even if it is inside the unknown member.
#[tokio::test]
async fn parameter_wrong_in_an_unknown_member() {
    let world = TestService::new().await;
    let text = String::from_utf8(world.founding().body).unwrap();
    let with = |member: &str| text.replacen('{', &format!("{{{member},"), 1).into_bytes();
    let cases: Vec<BodyCase<'_>> = vec![
        ("null", with("\"x\":null"), "/x", None, "“/body/x”"),
        ("null below", with("\"x\":{\"a/b\":[1,null]}"), "/x/a~1b/1", None, "“/body/x/a~1b/1”"),
        ("doubled", with("\"x\":1,\"x\":2"), "/x", None, "重复"),
    ];
    parameter_wrong(&world, || world.founding(), &cases).await;
}

#[tokio::test]
async fn unknown_members_are_rejected_and_all_are_listed() {
    let world = TestService::new().await;
    let text = String::from_utf8(world.founding().body).unwrap();
    let with = |member: &str| text.replacen('{', &format!("{{{member},"), 1);
    let body = |member: &str| world.founding().body(with(member)).sign();
    let query = |query: &str| world.founding().with(|draft| draft.target += query).sign();
    let cases = [
        ("one member", body("\"sub_openid\":\"x\""), json!(["/body/sub_openid"])),
        ("a four-byte character in it", body("\"x\":\"😀\""), json!(["/body/x"])),
        ("several, nested too", body("\"x\":{\"y\":1},\"\":\"会\""), json!(["/body/x", "/body/"])),
        ("in an array", body("\"token\":[{},{\"x\":1}]"), json!(["/body/token/1/x"])),
        (
            "another case",
            world.founding().body(text.replace("brand_id", "BRAND_ID")).sign(),
            json!(["/body/BRAND_ID"]),
        ),
        (
            "a signed query",
            query("?sub_mch_id=1&a=%E4%BC%9A&b"),
            json!(["/query/sub_mch_id", "/query/a", "/query/b"]),
        ),
        ("an earlier edition's", body("\"user_card_code\":\"1\""), json!(["/body/user_card_code"])),
    ];
    for (what, request, members) in cases {
        println!("unknown: {what}");
        let response = world.send(request).await;
        unsigned_parameter_error(&response, &[WRONG]);
        let wanted = json!({
            "code": "PARAM_ERROR",
            "message": "请求中含有未在API文档中定义的参数",
            "detail": { "location": null, "value": members },
        });
        assert_eq!(response.json(), wanted);
    }
    let english = world.founding().header(ACCEPT_LANGUAGE, "en").body(with("\"x\":1")).sign();
    assert!(world.send(english).await.message().contains("does not define"));
    assert_eq!(world.tokens().await.len(), 0);
}

#[tokio::test]
async fn unknown_members_are_ignored_where_the_setting_says_so() {
    let world = TestService::with_policy(|policy| policy.unknown_members = UnknownMembers::Accept).await;
    let text = String::from_utf8(world.founding().body).unwrap();
    let with = |member: &str| world.founding().body(text.replacen('{', &format!("{{{member},"), 1)).sign();
    world.token(with("\"x\":[1.5,true,{}],\"\":\"会\"")).await;
    world.token(with(&format!("\"x\":{}1{}", "[".repeat(126), "]".repeat(126)))).await;
    world.token(world.founding().with(|draft| draft.target += "?a=1&a=%E4%BC%9A&b").sign()).await;
    let response = world.send(with("\"x\":\"😀\"")).await;
    unsigned_parameter_error(&response, &[WRONG]);
}

#[tokio::test]
async fn a_number_out_of_range_is_answered_unsigned_in_the_words_for_numbers() {
    let world = TestService::new().await;
    let target = |limit: &str| {
        format!(
            "/v3/brand/partner/card-member/user-cards?brand_id={BRAND_ID}&openid={OPENID}&offset=0&limit={limit}"
        )
    };
    for (limit, message) in [("0", "值低于最小值 1"), ("21", "值高于最大值 20")] {
        let draft = world.certificates().with(|draft| draft.target = target(limit));
        let response = world.send(draft.sign()).await;
        unsigned_parameter_error(&response, &[OUT_OF_RANGE]);
        assert!(response.message().ends_with(message), "{}", response.message());
        assert_eq!(response.json()["detail"]["value"].to_string(), limit);
    }
}

#[tokio::test]
async fn wechatpay_serial_missing() {
    let world = TestService::new().await;
    let cases = [
        ("a brand's call", world.brand().without(header::SERIAL).sign(), "Wechatpay-Serial"),
        ("an empty header", world.brand().header(header::SERIAL, "").sign(), "Wechatpay-Serial"),
    ];
    rejected(&world, &rows::WECHATPAY_SERIAL_MISSING, As(Scheme::Brand), cases).await;
}

#[tokio::test]
async fn wechatpay_serial_wrong() {
    let world = TestService::new().await;
    let with = |serial: &str| world.brand().header(header::SERIAL, serial).sign();
    let cases = [
        ("unknown", with("PUB_KEY_ID_0"), "Wechatpay-Serial"),
        ("the merchants'", with(PUBLIC_KEY_ID), "Wechatpay-Serial"),
        ("the platform certificate's", with(PLATFORM_SERIAL), "Wechatpay-Serial"),
    ];
    rejected(&world, &rows::WECHATPAY_SERIAL_WRONG, As(Scheme::Brand), cases).await;
}

/// A request with every fault, which are corrected one by one: each fault hides the ones after it.
#[tokio::test]
async fn the_order_of_the_checks() {
    let world =
        TestService::with_policy(|policy| policy.rate_limit = ruhui_server::RateLimit::DOCUMENTED).await;
    for _ in 0..5 {
        world.send(world.brand().without(CONTENT_TYPE).sign()).await.answers(&rows::CONTENT_TYPE_WRONG);
    }
    let mut draft = world.brand().member("card_id", "unknown").without(ACCEPT).without(header::SERIAL);
    let good_body = std::mem::replace(&mut draft.body, vec![b'x'; (1 << 20) + 1]);
    draft.target.push('/');
    draft.method = Method::PUT;
    draft.headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain"));
    draft.scheme = Scheme::Merchant.as_str();
    draft.caller = ("mchid", "1".to_owned());
    draft.timestamp = "1".to_owned();
    draft.serial_no = OTHER_SERIAL_NO.to_owned();
    draft.key = &MERCHANT;

    for status in [404, 405] {
        assert_eq!(world.send(draft.bare()).await.status, status);
        match status {
            404 => assert_eq!(draft.target.pop(), Some('/')),
            _ => draft.method = Method::POST,
        }
    }
    // The rows in order, and the correction for each. A row without a correction changes the Authorization header.
    type Mend<'a> = &'a dyn Fn(&mut Draft);
    let keep: Mend<'_> = &|_| {};
    let steps: [(&Row, Option<&str>, Mend<'_>); 16] = [
        (&rows::BODY_TOO_LARGE, Some(""), &|d| d.body = b"x".to_vec()),
        (&rows::ACCEPT_OR_USER_AGENT_MISSING, Some(""), &|d| {
            d.headers.insert(ACCEPT, HeaderValue::from_static("text/html"));
        }),
        (&rows::ACCEPT_EXCLUDES_JSON, Some(""), &|d| {
            d.headers.insert(ACCEPT, HeaderValue::from_static("*/*"));
        }),
        (&rows::AUTHORIZATION_MISSING, Some(""), keep),
        (&rows::AUTHORIZATION_MALFORMED, Some("WECHATPAY2-SHA256-RSA2048 mchid"), keep),
        (&rows::SCHEME_WRONG, None, &|d| {
            d.scheme = Scheme::Brand.as_str();
            d.caller = ("brand_id", "1005".to_owned());
        }),
        (&rows::TIMESTAMP_OUTSIDE_WINDOW, None, &|d| d.timestamp = NOW.to_string()),
        (&rows::CALLER_UNKNOWN, None, &|d| d.caller.1 = BRAND_ID.to_owned()),
        (&rows::SERIAL_WRONG, None, &|d| d.serial_no = BRAND_SERIAL_NO.to_owned()),
        (&rows::SIGNATURE_MISMATCH, None, &|d| d.key = &BRAND),
        (&rows::FREQUENCY_LIMITED, None, &|_| world.pass(1)),
        (&rows::CONTENT_TYPE_WRONG, None, &|d| {
            d.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }),
        (&rows::PARAMETER_WRONG, None, &|d| d.body.clone_from(&good_body)),
        (&rows::WECHATPAY_SERIAL_MISSING, None, &|d| {
            d.headers.insert(header::SERIAL, HeaderValue::from_static(BRAND_PUBLIC_KEY_ID));
        }),
        // The business's responses are stored under the signed request, so the corrected request is a different one.
        (&rows::TEMPLATE_NOT_FOUND, None, &|d| {
            *d = d.clone().member("card_id", CARD_ID).member("openid", "o")
        }),
        (&rows::OPENID_INVALID, None, keep),
    ];
    // After the signature is verified, every response is signed, except those of the general parameter check.
    let mut authenticated = No;
    for (row, authorization, mend) in steps {
        let request = match authorization {
            None => draft.sign(),
            Some("") => draft.bare(),
            Some(value) => draft.carry(value),
        };
        let response = world.send(request).await;
        response.answers(row);
        if *row == rows::FREQUENCY_LIMITED {
            authenticated = As(Scheme::Brand);
        }
        encrypted(&response, if *row == rows::PARAMETER_WRONG { No } else { authenticated });
        mend(&mut draft);
    }
    assert_eq!(world.tokens().await.len(), 0);
}

#[tokio::test]
async fn what_is_odd_but_legal_gets_a_token() {
    let world = TestService::new().await;
    let founding = || world.founding();
    let text = String::from_utf8(founding().body).unwrap();
    let draft = founding();
    let fields = draft.fields();
    let rearranged = |order: [usize; 5]| {
        let fields: Vec<_> = order.into_iter().map(|index| fields[index].clone()).collect();
        authorization_of(draft.scheme, &fields)
    };
    // All of these have the same signature, so they are the same request and get the same token.
    let same = [
        ("the documents' order", rearranged([0, 1, 2, 3, 4])),
        ("the Go and Java SDKs' order", rearranged([0, 1, 3, 4, 2])),
        ("the PHP and Node SDKs' order", rearranged([0, 4, 3, 1, 2])),
        ("backwards", rearranged([4, 3, 2, 1, 0])),
        ("blanks after commas", rearranged([0, 1, 2, 3, 4]).replace(',', ", ")),
        ("blanks around everything", {
            let fields: Vec<_> = fields.iter().map(|(name, value)| format!("{name} = \"{value}\"")).collect();
            format!("{} {}", draft.scheme, fields.join("  ,  "))
        }),
        ("serial_no in lower case, as wechatpay-node-v3 sends it", {
            let mut fields = fields.clone();
            fields[4].1.make_ascii_lowercase();
            authorization_of(draft.scheme, &fields)
        }),
        ("blanks after the scheme and the end", rearranged([0, 1, 2, 3, 4]).replacen(' ', "   ", 1) + "  "),
        ("an unknown field", rearranged([0, 1, 2, 3, 4]) + ",colour=\"red\""),
    ];
    let mut tokens = std::collections::BTreeSet::new();
    for (what, authorization) in same {
        println!("{what}");
        tokens.insert(world.token(draft.carry(&authorization)).await);
    }
    assert_eq!(tokens.len(), 1);

    let set = |change: &dyn Fn(&mut Draft)| founding().with(|draft| change(draft)).sign();
    let odd = [
        ("members of the response", founding().body(text.replacen('{', "{\"token\":[1.5,true,{}],", 1)).sign()),
        ("127 levels", founding().body(text.replacen('{', &format!("{{\"token\":{}1{},", "[".repeat(126), "]".repeat(126)), 1)).sign()),
        ("members in another order", founding().body(format!("{{\"openid\":\"{OPENID}\",\"card_id\":\"{CARD_ID}\",\"brand_id\":\"1004\"}}")).sign()),
        ("escapes", founding().body(text.replace("1004", "\\u0031004")).sign()),
        ("the founding sample's blanks", founding().body(format!("{{\n  \"brand_id\" : \"1004\",\n  \"card_id\" : \"{CARD_ID}\",\n  \"openid\" : \"{OPENID}\"\n}}")).sign()),
        ("a line feed at the end", founding().body(format!("{text}\n")).sign()),
        ("CR and LF at the end", founding().body(format!("{text}\r\n")).sign()),
        ("a signed query with a name of the page", set(&|d| d.target += "?card_id=1&card_id=%E4%BC%9A&brand_id")),
        ("an empty query", set(&|d| d.target += "?")),
        ("a nonce of 1 character", set(&|d| d.nonce_str = "n".to_owned())),
        ("a nonce of 128 characters", set(&|d| d.nonce_str = "n".repeat(128))),
        ("a nonce with punctuation", set(&|d| d.nonce_str = "a.b-c, d=e'f\\".to_owned())),
        ("exactly 300 s old", set(&|d| d.timestamp = (NOW - 300).to_string())),
        ("exactly 300 s ahead", set(&|d| d.timestamp = (NOW + 300).to_string())),
        ("charset=utf-8", founding().header(CONTENT_TYPE, "application/json; charset=utf-8").sign()),
        ("another charset", founding().header(CONTENT_TYPE, "application/json;charset=GBK;x=y").sign()),
        ("the media type in capitals", founding().header(CONTENT_TYPE, "Application/JSON").sign()),
        ("Accept: */*", founding().header(ACCEPT, "*/*").sign()),
        ("Accept: a browser's", founding().header(ACCEPT, "text/html, application/*;q=0.9, */*;q=0.8").sign()),
        ("no Wechatpay-Serial", founding().without(header::SERIAL).sign()),
        ("an empty Wechatpay-Serial", founding().header(header::SERIAL, "").sign()),
        ("Wechatpay-Serial in lower case", founding().header(header::SERIAL, &PUBLIC_KEY_ID.to_lowercase()).sign()),
        ("an unknown Wechatpay-Serial", founding().header(header::SERIAL, "PUB_KEY_ID_0").sign()),
        ("an unknown language", founding().header(ACCEPT_LANGUAGE, "tlh").sign()),
    ];
    for (what, request) in odd {
        println!("{what}");
        tokens.insert(world.token(request).await);
        assert_eq!(world.tokens().await.len(), tokens.len());
    }
}

/// Limits count characters, not bytes: a text at the limit reaches the business.
#[tokio::test]
async fn chinese_of_exactly_the_limit_reaches_the_business() {
    let world = TestService::new().await;
    for (name, limit, row) in [
        ("brand_id", 32, &rows::TEMPLATE_NOT_OF_BRAND),
        ("card_id", 32, &rows::TEMPLATE_NOT_OF_BRAND),
        ("openid", 128, &rows::OPENID_WRONG),
    ] {
        let response = world.send(world.founding().member(name, "会".repeat(limit)).sign()).await;
        response.answers(row);
        response.signed_as(Scheme::Merchant);
    }
    assert_eq!(world.tokens().await.len(), 0);
}

/// Load shedding comes before verification: a request with a wrong signature costs no more, and gets the same response.
#[tokio::test]
async fn an_overloaded_service_answers_500_with_retry_after_and_does_nothing() {
    let world = TestService::with_policy(|policy| policy.in_flight = 0).await;
    let forged = world.founding().with(|draft| draft.key = &BRAND);
    for request in [world.founding().sign(), forged.sign()] {
        let response = world.send(request).await;
        response.answers(&rows::SYSTEM_ERROR);
        response.unsigned();
        assert_eq!(response.header("retry-after"), "1");
    }
    assert_eq!(world.tokens().await.len(), 0);

    let world = TestService::with_policy(|policy| policy.in_flight = 1).await;
    for _ in 0..3 {
        world.token(world.founding().sign()).await;
        world.send(world.founding().body("{}").sign()).await.answers(&rows::PARAMETER_WRONG);
    }
}
