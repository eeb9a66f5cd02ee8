//! The page that explains signatures, of pasted material, of a file, and of the log.

use crate::visitor::{HOSTILE, Page, Visitor};
use reqwest::{Client, StatusCode};
use ruhui_core::Timestamp;
use ruhui_core::sign::request_message;
use ruhui_sandbox::Sandbox;
use ruhui_sandbox::ruhui::http::Method;
use ruhui_sandbox::ruhui::key::PrivateKey;

/// The wire time of the sandboxes, at which the requests are signed.
const NOW: &str = "2026-11-28T07:04:11Z";

async fn start() -> Sandbox {
    Sandbox::builder().wire_time(NOW.parse().unwrap()).start().await.unwrap()
}

const PATH: &str = "/v3/brand/partner/card-member/pre-auth-tokens";

/// A request as raw HTTP, whose signature is over another message.
struct Raw<'a> {
    sandbox: &'a Sandbox,
    path: &'a str,
    nonce: &'a str,
    body: &'a [u8],
    key: &'a str,
    signed: fn(Vec<u8>) -> Vec<u8>,
}

impl<'a> Raw<'a> {
    fn right(sandbox: &'a Sandbox, body: &'a [u8]) -> Self {
        let key = "RUHUI_PRIVATE_KEY";
        Self {
            sandbox,
            path: PATH,
            nonce: "593BEC0C930BF1AFEB40B4A08C8FB242",
            body,
            key,
            signed: |message| message,
        }
    }

    fn authorization(&self) -> String {
        let timestamp = NOW.parse::<Timestamp>().unwrap().as_second().to_string();
        let key = PrivateKey::from_pem(&self.sandbox.value(self.key).replace("\\n", "\n")).unwrap();
        let message = (self.signed)(request_message("POST", self.path, &timestamp, self.nonce, self.body));
        format!(
            r#"WECHATPAY2-SHA256-RSA2048 mchid="{}",nonce_str="{}",signature="{}",timestamp="{timestamp}",serial_no="{}""#,
            self.sandbox.mchid(),
            self.nonce,
            key.sign(&message),
            self.sandbox.value("RUHUI_SERIAL_NO")
        )
    }

    fn text(&self) -> Vec<u8> {
        let head = format!(
            "POST {} HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\nUser-Agent: a test\r\nContent-Type: application/json\r\nAuthorization: {}\r\nContent-Length: {}\r\n\r\n",
            self.path,
            self.authorization(),
            self.body.len()
        );
        [head.as_bytes(), self.body].concat()
    }

    async fn send(&self) {
        let url = format!("{}{}", self.sandbox.base_url(), self.path);
        let request =
            Client::new().post(url).header("authorization", self.authorization()).body(self.body.to_vec());
        let request = request.header("accept", "application/json").header("user-agent", "a test");
        let sent = request.header("content-type", "application/json").send().await.unwrap();
        assert_eq!(sent.status(), 401, "{}", sent.text().await.unwrap());
    }
}

fn body(sandbox: &Sandbox) -> Vec<u8> {
    let (brand_id, card_id, openid) = (sandbox.brand_id(), sandbox.card_id(), sandbox.new_openid());
    let openid = openid.as_str();
    format!(r#"{{"brand_id":"{brand_id}","card_id":"{card_id}","openid":"{openid}"}}"#).into_bytes()
}

fn without_last(mut message: Vec<u8>) -> Vec<u8> {
    message.pop();
    message
}

/// Sends the form with a file, byte for byte, or with a pasted text.
async fn explain(visitor: &Visitor, field: &str, content: &[u8]) -> Page {
    let boundary = "----WebKitFormBoundaryOfATest";
    let name = if field == "file" { "; filename=\"request.txt\"" } else { "" };
    let head = format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{field}\"{name}\r\n\r\n");
    let end = format!(
        "\r\n--{boundary}\r\nContent-Disposition: form-data; name=\"exchange\"\r\n\r\n\r\n--{boundary}--\r\n"
    );
    let form = [head.as_bytes(), content, end.as_bytes()].concat();
    let kind = format!("multipart/form-data; boundary={boundary}");
    visitor.submit_form("/explain", &kind, form).await
}

#[tokio::test]
async fn a_proven_cause_is_shown_with_the_messages_and_the_right_way() {
    let sandbox = start().await;
    let body = body(&sandbox);
    let raw = Raw { signed: without_last, ..Raw::right(&sandbox, &body) }.text();
    let english = explain(&Visitor::of(&sandbox, "en"), "file", &raw).await;
    english.shows(
        StatusCode::OK,
        &[
            "the last line feed is missing from what you signed",
            "proven by the signature",
            "End each of the five lines with one line feed",
            r#"<mark><span class="invisible" title="line feed">⏎</span></mark>"#,
            "ruhui::sign::request_message",
            "class=\"for-java\" data-program checked",
            "the caller&#39;s certificate",
            "kit/apiclient_key.pem",
            "Read as: an HTTP message",
        ],
    );
    let chinese = explain(&Visitor::of(&sandbox, "zh"), "file", &raw).await;
    chinese.shows(
        StatusCode::OK,
        &["您的待签名串缺少最后一个换行符", "已由签名证实", "正确写法", "该商户的证书", "title=\"换行符\""],
    );
}

#[tokio::test]
async fn what_is_right_or_cannot_be_explained_is_said_to_be_so() {
    let sandbox = start().await;
    let body = body(&sandbox);
    let [english, chinese] = ["en", "zh"].map(|language| Visitor::of(&sandbox, language));

    let right = Raw::right(&sandbox, &body).text();
    let accepted = explain(&english, "file", &right).await;
    accepted.shows(StatusCode::OK, &["notice-good", "The signature is right.", "kit/apiclient_key.pem"]);

    let other = Raw { signed: |_| b"something else".to_vec(), ..Raw::right(&sandbox, &body) }.text();
    let unexplained = explain(&english, "file", &other).await;
    unexplained.shows(
        StatusCode::OK,
        &[
            "no known mistake explains it in full",
            "Possible causes",
            "The message that the service built",
            "escape_ascii",
        ],
    );
    explain(&chinese, "file", &other)
        .await
        .shows(StatusCode::OK, &["已知的错误无法完全解释", "无法从请求本身判断的可能原因"]);

    let unsigned = format!("POST {PATH} HTTP/1.1\r\nHost: a\r\nAccept: */*\r\nUser-Agent: a\r\n\r\n{{}}");
    let unchecked = explain(&english, "file", unsigned.as_bytes()).await;
    unchecked.shows(
        StatusCode::OK,
        &["could not be verified", "the Authorization header is missing", "WECHATPAY2-SHA256-RSA2048 mchid="],
    );
    explain(&chinese, "file", unsigned.as_bytes())
        .await
        .shows(StatusCode::OK, &["无法验证签名", "缺少 Authorization 头"]);
}

#[tokio::test]
async fn the_key_of_someone_else_is_named_with_its_file() {
    let sandbox = start().await;
    let body = body(&sandbox);
    let raw = Raw { key: "RUHUI_BRAND_PRIVATE_KEY", ..Raw::right(&sandbox, &body) }.text();
    let page = explain(&Visitor::of(&sandbox, "en"), "file", &raw).await;
    page.shows(
        StatusCode::OK,
        &["you signed with the key of someone else", "not a key of the caller", "kit/brand_key.pem"],
    );
    assert!(page.text.contains(sandbox.value("RUHUI_BRAND_SERIAL_NO")), "{}", page.text);
}

#[tokio::test]
async fn a_pasted_text_has_the_line_ends_of_a_browser() {
    let sandbox = start().await;
    let body =
        format!("{{\n  \"brand_id\": \"1004\",\n  \"openid\": \"{}\"\n}}", sandbox.new_openid().as_str());
    let raw = Raw { signed: without_last, ..Raw::right(&sandbox, body.as_bytes()) }.text();
    let pasted = String::from_utf8(raw).unwrap().replace("\r\n", "\n").replace('\n', "\r\n");
    let page = explain(&Visitor::of(&sandbox, "en"), "material", pasted.as_bytes()).await;
    page.shows(StatusCode::OK, &["the last line feed is missing from what you signed"]);
}

#[tokio::test]
async fn material_that_is_no_request_is_named_and_stays_in_the_form() {
    let sandbox = start().await;
    let [english, chinese] = ["en", "zh"].map(|language| Visitor::of(&sandbox, language));
    let page = explain(&english, "material", b"hello <b>world</b>").await;
    page.shows(StatusCode::BAD_REQUEST, &["PARAM_ERROR", "role=\"alert\"", "hello &#60;b&#62;world"]);
    explain(&chinese, "material", b"hello")
        .await
        .shows(StatusCode::BAD_REQUEST, &["PARAM_ERROR", "签名诊断"]);

    let response = b"HTTP/1.1 200 OK\r\nWechatpay-Signature: a\r\n\r\n{}";
    explain(&english, "file", response)
        .await
        .shows(StatusCode::BAD_REQUEST, &["this is a response", "ruhui verify"]);
    explain(&chinese, "file", response).await.shows(StatusCode::BAD_REQUEST, &["这是由微信支付签名的应答"]);
    explain(&english, "material", b" ").await.shows(StatusCode::BAD_REQUEST, &["neither a text nor a file"]);
    explain(&chinese, "material", b"").await.shows(StatusCode::BAD_REQUEST, &["未填写内容也未选择文件"]);
}

#[tokio::test]
async fn bytes_that_are_no_text_and_large_bodies_are_explained() {
    let sandbox = start().await;
    let [english, chinese] = ["en", "zh"].map(|language| Visitor::of(&sandbox, language));
    let bytes = [b"{\"openid\":\"\xFF\xC3\x00\"}".as_slice(), &[0xE4]].concat();
    let raw = Raw { signed: without_last, ..Raw::right(&sandbox, &bytes) }.text();
    let page = explain(&english, "file", &raw).await;
    page.shows(
        StatusCode::OK,
        &["the last line feed is missing", "\\xFF", "a byte that is not UTF-8", ">NUL<"],
    );

    let large = format!("{{\"brand_id\":\"1004\",\"remark\":\"{}\"}}", "a".repeat(3 << 20));
    let raw = Raw { signed: without_last, ..Raw::right(&sandbox, large.as_bytes()) }.text();
    let page = explain(&chinese, "file", &raw).await;
    page.shows(StatusCode::OK, &["您的待签名串缺少最后一个换行符", "个字符已省略"]);
    assert!(page.text.len() < 60_000, "{}", page.text.len());

    let larger = vec![b'a'; 5 << 20];
    explain(&english, "file", &larger).await.shows(StatusCode::PAYLOAD_TOO_LARGE, &["at most 4 MB"]);
    explain(&chinese, "file", &larger).await.shows(StatusCode::PAYLOAD_TOO_LARGE, &["最多可诊断 4 MB"]);
}

#[tokio::test]
async fn a_rejected_request_of_the_log_is_picked() {
    let sandbox = start().await;
    let [english, chinese] = ["en", "zh"].map(|language| Visitor::of(&sandbox, language));
    english
        .open("/explain")
        .await
        .shows(StatusCode::OK, &["No request with a rejected signature", "enctype=\"multipart/form-data\""]);
    chinese.open("/explain").await.shows(StatusCode::OK, &["日志中没有签名被拒绝的请求。"]);
    let body = body(&sandbox);
    Raw { signed: without_last, ..Raw::right(&sandbox, &body) }.send().await;
    english.open("/explain").await.shows(StatusCode::OK, &["href=\"/explain?request=1\"", "401 SIGN_ERROR"]);
    let page = english.open("/explain?request=1&for=python").await;
    page.shows(
        StatusCode::OK,
        &[
            "the last line feed is missing",
            "class=\"for-python\" data-program checked",
            "href=\"/requests/1\"",
        ],
    );
    chinese.open("/explain?request=7").await.shows(StatusCode::NOT_FOUND, &["没有请求 7"]);
    // An explanation is no request of the log, and of one that was verified there is none.
    explain(&english, "material", b"x").await;
    assert_eq!(sandbox.controls().get("requests", &[]).await.unwrap()["newest"], 1);
    let token = sandbox.client().call(Method::GET, "/v3/certificates", Vec::new()).await;
    token.unwrap();
    english
        .open("/explain?request=2")
        .await
        .shows(StatusCode::OK, &["The log has no explanation of this request"]);
}

#[tokio::test]
async fn nothing_of_a_request_becomes_markup() {
    let sandbox = start().await;
    let visitor = Visitor::of(&sandbox, "en");
    let body = serde_json::json!({ "brand_id": HOSTILE, "openid": HOSTILE }).to_string();
    let path = format!("{PATH}?q=<script>alert(1)</script>\"><img/src=x/onerror=alert(1)>");
    let nonce = "<script>alert(1)</script>";
    for signed in [without_last, |_| b"<script>alert(1)</script>".to_vec(), |message| message] {
        let raw = Raw { path: &path, nonce, signed, ..Raw::right(&sandbox, body.as_bytes()) };
        let mut text = raw.text();
        let odd = format!("X-Odd: {HOSTILE}\r\nHost");
        let at = text.windows(4).position(|window| window == b"Host").unwrap();
        text.splice(at..at + 4, odd.into_bytes());
        for field in ["file", "material"] {
            let page = explain(&visitor, field, &text).await;
            assert!([200, 400].contains(&page.status), "{}", page.text);
            page.is_harmless();
        }
        let _ = Client::new()
            .post(format!("{}{PATH}", sandbox.base_url()))
            .header("authorization", raw.authorization())
            .body(body.clone())
            .send()
            .await;
    }
    for path in
        ["/explain", "/explain?request=1", "/explain?request=2", "/explain?request=%3Cscript%3Ealert(1)"]
    {
        visitor.open(path).await.is_harmless();
    }
    explain(&visitor, "material", HOSTILE.as_bytes()).await.is_harmless();
}
