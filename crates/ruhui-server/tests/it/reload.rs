//! Tests of a running sandbox whose folder changes: `ruhui.toml` and key files are read again, and a second sandbox is rejected.

use crate::common::served::*;
use crate::common::*;
use ruhui::api::card_member::{CreatePreAuthToken, QueryCardTemplate};
use ruhui::api::certificates::ListCertificates;
use ruhui_server::env::Env;
use ruhui_server::sandbox::{self, Options, Ports, Sandbox};
use ruhui_server::start::{Addresses, StartError};
use serde_json::{Value, json};
use std::net::TcpListener;
use std::sync::Arc;

impl Served {
    /// Sends a request to the controls under a host name.
    async fn control(&self, host: Option<&str>, path: &str, body: &str) -> (u16, Value) {
        self.ask_under(host, "POST", path, body).await
    }

    async fn token(&self, openid: &str) -> Result<String, String> {
        let call = CreatePreAuthToken {
            brand_id: BRAND_ID.parse().unwrap(),
            card_id: CARD_ID.parse().unwrap(),
            openid: openid.parse().unwrap(),
        };
        let token = self.client().create_pre_auth_token(&call).await;
        token.map(|token| token.token.as_str().to_owned()).map_err(|error| error.to_string())
    }

    async fn notify_url(&self) -> String {
        let call =
            QueryCardTemplate { brand_id: BRAND_ID.parse().unwrap(), card_id: CARD_ID.parse().unwrap() };
        self.client().send(&call).await.unwrap().notify_url.as_str().to_owned()
    }
}

const NEWCOMER: &str = "oNewcomer0000000000000000000";

#[tokio::test]
async fn a_valid_change_is_applied_and_named() {
    let sandbox = Served::new().await;
    let token = sandbox.token(NEWCOMER).await.unwrap();
    assert_eq!(sandbox.reload().await, json!({ "changes": [], "at_next_start": [] }));

    sandbox.edit("unknown_openids = \"accept\"", "unknown_openids = \"reject\"");
    sandbox.edit("openid = \"oForeign00000000000000000000\"", "openid = \"oForeign00000000000000000001\"");
    sandbox.append(&format!(
        "[[templates]]\ncard_id = \"pAddedTemplate00000000000001\"\nbrand_id = \"1005\"\nappid = \"{}\"\n",
        "wxea9c30a90fs8d3fe"
    ));
    let answer = sandbox.reload().await;
    assert_eq!(
        answer,
        json!({
            "changes": [
                { "key": "service.unknown_openids", "change": "edited" },
                { "key": "templates.pAddedTemplate00000000000001", "change": "added" },
                { "key": "users.oForeign00000000000000000000", "change": "removed" },
                { "key": "users.oForeign00000000000000000001", "change": "added" },
            ],
            "at_next_start": [],
        })
    );
    let error = sandbox.token(NEWCOMER).await.unwrap_err();
    assert!(error.contains("INVALID_REQUEST"), "{error}");
    sandbox.token(OPENID).await.unwrap();
    assert_eq!(sandbox.reload().await["changes"], json!([]), "what was applied is no change");

    // The token of before the change was made by a caller, so it stays.
    let (status, joined) = sandbox
        .control(None, "/sandbox/join", &json!({ "token": token, "phone_number": PHONE }).to_string())
        .await;
    assert!(status == 409 && joined["code"] == "USER_REJECTED", "the token is known: {joined}");
    sandbox.stop().await;
}

#[tokio::test]
async fn an_invalid_file_changes_nothing_and_is_named_with_line_and_key() {
    let sandbox = Served::new().await;
    sandbox.edit("certificates = \"on\"", "certificates = \"off\"");
    sandbox.edit("unknown_openids = \"accept\"", "unknown_openids = \"perhaps\"");
    let text = std::fs::read_to_string(sandbox.path("ruhui.toml")).unwrap();
    let line = 1 + text.lines().position(|line| line.starts_with("unknown_openids")).unwrap();
    let (status, answer) = sandbox.control(None, "/sandbox/reload", "{}").await;
    assert_eq!((status, &answer["code"]), (409, &json!("CONFIG_INVALID")), "{answer}");
    let file = sandbox.folder.path().canonicalize().unwrap().join("ruhui.toml");
    assert_eq!(answer["detail"], json!({ "file": file, "line": line, "key": "service.unknown_openids" }));
    let message = answer["message"].as_str().unwrap();
    assert!(message.ends_with("`perhaps` is not a value of it; it takes `accept`, `reject`"), "{message}");
    assert!(
        sandbox.client().send(&ListCertificates {}).await.is_ok(),
        "the valid half of the file is not applied either"
    );
    sandbox.token(NEWCOMER).await.unwrap();

    sandbox.edit("\"perhaps\"", "\"accept\"");
    assert_eq!(
        sandbox.reload().await["changes"],
        json!([{ "key": "service.certificates", "change": "edited" }])
    );
    assert!(sandbox.client().send(&ListCertificates {}).await.is_err());
    sandbox.stop().await;
}

#[tokio::test]
async fn settings_of_the_start_wait_for_the_next_one() {
    let sandbox = Served::new().await;
    sandbox.edit("main = \"127.0.0.1:7080\"", "main = \"127.0.0.1:1\"");
    sandbox.edit("rate_limit = \"off\"", "rate_limit = { partner = 1 }\ndrain = 1");
    let answer = sandbox.reload().await;
    assert_eq!(
        answer,
        json!({
            "changes": [{ "key": "service.rate_limit", "change": "edited" }],
            "at_next_start": ["service.drain", "service.main"],
        })
    );
    sandbox.edit("main = \"127.0.0.1:1\"", "main = \"127.0.0.1:7080\"");
    assert_eq!(sandbox.reload().await, json!({ "changes": [], "at_next_start": ["service.drain"] }));
    let mut results = Vec::new();
    for _ in 0..10 {
        results.push(sandbox.token(NEWCOMER).await);
    }
    assert!(results.iter().any(|result| matches!(result, Err(error) if error.contains("FREQUENCY_LIMITED"))));
    sandbox.stop().await;
}

#[tokio::test]
async fn key_files_are_read_anew_and_the_kit_follows() {
    let sandbox = Served::new().await;
    std::fs::write(sandbox.path("kit/apiv3_key.txt"), "another key of thirty-two chars.").unwrap();
    assert_eq!(
        sandbox.reload().await["changes"],
        json!([{ "key": "merchants.1900000001", "change": "edited" }])
    );
    let kit = env_of(&sandbox.path("kit/kit.env"));
    let key = kit.iter().find(|(name, _)| name == "RUHUI_APIV3_KEY").unwrap();
    assert_eq!(key.1, "another key of thirty-two chars.");

    let id = sandbox.kit.value("RUHUI_WECHATPAY_PUBLIC_KEY_ID").unwrap().to_owned();
    sandbox.edit(&id, "PUB_KEY_ID_0119000000012026010100000000000009");
    assert_eq!(sandbox.reload().await["changes"], json!([{ "key": "platform.partner", "change": "edited" }]));
    // The client verifies responses with the id of the rewritten kit.
    sandbox.token(NEWCOMER).await.unwrap();

    std::fs::write(sandbox.path("kit/apiv3_key.txt"), "short").unwrap();
    let (status, answer) = sandbox.control(None, "/sandbox/reload", "{}").await;
    assert_eq!((status, &answer["detail"]["key"]), (409, &json!("merchants[0].apiv3_key")), "{answer}");
    sandbox.stop().await;
}

#[tokio::test]
async fn a_default_receiver_applies_to_templates_without_their_own() {
    let sandbox = Served::new().await;
    assert_eq!(sandbox.notify_url().await, "http://127.0.0.1:7083/notify");
    sandbox.edit("http://127.0.0.1:7083/notify", "http://127.0.0.1:9/hook");
    let answer = sandbox.reload().await;
    assert!(answer["changes"].to_string().contains("service.notify_url"), "{answer}");
    assert_eq!(sandbox.notify_url().await, "http://127.0.0.1:9/hook");
    let kit = env_of(&sandbox.path("kit/kit.env"));
    assert!(kit.contains(&("RUHUI_NOTIFY_URL".to_owned(), "http://127.0.0.1:9/hook".to_owned())));

    sandbox.edit(
        "brand_id = \"1004\"\nappid",
        "brand_id = \"1004\"\nnotify_url = \"http://127.0.0.1:8/own\"\nappid",
    );
    sandbox.reload().await;
    assert_eq!(sandbox.notify_url().await, "http://127.0.0.1:8/own");
    sandbox.stop().await;
}

#[tokio::test]
async fn a_host_name_that_the_file_allows_reaches_the_controls() {
    let sandbox = Served::new().await;
    let ask = async |host: &str| sandbox.control(Some(host), "/sandbox/reload", "{}").await.0;
    assert_eq!((ask("sandbox:7082").await, ask("localhost").await), (403, 200));
    sandbox.edit("control_hosts = []", "control_hosts = [\"sandbox\"]");
    assert_eq!(ask("sandbox:7082").await, 403, "the name is not in force yet");
    sandbox.reload().await;
    assert_eq!((ask("sandbox:7082").await, ask("evil.example").await), (200, 403));
    sandbox.edit("control_hosts = [\"sandbox\"]", "control_hosts = [\"http://sandbox\"]");
    let (status, answer) = sandbox.control(None, "/sandbox/reload", "{}").await;
    assert_eq!((status, &answer["detail"]["key"]), (409, &json!("service.control_hosts[0]")), "{answer}");
    sandbox.stop().await;
}

#[tokio::test]
async fn the_origins_that_the_file_allows_may_frame_the_component() {
    let sandbox = Served::new().await;
    let page_origins = async || {
        let url = format!("{}/component/card-member", sandbox.kit.value("RUHUI_OPERATIONS_URL").unwrap());
        let response = http_client().get(url).send().await.unwrap();
        let policy = response.headers()["content-security-policy"].to_str().unwrap().to_owned();
        policy.split("; ").find(|directive| directive.starts_with("frame-ancestors")).unwrap().to_owned()
    };
    assert!(!page_origins().await.contains("shop.example"));
    sandbox.edit("page_origins = []", "page_origins = [\"https://Shop.example:443\"]");
    sandbox.reload().await;
    assert!(page_origins().await.ends_with(" https://shop.example"), "{}", page_origins().await);
    sandbox.edit("[\"https://Shop.example:443\"]", "[\"https://shop.example/\"]");
    let (status, answer) = sandbox.control(None, "/sandbox/reload", "{}").await;
    assert_eq!((status, &answer["detail"]["key"]), (409, &json!("service.page_origins[0]")), "{answer}");
    sandbox.stop().await;
}

/// A request that arrives while the file is applied gets a whole response of one state, and none fails.
#[tokio::test(flavor = "multi_thread")]
async fn requests_go_on_while_the_file_is_applied() {
    let sandbox = Arc::new(Served::new().await);
    let requests = (0..4).map(|caller| {
        let sandbox = sandbox.clone();
        tokio::spawn(async move {
            for number in 0..25 {
                sandbox.token(&format!("oCaller{caller}Request{number:013}")).await.unwrap();
            }
        })
    });
    let requests: Vec<_> = requests.collect();
    let id = sandbox.kit.value("RUHUI_BRAND_WECHATPAY_PUBLIC_KEY_ID").unwrap();
    let (switches, ids) = (["\"on\"", "\"off\""], [id, "PUB_KEY_ID_0100000010042026010100000000000009"]);
    for round in 0..10 {
        let (now, next) = (round % 2, (round + 1) % 2);
        sandbox.edit(
            &format!("certificates = {}", switches[now]),
            &format!("certificates = {}", switches[next]),
        );
        sandbox.edit(ids[now], ids[next]);
        let changes = sandbox.reload().await["changes"].clone();
        let keys: Vec<&str> =
            changes.as_array().unwrap().iter().map(|change| change["key"].as_str().unwrap()).collect();
        assert_eq!(keys, ["platform.brand", "service.certificates"]);
    }
    for request in requests {
        request.await.unwrap();
    }
    let Ok(sandbox) = Arc::try_unwrap(sandbox) else { panic!("a request still uses the sandbox") };
    sandbox.stop().await;
}

#[tokio::test]
async fn a_body_of_the_reload_is_checked() {
    let sandbox = Served::new().await;
    let (status, answer) = sandbox.control(None, "/sandbox/reload", "{\"file\":\"other.toml\"}").await;
    assert_eq!((status, &answer["code"]), (400, &json!("PARAM_ERROR")), "{answer}");
    sandbox.stop().await;
}

/// The kit names no path, so a copy of its folder is as good as the original.
#[tokio::test]
async fn no_value_of_the_kit_depends_on_its_place() {
    let sandbox = Served::new().await;
    let root = sandbox.folder.path().canonicalize().unwrap();
    for (name, value) in env_of(&sandbox.path("kit/kit.env")) {
        assert!(!value.contains(root.to_str().unwrap()) && !value.contains('\n'), "{name}");
    }
    sandbox.stop().await;
}

#[tokio::test]
async fn a_second_sandbox_over_the_folder_learns_where_the_first_serves() {
    let sandbox = Served::new().await;
    let kit = std::fs::read(sandbox.path("kit/kit.env")).unwrap();
    let error = sandbox::open(sandbox.folder.path(), Env::system(), anywhere()).await.unwrap_err();
    let url = |name: &str| sandbox.kit.value(name).unwrap().to_owned();
    let StartError::Served { at: Some((main, operations)), .. } = &error else { panic!("{error}") };
    assert_eq!((main, operations), (&url("RUHUI_BASE_URL"), &url("RUHUI_OPERATIONS_URL")));
    assert!(error.to_string().contains(main) && format!("{error:#}").contains(operations), "{error}");
    assert_eq!(std::fs::read(sandbox.path("kit/kit.env")).unwrap(), kit, "the first one's kit stays");
    sandbox.token(OPENID).await.unwrap();

    let Served { folder, stop, running, service, .. } = sandbox;
    drop(service);
    stop.send(()).unwrap();
    running.await.unwrap();
    assert!(!folder.path().join(".serving").exists());
    drop(open(folder.path()).await);
}

/// A sandbox that was killed leaves its note, and no lock.
#[tokio::test]
async fn the_note_of_a_killed_sandbox_blocks_no_other() {
    let folder = tempfile::tempdir().unwrap();
    furnish(folder.path());
    std::fs::write(folder.path().join(".lock"), "").unwrap();
    std::fs::write(folder.path().join(".serving"), "http://127.0.0.1:1\nhttp://127.0.0.1:2\n").unwrap();
    let sandbox = open(folder.path()).await;
    let noted = std::fs::read_to_string(folder.path().join(".serving")).unwrap();
    assert!(noted.contains(sandbox.kit().value("RUHUI_OPERATIONS_URL").unwrap()), "{noted}");
}

#[tokio::test]
async fn given_ports_are_kept_in_a_new_file_and_replace_those_of_an_old_one() {
    let folder = tempfile::tempdir().unwrap();
    furnish(folder.path());
    let with = |ports: Ports| Options { ports: Some(ports), addresses: Addresses::default(), ..anywhere() };
    // Below the range from which the system chooses ports, so that nothing else takes them between two starts.
    let mut candidates = (28_000..29_000).step_by(5);
    let is_free =
        |first: &u16| (0..5).all(|further| TcpListener::bind(("127.0.0.1", first + further)).is_ok());
    let ports = Ports::from(candidates.find(is_free).unwrap()).unwrap();
    let sandbox = sandbox::open(folder.path(), Env::system(), with(ports)).await.unwrap();
    let urls = |sandbox: &Sandbox| {
        let names = ["RUHUI_BASE_URL", "RUHUI_BACKUP_URL", "RUHUI_OPERATIONS_URL", "RUHUI_NOTIFY_URL"];
        names.map(|name| sandbox.kit().value(name).unwrap().to_owned())
    };
    let first = urls(&sandbox);
    let Addresses { main, notify_url, .. } = ports.addresses();
    assert_eq!(first[0], format!("http://{}", main.unwrap()));
    assert_eq!(first[3], notify_url.unwrap().as_str());
    assert!(sandbox.differing().is_empty());
    drop(sandbox);

    let text = std::fs::read_to_string(folder.path().join("ruhui.toml")).unwrap();
    let options = Options { addresses: Addresses::default(), ..anywhere() };
    let sandbox = sandbox::open(folder.path(), Env::system(), options).await.unwrap();
    assert_eq!(urls(&sandbox), first, "a second start has the same ports");
    drop(sandbox);

    let other = Ports::free().unwrap();
    let sandbox = sandbox::open(folder.path(), Env::system(), with(other)).await.unwrap();
    assert_eq!(sandbox.differing(), ["main", "backup", "operations", "notify_url"]);
    assert!(urls(&sandbox).iter().zip(&first).all(|(now, then)| now != then));
    assert_eq!(std::fs::read_to_string(folder.path().join("ruhui.toml")).unwrap(), text);
}
