//! Tests of the controls that show the contents of a sandbox: over HTTP, with the SDK as the caller.

use crate::common::served::*;
use crate::common::*;
use ruhui::api::card_member::{
    ConfirmPointExchange, ConfirmUserCard, CreateMembershipActivity, CreatePreAuthToken, CreateUserFeed,
};
use serde_json::{Value, json};

const USER: &str = "oContents0000000000000000000";
const PHONE: &str = "13912345678";

impl Served {
    async fn token_of(&self, openid: &str) -> String {
        let (brand_id, card_id) = (BRAND_ID.parse().unwrap(), CARD_ID.parse().unwrap());
        let asked = CreatePreAuthToken { brand_id, card_id, openid: openid.parse().unwrap() };
        self.client().create_pre_auth_token(&asked).await.unwrap().token.as_str().to_owned()
    }

    /// Lets a user join, and returns the code of the card.
    async fn joined(&self, openid: &str) -> String {
        let token = self.token_of(openid).await;
        let agreed = json!({ "token": token, "phone_number": PHONE });
        let joined = self.done("POST", "/sandbox/join", Some(agreed)).await;
        joined["user_card"]["user_card_code"].as_str().unwrap().to_owned()
    }

    /// Lets the merchant confirm a card.
    async fn confirmed(&self, openid: &str, code: &str) {
        let confirmation: ConfirmUserCard = serde_json::from_value(json!({
            "brand_id": BRAND_ID, "card_id": CARD_ID, "openid": openid,
            "user_card_code": code, "user_card_confirm_state": "CREATE_CARD_SUCCESS",
        }))
        .unwrap();
        self.client().confirm_user_card(&confirmation).await.unwrap();
    }

    async fn state(&self, target: &str) -> Value {
        self.done("GET", &format!("/sandbox/state/{target}"), None).await
    }

    /// Lets users join from the 商家名片, and returns their openids in order.
    async fn members(&self, number: usize) -> Vec<String> {
        let mut openids = Vec::new();
        for number in 0..number {
            let openid = format!("oMany{number:023}");
            let opened = json!({ "card_id": CARD_ID, "openid": openid, "phone_number": PHONE });
            self.done("POST", "/sandbox/user-cards/open", Some(opened)).await;
            openids.push(openid);
        }
        openids
    }

    async fn stopped(self) {
        drop(self.stop().await);
    }
}

/// Returns `from` and `what` of each entry.
fn steps(shown: &Value) -> Vec<(&str, &str)> {
    let entries = shown["timeline"].as_array().unwrap().iter();
    entries.map(|entry| (entry["from"].as_str().unwrap(), entry["what"].as_str().unwrap())).collect()
}

#[tokio::test]
async fn callers_are_shown_with_their_keys_and_without_secrets() {
    let sandbox = Served::new().await;
    let merchants = sandbox.state("merchants").await;
    let merchant = &merchants["data"][0];
    assert_eq!(merchant["mchid"], MCHID);
    assert!(merchant["brand_ids"].as_array().unwrap().contains(&json!(BRAND_ID)), "{merchant}");
    assert_eq!(merchant["certificates"][0]["serial_no"], SERIAL_NO);
    assert_eq!(merchant["key_stage"], "both_public_key");

    let brands = sandbox.state("brands").await;
    let brand = &brands["data"][0];
    assert_eq!((&brand["brand_id"], &brand["merchants"]), (&json!(BRAND_ID), &json!([MCHID])));
    let is_own = brand["certificates"].as_array().unwrap().is_empty();
    assert_eq!(brand["acts_on_its_own"], !is_own);
    assert!(brand["card_ids"].as_array().unwrap().contains(&json!(CARD_ID)), "{brand}");
    for shown in [merchants, brands] {
        let text = shown.to_string();
        assert!(!text.contains("PRIVATE") && !text.contains(APIV3_KEY) && !text.contains(BRAND_API_KEY));
    }
    sandbox.stopped().await;
}

#[tokio::test]
async fn a_template_is_shown_with_its_cards_and_its_activity() {
    let sandbox = Served::new().await;
    let code = sandbox.joined(USER).await;
    sandbox.confirmed(USER, &code).await;
    sandbox.members(1).await;
    let activity: CreateMembershipActivity = serde_json::from_value(json!({
        "out_request_no": "a-1", "brand_id": BRAND_ID, "card_id": CARD_ID,
        "activity_channel": "MECHANT_APP_COMPONENT", "title": "Coffee", "sub_title": "for you",
        "begin_time": "2020-01-01T00:00:00+08:00", "end_time": "2099-01-01T00:00:00+08:00",
        "apply_total": 5, "product_coupon_stock_list": [{ "product_coupon_id": "1", "stock_id": "2" }],
    }))
    .unwrap();
    let activity = sandbox.client().exchange(&activity).await.unwrap();
    let activity: Value = serde_json::from_slice(activity.body()).unwrap();
    let activity_id = &activity["activity_id"];

    let template = sandbox.state(&format!("templates/{CARD_ID}")).await;
    assert_eq!(template["card_template"]["card_id"], CARD_ID);
    assert_eq!(template["owner"], json!({ "mchid": MCHID }));
    // One of the cards is that of `ruhui.toml`.
    let counts = json!({ "UNACTIVATED": 1, "EFFECTIVE": 2, "EXPIRED": 0, "INVALID": 0 });
    assert_eq!((&template["user_cards"], &template["complete"]), (&counts, &json!(true)));
    assert_eq!(template["activity"]["activity_id"], *activity_id);
    let listed = sandbox.state("templates").await;
    let of = |card_id: &str| {
        let data = listed["data"].as_array().unwrap();
        data.iter().find(|one| one["card_template"]["card_id"] == card_id).unwrap()
    };
    assert_eq!(of(CARD_ID)["user_cards"], counts);
    // Counting reads all cards, so it can be left out.
    for path in ["templates".to_owned(), format!("templates/{CARD_ID}")] {
        let uncounted = sandbox.state(&format!("{path}?count_cards=false")).await;
        assert!(!uncounted.to_string().contains("user_cards"), "{uncounted}");
    }

    let shown = sandbox.state(&format!("activities/{activity_id}")).await;
    assert_eq!(
        (&shown["title"], &shown["activity_state"]),
        (&json!("Coffee"), &json!("MEMBERSHIP_ACTIVITY_EFFECTIVE"))
    );
    let of_state = async |state: &str| {
        sandbox.state(&format!("activities?state=MEMBERSHIP_ACTIVITY_{state}")).await["found"].clone()
    };
    assert_eq!((of_state("EFFECTIVE").await, of_state("CREATED").await), (json!(1), json!(0)));
    sandbox.stopped().await;
}

#[tokio::test]
async fn the_life_of_a_card_names_the_source_of_each_step() {
    let sandbox = Served::new().await;
    let code = sandbox.joined(USER).await;
    sandbox.confirmed(USER, &code).await;
    let about = json!({ "card_id": CARD_ID, "openid": USER });
    let mut redemption = about.clone();
    redemption["deduct_points"] = json!(5);
    sandbox.done("POST", "/sandbox/points/redeem", Some(redemption)).await;
    sandbox.done("POST", "/sandbox/clock", Some(json!({ "advance_seconds": 3600 }))).await;
    sandbox.done("POST", "/sandbox/user-cards/delete", Some(about)).await;

    let shown = sandbox.state(&format!("user-cards/{CARD_ID}/{USER}")).await;
    let steps = steps(&shown);
    // The user joins and is confirmed within a second or two; the hour lies before the last two.
    let mut first: Vec<_> = steps[..steps.len() - 2].to_vec();
    first.sort_unstable();
    let mut wanted = vec![
        ("card", "created"),
        ("card", "effective"),
        ("event", "event_queued"),
        ("event", "event_queued"),
        ("redemption", "redemption_asked"),
        ("request", "request"),
        ("token", "token_issued"),
        ("token", "token_used"),
    ];
    wanted.sort_unstable();
    assert_eq!(first, wanted);
    assert_eq!(steps[0], ("token", "token_issued"));
    assert_eq!(steps[steps.len() - 2..], [("card", "invalid"), ("event", "event_queued")]);

    let entry = |from: &str, what: &str| {
        let entries = shown["timeline"].as_array().unwrap();
        entries.iter().find(|entry| entry["from"] == from && entry["what"] == what).unwrap().clone()
    };
    assert_eq!(entry("card", "invalid")["ended_by"], "user");
    assert_eq!(entry("request", "request")["endpoint"], "confirm_user_card");
    let request = entry("request", "request")["request"].clone();
    let logged = sandbox.done("GET", &format!("/sandbox/requests/{request}"), None).await;
    assert_eq!(logged["endpoint"], "confirm_user_card");
    assert_eq!(shown["cards"][0]["user_card"]["user_card_state"], "INVALID");
    assert_eq!(shown["cards"][0]["user_card"]["phone_number"], "139****5678");
    let whole = sandbox.state(&format!("user-cards/{CARD_ID}/{USER}?show_sensitive=true")).await;
    assert_eq!(whole["cards"][0]["user_card"]["phone_number"], PHONE);
    sandbox.stopped().await;
}

#[tokio::test]
async fn redemptions_have_their_outcome_and_news_their_cell() {
    let sandbox = Served::new().await;
    let code = sandbox.joined(USER).await;
    sandbox.confirmed(USER, &code).await;
    let mut records = Vec::new();
    for points in [5, 6, 7] {
        let asked = json!({ "card_id": CARD_ID, "openid": USER, "deduct_points": points });
        records.push(sandbox.done("POST", "/sandbox/points/redeem", Some(asked)).await);
        sandbox.done("POST", "/sandbox/clock", Some(json!({ "advance_seconds": 60 }))).await;
    }
    for (record, result) in [(&records[1], "ALLOW"), (&records[2], "REJECT")] {
        let mut answer = json!({
            "brand_id": BRAND_ID, "card_id": CARD_ID, "openid": USER, "user_card_code": code,
            "record_id": record["record_id"],
            "exchange_coupon_template_id": record["exchange_coupon_template_id"],
            "result": format!("POINT_EXCHANGE_COUPON_{result}"),
        });
        if result == "REJECT" {
            answer["reject_reason"] = json!("积分不足");
        }
        let answer: ConfirmPointExchange = serde_json::from_value(answer).unwrap();
        sandbox.client().exchange(&answer).await.unwrap();
    }
    for (number, cell) in [("f-1", "3"), ("f-2", "6_400_5")] {
        let feed: CreateUserFeed = serde_json::from_value(json!({
            "brand_id": BRAND_ID, "card_id": CARD_ID, "openid": USER, "user_card_code": code,
            "out_request_no": number, "cell": cell,
        }))
        .unwrap();
        sandbox.client().exchange(&feed).await.unwrap();
        sandbox.done("POST", "/sandbox/clock", Some(json!({ "advance_seconds": 60 }))).await;
    }
    // Another user's redemption is not shown.
    let other = sandbox.joined("oContents1111111111111111111").await;
    sandbox.confirmed("oContents1111111111111111111", &other).await;
    let asked = json!({ "card_id": CARD_ID, "openid": "oContents1111111111111111111", "deduct_points": 9 });
    sandbox.done("POST", "/sandbox/points/redeem", Some(asked)).await;

    let shown = sandbox.state(&format!("user-cards/{CARD_ID}/{USER}")).await;
    let of = |list: &str, member: &str| -> Vec<Value> {
        shown[list].as_array().unwrap().iter().map(|entry| entry[member].clone()).collect()
    };
    assert_eq!(of("redemptions", "deduct_points"), [json!(7), json!(6), json!(5)]);
    let outcomes = of("redemptions", "outcome");
    assert_eq!(
        (&outcomes[0]["state"], &outcomes[0]["reject_reason"]),
        (&json!("POINT_EXCHANGE_COUPON_FAIL"), &json!("积分不足"))
    );
    assert!(outcomes[1]["coupon_code"].is_string() && outcomes[2].is_null(), "{outcomes:?}");
    assert_eq!(of("feeds", "cell"), [json!("6_400_5"), json!("3")]);
    assert_eq!(of("feeds", "user_card_code"), [json!(code), json!(code)]);
    let timeline = shown["timeline"].as_array().unwrap();
    assert!(timeline.iter().any(|entry| entry["from"] == "feed" && entry["cell"] == "3"), "{timeline:?}");
    sandbox.stopped().await;
}

#[tokio::test]
async fn what_a_restore_may_have_undone_is_marked() {
    let sandbox = Served::new().await;
    let code = sandbox.joined(USER).await;
    sandbox.done("POST", "/sandbox/snapshots", Some(json!({ "name": "joined" }))).await;
    sandbox.confirmed(USER, &code).await;
    let life = async || sandbox.state(&format!("user-cards/{CARD_ID}/{USER}")).await;
    let requests = |life: &Value| -> Vec<Value> {
        let entries = life["timeline"].as_array().unwrap().iter();
        entries
            .filter(|entry| entry["from"] == "request")
            .map(|entry| entry["before_restore"].clone())
            .collect()
    };
    assert_eq!(requests(&life().await), [Value::Null]);

    sandbox.done("POST", "/sandbox/restore", Some(json!({ "name": "joined" }))).await;
    let restored = life().await;
    assert_eq!(restored["cards"][0]["user_card"]["user_card_state"], "UNACTIVATED");
    assert_eq!(requests(&restored), [json!(true)]);
    assert!(restored["remarks"].to_string().contains("snapshot"), "{restored}");
    sandbox.confirmed(USER, &code).await;
    assert_eq!(requests(&life().await), [json!(true), Value::Null]);

    sandbox.done("POST", "/sandbox/reset", Some(json!({}))).await;
    let (status, gone) =
        sandbox.ask("GET", &format!("/sandbox/state/user-cards/{CARD_ID}/{USER}"), None).await;
    assert_eq!((status, &gone["code"]), (404, &json!("NOT_FOUND")));
    sandbox.stopped().await;
}

#[tokio::test]
async fn user_cards_are_listed_by_pages_and_filters() {
    let sandbox = Served::new().await;
    let before = sandbox.state("user-cards").await["data"].as_array().unwrap().len();
    let openids = sandbox.members(7).await;
    sandbox.confirmed(&openids[2], sandbox.code(&openids[2]).await.as_str()).await;
    let (mut seen, mut after) = (Vec::new(), String::new());
    loop {
        let page = sandbox.state(&format!("user-cards?limit=2{after}")).await;
        let data = page["data"].as_array().unwrap();
        assert!(data.len() <= 2);
        seen.extend(data.iter().map(|line| line["openid"].as_str().unwrap().to_owned()));
        let Some(next) = page["next"].as_str() else { break };
        after = format!("&after={next}");
    }
    assert_eq!(seen.len(), before + 7);
    assert!(seen.is_sorted() && openids.iter().all(|openid| seen.contains(openid)));

    let of = async |query: &str| -> Vec<String> {
        let listed = sandbox.state(&format!("user-cards?{query}")).await;
        let data = listed["data"].as_array().unwrap().iter();
        data.map(|line| line["openid"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(of(&format!("openid={}", openids[3])).await, [openids[3].clone()]);
    assert_eq!(of(&format!("card_id={CARD_ID}&state=UNACTIVATED")).await.len(), 6);
    assert!(of("state=EFFECTIVE").await.contains(&openids[2]));
    assert!(of("card_id=pNothing").await.is_empty() && of("openid=o%0A").await.is_empty());

    let listed = sandbox.state("user-cards?openid=oMany00000000000000000000003").await;
    assert_eq!(listed["data"][0]["user_card"]["phone_number"], "139****5678");
    let users = sandbox.state("users?limit=1000").await;
    let users: Vec<&str> =
        users["data"].as_array().unwrap().iter().map(|user| user["openid"].as_str().unwrap()).collect();
    assert!(users.is_sorted() && users.contains(&OPENID) && users.contains(&openids[0].as_str()));
    let (mut paged, mut after) = (Vec::new(), String::new());
    loop {
        let page = sandbox.state(&format!("users?limit=3{after}")).await;
        paged.extend(
            page["data"].as_array().unwrap().iter().map(|user| user["openid"].as_str().unwrap().to_owned()),
        );
        let Some(next) = page["next"].as_str() else { break };
        after = format!("&after={next}");
    }
    assert_eq!(paged, users);
    sandbox.stopped().await;
}

impl Served {
    async fn code(&self, openid: &str) -> String {
        let listed = self.state(&format!("user-cards?openid={openid}")).await;
        listed["data"][0]["user_card"]["user_card_code"].as_str().unwrap().to_owned()
    }
}

#[tokio::test]
async fn a_token_is_unused_then_used_or_expired_by_the_business_clock() {
    let sandbox = Served::new().await;
    let (first, second) =
        (sandbox.token_of(USER).await, sandbox.token_of("oOther0000000000000000000000").await);
    let agreed = json!({ "token": first, "phone_number": PHONE });
    sandbox.done("POST", "/sandbox/join", Some(agreed)).await;
    let tokens = sandbox.state("tokens").await;
    let of = |tokens: &Value, text: &str| {
        tokens["data"].as_array().unwrap().iter().find(|token| token["token"] == text).unwrap().clone()
    };
    assert_eq!(tokens["data"].as_array().unwrap().len(), 2);
    assert_eq!(of(&tokens, &first)["state"], "used");
    let unused = of(&tokens, &second);
    assert_eq!((&unused["state"], &unused["purpose"]), (&json!("unused"), &json!("join")));
    let left = unused["seconds_left"].as_i64().unwrap();
    assert!((3500..=3600).contains(&left), "{left}");
    assert!(unused["create_time"].as_str().unwrap() < unused["expire_time"].as_str().unwrap());

    sandbox.done("POST", "/sandbox/clock", Some(json!({ "advance_seconds": 3600 }))).await;
    let expired = sandbox.state("tokens?state=expired").await;
    assert_eq!(
        (expired["found"].clone(), of(&expired, &second)["seconds_left"].clone()),
        (json!(1), Value::Null)
    );
    assert_eq!(sandbox.state(&format!("tokens?openid={USER}")).await["found"], 1);
    assert_eq!(sandbox.state("tokens?card_id=pNothing").await["found"], 0);
    sandbox.stopped().await;
}

#[tokio::test]
async fn values_that_do_not_exist_are_explained() {
    let sandbox = Served::new().await;
    for (target, status, says) in [
        ("templates/pNothing", 404, "`ruhui state templates`"),
        ("templates/a%0Ab", 404, "`ruhui state templates`"),
        ("activities/17", 404, "`ruhui state activities`"),
        ("activities/x", 404, "`ruhui state activities`"),
        (&format!("user-cards/{CARD_ID}/oNobody"), 404, "`ruhui state user-cards --card-id"),
        (&format!("user-cards/{CARD_ID}/a%1Fb"), 404, "`ruhui state user-cards --card-id"),
        ("user-cards/pNothing/oNobody", 404, "`ruhui state templates`"),
        ("user-cards?state=NEW", 400, "UNACTIVATED, EFFECTIVE, EXPIRED, INVALID"),
        ("user-cards?limit=0", 400, "1 to 1000"),
        ("user-cards?after=!", 400, "`next`"),
        ("tokens?state=new", 400, "unused, used, expired"),
        ("activities?state=new", 400, "MEMBERSHIP_ACTIVITY_CREATED, MEMBERSHIP_ACTIVITY_EFFECTIVE"),
    ] {
        let (got, body) = sandbox.ask("GET", &format!("/sandbox/state/{target}"), None).await;
        assert_eq!(got, status, "{target}: {body}");
        assert!(body["message"].as_str().unwrap().contains(says), "{target}: {body}");
    }
    sandbox.stopped().await;
}

#[tokio::test]
async fn a_store_in_a_file_shows_the_same() {
    let folder = tempfile::tempdir().unwrap();
    furnish(folder.path());
    let sandbox = Served::over(folder, StoreKind::File).await;
    let code = sandbox.joined(USER).await;
    sandbox.confirmed(USER, &code).await;
    let shown = sandbox.state(&format!("user-cards/{CARD_ID}/{USER}")).await;
    assert!(steps(&shown).contains(&("card", "effective")), "{shown}");
    let listed = sandbox.state("user-cards?state=EFFECTIVE&limit=1").await;
    assert_eq!(listed["data"].as_array().unwrap().len(), 1);
    assert_eq!(sandbox.state("tokens").await["found"], 1);
    sandbox.stopped().await;
}
