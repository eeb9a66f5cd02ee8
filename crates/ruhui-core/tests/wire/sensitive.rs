//! Tests sensitive fields that cannot be encrypted or decrypted: the error names the field and the reason, never the
//! value.

use crate::draw::{Choices, shows_sensitive};
use crate::{MERCHANT, PLATFORM};
use proptest::prelude::*;
use ruhui_core::api::card_member::{ImportUserCardByPhone, UserCard, UserInformation};
use ruhui_core::api::{Location, rows};
use ruhui_core::encryption::encrypt_field;
use ruhui_core::types::SENSITIVE;
use ruhui_core::wire::{self, DecryptFailure, EncodeError, ParameterError, ParameterIssue};
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

const PHONE: &str = "13912345678";

/// Returns a body whose sensitive fields are encrypted for `PLATFORM`, with the field at `pointer` replaced.
fn body(pointer: &str, value: impl Into<Value>) -> Vec<u8> {
    let encrypt = |plain: &str| encrypt_field(&PLATFORM.1, plain).unwrap();
    let mut body = json!({
        "brand_id": "1004",
        "card_id": "pbLatjvWOibDc5-TBnbUk1pD12o0",
        "user_card_code": "478515832665",
        "phone_number": encrypt(PHONE),
        "user_information": {
            "common_field_list": [
                { "name": "USER_FORM_FLAG_CITY", "value": encrypt("广东,深圳") },
                { "name": "USER_FORM_FLAG_NAME", "value": encrypt("张三丰") }
            ],
            "custom_field_list": [{ "name": "口味", "user_chosen_values": [encrypt("甜的"), encrypt("辣的")] }]
        }
    });
    *body.pointer_mut(pointer).unwrap() = value.into();
    serde_json::to_vec(&body).unwrap()
}

fn fault(body: &[u8]) -> ParameterError {
    wire::decode::<ImportUserCardByPhone>(&[], None, body, Some(&PLATFORM.0)).unwrap_err()
}

/// Each encrypted field costs an operation with the private key, so a request may have a limited number of them.
#[test]
fn no_more_is_opened_than_a_call_can_hold() {
    let value = encrypt_field(&PLATFORM.1, "张三丰").unwrap();
    let answers = |number: usize| {
        let answer = json!({ "name": "USER_FORM_FLAG_NAME", "value": value });
        body("/user_information/common_field_list", vec![answer; number])
    };
    // One phone number, two chosen values and 14 answers are within the limit.
    wire::decode::<ImportUserCardByPhone>(&[], None, &answers(14), Some(&PLATFORM.0)).unwrap();
    assert!(fault(&answers(15)).to_string().contains("one encrypted field too many"));
    let rejected = fault(&answers(2000));
    assert_eq!((rejected.row(), &rejected.value), (&rows::PARAMETER_WRONG, &None));
    let field = rejected.field.as_str();
    assert!(
        rejected.to_string().ends_with("is one encrypted field too many; a request has at most 17"),
        "{rejected}"
    );
    assert_eq!(field, "/user_information/common_field_list/16/value");
}

/// A request with too many encrypted fields is rejected before the first is decrypted. Each of these would fail.
#[test]
fn too_many_are_counted_before_any_is_decrypted() {
    let answer = json!({ "name": "USER_FORM_FLAG_NAME", "value": "AAEC" });
    let mut encrypted = body("/user_information/common_field_list", vec![answer; 18]);
    assert!(fault(&encrypted).to_string().contains("one encrypted field too many"), "{}", fault(&encrypted));
    let answer = json!({ "name": "USER_FORM_FLAG_NAME", "value": "AAEC" });
    encrypted = body("/user_information/common_field_list", vec![answer; 2]);
    assert_eq!(fault(&encrypted).field.as_str(), "/user_information/common_field_list/0/value");
}

/// Returns everything that an error can show.
fn shown(fault: &ParameterError) -> String {
    let bodies = [fault.to_body(true), fault.to_body(false)];
    format!("{fault} {fault:#} {fault:?} {}", serde_json::to_string(&bodies).unwrap())
}

const FIELDS: [&str; 5] = [
    "/phone_number",
    "/user_information/common_field_list/0/value",
    "/user_information/common_field_list/1/value",
    "/user_information/custom_field_list/0/user_chosen_values/0",
    "/user_information/custom_field_list/0/user_chosen_values/1",
];

#[test]
fn each_sensitive_field_is_opened() {
    let call: ImportUserCardByPhone =
        wire::decode(&[], None, &body("/brand_id", "1004"), Some(&PLATFORM.0)).unwrap();
    assert_eq!(call.phone_number.as_str(), PHONE);
    let UserInformation { common_field_list, custom_field_list, .. } = call.user_information.unwrap();
    assert_eq!(common_field_list[1].value.as_str(), "张三丰");
    assert_eq!(custom_field_list[0].user_chosen_values[1].as_str(), "辣的");
}

#[test]
fn a_field_that_does_not_open_is_named_and_not_shown() {
    let foreign = encrypt_field(&MERCHANT.1, "秘密").unwrap();
    for field in FIELDS {
        let table = [
            ("秘密", DecryptFailure::NotBase64),
            ("😀秘密", DecryptFailure::NotBase64),
            (PHONE, DecryptFailure::NotBase64),
            ("", DecryptFailure::WrongKey),
            (foreign.as_str(), DecryptFailure::WrongKey),
        ];
        for (value, why) in table {
            let fault = fault(&body(field, value));
            let wanted = (Location::Body, field, None, ParameterIssue::DecryptFailure(why));
            assert_eq!(
                (fault.location, fault.field.as_str(), fault.value.clone(), fault.issue.clone()),
                wanted
            );
            assert_eq!(fault.row(), &rows::ENCRYPTED_FIELD_UNREADABLE);
            let shown = shown(&fault);
            assert!(value.is_empty() || !shown.contains(value), "{shown}");
            assert!(!shown.contains("秘密") && shown.contains("平台私钥解密失败"), "{shown}");
        }
    }
}

#[test]
fn without_a_key_nothing_is_opened() {
    let fault =
        wire::decode::<ImportUserCardByPhone>(&[], None, &body("/brand_id", "1004"), None).unwrap_err();
    assert_eq!(
        (fault.field.as_str(), &fault.issue),
        (FIELDS[0], &ParameterIssue::DecryptFailure(DecryptFailure::NoKey))
    );
    assert_eq!(fault.to_string(), "/body/phone_number cannot be decrypted: no key that decrypts it is named");
    assert_eq!(
        format!("{fault:#}"),
        "输入源“/body/phone_number”映射到字段“手机号”平台私钥解密失败，未指明可用的密钥"
    );
}

#[test]
fn what_is_inside_keeps_the_rules_and_stays_inside() {
    let table = [
        ("秘密".repeat(20), "has 40 characters, the limit is 32"),
        ("1\u{7}39".to_owned(), "the character at position 2 is not allowed"),
        ("13😀".to_owned(), "the character at position 3 is not allowed"),
        (String::new(), "must not be empty"),
    ];
    for (plain, issue) in table {
        let encrypted = encrypt_field(&PLATFORM.1, &plain).unwrap();
        let fault = fault(&body(FIELDS[0], encrypted.as_str()));
        assert_eq!(fault.to_string(), format!("/body/phone_number {issue}"));
        assert_eq!((fault.value.as_ref(), fault.row()), (None, &rows::PARAMETER_WRONG));
        let shown = shown(&fault);
        assert!(!shown.contains(&encrypted) && (plain.is_empty() || !shown.contains(&plain)), "{shown}");
        assert!(!shown.contains("秘密") && !shown.contains('😀'), "{shown}");
    }
    let nine = encrypt_field(&PLATFORM.1, "一二三四五六七八九").unwrap();
    let fault = fault(&body(FIELDS[4], nine));
    assert_eq!(fault.field, FIELDS[4]);
    assert_eq!(fault.issue.to_string(), "has 9 characters, the limit is 8");
}

#[test]
fn sensitive_texts_in_the_wrong_place_are_not_shown() {
    let table: [(&str, Value); 5] = [
        (FIELDS[0], json!(13_912_345_678_u64)),
        (FIELDS[0], json!([PHONE])),
        ("/user_information", json!(PHONE)),
        ("/user_information/custom_field_list/0/user_chosen_values", json!(PHONE)),
        ("/user_information/common_field_list/0", json!(PHONE)),
    ];
    for (field, value) in table {
        let fault = fault(&body(field, value));
        assert!(matches!(fault.issue, ParameterIssue::WrongType { .. }), "{fault:?}");
        assert_eq!((fault.field.as_str(), &fault.value), (field, &None));
        assert!(!shown(&fault).contains(PHONE));
    }
    let text = String::from_utf8(body("/brand_id", "1004")).unwrap();
    let doubled = text.replacen('{', &format!("{{\"phone_number\":\"{PHONE}\","), 1);
    let fault = fault(doubled.as_bytes());
    assert_eq!(
        (fault.field.as_str(), &fault.value, &fault.issue),
        (FIELDS[0], &None, &ParameterIssue::Duplicate)
    );
    assert!(!shown(&fault).contains(PHONE));
}

#[test]
fn what_cannot_be_encrypted_is_named_and_not_shown() {
    let call: ImportUserCardByPhone =
        wire::decode(&[], None, &body("/brand_id", "1004"), Some(&PLATFORM.0)).unwrap();
    let keyless = wire::encode(&call, None).unwrap_err();
    assert_eq!(keyless, EncodeError::NoKey { field: FIELDS[0].to_owned() });
    assert_eq!(keyless.to_string(), "/phone_number is sensitive, and there is no key to encrypt it with");
    assert_eq!(format!("{keyless:#}"), "/phone_number 为敏感信息字段，但没有可用于加密的公钥");

    // The project's own types have no text that is too long to encrypt.
    struct Long;
    impl Serialize for Long {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.serialize_newtype_struct(SENSITIVE, &"秘".repeat(72))
        }
    }
    let long = wire::encode_response(&[[Long]], Some(&PLATFORM.1)).unwrap_err();
    assert_eq!(long, EncodeError::TooLong { field: "/0/0".to_owned(), limit: 214, actual: 216 });
    assert_eq!(long.to_string(), "/0/0 has 216 bytes, the key encrypts at most 214");
    assert!(format!("{long:#}").ends_with("长度为 216 字节，该公钥最多可加密 214 字节"));
    for shown in [format!("{long} {long:#} {long:?}"), format!("{keyless} {keyless:#} {keyless:?}")] {
        assert!(!shown.contains('秘') && !shown.contains(PHONE), "{shown}");
    }
    assert!(!format!("{call:?}").contains(PHONE));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    /// A response for another recipient is not decrypted, and the error names its first sensitive field.
    #[test]
    fn a_response_for_another_key_is_rejected(mut choices in Choices::any()) {
        let card: UserCard = choices.draw();
        // A response without encrypted fields needs no key.
        let Err(EncodeError::NoKey { field }) = wire::encode_response(&card, None) else { return Ok(()) };
        prop_assert!(card.phone_number.is_none() || field == "/phone_number");
        let body = wire::encode_response(&card, Some(&MERCHANT.1)).unwrap();
        let fault = wire::decode_response::<UserCard>(&body, Some(&PLATFORM.0)).unwrap_err();
        prop_assert_eq!(&fault.field, &field);
        prop_assert_eq!(&fault.issue, &ParameterIssue::DecryptFailure(DecryptFailure::WrongKey));
        let keyless = EncodeError::NoKey { field };
        let shown = format!("{fault} {fault:#} {fault:?} {keyless} {keyless:?} {card:?}");
        prop_assert!(!shows_sensitive(&shown), "{}", shown);
    }
}
