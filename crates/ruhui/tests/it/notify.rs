//! Tests of callbacks: verification, a response for each kind of failure, and idempotent handling.

mod inbox;
#[cfg(all(feature = "axum", feature = "reqwest"))]
mod member;
mod receiver;
#[cfg(feature = "axum")]
mod web;

use crate::support::*;
use http::HeaderMap;
use ruhui::api::event::{EventKind, Notification};
use ruhui::encryption::{ApiV3Key, ResourceNonce};
use ruhui::notify::{Receiver, ReceiverBuilder};
use ruhui::sign::{ResponseSigner, Scheme};
use ruhui::types::{DateTime, Family, NonceStr};

const APIV3_KEY: &str = "0123456789abcdef0123456789abcdef";
const OTHER_APIV3_KEY: &str = "fedcba9876543210fedcba9876543210";

const PHONE: &str = "13900001234";

const USER_CARD: &str = r##"{"card_id":"pbLatjvWOibDc5","openid":"obLatjnxgnqzS4myYGmLZ7LgLBA","card_color":"#FFFF00",
"card_picture_url":"https://wxpaylogo.qpic.cn/wxpaylogo/x/0","brand_id":"1077","card_type":"NORMAL",
"phone_number":"13900001234","valid_date_information":{"type":"PERMANENT"},
"pickup_time":"2020-05-20T13:29:35.120+08:00","user_card_state":"UNACTIVATED","user_card_code":"",
"create_time":"2020-05-20T13:29:35.120+08:00","modify_time":"2020-05-20T13:29:35.120+08:00"}"##;

const SYNC_USER_POINT: &str = r#"{"brand_id":"1077","card_id":"pbLatjvWOibDc5",
"openid":"obLatjnxgnqzS4myYGmLZ7LgLBA","user_card_code":"478515832665"}"#;

fn builder() -> ReceiverBuilder {
    Receiver::partner(PUBLIC_KEY_ID, PLATFORM_PUB, APIV3_KEY).unwrap().clock(Standing::at(NOW))
}

fn receiver() -> Receiver {
    builder().build().unwrap()
}

fn apiv3_key(text: &str) -> ApiV3Key {
    ApiV3Key::new(text).unwrap()
}

fn notification_as(id: &str, event_type: &str, plain: &str) -> Notification {
    let original_type = EventKind::of(event_type).map_or("other", EventKind::original_type);
    let create_time = DateTime::seconds(jiff::Timestamp::from_second(NOW).unwrap());
    let (key, nonce) = (apiv3_key(APIV3_KEY), ResourceNonce::new("j9g1wAzF9Xn1").unwrap());
    Notification::encrypt(&key, nonce, id, create_time, event_type, original_type, "摘要", plain.as_bytes())
}

fn notification(id: &str, kind: EventKind, plain: &str) -> Notification {
    notification_as(id, kind.event_type(Family::Partner), plain)
}

fn user_card_created(id: &str) -> Notification {
    notification(id, EventKind::UserCardCreated, USER_CARD)
}

/// Returns the headers with which WeChat Pay sends a body at `NOW`.
fn headers(body: &[u8]) -> HeaderMap {
    headers_by(&platform(), Scheme::Merchant, NOW, body)
}

fn headers_by(signer: &ResponseSigner, scheme: Scheme, second: i64, body: &[u8]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let now = jiff::Timestamp::from_second(second).unwrap();
    signer.sign(&mut headers, scheme, now, &NonceStr::new("c5ac7061fccab6bf").unwrap(), body);
    headers
}

/// Returns a callback as its headers and its body.
fn callback(notification: &Notification) -> (HeaderMap, Vec<u8>) {
    let body = serde_json::to_vec(notification).unwrap();
    (headers(&body), body)
}
