//! Tests of every text of every request about user cards, feeds and points: at its limit and one character beyond.

use super::*;
use ruhui_core::api::card_member::{
    ConfirmPointExchange, CreatePayViewToken, CreateUserFeed, ImportUserCardByPhone, ListUserCards,
    SyncUserPoints,
};
use ruhui_core::api::{Endpoint, rows};

/// Returns a value whose text has this many characters.
type Put = fn(usize) -> Value;

fn plain(length: usize) -> Value {
    json!("1".repeat(length))
}

fn han(length: usize) -> Value {
    json!("会".repeat(length))
}

fn encrypt(length: usize) -> Value {
    json!(encrypted(&"1".repeat(length)))
}

/// Returns a form answer of Latin letters: RSA encrypts 214 bytes, which 128 Chinese characters exceed.
fn common_value(length: usize) -> Value {
    let answer = json!({ "name": "USER_FORM_FLAG_NAME", "value": encrypted(&"a".repeat(length)) });
    json!({ "common_field_list": [answer] })
}

fn custom_name(length: usize) -> Value {
    let answer = json!({ "name": "会".repeat(length), "user_chosen_values": [encrypted("茶")] });
    json!({ "custom_field_list": [answer] })
}

fn chosen_value(length: usize) -> Value {
    let answer = json!({ "name": "爱好", "user_chosen_values": [encrypted(&"会".repeat(length))] });
    json!({ "custom_field_list": [answer] })
}

/// Returns a feed's `cell` of this length. Each of its last parts may have seven characters at most.
fn cell(length: usize) -> Value {
    let text = format!("12345{}", "_1234567".repeat(length / 8 + 1));
    json!(text[..length].to_owned())
}

const NAMES: [(&str, usize, Put, &str); 4] = [
    ("brand_id", 32, plain, "/brand_id"),
    ("card_id", 32, plain, "/card_id"),
    ("openid", 128, plain, "/openid"),
    ("user_card_code", 32, plain, "/user_card_code"),
];

const DETAILS: [(&str, usize, Put, &str); 7] = [
    ("card_color", 7, |length| json!(format!("#{}", "0".repeat(length - 1))), "/card_color"),
    ("card_picture_url", 256, plain, "/card_picture_url"),
    ("phone_number", 32, encrypt, "/phone_number"),
    ("level", 10, han, "/level"),
    ("user_information", 128, common_value, "/user_information/common_field_list/0/value"),
    ("user_information", 32, custom_name, "/user_information/custom_field_list/0/name"),
    ("user_information", 8, chosen_value, "/user_information/custom_field_list/0/user_chosen_values/0"),
];

const ATTACH: (&str, usize, Put, &str) = ("attach", 256, han, "/attach");

async fn check<E: Endpoint>(world: &TestService, good: &Value, fields: &[(&str, usize, Put, &str)]) {
    for (name, limit, put, pointer) in fields {
        if NAMES.iter().any(|(known, ..)| known == name) && good[name].is_null() {
            // Some endpoints do not have this member.
            continue;
        }
        for (length, fits) in [(*limit, true), (limit + 1, false)] {
            let draft = world.by_hand::<E>(&merged(good, &json!({ *name: put(length) })));
            let response = world.send(draft.sign()).await;
            let what = format!("{} {name} of {length}: {}", E::NAME, response.text());
            let body = response.json();
            // The error names a parameter in a path or query without a slash.
            let field = body["detail"]["field"].as_str().unwrap_or_default();
            let is_meant = field == *pointer || format!("/{field}") == *pointer;
            assert_eq!(is_meant, !fits, "{what}");
            if !fits {
                response.answers(&rows::PARAMETER_WRONG);
            }
            assert!(response.status.as_u16() < 500, "{what}");
        }
    }
}

#[tokio::test]
async fn every_text_has_its_limit() {
    let world = TestService::new().await;
    let named = card(OPENID, "1");
    let more = |changes: Value| merged(&named, &changes);
    check::<QueryUserCard>(&world, &named, &NAMES).await;
    let list = json!({ "brand_id": BRAND_ID, "openid": OPENID, "offset": 0, "limit": 1 });
    check::<ListUserCards>(&world, &list, &NAMES).await;
    let details = [&NAMES[..], &DETAILS[..]].concat();
    let with_attach = [&details[..], &[ATTACH]].concat();
    check::<ModifyUserCard>(&world, &named, &with_attach).await;
    check::<ConfirmUserCard>(&world, &confirmation("1", "SUCCESS"), &with_attach).await;
    check::<ImportUserCardByOpenid>(&world, &named, &details).await;
    let by_phone = more(json!({ "openid": null, "phone_number": encrypted(PHONE) }));
    check::<ImportUserCardByPhone>(&world, &by_phone, &details).await;
    let reason: [(&str, usize, Put, &str); 1] = [("invalid_reason", 32, han, "/invalid_reason")];
    check::<InvalidateUserCard>(&world, &named, &[&NAMES[..], &reason].concat()).await;
    let feed: [(&str, usize, Put, &str); 2] =
        [("out_request_no", 64, han, "/out_request_no"), ("cell", 128, cell, "/cell")];
    let good = more(json!({ "out_request_no": "1", "cell": "1" }));
    check::<CreateUserFeed>(&world, &good, &[&NAMES[..], &feed].concat()).await;
    let number: [(&str, usize, Put, &str); 1] = [("out_request_no", 128, han, "/out_request_no")];
    let good = more(json!({ "out_request_no": "1", "point_balance": 1 }));
    check::<SyncUserPoints>(&world, &good, &[&NAMES[..], &number].concat()).await;
    let redemption: [(&str, usize, Put, &str); 3] = [
        ("record_id", 64, plain, "/record_id"),
        ("exchange_coupon_template_id", 32, plain, "/exchange_coupon_template_id"),
        ("reject_reason", 32, han, "/reject_reason"),
    ];
    let good = more(json!({
        "record_id": "1",
        "exchange_coupon_template_id": "1",
        "result": "POINT_EXCHANGE_COUPON_REJECT",
        "reject_reason": "1",
    }));
    check::<ConfirmPointExchange>(&world, &good, &[&NAMES[..], &redemption].concat()).await;
    check::<CreatePayViewToken>(&world, &more(json!({ "user_card_code": null })), &NAMES).await;
}

/// Characters that no text may contain, and those that codes and feeds may not.
#[tokio::test]
async fn every_text_has_its_characters() {
    let world = TestService::new().await;
    for (field, value) in [
        ("level", json!("金\u{7}")),
        ("level", json!("金😀")),
        ("level", json!("")),
        ("card_color", json!("FFFFFF0")),
        ("card_color", json!("#GGGGGG")),
        ("attach", json!("a\nb")),
        ("phone_number", json!(encrypted("1\u{7}"))),
        ("level", json!(1)),
        ("level", Value::Null),
    ] {
        let mut parameters = card(MEMBER, "1");
        parameters[field] = value;
        let response = world.send(world.by_hand::<ModifyUserCard>(&parameters).sign()).await;
        response.answers(&rows::PARAMETER_WRONG);
        assert_eq!(response.json()["detail"]["field"], format!("/{field}"));
    }
    for code in ["会员", "a%20b", "%F0%9F%98%80", "a%00"] {
        let response = world.send(world.by_hand::<QueryUserCard>(&card(MEMBER, code)).sign()).await;
        response.answers(&rows::PARAMETER_WRONG);
    }
    for cell in ["[1]", "1_", "_1", "123456_1", "1_12345678", "1__1", ""] {
        let feed = merged(&card(MEMBER, "1"), &json!({ "out_request_no": "1", "cell": cell }));
        let response = world.send(world.by_hand::<CreateUserFeed>(&feed).sign()).await;
        response.answers(&rows::PARAMETER_WRONG);
        assert_eq!(response.json()["detail"]["field"], "/cell", "{cell}");
    }
}

/// A code may contain characters that have a meaning in a path.
#[tokio::test]
async fn a_code_is_any_printable_ascii() {
    let world = TestService::new().await;
    let code = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";
    assert_eq!(code.len(), 32);
    let imported = world.done::<ImportUserCardByOpenid>(&card(OPENID, code)).await;
    assert_eq!(imported["user_card_code"], code);
    let escaped: String = code.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let shown = world.done::<QueryUserCard>(&card(OPENID, &escaped)).await;
    assert_eq!(shown, imported);
}
