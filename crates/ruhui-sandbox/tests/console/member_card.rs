//! The member card as its user sees it: on its page of the console, in the join component, and in the payment-code component.

use crate::visitor::{HOSTILE, Page, Visitor};
use reqwest::StatusCode;
use ruhui_sandbox::Sandbox;
use ruhui_sandbox::ruhui::api::card_member::{CreatePayViewToken, CreatePreAuthToken};
use ruhui_sandbox::ruhui::types::OpenId;
use serde_json::{Value, json};
use std::time::Duration;

/// A picture of one pixel.
const PICTURE: &[u8] = b"\x89\x50\x4e\x47\x0d\x0a\x1a\x0a\x00\x00\x00\x0d\x49\x48\x44\x52\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89\x00\x00\x00\x0d\x49\x44\x41\x54\x78\xda\x63\x64\xf8\xcf\x50\x0f\x00\x03\x86\x01\x80\x5a\x34\x7d\x6b\x00\x00\x00\x00\x49\x45\x4e\x44\xae\x42\x60\x82";

/// A member of a template.
struct Member {
    sandbox: Sandbox,
    card_id: String,
    openid: OpenId,
    code: String,
}

impl Member {
    /// Makes a template with these fields next to the usual ones, and a member of it.
    async fn of(fields: &[(&str, Value)]) -> Self {
        let sandbox = Sandbox::start().await.unwrap();
        let picture = sandbox.client().upload_image("card.png", PICTURE).await.unwrap();
        let mut all = json!({
            "out_request_no": "template-1",
            "brand_id": sandbox.brand_id(),
            "appid": "wxea9c30890f48d5ae",
            "card_type": "NORMAL",
            "card_title": "星光会员",
            "card_color": "#0B3D91",
            "card_picture_url": picture.media_url,
            "code_mode": "SYSTEM_ALLOCATE",
            "code_type": "BAR_CODE_AND_QR_CODE",
            "benefits": "生日礼遇",
            "notify_url": sandbox.notify_url(),
            "legal_agreement": "第一条\n第二条",
            "service_phone": "010-88770000",
            "valid_date_information": { "type": "PERMANENT" },
            "member_information": { "jump_appid": "wxea9c30890f48d5ae", "jump_path": "/pages/center" },
        });
        for (name, value) in fields {
            all[*name] = value.clone();
        }
        let template = call(&sandbox, "create_card_template", all).await;
        let card_id = template["card_id"].as_str().unwrap().to_owned();
        let openid = sandbox.new_openid();
        let mut member = Self { sandbox, card_id, openid, code: String::new() };
        let opened =
            json!({ "card_id": member.card_id, "openid": member.openid, "phone_number": "13912345678" });
        let opened = member.sandbox.controls().post("user-cards/open", &opened).await.unwrap();
        member.code = opened["user_card"]["user_card_code"].as_str().unwrap().to_owned();
        member.call("confirm_user_card", json!({ "user_card_confirm_state": "CREATE_CARD_SUCCESS" })).await;
        member
    }

    /// Calls an endpoint about the card.
    async fn call(&self, name: &str, fields: Value) -> Value {
        let mut fields = fields;
        fields["brand_id"] = json!(self.sandbox.brand_id());
        fields["card_id"] = json!(self.card_id);
        if name != "modify_card_template" {
            (fields["openid"], fields["user_card_code"]) = (json!(self.openid), json!(self.code));
        }
        call(&self.sandbox, name, fields).await
    }

    fn path(&self) -> String {
        format!("/members/{}/{}/card", self.card_id, self.openid.as_str())
    }

    fn visitor(&self, language: &'static str) -> Visitor {
        Visitor::of(&self.sandbox, language)
    }

    async fn open(&self, language: &'static str) -> Page {
        self.visitor(language).open(&self.path()).await
    }

    /// Returns the record of the newest redemption.
    async fn redemption(&self) -> Value {
        let path = format!("state/user-cards/{}/{}", self.card_id, self.openid.as_str());
        self.sandbox.controls().get(&path, &[]).await.unwrap()["redemptions"][0].clone()
    }

    /// Lets the merchant answer the newest redemption.
    async fn answer(&self, fields: Value) {
        let redemption = self.redemption().await;
        let mut fields = fields;
        for name in ["record_id", "exchange_coupon_template_id"] {
            fields[name] = redemption[name].clone();
        }
        self.call("confirm_point_exchange", fields).await;
    }

    async fn pay_token(&self) -> String {
        let asked = CreatePayViewToken {
            brand_id: self.sandbox.brand_id(),
            card_id: self.card_id.parse().unwrap(),
            openid: self.openid.clone(),
        };
        let made = self.sandbox.client().exchange(&asked).await.unwrap();
        let made: Value = serde_json::from_slice(made.body()).unwrap();
        made["token"].as_str().unwrap().to_owned()
    }
}

async fn call(sandbox: &Sandbox, name: &str, fields: Value) -> Value {
    let made = sandbox.controls().post("call", &json!({ "name": name, "fields": fields })).await.unwrap();
    assert_eq!(made["status"], 200, "{name}: {made}");
    made["body"].clone()
}

fn points() -> (&'static str, Value) {
    ("points_information", json!({ "jump_appid": "wxea9c30890f48d5ae", "jump_path": "/pages/points" }))
}

#[track_caller]
fn lacks(page: &Page, texts: &[&str]) {
    for text in texts {
        assert!(!page.text.contains(text), "{text:?} is in {}", page.text);
    }
}

/// Returns the return values of a sheet.
fn extra_data(page: &Page) -> Value {
    let (_, after) = page.text.split_once("data-extra-data=\"").unwrap_or_else(|| panic!("{}", page.text));
    serde_json::from_str(&after.split_once('"').unwrap().0.replace("&#34;", "\"")).unwrap()
}

#[tokio::test]
async fn the_card_shows_the_code_that_its_template_wants() {
    let kinds = [("BAR_CODE", true, false), ("QR_CODE", false, true), ("BAR_CODE_AND_QR_CODE", true, true)];
    for (kind, has_bars, has_matrix) in kinds {
        let member = Member::of(&[("code_type", json!(kind))]).await;
        let page = member.open("en").await;
        let groups: Vec<&str> = (0..6).map(|group| &member.code[group * 4..group * 4 + 4]).collect();
        page.shows(StatusCode::OK, &["星光会员", "生日礼遇", &groups.join(" ")]);
        assert_eq!(page.text.contains("class=\"mc-bars\""), has_bars, "{kind}");
        assert_eq!(page.text.contains("class=\"mc-matrix\""), has_matrix, "{kind}");
    }
    let none = Member::of(&[("code_type", json!("NONE_CODE"))]).await;
    let page = none.open("zh").await;
    page.shows(StatusCode::OK, &["星光会员"]);
    lacks(&page, &["mc-bars", "mc-matrix", "mc-number", "会员码", &none.code]);
    let jump = json!({ "jump_appid": "wxea9c30890f48d5ae", "jump_path": "/pages/code/code" });
    let fields = [("code_type", json!("JUMP_MINI_PROGRAM")), ("code_jump_information", jump)];
    let jumps = Member::of(&fields).await;
    let page = jumps.open("zh").await;
    page.shows(StatusCode::OK, &["会员码", "<code>wxea9c30890f48d5ae</code> <code>/pages/code/code</code>"]);
    lacks(&page, &["mc-bars", "mc-matrix", "mc-number", &jumps.code]);
}

#[tokio::test]
async fn the_level_is_shown_if_the_template_wants_it() {
    let member = Member::of(&[("need_display_level", json!(true)), ("init_level", json!("银卡"))]).await;
    member.open("zh").await.shows(StatusCode::OK, &["class=\"mc-level\"", "银卡"]);
    member.call("modify_user_card", json!({ "level": "金卡" })).await;
    member.open("en").await.shows(StatusCode::OK, &["class=\"mc-level\"", "金卡"]);
    member.call("modify_card_template", json!({ "need_display_level": false })).await;
    lacks(&member.open("en").await, &["mc-level", "金卡"]);
}

#[tokio::test]
async fn points_are_shown_if_the_template_has_their_page() {
    let without = Member::of(&[]).await;
    without.call("sync_user_points", json!({ "out_request_no": "n-1", "point_balance": 4711 })).await;
    lacks(&without.open("en").await, &["4711", "View points", "deduct_points"]);

    let member = Member::of(&[points()]).await;
    let [english, chinese] = ["en", "zh"].map(|language| member.visitor(language));
    let unknown = ["has not reported a balance yet", "<code>/pages/points</code>", "name=\"deduct_points\""];
    member.open("en").await.shows(StatusCode::OK, &unknown);
    let viewed = chinese.submit_and_follow(&format!("{}/points", member.path()), &[]).await;
    viewed.shows(StatusCode::OK, &["用户查看了积分", "商户尚未同步积分余额"]);
    let events = member.sandbox.controls().get("events", &[]).await.unwrap();
    assert!(events.to_string().contains("SYNC_USER_POINT"), "{events}");
    member.call("sync_user_points", json!({ "out_request_no": "n-1", "point_balance": 4711 })).await;
    member.open("zh").await.shows(StatusCode::OK, &["<p class=\"mc-balance\">4711</p>"]);

    let redeem = format!("{}/redeem", member.path());
    let page = english.submit_and_follow(&redeem, &[("deduct_points", "100")]).await;
    page.shows(StatusCode::OK, &["<b>−100</b>", "waits for the merchant"]);
    member.answer(json!({ "result": "POINT_EXCHANGE_COUPON_ALLOW" })).await;
    let coupon = member.redemption().await["outcome"]["coupon_code"].as_str().unwrap().to_owned();
    member.open("zh").await.shows(StatusCode::OK, &["已获得优惠券", &format!("<code>{coupon}</code>")]);
    member.sandbox.controls().advance_clock(Duration::from_secs(60)).await.unwrap();
    english.submit_and_follow(&redeem, &[("deduct_points", "200")]).await;
    let reject = json!({ "result": "POINT_EXCHANGE_COUPON_REJECT", "reject_reason": "积分不足<b>" });
    member.answer(reject).await;
    let page = member.open("en").await;
    page.shows(
        StatusCode::OK,
        &["<b>−200</b>", "rejected by the merchant", "积分不足&#60;b&#62;", "<b>−100</b>"],
    );
    for wrong in ["", "-1", "1.5", HOSTILE] {
        let page = english.submit(&redeem, &[("deduct_points", wrong)]).await;
        page.shows(StatusCode::BAD_REQUEST, &["role=\"alert\"", "deduct_points", "星光会员"]);
        page.is_harmless();
    }
}

#[tokio::test]
async fn news_has_the_text_of_its_cell() {
    let member = Member::of(&[]).await;
    member.open("en").await.shows(StatusCode::OK, &["No news from the merchant yet."]);
    member.open("zh").await.shows(StatusCode::OK, &["暂无会员动态。"]);
    for (number, cell) in ["1_400", "9_1200_1", "15_1200_1", "1_<b>x"].into_iter().enumerate() {
        member
            .call("create_user_feed", json!({ "out_request_no": format!("f-{number}"), "cell": cell }))
            .await;
    }
    let page = member.open("zh").await;
    page.shows(StatusCode::OK, &["本次积分+400", "有1200积分,可兑〔子模版1〕", "本次积分+&#60;b&#62;x"]);
    // The documents' template 15 takes three values.
    page.shows(StatusCode::OK, &["文档未给出文案的动态内容", "15_1200_1</code>"]);
    member.open("en").await.shows(StatusCode::OK, &["+400 points for this order", "no text"]);
}

#[tokio::test]
async fn a_card_that_is_over_has_its_reason_and_no_code() {
    let without_acts = ["mc-bars", "mc-matrix", "mc-number", "<form class=\"mc-act\"", "/card/delete"];
    let member = Member::of(&[points()]).await;
    let page = member.open("en").await;
    page.shows(
        StatusCode::OK,
        &["no expiry", "139****5678", "010-88770000", "第一条\n第二条", "/pages/center"],
    );
    let deleted = member.visitor("zh").submit_and_follow(&format!("{}/delete", member.path()), &[]).await;
    deleted.shows(StatusCode::OK, &["您已删除该会员卡", "mc-over"]);
    lacks(&deleted, &without_acts);
    let again = member.visitor("en").submit(&format!("{}/delete", member.path()), &[]).await;
    again.shows(StatusCode::CONFLICT, &["NOT_A_MEMBER", "You deleted the card"]);

    let member = Member::of(&[points()]).await;
    member.call("invalidate_user_card", json!({ "invalid_reason": "违规<b>使用" })).await;
    let page = member.open("en").await;
    page.shows(StatusCode::OK, &["The merchant invalidated the card", "Reason: 违规&#60;b&#62;使用"]);
    lacks(&page, &without_acts);

    let term = json!({ "type": "FIX_TERM", "available_day_after_receive": 2 });
    let member = Member::of(&[("valid_date_information", term), points()]).await;
    member.open("en").await.shows(StatusCode::OK, &["until 20"]);
    member.sandbox.controls().advance_clock(Duration::from_secs(4 * 86_400)).await.unwrap();
    let page = member.open("zh").await;
    page.shows(StatusCode::OK, &["会员卡已过期", "mc-over"]);
    lacks(&page, &without_acts);
}

#[tokio::test]
async fn a_card_that_waits_and_a_user_without_one() {
    let member = Member::of(&[]).await;
    let openid = member.sandbox.new_openid();
    let opened = json!({ "card_id": member.card_id, "openid": openid, "phone_number": "13912345678" });
    member.sandbox.controls().post("user-cards/open", &opened).await.unwrap();
    let path = format!("/members/{}/{}/card", member.card_id, openid.as_str());
    let page = member.visitor("en").open(&path).await;
    page.shows(StatusCode::OK, &["waits for the merchant&#39;s confirmation"]);
    lacks(&page, &["mc-number", "/card/delete"]);
    let nobody = format!("/members/{}/oNobody/card", member.card_id);
    member.visitor("zh").open(&nobody).await.shows(StatusCode::NOT_FOUND, &["oNobody"]);
    member
        .visitor("zh")
        .open("/members/pNothing/oNobody/card")
        .await
        .shows(StatusCode::NOT_FOUND, &["pNothing"]);
}

#[tokio::test]
async fn the_component_shows_the_card_and_acts_for_its_user_only() {
    let other = Member::of(&[points()]).await;
    let (sandbox, card_id) = (&other.sandbox, &other.card_id);
    let openid = sandbox.new_openid();
    let asked = CreatePreAuthToken {
        brand_id: sandbox.brand_id(),
        card_id: card_id.parse().unwrap(),
        openid: openid.clone(),
    };
    let token = sandbox.client().create_pre_auth_token(&asked).await.unwrap().token;
    let visitor = other.visitor("en");
    let address = |path: &str| format!("/component/card-member/{path}?token={}", token.as_str());
    // The token was not used, so the user has not joined with it.
    for act in ["points", "redeem", "delete"] {
        let early = visitor.submit(&address(act), &[("deduct_points", "1")]).await;
        let location = early.location.unwrap();
        assert!(location.starts_with("/component/card-member?token="), "{location}");
    }
    let code =
        sandbox.controls().join(&token, "13900000000").await.unwrap().user_card.user_card_code.unwrap();
    let confirmation = json!({
        "brand_id": sandbox.brand_id(), "card_id": card_id, "openid": openid,
        "user_card_code": code, "user_card_confirm_state": "CREATE_CARD_SUCCESS",
    });
    call(sandbox, "confirm_user_card", confirmation).await;
    let page = visitor.open(&address("joined")).await;
    page.shows(StatusCode::OK, &["星光会员", "class=\"mc-bars\"", "View points", "139****0000"]);
    assert_eq!(extra_data(&page)["data"]["hasJoinCardMember"], true);

    // Nothing but the token names the user.
    let meant = [("deduct_points", "70"), ("openid", other.openid.as_str()), ("card_id", card_id)];
    let page = visitor.submit_and_follow(&address("redeem"), &meant).await;
    page.shows(StatusCode::OK, &["An event asks the merchant for the coupon.", "<b>−70</b>"]);
    assert_eq!(other.redemption().await, Value::Null);
    let wrong = visitor.submit(&address("redeem"), &[("deduct_points", HOSTILE)]).await;
    wrong.shows(StatusCode::BAD_REQUEST, &["role=\"alert\"", "deduct_points"]);
    wrong.is_harmless();
    let chinese = other.visitor("zh");
    let viewed = chinese.submit_and_follow(&address("points"), &[]).await;
    viewed.shows(StatusCode::OK, &["已通过事件向商户请求积分余额。"]);
    let page = chinese
        .submit_and_follow(&format!("{}&openid={}", address("delete"), other.openid.as_str()), &[])
        .await;
    page.shows(StatusCode::OK, &["您已删除该会员卡"]);
    assert_eq!(extra_data(&page)["data"]["hasJoinCardMember"], false);
    other.open("en").await.shows(StatusCode::OK, &["class=\"mc-bars\""]);
    for unknown in ["", "token=", "token=nothing", "token=%3Cscript%3E"] {
        let sent = visitor.submit(&format!("/component/card-member/delete?{unknown}"), &[]).await;
        assert_eq!(sent.status, 303, "{}", sent.text);
    }
}

#[tokio::test]
async fn the_payment_code_is_shown_once_for_a_token() {
    let member = Member::of(&[("need_display_level", json!(true)), ("init_level", json!("银卡"))]).await;
    let [english, chinese] = ["en", "zh"].map(|language| member.visitor(language));
    let address = format!("/component/pay-view?token={}", member.pay_token().await);
    for visitor in [&english, &english] {
        let page = visitor.open(&address).await;
        page.shows(StatusCode::OK, &["Show the payment code", "data-submit", "星光会员", "银卡"]);
        lacks(&page, &["mc-bars"]);
        assert_eq!(extra_data(&page), json!({ "errcode": 0, "msg": "" }));
    }
    let page = chinese.submit(&address, &[]).await;
    page.shows(
        StatusCode::OK,
        &["付款码", "mc-bars", "mc-matrix", "<p class=\"mc-number\">00", "收银设备不会受理"],
    );
    assert_eq!(extra_data(&page), json!({ "errcode": 0, "msg": "" }));
    for spent in [english.open(&address).await, english.submit(&address, &[]).await] {
        spent.shows(StatusCode::CONFLICT, &["the token was used before"]);
        assert_eq!(extra_data(&spent)["errcode"], 1003);
        lacks(&spent, &["mc-bars"]);
    }

    let late = format!("/component/pay-view?token={}", member.pay_token().await);
    let held = format!("{late}&openid=oSomebodyElse000000000000000");
    assert_eq!(extra_data(&chinese.open(&held).await)["errcode"], 1004);
    member.sandbox.controls().advance_clock(Duration::from_secs(600)).await.unwrap();
    let expired = chinese.open(&late).await;
    expired.shows(StatusCode::CONFLICT, &["token已过期"]);
    assert_eq!(extra_data(&expired)["errcode"], 1002);
    for (token, errcode) in [("", 1001), ("nothing", 1001), ("%22%3E%3Cscript%3Ealert(1)", 1001)] {
        let page = english.open(&format!("/component/pay-view?token={token}")).await;
        assert_eq!(extra_data(&page)["errcode"], errcode, "{token}: {}", page.text);
        page.is_harmless();
    }
    let asked = CreatePreAuthToken {
        brand_id: member.sandbox.brand_id(),
        card_id: member.card_id.parse().unwrap(),
        openid: member.sandbox.new_openid(),
    };
    let join = member.sandbox.client().create_pre_auth_token(&asked).await.unwrap().token;
    let page = chinese.open(&format!("/component/pay-view?token={}", join.as_str())).await;
    page.shows(StatusCode::CONFLICT, &["token不适用于该组件"]);
    assert_eq!(extra_data(&page)["errcode"], 1005);
    let left = format!("/component/pay-view?token={}", member.pay_token().await);
    member.call("invalidate_user_card", json!({})).await;
    assert_eq!(extra_data(&english.open(&left).await)["errcode"], 1205);
}
