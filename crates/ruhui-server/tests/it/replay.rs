//! Tests of the controls that send a request of the log again, and of triggers, against a real sandbox.

use crate::common::controlled::Controlled;
use crate::common::socket;
use ruhui_server::sandbox;
use serde_json::{Value, json};

impl Controlled {
    async fn replay(&self, id: &Value) -> Value {
        self.good("POST", &format!("/sandbox/requests/{id}/replay"), Some(json!({}))).await
    }

    /// Sends a request to the controls that is rejected, and returns status, code and message.
    async fn bad(&self, method: &str, target: &str, body: Value) -> (u16, String, String) {
        let (status, error) = self.send_in("en", method, target, Some(&body)).await;
        let text = |name: &str| error[name].as_str().unwrap_or_else(|| panic!("{error}")).to_owned();
        let (_, chinese) = self.send_in("zh", method, target, Some(&body)).await;
        assert!(chinese["message"].as_str().unwrap().chars().any(|c| c > '\u{4e00}'), "{chinese}");
        (status, text("code"), text("message"))
    }
}

#[tokio::test]
async fn a_request_is_sent_again_with_a_new_signature() {
    let sandbox = Controlled::start().await;
    let first = sandbox.call(json!({ "name": "create_pre_auth_token" })).await;
    let again = sandbox.replay(&first["exchange"]).await;
    assert_eq!((&again["status"], &again["idempotent"]), (&json!(200), &json!(true)), "{again}");
    assert_ne!(again["body"]["token"], first["body"]["token"], "it is no resend of the same signature");
    let logged = sandbox.good("GET", &format!("/sandbox/requests/{}", again["exchange"]), None).await;
    assert!(logged.get("replayed").is_none(), "{logged}");
    // The Request-ID names a request, too.
    let by_request_id = format!("/sandbox/requests/{}/replay", first["request_id"].as_str().unwrap());
    assert_eq!(sandbox.good("POST", &by_request_id, Some(json!({}))).await["status"], 200);

    let member = sandbox.good("POST", "/sandbox/triggers", Some(json!({ "what": "member" }))).await;
    let confirmed = &member["steps"][2];
    assert_eq!(confirmed["name"], "confirm_user_card");
    let again = sandbox.replay(&confirmed["exchange"]).await;
    assert_eq!(again["idempotent"], false, "{again}");
    // Its encrypted fields are for the key that it names.
    assert_ne!(again["body"]["code"], "PARAM_ERROR", "{again}");
    sandbox.stop().await;
}

#[tokio::test]
async fn a_rejected_request_gets_the_callers_right_signature() {
    let sandbox = Controlled::start().await;
    for caller in ["mchid=\"1900000001\"", "mchid=\"1999999999\"", "mchid=\"no number\""] {
        let mut wire = socket::Wire::to(sandbox.main()).await;
        let authorization = format!(
            "WECHATPAY2-SHA256-RSA2048 {caller},nonce_str=\"n\",signature=\"YWJj\",timestamp=\"1\",serial_no=\"1\""
        );
        wire.write(format!(
            "GET /v3/certificates HTTP/1.1\r\nHost: a\r\nAccept: application/json\r\nUser-Agent: a\r\nX-Mine: it's\r\nAuthorization: {authorization}\r\n\r\n"
        ))
        .await;
        let rejected = wire.response().await;
        assert!([400, 401].contains(&rejected.status), "{}", rejected.status);
        let id = sandbox.newest().await;
        let again = sandbox.replay(&json!(id)).await;
        assert_eq!(again["status"], 200, "{caller}: {again}");
        let curl = sandbox.good("GET", &format!("/sandbox/requests/{id}/curl"), None).await;
        let command = curl["command"].as_str().unwrap();
        let url = sandbox.kit.value("RUHUI_BASE_URL").unwrap();
        assert!(command.starts_with(&format!("curl -i -X GET {url}/v3/certificates \\\n")), "{command}");
        assert!(command.contains(r"-H 'x-mine: it'\''s'"), "{command}");
        assert!(!command.contains("YWJj") && command.contains("mchid=\"1900000001\""), "{command}");
    }
    sandbox.stop().await;
}

/// While many large requests are in progress, the log cuts a further one. Its explanation is still that of the bytes that
/// arrived, and names no header as missing.
#[tokio::test]
async fn a_request_whose_head_is_cut_is_explained_and_not_sent_again() {
    let sandbox = Controlled::start().await;
    let main = sandbox.main();
    let start = "GET /v3/certificates HTTP/1.1\r\nHost: a\r\nAccept: application/json\r\nUser-Agent: a";
    // What is cut is the signature.
    let end = "Authorization: WECHATPAY2-SHA256-RSA2048 mchid=\"1900000001\",nonce_str=\"n\",signature=\"YWJj\",timestamp=\"1\",serial_no=\"1\"";
    let large = format!("{start}\r\nX: {}\r\n{end}\r\n", "a".repeat(30_000));
    let mut in_progress = Vec::new();
    let cut = loop {
        assert!(in_progress.len() < 300, "the log keeps whatever is sent");
        for _ in 0..30 {
            let mut wire = socket::Wire::to(main).await;
            wire.write(large.clone()).await;
            in_progress.push(wire);
        }
        let mut wire = socket::Wire::to(main).await;
        wire.write(format!("{large}\r\n")).await;
        assert_eq!(wire.response().await.status, 401);
        let id = sandbox.newest().await;
        let shown = sandbox.good("GET", &format!("/sandbox/requests/{id}"), None).await;
        if shown["request"]["complete"] == false {
            let shown = shown["diagnosis"]["findings"].to_string();
            assert!(shown.contains("serial_unknown") && !shown.contains("missing"), "{shown}");
            break id;
        }
    };
    for (method, act) in [("POST", "replay"), ("GET", "curl")] {
        let (status, code, _) =
            sandbox.bad(method, &format!("/sandbox/requests/{cut}/{act}"), json!({})).await;
        assert_eq!((status, code.as_str()), (409, "HEAD_NOT_KEPT"));
    }
    // An ordinary request is logged whole all the same.
    assert_eq!(sandbox.call(json!({ "name": "create_pre_auth_token" })).await["status"], 200);
    let id = sandbox.newest().await;
    assert_eq!(
        sandbox.good("GET", &format!("/sandbox/requests/{id}"), None).await["request"]["complete"],
        true
    );
    // The sandbox would wait for them.
    drop(in_progress);
    sandbox.stop().await;
}

#[tokio::test]
async fn what_cannot_be_sent_again_says_why() {
    let sandbox = Controlled::start().await;
    let main = sandbox.main();
    let send = async |bytes: String| {
        let mut wire = socket::Wire::to(main).await;
        wire.write(bytes).await;
        wire.response().await;
        sandbox.newest().await
    };
    let garbage = send("no HTTP at all\r\n\r\n".to_owned()).await;
    let large = "a".repeat(900 << 10);
    let large =
        send(format!("POST /v3/x HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n\r\n{large}", large.len()))
            .await;
    let form = send(
        "POST /v3/x HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 2\r\n\r\n--"
            .to_owned(),
    )
    .await;
    let bytes =
        send("POST /v3/x HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n".to_owned() + "\u{e9}").await;
    sandbox.good("POST", "/sandbox/clock", Some(json!({ "advance_seconds": 1 }))).await;
    let control = sandbox.newest().await;
    for (id, code) in
        [(garbage, "NOT_HTTP"), (large, "BODY_NOT_KEPT"), (form, "IS_UPLOAD"), (control, "IS_CONTROL")]
    {
        for (method, act) in [("POST", "replay"), ("GET", "curl")] {
            let target = format!("/sandbox/requests/{id}/{act}");
            let (status, said, _) = sandbox.bad(method, &target, json!({})).await;
            assert_eq!((status, said.as_str()), (409, code), "{target}");
        }
    }
    assert_eq!(sandbox.replay(&json!(bytes)).await["status"], 404);
    let (status, code, _) = sandbox.bad("POST", "/sandbox/requests/999/replay", json!({})).await;
    assert_eq!((status, code.as_str()), (404, "NOT_FOUND"));
    sandbox.stop().await;
}

#[tokio::test]
async fn each_trigger_brings_about_its_state_in_both_families() {
    let sandbox = Controlled::start().await;
    let states = [
        ("member", "EFFECTIVE", &["USER_CARD.CREATE"][..]),
        ("pending-card", "UNACTIVATED", &["USER_CARD.CREATE"]),
        ("points-sync", "EFFECTIVE", &["SYNC_USER_POINT", "USER_CARD.CREATE"]),
        ("redemption", "EFFECTIVE", &["POINT_EXCHANGE_COUPON", "USER_CARD.CREATE"]),
        ("deleted-card", "INVALID", &["USER_CARD.DELETE", "USER_CARD.CREATE"]),
        ("expired-card", "EXPIRED", &[]),
    ];
    let listed = sandbox.good("GET", "/sandbox/triggers", None).await;
    let names: Vec<&str> =
        listed["data"].as_array().unwrap().iter().map(|line| line["what"].as_str().unwrap()).collect();
    assert_eq!(names, states.map(|(name, ..)| name));
    for (what, state, events) in states {
        for (family, code_mode) in [("partner", "system"), ("brand", "system"), ("partner", "merchant")] {
            let body = json!({ "what": what, "family": family, "code_mode": code_mode });
            let done = sandbox.good("POST", "/sandbox/triggers", Some(body.clone())).await;
            assert_eq!((&done["trigger"], &done["card"]["user_card_state"]), (&json!(what), &json!(state)));
            let types: Vec<&str> = done["events"]
                .as_array()
                .unwrap()
                .iter()
                .map(|event| event["event_type"].as_str().unwrap().split_once('.').unwrap().1)
                .collect();
            assert_eq!(types, events, "{body}");
            for (index, step) in done["steps"].as_array().unwrap().iter().enumerate() {
                assert_eq!(step["number"], index + 1);
                match step["kind"].as_str().unwrap() {
                    "request" => assert!(step["exchange"].is_u64() && step["status"] == 200, "{step}"),
                    _ => assert!(step["about"]["zh"].is_string(), "{step}"),
                }
            }
        }
    }
    sandbox.stop().await;
}

#[tokio::test]
async fn a_step_that_is_rejected_ends_a_trigger() {
    let sandbox = Controlled::start().await;
    let named = json!({ "what": "member", "openid": "oNamed0000000000000000000000" });
    sandbox.good("POST", "/sandbox/triggers", Some(named.clone())).await;
    let (status, code, message) = sandbox.bad("POST", "/sandbox/triggers", named.clone()).await;
    assert_eq!((status, code.as_str()), (409, "STEP_FAILED"));
    assert!(message.starts_with("create_pre_auth_token: rejected: 400 INVALID_REQUEST"), "{message}");
    let (_, error) = sandbox.send_in("en", "POST", "/sandbox/triggers", Some(&named)).await;
    assert_eq!(error["detail"]["steps"][0]["status"], 400, "{error}");

    sandbox.good("POST", "/sandbox/faults", Some(json!({ "fault": "reset" }))).await;
    let (_, _, message) = sandbox.bad("POST", "/sandbox/triggers", json!({ "what": "member" })).await;
    assert!(message.starts_with("create_pre_auth_token: the connection ended"), "{message}");
    sandbox.good("DELETE", "/sandbox/faults", None).await;

    for (body, said) in [
        (json!({ "what": "membr" }), "`what`: \"membr\" is not possible"),
        (json!({ "what": "member", "family": "x" }), "`family`: \"x\" is not possible"),
        (json!({ "what": "member", "code_mode": "x" }), "`code_mode`: \"x\" is not possible"),
        (json!({}), "what"),
    ] {
        let (status, _, message) = sandbox.bad("POST", "/sandbox/triggers", body).await;
        assert!(status == 400 && message.contains(said), "{message}");
    }
    let unknown = json!({ "what": "member", "card_id": "pNothing" });
    let (status, _, message) = sandbox.bad("POST", "/sandbox/triggers", unknown).await;
    assert!(status == 404 && message.contains("pNothing"), "{message}");
    let other = json!({ "what": "member", "card_id": sandbox::CARD_ID, "family": "brand" });
    let done = sandbox.good("POST", "/sandbox/triggers", Some(other)).await;
    assert_eq!(done["card"]["brand_id"], sandbox::BRAND_ID, "{done}");
    sandbox.stop().await;
}
