//! Tests of phone numbers and form answers: encrypted on the wire in both directions, plain in the store and in events.

use super::*;
use ruhui_core::api::card_member::{CommonFieldName, CustomField, CustomFieldType, UserForm};
use ruhui_core::api::{Brand, rows};
use ruhui_core::encryption::encrypt_field;
use ruhui_core::sign::header;
use ruhui_server::store::Kind;

/// Makes the template ask for a name and one choice.
async fn asks(world: &TestService) {
    let form = UserForm::new(
        vec![CommonFieldName::Name],
        vec![CustomField::new(
            CustomFieldType::CheckBox,
            "爱好".parse().unwrap(),
            vec!["茶".parse().unwrap(), "酒".parse().unwrap()],
        )],
    );
    world.change::<Template>(CARD_ID, |it| it.card.user_information = Some(form)).await;
}

fn told() -> Value {
    json!({
        "phone_number": encrypted(PHONE),
        "user_information": {
            "common_field_list": [{ "name": "USER_FORM_FLAG_NAME", "value": encrypted("小会") }],
            "custom_field_list": [{ "name": "爱好", "user_chosen_values": [encrypted("茶"), encrypted("酒")] }],
        },
    })
}

/// Decrypts the four sensitive values of a card in a response.
fn opened(key: &ruhui_core::key::PrivateKey, card: &Value) -> [String; 4] {
    let answers = &card["user_information"];
    let chosen = &answers["custom_field_list"][0]["user_chosen_values"];
    [&card["phone_number"], &answers["common_field_list"][0]["value"], &chosen[0], &chosen[1]]
        .map(|field| decrypted(key, field))
}

const PLAIN: [&str; 4] = [PHONE, "小会", "茶", "酒"];

#[tokio::test]
async fn what_is_told_encrypted_is_answered_encrypted_for_whoever_asks() {
    let world = TestService::new().await;
    asks(&world).await;
    let import = merged(&card(OPENID, "478515832665"), &told());
    let imported = world.done::<ImportUserCardByOpenid>(&import).await;
    assert_eq!(opened(&MERCHANT, &imported), PLAIN);
    let asked = card(OPENID, "478515832665");
    assert_eq!(opened(&MERCHANT, &world.done::<QueryUserCard>(&asked).await), PLAIN);
    assert_eq!(opened(&BRAND, &world.done::<QueryUserCard<Brand>>(&asked).await), PLAIN);

    let stored = world.store.scan(Kind::Member, OPENID, "", 1).await.unwrap().remove(0).1.value;
    assert!(PLAIN.iter().all(|plain| stored.contains(plain)), "{stored}");
}

#[tokio::test]
async fn each_call_that_takes_encrypted_fields_keeps_them() {
    let world = TestService::new().await;
    asks(&world).await;
    let code = world.code(CARD_ID, MEMBER).await;
    let modified = world.done::<ModifyUserCard>(&merged(&card(MEMBER, &code), &told())).await;
    assert_eq!(opened(&MERCHANT, &modified), PLAIN);

    world.change::<Template>(CARD_ID, |it| it.card.user_information = None).await;
    let code = world.opened(CARD_ID, OPENID).await.unwrap();
    asks(&world).await;
    let confirm = merged(&confirmation(&code, "SUCCESS"), &told());
    assert_eq!(opened(&MERCHANT, &world.done::<ConfirmUserCard>(&confirm).await), PLAIN);
    let confirm = merged(&confirm, &json!({ "brand_id": null }));
    world
        .send(world.by_hand::<ConfirmUserCard<Brand>>(&confirm).sign())
        .await
        .answers(&rows::CARD_NOT_PENDING);
}

#[tokio::test]
async fn a_repeat_is_encrypted_anew() {
    let world = TestService::new().await;
    let import = merged(&card(OPENID, "1"), &json!({ "phone_number": encrypted(PHONE) }));
    let request = world.by_hand::<ImportUserCardByOpenid>(&import).sign();
    let [first, second] = [world.send(request.clone()).await.json(), world.send(request).await.json()];
    assert_ne!(first["phone_number"], second["phone_number"]);
    for response in [&first, &second] {
        assert_eq!(decrypted(&MERCHANT, &response["phone_number"]), PHONE);
    }
}

/// Returns the requests that have encrypted fields, each with a phone number.
async fn drafts(world: &TestService, phone_number: &str) -> [Draft; 3] {
    let phone = json!({ "phone_number": phone_number });
    let code = world.opened(CARD_ID, OPENID).await.unwrap();
    let member = card(MEMBER, &world.code(CARD_ID, MEMBER).await);
    [
        world.by_hand::<ImportUserCardByOpenid>(&merged(&card("o000000000000000000000000000", "1"), &phone)),
        world.by_hand::<ConfirmUserCard>(&merged(&confirmation(&code, "SUCCESS"), &phone)),
        world.by_hand::<ModifyUserCard>(&merged(&member, &phone)),
    ]
}

#[tokio::test]
async fn encrypted_field_unreadable() {
    let world = TestService::new().await;
    // Encrypted with the caller's own key, a common mistake of senders.
    let wrong = encrypt_field(&MERCHANT.public_key(), PHONE).unwrap();
    for draft in drafts(&world, &wrong).await {
        let response = world.send(draft.sign()).await;
        response.answers(&rows::ENCRYPTED_FIELD_UNREADABLE);
        assert_eq!(response.json()["detail"]["field"], "/phone_number");
        assert!(!response.text().contains(&wrong[..20]), "{}", response.text());
    }
}

#[tokio::test]
async fn wechatpay_serial_missing() {
    let world = TestService::new().await;
    for draft in drafts(&world, &encrypted(PHONE)).await {
        // The header is required even if no field is encrypted, because it belongs to the request and not to a field.
        for draft in [
            draft.clone().without(header::SERIAL),
            draft.without(header::SERIAL).member("phone_number", encrypted("1")),
        ] {
            let response = world.send(draft.sign()).await;
            response.answers(&rows::WECHATPAY_SERIAL_MISSING);
            response.signed_as(ruhui_core::sign::Scheme::Merchant);
        }
    }
    assert!(world.member(CARD_ID, "o000000000000000000000000000").await.is_none());
}

#[tokio::test]
async fn wechatpay_serial_wrong() {
    let world = TestService::new().await;
    for draft in drafts(&world, &encrypted(PHONE)).await {
        let response = world.send(draft.header(header::SERIAL, "PUB_KEY_ID_0").sign()).await;
        response.answers(&rows::WECHATPAY_SERIAL_WRONG);
    }
}

#[tokio::test]
async fn the_platform_certificate_opens_too() {
    let world = TestService::new().await;
    for draft in drafts(&world, &encrypted(PHONE)).await {
        let response = world.send(draft.header(header::SERIAL, PLATFORM_SERIAL).sign()).await;
        assert_eq!(response.status, 200, "{}", response.text());
        assert_eq!(decrypted(&MERCHANT, &response.json()["phone_number"]), PHONE);
    }
}

/// Returns the service's message about a phone number that cannot be decrypted.
async fn said_of(phone_number: &str, diagnose: bool) -> String {
    let world = TestService::with_policy(|policy| policy.diagnose = diagnose).await;
    let call = merged(&card(OPENID, "1"), &json!({ "phone_number": phone_number }));
    let response = world.send(world.by_hand::<ImportUserCardByOpenid>(&call).sign()).await;
    response.answers(&rows::ENCRYPTED_FIELD_UNREADABLE);
    assert!(!response.text().contains(PHONE), "{}", response.text());
    response.json()["message"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_sandbox_says_why_a_sensitive_field_does_not_decrypt() {
    const PREFIX: &str = "输入源“/body/phone_number”映射到字段“手机号”平台私钥解密失败，";
    // OpenSSL made these ciphertexts for the platform's key.
    let openssl: Value =
        serde_json::from_str(include_str!("../../../../ruhui-core/tests/diagnose_field/ciphertexts.json"))
            .unwrap();
    let openssl = |name: &str| openssl[name].as_str().unwrap().to_owned();
    let own = encrypt_field(&MERCHANT.public_key(), PHONE).unwrap();
    for (phone_number, why) in [
        (
            openssl("platform_oaep_sha256_mgf1_sha1"),
            "可以解密的填充方式是 OAEP-SHA256（MGF1 为 SHA1）：须使用 RSAES-OAEP，哈希与 MGF1 均为 SHA-1",
        ),
        (
            openssl("platform_pkcs1"),
            "可以解密的填充方式是 PKCS#1 v1.5：须使用 RSAES-OAEP，哈希与 MGF1 均为 SHA-1",
        ),
        (PHONE.to_owned(), "收到的内容未加密：请先加密，再做 Base64 编码"),
        (String::new(), "值为空；没有取值时请不要传该字段"),
        (encrypted(PHONE).replace('=', ""), "密文末尾缺少 `=`；请使用标准 Base64 编码"),
        (MERCHANT.sign(PHONE.as_bytes()), "加密所用的是您自己的私钥：请使用微信支付公钥或平台证书加密"),
        (
            own,
            "各种填充方式均无法解密：加密所用的公钥不匹配（例如误用了商户API证书的公钥），或密文在传输中被改动",
        ),
    ] {
        assert_eq!(said_of(&phone_number, true).await, format!("{PREFIX}{why}"));
    }
}

/// A detailed message would let a caller that sends many fields learn the contents of a ciphertext (a padding oracle).
#[tokio::test]
async fn a_service_does_not_say_which_padding_decrypts_a_field() {
    let openssl: Value =
        serde_json::from_str(include_str!("../../../../ruhui-core/tests/diagnose_field/ciphertexts.json"))
            .unwrap();
    let mut said = Vec::new();
    for name in ["platform_oaep_sha256_mgf1_sha1", "platform_pkcs1", "oaep_sha1", "private_key_used"] {
        said.push(said_of(openssl[name].as_str().unwrap(), false).await);
    }
    said.dedup();
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].ends_with("加密所用的公钥不匹配，或填充方式不是 OAEP，或密文已损坏"), "{said:?}");
}
