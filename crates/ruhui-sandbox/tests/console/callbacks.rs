//! Pages of callbacks.

use crate::visitor::{HOSTILE, Visitor};
use reqwest::StatusCode;
use ruhui_sandbox::Sandbox;
use ruhui_sandbox::ruhui::api::card_member::CreatePreAuthToken;

/// Lets a user join, and returns the id of the event.
async fn event(sandbox: &Sandbox) -> String {
    let (brand_id, card_id, openid) = (sandbox.brand_id(), sandbox.card_id(), sandbox.new_openid());
    let request = CreatePreAuthToken { brand_id, card_id, openid };
    let token = sandbox.client().create_pre_auth_token(&request).await.unwrap().token;
    sandbox.controls().join(&token, "13900000000").await.unwrap().event_id
}

#[tokio::test]
async fn events_are_listed_and_shown_with_their_attempts() {
    let sandbox = Sandbox::start().await.unwrap();
    let [english, chinese] = ["en", "zh"].map(|language| Visitor::of(&sandbox, language));
    english.open("/callbacks").await.shows(StatusCode::OK, &["No event has happened yet."]);
    let id = event(&sandbox).await;
    english
        .open("/callbacks")
        .await
        .shows(StatusCode::OK, &["USER_CARD.CREATE", &format!("/callbacks/{id}")]);
    chinese.open("/callbacks?state=dropped").await.shows(StatusCode::OK, &["没有符合筛选条件的事件"]);
    // The first attempt is made at once, by a worker.
    let sent = english.submit(&format!("/callbacks/{id}/resend"), &[("times", "2")]).await;
    assert_eq!(sent.location.unwrap(), format!("/callbacks/{id}?done=resent"));
    let page = chinese.open(&format!("/callbacks/{id}?done=resent")).await;
    page.shows(
        StatusCode::OK,
        &["已重新发送。", "重新发送", "解密后的 resource", "user_card_code", "该端口没有程序在监听"],
    );
    // Each attempt leads to its bytes.
    assert!(page.text.contains("<a href=\"/requests/"), "{}", page.text);
}

#[tokio::test]
async fn acts_change_an_event_and_errors_stay_on_its_page() {
    let sandbox = Sandbox::start().await.unwrap();
    let visitor = Visitor::of(&sandbox, "en");
    let id = event(&sandbox).await;
    let path = |act: &str| format!("/callbacks/{id}/{act}");
    visitor
        .submit(&path("resend"), &[("times", "99")])
        .await
        .shows(StatusCode::BAD_REQUEST, &["99 is not possible", "USER_CARD.CREATE"]);
    visitor.submit(&path("redirect"), &[("notify_url", HOSTILE)]).await.is_harmless();
    let moved = [("notify_url", "http://127.0.0.1:9/elsewhere")];
    visitor
        .submit_and_follow(&path("redirect"), &moved)
        .await
        .shows(StatusCode::OK, &["127.0.0.1:9/elsewhere"]);
    visitor
        .submit_and_follow(&path("drop"), &[])
        .await
        .shows(StatusCode::OK, &["The event was dropped.", ">dropped<"]);
    // Another tab still offers to drop it.
    visitor.submit(&path("drop"), &[]).await.shows(StatusCode::CONFLICT, &["NOT_WAITING"]);
    // The address of an act is no page: the page of its error is fetched again from the event's address.
    let address = format!("data-address=\"/callbacks/{id}\"");
    visitor.submit(&path("drop"), &[]).await.shows(StatusCode::CONFLICT, &[&address]);
    let unknown = visitor.submit("/callbacks/nope/drop", &[]).await;
    unknown.shows(StatusCode::NOT_FOUND, &["nope"]);
    Visitor::of(&sandbox, "zh")
        .open("/callbacks/nope")
        .await
        .shows(StatusCode::NOT_FOUND, &["nope", "返回开始页"]);
}

#[tokio::test]
async fn the_queue_is_paused_redirected_and_probed() {
    let sandbox = Sandbox::start().await.unwrap();
    let visitor = Visitor::of(&sandbox, "zh");
    visitor.submit_and_follow("/callbacks/pause", &[]).await.shows(StatusCode::OK, &["按计划的投递已暂停"]);
    visitor.submit_and_follow("/callbacks/resume", &[]).await.shows(StatusCode::OK, &["投递已恢复。"]);
    let to = [("notify_url", "http://127.0.0.1:9/all")];
    visitor.submit_and_follow("/callbacks/redirect", &to).await.shows(StatusCode::OK, &["地址已修改。"]);
    let card = sandbox.card_id().to_string();
    visitor
        .submit("/callbacks/probe", &[("card_id", &card)])
        .await
        .shows(StatusCode::BAD_GATEWAY, &["NO_ANSWER"]);
}
