//! Tests of `POST /sandbox/call` against a real sandbox: requests by name and as they are, callers, faults.

use crate::common::controlled::Controlled;
use ruhui_server::sandbox;
use serde_json::{Value, json};

/// A user who has no card.
const OPENID: &str = "oCalled000000000000000000000";

fn member_of_brand(more: &Value) -> Value {
    let mut fields = json!({ "brand_id": sandbox::BRAND_ID, "card_id": sandbox::CARD_ID, "openid": OPENID });
    fields.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    fields
}

#[tokio::test]
async fn a_request_by_name_goes_through_the_whole_api() {
    let sandbox = Controlled::start().await;
    let created = sandbox.call(json!({ "name": "create_pre_auth_token" })).await;
    assert_eq!(created["status"], 200, "{created}");
    assert!(created["body"]["token"].is_string() && created.get("problem").is_none(), "{created}");
    let request_id = json!(["Request-Id", created["request_id"]]);
    assert!(created["headers"].as_array().unwrap().contains(&request_id), "{created}");

    let logged = sandbox.good("GET", &format!("/sandbox/requests/{}", created["exchange"]), None).await;
    assert_eq!(logged["endpoint"], "create_pre_auth_token");
    assert_eq!((&logged["listener"], &logged["peer"]), (&json!("main"), &Value::Null));
    assert_eq!(logged["request_id"], created["request_id"]);
    let stages: Vec<&str> =
        logged["stages"].as_array().unwrap().iter().map(|stage| stage["stage"].as_str().unwrap()).collect();
    assert!(stages.contains(&"verified") && stages.contains(&"committed"), "{logged}");

    let other = sandbox.call(json!({ "name": "create_pre_auth_token" })).await;
    assert_ne!(other["exchange"], created["exchange"]);
    assert_ne!(other["request_id"], created["request_id"]);
    sandbox.stop().await;
}

#[tokio::test]
async fn personal_fields_are_encrypted_on_the_way_and_plain_here() {
    let sandbox = Controlled::start().await;
    let token =
        sandbox.call(json!({ "name": "create_pre_auth_token", "fields": { "openid": OPENID } })).await;
    let agreed = json!({ "token": token["body"]["token"], "phone_number": "13900000000" });
    let joined = sandbox.good("POST", "/sandbox/join", Some(agreed)).await;
    let confirm = member_of_brand(&json!({
        "user_card_code": joined["user_card"]["user_card_code"],
        "user_card_confirm_state": "CREATE_CARD_SUCCESS",
        "phone_number": "13911112222",
    }));
    let confirmed = sandbox.call(json!({ "name": "confirm_user_card", "fields": confirm })).await;
    assert_eq!(confirmed["status"], 200, "{confirmed}");
    let shown = format!("/sandbox/requests/{}?show_sensitive=true", confirmed["exchange"]);
    let sent = sandbox.good("GET", &shown, None).await["request"].to_string();
    assert!(sent.contains("phone_number") && !sent.contains("13911112222"), "{sent}");
    let all = sandbox.good("GET", "/sandbox/requests/har?show_sensitive=true&text=13911112222", None).await;
    assert_eq!(all["log"]["entries"], json!([]), "the log has no personal data in plain text");
    let query = member_of_brand(&json!({ "user_card_code": joined["user_card"]["user_card_code"] }));
    let read = sandbox.call(json!({ "name": "query_user_card", "fields": query })).await;
    assert_eq!(read["body"]["phone_number"], "13911112222", "{read}");
    // The endpoint of a request of any path is known by its path.
    let logged = sandbox.good("GET", &format!("/sandbox/requests/{}", read["exchange"]), None).await;
    let shown = format!("/sandbox/requests/{}?show_sensitive=true", logged["id"]);
    let target = sandbox.good("GET", &shown, None).await["target"].clone();
    let same = sandbox.call(json!({ "method": "GET", "target": target })).await;
    assert_eq!(same["body"], read["body"]);
    sandbox.stop().await;
}

#[tokio::test]
async fn errors_of_the_api_are_results_and_mistakes_in_fields_are_not_sent() {
    let sandbox = Controlled::start().await;
    let unknown = json!({ "name": "create_pre_auth_token", "fields": { "card_id": "pNothing" } });
    let rejected = sandbox.call(unknown.clone()).await;
    assert_eq!(rejected["status"].as_u64().map(|status| status / 100), Some(4), "{rejected}");
    assert!(rejected["body"]["code"].is_string());
    let english = sandbox.call_in("en", unknown).await;
    assert_ne!(english["body"]["message"], rejected["body"]["message"]);

    for (body, field, said) in [
        (
            json!({ "name": "create_pre_auth_token", "fields": { "opnid": "o" } }),
            Some("opnid"),
            "did you mean openid?",
        ),
        (
            json!({ "name": "create_pre_auth_token", "fields": { "openid": "" } }),
            Some("openid"),
            "must not be empty",
        ),
        (json!({ "name": "query_user_card" }), Some("user_card_code"), "is required"),
        (
            json!({ "name": "modify_user_card", "fields": {
                "user_card_code": "1", "valid_date_information": { "type": "FOREVER" } } }),
            Some("valid_date_information.type"),
            "FIX_TIME_RANGE",
        ),
        // An invalidated template is lost for good, so it is never the kit's by default.
        (json!({ "name": "invalidate_card_template" }), Some("card_id"), "is required"),
        (json!({ "name": "qury_user_card" }), None, "did you mean query_user_card?"),
        (json!({ "name": "nothing at all" }), None, "no endpoint is called"),
        (
            json!({ "name": "brand_query_user_card", "caller": { "mchid": sandbox::MCHID } }),
            None,
            "endpoint of brands",
        ),
        (
            json!({ "name": "echo", "caller": { "brand_id": sandbox::BRAND_ID } }),
            None,
            "service provider's endpoint",
        ),
        (json!({ "name": "echo", "method": "GET" }), None, "either `name`"),
        (json!({ "fields": {} }), None, "either `name`"),
        (json!({ "method": "GET", "target": "v3" }), None, "it is a path"),
        (json!({ "method": "GET", "target": "/v3#x" }), None, "it is a path"),
        (json!({ "name": "echo", "caller": {} }), None, "exactly one of"),
        (json!({ "method": "G T", "target": "/v3" }), None, "it is not a method"),
    ] {
        let (status, error) = sandbox.send_in("en", "POST", "/sandbox/call", Some(&body)).await;
        assert_eq!((status, &error["code"]), (400, &json!("PARAM_ERROR")), "{body} {error}");
        let message = error["message"].as_str().unwrap();
        assert!(message.contains(said), "{body} {message}");
        assert_eq!(error["detail"]["field"].as_str(), field, "{body} {error}");
        let (_, chinese) = sandbox.send_in("zh", "POST", "/sandbox/call", Some(&body)).await;
        assert!(chinese["message"].as_str().unwrap().chars().any(|c| c > '\u{4e00}'), "{chinese}");
    }
    sandbox.stop().await;
}

#[tokio::test]
async fn a_picture_is_uploaded_as_each_kind_of_caller() {
    let sandbox = Controlled::start().await;
    let png =
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
    let picture = json!({ "filename": "会员\"卡.png", "base64": png });
    for name in ["upload_image", "brand_upload_image"] {
        let uploaded = sandbox.call(json!({ "name": name, "picture": picture })).await;
        assert_eq!(uploaded["status"], 200, "{uploaded}");
        assert!(uploaded["body"]["media_url"].as_str().unwrap().contains("/media/"), "{uploaded}");
    }
    // The rules of a picture are those of the API.
    let text = json!({ "filename": "card.png", "base64": "dGV4dA==" });
    let rejected = sandbox.call(json!({ "name": "upload_image", "picture": text })).await;
    assert_eq!(rejected["status"], 403, "{rejected}");
    for (body, said) in [
        (json!({ "name": "upload_image" }), "`picture`: an upload has one"),
        (
            json!({ "name": "upload_image", "fields": { "filename": "a" }, "picture": picture }),
            "`fields`: an upload",
        ),
        (json!({ "name": "echo", "picture": picture }), "`picture`: only `upload_image`"),
        (
            json!({ "name": "upload_image", "picture": { "filename": "a.png", "base64": "%" } }),
            "`picture.base64`: it is not Base64",
        ),
        (json!({ "name": "upload_image", "picture": { "base64": png } }), "filename"),
        (json!({ "method": "GET", "target": "/", "picture": picture }), "either `name`"),
    ] {
        let (status, error) = sandbox.send_in("en", "POST", "/sandbox/call", Some(&body)).await;
        assert_eq!((status, &error["code"]), (400, &json!("PARAM_ERROR")), "{body} {error}");
        assert!(error["message"].as_str().unwrap().contains(said), "{body} {error}");
    }
    sandbox.stop().await;
}

#[tokio::test]
async fn a_request_of_any_path_is_signed_and_sent_as_it_is() {
    let sandbox = Controlled::start().await;
    let certificates = sandbox.call(json!({ "method": "GET", "target": "/v3/certificates" })).await;
    assert_eq!(certificates["status"], 200, "{certificates}");
    let lost = sandbox.call(json!({ "method": "GET", "target": "/v3/certificatez?a=%20b" })).await;
    assert_eq!((&lost["status"], &lost["body"], &lost["text"]), (&json!(404), &Value::Null, &json!("")));
    let nearest = json!(["Ruhui-Nearest-Path", "GET /v3/certificates"]);
    assert!(lost["headers"].as_array().unwrap().contains(&nearest), "{lost}");
    let target = "/v3/brand/partner/card-member/pre-auth-tokens";
    let malformed = sandbox.call(json!({ "method": "POST", "target": target, "body": "{\"会\":" })).await;
    assert_eq!(malformed["status"], 400, "{malformed}");
    sandbox.stop().await;
}

#[tokio::test]
async fn a_fault_is_played_and_what_came_is_shown() {
    let sandbox = Controlled::start().await;
    let played = async |fault: Value| {
        sandbox.good("POST", "/sandbox/faults", Some(fault)).await;
        let called = sandbox.call_in("en", json!({ "name": "create_pre_auth_token" })).await;
        sandbox.good("DELETE", "/sandbox/faults", None).await;
        called
    };
    let failed = played(json!({ "fault": "system-error" })).await;
    assert_eq!((&failed["status"], &failed["body"]["code"]), (&json!(500), &json!("SYSTEM_ERROR")));
    let page = played(json!({ "fault": "bad-gateway" })).await;
    assert_eq!((&page["status"], &page["body"]), (&json!(502), &Value::Null));
    assert!(page["text"].as_str().unwrap().contains("<h1>502 Bad Gateway</h1>"), "{page}");
    for fault in ["reset", "close"] {
        let ended = played(json!({ "fault": fault })).await;
        assert_eq!((&ended["status"], &ended["body"]), (&Value::Null, &Value::Null), "{ended}");
        assert!(ended["problem"]["en"].as_str().unwrap().starts_with("the connection ended"), "{ended}");
        let logged = sandbox.good("GET", &format!("/sandbox/requests/{}", ended["exchange"]), None).await;
        assert_eq!(logged["fault"]["fault"], fault);
    }
    for fault in ["cut", "truncated"] {
        let part = played(json!({ "fault": fault })).await;
        assert_eq!(part["status"], 200, "{part}");
        assert!(part["problem"].is_object() && part["body"].is_null(), "{part}");
        assert!(part["text"].as_str().unwrap().starts_with("{\"token\""), "{part}");
    }
    let delayed = played(json!({ "fault": "delay", "delay_ms": 1 })).await;
    assert_eq!(delayed["status"], 200, "{delayed}");
    sandbox.stop().await;
}

#[tokio::test]
async fn the_backup_host_stands_in_for_the_main_host() {
    let sandbox = Controlled::start().await;
    let down = |host: &str| json!({ "fault": "host-down", "host": host });
    sandbox.good("POST", "/sandbox/faults", Some(down("main"))).await;
    let called = sandbox.call(json!({ "name": "create_pre_auth_token" })).await;
    let logged = sandbox.good("GET", &format!("/sandbox/requests/{}", called["exchange"]), None).await;
    assert_eq!((&called["status"], &logged["listener"]), (&json!(200), &json!("backup")));
    sandbox.good("POST", "/sandbox/faults", Some(down("backup"))).await;
    let called = sandbox.call(json!({ "name": "create_pre_auth_token" })).await;
    assert_eq!((&called["status"], &called["exchange"]), (&Value::Null, &Value::Null));
    assert!(called["problem"]["en"].as_str().unwrap().contains("main and the backup host"), "{called}");
    sandbox.good("DELETE", "/sandbox/faults", None).await;
    sandbox.stop().await;
}

#[tokio::test]
async fn a_caller_needs_a_key_that_the_sandbox_has() {
    let sandbox = Controlled::start().await;
    for caller in [json!({ "mchid": sandbox::MCHID }), json!({ "brand_id": sandbox::BRAND_ID })] {
        let called = sandbox.call(json!({ "name": "create_pre_auth_token", "caller": caller })).await;
        assert_eq!(called["status"], 200, "{called}");
        let logged = sandbox.good("GET", &format!("/sandbox/requests/{}", called["exchange"]), None).await;
        assert_eq!(logged["caller"], caller);
    }
    let brand = sandbox.call(json!({ "name": "brand_create_pre_auth_token" })).await;
    assert_eq!(brand["status"], 200, "{brand}");
    let stranger = json!({ "name": "echo", "caller": { "mchid": "1999999999" } });
    let (status, error) = sandbox.send_in("en", "POST", "/sandbox/call", Some(&stranger)).await;
    assert_eq!((status, &error["code"]), (409, &json!("NO_PRIVATE_KEY")), "{error}");
    let message = error["message"].as_str().unwrap();
    assert!(message.contains("mchid 1999999999") && message.contains(sandbox::MCHID), "{message}");

    let keys = sandbox.good("GET", "/sandbox/keys", None).await;
    let merchant = keys["merchants"].as_array().unwrap().iter().find(|one| one["mchid"] == sandbox::MCHID);
    let of_kit = merchant.unwrap()["certificates"][0]["serial_no"].as_str().unwrap().to_owned();
    let mchid = json!({ "mchid": sandbox::MCHID });
    let issued = sandbox.good("POST", "/sandbox/keys/merchant-certificates", Some(mchid)).await;
    let revoked = format!("/sandbox/keys/merchant-certificates/{}/{of_kit}", sandbox::MCHID);
    sandbox.good("DELETE", &revoked, None).await;
    let called = sandbox.call(json!({ "name": "create_pre_auth_token" })).await;
    assert_eq!(called["status"], 200, "the issued certificate signs: {called}");
    let shown = format!("/sandbox/requests/{}", called["exchange"]);
    let head = sandbox.good("GET", &shown, None).await["request"].to_string();
    assert!(head.contains(issued["serial_no"].as_str().unwrap()), "{head}");
    sandbox.stop().await;
}
