//! Tests of notifications: encrypted and decrypted, as the documents show them and as later versions may send them.

#![allow(clippy::unwrap_used, reason = "the lint's exception for tests does not reach their helpers")]

use proptest::prelude::*;
use ruhui_core::api::card_member::{
    CardType, ProductCouponStockType, UserCardState, UserInformation, ValidDateType,
};
use ruhui_core::api::event::{Event, EventKind, Notification, RESOURCE_TYPE};
use ruhui_core::api::event::{PointExchangeEvent, SyncUserPointEvent, UserCardEvent};
use ruhui_core::encryption::{ApiV3Key, DecryptResourceError, ResourceNonce, encrypt_field};
use ruhui_core::key::PrivateKey;
use ruhui_core::types::Family;
use ruhui_core::wire::ParameterIssue;
use serde_json::{Value, json};

/// Every member that page 4015283692 lists. As in its example, a permanent card has a beginning and an end.
const USER_CARD: &str = r##"{
    "user_card_code": "478515832665",
    "card_id": "pbLatjvWOibDc5",
    "openid": "obLatjnxgnqzS4myYGmLZ7LgLBA",
    "card_color": "#FFFF00",
    "card_picture_url": "https://wxpaylogo.qpic.cn/wxpaylogo/PiajxSqBRaEIPAeia7Imvtsn7sYGNcEj33/0",
    "brand_id": "1077",
    "card_type": "NORMAL",
    "phone_number": "12345678999",
    "level": "钻石会员",
    "valid_date_information": {
        "type": "PERMANENT",
        "available_begin_time": "2020-05-20T13:29:35.120+08:00",
        "available_end_time": "2020-05-20T13:29:35.120+08:00",
        "available_day_after_receive": 30
    },
    "pickup_time": "2020-05-20T13:29:35.120+08:00",
    "user_information": {
        "common_field_list": [{ "name": "USER_FORM_FLAG_SEX", "value": "男" }],
        "custom_field_list": [{ "name": "喜欢的运动", "user_chosen_values": ["足球", "篮球"] }]
    },
    "attach": "brand_data",
    "user_card_state": "EFFECTIVE",
    "invalid_reason": "传入的自定义作废原因",
    "invalid_time": "2015-05-20T13:29:35+08:00",
    "create_time": "2020-05-20T13:29:35.120+08:00",
    "modify_time": "2020-05-20T13:29:35.120+08:00"
}"##;

/// The example of page 4015878622.
const POINT_EXCHANGE: &str = r#"{
    "record_id": "WfTb8hfabrPAiw",
    "brand_id": "1077",
    "card_id": "pbLatjvWOibDc5",
    "appid": "wxea9c30890f48d5ae",
    "openid": "obLatjnxgnqzS4myYGmLZ7LgLBA",
    "user_card_code": "478515832665",
    "exchange_coupon_template_id": "0Flpo7FqTQ",
    "deduct_points": 1000,
    "product_coupon_id": "200000001",
    "product_coupon_stock_type": "PRODUCT_COUPON_STOCK_TYPE_BUSI_FAVOR",
    "stock_id": "100232301"
}"#;

/// The example of page 4016096820.
const SYNC_USER_POINT: &str = r#"{
    "brand_id": "1077",
    "card_id": "pbLatjvWOibDc5",
    "openid": "obLatjnxgnqzS4myYGmLZ7LgLBA",
    "user_card_code": "478515832665"
}"#;

fn key() -> ApiV3Key {
    ApiV3Key::new("0123456789abcdef0123456789abcdef").unwrap()
}

fn nonce() -> ResourceNonce {
    ResourceNonce::new("j9g1wAzF9Xn1").unwrap()
}

fn encrypted(event_type: &str, plain: &str) -> Notification {
    let original_type = EventKind::of(event_type).map_or("other", EventKind::original_type);
    let create_time = "2020-07-13T23:27:38+08:00".parse().unwrap();
    let id = "8b33f79f-8869-5ae5-b41b-3c0b59f957d0";
    let nonce = nonce();
    Notification::encrypt(&key(), nonce, id, create_time, event_type, original_type, "摘要", plain.as_bytes())
}

fn read(kind: EventKind, plain: &str) -> Event {
    let read = Event::read(kind.event_type(Family::Partner), plain.as_bytes(), None);
    assert_eq!(read.invalid_fields, []);
    read.event
}

fn user_card(plain: &Value) -> UserCardEvent {
    match read(EventKind::UserCardCreated, &plain.to_string()) {
        Event::UserCardCreated(event) => event,
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_documented_member_makes_the_round_trip() {
    let card: UserCardEvent = serde_json::from_str(USER_CARD).unwrap();
    assert_eq!(serde_json::to_value(&card).unwrap(), serde_json::from_str::<Value>(USER_CARD).unwrap());
    assert_eq!(card.card_type, CardType::Normal);
    assert_eq!(card.user_card_state, UserCardState::Effective);
    assert_eq!(card.valid_date_information.kind, ValidDateType::Permanent);
    assert_eq!(card.phone_number.as_ref().unwrap().as_str(), "12345678999");
    let form = card.user_information.as_ref().unwrap();
    assert_eq!(form.common_field_list[0].value.as_str(), "男");
    assert_eq!(form.custom_field_list[0].user_chosen_values[1].as_str(), "篮球");
    assert_eq!(read(EventKind::UserCardCreated, USER_CARD), Event::UserCardCreated(card.clone()));
    assert_eq!(read(EventKind::UserCardDeleted, USER_CARD), Event::UserCardDeleted(card));

    let exchange: PointExchangeEvent = serde_json::from_str(POINT_EXCHANGE).unwrap();
    let value: Value = serde_json::from_str(POINT_EXCHANGE).unwrap();
    assert_eq!(serde_json::to_value(&exchange).unwrap(), value);
    assert_eq!(exchange.product_coupon_stock_type, ProductCouponStockType::BusiFavor);
    assert_eq!(read(EventKind::PointExchange, POINT_EXCHANGE), Event::PointExchange(exchange));

    let sync: SyncUserPointEvent = serde_json::from_str(SYNC_USER_POINT).unwrap();
    let value: Value = serde_json::from_str(SYNC_USER_POINT).unwrap();
    assert_eq!(serde_json::to_value(&sync).unwrap(), value);
    assert_eq!(read(EventKind::SyncUserPoint, SYNC_USER_POINT), Event::SyncUserPoint(sync));
}

#[test]
fn each_kind_is_encrypted_and_opened_under_each_of_its_names() {
    let plain = |kind| match kind {
        EventKind::PointExchange => POINT_EXCHANGE,
        EventKind::SyncUserPoint => SYNC_USER_POINT,
        _ => USER_CARD,
    };
    for kind in EventKind::ALL {
        let mut names = [Family::Partner, Family::Brand].map(|family| kind.event_type(family)).to_vec();
        match kind {
            EventKind::UserCardCreated => names.push("MEMBERCARDSP.USER_CARD.CREATE"),
            EventKind::UserCardDeleted => names.push("MEMBERCARDSP.USER_CARD.DELETE"),
            _ => {}
        }
        for name in names {
            let body = serde_json::to_vec(&encrypted(name, plain(kind))).unwrap();
            let notification = Notification::read(&body).unwrap();
            assert_eq!(notification, encrypted(name, plain(kind)));
            assert_eq!(notification.event_type, name);
            let event = notification.decrypt_event(&key(), None).unwrap().event;
            assert_eq!((event.kind(), event.member().is_some()), (Some(kind), true));
        }
    }
}

/// The envelope equals the documents' examples.
#[test]
fn the_envelope_is_the_documented_one() {
    let kind = EventKind::UserCardCreated;
    let notification = encrypted(kind.event_type(Family::Partner), USER_CARD);
    assert_eq!(
        serde_json::to_value(&notification).unwrap(),
        json!({
            "id": "8b33f79f-8869-5ae5-b41b-3c0b59f957d0",
            "create_time": "2020-07-13T23:27:38+08:00",
            "resource_type": RESOURCE_TYPE,
            "event_type": "BRAND_MEMBER_CARD_SP.USER_CARD.CREATE",
            "summary": "摘要",
            "resource": {
                "original_type": "user_card",
                "algorithm": "AEAD_AES_256_GCM",
                "ciphertext": notification.resource.ciphertext,
                "associated_data": "user_card",
                "nonce": "j9g1wAzF9Xn1",
            },
        })
    );
}

/// Reads a real notification of another product, which the Go SDK published. Its key has 16 bytes, so it cannot be
/// decrypted here. Its plain text is encrypted and decrypted again with a key of this project.
#[test]
fn the_published_notification_is_read() {
    let vector = include_str!("../../../vectors/public/go-sdk-notification-full.json");
    let vector: Value = serde_json::from_str(vector).unwrap();
    let body = vector["inputs"]["body"].as_str().unwrap();
    let notification = Notification::read(body.as_bytes()).unwrap();
    assert_eq!(notification.id, "3119dfba-e649-5eec-ab1e-3412bc4d2e17");
    assert_eq!(notification.create_time.unwrap().to_string(), "2021-06-24T16:37:26+08:00");
    assert_eq!(notification.summary, "签约成功");
    assert_eq!(notification.resource.original_type.as_deref(), Some("payscore"));
    assert_eq!(serde_json::from_str::<Value>(body).unwrap(), serde_json::to_value(&notification).unwrap());
    assert_eq!(notification.decrypt_event(&key(), None), Err(DecryptResourceError::TagMismatch));

    let plain = vector["expected"]["plaintext"].as_str().unwrap();
    let resealed = encrypted(&notification.event_type, plain);
    assert_eq!(resealed.resource.ciphertext.len(), notification.resource.ciphertext.len());
    assert_eq!(resealed.decrypt(&key()).unwrap().as_slice(), plain.as_bytes());
    let Event::Unknown(unknown) = resealed.decrypt_event(&key(), None).unwrap().event else { panic!() };
    assert_eq!(unknown.event_type, "PAYSCORE.USER_OPEN_SERVICE");
    assert_eq!(unknown.resource["mchid"], "1234567890");
    assert!(!format!("{unknown:?}").contains("1234567890"));
}

#[test]
fn a_code_that_is_absent_empty_or_null_is_none() {
    let mut plain: Value = serde_json::from_str(USER_CARD).unwrap();
    assert!(user_card(&plain).user_card_code.is_some());
    for empty in [json!(""), json!(null)] {
        for member in ["user_card_code", "phone_number", "level", "attach", "invalid_reason", "invalid_time"]
        {
            plain[member] = empty.clone();
        }
        plain["user_information"] = json!(null);
        let card = user_card(&plain);
        assert_eq!((&card.user_card_code, &card.phone_number, &card.level), (&None, &None, &None));
        assert_eq!((&card.attach, &card.invalid_reason, card.invalid_time), (&None, &None, None));
        assert_eq!(card.user_information, None);
    }
    plain.as_object_mut().unwrap().remove("user_card_code");
    assert_eq!(user_card(&plain).user_card_code, None);
    let written = serde_json::to_value(user_card(&plain)).unwrap();
    assert!(written.get("user_card_code").is_none(), "what is not there is not written");
}

/// The page has the names and values of these fields as optional.
#[test]
fn fields_of_the_form_that_were_left_empty_are_left_out() {
    let mut plain: Value = serde_json::from_str(USER_CARD).unwrap();
    let whole = user_card(&plain);
    let form = &mut plain["user_information"];
    let common = form["common_field_list"].as_array_mut().unwrap();
    common.push(json!({ "name": "USER_FORM_FLAG_CITY", "value": "" }));
    common.push(json!({ "name": "USER_FORM_FLAG_CITY" }));
    common.push(json!({ "value": "x" }));
    let custom = form["custom_field_list"].as_array_mut().unwrap();
    custom[0]["user_chosen_values"].as_array_mut().unwrap().push(json!(""));
    custom.push(json!({ "name": "颜色", "user_chosen_values": [] }));
    custom.push(json!({ "name": "颜色", "user_chosen_values": null }));
    assert_eq!(user_card(&plain), whole);
    plain["user_information"] = json!({ "common_field_list": null });
    assert_eq!(user_card(&plain).user_information, Some(UserInformation::default()));
}

#[test]
fn what_is_new_survives() {
    let mut plain: Value = serde_json::from_str(USER_CARD).unwrap();
    plain["card_type"] = json!("GOLDEN");
    plain["user_card_state"] = json!("FROZEN");
    plain["user_information"]["common_field_list"][0]["name"] = json!("USER_FORM_FLAG_SHOE_SIZE");
    plain["membership_number"] = json!({ "of": ["the edition", 2025.06, null] });
    let card = user_card(&plain);
    assert_eq!((card.card_type.as_str(), card.user_card_state.as_str()), ("GOLDEN", "FROZEN"));
    let written = serde_json::to_value(&card).unwrap();
    assert_eq!(written["user_information"], plain["user_information"]);

    let Event::Unknown(unknown) = Event::read("BRAND_MEMBER_CARD_SP.NEW", b"not even JSON", None).event
    else {
        panic!()
    };
    assert_eq!(unknown.resource, "not even JSON");
}

/// Returns an event with one member changed, and the fields of its `invalid_fields`.
fn read_with(member: &str, value: Option<Value>) -> (Event, Vec<String>) {
    let mut plain: Value = serde_json::from_str(USER_CARD).unwrap();
    match value {
        Some(value) => plain[member] = value,
        None => drop(plain.as_object_mut().unwrap().remove(member)),
    }
    let event_type = EventKind::UserCardCreated.event_type(Family::Brand);
    let read = Event::read(event_type, plain.to_string().as_bytes(), None);
    (read.event, read.invalid_fields.into_iter().map(|invalid_field| invalid_field.field).collect())
}

#[test]
fn items_that_do_not_fit_are_named_by_their_places() {
    let fitting = json!({ "name": "USER_FORM_FLAG_CITY", "value": "深圳" });
    for (list, places) in [
        (json!([7, 7]), vec![0, 1]),
        (json!([7, fitting, 7]), vec![0, 2]),
        (json!([fitting, fitting, 7]), vec![2]),
    ] {
        let kept = list.as_array().unwrap().len() - places.len();
        let form = json!({ "common_field_list": list });
        let (event, invalid_fields) = read_with("user_information", Some(form));
        let wanted = places.iter().map(|place| format!("/user_information/common_field_list/{place}"));
        assert_eq!(invalid_fields, wanted.collect::<Vec<_>>());
        let Event::UserCardCreated(card) = event else { panic!("{event:?}") };
        assert_eq!(card.user_information.unwrap().common_field_list.len(), kept);
    }
}

#[test]
fn what_may_not_be_sent_is_received() {
    for (member, value) in [
        ("level", json!("一二三四五六七八九十一")),
        ("attach", json!("王𬭎")),
        ("card_picture_url", json!(format!("https://wxpaylogo.qpic.cn/{}", "x".repeat(600)))),
        ("card_color", json!("FFFF00")),
        ("invalid_reason", json!("退".repeat(257))),
        ("phone_number", json!("13900001234 13900001234 13900001234")),
    ] {
        let (Event::UserCardCreated(card), invalid_fields) = read_with(member, Some(value.clone())) else {
            panic!("{member}")
        };
        assert_eq!(serde_json::to_value(&card).unwrap()[member], value);
        assert!(invalid_fields.is_empty(), "{invalid_fields:?}");
    }
    for (member, value, kept) in [
        ("brand_id", json!(1077), "1077"),
        ("level", json!(11), "11"),
        ("phone_number", json!(13900001234_u64), "13900001234"),
        ("pickup_time", json!("2020-05-20T13:29:35.120+0800"), "2020-05-20T13:29:35.120+08:00"),
        ("create_time", json!("2020-05-20T13:29+08:00"), "2020-05-20T13:29:00+08:00"),
    ] {
        let (Event::UserCardCreated(card), invalid_fields) = read_with(member, Some(value)) else {
            panic!("{member}")
        };
        assert_eq!(serde_json::to_value(&card).unwrap()[member], kept);
        assert!(invalid_fields.is_empty(), "{invalid_fields:?}");
    }
}

#[test]
fn a_member_that_does_not_fit_is_left_out_and_reported() {
    for (member, value, field) in [
        ("card_color", None, "/card_color"),
        ("card_color", Some(json!("")), ""),
        ("card_picture_url", Some(json!(null)), "/card_picture_url"),
        ("user_card_state", None, "/user_card_state"),
        ("level", Some(json!({ "name": "gold" })), "/level"),
        ("phone_number", Some(json!(["13900001234"])), "/phone_number"),
        ("invalid_time", Some(json!("0000-00-00 00:00:00")), "/invalid_time"),
        ("user_information", Some(json!("none")), "/user_information"),
        (
            "user_information",
            Some(json!({ "common_field_list": [7, { "name": "USER_FORM_FLAG_SEX", "value": "男" }] })),
            "/user_information/common_field_list/0",
        ),
        (
            "valid_date_information",
            Some(json!({ "type": "PERMANENT", "available_day_after_receive": "soon" })),
            "/valid_date_information/available_day_after_receive",
        ),
    ] {
        let (event, invalid_fields) = read_with(member, value);
        assert!(matches!(event, Event::UserCardCreated(_)), "{field}: {event:?} {invalid_fields:?}");
        assert_eq!(invalid_fields.first().map_or("", String::as_str), field);
    }
}

/// The invalid member may be one that does not name the card, so the card may still be known.
#[test]
fn an_event_that_does_not_fit_is_an_event() {
    for (kind, plain, member) in [
        (EventKind::UserCardCreated, USER_CARD, "openid"),
        (EventKind::UserCardDeleted, USER_CARD, "pickup_time"),
        (EventKind::PointExchange, POINT_EXCHANGE, "deduct_points"),
        (EventKind::SyncUserPoint, SYNC_USER_POINT, "user_card_code"),
    ] {
        let mut plain: Value = serde_json::from_str(plain).unwrap();
        for nothing in [None, Some(json!(null)), Some(json!("")), Some(json!({ "secret": "s3cret" }))] {
            match nothing {
                None => drop(plain.as_object_mut().unwrap().remove(member)),
                Some(nothing) => plain[member] = nothing,
            }
            let notification = encrypted(kind.event_type(Family::Partner), &plain.to_string());
            let read = notification.decrypt_event(&key(), None).unwrap();
            assert_eq!(read.invalid_fields[0].field, format!("/{member}"));
            let Event::Invalid(unfit) = &read.event else { panic!("{read:?}") };
            assert_eq!((unfit.kind, &unfit.resource), (kind, &plain));
            assert_eq!(read.event.member().is_some(), member != "openid");
            let shown = format!("{read:?} {} {:#}", read.invalid_fields[0], read.invalid_fields[0]);
            assert!(!shown.contains("s3cret") && !shown.contains("obLatjnx"), "{shown}");
        }
    }
    for plain in [&b"no JSON"[..], b"", b"[1]", b"null", b"\xff\xfe"] {
        let read = Event::read("BRAND_MEMBER_CARD_SP.USER_CARD.CREATE", plain, None);
        assert!(matches!(read.event, Event::Invalid(_)), "{read:?}");
        assert_eq!(read.invalid_fields.len(), 1);
    }
}

#[test]
fn what_comes_encrypted_inside_is_decrypted_with_the_callers_own_key() {
    let own = PrivateKey::from_pem(include_str!("../../../vectors/keys/merchant_key.pem")).unwrap();
    let other = PrivateKey::from_pem(include_str!("../../../vectors/keys/platform_key.pem")).unwrap();
    let encrypt = |text: &str| encrypt_field(&own.public_key(), text).unwrap();
    let mut plain: Value = serde_json::from_str(USER_CARD).unwrap();
    plain["phone_number"] = json!(encrypt("12345678999"));
    plain["user_information"]["common_field_list"][0]["value"] = json!(encrypt("男"));
    plain["user_information"]["custom_field_list"][0]["user_chosen_values"] =
        json!([encrypt("足球"), encrypt("篮球")]);
    let notification = encrypted("BRAND_MEMBER_CARD_SP.USER_CARD.CREATE", &plain.to_string());
    let read = notification.decrypt_event(&key(), Some(&own)).unwrap();
    assert_eq!(read.invalid_fields, []);
    assert_eq!(read.event, Event::UserCardCreated(serde_json::from_str(USER_CARD).unwrap()));
    for key_at_hand in [None, Some(&other)] {
        let read = notification.decrypt_event(&key(), key_at_hand).unwrap();
        let Event::UserCardCreated(card) = read.event else { panic!() };
        let phone_number = card.phone_number.unwrap();
        assert!(phone_number.is_encrypted() && phone_number.as_str() == plain["phone_number"]);
        assert!(card.user_information.unwrap().common_field_list[0].value.is_encrypted());
    }
}

#[test]
fn an_envelope_that_is_not_as_documented_opens() {
    let sent = serde_json::to_value(encrypted("BRAND_MEMBER_CARD.SYNC_USER_POINT", SYNC_USER_POINT)).unwrap();
    let blanks =
        |text: &Value| json!(format!("{}\n", text.as_str().unwrap().replace('=', "").replace('+', "-")));
    for (pointer, value, invalid_field) in [
        ("/id", json!(7), None),
        ("/create_time", json!("2020-07-13T23:27:38+0800"), None),
        ("/create_time", json!("some time"), Some("/create_time")),
        ("/create_time", json!(null), None),
        ("/create_time", json!({}), Some("/create_time")),
        ("/summary", json!(["x"]), Some("/summary")),
        ("/summary", json!("😀".repeat(65)), None),
        ("/resource_type", json!(null), None),
        ("/resource_type", json!({}), Some("/resource_type")),
        ("/resource/original_type", json!({}), Some("/resource/original_type")),
        ("/resource/algorithm", json!(null), None),
        ("/resource/algorithm", json!("aes"), None),
        ("/resource/ciphertext", blanks(&sent["resource"]["ciphertext"]), None),
    ] {
        let mut body = sent.clone();
        *body.pointer_mut(pointer).unwrap() = value;
        let notification = Notification::read(body.to_string().as_bytes()).unwrap();
        let read = notification.decrypt_event(&key(), None).unwrap();
        assert!(matches!(read.event, Event::SyncUserPoint(_)), "{pointer}");
        assert_eq!(
            notification.invalid_fields().first().map(|invalid_field| invalid_field.field.as_str()),
            invalid_field,
            "{pointer}"
        );
    }
    for pointer in ["/id", "/event_type", "/resource", "/resource/nonce", "/resource/ciphertext"] {
        for nothing in [json!(null), json!([1])] {
            let mut body = sent.clone();
            *body.pointer_mut(pointer).unwrap() = nothing;
            let invalid_field = Notification::read(body.to_string().as_bytes()).unwrap_err();
            assert_eq!(invalid_field.field, pointer);
        }
    }
    assert_eq!(Notification::read(b"").unwrap_err().issue, ParameterIssue::NoBody);
}

#[test]
fn an_envelope_without_its_optional_members_opens() {
    let name = "BRAND_MEMBER_CARD.SYNC_USER_POINT";
    let create_time = "2020-07-13T23:27:38+08:00".parse().unwrap();
    let sent =
        Notification::encrypt(&key(), nonce(), "1", create_time, name, "", "", SYNC_USER_POINT.as_bytes());
    let mut body = serde_json::to_value(&sent).unwrap();
    for empty in [Some(json!("")), Some(json!(null)), None] {
        for member in ["associated_data", "original_type"] {
            match &empty {
                Some(empty) => body["resource"][member] = empty.clone(),
                None => drop(body["resource"].as_object_mut().unwrap().remove(member)),
            }
        }
        let notification = Notification::read(body.to_string().as_bytes()).unwrap();
        assert_eq!(notification.resource.associated_data, None);
        notification.decrypt_event(&key(), None).unwrap();
    }
    body.as_object_mut().unwrap().remove("summary");
    body.as_object_mut().unwrap().remove("resource_type");
    Notification::read(body.to_string().as_bytes()).unwrap().decrypt_event(&key(), None).unwrap();
}

#[test]
fn each_way_not_to_open_is_told_apart() {
    let good = encrypted("BRAND_MEMBER_CARD.SYNC_USER_POINT", SYNC_USER_POINT);
    let changed = |change: fn(&mut Notification)| {
        let mut notification = good.clone();
        change(&mut notification);
        notification.decrypt_event(&key(), None).unwrap_err()
    };
    assert_eq!(
        changed(|n| {
            n.resource.algorithm = "AEAD_SM4_GCM".into();
            n.resource.nonce = "another12345".into();
        }),
        DecryptResourceError::Algorithm("AEAD_SM4_GCM".into())
    );
    assert_eq!(changed(|n| n.resource.nonce.push('1')), DecryptResourceError::NonceLength(13));
    assert_eq!(changed(|n| n.resource.ciphertext.push('%')), DecryptResourceError::NotBase64);
    assert_eq!(changed(|n| n.resource.associated_data = None), DecryptResourceError::TagMismatch);
    let other = ApiV3Key::new("fedcba9876543210fedcba9876543210").unwrap();
    assert_eq!(good.decrypt_event(&other, None), Err(DecryptResourceError::TagMismatch));
    for error in [
        DecryptResourceError::TagMismatch,
        DecryptResourceError::NotBase64,
        DecryptResourceError::NonceLength(1),
    ] {
        assert!(format!("{error}").is_ascii() && !format!("{error:#}").is_ascii());
    }
}

#[test]
fn no_debug_shows_who() {
    let event = read(EventKind::UserCardCreated, USER_CARD);
    let shown = format!("{event:?}");
    for hidden in ["12345678999", "obLatjnxgnqzS4myYGmLZ7LgLBA", "男", "足球"] {
        assert!(!shown.contains(hidden), "{shown}");
    }
}

/// Draws a documented member's name, or another name.
fn name() -> impl Strategy<Value = String> {
    const NAMES: [&str; 24] = [
        "id",
        "create_time",
        "resource_type",
        "summary",
        "original_type",
        "algorithm",
        "user_card_code",
        "card_id",
        "openid",
        "card_color",
        "card_picture_url",
        "brand_id",
        "card_type",
        "phone_number",
        "level",
        "valid_date_information",
        "pickup_time",
        "user_information",
        "attach",
        "user_card_state",
        "invalid_time",
        "modify_time",
        "deduct_points",
        "record_id",
    ];
    prop_oneof![8 => proptest::sample::select(&NAMES[..]).prop_map(str::to_owned), 1 => any::<String>()]
}

/// Draws JSON of any shape.
fn json_value() -> impl Strategy<Value = Value> {
    let scalar = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<i16>().prop_map(|number| json!(f64::from(number) / 2.0)),
        "\\PC{0,40}".prop_map(Value::from),
        "[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2})?(Z|[+]0[0-9]:?00)?".prop_map(Value::from),
    ];
    scalar.prop_recursive(4, 32, 6, |below| {
        prop_oneof![
            proptest::collection::vec(below.clone(), 0..4).prop_map(Value::from),
            proptest::collection::vec((name(), below), 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest::proptest! {
    /// An id, a type and a decryptable resource are enough, whatever the other members and the resource contain.
    #[test]
    fn no_event_is_lost_because_of_its_shape(
        kind in proptest::sample::select(EventKind::ALL.to_vec()),
        envelope in proptest::collection::vec((name(), json_value()), 0..8),
        around in proptest::collection::vec((name(), json_value()), 0..4),
        inside in proptest::collection::vec((name(), json_value()), 0..12),
        whole in proptest::option::weighted(0.1, json_value()),
        based in proptest::bool::ANY,
    ) {
        let event_type = kind.event_type(Family::Partner);
        let documented = match kind {
            EventKind::PointExchange => POINT_EXCHANGE,
            EventKind::SyncUserPoint => SYNC_USER_POINT,
            _ => USER_CARD,
        };
        let mut plain: Value = if based { serde_json::from_str(documented).unwrap() } else { json!({}) };
        plain.as_object_mut().unwrap().extend(inside);
        let plain = whole.unwrap_or(plain);
        let sent = serde_json::to_value(encrypted(event_type, &plain.to_string())).unwrap();
        let mut body = sent.clone();
        body.as_object_mut().unwrap().extend(envelope);
        for member in ["id", "event_type", "resource"] {
            body[member] = sent[member].clone();
        }
        body["resource"].as_object_mut().unwrap().extend(around);
        for member in ["ciphertext", "nonce", "associated_data"] {
            body["resource"][member] = sent["resource"][member].clone();
        }
        let notification = Notification::read(body.to_string().as_bytes()).unwrap();
        let read = notification.decrypt_event(&key(), None).unwrap();
        proptest::prop_assert_eq!(read.event.kind(), Some(kind));
        if let Event::Invalid(unfit) = &read.event {
            proptest::prop_assert!(!read.invalid_fields.is_empty());
            proptest::prop_assert_eq!(&unfit.resource, &plain);
        }
    }

    #[test]
    fn any_changed_character_of_the_ciphertext_is_noticed(at in 0_usize..100, with in "[A-Za-z0-9]") {
        let mut notification = encrypted("BRAND_MEMBER_CARD.SYNC_USER_POINT", SYNC_USER_POINT);
        let before = notification.resource.ciphertext.clone();
        notification.resource.ciphertext.replace_range(at..at + 1, &with);
        let opened = notification.decrypt_event(&key(), None);
        proptest::prop_assert_eq!(opened.is_ok(), notification.resource.ciphertext == before);
    }
}
