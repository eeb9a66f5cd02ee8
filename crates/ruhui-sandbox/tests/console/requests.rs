//! Pages of the request log.

use crate::visitor::{HOSTILE, Visitor};
use reqwest::{Client, StatusCode};
use ruhui::api::card_member::CreatePreAuthToken;
use ruhui_sandbox::Sandbox;
use ruhui_sandbox::ruhui;

const PATH: &str = "/v3/brand/partner/card-member/pre-auth-tokens";

async fn token(sandbox: &Sandbox) {
    let (brand_id, card_id, openid) = (sandbox.brand_id(), sandbox.card_id(), sandbox.new_openid());
    sandbox.client().create_pre_auth_token(&CreatePreAuthToken { brand_id, card_id, openid }).await.unwrap();
}

async fn send(sandbox: &Sandbox, path: &str, body: Vec<u8>) {
    let request = Client::new().post(format!("{}{path}", sandbox.base_url())).body(body);
    let request = request.header("accept", "application/json").header("user-agent", "a test");
    let _ = request.header("content-type", "application/json").send().await.unwrap().bytes().await;
}

#[tokio::test]
async fn the_list_shows_the_newest_first_and_filters() {
    let sandbox = Sandbox::start().await.unwrap();
    let english = Visitor::of(&sandbox, "en");
    english.open("/requests").await.shows(StatusCode::OK, &["No request has arrived yet.", "ruhui token"]);
    token(&sandbox).await;
    send(&sandbox, PATH, b"{}".to_vec()).await;
    let page = english.open("/requests").await;
    page.shows(StatusCode::OK, &["id=\"request-1\"", "id=\"request-2\"", "401 SIGN_ERROR"]);
    assert!(page.text.find("id=\"request-2\"") < page.text.find("id=\"request-1\""));
    let page = english.open("/requests?status=401").await;
    page.shows(StatusCode::OK, &["id=\"request-2\"", "All requests"]);
    assert!(!page.text.contains("id=\"request-1\""));
    let chinese = Visitor::of(&sandbox, "zh");
    chinese.open("/requests?text=nowhere").await.shows(StatusCode::OK, &["没有符合筛选条件的请求"]);
    chinese.open("/requests?status=abc").await.shows(StatusCode::BAD_REQUEST, &["PARAM_ERROR", "状态码"]);
}

#[tokio::test]
async fn a_long_log_has_pages() {
    let sandbox = Sandbox::start().await.unwrap();
    for _ in 0..105 {
        token(&sandbox).await;
    }
    let visitor = Visitor::of(&sandbox, "en");
    let first = visitor.open("/requests").await;
    first.shows(StatusCode::OK, &["/requests?before=6", "id=\"request-105\"", "id=\"request-6\""]);
    assert!(!first.text.contains("id=\"request-5\""));
    let second = visitor.open("/requests?before=6").await;
    second.shows(StatusCode::OK, &["id=\"request-5\"", "id=\"request-1\"", "href=\"/requests\">← Newest"]);
    assert!(!second.text.contains("Older"));
}

#[tokio::test]
async fn one_request_has_all_of_its_facts() {
    let sandbox = Sandbox::start().await.unwrap();
    token(&sandbox).await;
    let english = Visitor::of(&sandbox, "en");
    let parts =
        ["create_pre_auth_token", "signature verified", "<code>tokens</code>", "authorization", "4015336986"];
    english.open("/requests/1").await.shows(StatusCode::OK, &parts);
    send(&sandbox, PATH, b"{}".to_vec()).await;
    let parts = ["拒绝原因", "SIGN_ERROR", "没有写入。", "/explain?request=2"];
    Visitor::of(&sandbox, "zh").open("/requests/2").await.shows(StatusCode::OK, &parts);
}

#[tokio::test]
async fn a_request_that_is_gone_or_unknown_is_named() {
    let sandbox = Sandbox::start().await.unwrap();
    token(&sandbox).await;
    let [english, chinese] = ["en", "zh"].map(|language| Visitor::of(&sandbox, language));
    english.open("/requests/7").await.shows(StatusCode::NOT_FOUND, &["there is no request 7"]);
    chinese.open("/requests/7").await.shows(StatusCode::NOT_FOUND, &["没有请求 7", "重置或重启之前"]);
    sandbox.controls().reset().await.unwrap();
    english.open("/requests/1").await.shows(StatusCode::NOT_FOUND, &["has left the log"]);
    chinese.open("/requests/1").await.shows(StatusCode::NOT_FOUND, &["已被移出日志"]);
}

#[tokio::test]
async fn large_bodies_and_bytes_that_are_no_text_are_shown() {
    let sandbox = Sandbox::start().await.unwrap();
    send(&sandbox, PATH, vec![b'x'; 3 << 20]).await;
    send(&sandbox, PATH, vec![0xFF, 0x00, b'A']).await;
    let [english, chinese] = ["en", "zh"].map(|language| Visitor::of(&sandbox, language));
    let large = english.open("/requests/1").await;
    large.shows(StatusCode::OK, &["3145728 bytes", "bytes in between are not kept", "SHA-256"]);
    assert!(large.text.len() < 150_000, "{}", large.text.len());
    english.open("/requests/2").await.shows(StatusCode::OK, &["cannot be masked"]);
    chinese.open("/requests/2").await.shows(StatusCode::OK, &["无法逐字段脱敏"]);
    let dumped = english.open("/requests/2?show_sensitive=true").await;
    dumped.shows(StatusCode::OK, &["ff 00 41", "··A"]);
}

#[tokio::test]
async fn nothing_of_a_caller_becomes_markup() {
    let sandbox = Sandbox::start().await.unwrap();
    let authorization = format!(
        r#"WECHATPAY2-SHA256-RSA2048 mchid="19{HOSTILE}",nonce_str="{HOSTILE}",signature="a",timestamp="1",serial_no="b""#
    );
    let path =
        "/v3/brand/%3Cscript%3Ealert(1)%3C/script%3E\"><img%20src=x%20onerror=alert(1)>?q=<script>alert(1)";
    let url = format!("{}{PATH}", sandbox.base_url());
    let body = serde_json::json!({ "brand_id": HOSTILE, "openid": HOSTILE }).to_string();
    let request = Client::new().post(url).header("authorization", authorization).header("x-odd", HOSTILE);
    request.header("content-type", "application/json").body(body).send().await.unwrap();
    send(&sandbox, path, HOSTILE.as_bytes().to_vec()).await;
    let visitor = Visitor::of(&sandbox, "en");
    for path in ["/requests", "/requests/1", "/requests/2", "/requests/1?show_sensitive=true"] {
        let page = visitor.open(path).await;
        assert_eq!(page.status, 200, "{path}: {}", page.text);
        page.is_harmless();
    }
    let filter = serde_urlencoded::to_string([("text", HOSTILE), ("fault", HOSTILE)]).unwrap();
    let page = visitor.open(&format!("/requests?{filter}")).await;
    assert_eq!(page.status, 400);
    page.is_harmless();
    visitor.open(&format!("/requests/{}", "%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E")).await.is_harmless();
}

#[tokio::test]
async fn a_request_is_sent_again_and_shown_as_curl() {
    let sandbox = Sandbox::start().await.unwrap();
    token(&sandbox).await;
    let [english, chinese] = ["en", "zh"].map(|language| Visitor::of(&sandbox, language));
    let again = english.submit_and_follow("/requests/1/replay", &[]).await;
    again.shows(StatusCode::OK, &["This is the request that was sent again.", "create_pre_auth_token"]);
    chinese.open("/requests/1/curl").await.shows(StatusCode::OK, &["curl -i -X POST", "5 分钟"]);
    sandbox.controls().advance_clock(std::time::Duration::from_secs(60)).await.unwrap();
    let control = english.submit("/requests/3/replay", &[]).await;
    control.shows(StatusCode::CONFLICT, &["IS_CONTROL", "/sandbox/clock"]);
    english
        .submit("/requests/99/replay", &[])
        .await
        .shows(StatusCode::NOT_FOUND, &["there is no request 99"]);
    chinese.submit_and_follow("/requests/clear", &[]).await.shows(StatusCode::OK, &["尚未收到请求。"]);
}

#[tokio::test]
async fn the_live_stream_tells_of_requests_and_of_a_reset() {
    let sandbox = Sandbox::start().await.unwrap();
    token(&sandbox).await;
    let url = format!("{}/live?from=0-1", sandbox.operations_url());
    let mut stream = Client::new().get(&url).send().await.unwrap();
    assert_eq!(stream.headers()["content-type"], "text/event-stream");
    token(&sandbox).await;
    assert!(next_event(&mut stream).await.contains("id: 0-2\nevent: change"));
    sandbox.controls().reset().await.unwrap();
    assert!(next_event(&mut stream).await.contains("id: 1-2\n"));
    drop(stream);
    // A browser that connects again continues where it was.
    token(&sandbox).await;
    let mut again = Client::new().get(&url).header("last-event-id", "1-2").send().await.unwrap();
    assert!(next_event(&mut again).await.contains("id: 1-3\n"));
}

/// Returns the next event of a stream, without the greeting.
async fn next_event(stream: &mut reqwest::Response) -> String {
    let mut text = String::new();
    while !text.contains("data:") {
        text += std::str::from_utf8(&stream.chunk().await.unwrap().unwrap()).unwrap();
    }
    text
}
