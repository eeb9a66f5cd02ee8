//! Pages of members: the list, one life, and acts of the user and of the merchant.

use crate::visitor::{HOSTILE, Visitor};
use reqwest::StatusCode;
use ruhui_sandbox::Sandbox;

/// Lets a user join from the page, and returns the path of the user's page.
async fn joined(sandbox: &Sandbox) -> String {
    let (card_id, openid) = (sandbox.card_id().to_string(), sandbox.new_openid().as_str().to_owned());
    let visitor = Visitor::of(sandbox, "en");
    let fields = [("card_id", card_id.as_str()), ("openid", &openid), ("phone_number", "13912345678")];
    let sent = visitor.submit("/members/open", &fields).await;
    assert_eq!(
        sent.location.as_deref(),
        Some(&*format!("/members/{card_id}/{openid}?done=joined")),
        "{}",
        sent.text
    );
    format!("/members/{card_id}/{openid}")
}

/// Returns the value of an input of the page.
fn input<'a>(page: &'a str, name: &str) -> &'a str {
    let (_, after) = page.split_once(&format!("name=\"{name}\" value=\"")).unwrap();
    after.split_once('"').unwrap().0
}

#[tokio::test]
async fn a_member_joins_is_confirmed_changed_and_leaves() {
    let sandbox = Sandbox::start().await.unwrap();
    let [english, chinese] = ["en", "zh"].map(|language| Visitor::of(&sandbox, language));
    let path = joined(&sandbox).await;
    let page = english.open(&format!("{path}?done=joined")).await;
    page.shows(
        StatusCode::OK,
        &[
            "The user joined.",
            "waits for confirmation",
            "139****5678",
            "The card was created.",
            "USER_CARD.CREATE",
        ],
    );
    assert!(!page.text.contains("13912345678"));
    let sensitive = chinese.open(&format!("{path}?show_sensitive=true")).await;
    sensitive.shows(StatusCode::OK, &["13912345678", "待确认", "会员卡已创建。", "隐藏敏感信息"]);

    let code = input(&page.text, "user_card_code").to_owned();
    let result = [("user_card_confirm_state", "CREATE_CARD_SUCCESS"), ("user_card_code", &code)];
    let confirmed = english.submit_and_follow(&format!("{path}/confirm"), &result).await;
    // The request that confirmed the card leads to its page in the log.
    confirmed.shows(
        StatusCode::OK,
        &["result was taken", "The card became effective.", "confirm_user_card", "<a href=\"/requests/"],
    );
    let again = chinese.submit(&format!("{path}/confirm"), &result).await;
    assert!(again.status >= 400 && again.text.contains("role=\"alert\""), "{}", again.text);

    let changed = [("level", "gold"), ("card_color", "#123456")];
    english
        .submit_and_follow(&format!("{path}/modify"), &changed)
        .await
        .shows(StatusCode::OK, &["gold", "#123456"]);
    let balance = [("out_request_no", "n-1"), ("point_balance", "77")];
    english
        .submit_and_follow(&format!("{path}/balance"), &balance)
        .await
        .shows(StatusCode::OK, &["<dd>77</dd>"]);
    english
        .submit_and_follow(&format!("{path}/points"), &[])
        .await
        .shows(StatusCode::OK, &["SYNC_USER_POINT"]);
    let redeem = [("deduct_points", "5")];
    english
        .submit_and_follow(&format!("{path}/redeem"), &redeem)
        .await
        .shows(StatusCode::OK, &["redeem points."]);
    let waiting = english.open(&path).await;
    let ids = ["record_id", "exchange_coupon_template_id"].map(|name| (name, input(&waiting.text, name)));
    let rejected = [ids[0], ids[1], ("user_card_code", &code), ("result", "POINT_EXCHANGE_COUPON_REJECT")];
    let unfounded = chinese.submit(&format!("{path}/redemption"), &rejected).await;
    unfounded.shows(StatusCode::BAD_REQUEST, &["role=\"alert\"", "reject_reason"]);
    let founded = [&rejected[..], &[("reject_reason", "no points")]].concat();
    let answered = english.submit_and_follow(&format!("{path}/redemption"), &founded).await;
    answered.shows(StatusCode::OK, &["The answer was taken."]);
    assert!(!answered.text.contains("Answer the redemption"), "a redemption is answered once");
    chinese
        .submit_and_follow(&format!("{path}/delete"), &[])
        .await
        .shows(StatusCode::OK, &["用户已删除会员卡。", "用户删除了会员卡。", "已失效"]);
}

#[tokio::test]
async fn errors_of_the_api_are_next_to_the_form_with_what_was_entered() {
    let sandbox = Sandbox::start().await.unwrap();
    let visitor = Visitor::of(&sandbox, "en");
    let path = joined(&sandbox).await;
    let wrong = visitor.submit(&format!("{path}/modify"), &[("level", "silver"), ("more", "{\"x\":")]).await;
    wrong.shows(StatusCode::BAD_REQUEST, &["PARAM_ERROR", "is not a JSON object"]);
    let invalid = [("invalid_reason", "x")];
    let rejected = visitor.submit(&format!("{path}/invalidate"), &invalid).await;
    if rejected.status != 303 {
        assert!(rejected.text.contains("role=\"alert\""), "{}", rejected.text);
    }
    let unknown = [("card_id", "pNothing"), ("openid", "oNobody"), ("phone_number", "1")];
    let rejected = visitor.submit("/members/open", &unknown).await;
    assert!(rejected.status >= 400 && rejected.text.contains("role=\"alert\""), "{}", rejected.text);
}

#[tokio::test]
async fn the_list_has_filters_and_says_what_would_be_there() {
    let sandbox = Sandbox::start().await.unwrap();
    let [english, chinese] = ["en", "zh"].map(|language| Visitor::of(&sandbox, language));
    let path = joined(&sandbox).await;
    english.open("/members").await.shows(StatusCode::OK, &[&path, "139****5678"]);
    chinese.open("/members?state=EXPIRED").await.shows(StatusCode::OK, &["没有符合筛选条件的会员卡"]);
    english.open("/members?state=UNACTIVATED").await.shows(StatusCode::OK, &[&path]);
    english.open("/members?state=NEW").await.shows(StatusCode::BAD_REQUEST, &["UNACTIVATED, EFFECTIVE"]);
    let card_id = sandbox.card_id();
    english
        .open(&format!("/members/{card_id}/oNobody"))
        .await
        .shows(StatusCode::NOT_FOUND, &["ruhui state user-cards --card-id"]);
    chinese.open("/members/pNothing/oNobody").await.shows(StatusCode::NOT_FOUND, &["ruhui state templates"]);
}

#[tokio::test]
async fn texts_of_callers_run_nothing() {
    let sandbox = Sandbox::start().await.unwrap();
    let visitor = Visitor::of(&sandbox, "en");
    let hostile = serde_urlencoded::to_string([("openid", HOSTILE), ("card_id", HOSTILE)]).unwrap();
    visitor.open(&format!("/members?{hostile}")).await.is_harmless();
    visitor
        .open(&format!("/members?done={}", HOSTILE.replace(' ', "%20").replace('"', "%22")))
        .await
        .is_harmless();
    let segment = serde_urlencoded::to_string([("", HOSTILE)]).unwrap().replace('+', "%20");
    let segment = segment.trim_start_matches('=');
    for path in [format!("/members/{segment}/{segment}"), format!("/members/{}/{segment}", sandbox.card_id())]
    {
        let page = visitor.open(&path).await;
        assert_eq!(page.status, 404);
        page.is_harmless();
    }
    let fields = [("card_id", HOSTILE), ("openid", HOSTILE), ("phone_number", HOSTILE)];
    visitor.submit("/members/open", &fields).await.is_harmless();
    let path = joined(&sandbox).await;
    let fields = [("level", HOSTILE), ("attach", HOSTILE), ("more", HOSTILE)];
    visitor.submit(&format!("{path}/modify"), &fields).await.is_harmless();
    visitor.submit(&format!("{path}/confirm"), &[("user_card_code", HOSTILE)]).await.is_harmless();
    let reason = [("invalid_reason", "\"><script>alert(1)</script>")];
    visitor.submit(&format!("{path}/invalidate"), &reason).await.is_harmless();
    visitor.open(&path).await.is_harmless();
}
