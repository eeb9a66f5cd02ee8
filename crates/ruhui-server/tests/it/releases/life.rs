//! Writes a store with every kind of record, in which each optional member is set in one record and missing in another.
//! The service itself writes it, through requests of merchants and acts of users.

use crate::common::*;
use async_trait::async_trait;
use bytes::Bytes;
use http::HeaderMap;
use ruhui_core::api::card_member::{
    ConfirmPointExchange, ConfirmUserCard, CreateMembershipActivity, CreatePayViewToken, CreatePreAuthToken,
    CreateUserFeed, ImportUserCardByOpenid, InvalidateCardTemplate, InvalidateUserCard, ModifyCardTemplate,
    ModifyMembershipActivity, ModifyUserCard, OpenUserCardToken, SyncUserPoints, TerminateMembershipActivity,
    UploadImage,
};
use ruhui_core::api::{Brand, Endpoint, rows};
use ruhui_server::domain::member::Filled;
use ruhui_server::domain::{Member, Template};
use ruhui_server::outbox::{CallbackClient, CallbackError, CallbackResponse};
use ruhui_server::simulator;
use ruhui_server::store::Store;
use serde_json::{Value, json};
use std::sync::Arc;

/// Provisioned entries that the sandbox's own file does not have.
pub(crate) const ENTRIES: &str = r#"
[[merchants]]
mchid = "1900000003"
certificates = []
reply_key = "certificate"

[[brands]]
brand_id = "1008"
name = "未申请的品牌"
merchants = ["1900000001", "1900000003"]
feature = "not_enabled"
appids = ["wxea9c30890f48d5ae", "wxea9c30a90fs8d3fe"]
feed_templates = ["1", "15"]

[[brands]]
brand_id = "1009"
name = "待开通的品牌"
feature = "not_opened_yet"
"#;

/// The second template of brand 1005, which a merchant owns and which has a form.
const SECOND_CARD: &str = "pSecondTemplate0000000000001";
pub(crate) const USERS: [&str; 5] = [
    "oPending00000000000000000000",
    "oConfirmed000000000000000000",
    "oRefused00000000000000000000",
    "oImported0000000000000000000",
    "oDeleted00000000000000000000",
];

/// A callback client that delivers nothing: one endpoint redirects, the others cannot be reached.
pub(crate) struct Unwilling;

#[async_trait]
impl CallbackClient for Unwilling {
    async fn post(&self, url: &str, _: HeaderMap, _: Bytes) -> Result<CallbackResponse, CallbackError> {
        match url.contains("redirect") {
            true => {
                Ok(CallbackResponse::of(302).with_location(b"https://shop.example/login").with_body(b"login"))
            }
            false => Err(CallbackError::Timeout),
        }
    }
}

/// Writes the store, over some hours of business time.
pub(crate) async fn write(store: Arc<dyn Store>) {
    let provision = first_provision(ENTRIES);
    let mut world = TestService::limited(store, &provision).await;
    let card_id = templates(&world).await;
    cards(&world, &card_id).await;
    pictures(&world).await;
    activities(&world, &card_id).await;
    feeds_and_points(&world).await;
    // Earlier deliveries have a failed attempt; later ones have none.
    world.service = world.beside_with(Arc::new(Unwilling)).await;
    world.service.outbox().deliver_due().await.unwrap();
    world.pass(1);
    redemptions(&world).await;
    echoes(&world).await;
    rejections(&world).await;
    // Provisions again, with a file from which one entry was removed and in which one was edited.
    let entries = ENTRIES.replace("待开通的品牌", "已提交申请的品牌");
    let mut edited = first_provision(&entries);
    edited.users.pop();
    edited.apply(&*world.store).await.unwrap();
}

/// Sends a request one second after the previous one, so that no rate limit applies.
async fn done<E: Endpoint>(world: &TestService, parameters: Value) -> Value {
    world.pass(1);
    world.done::<E>(&parameters).await
}

/// Creates templates with every optional member and with none, by a merchant and by a brand, and changes and ends some.
/// Users can join the first: the merchant allocates its codes, and its cards are valid for days.
async fn templates(world: &TestService) -> String {
    let whole = json!({
        "code_type": "JUMP_MINI_PROGRAM",
        "code_jump_information": { "jump_appid": APPID, "jump_path": "/pages/code/code" },
        "need_pinned": true,
        "need_display_level": true,
        "init_level": "白银",
        "service_phone": "13900000000",
        "notify_url": "https://redirect.example/notify",
        "valid_date_information": { "type": "FIX_TERM", "available_day_after_receive": 365 },
        "points_information": { "jump_appid": APPID, "jump_path": "/pages/points/index" },
        "user_information": {
            "common_field_list": ["USER_FORM_FLAG_NAME", "USER_FORM_FLAG_BIRTHDAY"],
            "custom_field_list": [{ "type": "CHECK_BOX", "name": "爱好", "values": ["茶", "酒"] }],
        },
    });
    let created = world.create_template(&whole).await;
    world.pass(1);
    let others = json!({
        "brand_id": "1005",
        "out_request_no": "second",
        "appid": "wxea9c30a90fs8d3fe",
        "member_information": { "jump_appid": "wxea9c30a90fs8d3fe", "jump_path": "/pages/member/index" },
        "valid_date_information": {
            "type": "FIX_TIME_RANGE",
            "available_begin_time": "2027-01-01T00:00:00+08:00",
            "available_end_time": "2028-01-01T00:00:00+08:00",
        },
    });
    let ranged = world.create_template(&others).await;
    let ended = json!({ "brand_id": "1005", "card_id": ranged["card_id"] });
    let changes = json!({ "card_title": "银卡会员", "benefits": "会员八折", "need_pinned": true });
    done::<ModifyCardTemplate>(world, merged(&ended, &changes)).await;
    done::<InvalidateCardTemplate>(world, ended).await;
    world.pass(1);
    done::<ModifyCardTemplate<Brand>>(
        world,
        json!({ "brand_id": BRAND_ID, "card_id": CARD_ID, "service_phone": "13900000000" }),
    )
    .await;
    // No endpoint creates such cards yet.
    let jump = json!({ "jump_appid": APPID, "jump_path": "/pages/pay/index" });
    let read = |value: &Value| serde_json::from_value(value.clone()).unwrap();
    world.change::<Template>(SECOND_CARD, |it| it.card.balance_information = Some(read(&jump))).await;
    world
        .change::<Template>("pExpiredTemplate000000000001", |it| {
            it.card.purchase_information =
                Some(serde_json::from_value(merged(&jump, &json!({ "price": 9900 }))).unwrap());
            it.card.out_request_no = None;
            it.card.legal_agreement = None;
        })
        .await;
    created["card_id"].as_str().unwrap().to_owned()
}

fn answers() -> Value {
    json!({
        "common_field_list": [
            { "name": "USER_FORM_FLAG_NAME", "value": "张三" },
            { "name": "USER_FORM_FLAG_BIRTHDAY", "value": "2000-02-29" },
        ],
        "custom_field_list": [{ "name": "爱好", "user_chosen_values": ["茶", "酒"] }],
    })
}

/// Returns the form's answers, encrypted for a request.
fn encrypted_answers() -> Value {
    let mut answers = answers();
    for common in answers["common_field_list"].as_array_mut().unwrap() {
        common["value"] = encrypted(common["value"].as_str().unwrap()).into();
    }
    for chosen in answers["custom_field_list"][0]["user_chosen_values"].as_array_mut().unwrap() {
        *chosen = encrypted(chosen.as_str().unwrap()).into();
    }
    answers
}

async fn token<E: Endpoint>(world: &TestService, card_id: &str, openid: &str) -> ruhui_core::types::Token {
    let asked = json!({ "brand_id": BRAND_ID, "card_id": card_id, "openid": openid });
    done::<E>(world, asked).await["token"].as_str().unwrap().parse().unwrap()
}

/// Creates a card in every state, with every optional member and with none.
async fn cards(world: &TestService, card_id: &str) {
    let filled = Filled {
        phone_number: PHONE.parse().unwrap(),
        user_information: serde_json::from_value(answers()).unwrap(),
    };
    let [pending, confirmed, rejected, imported, deleted] = USERS;
    for openid in [pending, confirmed, rejected, deleted] {
        let token = token::<CreatePreAuthToken>(world, card_id, openid).await;
        simulator::join(&world.service, &token, None, &filled).await.unwrap();
    }
    let card = |openid: &str, code: &str| json!({ "brand_id": BRAND_ID, "card_id": card_id, "openid": openid, "user_card_code": code });
    let details = json!({
        "card_color": "#FF0000",
        "card_picture_url": world.picture().await,
        "phone_number": encrypted("13800000000"),
        "level": "黄金",
        "valid_date_information": { "type": "FIX_TERM", "available_day_after_receive": 30 },
        "user_information": encrypted_answers(),
        "attach": "附加数据",
    });
    let of = |outcome: &str| json!({ "user_card_confirm_state": format!("CREATE_CARD_{outcome}") });
    let confirm = async |openid, code, outcome, details: &Value| {
        let request = merged(&merged(&card(openid, code), &of(outcome)), details);
        done::<ConfirmUserCard>(world, request).await
    };
    confirm(confirmed, "100001", "SUCCESS", &details).await;
    confirm(rejected, "100002", "FAIL", &json!({})).await;
    confirm(deleted, "100003", "ALREADY_EXISTS", &json!({})).await;
    let openid = deleted.parse().unwrap();
    simulator::delete_card(&world.service, &card_id.parse().unwrap(), &openid).await.unwrap();

    // A second card, after the first was ended.
    let pickup = json!({ "pickup_time": "2027-01-01T00:00:00+08:00", "attach": null });
    let request = merged(&merged(&card(imported, "100004"), &details), &pickup);
    done::<ImportUserCardByOpenid>(world, request).await;
    let points = json!({ "out_request_no": "points-1", "point_balance": 1000 });
    done::<SyncUserPoints>(world, merged(&card(imported, "100004"), &points)).await;
    let change = json!({ "level": "钻石会员", "phone_number": encrypted(PHONE), "attach": "新数据" });
    done::<ModifyUserCard>(world, merged(&card(imported, "100004"), &change)).await;
    let reason = json!({ "invalid_reason": "会员注销" });
    done::<InvalidateUserCard>(world, merged(&card(imported, "100004"), &reason)).await;
    let pickup = json!({
        "pickup_time": "2027-01-02T00:00:00+08:00",
        "user_information": { "common_field_list": encrypted_answers()["common_field_list"] },
    });
    done::<ImportUserCardByOpenid>(world, merged(&card(imported, "100005"), &pickup)).await;

    // A card without a form, with WeChat Pay's code: not confirmed, and then ended without a reason.
    let code = world.opened(CARD_ID, OPENID).await.unwrap();
    let own = json!({ "brand_id": BRAND_ID, "card_id": CARD_ID, "openid": OPENID, "user_card_code": code });
    done::<InvalidateUserCard>(world, own).await;
    world.opened("pBrandOwned00000000000000001", OPENID).await;

    // Unused tokens of each endpoint that creates them, and one that opened the payment code.
    token::<OpenUserCardToken>(world, CARD_ID, "oOther0000000000000000000000").await;
    token::<CreatePreAuthToken<Brand>>(world, CARD_ID, "oOther0000000000000000000000").await;
    token::<CreatePayViewToken>(world, CARD_ID, MEMBER).await;
    // Every card gets these members from its template; they are optional nevertheless.
    let member = Member::id_of(&MEMBER.parse().unwrap(), &CARD_ID.parse().unwrap());
    world
        .change::<Member>(&member, |it| {
            it.cards[0].card.card_color = None;
            it.cards[0].card.card_picture_url = None;
        })
        .await;
    let token = token::<CreatePayViewToken>(world, CARD_ID, MEMBER).await;
    simulator::show_payment_code(&world.service, &token, None).await.unwrap();
}

/// Uploads a picture of each kind, one of them by a brand.
async fn pictures(world: &TestService) {
    for (filename, picture) in
        [("a.jpg", b"\xff\xd8\xff\xe0 a picture".as_slice()), ("b.bmp", b"BM a picture")]
    {
        world.pass(1);
        assert_eq!(world.send(world.upload(filename, picture).sign()).await.status, 200);
    }
    world.pass(1);
    let form = world.upload("card.png", PNG);
    let brands = world.by_hand::<UploadImage<Brand>>(&serde_json::from_slice(&form.body).unwrap());
    let brands = brands
        .with(|draft| draft.sent = form.sent.clone())
        .header(http::header::CONTENT_TYPE, form.headers["content-type"].to_str().unwrap());
    assert_eq!(world.send(brands.sign()).await.status, 200);
}

/// Creates an activity and changes it, and another one and ends it.
async fn activities(world: &TestService, card_id: &str) {
    let create = async |number: &str, card_id: &str| {
        let request = json!({
            "out_request_no": number,
            "brand_id": BRAND_ID,
            "card_id": card_id,
            "activity_channel": "MECHANT_APP_COMPONENT",
            "title": "入会有礼",
            "sub_title": "满100减10",
            "begin_time": "2027-01-15T17:00:00+08:00",
            "end_time": "2027-01-16T17:00:00+08:00",
            "apply_total": 100,
            "product_coupon_stock_list": [
                { "product_coupon_id": "1000000013", "stock_id": "1000000013001" },
                { "product_coupon_id": "1000000014", "stock_id": "1000000014001" },
            ],
        });
        let created = done::<CreateMembershipActivity>(world, request).await;
        json!({ "brand_id": BRAND_ID, "activity_id": created["activity_id"] })
    };
    let running = create("activity-1", CARD_ID).await;
    let change = json!({
        "title": "新会员礼",
        "sub_title": "满50减5",
        "begin_time": "2027-01-15T16:30:00+08:00",
        "end_time": "2027-01-17T18:30:00+08:00",
    });
    done::<ModifyMembershipActivity>(world, merged(&running, &change)).await;
    let ended = create("activity-2", card_id).await;
    done::<TerminateMembershipActivity>(world, ended).await;
}

/// Returns the parameters of a request about the card of the user who is a member from the start.
async fn members_card(world: &TestService, more: Value) -> Value {
    let code = world.code(CARD_ID, MEMBER).await;
    merged(
        &json!({ "brand_id": BRAND_ID, "card_id": CARD_ID, "openid": MEMBER, "user_card_code": code }),
        &more,
    )
}

async fn feeds_and_points(world: &TestService) {
    for (number, cell) in [("feed-1", "15_1200_1"), ("feed-2", "0")] {
        let feed = members_card(world, json!({ "out_request_no": number, "cell": cell })).await;
        done::<CreateUserFeed>(world, feed).await;
    }
    let points = members_card(world, json!({ "out_request_no": "points-2", "point_balance": 500 })).await;
    done::<SyncUserPoints<Brand>>(world, points).await;
}

/// Creates a redemption that was allowed, one that was rejected, and one that waits.
async fn redemptions(world: &TestService) {
    let (card_id, openid) = (CARD_ID.parse().unwrap(), MEMBER.parse().unwrap());
    let coupon = serde_json::from_value(json!({
        "exchange_coupon_template_id": "1001",
        "deduct_points": 100,
        "product_coupon_id": "1000000013",
        "product_coupon_stock_type": "BUSIFAVOR",
        "stock_id": "1000000013001",
    }));
    let coupon: simulator::Coupon = coupon.unwrap();
    for outcome in [
        json!({ "result": "POINT_EXCHANGE_COUPON_ALLOW" }),
        json!({
            "result": "POINT_EXCHANGE_COUPON_REJECT",
            "reject_reason": "积分不足",
        }),
    ] {
        let asked = simulator::redeem_points(&world.service, &card_id, &openid, &coupon).await.unwrap();
        let redemption = json!({ "record_id": asked.record_id, "exchange_coupon_template_id": "1001" });
        let request = members_card(world, merged(&redemption, &outcome)).await;
        done::<ConfirmPointExchange>(world, request).await;
    }
    simulator::redeem_points(&world.service, &card_id, &openid, &coupon).await.unwrap();
    simulator::view_points(&world.service, &card_id, &openid).await.unwrap();
}

/// Creates the callbacks of self-tests, one of which was attempted.
async fn echoes(world: &TestService) {
    for number in 0..2 {
        world.pass(1);
        let echo = world.echo().member("notify_url", "http://127.0.0.1:7083/notify");
        let echo = echo.member("encrypted_echo_message", encrypted("加密回显"));
        assert_eq!(world.send(echo.sign()).await.status, 200);
        if number == 0 {
            world.service.outbox().deliver_due().await.unwrap();
        }
    }
}

/// Rejections that depend on state are stored as responses, too.
async fn rejections(world: &TestService) {
    world.pass(1);
    let unknown = world.current().member("card_id", "unknown");
    world.send(unknown.sign()).await.answers(&rows::TEMPLATE_NOT_FOUND);
}
