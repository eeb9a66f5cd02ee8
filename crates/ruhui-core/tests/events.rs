//! Notifications: sealed and opened, as the pages show them and as they may come one day.

#![allow(clippy::unwrap_used, reason = "the lint's exception for tests does not reach their helpers")]

use ruhui_core::api::card_member::{
    CardType, ProductCouponStockType, UserCardState, UserInformation, ValidDateType,
};
use ruhui_core::api::event::{Event, EventKind, Notification, OpenNotificationError, RESOURCE_TYPE};
use ruhui_core::api::event::{PointExchangeEvent, SyncUserPointEvent, UserCardEvent};
use ruhui_core::seal::{ApiV3Key, OpenError};
use ruhui_core::types::Family;
use ruhui_core::wire::Issue;
use serde_json::{Value, json};

/// Every member that page 4015283692 lists. As in its example, a card for ever has a beginning and an end.
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

fn sealed(event_type: &str, plain: &str) -> Notification {
    let original_type = EventKind::of(event_type).map_or("other", EventKind::original_type);
    let create_time = "2020-07-13T23:27:38+08:00".parse().unwrap();
    let id = "8b33f79f-8869-5ae5-b41b-3c0b59f957d0";
    let nonce = *b"j9g1wAzF9Xn1";
    Notification::seal(&key(), nonce, id, create_time, event_type, original_type, "摘要", plain.as_bytes())
}

fn read(kind: EventKind, plain: &str) -> Event {
    Event::read(kind.event_type(Family::Partner), plain.as_bytes()).unwrap()
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
fn each_kind_is_sealed_and_opened_under_each_of_its_names() {
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
            let body = serde_json::to_vec(&sealed(name, plain(kind))).unwrap();
            let notification = Notification::read(&body).unwrap();
            assert_eq!(notification, sealed(name, plain(kind)));
            assert_eq!(notification.event_type, name);
            let event = notification.open(&key()).unwrap();
            assert_eq!((event.kind(), event.member().is_some()), (Some(kind), true));
        }
    }
}

/// As the pages' examples are written.
#[test]
fn the_envelope_is_the_documented_one() {
    let kind = EventKind::UserCardCreated;
    let notification = sealed(kind.event_type(Family::Partner), USER_CARD);
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

/// A real notification of another product, published by the Go SDK. Its key has 16 bytes, so it does not open
/// here; its plain text does the round trip under a key of ours.
#[test]
fn the_published_notification_is_read() {
    let vector = include_str!("../../../vectors/public/go-sdk-notification-full.json");
    let vector: Value = serde_json::from_str(vector).unwrap();
    let body = vector["inputs"]["body"].as_str().unwrap();
    let notification = Notification::read(body.as_bytes()).unwrap();
    assert_eq!(notification.id, "3119dfba-e649-5eec-ab1e-3412bc4d2e17");
    assert_eq!(notification.create_time.to_string(), "2021-06-24T16:37:26+08:00");
    assert_eq!(notification.summary, "签约成功");
    assert_eq!(notification.resource.original_type.as_deref(), Some("payscore"));
    assert_eq!(serde_json::from_str::<Value>(body).unwrap(), serde_json::to_value(&notification).unwrap());
    assert_eq!(notification.open(&key()), Err(OpenNotificationError::Sealed(OpenError::TagMismatch)));

    let plain = vector["expected"]["plaintext"].as_str().unwrap();
    let resealed = sealed(&notification.event_type, plain);
    assert_eq!(resealed.resource.ciphertext.len(), notification.resource.ciphertext.len());
    assert_eq!(resealed.unseal(&key()).unwrap().as_slice(), plain.as_bytes());
    let Event::Unknown(unknown) = resealed.open(&key()).unwrap() else { panic!() };
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

/// The page has their names and values as optional.
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

    let Event::Unknown(unknown) = Event::read("BRAND_MEMBER_CARD_SP.NEW", b"not even JSON").unwrap() else {
        panic!()
    };
    assert_eq!(unknown.resource, "not even JSON");
}

#[test]
fn a_long_invalid_reason_is_taken_and_a_longer_one_named() {
    let mut plain: Value = serde_json::from_str(USER_CARD).unwrap();
    plain["invalid_reason"] = json!("退".repeat(256));
    user_card(&plain);
    plain["invalid_reason"] = json!("退".repeat(257));
    let event_type = EventKind::UserCardDeleted.event_type(Family::Brand);
    let fault = Event::read(event_type, plain.to_string().as_bytes()).unwrap_err();
    assert_eq!(fault.field, "/invalid_reason");
}

#[test]
fn what_is_missing_is_named() {
    for (kind, plain, member) in [
        (EventKind::UserCardCreated, USER_CARD, "openid"),
        (EventKind::UserCardDeleted, USER_CARD, "user_card_state"),
        (EventKind::PointExchange, POINT_EXCHANGE, "deduct_points"),
        (EventKind::SyncUserPoint, SYNC_USER_POINT, "user_card_code"),
    ] {
        let mut plain: Value = serde_json::from_str(plain).unwrap();
        plain.as_object_mut().unwrap().remove(member);
        let opened = sealed(kind.event_type(Family::Partner), &plain.to_string()).open(&key());
        let Err(OpenNotificationError::Content(fault)) = opened else { panic!("{opened:?}") };
        assert_eq!((fault.field, fault.issue), (format!("/{member}"), Issue::Missing));
    }
    let fault = Notification::read(br#"{"id":"1"}"#).unwrap_err();
    assert_eq!(fault.issue, Issue::Missing);
    assert_eq!(Notification::read(b"").unwrap_err().issue, Issue::NoBody);
}

#[test]
fn an_envelope_without_its_optional_members_opens() {
    let name = "BRAND_MEMBER_CARD.SYNC_USER_POINT";
    let create_time = "2020-07-13T23:27:38+08:00".parse().unwrap();
    let sent = Notification::seal(
        &key(),
        *b"j9g1wAzF9Xn1",
        "1",
        create_time,
        name,
        "",
        "",
        SYNC_USER_POINT.as_bytes(),
    );
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
        notification.open(&key()).unwrap();
    }
    body.as_object_mut().unwrap().remove("summary");
    body.as_object_mut().unwrap().remove("resource_type");
    Notification::read(body.to_string().as_bytes()).unwrap().open(&key()).unwrap();
}

#[test]
fn each_way_not_to_open_is_told_apart() {
    let good = sealed("BRAND_MEMBER_CARD.SYNC_USER_POINT", SYNC_USER_POINT);
    let changed = |change: fn(&mut Notification)| {
        let mut notification = good.clone();
        change(&mut notification);
        match notification.open(&key()) {
            Err(OpenNotificationError::Sealed(error)) => error,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(
        changed(|n| n.resource.algorithm = "AEAD_SM4_GCM".into()),
        OpenError::Algorithm("AEAD_SM4_GCM".into())
    );
    assert_eq!(changed(|n| n.resource.nonce.push('1')), OpenError::NonceLength(13));
    assert_eq!(changed(|n| n.resource.ciphertext.push('%')), OpenError::NotBase64);
    assert_eq!(changed(|n| n.resource.associated_data = None), OpenError::TagMismatch);
    let other = ApiV3Key::new("fedcba9876543210fedcba9876543210").unwrap();
    assert_eq!(good.open(&other), Err(OpenNotificationError::Sealed(OpenError::TagMismatch)));
    for error in [OpenError::TagMismatch, OpenError::NotBase64, OpenError::NonceLength(1)] {
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

proptest::proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes: Vec<u8>) {
        let _ = Notification::read(&bytes);
        for kind in EventKind::ALL {
            let _ = Event::read(kind.event_type(Family::Partner), &bytes);
        }
        let _ = Event::read("", &bytes);
    }

    #[test]
    fn any_changed_character_of_the_ciphertext_is_noticed(at in 0_usize..100, with in "[A-Za-z0-9]") {
        let mut notification = sealed("BRAND_MEMBER_CARD.SYNC_USER_POINT", SYNC_USER_POINT);
        let before = notification.resource.ciphertext.clone();
        notification.resource.ciphertext.replace_range(at..at + 1, &with);
        let opened = notification.open(&key());
        proptest::prop_assert_eq!(opened.is_ok(), notification.resource.ciphertext == before);
    }
}
