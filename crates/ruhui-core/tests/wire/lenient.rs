//! Tests that responses are decoded leniently, whatever they contain.

use crate::draw::Choices;
use crate::{MERCHANT, PLATFORM};
use proptest::prelude::*;
use ruhui_core::api::card_member::{CardType, OpenUserCardToken, UserCard, UserCardState, UserCards};
use ruhui_core::api::{self, Endpoint, Visitor};
use ruhui_core::encryption::encrypt_field;
use ruhui_core::wire::{self, EncodeError, ParameterIssue};
use serde_json::{Value, json};

/// Returns a card without sensitive fields.
fn card() -> Value {
    json!({
        "card_id": "pbLatjvWOibDc5-TBnbUk1pD12o0",
        "openid": "obLatjnx9gnqzS4myYGmLZ7LgLBA",
        "brand_id": "1004",
        "card_type": "NORMAL",
        "valid_date_information": { "type": "PERMANENT" },
        "pickup_time": "2026-01-02T03:04:05+08:00",
        "user_card_state": "EFFECTIVE",
        "create_time": "2026-01-02T03:04:05+08:00",
        "modify_time": "2026-01-02T03:04:05+08:00"
    })
}

fn with(name: &str, value: Value) -> Vec<u8> {
    let mut card = card();
    card[name] = value;
    serde_json::to_vec(&card).unwrap()
}

fn read(body: &[u8]) -> UserCard {
    wire::decode_response(body, Some(&MERCHANT.0)).unwrap()
}

#[test]
fn what_is_null_or_empty_is_none() {
    let bare = read(&serde_json::to_vec(&card()).unwrap());
    assert_eq!(bare.user_card_code, None);
    for name in ["user_card_code", "card_color", "phone_number", "level", "user_information", "invalid_time"]
    {
        for nothing in [Value::Null, json!("")] {
            assert_eq!(read(&with(name, nothing)), bare, "{name}");
        }
    }
    let page = br#"{"data":null,"total_count":0,"offset":0,"limit":20}"#;
    assert_eq!(wire::decode_response::<UserCards>(page, None).unwrap().data, []);
    let fault = wire::decode_response::<UserCard>(&with("card_id", Value::Null), None).unwrap_err();
    assert_eq!(fault.to_string(), "/card_id is required");
}

#[test]
fn what_later_editions_bring_is_kept_or_ignored() {
    let later = read(&with("user_card_state", json!("FROZEN")));
    assert_eq!(later.user_card_state, UserCardState::Unknown("FROZEN".to_owned()));
    assert_eq!(read(&with("card_type", json!("BALANCE"))).card_type, CardType::Balance);
    assert_eq!(read(&with("new", json!({ "x": [null, 1.5, "😀"] }))), read(&with("new", json!(7))));
}

/// A response need not follow the rules that its types have for requests.
#[test]
fn a_response_with_texts_that_may_not_be_sent_is_read() {
    let long = "x".repeat(600);
    for (name, value, kept) in [
        ("brand_id", json!(1004), "1004"),
        ("user_card_code", json!(478515832665_u64), "478515832665"),
        ("user_card_code", json!("4785 1583"), "4785 1583"),
        ("openid", json!("o".repeat(129)), &"o".repeat(129)),
        ("card_picture_url", json!(long), &long),
        ("card_color", json!("FFFF00"), "FFFF00"),
        ("card_color", json!("rgb(1,2,3)"), "rgb(1,2,3)"),
        ("level", json!("一二三四五六七八九十一"), "一二三四五六七八九十一"),
        ("level", json!(3), "3"),
        ("level", json!(3.0), "3"),
        ("level", json!(2.5), "2.5"),
        ("level", json!(true), "true"),
        ("attach", json!("王𬭎\n😀\u{7}"), "王𬭎\n😀\u{7}"),
        ("user_card_state", json!(7), "7"),
        ("card_type", json!("NEW"), "NEW"),
        ("phone_number", json!(13912345678_u64), "13912345678"),
        ("phone_number", json!("1".repeat(40)), &"1".repeat(40)),
        ("pickup_time", json!("2026-01-02T03:04:05+0800"), "2026-01-02T03:04:05+08:00"),
        ("pickup_time", json!("2026-01-02 03:04"), "2026-01-02T03:04:00+08:00"),
        ("pickup_time", json!(1767294245), "2026-01-02T03:04:05+08:00"),
    ] {
        let card = read(&with(name, value.clone()));
        assert_eq!(serde_json::to_value(&card).unwrap()[name], json!(kept), "{name}: {value}");
        // A card stored as JSON is decoded again.
        let stored = serde_json::to_vec(&card).unwrap();
        assert_eq!(wire::decode_response::<UserCard>(&stored, None).unwrap(), card, "{name}: {value}");
    }
    let page = br#"{"data":[],"total_count":"41","offset":"0","limit":50.0}"#;
    let cards: UserCards = wire::decode_response(page, None).unwrap();
    assert_eq!((cards.total_count, cards.limit), (41, 50));
    let page = br#"{"data":"","total_count":41,"offset":" 7 ","limit":0}"#;
    assert_eq!(wire::decode_response::<UserCards>(page, None).unwrap().offset, 7);
}

/// JSON parsers round such a number, so its digits are lost.
#[test]
fn a_number_that_is_rounded_is_no_text() {
    let body = serde_json::to_string(&card()).unwrap().replace("\"1004\"", "12345678901234567890123");
    let invalid_field = wire::decode_response::<UserCard>(body.as_bytes(), None).unwrap_err();
    assert_eq!(invalid_field.to_string(), "/brand_id must be of type string, not number");
}

#[test]
fn a_response_in_almost_json_is_read() {
    let text = serde_json::to_string(&card()).unwrap();
    let cut_emoji = text.replace("1004", r"1004\ud83d");
    assert_eq!(read(cut_emoji.as_bytes()).brand_id.as_str(), "1004\u{fffd}");
    assert_eq!(read(text.replace("1004", "10\n04").as_bytes()).brand_id.as_str(), "10\n04");
    assert_eq!(read(format!("\u{feff}{text}").as_bytes()), read(text.as_bytes()));
    let mut not_utf8 = text.into_bytes();
    let at = not_utf8.windows(4).position(|window| window == b"1004").unwrap();
    not_utf8[at] = 0xff;
    assert_eq!(read(&not_utf8).brand_id.as_str(), "\u{fffd}004");
}

#[test]
fn what_cannot_be_read_is_named_in_the_words_of_a_response() {
    let table = [
        (
            with("brand_id", json!({})),
            "/brand_id must be of type string, not object",
            "字段 /brand_id（品牌ID）的类型应为 string，实际为 object",
        ),
        (with("card_id", json!("")), "/card_id must not be empty", "字段 /card_id（会员卡模板ID）不能为空"),
        (
            with("valid_date_information", json!([1])),
            "/valid_date_information must be of type object, not array",
            "字段 /valid_date_information（有效期信息）的类型应为 object，实际为 array",
        ),
        (
            with("pickup_time", json!("soon")),
            "/pickup_time must be an RFC 3339 time such as 2020-05-20T13:29:35+08:00",
            "字段 /pickup_time（领取时间）须遵循 RFC3339 格式，例如 2020-05-20T13:29:35+08:00",
        ),
        (b"{".to_vec(), "the JSON is not JSON at line 1, column 1", "报文不是 JSON，问题在第 1 行第 1 列"),
        (b"".to_vec(), "the body is empty", "报文为空"),
        (
            b"[1]".to_vec(),
            "the JSON must be of type object, not array",
            "报文的类型应为 object，实际为 array",
        ),
        (
            br#"{"card_id":"a","card_id":"b"}"#.to_vec(),
            "/card_id appears more than once",
            "字段 /card_id（会员卡模板ID）重复出现",
        ),
        (b"{}".to_vec(), "/card_id is required", "字段 /card_id（会员卡模板ID）缺失"),
    ];
    for (body, english, chinese) in table {
        let invalid_field = wire::decode_response::<UserCard>(&body, None).unwrap_err();
        assert_eq!(
            (invalid_field.to_string().as_str(), format!("{invalid_field:#}").as_str()),
            (english, chinese)
        );
    }
}

#[test]
fn a_phone_number_is_read_plain_and_encrypted() {
    let plain = with("phone_number", json!("13912345678"));
    for key in [None, Some(&MERCHANT.0)] {
        let card: UserCard = wire::decode_response(&plain, key).unwrap();
        let phone_number = card.phone_number.unwrap();
        assert_eq!((phone_number.as_str(), phone_number.is_encrypted()), ("13912345678", false));
    }
    let encrypted = encrypt_field(&MERCHANT.1, "13912345678").unwrap();
    let body = with("phone_number", json!(encrypted));
    assert_eq!(read(&body).phone_number.unwrap().as_str(), "13912345678");
    let without: UserCard = wire::decode_response(&body, None).unwrap();
    let phone_number = without.phone_number.unwrap();
    assert_eq!((phone_number.as_str(), phone_number.is_encrypted()), (encrypted.as_str(), true));
    assert_eq!(format!("{phone_number:?}"), "PhoneNumber(redacted)");
    // The field is encrypted for another key, or it is damaged.
    for wrong in [encrypt_field(&PLATFORM.1, "13912345678").unwrap(), "秘".repeat(200)] {
        let body = with("phone_number", json!(wrong));
        let invalid_field = wire::decode_response::<UserCard>(&body, Some(&MERCHANT.0)).unwrap_err();
        assert_eq!(invalid_field.field, "/phone_number");
        assert!(matches!(invalid_field.issue, ParameterIssue::DecryptFailure(_)), "{invalid_field:?}");
        assert!(!format!("{invalid_field} {invalid_field:#} {invalid_field:?}").contains(&wrong));
    }
}

/// A received value may break the rules of requests. Only encoding checks it before WeChat Pay does.
#[test]
fn a_request_with_a_received_value_that_may_not_be_sent_names_the_field() {
    let call = |card: &UserCard| OpenUserCardToken {
        brand_id: card.brand_id.clone(),
        card_id: card.card_id.clone(),
        openid: card.openid.clone(),
    };
    wire::encode(&call(&read(&serde_json::to_vec(&card()).unwrap())), None).unwrap();
    let odd = read(&with("brand_id", json!("1".repeat(33))));
    let error = wire::encode(&call(&odd), None).unwrap_err();
    assert_eq!(error.to_string(), "the request cannot be sent: /brand_id has 33 characters, the limit is 32");
    assert_eq!(format!("{error:#}"), "请求不能发送：字段 /brand_id（品牌ID）有 33 个字符，上限为 32");
    let rare = read(&with("brand_id", json!("𬭎")));
    let EncodeError::Invalid(invalid_field) = wire::encode(&call(&rare), None).unwrap_err() else { panic!() };
    assert_eq!(
        (invalid_field.field.as_str(), invalid_field.issue),
        ("/brand_id", ParameterIssue::FourByteCharacter('𬭎'))
    );
}

/// A user's own types are decoded as serde_json decodes them.
#[test]
fn any_json_can_be_read() {
    let json = json!({ "a": [1, -2, 1.5, 1e300, u64::MAX, true, null, "😀"], "b": { "": {} } });
    let body = serde_json::to_vec(&json).unwrap();
    let mut wanted = json.clone();
    wanted["a"][6] = Value::Null;
    assert_eq!(wire::decode_response::<Value>(&body, Some(&MERCHANT.0)).unwrap(), wanted);

    #[derive(Debug, PartialEq, serde::Deserialize)]
    enum Own {
        Unit,
        Pair(u8, f32),
        Named { x: Option<char> },
    }
    let own: Vec<Own> =
        wire::decode_response(br#"["Unit",{"Pair":[7,0.5]},{"Named":{"x":"y"}},{"Named":{}}]"#, None)
            .unwrap();
    let wanted = [Own::Unit, Own::Pair(7, 0.5), Own::Named { x: Some('y') }, Own::Named { x: None }];
    assert_eq!(own, wanted);
}

struct Each<'a>(&'a [u8]);

impl Visitor for Each<'_> {
    fn endpoint<E: Endpoint>(&mut self) {
        for open in [None, Some(&PLATFORM.0)] {
            match wire::decode_response::<E::Response>(self.0, open) {
                Ok(response) => drop(wire::encode_response(&response, Some(&PLATFORM.1))),
                Err(invalid_field) => drop(format!("{invalid_field} {invalid_field:#}")),
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    /// Bytes that are almost a response never cause a panic.
    #[test]
    fn no_damage_makes_it_panic(mut choices in Choices::any(), at: prop::sample::Index, byte: u8) {
        let card: UserCard = choices.draw();
        let mut body = wire::encode_response(&card, Some(&PLATFORM.1)).unwrap();
        *at.get_mut(&mut body) = byte;
        api::visit(&mut Each(&body));
    }
}
