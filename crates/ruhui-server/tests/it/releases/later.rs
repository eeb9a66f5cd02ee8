//! Tests of records of a later release, with members that this release does not know: it keeps them in every write.

use super::*;
use proptest::prelude::*;
use ruhui_core::api::card_member::{
    ConfirmPointExchange, ConfirmUserCard, CreateMembershipActivity, CreatePreAuthToken,
    InvalidateCardTemplate, ListUserCards, ModifyCardTemplate, ModifyMembershipActivity, ModifyUserCard,
    SyncUserPoints,
};
use ruhui_server::rewrite;
use ruhui_server::simulator;
use serde_json::{Map, Value as Json, json};

/// Objects that are not structs: the two kinds of owners, and the provisioned entries by table and id.
const NO_STRUCTS: [&str; 5] = ["owner", "uploader", "entries", "digests", "keys"];

/// Adds a member to every object of a record, alternately at its beginning and at its end.
fn extend(value: &mut Json, added: &mut impl Iterator<Item = Json>) {
    match value {
        Json::Object(members) => {
            for (name, member) in members.iter_mut() {
                if !NO_STRUCTS.contains(&name.as_str()) {
                    extend(member, added);
                }
            }
            members.insert("of_a_later_release".to_owned(), added.next().unwrap());
        }
        Json::Array(elements) => elements.iter_mut().for_each(|element| extend(element, added)),
        _ => {}
    }
}

/// Collects the paths and values of the added members.
fn added(value: &Json, path: &str, found: &mut Map<String, Json>) {
    match value {
        Json::Object(members) => {
            for (name, member) in members {
                let path = format!("{path}/{name}");
                if name == "of_a_later_release" {
                    found.insert(path, member.clone());
                } else {
                    added(member, &path, found);
                }
            }
        }
        Json::Array(elements) => {
            for (index, element) in elements.iter().enumerate() {
                added(element, &format!("{path}/{index}"), found);
            }
        }
        _ => {}
    }
}

fn added_to(text: &str) -> Map<String, Json> {
    let mut found = Map::new();
    added(&serde_json::from_str(text).unwrap(), "", &mut found);
    found
}

fn any_json() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        any::<u64>().prop_map(Json::from),
        "\\PC{0,8}".prop_map(Json::from),
    ];
    leaf.prop_recursive(3, 8, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Json::from),
            prop::collection::btree_map("[a-z_]{1,8}", inner, 0..3)
                .prop_map(|members| Json::from(Map::from_iter(members))),
        ]
    })
}

/// Returns the fixture's records.
async fn all() -> Vec<(Key, Stored)> {
    records(&*fixture().await.store).await
}

#[test]
fn no_record_loses_members_that_this_release_does_not_know() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let records = runtime.block_on(all());
    let values = prop::collection::vec(any_json(), 7);
    proptest!(ProptestConfig::with_cases(16), |(values in values)| {
        for (key, stored) in &records {
            let mut value: Json = serde_json::from_str(&stored.value).unwrap();
            extend(&mut value, &mut values.iter().cloned().cycle());
            let later = Stored { version: stored.version, value: value.to_string() };
            let rewritten = rewrite(key, later).unwrap_or_else(|error| panic!("{error}"));
            prop_assert_eq!(serde_json::from_str::<Json>(&rewritten.0).unwrap(), value);
        }
    });
}

/// Returns the fixture as if a later release had rewritten all of it.
async fn of_a_later_release() -> Fixture {
    let fixture = fixture().await;
    let mut number = 0..;
    for (key, stored) in records(&*fixture.store).await {
        let mut value: Json = serde_json::from_str(&stored.value).unwrap();
        extend(&mut value, &mut number.by_ref().map(Json::from));
        overwrite(&*fixture.store, &key, stored.version, value.to_string()).await;
    }
    fixture
}

/// Sends every request and performs every act of a user that changes existing records.
async fn change_everything(world: &TestService) {
    let [pending, _, _, imported, _] = life::USERS;
    let listed = json!({ "brand_id": BRAND_ID, "openid": imported, "offset": 0, "limit": 20 });
    let card_id =
        world.done::<ListUserCards>(&listed).await["data"][0]["card_id"].as_str().unwrap().to_owned();
    let card = |openid: &str, code: &str, more: Json| {
        let card =
            json!({ "brand_id": BRAND_ID, "card_id": card_id, "openid": openid, "user_card_code": code });
        merged(&card, &more)
    };
    let confirm = card(pending, "200001", json!({ "user_card_confirm_state": "CREATE_CARD_SUCCESS" }));
    world.done::<ConfirmUserCard>(&confirm).await;
    world.done::<ModifyUserCard>(&card(imported, "100005", json!({ "level": "黄金", "attach": "a" }))).await;
    let points = json!({ "out_request_no": "p", "point_balance": 7 });
    world.done::<SyncUserPoints>(&card(imported, "100005", points)).await;
    simulator::delete_card(&world.service, &card_id.parse().unwrap(), &imported.parse().unwrap())
        .await
        .unwrap();

    let template = json!({ "brand_id": BRAND_ID, "card_id": card_id });
    world.done::<ModifyCardTemplate>(&merged(&template, &json!({ "benefits": "会员七折" }))).await;
    let activity = json!({
        "out_request_no": "new",
        "brand_id": BRAND_ID,
        "card_id": card_id,
        "activity_channel": "MECHANT_APP_COMPONENT",
        "title": "入会有礼",
        "sub_title": "满100减10",
        "begin_time": "2027-01-15T17:00:00+08:00",
        "end_time": "2027-01-16T17:00:00+08:00",
        "apply_total": 100,
        "product_coupon_stock_list": [{ "product_coupon_id": "1", "stock_id": "2" }],
    });
    world.done::<CreateMembershipActivity>(&activity).await;
    let change = json!({
        "activity_id": 1,
        "brand_id": BRAND_ID,
        "title": "t",
        "sub_title": "s",
        "begin_time": "2027-01-15T16:30:00+08:00",
        "end_time": "2027-01-17T18:30:00+08:00",
    });
    world.done::<ModifyMembershipActivity>(&change).await;
    world.done::<InvalidateCardTemplate>(&template).await;
    world.create_template(&json!({ "out_request_no": "new" })).await;

    let waiting = redemption(world).await;
    let code = world.code(CARD_ID, MEMBER).await;
    let answer = json!({
        "record_id": waiting,
        "exchange_coupon_template_id": "1001",
        "brand_id": BRAND_ID,
        "card_id": CARD_ID,
        "openid": MEMBER,
        "user_card_code": code,
        "result": "POINT_EXCHANGE_COUPON_ALLOW",
    });
    world.done::<ConfirmPointExchange>(&answer).await;
    let token = json!({ "brand_id": BRAND_ID, "card_id": CARD_ID, "openid": "oNew000000000000000000000000" });
    world.done::<CreatePreAuthToken>(&token).await;
    assert_eq!(world.send(world.upload("d.png", b"\x89PNG\r\n\x1a\nanother").sign()).await.status, 200);
    world.service.outbox().deliver_due().await.unwrap();
}

/// Returns the redemption that waits for the merchant's response.
async fn redemption(world: &TestService) -> Json {
    let redemptions = world.store.scan(Kind::Redemption, "", "", 10).await.unwrap();
    let values =
        redemptions.into_iter().map(|(_, stored)| serde_json::from_str::<Json>(&stored.value).unwrap());
    let waiting: Vec<Json> = values.filter(|value| value["outcome"].is_null()).collect();
    waiting[0]["asked"]["record_id"].clone()
}

#[tokio::test]
async fn every_rule_keeps_what_a_later_release_wrote() {
    let fixture = of_a_later_release().await;
    let store = fixture.store.clone();
    let before = records(&*store).await;
    let mut world = TestService::over(store.clone()).await;
    world.service = world.beside_with(Arc::new(life::Unwilling)).await;
    change_everything(&world).await;
    let after: std::collections::BTreeMap<Key, Stored> = records(&*store).await.into_iter().collect();
    let mut changed = std::collections::BTreeSet::new();
    for (key, stored) in before {
        let Some(now) = after.get(&key) else { continue };
        if now.version != stored.version {
            changed.insert(key.kind);
        }
        let (had, has) = (added_to(&stored.value), added_to(&now.value));
        for (path, value) in had {
            assert_eq!(has.get(&path), Some(&value), "{key:?} {path}");
        }
    }
    let rewritten =
        [Kind::Catalog, Kind::Template, Kind::Member, Kind::Activity, Kind::Redemption, Kind::Internal];
    for kind in rewritten {
        assert!(changed.contains(&kind), "{kind:?}: no rule changed one");
    }
}
