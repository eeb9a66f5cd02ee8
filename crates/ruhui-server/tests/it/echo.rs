//! Tests of the self-test (echo) of signatures, encryption and callbacks.

use crate::common::*;
use async_trait::async_trait;
use bytes::Bytes;
use http::HeaderMap;
use ruhui_core::api::event::Notification;
use ruhui_core::api::rows;
use ruhui_core::api::security::EchoEvent;
use ruhui_core::encryption::{ApiV3Key, encrypt_field};
use ruhui_core::sign::{Scheme, header};
use ruhui_server::domain::AddressPolicy;
use ruhui_server::outbox::{CallbackClient, CallbackError, CallbackResponse, Delivery};
use ruhui_server::store::{Kind, StoreExt as _};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};

const SECRET: &str = "加密回显";
const NOTIFY_URL: &str = "http://127.0.0.1:7083/notify";

/// A callback client that accepts every callback and stores it.
#[derive(Default)]
struct Mailbox(Mutex<Vec<(String, Bytes)>>);

#[async_trait]
impl CallbackClient for Mailbox {
    async fn post(&self, url: &str, _: HeaderMap, body: Bytes) -> Result<CallbackResponse, CallbackError> {
        self.0.lock().unwrap().push((url.to_owned(), body));
        Ok(CallbackResponse::of(204))
    }
}

/// Returns a self-test request with every optional member.
fn whole(world: &TestService) -> Draft {
    world.echo().member("encrypted_echo_message", encrypted(SECRET)).member("notify_url", NOTIFY_URL)
}

#[tokio::test]
async fn an_encrypted_message_comes_back_encrypted_with_the_certificate_that_signed() {
    let world = TestService::new().await;
    for serial in [PUBLIC_KEY_ID, PLATFORM_SERIAL] {
        let draft =
            world.echo().member("encrypted_echo_message", encrypted(SECRET)).header(header::SERIAL, serial);
        let response = world.send(draft.sign()).await;
        assert_eq!(response.status, 200, "{}", response.text());
        response.signed_as(Scheme::Merchant);
        let body = response.json();
        assert_eq!(body["echo_message"], "会员");
        assert_eq!(decrypted(&MERCHANT, &body["encrypted_echo_message"]), SECRET);
    }
    // A request without an encrypted message gets none in the response. One without a notify_url causes no event.
    assert_eq!(world.send(world.echo().sign()).await.json(), json!({ "echo_message": "会员" }));
    assert_eq!(world.store.scan(Kind::Delivery, "", "", 1).await.unwrap().len(), 0);
}

#[tokio::test]
async fn the_self_test_names_the_mistake_that_it_is_there_to_find() {
    let world = TestService::new().await;
    let own = encrypt_field(&MERCHANT.public_key(), SECRET).unwrap();
    for text in ["plain", "", own.as_str()] {
        let response = world.send(world.echo().member("encrypted_echo_message", text).sign()).await;
        response.answers(&rows::ENCRYPTED_FIELD_UNREADABLE);
    }
    for url in ["x", "ftp://shop.example/a", "https://shop.example/?a=1"] {
        let response = world.send(world.echo().member("notify_url", url).sign()).await;
        response.answers(&rows::PARAMETER_WRONG);
        assert_eq!(response.json()["detail"]["field"], "/notify_url", "{url}");
    }
    world.send(world.echo().without(header::SERIAL).sign()).await.answers(&rows::WECHATPAY_SERIAL_MISSING);
    let unknown = world.echo().header(header::SERIAL, "PUB_KEY_ID_0");
    world.send(unknown.sign()).await.answers(&rows::WECHATPAY_SERIAL_WRONG);
    assert_eq!(world.store.scan(Kind::Delivery, "", "", 1).await.unwrap().len(), 0);
}

#[tokio::test]
async fn the_callback_says_both_messages_and_goes_out_at_once() {
    let mut world = TestService::new().await;
    let mailbox = Arc::new(Mailbox::default());
    world.service = world.beside_with(mailbox.clone()).await;
    assert_eq!(world.send(whole(&world).sign()).await.status, 200);
    let attempts = world.service.outbox().deliver_due().await.unwrap();
    assert_eq!(attempts.len(), 1);
    assert_eq!((attempts[0].event_type.as_str(), attempts[0].allowed), ("SECURITY_ECHO.SUCCESS", 10));
    let (url, body) = mailbox.0.lock().unwrap().remove(0);
    assert_eq!(url, NOTIFY_URL);
    let envelope: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(envelope["resource"]["original_type"], "security");
    assert_eq!(envelope["summary"], "回调通知成功");

    let notification: Notification = serde_json::from_slice(&body).unwrap();
    let plain = notification.decrypt(&ApiV3Key::new(APIV3_KEY).unwrap()).unwrap();
    let event: EchoEvent = serde_json::from_slice(&plain).unwrap();
    assert_eq!(event.echo_message, "会员");
    assert_eq!(decrypted(&MERCHANT, &json!(event.encrypt_echo_message)), SECRET);
    assert_eq!(world.store.scan(Kind::Delivery, "", "", 1).await.unwrap().len(), 0);
}

#[tokio::test]
async fn the_same_signed_self_test_sends_one_callback() {
    let world = TestService::new().await;
    let request = whole(&world).sign();
    for _ in 0..3 {
        let response = world.send(request.clone()).await;
        assert_eq!(decrypted(&MERCHANT, &response.json()["encrypted_echo_message"]), SECRET);
    }
    assert_eq!(world.store.read_all::<Delivery>().await.unwrap().len(), 1);
    assert_eq!(world.send(whole(&world).sign()).await.status, 200);
    assert_eq!(world.store.read_all::<Delivery>().await.unwrap().len(), 2);
}

#[tokio::test]
async fn only_a_sandbox_sends_the_callback_to_a_private_address() {
    let world = TestService::with_policy(|policy| policy.reach = AddressPolicy::PublicOnly).await;
    world.send(whole(&world).sign()).await.answers(&rows::NOTIFY_URL_PRIVATE);
    let public = whole(&world).member("notify_url", "https://shop.example/notify");
    assert_eq!(world.send(public.sign()).await.status, 200);
}
