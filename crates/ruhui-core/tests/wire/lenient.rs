//! Replies are read with patience, and whatever they hold.

use crate::draw::Choices;
use crate::{MERCHANT, PLATFORM};
use proptest::prelude::*;
use ruhui_core::api::card_member::{CardType, UserCard, UserCardState, UserCards};
use ruhui_core::api::{self, Endpoint, Visitor};
use ruhui_core::wire::{self, Issue};
use serde_json::{Value, json};

/// A card without sensitive fields.
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
    wire::decode_reply(body, Some(&MERCHANT.0)).unwrap()
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
    assert_eq!(wire::decode_reply::<UserCards>(page, None).unwrap().data, []);
    let fault = wire::decode_reply::<UserCard>(&with("card_id", Value::Null), None).unwrap_err();
    assert_eq!(fault.to_string(), "/body/card_id is required");
}

#[test]
fn what_later_editions_bring_is_kept_or_ignored() {
    let later = read(&with("user_card_state", json!("FROZEN")));
    assert_eq!(later.user_card_state, UserCardState::Unknown("FROZEN".to_owned()));
    assert_eq!(read(&with("card_type", json!("BALANCE"))).card_type, CardType::Balance);
    assert_eq!(read(&with("new", json!({ "x": [null, 1.5, "😀"] }))), read(&with("new", json!(7))));
}

#[test]
fn what_is_wrong_stays_wrong() {
    let table = [
        (with("user_card_state", json!(7)), "/body/user_card_state must be of type string, not number"),
        (with("brand_id", json!("x".repeat(33))), "/body/brand_id has 33 characters, the limit is 32"),
        (
            with("valid_date_information", json!([])),
            "/body/valid_date_information must be of type object, not array",
        ),
        (b"{".to_vec(), "/body is not JSON at line 1, column 1"),
        (b"".to_vec(), "the body is empty"),
        (b"[]".to_vec(), "/body must be of type object, not array"),
        (br#"{"card_id":"a","card_id":"b"}"#.to_vec(), "/body/card_id is there more than once"),
    ];
    for (body, said) in table {
        let fault = wire::decode_reply::<UserCard>(&body, None).unwrap_err();
        assert_eq!(fault.to_string(), said);
    }
}

#[test]
fn without_a_key_sensitive_fields_are_plain() {
    let body = with("phone_number", json!("13912345678"));
    let card: UserCard = wire::decode_reply(&body, None).unwrap();
    assert_eq!(card.phone_number.as_ref().unwrap().as_str(), "13912345678");
    let fault = wire::decode_reply::<UserCard>(&body, Some(&MERCHANT.0)).unwrap_err();
    assert!(matches!(fault.issue, Issue::Unopenable(_)), "{fault:?}");
    // What is too long to be plain may be a sealed one; it is not shown either way.
    let long =
        wire::decode_reply::<UserCard>(&with("phone_number", json!("秘".repeat(40))), None).unwrap_err();
    assert_eq!((long.field.as_str(), &long.value), ("/phone_number", &None));
    assert!(!format!("{long} {long:#} {long:?}").contains('秘'));
}

/// A caller's own types read as they do with serde_json.
#[test]
fn any_json_can_be_read() {
    let json = json!({ "a": [1, -2, 1.5, 1e300, u64::MAX, true, null, "😀"], "b": { "": {} } });
    let body = serde_json::to_vec(&json).unwrap();
    let mut wanted = json.clone();
    wanted["a"][6] = Value::Null;
    assert_eq!(wire::decode_reply::<Value>(&body, Some(&MERCHANT.0)).unwrap(), wanted);

    #[derive(Debug, PartialEq, serde::Deserialize)]
    enum Own {
        Unit,
        Pair(u8, f32),
        Named { x: Option<char> },
    }
    let own: Vec<Own> =
        wire::decode_reply(br#"["Unit",{"Pair":[7,0.5]},{"Named":{"x":"y"}},{"Named":{}}]"#, None).unwrap();
    let wanted = [Own::Unit, Own::Pair(7, 0.5), Own::Named { x: Some('y') }, Own::Named { x: None }];
    assert_eq!(own, wanted);
}

struct Each<'a>(&'a [u8]);

impl Visitor for Each<'_> {
    fn endpoint<E: Endpoint>(&mut self) {
        for open in [None, Some(&PLATFORM.0)] {
            match wire::decode_reply::<E::Response>(self.0, open) {
                Ok(response) => drop(wire::encode_reply(&response, Some(&PLATFORM.1))),
                Err(fault) => drop(format!("{fault} {fault:#} {:?}", fault.to_body(false))),
            }
        }
    }
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes: Vec<u8>) {
        api::visit(&mut Each(&bytes));
    }

}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    /// Bytes that are almost a reply.
    #[test]
    fn no_damage_makes_it_panic(mut choices in Choices::any(), at: prop::sample::Index, byte: u8) {
        let card: UserCard = choices.draw();
        let mut body = wire::encode_reply(&card, Some(&PLATFORM.1)).unwrap();
        *at.get_mut(&mut body) = byte;
        api::visit(&mut Each(&body));
    }
}
