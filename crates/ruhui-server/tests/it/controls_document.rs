//! Test of the OpenAPI document of the controls: requests and responses of a real sandbox match its schemas.

use crate::common::socket::*;
use jsonschema::Validator;
use ruhui::Client;
use ruhui::api::card_member::{CreatePayViewToken, CreatePreAuthToken};
use ruhui_server::env::{Clock as _, Env, SystemClock};
use ruhui_server::sandbox::{self, Kit, Options, Sandbox};
use ruhui_server::start::Addresses;
use ruhui_server::store::StoreLocation;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::net::SocketAddr;
use tokio::sync::oneshot;

const OPENID: &str = "oDocumented00000000000000000";

/// A running sandbox, and the document that it serves.
struct Documented {
    operations: SocketAddr,
    document: Value,
    used: BTreeSet<String>,
}

impl Documented {
    async fn start(kit: &Kit) -> Self {
        let url = kit.value("RUHUI_OPERATIONS_URL").unwrap();
        let operations = url.strip_prefix("http://").unwrap().parse().unwrap();
        let mut documented = Self { operations, document: Value::Null, used: BTreeSet::new() };
        let (status, document) = documented.send("GET", "/sandbox/openapi.json", None).await;
        assert_eq!(status, 200);
        documented.document = document;
        documented.used.insert("get /sandbox/openapi.json".to_owned());
        documented
    }

    async fn send(&self, method: &str, target: &str, body: Option<&Value>) -> (u16, Value) {
        let mut wire = Wire::to(self.operations).await;
        let body = body.map(Value::to_string).unwrap_or_default();
        let length = body.len();
        wire.write(format!(
            "{method} {target} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
        ))
        .await;
        let response = wire.response().await;
        (response.status, serde_json::from_str(&response.body).unwrap())
    }

    /// Calls a control, and checks request and response against the document.
    async fn call(&mut self, method: &str, target: &str, body: Option<Value>, wanted: u16) -> Value {
        let (path, operation) = self.operation(method, target);
        let schema = |content: &Value| content["content"]["application/json"]["schema"].clone();
        let request = schema(&operation["requestBody"]);
        if let Some(body) = &body
            && wanted == 200
        {
            self.check(&request, body, &format!("request of {method} {target}"));
        }
        let (status, response) = self.send(method, target, body.as_ref()).await;
        assert_eq!(status, wanted, "{method} {target}: {response}");
        let described = &operation["responses"][status.to_string()];
        assert!(described.is_object(), "{method} {path} has no response {status}");
        self.check(&schema(described), &response, &format!("response of {method} {target}"));
        if status == 200 {
            self.used.insert(format!("{} {path}", method.to_lowercase()));
        }
        response
    }

    /// Sends a text to a control, and checks the response against the document.
    async fn call_raw(&mut self, target: &str, text: &str, wanted: u16) -> Value {
        let (path, operation) = self.operation("POST", target);
        let mut wire = Wire::to(self.operations).await;
        let length = text.len();
        wire.write(format!("POST {target} HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: {length}\r\n\r\n{text}")).await;
        let received = wire.response().await;
        let response: Value = serde_json::from_str(&received.body).unwrap();
        assert_eq!(received.status, wanted, "{target}: {response}");
        let schema = &operation["responses"][wanted.to_string()]["content"]["application/json"]["schema"];
        self.check(schema, &response, &format!("response of {target}"));
        self.used.insert(format!("post {path}"));
        response
    }

    /// Finds the operation of a target. A path without fields comes before one with fields.
    fn operation(&self, method: &str, target: &str) -> (String, Value) {
        let target = target.split('?').next().unwrap();
        let fits = |path: &str| {
            let (fields, values) = (path.split('/'), target.split('/'));
            fields.clone().count() == values.clone().count()
                && fields.zip(values).all(|(field, value)| field.starts_with('{') || field == value)
        };
        let paths = self.document["paths"].as_object().unwrap();
        let found = paths.get_key_value(target).or_else(|| paths.iter().find(|(path, _)| fits(path)));
        let (path, operations) = found.unwrap_or_else(|| panic!("{target} is not documented"));
        let operation = operations[method.to_lowercase()].clone();
        assert!(operation.is_object(), "{method} {path} is not documented");
        (path.clone(), operation)
    }

    fn check(&self, schema: &Value, value: &Value, what: &str) {
        // The schema refers to the components, so it stands next to them.
        let whole = json!({ "allOf": [schema], "components": self.document["components"] });
        let validator: Validator = jsonschema::draft202012::new(&whole).unwrap();
        let errors: Vec<String> =
            validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(errors.is_empty(), "{what}: {errors:#?}\n{value:#}");
    }
}

async fn open(root: &std::path::Path) -> Sandbox {
    let any: Option<SocketAddr> = Some("127.0.0.1:0".parse().unwrap());
    let addresses = Addresses { main: any, backup: any, operations: any, ..Addresses::default() };
    let options = Options { addresses, store: Some(StoreLocation::Memory), ..Options::default() };
    sandbox::open(root, Env::system(), options).await.unwrap()
}

fn client(kit: &Kit) -> Client {
    let value = |name: &str| kit.value(name).unwrap().to_owned();
    let [mchid, serial_no, key] = ["RUHUI_MCHID", "RUHUI_SERIAL_NO", "RUHUI_PRIVATE_KEY"].map(value);
    let [id, public_key] = ["RUHUI_WECHATPAY_PUBLIC_KEY_ID", "RUHUI_WECHATPAY_PUBLIC_KEY"].map(value);
    let [main, backup] = ["RUHUI_BASE_URL", "RUHUI_BACKUP_URL"].map(value);
    Client::partner(mchid, serial_no, key, id, public_key).unwrap().hosts(main, backup).build().unwrap()
}

async fn show_contents(controls: &mut Documented) {
    let card_id = sandbox::CARD_ID;
    let activity = json!({ "name": "create_membership_activity", "fields": {
        "out_request_no": "a-1", "card_id": card_id, "activity_channel": "MECHANT_APP_COMPONENT",
        "title": "Coffee", "sub_title": "for you", "begin_time": "2020-01-01T00:00:00+08:00",
        "end_time": "2099-01-01T00:00:00+08:00", "apply_total": 5,
        "product_coupon_stock_list": [{ "product_coupon_id": "1", "stock_id": "2" }],
    }});
    let made = controls.call("POST", "/sandbox/call", Some(activity), 200).await;
    for list in
        ["merchants", "brands", "templates", "user-cards?limit=1", "users?limit=1", "tokens", "activities"]
    {
        let listed = controls.call("GET", &format!("/sandbox/state/{list}"), None, 200).await;
        assert_ne!(listed["data"], json!([]), "{list}");
    }
    let activity = format!("/sandbox/state/activities/{}", made["body"]["activity_id"]);
    controls.call("GET", &activity, None, 200).await;
    controls.call("GET", &format!("/sandbox/state/templates/{card_id}"), None, 200).await;
    controls.call("GET", "/sandbox/state/templates?count_cards=false", None, 200).await;
    let user_cards = format!("/sandbox/state/user-cards/{card_id}/{OPENID}?show_sensitive=true");
    let shown = controls.call("GET", &user_cards, None, 200).await;
    assert_eq!(
        (&shown["feeds"][0]["cell"], &shown["redemptions"][0]["deduct_points"]),
        (&json!("1_400"), &json!(10))
    );
    for unknown in ["templates/pNothing", "activities/17", "user-cards/pNothing/oNobody"] {
        controls.call("GET", &format!("/sandbox/state/{unknown}"), None, 404).await;
    }
    controls.call("GET", "/sandbox/state/user-cards?state=NEW", None, 400).await;
}

async fn change_keys(controls: &mut Documented) {
    let mchid = sandbox::MCHID;
    controls.call("GET", "/sandbox/keys", None, 200).await;
    let staged = json!({ "mchid": mchid, "key_stage": "both_certificate", "public_key_callbacks": 50 });
    controls.call("POST", "/sandbox/keys/stage", Some(staged), 200).await;
    controls
        .call("POST", "/sandbox/keys/stage", Some(json!({ "mchid": "1", "key_stage": "public_key" })), 404)
        .await;
    controls
        .call("POST", "/sandbox/keys/stage", Some(json!({ "mchid": mchid, "key_stage": "none" })), 400)
        .await;

    let platform = "/sandbox/keys/platform-certificates";
    let issued = controls.call("POST", platform, Some(json!({})), 200).await;
    let new = issued["serial_no"].as_str().unwrap();
    let used = json!({ "serial_no": new });
    controls.call("POST", &format!("{platform}/use"), Some(used), 200).await;
    controls.call("POST", &format!("{platform}/use"), Some(json!({ "serial_no": "0" })), 404).await;
    controls.call("DELETE", &format!("{platform}/{new}"), None, 409).await;
    let keys = controls.call("GET", "/sandbox/keys", None, 200).await;
    let old = keys["platform"]["certificates"][1]["serial_no"].as_str().unwrap();
    controls.call("DELETE", &format!("{platform}/{old}"), None, 200).await;

    let own = "/sandbox/keys/merchant-certificates";
    let issued = controls.call("POST", own, Some(json!({ "mchid": mchid })), 200).await;
    let serial_no = issued["serial_no"].as_str().unwrap();
    controls.call("DELETE", &format!("{own}/{mchid}/{serial_no}"), None, 200).await;
    controls.call("DELETE", &format!("{own}/{mchid}/{serial_no}"), None, 404).await;
    controls.call("POST", "/sandbox/keys/apiv3-key", Some(json!({ "mchid": mchid })), 200).await;
    let short = json!({ "mchid": mchid, "apiv3_key": "short" });
    controls.call("POST", "/sandbox/keys/apiv3-key", Some(short), 400).await;
}

/// Explains a request whose header names a key of the kit, and reads the kit.
async fn explain(controls: &mut Documented) {
    controls.call("GET", "/sandbox/kit", None, 200).await;
    let kit = controls.call("GET", "/sandbox/kit?show_sensitive=true", None, 200).await;
    let value = |name: &str| kit["variables"][name].as_str().unwrap().to_owned();
    let listed = controls.call("GET", "/sandbox/kit/programs", None, 200).await;
    let clients = listed["clients"].as_array().unwrap();
    assert_eq!(clients.len(), 12);
    for client in clients {
        let target = format!("/sandbox/kit/programs/{}", client["client"].as_str().unwrap());
        let token = controls.call("GET", &target, None, 200).await;
        assert_eq!(token["not_run_in_ci"], client["not_run_in_ci"]);
        // A shell cannot decrypt.
        let status = if client["client"] == "curl" { 404 } else { 200 };
        controls.call("GET", &format!("{target}?task=callbacks"), None, status).await;
    }
    controls.call("GET", "/sandbox/kit/programs/go?task=dance", None, 400).await;
    controls.call("GET", "/sandbox/kit/programs/cobol", None, 404).await;

    let key = ruhui::key::PrivateKey::from_pem(&value("RUHUI_PRIVATE_KEY").replace("\\n", "\n")).unwrap();
    // The certificate of a new kit is valid from now on.
    let timestamp = SystemClock.now().as_second();
    let signature = key.sign(format!("GET\n/v3/certificates\n{timestamp}\nN\n").as_bytes());
    let header = format!(
        "WECHATPAY2-SHA256-RSA2048 mchid=\"{}\",nonce_str=\"N\",signature=\"{signature}\",timestamp=\"{timestamp}\",serial_no=\"{}\"",
        value("RUHUI_MCHID"),
        value("RUHUI_SERIAL_NO"),
    );
    let request = format!(
        "GET /v3/certificates HTTP/1.1\r\nAccept: */*\r\nUser-Agent: a\r\nAuthorization: {header}\r\n\r\n"
    );
    let explained = controls.call_raw("/sandbox/explain", &request, 200).await;
    let diagnosis = &explained["diagnosis"];
    assert_eq!(diagnosis["findings"][0]["id"], "last_line_feed_missing");
    assert!(diagnosis["findings"][0]["remedies"]["go"].as_str().unwrap().contains("Sprintf"));
    assert_eq!(diagnosis["key"]["file"], "kit/apiclient_key.pem");
    assert_eq!(explained["expected"]["message"], format!("GET\n/v3/certificates\n{timestamp}\nN\n\n"));
    let header_alone = controls.call_raw("/sandbox/explain", &format!("Authorization: {header}"), 200).await;
    assert_eq!(header_alone["diagnosis"]["verdict"], "incomplete");
    controls.call_raw("/sandbox/explain?exchange=2", &request, 400).await;
    controls.call_raw("/sandbox/explain", "no request", 400).await;
    controls.call_raw("/sandbox/explain", "HTTP/1.1 200 OK\r\nWechatpay-Signature: a\r\n\r\n", 400).await;
    controls.call_raw("/sandbox/explain", &"a".repeat((4 << 20) + 1), 400).await;
}

#[tokio::test]
async fn requests_and_responses_are_as_the_document_says() {
    let folder = tempfile::tempdir().unwrap();
    let sandbox = open(folder.path()).await;
    let kit = sandbox.kit().clone();
    let (stop, stopped) = oneshot::channel::<()>();
    let running = tokio::spawn(sandbox.run(async {
        let _ = stopped.await;
    }));
    let (client, mut controls) = (client(&kit), Documented::start(&kit).await);
    let (brand_id, card_id) = (sandbox::BRAND_ID.parse().unwrap(), sandbox::CARD_ID.parse().unwrap());
    let openid = OPENID.parse().unwrap();
    let token =
        client.create_pre_auth_token(&CreatePreAuthToken { brand_id, card_id, openid }).await.unwrap();
    let token = token.token.as_str();
    let about = |openid: &str| json!({ "card_id": sandbox::CARD_ID, "openid": openid });

    controls.call("POST", "/sandbox/events/pause", Some(json!({})), 200).await;
    controls.call("GET", &format!("/sandbox/join?token={token}&scene=CARD_MEMBER"), None, 200).await;
    controls.call("GET", &format!("/sandbox/join?token={token}&scene="), None, 409).await;
    let shown = controls.call("GET", &format!("/sandbox/state/tokens/{token}"), None, 200).await;
    assert_eq!([&shown["openid"], &shown["state"]], [OPENID, "unused"]);
    controls.call("GET", "/sandbox/state/tokens/nothing", None, 404).await;
    let no_phone = controls.call("POST", "/sandbox/join", Some(json!({ "token": token })), 409).await;
    assert_eq!(no_phone["detail"]["field"], "phone_number");
    let long = json!({ "token": token, "phone_number": "1".repeat(33) });
    let long = controls.call("POST", "/sandbox/join", Some(long), 400).await;
    assert_eq!(long["detail"]["field"], "/phone_number");
    let agreed = json!({ "token": token, "phone_number": "13900000000" });
    let joined = controls.call("POST", "/sandbox/join", Some(agreed.clone()), 200).await;
    controls.call("POST", "/sandbox/join", Some(agreed), 409).await;
    controls.call("POST", "/sandbox/snapshots", Some(json!({ "name": "joined" })), 200).await;
    controls.call("GET", "/sandbox/snapshots", None, 200).await;
    let code = joined["user_card"]["user_card_code"].as_str().unwrap();
    let confirmation = json!({
        "brand_id": sandbox::BRAND_ID, "card_id": sandbox::CARD_ID, "openid": OPENID,
        "user_card_code": code, "user_card_confirm_state": "CREATE_CARD_SUCCESS",
    });
    let confirm: ruhui::api::card_member::ConfirmUserCard = serde_json::from_value(confirmation).unwrap();
    client.confirm_user_card(&confirm).await.unwrap();
    controls.call("POST", "/sandbox/points/view", Some(about(OPENID)), 200).await;
    let redeem = json!({ "card_id": sandbox::CARD_ID, "openid": OPENID, "deduct_points": 10 });
    controls.call("POST", "/sandbox/points/redeem", Some(redeem), 200).await;
    let pay: CreatePayViewToken = serde_json::from_value(json!({
        "brand_id": sandbox::BRAND_ID, "card_id": sandbox::CARD_ID, "openid": OPENID,
    }))
    .unwrap();
    let paying: Value = serde_json::from_slice(client.exchange(&pay).await.unwrap().body()).unwrap();
    let offer = format!("/sandbox/pay-view?token={}", paying["token"].as_str().unwrap());
    controls.call("GET", &offer, None, 200).await;
    let feed = json!({ "name": "create_user_feed", "fields": {
        "card_id": sandbox::CARD_ID, "openid": OPENID, "user_card_code": code, "out_request_no": "f-1", "cell": "1_400",
    }});
    controls.call("POST", "/sandbox/call", Some(feed), 200).await;
    controls.call("POST", "/sandbox/pay-view", Some(json!({ "token": paying["token"] })), 200).await;
    let mut open = about("oOpened000000000000000000000");
    open["phone_number"] = json!("13900000000");
    controls.call("POST", "/sandbox/user-cards/open", Some(open), 200).await;
    controls.call("POST", "/sandbox/user-cards/delete", Some(about(OPENID)), 200).await;

    show_contents(&mut controls).await;
    let events = controls.call("GET", "/sandbox/events?state=waiting", None, 200).await;
    let ids: Vec<&str> =
        events["data"].as_array().unwrap().iter().map(|event| event["event_id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), 5, "{events}");
    let event = format!("/sandbox/events/{}", ids[0]);
    controls.call("GET", "/sandbox/deliveries", None, 200).await;
    let closed = json!({ "notify_url": "http://127.0.0.1:1/notify" });
    controls.call("POST", &format!("{event}/redirect"), Some(closed.clone()), 200).await;
    controls.call("POST", "/sandbox/events/redirect", Some(closed), 200).await;
    controls.call("POST", &format!("{event}/resend"), Some(json!({ "times": 2 })), 200).await;
    controls.call("POST", &format!("{event}/resend"), Some(json!({ "times": 11 })), 400).await;
    controls.call("GET", &event, None, 200).await;
    controls.call("GET", "/sandbox/events/nothing", None, 404).await;
    controls.call("POST", &format!("{event}/drop"), Some(json!({})), 200).await;
    controls.call("POST", &format!("{event}/drop"), Some(json!({})), 409).await;
    controls.call("POST", "/sandbox/events/resume", Some(json!({})), 200).await;
    let unknown = json!({ "card_id": "pNothing" });
    controls.call("POST", "/sandbox/probe", Some(unknown), 409).await;

    let called = json!({ "name": "query_card_template", "caller": { "mchid": sandbox::MCHID } });
    controls.call("POST", "/sandbox/call", Some(called), 200).await;
    let called = json!({ "method": "GET", "target": "/v3/nothing" });
    controls.call("POST", "/sandbox/call", Some(called), 200).await;
    let wrong = json!({ "name": "query_card_template", "fields": { "card": "p" } });
    controls.call("POST", "/sandbox/call", Some(wrong), 400).await;
    let picture = json!({ "filename": "card.png", "base64": "dGV4dA==" });
    controls
        .call("POST", "/sandbox/call", Some(json!({ "name": "upload_image", "picture": picture })), 200)
        .await;
    let stranger = json!({ "name": "echo", "caller": { "mchid": "1999999999" } });
    controls.call("POST", "/sandbox/call", Some(stranger), 409).await;
    let newest = controls.call("GET", "/sandbox/requests?path=nothing", None, 200).await;
    let id = &newest["data"][0]["id"];
    controls.call("POST", &format!("/sandbox/requests/{id}/replay"), Some(json!({})), 200).await;
    controls.call("GET", &format!("/sandbox/requests/{id}/curl"), None, 200).await;
    controls.call("GET", "/sandbox/requests/nothing/curl", None, 404).await;
    controls.call("GET", "/sandbox/triggers", None, 200).await;
    for what in ["redemption", "expired-card"] {
        controls.call("POST", "/sandbox/triggers", Some(json!({ "what": what })), 200).await;
    }
    let again = json!({ "what": "member", "openid": OPENID, "card_id": "pNothing" });
    controls.call("POST", "/sandbox/triggers", Some(again), 404).await;

    controls.call("GET", "/sandbox/clock", None, 200).await;
    for change in [json!({ "advance_seconds": 60 }), json!({ "freeze": true }), json!({ "resume": true })] {
        controls.call("POST", "/sandbox/clock", Some(change), 200).await;
    }
    controls.call("POST", "/sandbox/clock", Some(json!({ "advance_seconds": -60 })), 400).await;
    controls.call("POST", "/sandbox/reload", Some(json!({})), 200).await;
    change_keys(&mut controls).await;

    let reset = json!({ "fault": "system-error", "path": "/v3/certificates", "times": 1, "nth": 1 });
    controls.call("POST", "/sandbox/faults", Some(reset), 200).await;
    let delay = json!({
        "fault": "delay", "at": "after", "delay_ms": 1, "path": "/v3/certificates", "method": "GET",
        "caller": sandbox::MCHID, "host": "main", "probability": 1.0, "seed": 3,
    });
    let delay = controls.call("POST", "/sandbox/faults", Some(delay), 200).await;
    let lost = json!({ "fault": "callback-lost", "event_type": "USER_CARD.CREATE", "openid": OPENID });
    controls.call("POST", "/sandbox/faults", Some(lost), 200).await;
    controls.call("POST", "/sandbox/faults", Some(json!({ "fault": "delay" })), 400).await;
    let failed = client.call(http::Method::GET, "/v3/certificates", Vec::new()).await.unwrap_err();
    assert_eq!(failed.status().map(|status| status.as_u16()), Some(500));
    let played = controls.call("GET", "/sandbox/requests?fault=any&kind=request", None, 200).await;
    assert_ne!(played["data"], json!([]), "the faults were played");
    controls.call("GET", "/sandbox/faults", None, 200).await;
    controls.call("GET", "/sandbox/faults/kinds", None, 200).await;
    controls.call("DELETE", &format!("/sandbox/faults/{}", delay["id"].as_str().unwrap()), None, 200).await;
    controls.call("DELETE", "/sandbox/faults/nothing", None, 404).await;
    controls.call("DELETE", "/sandbox/faults", None, 200).await;

    explain(&mut controls).await;
    let lost = client.call(http::Method::GET, "/v3/certificatez", Vec::new()).await.unwrap_err();
    assert_eq!(lost.status().map(|status| status.as_u16()), Some(404));
    let requests = controls.call("GET", "/sandbox/requests?kind=all&limit=1000", None, 200).await;
    for request in requests["data"].as_array().unwrap() {
        controls
            .call("GET", &format!("/sandbox/requests/{}?show_sensitive=true", request["id"]), None, 200)
            .await;
    }
    controls.call("GET", "/sandbox/requests/har", None, 200).await;
    controls.call("DELETE", "/sandbox/requests", None, 200).await;
    controls.call("GET", "/sandbox/requests/1", None, 404).await;

    client.call(http::Method::GET, "/v3/certificates", Vec::new()).await.unwrap();
    controls.call("POST", "/sandbox/restore", Some(json!({ "name": "joined" })), 200).await;
    controls.call("POST", "/sandbox/restore", Some(json!({ "name": "nothing" })), 404).await;
    controls.call("DELETE", "/sandbox/snapshots/joined", None, 200).await;
    let listed = controls.call("GET", "/sandbox/requests?path=certificates", None, 200).await;
    assert_eq!(listed["data"].as_array().unwrap().len(), 1, "a restore keeps the log: {listed}");
    controls.call("POST", "/sandbox/reset", Some(json!({})), 200).await;
    let listed = controls.call("GET", "/sandbox/requests", None, 200).await;
    assert_eq!(listed["data"], json!([]), "a reset empties the log");

    let mut unused: BTreeSet<String> = BTreeSet::new();
    for (path, operations) in controls.document["paths"].as_object().unwrap() {
        unused.extend(operations.as_object().unwrap().keys().map(|method| format!("{method} {path}")));
    }
    // A probe needs a receiver; its rejection is checked above.
    let unused: Vec<_> =
        unused.difference(&controls.used).filter(|name| *name != "post /sandbox/probe").collect();
    assert!(unused.is_empty(), "{unused:?}");
    let _ = stop.send(());
    running.await.unwrap();
}
