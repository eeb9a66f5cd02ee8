//! Tests of membership activities over HTTP: creating, listing, changing and ending them.

use crate::common::*;
use ruhui_core::api::card_member::{
    CardTemplateState, CreateMembershipActivity, InvalidateCardTemplate, ListMembershipActivities,
    ModifyMembershipActivity, QueryMembershipActivity, TerminateMembershipActivity,
};
use ruhui_core::api::{Endpoint, Row, rows};
use ruhui_core::sign::Scheme;
use ruhui_core::types::DateTime;
use ruhui_server::domain::{Activity, ActivityCount, Catalog, Template};
use ruhui_server::store::records::put;
use ruhui_server::store::{MemoryStore, Store as _, StoreExt as _};
use serde_json::{Value, json};
use std::sync::Arc;

const SECOND_CARD: &str = "pSecondTemplate0000000000001";

/// Returns a good request for a new activity, which begins in an hour and ends a day later.
fn activity() -> Value {
    json!({
        "out_request_no": "100002322019090134234sfdf",
        "brand_id": BRAND_ID,
        "card_id": CARD_ID,
        "activity_channel": "MECHANT_APP_COMPONENT",
        "title": "入会有礼",
        "sub_title": "满100减10",
        "begin_time": "2027-01-15T17:00:00+08:00",
        "end_time": "2027-01-16T17:00:00+08:00",
        "apply_total": 100,
        "product_coupon_stock_list": [{ "product_coupon_id": "1000000013", "stock_id": "1000000013001" }],
    })
}

fn numbered(out_request_no: u64) -> Value {
    merged(&activity(), &json!({ "out_request_no": out_request_no.to_string() }))
}

fn id(activity_id: u64) -> Value {
    json!({ "brand_id": BRAND_ID, "activity_id": activity_id })
}

/// Returns a good request that changes an activity.
fn change(activity_id: u64) -> Value {
    let change = json!({
        "title": "新会员礼",
        "sub_title": "满50减5",
        "begin_time": "2027-01-15T16:30:00+08:00",
        "end_time": "2027-01-15T18:30:00+08:00",
    });
    merged(&id(activity_id), &change)
}

async fn rejected<E: Endpoint>(world: &TestService, parameters: &Value, row: &Row) -> Value {
    let response = world.send(world.by_hand::<E>(parameters).sign()).await;
    response.answers(row);
    response.signed_unless_general(Scheme::Merchant);
    response.json()
}

async fn state(world: &TestService, activity_id: u64) -> String {
    let activity = world.done::<QueryMembershipActivity>(&id(activity_id)).await;
    let state = activity["activity_state"].as_str().unwrap();
    state.strip_prefix("MEMBERSHIP_ACTIVITY_").unwrap().to_owned()
}

#[tokio::test]
async fn an_activity_goes_through_its_life() {
    let world = TestService::new().await;
    let created = world.done::<CreateMembershipActivity>(&activity()).await;
    let answered = json!({
        "activity_id": 1,
        "apply_available": 100,
        "activity_state": "MEMBERSHIP_ACTIVITY_CREATED",
        "create_time": "2027-01-15T16:00:00+08:00",
        "modify_time": "2027-01-15T16:00:00+08:00",
    });
    assert_eq!(created, merged(&activity(), &answered));
    assert_eq!(world.done::<QueryMembershipActivity>(&id(1)).await, created);

    world.pass(1800);
    let modified = world.done::<ModifyMembershipActivity>(&change(1)).await;
    let answered = json!({ "activity_state": "MEMBERSHIP_ACTIVITY_EFFECTIVE", "modify_time": "2027-01-15T16:30:00+08:00" });
    assert_eq!(modified, merged(&merged(&created, &change(1)), &answered));

    world.pass(60);
    let ended = world.done::<TerminateMembershipActivity>(&id(1)).await;
    let answered = json!({ "activity_state": "MEMBERSHIP_ACTIVITY_TERMINATED", "modify_time": "2027-01-15T16:31:00+08:00" });
    assert_eq!(ended, merged(&modified, &answered));
    rejected::<ModifyMembershipActivity>(&world, &change(1), &rows::ACTIVITY_ENDED).await;
    world.pass(60);
    assert_eq!(world.done::<TerminateMembershipActivity>(&id(1)).await, ended, "it has ended already");
    world.pass(86_400 * 2);
    assert_eq!(world.done::<QueryMembershipActivity>(&id(1)).await, ended);
}

/// The state follows from business time. Nothing is written when the time passes.
#[tokio::test]
async fn the_state_follows_from_the_clock() {
    let world = TestService::new().await;
    world.done::<CreateMembershipActivity>(&activity()).await;
    for (seconds, expected) in
        [(3599, "CREATED"), (1, "EFFECTIVE"), (86_399, "EFFECTIVE"), (1, "EXPIRED"), (86_400, "EXPIRED")]
    {
        world.pass(seconds);
        assert_eq!(state(&world, 1).await, expected);
    }
    let stored = world.store.read::<Activity>("1").await.unwrap().unwrap();
    assert_eq!(stored.version, 1);
    rejected::<ModifyMembershipActivity>(&world, &change(1), &rows::ACTIVITY_ENDED).await;
    rejected::<TerminateMembershipActivity>(&world, &id(1), &rows::ACTIVITY_ENDED).await;
}

#[tokio::test]
async fn a_template_has_one_running_activity() {
    let world = TestService::new().await;
    world.done::<CreateMembershipActivity>(&numbered(1)).await;
    rejected::<CreateMembershipActivity>(&world, &numbered(2), &rows::ACTIVITY_EXISTS).await;
    world.pass(3600);
    rejected::<CreateMembershipActivity>(&world, &numbered(2), &rows::ACTIVITY_EXISTS).await;
    // Another template has its own limit.
    let other = json!({ "brand_id": "1005", "card_id": SECOND_CARD });
    let other = world.done::<CreateMembershipActivity>(&merged(&numbered(2), &other)).await;
    assert_eq!(other["activity_id"], 2);
    // An ended or expired activity no longer counts against the limit.
    world.done::<TerminateMembershipActivity>(&id(1)).await;
    assert_eq!(world.done::<CreateMembershipActivity>(&numbered(2)).await["activity_id"], 3);
    world.pass(86_400);
    assert_eq!(state(&world, 3).await, "EXPIRED");
    assert_eq!(world.done::<CreateMembershipActivity>(&numbered(4)).await["activity_id"], 4);
}

#[tokio::test]
async fn an_activity_needs_a_valid_template_of_its_brand() {
    let world = TestService::new().await;
    for card_id in ["unknown", SECOND_CARD] {
        let asked = merged(&activity(), &json!({ "card_id": card_id }));
        rejected::<CreateMembershipActivity>(&world, &asked, &rows::ACTIVITY_TEMPLATE_UNKNOWN).await;
    }
    world.done::<InvalidateCardTemplate>(&json!({ "brand_id": BRAND_ID, "card_id": CARD_ID })).await;
    rejected::<CreateMembershipActivity>(&world, &activity(), &rows::TEMPLATE_INVALID).await;
    let foreign = merged(&activity(), &json!({ "brand_id": "1006" }));
    rejected::<CreateMembershipActivity>(&world, &foreign, &rows::NOT_THE_CALLERS_BRAND).await;
    assert_eq!(world.store.read_all::<Activity>().await.unwrap(), []);
}

#[tokio::test]
async fn out_request_no_repeated() {
    let world = TestService::new().await;
    world.done::<CreateMembershipActivity>(&activity()).await;
    rejected::<CreateMembershipActivity>(&world, &activity(), &rows::OUT_REQUEST_NO_REPEATED).await;
    // The number of a template's creation belongs to another endpoint.
    world.create_template(&json!({ "out_request_no": activity()["out_request_no"] })).await;
    let elsewhere = json!({ "brand_id": "1005", "card_id": SECOND_CARD });
    world.done::<CreateMembershipActivity>(&merged(&activity(), &elsewhere)).await;
}

/// Returns 404 for an activity that does not exist, and 403 for another brand's or for a brand of another service
/// provider.
#[tokio::test]
async fn not_found_and_not_of_brand() {
    let world = TestService::new().await;
    world.done::<CreateMembershipActivity>(&activity()).await;
    let missing = [id(2), id(0), id(u64::MAX)];
    let of_another = json!({ "brand_id": "1005", "activity_id": 1 });
    let foreign = json!({ "brand_id": "1006", "activity_id": 1 });
    let cases = missing
        .iter()
        .map(|parameters| (parameters, &rows::ACTIVITY_NOT_FOUND))
        .chain([(&of_another, &rows::ACTIVITY_NOT_OF_BRAND), (&foreign, &rows::NOT_THE_CALLERS_BRAND)]);
    for (parameters, row) in cases {
        rejected::<QueryMembershipActivity>(&world, parameters, row).await;
        rejected::<TerminateMembershipActivity>(&world, parameters, row).await;
        rejected::<ModifyMembershipActivity>(&world, &merged(&change(1), parameters), row).await;
    }
    assert_eq!(state(&world, 1).await, "CREATED");
    for wrong in ["-1", "x", "1.0", "18446744073709551616", "0x1"] {
        let parameters = json!({ "brand_id": BRAND_ID, "activity_id": wrong });
        let body = rejected::<QueryMembershipActivity>(&world, &parameters, &rows::PARAMETER_WRONG).await;
        assert_eq!(body["detail"]["location"], "url");
    }
}

#[tokio::test]
async fn lists_are_filtered_and_paged() {
    let world = TestService::new().await;
    // 22 ended activities, one that runs, and one of another template.
    for number in 1..=22 {
        world.done::<CreateMembershipActivity>(&numbered(number)).await;
        world.done::<TerminateMembershipActivity>(&id(number)).await;
    }
    world.done::<CreateMembershipActivity>(&numbered(23)).await;
    let other = world.create_template(&json!({})).await["card_id"].clone();
    let begun = json!({ "card_id": other, "begin_time": "2027-01-15T16:00:00+08:00" });
    world.done::<CreateMembershipActivity>(&merged(&numbered(24), &begun)).await;

    let list = async |filter: Value, offset: u64, limit: u64| {
        let page = json!({ "brand_id": BRAND_ID, "offset": offset, "limit": limit });
        let answered = world.done::<ListMembershipActivities>(&merged(&page, &filter)).await;
        assert_eq!((&answered["offset"], &answered["limit"]), (&json!(offset), &json!(limit)));
        let ids = answered["data"].as_array().unwrap().iter().map(|one| one["activity_id"].as_u64().unwrap());
        (ids.collect::<Vec<_>>(), answered["total_count"].as_u64().unwrap())
    };
    assert_eq!(list(json!({}), 0, 20).await, ((1..=20).collect(), 24));
    assert_eq!(list(json!({}), 20, 20).await, ((21..=24).collect(), 24));
    assert_eq!(list(json!({}), 24, 1).await, (vec![], 24));
    assert_eq!(list(json!({}), 4_294_967_295, 1).await, (vec![], 24));
    assert_eq!(list(json!({ "card_id": other }), 0, 20).await, (vec![24], 1));
    assert_eq!(list(json!({ "card_id": CARD_ID }), 22, 20).await, (vec![23], 23));
    assert_eq!(list(json!({ "card_id": "unknown" }), 0, 20).await, (vec![], 0));
    let in_state = |state: &str| json!({ "activity_state": format!("MEMBERSHIP_ACTIVITY_{state}") });
    assert_eq!(list(in_state("CREATED"), 0, 20).await, (vec![23], 1));
    assert_eq!(list(in_state("EFFECTIVE"), 0, 20).await, (vec![24], 1));
    assert_eq!(list(in_state("TERMINATED"), 21, 20).await, (vec![22], 22));
    assert_eq!(list(in_state("EXPIRED"), 0, 20).await, (vec![], 0));
    let both = merged(&in_state("TERMINATED"), &json!({ "card_id": other }));
    assert_eq!(list(both, 0, 20).await, (vec![], 0));
    world.pass(86_400 * 2);
    assert_eq!(list(in_state("EXPIRED"), 0, 20).await, (vec![23, 24], 2));
    assert_eq!(list(json!({ "brand_id": "1005" }), 0, 20).await, (vec![], 0));

    let page = json!({ "brand_id": BRAND_ID, "offset": 0, "limit": 20 });
    for (wrong, field) in [
        (json!({ "limit": 0 }), "limit"),
        (json!({ "limit": 21 }), "limit"),
        (json!({ "limit": null }), "limit"),
        (json!({ "offset": -1 }), "offset"),
        (json!({ "offset": null }), "offset"),
        (json!({ "activity_state": "EFFECTIVE" }), "activity_state"),
        (json!({ "card_id": "" }), "card_id"),
        (json!({ "card_id": "x".repeat(33) }), "card_id"),
        (json!({ "brand_id": null }), "brand_id"),
    ] {
        let asked = merged(&page, &wrong);
        let body = rejected::<ListMembershipActivities>(&world, &asked, &rows::PARAMETER_WRONG).await;
        assert_eq!(body["detail"]["field"], field);
    }
    let foreign = merged(&page, &json!({ "brand_id": "1006" }));
    rejected::<ListMembershipActivities>(&world, &foreign, &rows::NOT_THE_CALLERS_BRAND).await;
}

#[tokio::test]
async fn times_reversed_are_rejected() {
    let world = TestService::new().await;
    let begin = json!({ "begin_time": "2027-01-16T17:00:00+08:00" });
    rejected::<CreateMembershipActivity>(&world, &merged(&activity(), &begin), &rows::ACTIVITY_TIMES).await;
    world.done::<CreateMembershipActivity>(&activity()).await;
    for end in ["2027-01-15T16:30:00+08:00", "2027-01-15T08:29:59+00:00", "2000-01-01T00:00:00+08:00"] {
        let asked = merged(&change(1), &json!({ "end_time": end }));
        rejected::<ModifyMembershipActivity>(&world, &asked, &rows::ACTIVITY_TIMES).await;
    }
}

#[tokio::test]
async fn limits_are_kept() {
    let world = TestService::new().await;
    let texts =
        [("out_request_no", 128), ("card_id", 32), ("title", 128), ("sub_title", 128), ("brand_id", 32)];
    for (name, limit) in texts {
        for value in
            [json!(""), Value::Null, json!(7), json!("x".repeat(limit + 1)), json!("a\n"), json!("\u{1f600}")]
        {
            let mut asked = activity();
            asked[name] = value;
            let body = rejected::<CreateMembershipActivity>(&world, &asked, &rows::PARAMETER_WRONG).await;
            assert_eq!(body["detail"]["field"], format!("/{name}"));
        }
    }
    for name in activity().as_object().unwrap().keys() {
        let asked = merged(&activity(), &json!({ name: null }));
        let body = rejected::<CreateMembershipActivity>(&world, &asked, &rows::PARAMETER_WRONG).await;
        assert_eq!(body["detail"]["field"], format!("/{name}"));
    }
    let stock = |length: usize| json!({ "product_coupon_id": "x".repeat(length), "stock_id": "1" });
    for (change, field) in [
        (json!({ "activity_channel": "MERCHANT_APP_COMPONENT" }), "/activity_channel"),
        (json!({ "begin_time": "2027-01-15" }), "/begin_time"),
        (json!({ "end_time": 1 }), "/end_time"),
        (json!({ "apply_total": "1" }), "/apply_total"),
        (json!({ "apply_total": 1.5 }), "/apply_total"),
        (json!({ "product_coupon_stock_list": stock(1) }), "/product_coupon_stock_list"),
        (
            json!({ "product_coupon_stock_list": [stock(129)] }),
            "/product_coupon_stock_list/0/product_coupon_id",
        ),
        (json!({ "product_coupon_stock_list": [{}] }), "/product_coupon_stock_list/0/product_coupon_id"),
    ] {
        let asked = merged(&activity(), &change);
        let body = rejected::<CreateMembershipActivity>(&world, &asked, &rows::PARAMETER_WRONG).await;
        assert_eq!(body["detail"]["field"], field);
    }
    for (change, row) in [
        (json!({ "product_coupon_stock_list": [] }), &rows::ACTIVITY_STOCKS),
        (json!({ "product_coupon_stock_list": vec![stock(1); 201] }), &rows::ACTIVITY_STOCKS),
        (json!({ "apply_total": 0 }), &rows::ACTIVITY_TOTAL),
        (json!({ "apply_total": -1 }), &rows::ACTIVITY_TOTAL),
    ] {
        rejected::<CreateMembershipActivity>(&world, &merged(&activity(), &change), row).await;
    }
    let most = json!({
        "out_request_no": "号".repeat(128),
        "title": "题".repeat(128),
        "sub_title": "副".repeat(128),
        "product_coupon_stock_list": vec![stock(128); 200],
        "apply_total": i64::MAX,
    });
    world.done::<CreateMembershipActivity>(&merged(&activity(), &most)).await;
    // A change must name every member that it can change.
    for name in ["title", "sub_title", "begin_time", "end_time", "brand_id"] {
        let asked = merged(&change(1), &json!({ name: null }));
        let body = rejected::<ModifyMembershipActivity>(&world, &asked, &rows::PARAMETER_WRONG).await;
        assert_eq!(body["detail"]["field"], format!("/{name}"));
    }
}

#[tokio::test]
async fn the_same_signed_creation_acts_once() {
    let mut world = TestService::new().await;
    let draft = world.by_hand::<CreateMembershipActivity>(&activity());
    let first = world.send(draft.sign()).await;
    assert_eq!(first.status, 200);
    world.restart().await;
    let again = world.send(draft.sign()).await;
    assert_eq!((again.status, again.json()), (first.status, first.json()));
    assert_eq!(world.store.read_all::<Activity>().await.unwrap().len(), 1);
}

/// When several services create activities at once, each activity gets its own number, without gaps, and no template
/// gets two.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn numbers_count_up_whoever_creates() {
    let mut world = TestService::over(Arc::new(MemoryStore::new())).await;
    let own = world.create_template(&json!({})).await["card_id"].clone();
    let first = world.service.clone();
    world.restart().await;
    let world = Arc::new(world);
    let mut tasks = tokio::task::JoinSet::new();
    let templates =
        [json!({}), json!({ "card_id": own }), json!({ "brand_id": "1005", "card_id": SECOND_CARD })];
    for number in 0..12_u64 {
        let template = &templates[usize::try_from(number % 3).unwrap()];
        let draft = world.by_hand::<CreateMembershipActivity>(&merged(&numbered(number), template));
        let service = if number < 6 { first.clone() } else { world.service.clone() };
        let world = world.clone();
        tasks.spawn(async move { world.send_to(service, draft.sign()).await });
    }
    let responses = tasks.join_all().await;
    let (won, lost): (Vec<_>, Vec<_>) = responses.into_iter().partition(|response| response.status == 200);
    lost.iter().for_each(|response| response.answers(&rows::ACTIVITY_EXISTS));
    let mut ids: Vec<_> =
        won.iter().map(|response| response.json()["activity_id"].as_u64().unwrap()).collect();
    ids.sort_unstable();
    assert_eq!(ids, [1, 2, 3]);
}

#[tokio::test]
async fn a_creation_is_decided_again_when_something_changes_before_the_commit() {
    // The template ends.
    let store = Arc::new(Unreliable::new(MemoryStore::new()));
    let world = TestService::over(store.clone()).await;
    let loaded = store.read::<Template>(CARD_ID).await.unwrap().unwrap();
    let mut ended = loaded.record.clone();
    ended.card.state = CardTemplateState::CardInvalid;
    store.meddle(vec![loaded.replace(&ended)]);
    rejected::<CreateMembershipActivity>(&world, &activity(), &rows::TEMPLATE_INVALID).await;
    assert_eq!(world.store.read_all::<Activity>().await.unwrap(), []);

    // Another brand takes the number.
    let store = Arc::new(Unreliable::new(MemoryStore::new()));
    let world = TestService::over(store.clone()).await;
    store.meddle(vec![put(&ActivityCount { newest: 7 }, None)]);
    assert_eq!(world.done::<CreateMembershipActivity>(&activity()).await["activity_id"], 8);

    // The last activity had expired, but a request that was decided before that extends it.
    let store = Arc::new(Unreliable::new(MemoryStore::new()));
    let world = TestService::over(store.clone()).await;
    world.done::<CreateMembershipActivity>(&activity()).await;
    let loaded = store.read::<Activity>("1").await.unwrap().unwrap();
    let more = loaded.record.clone();
    let mut over = loaded.record.clone();
    over.activity.begin_time = DateTime::seconds(at(NOW - 1));
    over.activity.end_time = DateTime::seconds(at(NOW));
    store.commit(vec![loaded.replace(&over)]).await.unwrap();
    store.meddle(vec![put(&more, Some(2))]);
    rejected::<CreateMembershipActivity>(&world, &numbered(2), &rows::ACTIVITY_EXISTS).await;
    assert_eq!(world.store.read_all::<Activity>().await.unwrap().len(), 1);

    // The reverse case: the next activity exists when the change is committed.
    let store = Arc::new(Unreliable::new(MemoryStore::new()));
    let world = TestService::over(store.clone()).await;
    world.done::<CreateMembershipActivity>(&activity()).await;
    store.commits();
    let catalog = store.read::<Catalog>(BRAND_ID).await.unwrap().unwrap();
    store.meddle(vec![catalog.replace(&catalog.record)]);
    world.done::<ModifyMembershipActivity>(&change(1)).await;
    assert_eq!(store.commits(), 2, "it was not decided again");
}
