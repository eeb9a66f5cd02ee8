//! Tests of captured material as users paste it. The files in `captures/` were printed by curl 7.88 against a local
//! server that returned a response of `vectors/response`. The other texts follow the rules of their formats.

#![allow(clippy::unwrap_used, reason = "the lint's exception for tests does not reach their helpers")]

use http::HeaderMap;
use proptest::prelude::*;
use ruhui_core::capture::{
    BodyState, Captured, Choice, Format, LONGEST, Message, NotHttp, Remark, Request, Response, read,
    read_with,
};
use std::path::Path;

const TARGET: &str = "/v3/brand/partner/card-member/open-user-card-tokens";
const BODY: &str =
    r#"{"brand_id":"1004","card_id":"pbLatjvWOibDc5-TBnbUk1pD12o0","openid":"obLatjnx9gnqzS4myYGmLZ7LgLBA"}"#;
const RESPONSE: &str =
    r#"{"token":"0Kx1Tn5sYcWq8ZbR2mLp7VdJ4hGf6EaN","expire_time":"2025-06-24T17:00:01.000+08:00"}"#;

fn authorization() -> String {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vectors/sign/founding-call/authorization.txt");
    std::fs::read_to_string(path).unwrap().trim_end().to_owned()
}

fn file(name: &str) -> Captured {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/captures").join(name);
    read(&std::fs::read(path).unwrap()).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn text(text: &str) -> Captured {
    read(text.as_bytes()).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// Returns all remarks: on the material, the request, the response, and headers without a message.
fn remarks(captured: &Captured) -> Vec<Remark> {
    let mut all = captured.remarks.clone();
    match &captured.message {
        Message::Headers(headers) => all.extend(headers.remarks.clone()),
        _ => {
            all.extend(captured.request().into_iter().flat_map(|request| request.remarks.clone()));
            all.extend(captured.response().into_iter().flat_map(|response| response.remarks.clone()));
        }
    }
    all
}

fn value<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).unwrap_or_else(|| panic!("{name}: {:?}", headers.keys())).to_str().unwrap()
}

/// Asserts that this is the complete request of the vectors.
#[track_caller]
fn is_the_request(request: &Request) {
    is_its_head(request);
    assert_eq!(String::from_utf8_lossy(&request.body), BODY);
    assert_eq!(request.body_state, BodyState::Exact);
}

#[track_caller]
fn is_its_head(request: &Request) {
    assert_eq!((request.method.as_str(), request.target.as_str()), ("POST", TARGET));
    assert_eq!(value(&request.headers, "authorization"), authorization());
    assert_eq!(value(&request.headers, "content-type"), "application/json");
}

#[track_caller]
fn is_the_response(response: &Response) {
    is_the_head_of_the_response(response);
    assert_eq!(String::from_utf8_lossy(&response.body), RESPONSE);
    assert_eq!(response.body_state, BodyState::Exact);
}

#[track_caller]
fn is_the_head_of_the_response(response: &Response) {
    assert_eq!(response.status, 200);
    assert_eq!(value(&response.headers, "wechatpay-timestamp"), "1750752001");
    assert!(value(&response.headers, "wechatpay-signature").ends_with("/Gk9a0RhE/A=="));
}

/// Returns the request of the vectors with this `line_end`, `more` headers and this body.
fn raw(line_end: &str, more: &str, body: &str) -> String {
    let authorization = authorization();
    format!(
        "POST {TARGET} HTTP/1.1\nHost: api.mch.weixin.qq.com\nContent-Type: application/json\n{more}Authorization: \
         {authorization}\n\n"
    )
    .replace('\n', line_end)
        + body
}

// Material that curl printed.

#[test]
fn output_of_curl_i_is_read_behind_a_proxy_after_100_continue_and_after_a_redirect() {
    for (name, skipped) in [
        ("curl-i.txt", vec![]),
        ("curl-i-proxy.txt", vec![200]),
        ("curl-i-continue.txt", vec![100]),
        ("curl-i-redirect.txt", vec![307]),
    ] {
        let captured = file(name);
        is_the_response(captured.response().unwrap());
        assert!(captured.request().is_none());
        let remark = Remark::ResponsesSkipped { statuses: skipped.clone() };
        let want = if skipped.is_empty() { vec![] } else { vec![remark] };
        assert_eq!(remarks(&captured), want, "{name}");
    }
}

#[test]
fn output_of_curl_v_is_read_without_the_body_that_it_does_not_show() {
    for name in ["curl-v.txt", "curl-v-terminal.txt", "curl-iv.txt", "curl-v-proxy.txt"] {
        let captured = file(name);
        assert_eq!(captured.format, Format::CurlVerbose, "{name}");
        let request = captured.request().unwrap();
        is_its_head(request);
        assert_eq!(request.body_state, BodyState::Missing, "{name}");
        is_the_response(captured.response().unwrap());
        assert!(remarks(&captured).contains(&Remark::BodyNotShown(Format::CurlVerbose)), "{name}");
    }
    let captured = file("curl-v-no-body.txt");
    is_the_head_of_the_response(captured.response().unwrap());
    assert_eq!(captured.response().unwrap().body_state, BodyState::Missing);
}

#[test]
fn traces_of_curl_are_read_byte_for_byte() {
    for name in ["curl-trace.txt", "curl-trace-ascii.txt"] {
        let captured = file(name);
        assert_eq!((captured.format, &remarks(&captured)[..]), (Format::CurlTrace, &[][..]), "{name}");
        is_the_request(captured.request().unwrap());
        is_the_response(captured.response().unwrap());
    }
    let captured = file("curl-trace-chunked.txt");
    is_the_response(captured.response().unwrap());
}

/// A request of 38 bytes of headers and 32 of data, as `curl --trace` writes it.
const TRACE: &str = "\
=> Send header, 38 bytes (0x26)
0000: 50 4f 53 54 20 2f 76 33 2f 78 20 48 54 54 50 2f POST /v3/x HTTP/
0010: 31 2e 31 0d 0a 43 6f 6e 74 65 6e 74 2d 54 79 70 1.1..Content-Typ
0020: 65 3a 20 61 0d 0a                               e: a..
=> Send header, 2 bytes (0x2)
0000: 0d 0a                                           ..
=> Send data, 32 bytes (0x20)
0000: 7b 22 62 72 61 6e 64 5f 69 64 22 3a 22 31 30 30 {\"brand_id\":\"100
0010: 34 22 2c 22 63 61 72 64 5f 69 64 22 3a 22 31 22 4\",\"card_id\":\"1\"
";

#[test]
fn a_trace_of_curl_that_was_cut_keeps_the_bytes_before_the_cut() {
    let body = |trace: &str| {
        let captured = text(trace);
        assert_eq!(captured.format, Format::CurlTrace);
        let request = captured.request().unwrap().clone();
        (String::from_utf8(request.body).unwrap(), request.body_state, remarks(&captured))
    };
    let whole = r#"{"brand_id":"1004","card_id":"1""#;
    assert_eq!(body(TRACE), (whole.to_owned(), BodyState::Exact, vec![]));
    let (line, pair) = (TRACE.rfind("0010: ").unwrap(), TRACE.rfind("64 22 3a").unwrap());
    for (end, found) in [(pair + 2, 27), (pair + 1, 26), (pair, 26), (line + 6, 16), (line, 16)] {
        let cut = vec![Remark::TraceCut { said: 32, found }];
        assert_eq!(body(&TRACE[..end]), (whole[..found].to_owned(), BodyState::Rebuilt, cut), "{end}");
    }
}

#[test]
fn a_trace_of_curl_that_was_cut_before_the_body_has_no_body() {
    let (trace, _) = TRACE.split_once("0000: 7b").unwrap();
    let captured = text(trace);
    assert_eq!(captured.request().unwrap().body_state, BodyState::Missing);
    let want = [Remark::TraceCut { said: 32, found: 0 }, Remark::BodyNotShown(Format::CurlTrace)];
    assert_eq!(remarks(&captured), want);
}

#[test]
fn digits_in_a_plain_trace_of_curl_are_text() {
    let head = "=> Send header, 23 bytes (0x17)\n0000: POST /v3/x HTTP/1.1\n0015: \n";
    let captured = text(&format!("{head}=> Send data, 2 bytes (0x2)\n0000: 10\n"));
    assert_eq!(captured.request().unwrap().body, b"10");
    assert_eq!(remarks(&captured), []);
    let captured = text(&format!("{head}=> Send data, 9 bytes (0x9)\n0000: {{\"a\"\n"));
    assert_eq!(captured.request().unwrap().body, b"{\"a\"");
    assert_eq!(remarks(&captured), [Remark::TraceCut { said: 9, found: 4 }]);
}

#[test]
fn a_curl_that_got_no_response_is_named() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/captures/curl-refused.txt");
    assert_eq!(read(&std::fs::read(path).unwrap()), Err(NotHttp::CurlError));
}

// Raw messages.

#[test]
fn a_paste_that_is_indented_as_a_whole_is_read() {
    let indented =
        |text: &str, by: &str| text.lines().map(|line| format!("{by}{line}\n")).collect::<String>();
    let length = format!("Content-Length: {}\n", BODY.len());
    for by in ["  ", "\t", "        "] {
        let captured = text(&indented(&raw("\n", &length, BODY), by));
        is_the_request(captured.request().unwrap());
        assert_eq!(captured.remarks, [Remark::Unindented { columns: by.len() }]);
    }
}

/// Output of PHP's curl extension, Guzzle with `debug`, and pycurl, which mark only the request line.
#[test]
fn verbose_output_of_programs_over_libcurl_is_read() {
    let request = raw("\r\n", &format!("Content-Length: {}\n", BODY.len()), "");
    let printed = format!(
        "*   Trying 1.2.3.4:443...\n* Connected to api.mch.weixin.qq.com\n> {request}* upload completely sent off\n< \
         HTTP/1.1 401 Unauthorized\r\n< Request-ID: 1\r\n< \r\n{{\"code\":\"SIGN_ERROR\"}}"
    );
    let captured = text(&printed);
    let sent = captured.request().unwrap();
    assert_eq!((sent.method.as_str(), sent.target.as_str()), ("POST", TARGET));
    assert!(sent.headers.contains_key("authorization") && sent.headers.contains_key("content-type"));
    assert_eq!(sent.body_state, BodyState::Missing);
    assert_eq!(captured.response().unwrap().status, 401);
    assert_eq!(captured.response().unwrap().body, br#"{"code":"SIGN_ERROR"}"#);
}

/// A file for the HTTP clients of VS Code and IntelliJ IDEA.
#[test]
fn http_files_of_editors_are_read() {
    let raw = raw("\n", "", BODY);
    let (head, body) = raw.split_once("\n\n").unwrap();
    let head = head.replacen(TARGET, &format!("{{{{host}}}}{TARGET}"), 1);
    for end in
        ["\n", "\n\n### the next one\nGET {{host}}/v3/certificates\n\n###\n", "\n\n> {% client.log() %}\n"]
    {
        let file = format!(
            "@host = https://api.mch.weixin.qq.com\n\n### open\n// a comment\n# @name open\n{head}\n\n{body}{end}"
        );
        let captured = read_with(file.as_bytes(), Choice::Nth(1)).unwrap();
        assert_eq!(captured.format, Format::HttpFile);
        is_the_request(captured.request().unwrap());
        assert!(captured.request().unwrap().headers.contains_key("accept"));
    }
    let sent = text("POST /v3/x HTTP/1.1\nHost: a\nContent-Length: 9\n\na\n### b\nc");
    assert_eq!(sent.format, Format::Raw);
    assert_eq!(sent.request().unwrap().body, b"a\n### b\nc");
    let issue = format!("### The request\n\n```http\n{head}\n\n{body}\n```\n\nIt is rejected.\n");
    is_the_request(text(&issue.replace("{{host}}", "https://api.mch.weixin.qq.com")).request().unwrap());
    let query = "### list\nGET https://api.mch.weixin.qq.com/v3/x\n    ?a=1\n    &b={{b}}\nAuthorization: {{signed}}\n";
    let captured = text(query);
    let request = captured.request().unwrap();
    assert_eq!(request.target, "/v3/x?a=1&b={{b}}");
    let unknown = |name: &str| Remark::Variable { name: name.to_owned() };
    assert_eq!(request.remarks, [unknown("{{b}}"), unknown("{{signed}}")]);
    let file = text("### from a file\nPOST /v3/x HTTP/1.1\nHost: a\n\n< ./body.json\n");
    assert_eq!(file.request().unwrap().body_state, BodyState::Missing);
    assert_eq!(file.request().unwrap().remarks, [Remark::FileBody { name: "./body.json".to_owned() }]);
}

#[test]
fn the_log_of_feign_is_read() {
    let raw = raw("\n", &format!("Content-Length: {}\n", BODY.len()), BODY);
    let (head, body) = raw.split_once("\n\n").unwrap();
    let url = head.replacen(TARGET, &format!("https://api.mch.weixin.qq.com{TARGET}"), 1);
    let lines = format!(
        "---> {url}\n\n{body}\n---> END HTTP ({}-byte body)\n<--- HTTP/1.1 401 Unauthorized (12ms)\nRequest-ID: 1\n\n{{}}\n<--- \
         END HTTP (2-byte body)\n",
        BODY.len()
    );
    let logged: String = lines
        .lines()
        .map(|line| format!("2026-05-20 10:00:00.000 DEBUG [MemberApi#open] {line}\n"))
        .collect();
    let captured = text(&logged);
    is_the_request(captured.request().unwrap());
    assert_eq!(captured.response().unwrap().status, 401);
}

#[test]
fn raw_requests_are_read_whatever_an_editor_did_to_them() {
    for line_end in ["\n", "\r\n"] {
        is_the_request(text(&raw(line_end, "", BODY)).request().unwrap());
    }
    is_the_request(text(&format!("\u{FEFF}\n{}", raw("\n", "", BODY))).request().unwrap());
    is_the_request(text(&format!("```http\n{}\n```\n", raw("\n", "", BODY))).request().unwrap());
    let absolute = raw("\n", "", BODY).replace(TARGET, &format!("https://api.mch.weixin.qq.com{TARGET}"));
    is_the_request(text(&absolute).request().unwrap());
    let utf16 = format!("\u{FEFF}{}", raw("\r\n", "", BODY))
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect::<Vec<_>>();
    let captured = read(&utf16).unwrap();
    is_the_request(captured.request().unwrap());
    assert_eq!(remarks(&captured), [Remark::Utf16]);
    let length = "Content-Length: 100\n";
    for (body, remark) in [
        (BODY.to_owned(), None),
        (format!("{BODY}\n"), Some(Remark::LineEndsRemoved { bytes: 1 })),
        (format!("{BODY}\r\n\r\n"), Some(Remark::LineEndsRemoved { bytes: 4 })),
    ] {
        let captured = text(&raw("\n", length, &body));
        is_the_request(captured.request().unwrap());
        assert_eq!(remarks(&captured).first(), remark.as_ref());
    }
}

#[test]
fn a_body_is_compared_with_its_content_length() {
    let read = |length: usize, body: &str| {
        let captured = text(&raw("\n", &format!("Content-Length: {length}\n"), body));
        let request = captured.request().unwrap().clone();
        (String::from_utf8(request.body).unwrap(), request.body_state, remarks(&captured))
    };
    assert_eq!(read(3, "{}"), ("{}\n".into(), BodyState::Exact, vec![Remark::LineEndRestored]));
    assert_eq!(read(4, "{}"), ("{}\r\n".into(), BodyState::Exact, vec![Remark::LineEndRestored]));
    assert_eq!(read(6, "{\n\n}"), ("{\r\n\r\n}".into(), BodyState::Exact, vec![Remark::LineEndsRestored]));
    assert_eq!(read(4, "{\r\n\r\n}"), ("{\n\n}".into(), BodyState::Exact, vec![Remark::LineEndsRestored]));
    let differs = |said, found| vec![Remark::LengthDiffers { said, found }];
    assert_eq!(read(9, "{}"), ("{}".into(), BodyState::Rebuilt, differs(9, 2)));
    assert_eq!(read(1, "{}"), ("{}".into(), BodyState::Rebuilt, differs(1, 2)));
    assert_eq!(read(3, "{\"a"), ("{\"a".into(), BodyState::Exact, vec![]));
    assert_eq!(read(4, "{\"a"), ("{\"a".into(), BodyState::Rebuilt, differs(4, 3)));
    assert_eq!(read(2, ""), (String::new(), BodyState::Missing, vec![Remark::BodyNotShown(Format::Raw)]));
    assert_eq!(remarks(&text(&raw("\n", "", "{}\n"))), [Remark::LineEndInDoubt]);
}

#[test]
fn a_body_of_the_length_that_its_header_says_is_not_cut_at_a_message_inside_it() {
    let body = "a log:\nHTTP/1.1 200 OK\nA: b\n\nPOST /v3/x HTTP/1.1\n\nend";
    for (gap, remark) in [("", None), ("\n", Some(Remark::LineEndsRemoved { bytes: 1 }))] {
        let length = format!("Content-Length: {}\n", body.len());
        let captured = text(&format!("{}{gap}", raw("\n", &length, body)));
        let request = captured.request().unwrap();
        assert_eq!(
            (String::from_utf8_lossy(&request.body), request.body_state),
            (body.into(), BodyState::Exact)
        );
        assert!(captured.response().is_none());
        assert_eq!(remarks(&captured).first(), remark.as_ref());
    }
}

#[test]
fn a_body_without_an_empty_line_before_it_is_read() {
    let captured = text(&raw("\n", "", BODY).replace("\n\n{", "\n{"));
    is_the_request(captured.request().unwrap());
    assert_eq!(remarks(&captured), [Remark::NoEmptyLine]);
}

#[test]
fn a_request_and_its_response_in_one_text_are_told_apart() {
    let response =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/captures/curl-i.txt"))
            .unwrap();
    for gap in ["\n\n", "\n", "\n \n", ""] {
        let length = "Content-Length: 100\n";
        let captured = text(&format!("{}{gap}{response}", raw("\n", length, BODY)));
        is_the_request(captured.request().unwrap());
        is_the_response(captured.response().unwrap());
    }
    // Output of HTTPie, which does not always show a length.
    let captured = text(&format!("{}\n\n\n{response}", raw("\n", "", BODY)));
    is_the_request(captured.request().unwrap());
    is_the_response(captured.response().unwrap());
}

#[test]
fn a_line_that_is_no_header_is_named_by_its_number() {
    let captured = text("POST /v3/x HTTP/1.1\nA: b\nno header\n\n");
    assert_eq!(remarks(&captured), [Remark::NotHeader { line: 3 }]);
    let captured = text(&format!("no header\nAuthorization: {}\n", authorization()));
    assert_eq!(remarks(&captured), [Remark::NotHeader { line: 1 }, Remark::HeadersAlone]);
}

#[test]
fn a_chunked_body_is_joined_and_a_joined_one_is_left() {
    let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    for body in ["1\r\n{\r\n3;x=y\r\n\"\"}\r\n0\r\n\r\n", "1\n{\n3\n\"\"}\n0\n\n", "{\"\"}"] {
        assert_eq!(text(&format!("{head}{body}")).response().unwrap().body, b"{\"\"}", "{body}");
    }
}

#[test]
fn a_response_that_a_tool_has_decompressed_is_remarked_on() {
    let captured = text(
        "HTTP/1.1 200 OK\nContent-Encoding: gzip\nContent-Length: 20\n\n{\"a\":\"b\",\"c\":\"d\",\"e\":\"f\"}",
    );
    assert_eq!(remarks(&captured), [Remark::Decompressed]);
}

#[test]
fn request_headers_copied_from_a_browser_are_read() {
    let authorization = authorization();
    let captured = text(&format!(
        ":authority: api.mch.weixin.qq.com\n:method: POST\n:path: {TARGET}\n:scheme: https\ncontent-type: \
         application/json\nauthorization: {authorization}\n\n{BODY}"
    ));
    is_the_request(captured.request().unwrap());
}

// Logs.

#[test]
fn a_log_that_puts_a_time_before_each_line_is_read() {
    let lines = |number: usize, line: &str| {
        format!("2025-06-24 16:00:{:02}.123 DEBUG [main] http: {line}", number % 60)
    };
    let log: Vec<String> =
        raw("\n", "", BODY).lines().enumerate().map(|(number, line)| lines(number, line)).collect();
    let captured = text(&format!("2025-06-24 16:00:00.001 INFO  [main] app: sending\n{}", log.join("\n")));
    assert_eq!(captured.format, Format::Log);
    is_the_request(captured.request().unwrap());
    // Only the first line has the prefix.
    let captured = text(&format!("[INFO] 16:00:00 request: {}", raw("\n", "", BODY)));
    is_the_request(captured.request().unwrap());
    // A request quoted in a mail.
    let quoted: Vec<String> = raw("\n", "", BODY).lines().map(|line| format!("> {line}")).collect();
    is_the_request(text(&quoted.join("\n")).request().unwrap());
}

#[test]
fn wire_logs_of_apache_are_read() {
    let time = "2025/06/24 16:00:00:123 CST [DEBUG] wire - ";
    let mut wire = String::new();
    for line in raw("\n", "", "").lines() {
        wire += &format!("{time}http-outgoing-0 >> \"{line}[\\r][\\n]\"\n");
    }
    wire += &format!("{time}http-outgoing-0 >> \"{BODY}\"\n");
    wire += &format!("{time}http-outgoing-0 << \"HTTP/1.1 200 OK[\\r][\\n]\"\n");
    wire += &format!("{time}http-outgoing-0 << \"[\\r][\\n]\"\n");
    wire += &format!("{time}http-outgoing-0 << \"{{\"a\":\"[0xe4][0xbc][0x9a]\"}}\"\n");
    wire += &format!("{time}http-outgoing-0 << \"end of stream\"\n");
    let captured = text(&wire);
    assert_eq!(captured.format, Format::ApacheLog);
    is_the_request(captured.request().unwrap());
    assert_eq!(captured.response().unwrap().body, "{\"a\":\"会\"}".as_bytes());
    // The log of headers has no body.
    let length = "Content-Length: 100\n";
    let headers: Vec<String> =
        raw("\n", length, "").lines().map(|line| format!("{time}http-outgoing-12 >> {line}")).collect();
    let captured = text(&headers.join("\n"));
    is_its_head(captured.request().unwrap());
    assert_eq!(remarks(&captured), [Remark::BodyNotShown(Format::ApacheLog)]);
}

#[test]
fn logs_of_okhttp_are_read() {
    let authorization = authorization();
    let request = format!(
        "--> POST https://api.mch.weixin.qq.com{TARGET} http/1.1\nContent-Type: application/json\nAuthorization: \
         {authorization}\n\n{BODY}\n--> END POST (100-byte body)\n"
    );
    let response = "<-- 200 OK https://api.mch.weixin.qq.com/v3 (12ms)\nWechatpay-Timestamp: 1750752001\n\n{\n}\n<-- END HTTP (3-byte body)\n";
    let log = request.clone() + response;
    for prefix in ["", "D/OkHttp: ", "06-24 16:00:00.123  1234  1250 I okhttp.OkHttpClient: "] {
        // Some logs give a body of several lines the prefix once.
        let lines: Vec<String> = log
            .lines()
            .map(|line| if line == "}" { line.into() } else { format!("{prefix}{line}") })
            .collect();
        let captured = text(&lines.join("\n"));
        assert_eq!(captured.format, Format::OkHttpLog, "{prefix}");
        is_the_request(captured.request().unwrap());
        assert_eq!(captured.response().unwrap().body, b"{\n}");
        assert_eq!(remarks(&captured), [], "{prefix}");
    }
    // Java's own logger writes an extra line before each line.
    let java: String = log
        .lines()
        .map(|line| format!("Jun 24, 2025 4:00:00 PM okhttp3.internal.platform.Platform log\nINFO: {line}\n"))
        .collect();
    is_the_request(text(&java).request().unwrap());
    assert_eq!(text(&log).request().unwrap().headers["user-agent"], "okhttp");
    // The level BASIC has no body, and a header may be redacted.
    let basic = text(&format!("--> POST https://api.mch.weixin.qq.com{TARGET} (100-byte body)\n"));
    assert_eq!(basic.request().unwrap().body_state, BodyState::Missing);
    let redacted = text(&request.replace(&authorization, "██"));
    assert_eq!(remarks(&redacted), [Remark::Redacted { header: "Authorization".into() }]);
    assert!(!redacted.request().unwrap().headers.contains_key("authorization"));
    let omitted = format!("--> POST https://a{TARGET}\nA: b\n--> END POST (binary 100-byte body omitted)\n");
    assert_eq!(text(&omitted).request().unwrap().body_state, BodyState::Missing);
}

#[test]
fn logs_of_python_are_read() {
    let head = raw("\\r\\n", "", "");
    let log = format!(
        "send: b'{head}'\nsend: b'{BODY}'\nreply: 'HTTP/1.1 200 OK\\r\\n'\nheader: Server: nginx\nheader: \
         Wechatpay-Timestamp: 1750752001\n"
    );
    let captured = text(&log);
    assert_eq!(captured.format, Format::PythonLog);
    is_the_request(captured.request().unwrap());
    let response = captured.response().unwrap();
    assert_eq!((response.status, response.body_state), (200, BodyState::Missing));
    assert_eq!(value(&response.headers, "wechatpay-timestamp"), "1750752001");
    let chinese = log.replace(&format!("b'{BODY}'"), "b\"{\\xe4\\xbc\\x9a'\\\\\"");
    assert_eq!(text(&chinese).request().unwrap().body, "{会'\\".as_bytes());
}

#[test]
fn logs_of_guzzle_are_read() {
    let log = format!(
        "[2025-06-24] app.DEBUG: >>>>>>>>\n{}\n<<<<<<<<\nHTTP/1.1 200 OK\nA: b\n\n{{}}\n--------\nNULL\n",
        raw("\r\n", "", BODY)
    );
    let captured = text(&log);
    is_the_request(captured.request().unwrap());
    assert_eq!(captured.response().unwrap().body, b"{}");
}

// Shell commands.

#[test]
fn a_curl_command_is_read() {
    let authorization = authorization();
    let url = format!("https://api.mch.weixin.qq.com{TARGET}");
    let sh_quoted = authorization.replace('"', "\\\"");
    for command in [
        format!(
            "curl -X POST {url} -H 'Content-Type: application/json' -H 'Authorization: {authorization}' -d '{BODY}'"
        ),
        format!(
            "$ curl '{url}' \\\n  -H 'Content-Type: application/json' \\\n  -H \"Authorization: {sh_quoted}\" \\\n  --data-raw $'{BODY}' \\\n  --compressed"
        ),
        format!(
            "curl -sSik -XPOST --url {url} --json '{BODY}' -H'Authorization: {authorization}' -o /dev/null | jq ."
        ),
        format!(
            "curl ^\"{url}^\" ^\r\n  -H ^\"content-type: application/json^\" ^\r\n  -H ^\"authorization: {}^\" ^\r\n  --data-raw ^\"{}^\"",
            authorization.replace('"', "^\\^\""),
            BODY.replace('"', "^\\^\"").replace('{', "^{")
        ),
        format!(
            "root@host:~# curl {url} --data-binary '{BODY}' -H 'content-type: application/json' -H 'authorization:\n  {authorization}'"
        ),
    ] {
        let captured = text(&command);
        assert_eq!(captured.format, Format::CurlCommand, "{command}");
        is_the_request(captured.request().unwrap());
        assert!(captured.request().unwrap().headers.contains_key("user-agent"));
        assert_eq!(value(&captured.request().unwrap().headers, "host"), "api.mch.weixin.qq.com");
    }
}

#[test]
fn what_a_curl_command_does_not_say_is_remarked_on() {
    let request = |command: &str| {
        let captured = text(command);
        (captured.request().unwrap().clone(), remarks(&captured))
    };
    let (form, remarks) = request("curl https://a/v3/x -F meta='{}' -F file=@a.png");
    assert_eq!(
        (form.method.as_str(), form.body_state, &remarks[..]),
        ("POST", BodyState::Missing, &[Remark::Form][..])
    );
    let (file, remarks) = request("curl https://a/v3/x -d @body.json");
    assert_eq!(
        (file.body_state, remarks),
        (BodyState::Missing, vec![Remark::FileBody { name: "body.json".into() }])
    );
    let (_, remarks) = request("curl https://a/v3/x -H \"Authorization: $AUTH\"");
    assert_eq!(remarks, [Remark::Variable { name: "$AUTH".into() }]);
    let (get, _) = request("curl -G https://a/v3/x -d a=1 --data-urlencode 'b=会 员'");
    assert_eq!((get.method.as_str(), get.target.as_str()), ("GET", "/v3/x?a=1&b=%E4%BC%9A%20%E5%91%98"));
    let (removed, _) = request("curl https://a/v3/x -H 'User-Agent:' -H 'Accept: application/json'");
    assert!(!removed.headers.contains_key("user-agent"));
    assert_eq!(read(b"curl -X POST"), Err(NotHttp::CurlWithoutUrl));
    assert_eq!(read(b"curl https://a/ -d '{"), Err(NotHttp::UnclosedQuote));
}

#[test]
fn every_header_of_a_curl_command_is_kept() {
    let request =
        text("curl https://a/v3/x -H 'Content-Type: a' -H 'content-type: b' -H 'X: a:' -H 'Y;' -H 'Z: '");
    let headers = &request.request().unwrap().headers;
    let values: Vec<_> = headers.get_all("content-type").iter().collect();
    assert_eq!(values, ["a", "b"]);
    assert_eq!((value(headers, "x"), value(headers, "y")), ("a:", ""));
    assert!(!headers.contains_key("z"));
}

#[test]
fn a_curl_command_has_the_remarks_on_its_headers() {
    let captured = text("curl https://a/v3/x -H 'Authorization: [REDACTED]' -H 'nothing'");
    assert_eq!(remarks(&captured), [Remark::Redacted { header: "Authorization".into() }]);
    let broken = authorization().replace(',', ",\n");
    let captured = text(&format!("curl https://a/v3/x -H 'Authorization: {broken}'"));
    assert_eq!(value(&captured.request().unwrap().headers, "authorization"), authorization());
    assert_eq!(remarks(&captured), [Remark::Joined { header: "Authorization".into(), lines: 5 }]);
}

/// A map of headers panics at 24,577 headers, so the reader must stop before that.
#[test]
fn a_curl_command_of_too_many_headers_is_read() {
    for form in [": b", ";", ":", ": b\nB: c"] {
        let words: String = (0..40_000).map(|number| format!(" -H 'A{number}{form}'")).collect();
        let captured = text(&format!("curl https://a/v3/x{words}"));
        assert!(captured.request().unwrap().headers.len() <= 1_010, "{form}");
    }
}

// HAR files.

fn har(entries: &[String]) -> String {
    format!(r#"{{"log":{{"version":"1.2","entries":[{}]}}}}"#, entries.join(","))
}

fn entry(url: &str, more: &str) -> String {
    let quote = |text: &str| serde_json::to_string(text).unwrap();
    format!(
        r#"{{"request":{{"method":"POST","url":{},"headers":[{{"name":":method","value":"POST"}},{{"name":"content-type","value":"application/json"}},{{"name":"authorization","value":{}}}],"bodySize":100,"postData":{{"mimeType":"application/json","text":{}}}}}{more}}}"#,
        quote(url),
        quote(&authorization()),
        quote(BODY)
    )
}

#[test]
fn a_har_file_is_read() {
    let url = format!("https://api.mch.weixin.qq.com{TARGET}");
    let response = r#","response":{"status":200,"headers":[{"name":"wechatpay-nonce","value":"n"}],"content":{"size":2,"encoding":"base64","text":"e30="}}"#;
    let captured = text(&har(&[entry(&url, response)]));
    assert_eq!(captured.format, Format::Har);
    is_the_request(captured.request().unwrap());
    assert_eq!(captured.response().unwrap().body, b"{}");
    // The reader takes the last request to the API, or the one that was asked for.
    let other = entry("https://example.com/pixel.gif", "").replace("WECHATPAY2", "Other");
    let several = har(&[entry(&url, ""), entry(&url, response), other]);
    let captured = text(&several);
    assert_eq!(remarks(&captured), [Remark::Several { taken: 2, of: 3 }]);
    is_the_request(captured.request().unwrap());
    let captured = read_with(several.as_bytes(), Choice::Nth(1)).unwrap();
    assert_eq!(remarks(&captured), [Remark::Several { taken: 1, of: 3 }]);
    let none = read_with(several.as_bytes(), Choice::Nth(4));
    assert_eq!(none, Err(NotHttp::NoSuchExchange { asked: 4, of: 3 }));
    let sanitised = har(&[entry(&url, "").replace("\"authorization\"", "\"x\"")]);
    assert_eq!(remarks(&text(&sanitised)), [Remark::Sanitised]);
    assert_eq!(read(har(&[]).as_bytes()), Err(NotHttp::HarWithoutEntries));
}

#[test]
fn an_entry_of_a_har_file_that_is_no_http_request_is_named_when_it_is_chosen() {
    let url = format!("https://api.mch.weixin.qq.com{TARGET}");
    let (data, broken) = (entry("data:image/png;base64,AAAA", ""), r#"{"request":{}}"#.to_owned());
    assert_eq!(read(har(std::slice::from_ref(&data)).as_bytes()), Err(NotHttp::HarUrlNotHttp { entry: 1 }));
    assert_eq!(
        read(har(std::slice::from_ref(&broken)).as_bytes()),
        Err(NotHttp::HarEntryMalformed { entry: 1 })
    );
    let all = har(&[data, broken.clone(), entry(&url, ""), broken]);
    let nth = |number| read_with(all.as_bytes(), Choice::Nth(number));
    assert_eq!(nth(1), Err(NotHttp::HarUrlNotHttp { entry: 1 }));
    assert_eq!(nth(2), Err(NotHttp::HarEntryMalformed { entry: 2 }));
    assert_eq!(nth(4), Err(NotHttp::HarEntryMalformed { entry: 4 }));
    assert_eq!(nth(5), Err(NotHttp::NoSuchExchange { asked: 5, of: 4 }));
    for captured in [nth(3).unwrap(), text(&all)] {
        assert_eq!(remarks(&captured), [Remark::Several { taken: 3, of: 4 }]);
        is_the_request(captured.request().unwrap());
    }
}

// Headers without a message.

#[track_caller]
fn is_the_authorization(captured: &Captured) {
    let Message::Headers(headers) = &captured.message else { panic!("{captured:?}") };
    assert_eq!(value(&headers.headers, "authorization"), authorization());
}

#[test]
fn an_authorization_header_alone_is_read() {
    let authorization = authorization();
    for material in [
        format!("Authorization: {authorization}"),
        format!("Authorization: {authorization}\r\n\r\n"),
        authorization.clone(),
        format!("'Authorization': '{authorization}',"),
        format!("2025-06-24 INFO token is {authorization} for POST"),
        format!("{{\"Authorization\":\"{}\"}}", authorization.replace('"', "\\\"")),
        format!("<td>{}</td>", authorization.replace('"', "&quot;")),
        format!("Accept: */*\nAuthorization: {authorization}\nContent-Type: application/json"),
    ] {
        is_the_authorization(&text(&material));
    }
}

#[test]
fn an_authorization_header_broken_over_lines_is_read() {
    let authorization = authorization();
    let after_commas = authorization.replace(',', ",\n");
    let before_commas = authorization.replace(',', "\n,");
    let (first, rest) = authorization.split_at(200);
    let at_76: Vec<&str> =
        rest.as_bytes().chunks(76).map(|chunk| std::str::from_utf8(chunk).unwrap()).collect();
    let in_signature = format!("{first}\n{}", at_76.join("\n"));
    for broken in [
        after_commas.clone(),
        after_commas.replace('\n', "\n    "),
        after_commas.replace('\n', "\r\n\t"),
        before_commas,
        in_signature,
        authorization.replacen(' ', "\n", 1),
    ] {
        let captured = text(&format!("Authorization: {broken}"));
        is_the_authorization(&captured);
        assert!(
            matches!(&remarks(&captured)[..], [Remark::Joined { lines, .. }, Remark::HeadersAlone] if *lines > 1),
            "{broken}"
        );
        is_the_authorization(&text(&broken));
        let request = raw("\n", "", BODY).replace(&authorization, &broken);
        let captured = text(&request);
        is_the_request(captured.request().unwrap());
        assert!(matches!(&remarks(&captured)[..], [Remark::Joined { .. }]), "{broken}");
    }
}

#[test]
fn an_authorization_value_that_was_cut_keeps_its_whole_fields() {
    let authorization = authorization();
    let at = authorization.find("timestamp=\"").unwrap();
    let captured = text(&format!("the token was {}", &authorization[..at + 14]));
    let Message::Headers(headers) = &captured.message else { panic!("{captured:?}") };
    assert_eq!(value(&headers.headers, "authorization"), &authorization[..at - 1]);
    // A value that was cut in its first field leaves no usable header.
    let cut = &authorization[..authorization.find('"').unwrap() + 3];
    assert_eq!(read(format!("the token was {cut}").as_bytes()), Err(NotHttp::Text));
}

#[test]
fn a_tab_after_the_scheme_stays_a_tab() {
    let tabbed = authorization().replacen(' ', "\t", 1);
    let captured = text(&raw("\n", "", BODY).replace(&authorization(), &tabbed));
    assert_eq!(value(&captured.request().unwrap().headers, "authorization"), tabbed);
    assert_eq!(remarks(&captured), []);
}

#[test]
fn signed_headers_of_a_response_without_its_status_line_are_read() {
    let response =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/captures/curl-i.txt"))
            .unwrap();
    let captured = text(response.split_once('\n').unwrap().1);
    let Message::Headers(headers) = &captured.message else { panic!("{captured:?}") };
    assert_eq!(String::from_utf8_lossy(&headers.body), RESPONSE);
}

// Material without a message.

#[test]
fn what_is_no_message_is_named() {
    let signature = "A".repeat(344);
    for (material, want) in [
        ("", NotHttp::Empty),
        (" \n\t", NotHttp::Empty),
        ("hello", NotHttp::Text),
        ("hello my world", NotHttp::Text),
        ("{\"a\":1}", NotHttp::Json),
        ("[1,2", NotHttp::Json),
        ("{\"code\":\"SIGN_ERROR\",\"message\":\"x\"}", NotHttp::ErrorBody),
        ("{\"id\":\"1\",\"event_type\":\"X\",\"resource\":{}}", NotHttp::CallbackBody),
        ("-----BEGIN PRIVATE KEY-----\nAAAA\n", NotHttp::Pem),
        ("<!DOCTYPE html>\n<html>", NotHttp::Html),
        ("<xml><return_code/></xml>", NotHttp::Xml),
        ("POST\n/v3/x\n1750752000\nN\n{}\n", NotHttp::SignMessage),
        ("curl: (7) Failed to connect", NotHttp::CurlError),
        ("Invoke-WebRequest -Uri https://a", NotHttp::PowerShell),
        ("https://api.mch.weixin.qq.com/v3/certificates", NotHttp::Url),
        (&signature, NotHttp::Base64),
        ("\u{1}\0\u{2}", NotHttp::Binary),
        ("PK\u{3}\u{4}x", NotHttp::Compressed),
    ] {
        assert_eq!(read(material.as_bytes()), Err(want), "{material}");
    }
    let tunnel = "CONNECT api.mch.weixin.qq.com:443 HTTP/1.1\nHost: api.mch.weixin.qq.com:443\n\n";
    let verbose: String = tunnel.lines().map(|line| format!("> {line}\n")).collect();
    assert_eq!(read(tunnel.as_bytes()), Err(NotHttp::Text));
    assert_eq!(read_with(tunnel.as_bytes(), Choice::Nth(1)), Err(NotHttp::Text));
    assert_eq!(read(format!("{verbose}curl: (56) Proxy\n").as_bytes()), Err(NotHttp::CurlError));
    assert_eq!(read(b"\x1F\x8B\x08\x00"), Err(NotHttp::Compressed));
    assert_eq!(read(b"\xFF\xD8\xFF\xE0"), Err(NotHttp::Binary));
    assert_eq!(read(&vec![b'a'; LONGEST + 1]), Err(NotHttp::TooLarge));
}

#[test]
fn what_was_read_shows_no_secret_in_debug() {
    let captured = text(&raw("\n", "", BODY));
    let shown = format!("{captured:?}");
    assert!(!shown.contains("1900000001") && !shown.contains("pbLatj"), "{shown}");
}

/// Draws pieces of every format, in any order and cut anywhere.
fn pieces() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        Just("POST /v3/x HTTP/1.1\r\n".to_owned()),
        Just("HTTP/1.1 200 OK\n".to_owned()),
        Just("> POST /v3/x HTTP/2\n> A: b\n> \n".to_owned()),
        Just("< HTTP/2 200\n< \n".to_owned()),
        Just("{ [5 bytes data]\n* Connection #0\n".to_owned()),
        Just("=> Send header, 20 bytes (0x14)\n0000: POST /v3/x HTTP/1.1\n".to_owned()),
        Just("0010: 50 4f\n".to_owned()),
        Just("x http-outgoing-0 >> \"POST /v3 HTTP/1.1[\\r][\\n]\"\n".to_owned()),
        Just("--> POST https://a/v3\n".to_owned()),
        Just("--> END POST (9-byte body)\n".to_owned()),
        Just("send: b'POST /v3 HTTP/1.1\\r\\n'\n".to_owned()),
        Just("curl ^\"https://a^\" -d $'\\u00".to_owned()),
        Just("Authorization: WECHATPAY2-SHA256-RSA2048 mchid=\"1\",\n".to_owned()),
        Just("Content-Length: 9\nTransfer-Encoding: chunked\n\n".to_owned()),
        Just("{\"log\":{\"entries\":[{\"request\":".to_owned()),
        Just(">>>>>>>>\n".to_owned()),
        Just("\n\n".to_owned()),
        "\\PC{0,20}",
    ];
    prop::collection::vec(piece, 0..8).prop_flat_map(|pieces| {
        let bytes = pieces.concat().into_bytes();
        (0..=bytes.len()).prop_map(move |end| bytes[..end].to_vec())
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn nothing_that_is_read_ends_in_a_panic(material in pieces()) {
        let _ = read(&material);
    }

    #[test]
    fn any_bytes_are_read_or_rejected(material in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = read(&material);
    }

    /// A raw request is read exactly as it was written.
    #[test]
    fn a_raw_request_is_read_as_it_was_written(body in "\\{[ -~]{0,40}\\}", value in "[!-~]([ -~]{0,20}[!-~])?") {
        let material = format!("POST /v3/x HTTP/1.1\r\nX: {value}\r\nContent-Length: {}\r\n\r\n{body}", body.len());
        let captured = read(material.as_bytes()).unwrap();
        let request = captured.request().unwrap();
        prop_assert_eq!(&request.body[..], body.as_bytes());
        prop_assert_eq!(request.headers["x"].to_str().unwrap(), value);
        prop_assert_eq!(remarks(&captured), []);
    }
}

#[test]
fn the_time_of_a_response_is_that_of_its_date_header() {
    let captured = file("curl-i.txt");
    let date = captured.response().unwrap().date().unwrap();
    assert_eq!(date.as_second(), 1_750_752_001);
    assert_eq!(text("HTTP/1.1 200 OK\nDate: soon\n\n").response().unwrap().date(), None);
}

/// Checks that the work is not quadratic in the length: that would take minutes here.
#[test]
fn a_mebibyte_of_anything_is_read() {
    for piece in [
        "POST /v3 HTTP/1.1\n\n",
        "HTTP/1.1 200 OK\n\n",
        "HTTP/",
        "> POST /v3 HTTP/1.1\n< x\n",
        "=> Send header, 9 bytes\n0000: POST /v3 H\n",
        "WECHATPAY=\"",
        "Authorization: a\n",
    ] {
        for start in ["", "HTTP/1.1 200 OK\n\n", "Authorization: "] {
            let _ = read(format!("{start}{}", piece.repeat((1 << 20) / piece.len())).as_bytes());
        }
    }
    let lines = "a\n".repeat(1 << 19);
    let blanks = " ".repeat(1 << 20);
    for material in [
        format!("curl https://a{}", (0..100_000).map(|name| format!(" $a{name}")).collect::<String>()),
        format!("curl https://a{}", " -d @b".repeat(1 << 17)),
        // Prefixes of loggers: long ones, ones with blanks, and ones with a number in front.
        format!("{}POST /v3 HTTP/1.1\nA: b\n{lines}", "x".repeat(16_000)),
        format!("{}POST /v3 HTTP/1.1\nA: b\n{lines}", " x".repeat(8_000)),
        format!("1{}GET /v3 HTTP/1.1\nA: b\n{lines}", " ".repeat(16_000)),
        // Bodies that extend into the blanks after all messages.
        format!("{}{blanks}x", "POST /v3 HTTP/1.1\nContent-Length: 600000\n\n".repeat(10_000)),
        format!("{}{blanks}", "POST /v3 HTTP/1.1\nContent-Length: 600000\n\n".repeat(10_000)),
    ] {
        let _ = read(material.as_bytes());
    }
}
