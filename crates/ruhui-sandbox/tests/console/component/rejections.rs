//! Each rejection of the join component, with its text, its number and both languages.

use super::{Joining, extra_data, token};
use crate::visitor::Visitor;
use reqwest::StatusCode;
use ruhui_sandbox::Sandbox;
use serde_json::json;
use std::time::Duration;

/// Checks that the component rejects a user for a reason.
async fn is_rejected(sandbox: &Sandbox, address: &str, status: StatusCode, errcode: u32, texts: [&str; 2]) {
    for (language, text) in ["en", "zh"].into_iter().zip(texts) {
        let page = Visitor::of(sandbox, language).open(address).await;
        page.shows(status, &[text, &format!("errcode {errcode}")]);
        let returned: serde_json::Value = serde_json::from_str(&extra_data(&page)).unwrap();
        assert_eq!(returned["errcode"], errcode);
        assert!(returned["msg"].as_str().unwrap().contains(text), "{returned}");
        assert_eq!(returned.get("data"), None, "{returned}");
        assert!(!page.text.contains("<form"), "{}", page.text);
    }
}

#[tokio::test]
async fn a_token_that_was_not_issued() {
    let sandbox = Sandbox::start().await.unwrap();
    let conflict = StatusCode::CONFLICT;
    let unknown = ["not issued here", "token无效"];
    is_rejected(&sandbox, "/component/card-member?token=x&scene=CARD_MEMBER", conflict, 1001, unknown).await;
    let long = format!("/component/card-member?token={}&scene=CARD_MEMBER", "x".repeat(33));
    is_rejected(&sandbox, &long, StatusCode::BAD_REQUEST, 1001, ["token", "token"]).await;
    for address in ["/component/card-member", "/component/card-member?token=&scene=CARD_MEMBER"] {
        is_rejected(&sandbox, address, StatusCode::BAD_REQUEST, 1001, ["token", "token"]).await;
    }
    // Before the user has agreed, the form is the page of a token.
    let joined = Visitor::of(&sandbox, "en").open("/component/card-member/joined?token=x").await;
    assert_eq!(joined.location.as_deref(), Some("/component/card-member?token=x&scene=CARD_MEMBER"));
}

#[tokio::test]
async fn a_token_that_is_expired_spent_or_anothers() {
    let joining = Joining::start().await;
    let (sandbox, address) = (&joining.sandbox, joining.address());
    let others = format!("{address}&openid={}", sandbox.new_openid().as_str());
    let conflict = StatusCode::CONFLICT;
    is_rejected(sandbox, &others, conflict, 1004, ["another user", "不属于该用户"]).await;
    // The parameter that names another user does not make the sheet act for that user.
    let sent = joining.visitor("en").submit(&others, &[("phone", "13900000000"), ("agreed", "yes")]).await;
    sent.shows(conflict, &["errcode 1004"]);
    let own = format!("{address}&openid={}", joining.openid.as_str());
    joining.visitor("en").open(&own).await.shows(StatusCode::OK, &["<form"]);

    assert_eq!(joining.agree("en", &[]).await.status, 303);
    is_rejected(sandbox, &address, conflict, 1003, ["used before", "已被使用"]).await;
    // A second click on the button comes after the first one has joined.
    let again = joining.agree("en", &[]).await;
    assert_eq!(again.location.as_deref(), Some(&*joining.joined_address()));

    let other = token(sandbox, sandbox.card_id().as_str(), &sandbox.new_openid()).await;
    sandbox.controls().advance_clock(Duration::from_secs(3600)).await.unwrap();
    let expired = format!("/component/card-member?token={other}&scene=CARD_MEMBER");
    is_rejected(sandbox, &expired, conflict, 1002, ["has expired", "已过期"]).await;
}

#[tokio::test]
async fn a_scene_that_is_wrong_or_missing() {
    let joining = Joining::start().await;
    let token = &joining.token;
    for address in [
        format!("/component/card-member?token={token}"),
        format!("/component/card-member?token={token}&scene="),
        format!("/component/card-member?token={token}&scene=card_member"),
    ] {
        let texts = ["scene=CARD_MEMBER", "scene=CARD_MEMBER"];
        is_rejected(&joining.sandbox, &address, StatusCode::CONFLICT, 1006, texts).await;
        let sent =
            joining.visitor("en").submit(&address, &[("phone", "13900000000"), ("agreed", "yes")]).await;
        sent.shows(StatusCode::CONFLICT, &["errcode 1006"]);
    }
}

#[tokio::test]
async fn a_user_who_has_or_had_a_card() {
    let joining = Joining::start().await;
    let (sandbox, openid, card_id) = (&joining.sandbox, &joining.openid, joining.sandbox.card_id());
    // Tokens that were issued before the user got a card.
    let second = token(sandbox, card_id.as_str(), openid).await;
    let second = format!("/component/card-member?token={second}&scene=CARD_MEMBER");
    assert_eq!(joining.agree("en", &[]).await.status, 303);
    let conflict = StatusCode::CONFLICT;
    is_rejected(sandbox, &second, conflict, 1202, ["waiting for the merchant", "待商户确认"]).await;
    super::joined::confirm(&joining, "CREATE_CARD_SUCCESS").await;
    is_rejected(sandbox, &second, conflict, 1203, ["a member already", "已是会员"]).await;
    sandbox.controls().delete_card(&card_id, openid).await.unwrap();
    is_rejected(sandbox, &second, conflict, 1204, ["cannot join again", "不可再次入会"]).await;
}

#[tokio::test]
async fn a_token_of_the_payment_code_component() {
    let joining = Joining::start().await;
    assert_eq!(joining.agree("en", &[]).await.status, 303);
    super::joined::confirm(&joining, "CREATE_CARD_SUCCESS").await;
    let asked = json!({ "name": "create_pay_view_token", "fields": { "openid": joining.openid } });
    let made = joining.sandbox.controls().post("call", &asked).await.unwrap();
    let token = made["body"]["token"].as_str().unwrap_or_else(|| panic!("{made}"));
    let address = format!("/component/card-member?token={token}&scene=CARD_MEMBER");
    let texts = ["another component", "不适用于该组件"];
    is_rejected(&joining.sandbox, &address, StatusCode::CONFLICT, 1005, texts).await;
    let joined = joining.visitor("en").open(&format!("/component/card-member/joined?token={token}")).await;
    assert_eq!(joined.location.as_deref(), Some(&*address));
}

#[tokio::test]
async fn a_template_that_was_invalidated_since() {
    let joining = Joining::start().await;
    let form = joining.visitor("en").open(&joining.address()).await;
    form.shows(StatusCode::OK, &["<form"]);
    let card_id = joining.sandbox.card_id();
    let asked = json!({ "name": "invalidate_card_template", "fields": { "card_id": card_id } });
    let made = joining.sandbox.controls().post("call", &asked).await.unwrap();
    assert_eq!(made["status"], 200, "{made}");
    let texts = ["template is invalid", "模板已失效"];
    is_rejected(&joining.sandbox, &joining.address(), StatusCode::CONFLICT, 1102, texts).await;
    joining.agree("zh", &[]).await.shows(StatusCode::CONFLICT, &["errcode 1102", "模板已失效"]);
}

#[tokio::test]
async fn a_template_that_expired_since() {
    let ending = "[[templates]]\ncard_id = \"pEnding00000000000000000001\"\nbrand_id = \"1004\"\nappid = \"wxea9c30890f48d5ae\"\navailable_end_time = \"2027-06-24T00:00:00+08:00\"\n";
    let sandbox = Sandbox::builder().provision(ending).start().await.unwrap();
    sandbox.controls().set_clock("2027-06-23T23:30:00+08:00".parse().unwrap()).await.unwrap();
    let joining = Joining::with(sandbox, "pEnding00000000000000000001").await;
    joining.visitor("en").open(&joining.address()).await.shows(StatusCode::OK, &["<form"]);
    joining.sandbox.controls().advance_clock(Duration::from_secs(31 * 60)).await.unwrap();
    let texts = ["template has expired", "模板已过期"];
    is_rejected(&joining.sandbox, &joining.address(), StatusCode::CONFLICT, 1103, texts).await;
}
