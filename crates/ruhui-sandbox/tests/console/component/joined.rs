//! The card after the user has agreed: pending, then effective, rejected or invalid.

use super::{Joining, extra_data};
use reqwest::StatusCode;
use serde_json::json;

const JOINED: &str = r#"{"errcode":0,"msg":"","data":{"hasJoinCardMember":true}}"#;
const NOT_JOINED: &str = r#"{"errcode":0,"msg":"","data":{"hasJoinCardMember":false}}"#;

/// The merchant confirms the user's card with a result.
pub(super) async fn confirm(joining: &Joining, result: &str) {
    let card_id = joining.sandbox.card_id();
    let path = format!("state/user-cards/{card_id}/{}", joining.openid.as_str());
    let shown = joining.sandbox.controls().get(&path, &[]).await.unwrap();
    let asked = json!({ "name": "confirm_user_card", "fields": {
        "card_id": card_id, "openid": joining.openid, "user_card_confirm_state": result,
        "user_card_code": shown["cards"][0]["user_card"]["user_card_code"],
    }});
    let made = joining.sandbox.controls().post("call", &asked).await.unwrap();
    assert_eq!(made["status"], 200, "{made}");
}

#[tokio::test]
async fn a_card_is_pending_until_the_merchant_confirms() {
    let joining = Joining::start().await;
    assert_eq!(joining.agree("en", &[]).await.location.as_deref(), Some(&*joining.joined_address()));
    let [english, chinese] = ["en", "zh"].map(|language| joining.visitor(language));
    let pending = english.open(&joining.joined_address()).await;
    pending.shows(StatusCode::OK, &["The merchant is confirming your card", "data-live"]);
    assert_eq!(extra_data(&pending), JOINED);
    chinese.open(&joining.joined_address()).await.shows(StatusCode::OK, &["等待商户确认"]);
    confirm(&joining, "CREATE_CARD_SUCCESS").await;
    let member = english.open(&joining.joined_address()).await;
    member.shows(StatusCode::OK, &["About the card", "class=\"mc-matrix\""]);
    assert!(!member.text.contains("has not confirmed yet"), "{}", member.text);
    assert_eq!(extra_data(&member), JOINED);
    chinese.open(&joining.joined_address()).await.shows(StatusCode::OK, &["会员卡信息", "永久有效"]);
    joining.sandbox.controls().delete_card(&joining.sandbox.card_id(), &joining.openid).await.unwrap();
    assert_eq!(extra_data(&english.open(&joining.joined_address()).await), NOT_JOINED);
}

#[tokio::test]
async fn a_merchant_that_never_confirms_is_named_with_the_event() {
    let joining = Joining::start().await;
    joining.sandbox.controls().events().pause().await.unwrap();
    assert_eq!(joining.agree("en", &[]).await.status, 303);
    let [english, chinese] = ["en", "zh"].map(|language| joining.visitor(language));
    let url = joining.sandbox.notify_url().to_owned();
    english.open(&joining.joined_address()).await.shows(
        StatusCode::OK,
        &[
            "has not confirmed yet",
            "UNACTIVATED",
            "USER_CARD.CREATE",
            &url,
            "waiting for the next attempt",
            "/confirm",
        ],
    );
    let events = joining.sandbox.controls().get("events", &[]).await.unwrap();
    let id = events["data"][0]["event_id"].as_str().unwrap().to_owned();
    let page = chinese.open(&joining.joined_address()).await;
    page.shows(StatusCode::OK, &["商户尚未确认", "等待下一次发送", &format!("<code>/callbacks/{id}</code>")]);
    assert!(!page.text.contains("href=\"/callbacks"), "{}", page.text);
    joining.sandbox.controls().post(&format!("events/{id}/drop"), &json!({})).await.unwrap();
    english.open(&joining.joined_address()).await.shows(StatusCode::OK, &["dropped in the console"]);
    chinese.open(&joining.joined_address()).await.shows(StatusCode::OK, &["已在控制台丢弃"]);
}

#[tokio::test]
async fn a_merchant_that_rejects_the_card() {
    let joining = Joining::start().await;
    assert_eq!(joining.agree("en", &[]).await.status, 303);
    confirm(&joining, "CREATE_CARD_FAIL").await;
    let english = joining.visitor("en").open(&joining.joined_address()).await;
    english.shows(StatusCode::OK, &["The merchant rejected the card", "CREATE_CARD_FAIL"]);
    assert_eq!(extra_data(&english), NOT_JOINED);
    joining.visitor("zh").open(&joining.joined_address()).await.shows(StatusCode::OK, &["商户拒绝了开卡"]);
}

#[tokio::test]
async fn a_card_that_the_merchant_invalidates_before_it_confirms() {
    let joining = Joining::start().await;
    assert_eq!(joining.agree("en", &[]).await.status, 303);
    let path = format!("state/user-cards/{}/{}", joining.sandbox.card_id(), joining.openid.as_str());
    let shown = joining.sandbox.controls().get(&path, &[]).await.unwrap();
    let asked = json!({ "name": "invalidate_user_card", "fields": {
        "openid": joining.openid, "user_card_code": shown["cards"][0]["user_card"]["user_card_code"],
    }});
    let made = joining.sandbox.controls().post("call", &asked).await.unwrap();
    assert_eq!(made["status"], 200, "{made}");
    let english = joining.visitor("en").open(&joining.joined_address()).await;
    english.shows(StatusCode::OK, &["The card is invalid"]);
    assert_eq!(extra_data(&english), NOT_JOINED);
    joining.visitor("zh").open(&joining.joined_address()).await.shows(StatusCode::OK, &["会员卡已失效"]);
}
