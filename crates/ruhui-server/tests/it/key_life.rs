//! Tests of the life of keys in a sandbox: stages of the move to the public key, rotation of certificates, a changed
//! APIv3 key. The keys change while the sandbox runs.

use crate::common::served::*;
use crate::common::*;
use http::{HeaderMap, HeaderName};
use ruhui::api::card_member::{CreatePreAuthToken, ImportUserCardByOpenid};
use ruhui::api::certificates::{Certificates, ListCertificates};
use ruhui::notify::NotifyError;
use ruhui::{Client, Error};
use ruhui_core::key::Certificate;
use ruhui_core::sign::{VerifyError, header};
use serde_json::{Value, json};

fn token() -> CreatePreAuthToken {
    let (brand_id, card_id) = (BRAND_ID.parse().unwrap(), CARD_ID.parse().unwrap());
    CreatePreAuthToken { brand_id, card_id, openid: "oNewcomer0000000000000000000".parse().unwrap() }
}

impl Served {
    fn value(&self, name: &str) -> String {
        self.kit.value(name).unwrap().to_owned()
    }

    /// Requests a token with a signature by the kit's key, and returns the serial that signs the response. `named` is
    /// the value of `Wechatpay-Serial`.
    async fn signed_by(&self, named: Option<&str>) -> String {
        let mut draft = self.draft(&token());
        draft = match named {
            Some(serial) => draft.header(header::SERIAL, serial),
            None => draft.without(header::SERIAL),
        };
        let response = self.send(&draft).await;
        assert_eq!(response.status(), 200);
        response.headers()[header::SERIAL].to_str().unwrap().to_owned()
    }

    /// Returns the serials of the certificates that the platform lists, the one that signs first.
    async fn listed(&self) -> Vec<String> {
        let keys = self.done("GET", "/sandbox/keys", None).await;
        let certificates = keys["platform"]["certificates"].as_array().unwrap();
        let response = self.send(&self.draft(&ListCertificates {})).await;
        let list: Certificates = serde_json::from_slice(&response.bytes().await.unwrap()).unwrap();
        let downloaded: Vec<&str> = list.data.iter().map(|one| one.serial_no.as_str()).collect();
        let shown: Vec<&str> = certificates.iter().map(|one| one["serial_no"].as_str().unwrap()).collect();
        assert_eq!(shown, downloaded);
        shown.into_iter().map(str::to_owned).collect()
    }

    /// Waits for a callback, and returns it as it was sent.
    async fn callback(&self) -> (HeaderMap, Vec<u8>) {
        let attempt = loop {
            let list = self.done("GET", "/sandbox/requests?kind=callback", None).await;
            if let Some(attempt) = list["data"].as_array().unwrap().first() {
                break attempt["id"].clone();
            }
            tokio::task::yield_now().await;
        };
        let path = format!("/sandbox/requests/{attempt}?show_sensitive=true");
        let shown = self.done("GET", &path, None).await;
        let mut headers = HeaderMap::new();
        for header in shown["request"]["headers"].as_array().unwrap() {
            let [name, value] = [&header[0], &header[1]].map(|text| text.as_str().unwrap());
            headers.append(name.parse::<HeaderName>().unwrap(), value.parse().unwrap());
        }
        (headers, shown["request"]["body"]["text"].as_str().unwrap().as_bytes().to_vec())
    }

    async fn stage(&self, body: Value) -> Value {
        let mut whole = json!({ "mchid": MCHID });
        whole.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
        self.done("POST", "/sandbox/keys/stage", Some(whole)).await
    }
}

/// Returns the serial that signs a callback, as the request log shows it.
fn serial_in(shown: &Value) -> String {
    let headers = shown["request"]["headers"].as_array().unwrap();
    let serial =
        headers.iter().find(|header| header[0].as_str().unwrap().eq_ignore_ascii_case("wechatpay-serial"));
    serial.unwrap_or_else(|| panic!("{shown}"))[1].as_str().unwrap().to_owned()
}

/// Each stage is shown by the serial of responses to requests that name no key, the public key, the certificate; and by
/// whether there are certificates to download.
#[tokio::test]
async fn each_stage_has_its_keys() {
    let sandbox = Served::new().await;
    let id = sandbox.value("RUHUI_WECHATPAY_PUBLIC_KEY_ID");
    let serial = sandbox.value("RUHUI_WECHATPAY_CERTIFICATE_SERIAL");
    for (stage, [unnamed, key, certificate], downloads) in [
        ("certificates", [&serial, &serial, &serial], true),
        ("both_certificate", [&serial, &id, &serial], true),
        ("both_public_key", [&id, &id, &serial], true),
        ("public_key", [&id, &id, &id], false),
    ] {
        let keys = sandbox.stage(json!({ "key_stage": stage })).await;
        assert_eq!(keys["merchants"][0]["key_stage"], stage);
        assert_eq!(&sandbox.signed_by(None).await, unnamed, "{stage}");
        assert_eq!(&sandbox.signed_by(Some(&id)).await, key, "{stage}");
        assert_eq!(&sandbox.signed_by(Some(&serial)).await, certificate, "{stage}");
        let listed = sandbox.send(&sandbox.draft(&ListCertificates {}).without(header::SERIAL)).await;
        assert_eq!(listed.status() == 200, downloads, "{stage}");
        let signer = if downloads { &serial } else { &id };
        assert_eq!(&listed.headers()[header::SERIAL].to_str().unwrap(), signer, "{stage}");
    }
    sandbox.stop().await;
}

/// A field that is encrypted with a key that the merchant does not have is rejected, as one with an unknown key.
#[tokio::test]
async fn a_key_of_another_stage_is_unknown_to_encrypted_fields() {
    let sandbox = Served::new().await;
    let id = sandbox.value("RUHUI_WECHATPAY_PUBLIC_KEY_ID");
    let serial = sandbox.value("RUHUI_WECHATPAY_CERTIFICATE_SERIAL");
    let import: ImportUserCardByOpenid = serde_json::from_value(json!({
        "brand_id": BRAND_ID, "card_id": CARD_ID, "openid": "oImported0000000000000000000",
        "user_card_code": "1", "phone_number": "13900000000",
    }))
    .unwrap();
    for (stage, named) in [("certificates", &id), ("public_key", &serial)] {
        sandbox.stage(json!({ "key_stage": stage })).await;
        let response = sandbox.send(&sandbox.draft(&import).header(header::SERIAL, named)).await;
        assert_eq!(response.status(), 400);
        let body: Value = serde_json::from_slice(&response.bytes().await.unwrap()).unwrap();
        assert_eq!(body["code"], "PARAM_ERROR", "{body}");
        assert!(body["message"].as_str().unwrap().contains("Wechatpay-Serial"), "{stage}: {body}");
    }
    sandbox.stop().await;
}

#[tokio::test]
async fn a_client_that_has_moved_sees_each_stage_as_the_guide_says() {
    let sandbox = Served::new().await;
    let both = sandbox
        .client_with(|builder| builder.platform_certificate(sandbox.value("RUHUI_WECHATPAY_CERTIFICATE")));
    let only_public_key = sandbox.client();
    for stage in ["certificates", "both_certificate", "both_public_key", "public_key"] {
        sandbox.stage(json!({ "key_stage": stage })).await;
        both.create_pre_auth_token(&token()).await.unwrap();
        let result = only_public_key.create_pre_auth_token(&token()).await;
        match (stage, result) {
            // The response is signed by a certificate that this client does not have. It names its key in vain.
            ("certificates", Err(Error::Verify(unverified))) => {
                let VerifyError::UnknownSerial { serial, .. } = &unverified.error else {
                    panic!("{unverified:?}")
                };
                assert_eq!(serial.as_str(), sandbox.value("RUHUI_WECHATPAY_CERTIFICATE_SERIAL"));
            }
            ("certificates", other) => panic!("{other:?}"),
            (_, result) => drop(result.unwrap()),
        }
    }
    sandbox.stop().await;
}

#[tokio::test]
async fn a_new_platform_certificate_overlaps_with_the_old_one() {
    let sandbox = Served::new().await;
    let old = sandbox.value("RUHUI_WECHATPAY_CERTIFICATE_SERIAL");
    sandbox.stage(json!({ "key_stage": "certificates" })).await;
    let issued = sandbox.done("POST", "/sandbox/keys/platform-certificates", Some(json!({}))).await;
    let new = issued["serial_no"].as_str().unwrap().to_owned();
    assert_ne!(new, old);
    let certificate = Certificate::from_pem(issued["certificate"].as_str().unwrap()).unwrap();
    assert_eq!(certificate.serial_no().as_str(), new);

    // Listed next to the old one, which signs. Whoever names the new one gets it.
    assert_eq!(sandbox.listed().await, [old.clone(), new.clone()]);
    assert_eq!(sandbox.signed_by(None).await, old);
    assert_eq!(sandbox.signed_by(Some(&new)).await, new);

    // The old one signs no more, and clients that keep it in memory must load the new one.
    let stale = sandbox
        .client_with(|builder| builder.platform_certificate(sandbox.value("RUHUI_WECHATPAY_CERTIFICATE")));
    stale.create_pre_auth_token(&token()).await.unwrap();
    sandbox.done("POST", "/sandbox/keys/platform-certificates/use", Some(json!({ "serial_no": new }))).await;
    assert_eq!(sandbox.listed().await, [new.clone(), old.clone()]);
    assert_eq!(sandbox.signed_by(None).await, new);
    let Err(Error::Verify(unverified)) = stale.create_pre_auth_token(&token()).await else {
        panic!("a certificate that the client does not have")
    };
    assert!(matches!(unverified.error, VerifyError::UnknownSerial { .. }), "{unverified:?}");

    let (status, conflict) =
        sandbox.ask("DELETE", &format!("/sandbox/keys/platform-certificates/{new}"), None).await;
    assert_eq!((status, &conflict["code"]), (409, &json!("IN_USE")), "{conflict}");
    sandbox.done("DELETE", &format!("/sandbox/keys/platform-certificates/{old}"), None).await;
    assert_eq!(sandbox.listed().await, std::slice::from_ref(&new));
    assert_eq!(sandbox.signed_by(Some(&old)).await, new, "a retired certificate is unknown");

    // An edit of the file keeps the rotation; a reset ends it.
    sandbox.edit("unknown_openids = \"accept\"", "unknown_openids = \"reject\"");
    sandbox.reload().await;
    assert_eq!(sandbox.listed().await, std::slice::from_ref(&new));
    sandbox.done("POST", "/sandbox/snapshots", Some(json!({ "name": "rotated" }))).await;
    sandbox.done("POST", "/sandbox/reset", Some(json!({}))).await;
    assert_eq!(sandbox.listed().await, [old]);
    sandbox.done("POST", "/sandbox/restore", Some(json!({ "name": "rotated" }))).await;
    assert_eq!(sandbox.listed().await, [new]);
    sandbox.stop().await;
}

#[tokio::test]
async fn a_rotation_survives_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    furnish(folder.path());
    let sandbox = Served::over(folder, StoreKind::File).await;
    let issued = sandbox.done("POST", "/sandbox/keys/platform-certificates", Some(json!({}))).await;
    sandbox
        .done(
            "POST",
            "/sandbox/keys/platform-certificates/use",
            Some(json!({ "serial_no": issued["serial_no"] })),
        )
        .await;
    sandbox.stage(json!({ "key_stage": "both_certificate" })).await;
    let folder = sandbox.stop().await;
    let sandbox = Served::over(folder, StoreKind::File).await;
    assert_eq!(issued["serial_no"], json!(sandbox.signed_by(None).await));
    sandbox.stop().await;
}

#[tokio::test]
async fn a_merchants_certificate_is_rotated_without_a_gap() {
    let sandbox = Served::new().await;
    let old = sandbox.value("RUHUI_SERIAL_NO");
    let path = |serial: &str| format!("/sandbox/keys/merchant-certificates/{MCHID}/{serial}");
    let (status, last) = sandbox.ask("DELETE", &path(&old), None).await;
    assert_eq!((status, &last["code"]), (409, &json!("LAST_CERTIFICATE")), "{last}");
    let issued =
        sandbox.done("POST", "/sandbox/keys/merchant-certificates", Some(json!({ "mchid": MCHID }))).await;
    let text = |name: &str| issued[name].as_str().unwrap().to_owned();
    let renewed = Client::partner(
        MCHID,
        text("serial_no"),
        text("private_key"),
        sandbox.value("RUHUI_WECHATPAY_PUBLIC_KEY_ID"),
        sandbox.value("RUHUI_WECHATPAY_PUBLIC_KEY"),
    );
    let renewed = renewed
        .unwrap()
        .hosts(sandbox.value("RUHUI_BASE_URL"), sandbox.value("RUHUI_BACKUP_URL"))
        .build()
        .unwrap();
    // Both certificates are valid until the old one is revoked.
    sandbox.client().create_pre_auth_token(&token()).await.unwrap();
    renewed.create_pre_auth_token(&token()).await.unwrap();
    sandbox.done("DELETE", &path(&old), None).await;
    renewed.create_pre_auth_token(&token()).await.unwrap();
    let Err(Error::Api(error)) = sandbox.client().create_pre_auth_token(&token()).await else {
        panic!("the certificate was revoked")
    };
    assert_eq!(
        (error.exchange.status.as_u16(), error.code.as_ref().unwrap().as_str()),
        (401, "SIGN_ERROR"),
        "{error}"
    );
    sandbox.stop().await;
}

#[tokio::test]
async fn a_changed_apiv3_key_encrypts_from_now_on() {
    let sandbox = Served::new().await;
    let key = "another key of thirty-two chars.";
    sandbox.done("POST", "/sandbox/keys/apiv3-key", Some(json!({ "mchid": MCHID, "apiv3_key": key }))).await;
    let response = sandbox.send(&sandbox.draft(&ListCertificates {})).await;
    let list: Certificates = serde_json::from_slice(&response.bytes().await.unwrap()).unwrap();
    let decrypts = |key: &str| {
        let key = ruhui_core::encryption::ApiV3Key::new(key).unwrap();
        list.data[0].encrypt_certificate.decrypt(&key).is_ok()
    };
    assert!(decrypts(key) && !decrypts(APIV3_KEY));
    // A receiver with the former key verifies the callback and cannot decrypt it; one that knows both can.
    let open = json!({ "card_id": CARD_ID, "openid": "oOpened000000000000000000000", "phone_number": "13900000000" });
    sandbox.done("POST", "/sandbox/user-cards/open", Some(open)).await;
    let (headers, body) = sandbox.callback().await;
    let receive = |now: &str, former: Option<&str>| {
        let mut builder = sandbox.client().receiver(now).unwrap();
        if let Some(former) = former {
            builder = builder.former_apiv3_key(former).unwrap();
        }
        builder.build().unwrap().receive(&headers, &body)
    };
    assert!(matches!(receive(APIV3_KEY, None), Err(NotifyError::Decrypt(_))));
    receive(key, None).unwrap();
    receive(APIV3_KEY, Some(key)).unwrap();
    let (status, short) = sandbox
        .ask("POST", "/sandbox/keys/apiv3-key", Some(json!({ "mchid": MCHID, "apiv3_key": "short" })))
        .await;
    assert_eq!((status, &short["code"]), (400, &json!("PARAM_ERROR")), "{short}");
    assert!(short["message"].as_str().unwrap().starts_with("`apiv3_key`"), "{short}");
    sandbox.stop().await;
}

#[tokio::test]
async fn what_does_not_go_together_changes_nothing() {
    let sandbox = Served::new().await;
    let before = sandbox.done("GET", "/sandbox/keys", None).await;
    for (body, status, code) in [
        (json!({ "mchid": "1900000099", "key_stage": "public_key" }), 404, "NOT_FOUND"),
        (json!({ "mchid": MCHID, "key_stage": "grey" }), 400, "PARAM_ERROR"),
        (
            json!({ "mchid": MCHID, "key_stage": "public_key", "public_key_callbacks": 50 }),
            400,
            "PARAM_ERROR",
        ),
        (
            json!({ "mchid": MCHID, "key_stage": "both_certificate", "public_key_callbacks": 101 }),
            400,
            "PARAM_ERROR",
        ),
        (json!({ "mchid": MCHID, "key_stage": "both_certificate", "share": 1 }), 400, "PARAM_ERROR"),
        (json!({ "key_stage": "both_certificate" }), 400, "PARAM_ERROR"),
    ] {
        let (answered, error) = sandbox.ask("POST", "/sandbox/keys/stage", Some(body.clone())).await;
        assert_eq!((answered, error["code"].as_str().unwrap()), (status, code), "{body}: {error}");
    }
    let (status, _) = sandbox.ask("DELETE", "/sandbox/keys/platform-certificates/00", None).await;
    assert_eq!(status, 404);
    assert_eq!(sandbox.done("GET", "/sandbox/keys", None).await, before);
    sandbox.stop().await;
}

/// During the move, some callbacks are signed by the certificate and some by the public key.
#[tokio::test]
async fn callbacks_move_in_steps() {
    let sandbox = Served::new().await;
    let id = sandbox.value("RUHUI_WECHATPAY_PUBLIC_KEY_ID");
    let serial = sandbox.value("RUHUI_WECHATPAY_CERTIFICATE_SERIAL");
    for (round, (share, expected)) in
        [(None, 0..=0), (Some(0), 0..=0), (Some(50), 5..=35), (Some(100), 40..=40)].into_iter().enumerate()
    {
        let mut body = json!({ "key_stage": "both_certificate" });
        if let Some(percent) = share {
            body["public_key_callbacks"] = json!(percent);
        }
        sandbox.stage(body).await;
        sandbox.done("DELETE", "/sandbox/requests", None).await;
        for number in 0..40 {
            let openid = format!("oRound{round}User{number:017}");
            let open = json!({ "card_id": CARD_ID, "openid": openid, "phone_number": "13900000000" });
            sandbox.done("POST", "/sandbox/user-cards/open", Some(open)).await;
        }
        // Nothing listens at the address, so each attempt ends at once, and the log has its headers.
        let signers = loop {
            let list = sandbox.done("GET", "/sandbox/requests?kind=callback&limit=100", None).await;
            let attempts = list["data"].as_array().unwrap().clone();
            if attempts.len() == 40 {
                let mut signers = Vec::new();
                for attempt in attempts {
                    let path = format!("/sandbox/requests/{}", attempt["id"]);
                    let shown = sandbox.done("GET", &path, None).await;
                    signers.push(serial_in(&shown));
                }
                break signers;
            }
            tokio::task::yield_now().await;
        };
        let by_public_key = signers.iter().filter(|signer| **signer == id).count();
        let by_certificate = signers.iter().filter(|signer| **signer == serial).count();
        assert_eq!(by_public_key + by_certificate, 40, "{signers:?}");
        assert!(expected.contains(&by_public_key), "{share:?}: {by_public_key} of 40");
    }
    sandbox.stop().await;
}

/// A stage of `ruhui.toml` is applied while the sandbox runs, and each mistake is named.
#[tokio::test]
async fn the_file_sets_the_stage_too() {
    let sandbox = Served::new().await;
    sandbox.edit("key_stage = \"both_public_key\"", "key_stage = \"certificates\"");
    sandbox.reload().await;
    let serial = sandbox.value("RUHUI_WECHATPAY_CERTIFICATE_SERIAL");
    assert_eq!(sandbox.signed_by(None).await, serial);
    for (line, message) in [
        (
            "key_stage = \"certificate\"",
            "`certificate` is not a value of it (did you mean `certificates`?); it takes `certificates`, `both_certificate`, `both_public_key`, `public_key`",
        ),
        (
            "key_stage = \"certificates\"\nreply_key = \"public_key\"",
            "`reply_key` is the older form of it: give only one of the two",
        ),
        (
            "key_stage = \"public_key\"\npublic_key_callbacks = 5",
            "only a merchant with both keys has a share: `key_stage` must be `both_certificate` or `both_public_key`",
        ),
        ("public_key_callbacks = 101", "must be a percentage from 0 to 100"),
    ] {
        let before = std::fs::read_to_string(sandbox.path("ruhui.toml")).unwrap();
        sandbox.edit("key_stage = \"certificates\"", line);
        let (status, answer) = sandbox.ask("POST", "/sandbox/reload", Some(json!({}))).await;
        assert_eq!(status, 409, "{answer}");
        assert!(answer["message"].as_str().unwrap().ends_with(message), "{answer}");
        std::fs::write(sandbox.path("ruhui.toml"), before).unwrap();
    }
    assert_eq!(sandbox.signed_by(None).await, serial);
    sandbox.stop().await;
}
