//! Tests of sensitive fields: encrypted with the key that the request names, decrypted with the client's own
//! key.

use crate::support::*;
use ruhui::api::card_member::{ImportUserCardByPhone, UserCard};
use ruhui::encryption::{FieldEncoding, decrypt_field, encrypt_field};
use ruhui::key::{PrivateKey, PublicKey};
use ruhui::wire::DecryptFailure;
use ruhui::{Client, Error};
use serde_json::{Value, json};

const PHONE: &str = "13912345678";

fn import() -> ImportUserCardByPhone {
    let call = json!({
        "brand_id": "1004",
        "card_id": "pbLatjvWOibDc5-TBnbUk1pD12o0",
        "user_card_code": "478515832665",
        "phone_number": PHONE
    });
    serde_json::from_value(call).unwrap()
}

fn imported(phone_number: &str) -> String {
    let card = json!({
        "user_card_code": "478515832665",
        "card_id": "pbLatjvWOibDc5-TBnbUk1pD12o0",
        "openid": "obLatjnx9gnqzS4myYGmLZ7LgLBA",
        "brand_id": "1004",
        "card_type": "NORMAL",
        "phone_number": phone_number,
        "level": "",
        "valid_date_information": { "type": "PERMANENT" },
        "pickup_time": "2025-06-24T08:00:00+08:00",
        "user_card_state": "FROZEN",
        "create_time": "2025-06-24T08:00:00+08:00",
        "modify_time": "2025-06-24T08:00:00+08:00"
    });
    card.to_string()
}

fn encrypted_to(pem: &str) -> String {
    encrypt_field(&PublicKey::from_pem(pem).unwrap(), PHONE).unwrap()
}

async fn send(client: &Client) -> Result<UserCard, Error> {
    client.send(&import()).await
}

#[tokio::test]
async fn both_directions_are_encrypted() {
    let script = Script::new([Ok(signed(200, &imported(&encrypted_to(MERCHANT_PUB))))]);
    let card = send(&client(&script)).await.unwrap();
    assert_eq!(card.phone_number.unwrap().as_str(), PHONE);
    assert_eq!((card.level, card.user_card_state.as_str()), (None, "FROZEN"));

    let request = script.requests().remove(0);
    assert_eq!(request.headers()["wechatpay-serial"], PUBLIC_KEY_ID);
    let body: Value = serde_json::from_slice(request.body()).unwrap();
    let key = PrivateKey::from_pem(PLATFORM_KEY).unwrap();
    assert_eq!(decrypt_field(&key, body["phone_number"].as_str().unwrap()).unwrap().as_str(), PHONE);
}

#[tokio::test]
async fn a_response_for_another_key_is_told_apart_and_not_shown() {
    let unpadded = encrypted_to(MERCHANT_PUB).replace('=', "");
    let cases = [
        (encrypted_to(PLATFORM_PUB), DecryptFailure::UnknownKey),
        (unpadded, DecryptFailure::Encoding(FieldEncoding::Unpadded)),
        ("*".repeat(344), DecryptFailure::NotBase64),
    ];
    for (phone_number, why) in cases {
        let script = Script::new([Ok(signed(200, &imported(&phone_number)))]);
        let error = send(&client(&script)).await.unwrap_err();
        let Error::Undecryptable(unopened) = &error else { panic!("{error:?}") };
        assert_eq!((unopened.field.as_str(), unopened.why), ("/phone_number", why));
        assert_eq!((error.status().unwrap().as_u16(), error.request_id()), (200, Some("08F78BB5-0")));
        assert!(error.may_have_taken_effect() && !error.is_retryable());
        assert_eq!(error.verified_body().unwrap(), imported(&phone_number).as_bytes());
        let shown = format!("{error} {error:#} {error:?}");
        assert!(!shown.contains(&phone_number) && shown.contains("cannot be decrypted"), "{shown}");
    }
}
