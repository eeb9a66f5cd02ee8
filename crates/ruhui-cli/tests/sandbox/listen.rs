//! Tests of `ruhui listen`: callbacks as WeChat Pay sends them, and a target that they are forwarded to.

use crate::running::*;
use ruhui::api::event::{EventKind, Notification};
use ruhui::encryption::{ApiV3Key, ResourceNonce};
use ruhui::env::{Clock as _, SystemClock};
use ruhui::key::PrivateKey;
use ruhui::sign::{ResponseSigner, Scheme};
use ruhui::types::{DateTime, Family, NonceStr, SerialNo};
use serde_json::{Value, json};
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Stdio};
use std::thread::JoinHandle;
use tempfile::TempDir;

const USER_CARD: &str = r##"{"card_id":"pbLatjvWOibDc5","openid":"obLatjnxgnqzS4myYGmLZ7LgLBA","card_color":"#FFFF00","card_picture_url":"https://wxpaylogo.qpic.cn/x/0","brand_id":"1004","card_type":"NORMAL","phone_number":"13900001234","valid_date_information":{"type":"PERMANENT"},"pickup_time":"2020-05-20T13:29:35.120+08:00","user_information":{"common_field_list":[{"name":"USER_FORM_FLAG_NAME","value":"张三"}]},"user_card_state":"UNACTIVATED","create_time":"2020-05-20T13:29:35.120+08:00","modify_time":"2020-05-20T13:29:35.120+08:00","new_member":[1]}"##;

/// A running `ruhui listen`. Dropping it kills the process.
pub(crate) struct Listening {
    process: Child,
    /// Its address, `http://127.0.0.1:...`.
    pub(crate) url: String,
    greeting: String,
    stderr: BufReader<std::process::ChildStderr>,
}

impl Listening {
    pub(crate) fn start(here: &Path, options: &[&str]) -> Self {
        let arguments = [&["listen", "--address", "127.0.0.1:0"], options].concat();
        let mut process =
            ruhui(here, &arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut stderr = BufReader::new(process.stderr.take().unwrap());
        let mut greeting = String::new();
        while !greeting.contains("Ctrl-C") {
            assert_ne!(stderr.read_line(&mut greeting).unwrap(), 0, "{greeting}");
        }
        let address = greeting.split_whitespace().find(|word| word.starts_with("http://"));
        let url = address.unwrap().trim_end_matches('/').to_owned();
        Self { process, url, greeting, stderr }
    }

    /// Sends a request to `/callback`, and returns the status and body of the response.
    fn send(&self, head: &str, body: &str) -> (u16, String) {
        let length = body.len();
        let request = format!(
            "POST /callback HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {length}\r\n{head}\r\n{body}"
        );
        let answer = exchange(&self.url, &request);
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
    }

    /// Reads the next line of stderr.
    fn says(&mut self) -> String {
        let mut line = String::new();
        self.stderr.read_line(&mut line).unwrap();
        line
    }

    /// Stops the process, and returns all that it printed on stdout.
    pub(crate) fn stop(mut self) -> String {
        assert_eq!(end(&mut self.process, "INT").code(), Some(0));
        let mut shown = String::new();
        self.process.stdout.take().unwrap().read_to_string(&mut shown).unwrap();
        shown
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The platform's side of a sandbox: the keys that it signs and encrypts callbacks with.
struct WeChatPay {
    signer: ResponseSigner,
    apiv3_key: ApiV3Key,
    family: Family,
}

impl WeChatPay {
    fn of(place: &TempDir, family: Family) -> Self {
        let values = kit(&root(place));
        let (key, id, encrypts) = match family {
            Family::Partner => ("wxp_key.pem", "RUHUI_WECHATPAY_PUBLIC_KEY_ID", "RUHUI_APIV3_KEY"),
            Family::Brand => {
                ("brand_wxp_key.pem", "RUHUI_BRAND_WECHATPAY_PUBLIC_KEY_ID", "RUHUI_BRAND_API_KEY")
            }
        };
        let key = fs::read_to_string(root(place).join("platform").join(key)).unwrap();
        let signer =
            ResponseSigner::new(SerialNo::new(&values[id]).unwrap(), PrivateKey::from_pem(&key).unwrap());
        Self { signer, apiv3_key: ApiV3Key::new(&values[encrypts]).unwrap(), family }
    }

    /// Returns a callback: its headers as text, and its body.
    fn callback(&self, id: &str, kind: EventKind, plain: &str) -> (String, String) {
        let now = SystemClock.now();
        let (event_type, original_type) = (kind.event_type(self.family), kind.original_type());
        let notification = Notification::encrypt(
            &self.apiv3_key,
            ResourceNonce::new("j9g1wAzF9Xn1").unwrap(),
            id,
            DateTime::seconds(now),
            event_type,
            original_type,
            kind.summary(),
            plain.as_bytes(),
        );
        let body = serde_json::to_string(&notification).unwrap();
        let mut headers = http::HeaderMap::new();
        let nonce = NonceStr::new("c5ac7061fccab6bf").unwrap();
        self.signer.sign(&mut headers, Scheme::from(self.family), now, &nonce, body.as_bytes());
        let line = |(name, value): (&http::HeaderName, &http::HeaderValue)| {
            format!("{name}: {}\r\n", value.to_str().unwrap())
        };
        (headers.iter().map(line).collect::<String>() + "Request-ID: 08F78BB5-0\r\n", body)
    }

    fn user_card(&self, id: &str) -> (String, String) {
        self.callback(id, EventKind::UserCardCreated, USER_CARD)
    }
}

/// Starts a target that accepts one request, keeps it, and responds with `answer`.
fn target(answer: &'static str) -> (String, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/hook?from=ruhui", listener.local_addr().unwrap());
    let took = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let request = read_request(&mut stream);
        stream.write_all(answer.as_bytes()).unwrap();
        request
    });
    (url, took)
}

fn read_request(stream: &mut TcpStream) -> String {
    let (mut request, mut part) = (Vec::new(), [0; 4096]);
    loop {
        let text = String::from_utf8_lossy(&request).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
            if body.len() >= length.unwrap_or(0) {
                return text;
            }
        }
        let length = stream.read(&mut part).unwrap();
        assert_ne!(length, 0, "{text}");
        request.extend_from_slice(&part[..length]);
    }
}

fn assert_fail(answer: (u16, String), status: u16) {
    let body: Value = serde_json::from_str(&answer.1).unwrap();
    assert_eq!((answer.0, &body["code"]), (status, &json!("FAIL")), "{body}");
}

#[test]
fn callbacks_are_verified_opened_and_printed_masked() {
    let place = made();
    for (family, name, caller) in
        [(Family::Partner, "partner", "mchid 1900000001"), (Family::Brand, "brand", "brand_id 1004")]
    {
        let wechat_pay = WeChatPay::of(&place, family);
        let listening = Listening::start(place.path(), &["--family", name]);
        let lines: Vec<&str> = listening.greeting.lines().collect();
        let url = &listening.url;
        assert_eq!(lines[0], format!("listening on {url}/ for the callbacks of {caller}"));
        assert!(lines[1].starts_with(&format!("notify_url for a sandbox on this machine: {url}/")));
        assert!(lines[2].contains("https://") && lines[3] == "Ctrl-C stops", "{lines:?}");
        let (head, body) = wechat_pay.user_card("8b33f79f");
        assert_eq!(listening.send(&head, &body), (204, String::new()));
        let shown = listening.stop();
        let event_type = EventKind::UserCardCreated.event_type(family);
        assert!(
            shown.lines().next().unwrap().ends_with(&format!(" {event_type} 用户开通会员卡通知")),
            "{shown}"
        );
        for part in ["  id  ", "  8b33f79f\n", "  139****1234\n", r#""value":"***""#, "  new_member  "] {
            assert!(shown.contains(part), "no {part:?}: {shown}");
        }
        assert!(!shown.contains("13900001234") && !shown.contains("张三"), "{shown}");
    }
}

#[test]
fn programs_get_a_line_of_json_for_each_event() {
    let place = made();
    let wechat_pay = WeChatPay::of(&place, Family::Partner);
    let listening = Listening::start(place.path(), &["-o", "json", "--show-sensitive"]);
    for id in ["1", "2"] {
        let (head, body) = wechat_pay.user_card(id);
        assert_eq!(listening.send(&head, &body).0, 204);
    }
    let shown = listening.stop();
    let events: Vec<Value> = shown.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(events.len(), 2);
    assert_eq!((&events[0]["id"], &events[1]["id"]), (&json!("1"), &json!("2")));
    assert_eq!(events[0]["event_type"], "BRAND_MEMBER_CARD_SP.USER_CARD.CREATE");
    assert_eq!(events[0]["resource"], serde_json::from_str::<Value>(USER_CARD).unwrap());
}

/// The event is verified, so the receiver accepts and shows it: a resend would bring the same event.
#[test]
fn an_event_that_is_not_as_documented_is_shown_with_what_does_not_fit() {
    let place = made();
    let wechat_pay = WeChatPay::of(&place, Family::Partner);
    let (unfit_head, unfit_body) = wechat_pay.callback("1", EventKind::PointExchange, USER_CARD);
    let long = USER_CARD.replace(r#""card_color":"#, r#""level":11,"card_color":"#);
    let (long_head, long_body) = wechat_pay.callback("2", EventKind::UserCardCreated, &long);
    for (language, line) in [("en", "not as documented: "), ("zh", "与文档不符：")] {
        let listening = Listening::start(place.path(), &["--lang", language]);
        assert_eq!(listening.send(&unfit_head, &unfit_body).0, 204);
        assert_eq!(listening.send(&long_head, &long_body).0, 204);
        let shown = listening.stop();
        let invalid_fields: Vec<_> = shown.lines().filter(|shown| shown.starts_with(line)).collect();
        assert!(invalid_fields[0].contains("/record_id") && invalid_fields.len() == 1, "{shown}");
        assert!(!shown.contains("13900001234"), "{shown}");
    }
}

#[test]
fn what_is_not_wechat_pays_is_rejected_and_explained() {
    let place = made();
    let wechat_pay = WeChatPay::of(&place, Family::Partner);
    let (head, body) = wechat_pay.user_card("1");
    let unknown = head.replace("PUB_KEY_ID_01", "PUB_KEY_ID_99");
    let other_key = WeChatPay {
        apiv3_key: ApiV3Key::new(&"x".repeat(32)).unwrap(),
        ..WeChatPay::of(&place, Family::Partner)
    };
    let (other_head, other_body) = other_key.user_card("1");
    let table: [(&str, &str, u16, &str, &str); 5] = [
        ("", "", 401, "the header wechatpay-timestamp is missing", "缺少 HTTP 头 wechatpay-timestamp"),
        (&head, "{}", 401, "does not match the bytes", "签名不匹配"),
        (&head, &format!("{body}\n"), 401, "a line feed at the body's end", "包体末尾的空白或换行"),
        (&unknown, &body, 401, "which is not configured; configured: ", "未配置，已配置："),
        (&other_head, &other_body, 500, "cannot be decrypted with this APIv3 key", "无法解密"),
    ];
    for (language, rejected) in [("en", "rejected with"), ("zh", "已拒绝（")] {
        let mut listening = Listening::start(place.path(), &["--lang", language]);
        for (head, body, status, en, zh) in table {
            assert_fail(listening.send(head, body), status);
            let said = listening.says();
            let wanted = if language == "en" { en } else { zh };
            assert!(said.starts_with(rejected) && said.contains(&status.to_string()), "{said}");
            assert!(said.contains(wanted) && !said.contains("13900001234"), "{wanted}: {said}");
        }
        let answer = exchange(&listening.url, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        assert!(answer.starts_with("HTTP/1.1 405 ") && answer.contains(r#""code":"FAIL""#), "{answer}");
        assert!(listening.says().contains("GET"));
        assert_eq!(listening.stop(), "", "nothing of it is printed");
    }
}

#[test]
fn callbacks_of_the_other_family_are_told_apart() {
    let place = made();
    let (head, body) = WeChatPay::of(&place, Family::Partner).user_card("1");
    let keys = kit(&root(&place));
    let partners = ["RUHUI_WECHATPAY_PUBLIC_KEY_ID", "RUHUI_WECHATPAY_PUBLIC_KEY", "RUHUI_APIV3_KEY"];
    let [id, key, apiv3_key] = partners.map(|name| keys[name].as_str());
    let mut listening = Listening::start(
        place.path(),
        &["--family", "brand", "--public-key-id", id, "--public-key", key, "--apiv3-key", apiv3_key],
    );
    assert_fail(listening.send(&head, &body), 401);
    let said = listening.says();
    assert!(said.ends_with("; this is a service provider's callback: `--family partner`\n"), "{said}");
}

#[test]
fn encrypted_the_target_gets_what_came_and_its_answer_goes_back() {
    let place = made();
    let wechat_pay = WeChatPay::of(&place, Family::Partner);
    let (url, took) = target(
        "HTTP/1.1 503 Busy\r\nContent-Type: application/json\r\nX-Own: 1\r\nContent-Length: 15\r\n\r\n{\"code\":\"FAIL\"}",
    );
    let mut listening = Listening::start(place.path(), &["--forward-to", &url]);
    let (head, body) = wechat_pay.user_card("8b33f79f");
    assert_eq!(listening.send(&head, &body), (503, r#"{"code":"FAIL"}"#.to_owned()));
    let request = took.join().unwrap();
    let (got_head, got_body) = request.split_once("\r\n\r\n").unwrap();
    assert_eq!(got_body, body);
    assert!(got_head.starts_with("POST /hook?from=ruhui HTTP/1.1\r\n"), "{got_head}");
    for line in head.lines() {
        let (name, value) = line.split_once(": ").unwrap();
        let line = format!("{}: {value}", name.to_lowercase());
        assert!(got_head.to_lowercase().contains(&line.to_lowercase()), "no {line}: {got_head}");
    }
    assert!(!got_head.contains("close"), "the connection's own header stays: {got_head}");
    assert_eq!(listening.says(), format!("8b33f79f: {url} responded 503\n"));
    assert!(listening.stop().contains("8b33f79f"));
}

#[test]
fn plain_the_target_gets_the_opened_resource() {
    let place = made();
    let wechat_pay = WeChatPay::of(&place, Family::Partner);
    let (url, took) = target("HTTP/1.1 204 No Content\r\n\r\n");
    let listening = Listening::start(place.path(), &["--forward-to", &url, "--plain"]);
    let (head, body) = wechat_pay.user_card("8b33f79f");
    assert_eq!(listening.send(&head, &body), (204, String::new()));
    let request = took.join().unwrap();
    let (got_head, got_body) = request.split_once("\r\n\r\n").unwrap();
    assert!(!got_head.to_lowercase().contains("wechatpay"), "{got_head}");
    let mut wanted: Value = serde_json::from_str(&body).unwrap();
    wanted["resource"] = serde_json::from_str(USER_CARD).unwrap();
    assert_eq!(serde_json::from_str::<Value>(got_body).unwrap(), wanted, "in full, whatever is printed");
}

#[test]
fn a_target_that_fails_is_answered_for() {
    let place = made();
    let wechat_pay = WeChatPay::of(&place, Family::Partner);
    let (head, body) = wechat_pay.user_card("1");

    let mut listening = Listening::start(place.path(), &["--forward-to", CLOSED]);
    assert_fail(listening.send(&head, &body), 502);
    assert_eq!(listening.says(), format!("1: {CLOSED}/: cannot be reached; does it run?; responded 502\n"));

    // The port is bound, but no connection is accepted.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", silent.local_addr().unwrap());
    let mut listening = Listening::start(place.path(), &["--forward-to", &url]);
    assert_fail(listening.send(&head, &body), 504);
    assert!(listening.says().ends_with("and WeChat Pay waits for 5; responded 504\n"));

    let (url, took) = target("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
    let listening = Listening::start(place.path(), &["--forward-to", &url]);
    assert_fail(listening.send(&head, &body), 502);
    took.join().unwrap();
}

#[test]
fn what_keeps_it_from_listening_is_one_line() {
    let place = made();
    let listen = |options: &[&str]| say(place.path(), &[&["listen"], options].concat());
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let error = listen(&["--address", &address]).error();
    assert!(error.starts_with(&format!("cannot listen on {address}: ")), "{error}");
    fs::write(place.path().join("key.txt"), "too short\n").unwrap();
    let error = listen(&["--kit", "ruhui-sandbox/kit", "--apiv3-key", "@key.txt"]).error();
    assert_eq!(error, "--apiv3-key: an APIv3 key has 32 bytes, this has 9");
    let error = listen(&["--apiv3-key", &"x".repeat(32)]).error();
    assert!(error.starts_with("--public-key-id and --public-key are missing"), "{error}");
    assert_eq!(listen(&["--plain"]).status, Some(2), "nothing to pass it on to");
    assert_eq!(listen(&["--forward-to", "ftp://x/"]).status, Some(2));
}
