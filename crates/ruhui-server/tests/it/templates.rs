//! Tests of card templates over HTTP, in both families: creating, listing, changing and ending them.

use crate::common::*;
use proptest::prelude::*;
use ruhui_core::api::card_member::{
    CardTemplateState, CardType, CodeType, CreateCardTemplate, CreatePreAuthToken, InvalidateCardTemplate,
    ListCardTemplates, ModifyCardTemplate, QueryCardTemplate,
};
use ruhui_core::api::{Brand, Endpoint, Partner, Row, rows};
use ruhui_core::sign::Scheme;
use ruhui_server::domain::AddressPolicy;
use ruhui_server::domain::{Catalog, Claim, Template};
use ruhui_server::store::records::put;
use ruhui_server::store::{Loaded, MemoryStore, Store, StoreExt as _, Write};
use serde_json::{Value, json};
use std::sync::Arc;

const SECOND_BRAND: &str = "1005";
const SECOND_CARD: &str = "pSecondTemplate0000000000001";

async fn rejected<E: Endpoint>(world: &TestService, parameters: &Value, row: &Row) -> Value {
    let response = world.send(world.by_hand::<E>(parameters).sign()).await;
    response.answers(row);
    response.json()
}

/// Returns the parameters that name one of the brand's templates.
fn of(card_id: &Value) -> Value {
    json!({ "brand_id": BRAND_ID, "card_id": card_id })
}

fn page(offset: u64, limit: u64) -> Value {
    json!({ "brand_id": BRAND_ID, "offset": offset, "limit": limit })
}

fn card_ids(list: &Value) -> Vec<&str> {
    list["data"].as_array().unwrap().iter().map(|card| card["card_id"].as_str().unwrap()).collect()
}

/// Returns the first brand's templates: three from the file, and the created ones.
async fn templates(world: &TestService) -> Vec<Template> {
    let all = world.store.read_all::<Template>().await.unwrap().into_iter().map(|loaded| loaded.record);
    all.filter(|template| template.card.brand_id.as_str() == BRAND_ID).collect()
}

#[tokio::test]
async fn a_template_goes_through_its_life() {
    let world = TestService::new().await;
    let asked = world.template().await;
    let created = world.done::<CreateCardTemplate>(&asked).await;
    let card_id = created["card_id"].as_str().unwrap();
    assert!(card_id.len() == 28 && card_id.starts_with('p'), "{card_id}");
    assert!(card_id.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{card_id}");
    let answered = json!({
        "card_id": card_id,
        "need_pinned": false,
        "need_display_level": false,
        "state": "CARD_EFFECTIVE",
        "create_time": "2027-01-15T16:00:00+08:00",
        "modify_time": "2027-01-15T16:00:00+08:00",
    });
    assert_eq!(created, merged(&asked, &answered));

    let card = of(&created["card_id"]);
    assert_eq!(world.done::<QueryCardTemplate>(&card).await, created);
    assert_eq!(world.done::<QueryCardTemplate<Brand>>(&card).await, created);
    assert_eq!(card_ids(&world.done::<ListCardTemplates>(&page(0, 20)).await).last(), Some(&card_id));
    let token = json!({ "brand_id": BRAND_ID, "card_id": card_id, "openid": OPENID });
    world.done::<CreatePreAuthToken>(&token).await;

    world.pass(60);
    let modified = world.done::<ModifyCardTemplate>(&merged(&card, &json!({ "benefits": "会员八折" }))).await;
    let changes = json!({ "benefits": "会员八折", "modify_time": "2027-01-15T16:01:00+08:00" });
    assert_eq!(modified, merged(&created, &changes));

    world.pass(60);
    let ended = world.done::<InvalidateCardTemplate>(&card).await;
    let changes = json!({ "state": "CARD_INVALID", "modify_time": "2027-01-15T16:02:00+08:00" });
    assert_eq!(ended, merged(&modified, &changes));
    rejected::<CreatePreAuthToken>(&world, &token, &rows::TEMPLATE_INVALID).await;
    rejected::<ModifyCardTemplate>(&world, &card, &rows::TEMPLATE_INVALID).await;
    world.pass(60);
    assert_eq!(world.done::<InvalidateCardTemplate>(&card).await, ended, "it has ended already");
    assert_eq!(world.done::<QueryCardTemplate>(&card).await, ended);
}

/// A request of the brand family names no brand, and needs no body to end a template.
#[tokio::test]
async fn a_brand_does_the_same_in_its_own_name() {
    let world = TestService::new().await;
    let created = world.done::<CreateCardTemplate<Brand>>(&world.template().await).await;
    assert_eq!(created["brand_id"], BRAND_ID);
    let card = of(&created["card_id"]);
    let changes = merged(&card, &json!({ "card_title": "银卡", "need_pinned": true }));
    let modified = world.done::<ModifyCardTemplate<Brand>>(&changes).await;
    assert_eq!((&modified["card_title"], &modified["need_pinned"]), (&json!("银卡"), &json!(true)));
    assert_eq!(world.done::<ListCardTemplates<Brand>>(&page(0, 20)).await["total_count"], 4);

    let empty = world.by_hand::<InvalidateCardTemplate<Brand>>(&card).body("");
    let response = world.send(empty.sign()).await;
    assert_eq!((response.status.as_u16(), &response.json()["state"]), (200, &json!("CARD_INVALID")));
    response.signed_unless_general(Scheme::Brand);
    world.done::<InvalidateCardTemplate<Brand>>(&card).await;
    // A merchant must name the brand.
    let nobody = world.by_hand::<InvalidateCardTemplate>(&card).body("");
    world.send(nobody.sign()).await.answers(&rows::PARAMETER_WRONG);
}

/// Callbacks go to the merchant or brand that created the template.
#[tokio::test]
async fn the_owner_is_who_created_it() {
    let world = TestService::new().await;
    let by_merchant = world.create_template(&json!({})).await;
    let owner = async |card: &Value| {
        let id = card["card_id"].as_str().unwrap();
        world.store.read::<Template>(id).await.unwrap().unwrap().record.owner.to_string()
    };
    assert!(owner(&by_merchant).await.contains(MCHID));
    world.done::<InvalidateCardTemplate<Brand>>(&of(&by_merchant["card_id"])).await;
    let asked = merged(&world.template().await, &json!({ "out_request_no": "2" }));
    let by_brand = world.done::<CreateCardTemplate<Brand>>(&asked).await;
    assert!(owner(&by_brand).await.contains(BRAND_ID));
    // A caller that ends or changes the template does not become its owner.
    world.done::<ModifyCardTemplate>(&of(&by_brand["card_id"])).await;
    assert!(owner(&by_brand).await.contains(BRAND_ID));
}

#[tokio::test]
async fn another_brands_template_is_not_found() {
    let world = TestService::new().await;
    for card_id in [SECOND_CARD, "unknown"] {
        let card = of(&json!(card_id));
        rejected::<QueryCardTemplate>(&world, &card, &rows::TEMPLATE_NOT_FOUND).await;
        rejected::<QueryCardTemplate<Brand>>(&world, &card, &rows::TEMPLATE_NOT_FOUND).await;
        rejected::<ModifyCardTemplate>(&world, &card, &rows::TEMPLATE_NOT_FOUND).await;
        rejected::<InvalidateCardTemplate>(&world, &card, &rows::TEMPLATE_NOT_FOUND).await;
    }
    let foreign = json!({ "brand_id": "1006", "card_id": CARD_ID });
    rejected::<QueryCardTemplate>(&world, &foreign, &rows::NOT_THE_CALLERS_BRAND).await;
    rejected::<InvalidateCardTemplate>(&world, &foreign, &rows::NOT_THE_CALLERS_BRAND).await;
    for card_id in [CARD_ID, SECOND_CARD] {
        assert!(world.store.read::<Template>(card_id).await.unwrap().unwrap().record.is_effective());
    }
}

#[tokio::test]
async fn lists_keep_the_order_of_creation_page_by_page() {
    let world = TestService::new().await;
    let mut expected = Vec::new();
    for number in 0..23 {
        let changes = json!({
            "brand_id": SECOND_BRAND,
            "appid": "wxea9c30a90fs8d3fe",
            "member_information": { "jump_appid": "wxea9c30a90fs8d3fe", "jump_path": "/a" },
            "out_request_no": number.to_string(),
        });
        let created = world.create_template(&changes).await;
        let card_id = created["card_id"].as_str().unwrap().to_owned();
        if number > 0 {
            let card = json!({ "brand_id": SECOND_BRAND, "card_id": card_id });
            world.done::<InvalidateCardTemplate>(&card).await;
        }
        expected.push(card_id);
        if number == 0 {
            // One ended template makes room for the others.
            let card = json!({ "brand_id": SECOND_BRAND, "card_id": SECOND_CARD });
            world.done::<InvalidateCardTemplate>(&card).await;
        }
    }
    expected.insert(0, SECOND_CARD.to_owned());
    let list = async |more: Value| {
        let parameters = merged(&json!({ "brand_id": SECOND_BRAND }), &more);
        world.done::<ListCardTemplates>(&parameters).await
    };

    for (offset, limit) in [(0, 20), (0, 1), (5, 7), (20, 20), (23, 1)] {
        let answered = list(json!({ "offset": offset, "limit": limit })).await;
        let counts = json!([answered["total_count"], answered["offset"], answered["limit"]]);
        assert_eq!(counts, json!([24, offset, limit]));
        let end = expected.len().min(offset + limit);
        assert_eq!(card_ids(&answered), expected[offset..end]);
    }
    for offset in [24_u64, 1000, u64::from(u32::MAX)] {
        let answered = list(json!({ "offset": offset, "limit": 20 })).await;
        assert_eq!(answered, json!({ "data": [], "total_count": 24, "offset": offset, "limit": 20 }));
    }
    for (state, ids) in [("CARD_EFFECTIVE", &expected[1..2]), ("CARD_INVALID", &expected[2..7])] {
        let answered =
            list(json!({ "state": state, "offset": usize::from(ids.len() > 1), "limit": 5 })).await;
        assert_eq!(card_ids(&answered), ids, "{state}");
    }
    let answered = list(json!({ "state": "CARD_INVALID", "offset": 0, "limit": 1 })).await;
    assert_eq!(answered["total_count"], 23);
    // A brand without templates.
    world
        .change::<ruhui_server::domain::Brand>("1006", |brand| brand.merchants.push(MCHID.parse().unwrap()))
        .await;
    let answered = list(json!({ "brand_id": "1006", "offset": 0, "limit": 20 })).await;
    assert_eq!(answered, json!({ "data": [], "total_count": 0, "offset": 0, "limit": 20 }));
}

#[tokio::test]
async fn pages_out_of_range_are_rejected() {
    let world = TestService::new().await;
    let cases = [
        (json!({ "limit": 0 }), "limit"),
        (json!({ "limit": 21 }), "limit"),
        (json!({ "limit": -1 }), "limit"),
        (json!({ "limit": "" }), "limit"),
        (json!({ "limit": "x" }), "limit"),
        (json!({ "limit": "1.5" }), "limit"),
        (json!({ "limit": null }), "limit"),
        (json!({ "offset": -1 }), "offset"),
        (json!({ "offset": 4_294_967_296_u64 }), "offset"),
        (json!({ "offset": "99999999999999999999999" }), "offset"),
        (json!({ "offset": "0x1" }), "offset"),
        (json!({ "offset": null }), "offset"),
        (json!({ "state": "CARD_GONE" }), "state"),
        (json!({ "state": "card_effective" }), "state"),
        (json!({ "state": "" }), "state"),
        (json!({ "brand_id": null }), "brand_id"),
        (json!({ "brand_id": "1".repeat(33) }), "brand_id"),
    ];
    for (change, field) in cases {
        let body =
            rejected::<ListCardTemplates>(&world, &merged(&page(0, 20), &change), &rows::PARAMETER_WRONG)
                .await;
        assert_eq!((&body["detail"]["field"], &body["detail"]["location"]), (&json!(field), &json!("query")));
    }
    let twice = world.by_hand::<ListCardTemplates>(&page(0, 20)).with(|draft| draft.target += "&limit=20");
    world.send(twice.sign()).await.answers(&rows::PARAMETER_WRONG);
}

/// How a text field of a creation is tested: its location, its limit, a valid character, an invalid one, and the row
/// for a text of the full length.
struct Field {
    pointer: &'static str,
    limit: usize,
    good: &'static str,
    illegal: &'static str,
    at_limit: Option<&'static Row>,
}

/// Returns every text field of a creation except the colour, which has only one length.
fn fields() -> Vec<Field> {
    let field = |pointer, limit, good, illegal, at_limit| Field { pointer, limit, good, illegal, at_limit };
    vec![
        field("/out_request_no", 128, "0", "会", None),
        field("/brand_id", 32, "9", "\n", Some(&rows::NOT_THE_CALLERS_BRAND)),
        field("/appid", 32, "w", "\t", Some(&rows::APPID_NOT_BOUND)),
        field("/card_title", 10, "会", "★", None),
        field("/card_picture_url", 256, "x", "\u{7f}", Some(&rows::CONTENT_REJECTED)),
        field("/benefits", 32, "惠", "\n", None),
        field("/notify_url", 256, "https://shop.example/x", "?", None),
        field("/init_level", 10, "级", "\u{0}", None),
        field("/service_phone", 32, "8", "\u{1f600}", None),
        field("/legal_agreement", 20480, "约", "\t", None),
        field("/member_information/jump_appid", 32, "w", "\u{1f}", Some(&rows::MEMBER_APPID_NOT_BOUND)),
        field("/member_information/jump_path", 128, "/", "\r", None),
        field("/points_information/jump_appid", 32, "w", "\n", Some(&rows::POINTS_APPID_NOT_BOUND)),
        field("/points_information/jump_path", 128, "页", "\n", None),
        field("/user_information/custom_field_list/0/name", 32, "名", "\n", None),
        field("/user_information/custom_field_list/0/values/0", 8, "值", "\n", None),
    ]
}

/// Returns a creation with every text field that a NORMAL card may have.
async fn full(world: &TestService) -> Value {
    let more = json!({
        "need_display_level": true,
        "init_level": "白银",
        "service_phone": "010-8877xxxx",
        "points_information": { "jump_appid": APPID, "jump_path": "/points" },
        "user_information": {
            "common_field_list": ["USER_FORM_FLAG_NAME"],
            "custom_field_list": [{ "type": "RADIO", "name": "爱好", "values": ["茶", "酒"] }],
        },
    });
    merged(&world.template().await, &more)
}

fn with(parameters: &Value, pointer: &str, value: impl Into<Value>) -> Value {
    let mut parameters = parameters.clone();
    *parameters.pointer_mut(pointer).unwrap() = value.into();
    parameters
}

/// Returns the parameters without the member or element.
fn lacking(parameters: &Value, pointer: &str) -> Value {
    let mut parameters = parameters.clone();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    if let Some(object) = parameters.pointer_mut(parent).unwrap().as_object_mut() {
        object.remove(name);
    }
    parameters
}

/// Returns a text of `length` characters: all of `good` except its last character, then that character repeated.
fn filled(good: &str, length: usize) -> String {
    let last = good.chars().last().unwrap();
    let head: String = good.chars().take(good.chars().count() - 1).collect();
    format!("{head}{}", last.to_string().repeat(length - head.chars().count()))
}

#[tokio::test]
async fn every_text_of_a_creation_keeps_its_limit() {
    for Field { pointer, limit, good, illegal, at_limit } in fields() {
        let world = TestService::new().await;
        let full = full(&world).await;
        let wrong = [
            ("empty", json!("")),
            ("null", Value::Null),
            ("a number", json!(7)),
            ("a list", json!(["x"])),
            ("an object", json!({})),
            ("one over", json!(filled(good, limit + 1))),
            ("an illegal character", json!(format!("{good}{illegal}"))),
            ("a four-byte character", json!(format!("{good}\u{20000}"))),
        ];
        for (what, value) in wrong {
            println!("{pointer}: {what}");
            let asked = with(&full, pointer, value);
            let body = rejected::<CreateCardTemplate>(&world, &asked, &rows::PARAMETER_WRONG).await;
            assert_eq!(
                (&body["detail"]["field"], &body["detail"]["location"]),
                (&json!(pointer), &json!("body"))
            );
        }
        println!("{pointer}: at the limit");
        let asked = with(&full, pointer, filled(good, limit));
        match at_limit {
            Some(row) => drop(rejected::<CreateCardTemplate>(&world, &asked, row).await),
            None => {
                let created = world.done::<CreateCardTemplate>(&asked).await;
                assert_eq!(created.pointer(pointer), asked.pointer(pointer));
            }
        }
    }
}

#[tokio::test]
async fn every_text_of_a_change_keeps_its_limit() {
    let world = TestService::new().await;
    let full = full(&world).await;
    let created = world.done::<CreateCardTemplate>(&full).await;
    let names = ["card_title", "card_picture_url", "benefits", "notify_url", "service_phone"];
    let changeable = |pointer: &str| {
        names.iter().any(|name| pointer == format!("/{name}")) || pointer.matches('/').count() > 1
    };
    for Field { pointer, limit, good, illegal, at_limit } in fields() {
        if !changeable(pointer) {
            continue;
        }
        let name = pointer.split('/').nth(1).unwrap();
        let card = merged(&of(&created["card_id"]), &json!({ name: full[name] }));
        for value in [
            json!(""),
            Value::Null,
            json!(7),
            json!(filled(good, limit + 1)),
            json!(format!("{good}{illegal}")),
        ] {
            let asked = with(&card, pointer, value);
            let body = rejected::<ModifyCardTemplate>(&world, &asked, &rows::PARAMETER_WRONG).await;
            assert_eq!(body["detail"]["field"], pointer);
        }
        let asked = with(&card, pointer, filled(good, limit));
        match at_limit {
            Some(row) => drop(rejected::<ModifyCardTemplate>(&world, &asked, row).await),
            None => {
                let modified = world.done::<ModifyCardTemplate>(&asked).await;
                assert_eq!(modified.pointer(pointer), asked.pointer(pointer));
            }
        }
    }
}

#[tokio::test]
async fn what_a_creation_must_have_must_be_there() {
    let world = TestService::new().await;
    let full = full(&world).await;
    let optional =
        ["need_display_level", "init_level", "service_phone", "points_information", "user_information"];
    for name in full.as_object().unwrap().keys() {
        let asked = merged(&full, &json!({ name: null }));
        if optional.contains(&name.as_str()) {
            continue;
        }
        let body = rejected::<CreateCardTemplate>(&world, &asked, &rows::PARAMETER_WRONG).await;
        assert_eq!(body["detail"]["field"], format!("/{name}"));
    }
    for pointer in [
        "/member_information/jump_appid",
        "/member_information/jump_path",
        "/points_information/jump_appid",
        "/valid_date_information/type",
        "/user_information/custom_field_list/0/name",
        "/user_information/custom_field_list/0/type",
        "/user_information/custom_field_list/0/values",
    ] {
        let asked = lacking(&full, pointer);
        let body = rejected::<CreateCardTemplate>(&world, &asked, &rows::PARAMETER_WRONG).await;
        assert_eq!(body["detail"]["field"], pointer);
    }
    // None of these requests has created a template.
    assert_eq!(templates(&world).await.len(), 3);
    let least = merged(
        &full,
        &json!({
            "need_display_level": null, "init_level": null, "service_phone": null,
            "points_information": null, "user_information": null,
        }),
    );
    world.done::<CreateCardTemplate>(&least).await;
}

#[tokio::test]
async fn what_is_no_text_is_checked_too() {
    let world = TestService::new().await;
    let full = full(&world).await;
    let paid = json!({ "jump_appid": APPID, "jump_path": "/a", "price": 1 });
    let full = merged(&full, &json!({ "purchase_information": paid, "need_pinned": false }));
    let cases = [
        ("/card_type", json!("GOLD")),
        ("/card_type", json!("normal")),
        ("/card_type", json!(["NORMAL"])),
        ("/code_mode", json!("")),
        ("/code_type", json!("CODE")),
        ("/card_color", json!("FFFF00")),
        ("/card_color", json!("#FFFF0")),
        ("/card_color", json!("#FFFF000")),
        ("/card_color", json!("#GGGGGG")),
        ("/need_pinned", json!("true")),
        ("/need_pinned", json!(1)),
        ("/need_display_level", json!("yes")),
        ("/purchase_information/price", json!("1")),
        ("/purchase_information/price", json!(1.5)),
        ("/purchase_information/price", json!(1e300)),
        ("/purchase_information/price", json!(9_223_372_036_854_775_808_u64)),
        ("/valid_date_information", json!("PERMANENT")),
        ("/valid_date_information/type", json!("FOREVER")),
        ("/member_information", json!([])),
        ("/notify_url", json!("ftp://shop.example/notify")),
        ("/notify_url", json!("https://user@shop.example/notify")),
        ("/notify_url", json!("https://shop.example/notify#top")),
        ("/legal_agreement", json!("见 HTTPS://shop.example/agreement")),
        ("/user_information/common_field_list", json!({})),
        ("/user_information/common_field_list/0", json!("USER_FORM_FLAG_PHONE")),
        ("/user_information/custom_field_list/0/type", json!("TEXT")),
        ("/user_information/custom_field_list/0/values", json!("茶")),
    ];
    for (pointer, value) in cases {
        let asked = with(&full, pointer, value.clone());
        let body = rejected::<CreateCardTemplate>(&world, &asked, &rows::PARAMETER_WRONG).await;
        assert_eq!(body["detail"]["field"], pointer, "{value}");
    }
    for times in [
        json!({ "available_begin_time": "2027-01-01" }),
        json!({ "available_end_time": "2027-13-01T00:00:00+08:00" }),
        json!({ "available_end_time": 1_800_000_000 }),
        json!({ "available_day_after_receive": "7" }),
    ] {
        let name = times.as_object().unwrap().keys().next().unwrap().clone();
        let validity = merged(&json!({ "type": "FIX_TIME_RANGE" }), &times);
        let asked = with(&full, "/valid_date_information", validity);
        let body = rejected::<CreateCardTemplate>(&world, &asked, &rows::PARAMETER_WRONG).await;
        assert_eq!(body["detail"]["field"], format!("/valid_date_information/{name}"));
    }
}

#[tokio::test]
async fn times_reversed_are_rejected() {
    let world = TestService::new().await;
    let template = world.template().await;
    let range = |begin: &str, end: &str| {
        json!({ "valid_date_information": {
            "type": "FIX_TIME_RANGE", "available_begin_time": begin, "available_end_time": end,
        } })
    };
    let (earlier, later) = ("2027-02-01T00:00:00+08:00", "2027-03-01T00:00:00+08:00");
    for (begin, end) in [(later, earlier), (earlier, earlier), (earlier, "2027-01-31T16:00:00.000+00:00")] {
        let asked = merged(&template, &range(begin, end));
        rejected::<CreateCardTemplate>(&world, &asked, &rows::VALIDITY_BEGIN_AFTER_END).await;
    }
    let created = world.done::<CreateCardTemplate>(&merged(&template, &range(earlier, later))).await;
    let card = of(&created["card_id"]);
    let asked = merged(&card, &range(later, earlier));
    rejected::<ModifyCardTemplate>(&world, &asked, &rows::VALIDITY_BEGIN_AFTER_END).await;
    assert_eq!(world.done::<QueryCardTemplate>(&card).await, created);
    // Times are returned in Beijing's time zone, with milliseconds if the request had them.
    let asked = merged(&card, &range("2027-02-01T00:00:00.120+08:00", "2027-03-01T01:00:00+09:00"));
    let modified = world.done::<ModifyCardTemplate>(&asked).await;
    let validity = &modified["valid_date_information"];
    assert_eq!(validity["available_begin_time"], "2027-02-01T00:00:00.120+08:00");
    assert_eq!(validity["available_end_time"], "2027-03-01T00:00:00+08:00");
}

#[tokio::test]
async fn notify_url_private() {
    let world = TestService::with_policy(|policy| policy.reach = AddressPolicy::PublicOnly).await;
    let template = world.template().await;
    let created = world.done::<CreateCardTemplate>(&template).await;
    for url in ["http://127.0.0.1:7083/notify", "http://10.1.2.3/", "http://[::1]/", "https://localhost/"] {
        let change = json!({ "notify_url": url, "out_request_no": "2" });
        rejected::<CreateCardTemplate>(&world, &merged(&template, &change), &rows::NOTIFY_URL_PRIVATE).await;
        let asked = merged(&of(&created["card_id"]), &json!({ "notify_url": url }));
        rejected::<ModifyCardTemplate>(&world, &asked, &rows::NOTIFY_URL_PRIVATE).await;
    }
    let sandbox = TestService::new().await;
    sandbox.create_template(&json!({ "notify_url": "http://127.0.0.1:7083/notify" })).await;
}

/// A template from the file has a picture that was not uploaded. It may stay, but another such picture is rejected.
#[tokio::test]
async fn the_present_picture_may_be_named_again() {
    let world = TestService::new().await;
    let card = of(&json!(CARD_ID));
    let before = world.done::<QueryCardTemplate>(&card).await;
    let named = merged(&card, &json!({ "card_picture_url": before["card_picture_url"], "benefits": "积分" }));
    assert_eq!(world.done::<ModifyCardTemplate>(&named).await["benefits"], "积分");
    let other = merged(&card, &json!({ "card_picture_url": "https://example.com/other.png" }));
    rejected::<ModifyCardTemplate>(&world, &other, &rows::CONTENT_REJECTED).await;
    let uploaded = merged(&card, &json!({ "card_picture_url": world.picture().await }));
    world.done::<ModifyCardTemplate>(&uploaded).await;
}

/// Returns a new value for each field that can be changed.
fn changes(appid: &str) -> [(&'static str, Value); 15] {
    let jump = |path: &str| json!({ "jump_appid": appid, "jump_path": path });
    [
        ("card_title", json!("银卡")),
        ("card_color", json!("#00ff7F")),
        ("card_picture_url", Value::Null),
        ("code_jump_information", jump("/code")),
        ("benefits", json!("生日礼")),
        ("notify_url", json!("https://other.example/notify")),
        ("need_pinned", json!(true)),
        ("need_display_level", json!(true)),
        ("service_phone", json!("400-800")),
        ("valid_date_information", json!({ "type": "PERMANENT" })),
        ("member_information", jump("/member")),
        ("points_information", jump("/points")),
        ("balance_information", jump("/balance")),
        ("purchase_information", merged(&jump("/buy"), &json!({ "price": 990 }))),
        ("user_information", json!({ "common_field_list": ["USER_FORM_FLAG_CITY"] })),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    /// A change sets the fields that it names and the time of the change, and nothing else.
    #[test]
    fn a_change_changes_what_it_names(
        named in proptest::collection::vec(any::<bool>(), 15),
        is_paid in any::<bool>(),
        has_options in any::<bool>(),
        by_brand in any::<bool>(),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(change_what_is_named(&named, is_paid, has_options, by_brand));
    }
}

async fn change_what_is_named(named: &[bool], is_paid: bool, has_options: bool, by_brand: bool) {
    let world = TestService::new().await;
    let jump = json!({ "jump_appid": APPID, "jump_path": "/before" });
    let options = json!({
        "code_type": "JUMP_MINI_PROGRAM",
        "code_jump_information": jump,
        "need_display_level": has_options,
        "init_level": if has_options { json!("白银") } else { Value::Null },
        "service_phone": if has_options { json!("010") } else { Value::Null },
        "points_information": if has_options { jump.clone() } else { Value::Null },
        "user_information": if has_options { json!({ "common_field_list": [] }) } else { Value::Null },
    });
    let created = world.create_template(&options).await;
    let card_id = created["card_id"].as_str().unwrap();
    let card_type = if is_paid { CardType::Purchase } else { CardType::Balance };
    world.change::<Template>(card_id, |template| template.card.card_type = card_type).await;
    let card = of(&created["card_id"]);
    let before = world.done::<QueryCardTemplate>(&card).await;

    let not_of_type = if is_paid { "balance_information" } else { "purchase_information" };
    let mut asked = json!({});
    for ((name, value), named) in changes(APPID).into_iter().zip(named) {
        // A template without a first level cannot display one.
        let is_showable = has_options || name != "need_display_level";
        if *named && name != not_of_type && is_showable {
            asked[name] = if name == "card_picture_url" {
                let response = world.send(world.upload("b.jpg", b"\xff\xd8\xff\xe0").sign()).await;
                response.json()["media_url"].clone()
            } else {
                value
            };
        }
    }
    world.pass(1);
    let modified = if by_brand {
        world.done::<ModifyCardTemplate<Brand>>(&merged(&card, &asked)).await
    } else {
        world.done::<ModifyCardTemplate>(&merged(&card, &asked)).await
    };
    let time = json!({ "modify_time": "2027-01-15T16:00:01+08:00" });
    let expected = merged(&merged(&before, &asked), &time);
    assert_eq!(modified, expected, "{asked}");
    assert_eq!(world.done::<QueryCardTemplate>(&card).await, expected);
}

/// The service ignores members that the page has but that cannot be changed, and the sandbox logs them.
#[tokio::test]
async fn what_cannot_be_changed_stays() {
    let world = TestService::new().await;
    let created = world.create_template(&json!({})).await;
    let asked = json!({
        "appid": "wx0", "card_type": "BALANCE", "code_mode": "SYSTEM_ALLOCATE", "code_type": "NONE_CODE",
        "init_level": "x", "legal_agreement": "x", "out_request_no": "x", "state": "CARD_INVALID",
        "create_time": "x",
    });
    let modified = world.done::<ModifyCardTemplate>(&merged(&of(&created["card_id"]), &asked)).await;
    assert_eq!(modified, created);
    // A member that is not on the page is rejected, and the request changes nothing.
    let unknown = merged(&asked, &json!({ "owner": "x", "benefits": "新" }));
    let unknown = merged(&of(&created["card_id"]), &unknown);
    let response = world.send(world.by_hand::<ModifyCardTemplate>(&unknown).sign()).await;
    assert_eq!(response.json()["detail"], json!({ "location": null, "value": ["/body/owner"] }));
    assert_eq!(world.done::<QueryCardTemplate>(&of(&created["card_id"])).await, created);
}

/// The body cannot name another template than the path.
#[tokio::test]
async fn the_path_says_which_template() {
    let world = TestService::new().await;
    let draft = world.by_hand::<InvalidateCardTemplate>(&of(&json!(CARD_ID)));
    let response = world.send(draft.member("card_id", SECOND_CARD).sign()).await;
    assert_eq!(response.json()["card_id"], CARD_ID);
    let second = world.store.read::<Template>(SECOND_CARD).await.unwrap().unwrap().record;
    assert!(second.is_effective());
}

#[tokio::test]
async fn out_request_no_repeated() {
    let world = TestService::new().await;
    let template = world.template().await;
    world.done::<CreateCardTemplate>(&template).await;
    // This holds in either family, with other members, and also at the limit of templates.
    rejected::<CreateCardTemplate>(&world, &template, &rows::OUT_REQUEST_NO_REPEATED).await;
    let other = merged(&template, &json!({ "card_title": "银卡" }));
    rejected::<CreateCardTemplate<Brand>>(&world, &other, &rows::OUT_REQUEST_NO_REPEATED).await;
    let new = merged(&template, &json!({ "out_request_no": "2" }));
    rejected::<CreateCardTemplate>(&world, &new, &rows::TWO_TEMPLATES_PER_TYPE).await;
    // A rejected request does not use its number. Neither does a request of another brand.
    let card = of(&json!(CARD_ID));
    world.done::<InvalidateCardTemplate>(&card).await;
    world.done::<CreateCardTemplate>(&new).await;
    let elsewhere = json!({
        "brand_id": SECOND_BRAND, "appid": "wxea9c30a90fs8d3fe",
        "member_information": { "jump_appid": "wxea9c30a90fs8d3fe", "jump_path": "/a" },
    });
    world.done::<CreateCardTemplate>(&merged(&template, &elsewhere)).await;
}

#[tokio::test]
async fn the_same_signed_creation_acts_once() {
    let mut world = TestService::new().await;
    let draft = world.by_hand::<CreateCardTemplate>(&world.template().await);
    let first = world.send(draft.sign()).await;
    assert_eq!(first.status, 200);
    world.restart().await;
    for _ in 0..3 {
        let again = world.send(draft.sign()).await;
        assert_eq!((again.status, again.json()), (first.status, first.json()));
        again.signed_as(Scheme::Merchant);
    }
    assert_eq!(templates(&world).await.len(), 4);
    let catalog = world.store.read::<Catalog>(BRAND_ID).await.unwrap().unwrap().record;
    assert_eq!(catalog.cards.len(), 4);
}

/// Two concurrent creations compete for the last template under the limit, and one succeeds. Both services share the
/// store, so the store's versions decide.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_creations_for_the_last_place_one_wins() {
    for _ in 0..20 {
        let store = Arc::new(MemoryStore::new());
        let mut world = TestService::over(store.clone()).await;
        let template = world.template().await;
        let drafts: Vec<Draft> = (0..6)
            .map(|number| {
                let number = json!({ "out_request_no": number.to_string() });
                world.by_hand::<CreateCardTemplate>(&merged(&template, &number))
            })
            .collect();
        let other = {
            let first = world.service.clone();
            world.restart().await;
            std::mem::replace(&mut world.service, first)
        };
        let (world, mut tasks) = (Arc::new(world), tokio::task::JoinSet::new());
        for (index, draft) in drafts.into_iter().enumerate() {
            let (world, service) = (world.clone(), other.clone());
            tasks.spawn(async move {
                match index % 2 {
                    0 => world.send(draft.sign()).await,
                    _ => world.send_to(service, draft.sign()).await,
                }
            });
        }
        let responses = tasks.join_all().await;
        let (won, lost): (Vec<_>, Vec<_>) =
            responses.into_iter().partition(|response| response.status == 200);
        assert_eq!((won.len(), lost.len()), (1, 5));
        lost.iter().for_each(|response| response.answers(&rows::TWO_TEMPLATES_PER_TYPE));
        assert_eq!(templates(&world).await.len(), 4);
    }
}

/// Two concurrent changes both take effect.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_changes_neither_is_lost() {
    let world = Arc::new(TestService::new().await);
    let card = of(&json!(CARD_ID));
    world
        .change::<Template>(CARD_ID, |template| template.card.init_level = Some("白银".parse().unwrap()))
        .await;
    let mut tasks = tokio::task::JoinSet::new();
    for change in changes(APPID) {
        if ["card_picture_url", "code_jump_information", "balance_information", "purchase_information"]
            .contains(&change.0)
        {
            continue;
        }
        let draft = world.by_hand::<ModifyCardTemplate>(&merged(&card, &json!({ change.0: change.1 })));
        let world = world.clone();
        tasks.spawn(async move { (world.send(draft.sign()).await, change) });
    }
    let responses = tasks.join_all().await;
    let after = world.done::<QueryCardTemplate>(&card).await;
    for (response, (name, value)) in responses {
        assert_eq!(response.status, 200, "{}", response.text());
        assert_eq!(after[name], value);
    }
}

/// A template from the file behaves like any other template.
#[tokio::test]
async fn templates_of_the_file_are_listed_in_its_order() {
    let world = TestService::new().await;
    let list = world.done::<ListCardTemplates>(&page(0, 20)).await;
    assert_eq!(card_ids(&list), [CARD_ID, "pInvalidTemplate000000000001", "pExpiredTemplate000000000001"]);
    let states: Vec<_> = templates(&world).await.into_iter().map(|template| template.card.state).collect();
    assert!(states.contains(&CardTemplateState::CardInvalid));
    assert!(templates(&world).await.iter().all(|template| template.card.code_type == CodeType::QrCode));
}

/// Returns the writes of a creation by another service.
async fn somebody_elses_creation(store: &impl Store) -> Vec<Write> {
    let Loaded { record: mut template, .. } = store.read::<Template>(CARD_ID).await.unwrap().unwrap();
    template.card.card_id = "pSomebodyElses00000000000000".parse().unwrap();
    let catalog = store.read::<Catalog>(BRAND_ID).await.unwrap().unwrap();
    let mut more = catalog.record.clone();
    more.cards.push(template.card.card_id.clone());
    vec![put(&template, None), catalog.replace(&more)]
}

#[tokio::test]
async fn a_creation_is_decided_again_when_the_last_place_is_taken_before_the_commit() {
    let store = Arc::new(Unreliable::new(MemoryStore::new()));
    let world = TestService::over(store.clone()).await;
    let template = world.template().await;
    store.meddle(somebody_elses_creation(&store.inner).await);
    rejected::<CreateCardTemplate>(&world, &template, &rows::TWO_TEMPLATES_PER_TYPE).await;
    assert_eq!(templates(&world).await.len(), 4);

    // Another replica uses the same number: only one of them creates.
    let store = Arc::new(Unreliable::new(MemoryStore::new()));
    let world = TestService::over(store.clone()).await;
    let template = world.template().await;
    let number = template["out_request_no"].as_str().unwrap();
    let claim =
        Claim::out_request_no(CreateCardTemplate::<Partner>::PATH, &BRAND_ID.parse().unwrap(), number);
    store.meddle(vec![put(&claim, None)]);
    rejected::<CreateCardTemplate>(&world, &template, &rows::OUT_REQUEST_NO_REPEATED).await;
    assert_eq!(templates(&world).await.len(), 3);
}

#[tokio::test]
async fn a_change_is_decided_again_when_the_template_changes_before_the_commit() {
    let meddled = async |change: fn(&mut Template)| {
        let store = Arc::new(Unreliable::new(MemoryStore::new()));
        let world = TestService::over(store.clone()).await;
        let loaded = store.read::<Template>(CARD_ID).await.unwrap().unwrap();
        let mut changed = loaded.record.clone();
        change(&mut changed);
        store.meddle(vec![loaded.replace(&changed)]);
        let asked = merged(&of(&json!(CARD_ID)), &json!({ "benefits": "积分" }));
        world.send(world.by_hand::<ModifyCardTemplate>(&asked).sign()).await
    };
    let response = meddled(|template| template.card.need_pinned = true).await.json();
    assert_eq!((&response["benefits"], &response["need_pinned"]), (&json!("积分"), &json!(true)));
    let ended = |template: &mut Template| template.card.state = CardTemplateState::CardInvalid;
    meddled(ended).await.answers(&rows::TEMPLATE_INVALID);
    let gone = |template: &mut Template| template.card.brand_id = SECOND_BRAND.parse().unwrap();
    meddled(gone).await.answers(&rows::TEMPLATE_NOT_FOUND);
}

/// A failed commit has no effect, and the signed request may be resent.
#[tokio::test]
async fn a_creation_that_the_store_rejects_leaves_nothing() {
    let store = Arc::new(Unreliable::new(MemoryStore::new()));
    let world = TestService::over(store.clone()).await;
    let draft = world.by_hand::<CreateCardTemplate>(&world.template().await);
    store.fail_commits(1);
    world.send(draft.sign()).await.answers(&rows::SYSTEM_ERROR);
    assert_eq!(templates(&world).await.len(), 3);
    // The commit is applied but its result is lost; the resend finds it.
    store.lose_answers(1);
    world.send(draft.sign()).await.answers(&rows::SYSTEM_ERROR);
    let response = world.send(draft.sign()).await;
    assert_eq!(response.status, 200, "{}", response.text());
    assert_eq!(templates(&world).await.len(), 4);
}
