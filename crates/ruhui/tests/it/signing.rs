//! Tests that the signature covers exactly the bytes that are sent.

use crate::support::*;
use bytes::Bytes;
use http::Method;
use proptest::prelude::*;
use ruhui::api::card_member::{CreatePreAuthToken, OpenUserCardToken};
use ruhui::api::{CallersOwn, Endpoint, certificates::ListCertificates};
use ruhui::sign::Scheme;
use ruhui::types::OpenId;
use ruhui::wire;
use ruhui::{Client, Error, error::UsageError};
use std::sync::Arc;

#[tokio::test]
async fn a_request_has_the_documents_headers_and_nothing_else() {
    let script = Script::new([Ok(signed(200, TOKEN))]);
    client(&script).create_pre_auth_token(&call()).await.unwrap();
    let request = script.requests().remove(0);
    assert_eq!(request.method(), Method::POST);
    assert_eq!(request.uri(), "https://api.mch.weixin.qq.com/v3/brand/partner/card-member/pre-auth-tokens");
    let shown: Vec<(&str, &str)> = request
        .headers()
        .iter()
        .filter(|(name, _)| *name != "authorization")
        .map(|(name, value)| (name.as_str(), value.to_str().unwrap()))
        .collect();
    assert_eq!(
        shown,
        [
            ("accept", "application/json"),
            ("user-agent", concat!("ruhui/", env!("CARGO_PKG_VERSION"))),
            ("wechatpay-serial", PUBLIC_KEY_ID),
            ("content-type", "application/json"),
        ]
    );
    let authorization = authorization(&request);
    assert_eq!((authorization.caller().id(), authorization.timestamp_seconds()), (MCHID, NOW));
    assert_eq!(authorization.serial_no().as_str(), SERIAL_NO);
    assert!(is_signed_as_sent(&request));
    assert!(!format!("{request:?}").contains(authorization.signature()));
}

#[tokio::test]
async fn a_call_can_be_made_in_a_task_of_its_own() {
    let client = client(&Script::new([Ok(signed(200, TOKEN))]));
    let task = tokio::spawn(async move { client.create_pre_auth_token(&call()).await });
    task.await.unwrap().unwrap();
}

#[tokio::test]
async fn both_names_of_the_call_are_there() {
    let script = Script::new([Ok(signed(200, TOKEN))]);
    client(&script).create_pre_auth_token(&founding_call("oUser")).await.unwrap();
    let request = script.requests().remove(0);
    assert_eq!(request.uri().path(), "/v3/brand/partner/card-member/open-user-card-tokens");
    let body = r#"{"brand_id":"1004","card_id":"pbLatjvWOibDc5-TBnbUk1pD12o0","openid":"oUser"}"#;
    assert_eq!(request.body(), body);
}

#[tokio::test]
async fn a_brand_signs_in_its_own_scheme() {
    let script = Script::new([Ok(signed_by(&platform(), Scheme::Brand, NOW, 200, TOKEN))]);
    let client = Client::brand("1004", SERIAL_NO, BRAND_KEY, PUBLIC_KEY_ID, PLATFORM_PUB)
        .unwrap()
        .clock(Standing::at(NOW))
        .transport(script.clone())
        .build()
        .unwrap();
    let (card_id, openid) = (call().card_id, call().openid);
    client
        .create_pre_auth_token(&CreatePreAuthToken { brand_id: CallersOwn, card_id, openid })
        .await
        .unwrap();
    let request = script.requests().remove(0);
    assert_eq!(request.uri().path(), "/brand/card-member/pre-auth-tokens");
    let header = request.headers()["authorization"].to_str().unwrap();
    assert!(header.starts_with(r#"WECHATPAY-BRAND-SHA256-RSA2048 brand_id="1004","#), "{header}");
}

#[tokio::test]
async fn a_get_has_no_body_and_no_content_type() {
    let script = Script::new([Ok(signed(200, r#"{"data":[]}"#))]);
    client(&script).send(&ListCertificates {}).await.unwrap();
    let request = script.requests().remove(0);
    assert!(request.body().is_empty() && !request.headers().contains_key("content-type"));
    assert!(is_signed_as_sent(&request));
}

#[tokio::test]
async fn the_language_and_the_program_can_be_named() {
    let script = Script::new([Ok(signed(200, TOKEN))]);
    let client =
        builder().transport(script.clone()).accept_language("en").user_agent("shop/2.1").build().unwrap();
    client.create_pre_auth_token(&call()).await.unwrap();
    let request = script.requests().remove(0);
    assert_eq!(request.headers()["accept-language"], "en");
    assert_eq!(request.headers()["user-agent"], "shop/2.1");
}

#[tokio::test]
async fn a_raw_call_sends_its_bytes_as_they_are() {
    let script = Script::new([Ok(signed(200, "{}")), Ok(signed(204, ""))]);
    let client = client(&script);
    let body = Bytes::from_static(b" { \"a\" : \"<\xE4\xBC\x9A>\" }\n");
    client.call(Method::PATCH, "/v3/x?mchid=1&note=%E4%BC%9A", body.clone()).await.unwrap();
    let request = script.requests().remove(0);
    assert_eq!(request.uri(), "https://api.mch.weixin.qq.com/v3/x?mchid=1&note=%E4%BC%9A");
    // The request has the caller's own buffer, not a copy that could differ.
    assert_eq!(request.body().as_ptr(), body.as_ptr());
    assert!(is_signed_as_sent(&request));

    let response = client.call(Method::DELETE, "/v3/x", "").await.unwrap();
    assert_eq!((response.status().as_u16(), response.body().len()), (204, 0));
}

#[tokio::test]
async fn a_target_that_would_change_on_the_way_is_not_signed() {
    let script = Script::new([]);
    let error = client(&script).call(Method::GET, "/v3/../x", "").await.unwrap_err();
    assert!(matches!(&error, Error::Usage(UsageError::Target { .. })));
    assert!(!error.may_have_taken_effect() && !error.is_retryable());
    assert!(script.requests().is_empty());
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn any_openid_is_signed_as_sent_and_read_as_meant(openid in "[^\\p{Cc}\u{10000}-\u{10FFFF}]{1,128}") {
        prop_assume!(OpenId::new(openid.as_str()).is_ok());
        let script = Script::new([Ok(signed(200, TOKEN))]);
        let call = founding_call(&openid);
        block_on(client(&script).send(&call)).unwrap();
        let request = script.requests().remove(0);
        prop_assert!(is_signed_as_sent(&request));
        let read: OpenUserCardToken = wire::decode(&[], None, request.body(), None).unwrap();
        prop_assert_eq!(read, call);
        prop_assert_eq!(request.uri().path(), OpenUserCardToken::PATH);
    }

    #[test]
    fn any_body_is_signed_as_sent(body: Vec<u8>) {
        let script = Script::new([Ok(signed(200, "{}"))]);
        let client: Arc<Client> = Arc::new(client(&script));
        block_on(client.call(Method::POST, "/v3/x", body.clone())).unwrap();
        let request = script.requests().remove(0);
        prop_assert!(is_signed_as_sent(&request));
        prop_assert_eq!(request.body(), &body);
    }
}
