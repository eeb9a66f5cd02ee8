//! The start page: a program in the visitor's language, and steps that turn green.

use crate::visitor::Visitor;
use reqwest::StatusCode;
use ruhui_sandbox::Sandbox;
use ruhui_sandbox::ruhui::api::card_member::CreatePreAuthToken;
use std::time::Duration;

#[tokio::test]
async fn the_program_has_the_values_of_the_kit() {
    let sandbox = Sandbox::start().await.unwrap();
    let [english, chinese] = ["en", "zh"].map(|language| Visitor::of(&sandbox, language));
    let page = english.open("/").await;
    page.shows(
        StatusCode::OK,
        &[
            "FirstToken.java",
            sandbox.base_url(),
            sandbox.value("RUHUI_SERIAL_NO"),
            "href=\"/?for=java\" aria-current=\"true\"",
            "This sandbox is in memory",
            "<code>apiclient_key.pem</code>",
            "alt=\"How a request is signed\"",
        ],
    );
    assert!(!page.text.contains("PRIVATE KEY-----"), "no private key is on the page");
    chinese.open("/").await.shows(StatusCode::OK, &["另存为", "该沙箱在内存中运行", "alt=\"请求如何签名\""]);
    for (client, text) in [
        ("go", "go run first_token.go"),
        ("node", "wechatpay-axios-plugin"),
        ("python", "wechatpayv3"),
        ("php", "php first_token.php"),
        ("curl", "Paste it into a shell."),
        ("rust", "cargo run"),
        ("wechatpay-java", "Written from the public source of com.github.wechatpay-apiv3:wechatpay-java"),
        ("wxjava&task=callbacks", "baseParseOrderNotifyV3Result"),
        ("go&task=callbacks", "go run callbacks.go"),
        ("curl&task=callbacks", "run `ruhui listen`"),
    ] {
        english.open(&format!("/?for={client}")).await.shows(StatusCode::OK, &[text]);
    }
    english.open("/?for=%3Cscript%3Ealert(1)").await.shows(StatusCode::OK, &["FirstToken.java"]);
}

#[tokio::test]
async fn each_step_turns_green_when_it_is_done() {
    let sandbox = Sandbox::start().await.unwrap();
    let visitor = Visitor::of(&sandbox, "en");
    let done = async || visitor.open("/").await.text.matches("step-done").count();
    visitor
        .open("/")
        .await
        .shows(StatusCode::OK, &["ruhui user join --token TOKEN", "ruhui listen", "badge-warning\">next"]);
    assert_eq!(done().await, 0);
    let (brand_id, card_id, openid) = (sandbox.brand_id(), sandbox.card_id(), sandbox.new_openid());
    let token = sandbox
        .client()
        .create_pre_auth_token(&CreatePreAuthToken { brand_id, card_id, openid })
        .await
        .unwrap();
    assert_eq!(done().await, 1);
    visitor
        .open("/")
        .await
        .shows(StatusCode::OK, &[&format!("ruhui user join --token {}", token.token.as_str())]);
    sandbox.controls().join(&token.token, "13900000000").await.unwrap();
    // The sandbox of a test sends callbacks nowhere.
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(done().await, 2);
    Visitor::of(&sandbox, "zh").open("/").await.shows(StatusCode::OK, &["已完成", "接收回调通知", "下一步"]);
}

#[tokio::test]
async fn the_token_that_a_sandbox_requests_from_itself_is_no_step() {
    let sandbox = Sandbox::start().await.unwrap();
    let visitor = Visitor::of(&sandbox, "en");
    let own = sandbox.client_builder().user_agent(ruhui_server::sandbox::SANDBOX_AGENT).build().unwrap();
    let request =
        |openid| CreatePreAuthToken { brand_id: sandbox.brand_id(), card_id: sandbox.card_id(), openid };
    own.create_pre_auth_token(&request(sandbox.new_openid())).await.unwrap();
    assert_eq!(visitor.open("/").await.text.matches("step-done").count(), 0);
    sandbox.client().create_pre_auth_token(&request(sandbox.new_openid())).await.unwrap();
    assert_eq!(visitor.open("/").await.text.matches("step-done").count(), 1);
}
