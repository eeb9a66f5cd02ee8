//! Tests of idempotency: a signed request takes effect once. They cover resends, concurrent resends, the stored
//! responses, and a store that fails or changes in between.

use crate::common::*;
use jiff::SignedDuration;
use ruhui_core::api::card_member::{
    CardTemplateState, ModifyCardTemplate, QueryCardTemplate, ValidDateInformation,
};
use ruhui_core::api::rows;
use ruhui_core::sign::Scheme;
use ruhui_server::domain::{Answer, Brand, Member, Merchant, Template, TokenRecord, User, UserState};
use ruhui_server::store::records::put;
use ruhui_server::store::{Kind, Loaded, MemoryStore, Record, SqliteStore, Store, StoreExt as _, Write};
use ruhui_server::{RateLimit, Service};
use serde_json::json;
use std::collections::BTreeSet;
use std::sync::Arc;

async fn rows_of(world: &TestService, kind: Kind) -> usize {
    world.store.scan(kind, "", "", usize::MAX).await.unwrap().len()
}

#[tokio::test]
async fn a_repeat_gets_the_first_answer_freshly_signed() {
    let world = TestService::new().await;
    let request = world.founding().sign();
    let first = world.send(request.clone()).await;
    world.pass(7);
    let second = world.send(request).await;
    for response in [&first, &second] {
        response.signed_as(Scheme::Merchant);
    }
    assert_eq!((first.status.as_u16(), &first.body), (200, &second.body));
    for name in ["wechatpay-nonce", "wechatpay-timestamp", "wechatpay-signature", "request-id"] {
        assert_ne!(first.header(name), second.header(name), "{name}");
    }
    assert_eq!(world.tokens().await.len(), 1);
}

#[tokio::test]
async fn another_nonce_timestamp_path_or_caller_is_another_request() {
    let world = TestService::new().await;
    let draft = world.founding();
    let current = world.current();
    let requests = [
        draft.clone(),
        draft.clone().with(|draft| draft.nonce_str.push('x')),
        draft.clone().with(|draft| draft.timestamp = (NOW + 1).to_string()),
        draft.clone().with(|draft| draft.target += "?card_id"),
        draft.clone().with(|draft| draft.body.push(b'\n')),
        draft.with(|draft| draft.target.clone_from(&current.target)),
        world.brand(),
    ];
    let mut tokens = BTreeSet::new();
    for request in &requests {
        let response = world.send(request.sign()).await;
        tokens.insert(response.json()["token"].as_str().unwrap().to_owned());
    }
    assert_eq!((tokens.len(), world.tokens().await.len()), (requests.len(), requests.len()));
}

/// Equal requests of two merchants differ, even if both merchants are bound to the brand and use one nonce and time.
#[tokio::test]
async fn equal_messages_of_two_callers_are_two_requests() {
    let world = TestService::new().await;
    world.change::<Brand>(BRAND_ID, |brand| brand.merchants.push(OTHER_MCHID.parse().unwrap())).await;
    let draft = world.founding();
    let first = world.token(draft.sign()).await;
    assert_ne!(first, world.token(draft.by_other_merchant().sign()).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn concurrent_repeats_make_one_row_and_one_token() {
    let store = Arc::new(Unreliable::new(MemoryStore::new()));
    let world = Arc::new(TestService::over(store.clone()).await);
    store.applied();
    let request = world.founding().sign();
    let repeats: Vec<_> = (0..32)
        .map(|_| {
            let (world, request) = (world.clone(), request.clone());
            tokio::spawn(async move { world.token(request).await })
        })
        .collect();
    let mut tokens = BTreeSet::new();
    for repeat in repeats {
        tokens.insert(repeat.await.unwrap());
    }
    assert_eq!((tokens.len(), world.tokens().await.len(), store.applied()), (1, 1, 1));
}

/// Two services run over one store: the store decides, not the queue inside a process.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn concurrent_repeats_at_two_replicas_make_one_row_and_one_token() {
    let folder = tempfile::tempdir().unwrap();
    let world = TestService::over(Arc::new(SqliteStore::open(folder.path().join("ruhui.db")).unwrap())).await;
    let mut replica = TestService::over(world.store.clone()).await;
    replica.restart().await;
    let replicas = [Arc::new(world), Arc::new(replica)];
    for _ in 0..8 {
        let request = replicas[0].founding().sign();
        let repeats: Vec<_> = (0..8)
            .map(|index| {
                let (world, request) = (replicas[index % 2].clone(), request.clone());
                tokio::spawn(async move { world.token(request).await })
            })
            .collect();
        let mut tokens = BTreeSet::new();
        for repeat in repeats {
            tokens.insert(repeat.await.unwrap());
        }
        assert_eq!(tokens.len(), 1);
    }
    assert_eq!(replicas[1].tokens().await.len(), 8);
}

#[tokio::test]
async fn a_refusal_of_the_business_is_remembered_though_the_state_changes() {
    let world = TestService::new().await;
    world.change::<Template>(CARD_ID, |template| template.card.state = CardTemplateState::CardInvalid).await;
    let draft = world.founding();
    let first = world.send(draft.sign()).await;
    first.answers(&rows::TEMPLATE_INVALID);
    world
        .change::<Template>(CARD_ID, |template| template.card.state = CardTemplateState::CardEffective)
        .await;
    let second = world.send(draft.sign()).await;
    second.signed_as(Scheme::Merchant);
    assert_eq!((second.status, &second.body), (first.status, &first.body));
    assert_eq!(rows_of(&world, Kind::Answer).await, 1);
    // A newly signed request gets the response for the current state.
    world.token(draft.with(|draft| draft.nonce_str.push('x')).sign()).await;
}

/// The response is kept as long as the request's signature is accepted: up to its 300th second.
#[tokio::test]
async fn a_refusal_is_remembered_until_the_request_leaves_the_window() {
    let world = TestService::new().await;
    let openid = "oInvalid00000000000000000000";
    let draft = world.founding().member("openid", openid);
    world.send(draft.sign()).await.answers(&rows::OPENID_WRONG);
    world.change::<User>(openid, |user| user.state = UserState::Valid).await;

    world.wire.advance(SignedDuration::from_millis(300_999));
    world.business.advance(SignedDuration::from_hours(2));
    world.service.delete_expired(100).await.unwrap();
    world.send(draft.sign()).await.answers(&rows::OPENID_WRONG);

    world.wire.advance(SignedDuration::from_millis(1));
    world.send(draft.sign()).await.answers(&rows::TIMESTAMP_OUTSIDE_WINDOW);
    world.business.advance(SignedDuration::from_hours(2));
    world.service.delete_expired(100).await.unwrap();
    assert_eq!(rows_of(&world, Kind::Answer).await, 0);
    assert_eq!(world.tokens().await.len(), 0);
}

/// Moving the sandbox's clock must not let a replayed request take effect again.
#[tokio::test]
async fn a_token_is_remembered_while_its_request_can_be_repeated_whatever_business_time_says() {
    let world = TestService::new().await;
    let request = world.founding().with(|draft| draft.timestamp = (NOW + 300).to_string()).sign();
    let token = world.token(request.clone()).await;
    world.business.advance(SignedDuration::from_hours(48));
    world.service.delete_expired(100).await.unwrap();
    world.wire.advance(SignedDuration::from_millis(600_999));
    world.service.delete_expired(100).await.unwrap();
    assert_eq!(world.token(request).await, token);
    assert_eq!(world.tokens().await.len(), 1);
}

#[tokio::test]
async fn what_is_over_by_both_clocks_is_forgotten() {
    let world = TestService::new().await;
    world.token(world.founding().sign()).await;
    world.send(world.founding().member("openid", "x").sign()).await.answers(&rows::OPENID_WRONG);
    let left = async || {
        world.service.delete_expired(100).await.unwrap();
        [rows_of(&world, Kind::Token).await, rows_of(&world, Kind::Answer).await]
    };
    assert_eq!(left().await, [1, 1]);
    world.business.advance(SignedDuration::from_hours(2));
    assert_eq!(left().await, [1, 1]);
    world.wire.advance(SignedDuration::from_secs(301));
    assert_eq!(left().await, [1, 0]);
    world.wire.advance(SignedDuration::from_hours(1));
    assert_eq!(left().await, [0, 0]);
}

#[tokio::test]
async fn a_429_is_not_remembered() {
    let world = TestService::with_policy(|policy| policy.rate_limit = RateLimit::DOCUMENTED).await;
    for _ in 0..10 {
        world.token(world.founding().sign()).await;
    }
    let request = world.founding().sign();
    world.send(request.clone()).await.answers(&rows::FREQUENCY_LIMITED);
    world.pass(1);
    world.token(request).await;
    assert_eq!(rows_of(&world, Kind::Answer).await, 0);
}

#[tokio::test]
async fn a_staged_429_or_500_is_not_remembered() {
    let world = TestService::new().await;
    for (openid, row) in [
        ("oRateLimit000000000000000000", &rows::FREQUENCY_LIMITED),
        ("oSystemError0000000000000000", &rows::SYSTEM_ERROR),
    ] {
        let request = world.founding().member("openid", openid).sign();
        let response = world.send(request.clone()).await;
        response.answers(row);
        assert_eq!(response.header("retry-after"), "1");
        world.change::<User>(openid, |user| user.refusal = None).await;
        world.token(request).await;
    }
    assert_eq!(rows_of(&world, Kind::Answer).await, 0);
}

#[tokio::test]
async fn repeats_cost_no_quota() {
    let world = TestService::with_policy(|policy| policy.rate_limit = RateLimit::DOCUMENTED).await;
    let request = world.founding().sign();
    let token = world.token(request.clone()).await;
    let rejected = world.founding().member("card_id", "unknown").sign();
    for _ in 0..20 {
        assert_eq!(world.token(request.clone()).await, token);
        world.send(rejected.clone()).await.answers(&rows::TEMPLATE_NOT_OF_BRAND);
    }
    for _ in 0..8 {
        world.token(world.founding().sign()).await;
    }
    world.send(world.founding().sign()).await.answers(&rows::FREQUENCY_LIMITED);
    // The limit does not reject the resend either.
    assert_eq!(world.token(request).await, token);
}

/// Replicas reserve requests in advance: together they admit no more than the limit. A resend of a request that another
/// replica has processed uses no quota.
#[tokio::test]
async fn replicas_share_a_limit_and_repeats_cost_no_quota() {
    let world = TestService::limited(fresh().await, &PROVISION).await;
    let replica = world.beside(world.store.clone()).await;
    let request = world.founding().sign();
    let token = world.token(request.clone()).await;
    let send = async |request| send_to(&replica, request).await;
    for _ in 0..20 {
        assert_eq!(send(request.clone()).await["token"], token.as_str());
    }
    for _ in 0..4 {
        world.token(world.founding().sign()).await;
    }
    let mut codes = Vec::new();
    for _ in 0..7 {
        codes.push(send(world.founding().sign()).await["code"].clone());
    }
    assert_eq!(codes[..5], vec![serde_json::Value::Null; 5], "five are left");
    assert_eq!(codes[5..], ["FREQUENCY_LIMITED", "FREQUENCY_LIMITED"]);
    assert_eq!(send(request).await["token"], token.as_str());
}

/// Returns the JSON of another service's response.
async fn send_to(service: &Arc<Service>, request: http::Request<Vec<u8>>) -> serde_json::Value {
    let request = request.map(axum::body::Body::from);
    let response =
        tower::ServiceExt::oneshot(ruhui_server::http::api(service.clone()), request).await.unwrap();
    let body = http_body_util::BodyExt::collect(response.into_body()).await.unwrap().to_bytes();
    serde_json::from_slice(&body).unwrap()
}

/// Each endpoint has its own limit, even if two endpoints have one path.
#[tokio::test]
async fn calls_that_share_a_path_share_no_quota() {
    let world = TestService::with_policy(|policy| policy.rate_limit = RateLimit::DOCUMENTED).await;
    let of_template = json!({ "brand_id": BRAND_ID, "card_id": CARD_ID });
    for _ in 0..10 {
        world.done::<QueryCardTemplate>(&of_template).await;
    }
    let query = world.by_hand::<QueryCardTemplate>(&of_template).sign();
    world.send(query).await.answers(&rows::FREQUENCY_LIMITED);
    world.done::<ModifyCardTemplate>(&of_template).await;
}

/// A fault in the request's own bytes is found again in a resend, so its response is not stored.
#[tokio::test]
async fn a_wrong_parameter_leaves_no_row() {
    let world = TestService::new().await;
    let request = world.founding().body("{}").sign();
    for _ in 0..2 {
        world.send(request.clone()).await.answers(&rows::PARAMETER_WRONG);
    }
    assert_eq!(rows_of(&world, Kind::Answer).await, 0);
}

#[tokio::test]
async fn a_repeat_after_a_restart_on_the_same_file_gets_the_same_answer() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ruhui.db");
    let mut world = TestService::over(Arc::new(SqliteStore::open(&path).unwrap())).await;
    let granted = world.founding().sign();
    let token = world.token(granted.clone()).await;
    let rejected = world.founding().member("card_id", "unknown").sign();
    let refusal = world.send(rejected.clone()).await;

    // The old service and its connections must end before the file is opened again.
    world.store = Arc::new(MemoryStore::new());
    world.restart().await;
    world.store = Arc::new(SqliteStore::open(&path).unwrap());
    world.restart().await;
    assert_eq!(world.token(granted).await, token);
    assert_eq!(world.send(rejected).await.body, refusal.body);
    assert_eq!(world.tokens().await.len(), 1);
}

#[tokio::test]
async fn system_error() {
    let store = Arc::new(Unreliable::new(MemoryStore::new()));
    let world = TestService::over(store.clone()).await;
    type Fail = fn(&Unreliable<MemoryStore>);
    let failures: [(&str, Fail); 3] = [
        ("reading the user", |store| store.fail_loads(1)),
        ("committing", |store| store.fail_commits(1)),
        ("hearing that it is committed", |store| store.lose_answers(1)),
    ];
    for (count, (what, fail)) in failures.into_iter().enumerate() {
        println!("{what}");
        let request = world.founding().sign();
        fail(&store);
        let response = world.send(request.clone()).await;
        response.answers(&rows::SYSTEM_ERROR);
        response.signed_as(Scheme::Merchant);
        assert_eq!(response.header("retry-after"), "1");
        assert_eq!(response.json().get("detail"), None);
        assert!(!response.text().contains("the test's store"), "{}", response.text());
        let token = world.token(request.clone()).await;
        assert_eq!(world.token(request).await, token);
        assert_eq!(world.tokens().await.len(), count + 1);
    }
}

/// A rejection is not returned unless it is stored, because a resend might get another response.
#[tokio::test]
async fn a_refusal_that_cannot_be_remembered_is_a_system_error() {
    let store = Arc::new(Unreliable::new(MemoryStore::new()));
    let world = TestService::over(store.clone()).await;
    let request = world.founding().member("card_id", "unknown").sign();
    store.fail_commits(1);
    world.send(request.clone()).await.answers(&rows::SYSTEM_ERROR);
    // The loads are the template, the user, and the stored response.
    for sound in 0..3 {
        store.fail_load_after(sound);
        world.send(request.clone()).await.answers(&rows::SYSTEM_ERROR);
    }
    world.send(request).await.answers(&rows::TEMPLATE_NOT_OF_BRAND);
}

/// A check before the first read of a business record must not hide the stored response.
#[tokio::test]
async fn a_repeat_with_another_content_type_gets_the_first_answer() {
    let world = TestService::new().await;
    let draft = world.founding();
    let token = world.token(draft.sign()).await;
    let repeat = draft.with(|draft| {
        draft.headers.insert(http::header::CONTENT_TYPE, http::HeaderValue::from_static("text/plain"));
    });
    assert_eq!(world.token(repeat.sign()).await, token);
}

/// Sends a request while another replica changes the sandbox's template between decision and commit.
async fn meddled(change: impl FnOnce(Loaded<Template>) -> Write) -> (TestService, Response) {
    let store = Arc::new(Unreliable::new(MemoryStore::new()));
    let world = TestService::over(store.clone()).await;
    let template = store.read::<Template>(CARD_ID).await.unwrap().unwrap();
    store.meddle(vec![change(template)]);
    let response = world.send(world.founding().sign()).await;
    (world, response)
}

#[tokio::test]
async fn a_template_that_changes_before_the_commit_is_decided_again() {
    let (world, response) = meddled(|Loaded { mut record, version, .. }| {
        record.card.state = CardTemplateState::CardInvalid;
        put(&record, Some(version))
    })
    .await;
    response.answers(&rows::TEMPLATE_INVALID);
    assert_eq!(world.tokens().await.len(), 0);

    let (world, response) =
        meddled(|Loaded { version, .. }| Write::Delete { key: Template::key(CARD_ID), read: version }).await;
    response.answers(&rows::TEMPLATE_NOT_OF_BRAND);
    assert_eq!(world.tokens().await.len(), 0);

    let (world, response) = meddled(|Loaded { mut record, version, .. }| {
        record.card.appid = "wx0000000000000000".parse().unwrap();
        put(&record, Some(version))
    })
    .await;
    // The user now belongs to another AppID.
    response.answers(&rows::OPENID_WRONG);
    assert_eq!(world.tokens().await.len(), 0);

    let (world, response) = meddled(|Loaded { mut record, version, .. }| {
        record.card.valid_date_information = ValidDateInformation::range(
            "2025-06-24T00:00:00+08:00".parse().unwrap(),
            "2027-06-24T00:00:00+08:00".parse().unwrap(),
        );
        put(&record, Some(version))
    })
    .await;
    assert_eq!((response.status.as_u16(), world.tokens().await.len()), (200, 1));
}

/// Returns a write of the user's card of the sandbox's template, as another service would commit it meanwhile.
async fn somebody_elses_card(store: &impl Store) -> Write {
    let id = Member::id_of(&"oMember000000000000000000000".parse().unwrap(), &CARD_ID.parse().unwrap());
    let member = store.read::<Member>(&id).await.unwrap().unwrap().record;
    put(&Member { openid: OPENID.parse().unwrap(), ..member }, None)
}

#[tokio::test]
async fn a_member_or_user_that_changes_before_the_commit_is_decided_again() {
    let store = Arc::new(Unreliable::new(MemoryStore::new()));
    let world = TestService::over(store.clone()).await;
    store.meddle(vec![somebody_elses_card(&store.inner).await]);
    world.send(world.founding().sign()).await.answers(&rows::ONE_VALID_CARD);
    assert_eq!(world.tokens().await.len(), 0);

    let store = Arc::new(Unreliable::new(MemoryStore::new()));
    let world = TestService::over(store.clone()).await;
    let Loaded { mut record, version, .. } = store.read::<User>(OPENID).await.unwrap().unwrap();
    record.state = UserState::Invalid;
    store.meddle(vec![put(&record, Some(version))]);
    world.send(world.founding().sign()).await.answers(&rows::OPENID_WRONG);
    assert_eq!(world.tokens().await.len(), 0);
}

/// Removes the only record of this type from the store, and returns it.
async fn taken_out<T: Record>(store: &impl Store) -> T {
    let [Loaded { record, version, .. }] = store.read_all::<T>().await.unwrap().try_into().ok().unwrap();
    store.commit(vec![Write::Delete { key: T::key(&record.id()), read: version }]).await.unwrap();
    record
}

/// Another service has processed the same request in another state. The response that was committed first is the one
/// that both return.
#[tokio::test]
async fn a_refusal_and_a_token_for_one_request_exclude_each_other() {
    let store = Arc::new(Unreliable::new(MemoryStore::new()));
    let world = TestService::over(store.clone()).await;
    let request = world.current().sign();
    let card = somebody_elses_card(&store.inner).await;
    let key = card.condition().0.clone();
    store.commit(vec![card]).await.unwrap();
    world.send(request.clone()).await.answers(&rows::ONE_VALID_CARD);
    let refusal = taken_out::<Answer>(&*store).await;
    store.commit(vec![Write::Delete { key, read: 1 }]).await.unwrap();
    store.meddle(vec![put(&refusal, None)]);
    world.send(request).await.answers(&rows::ONE_VALID_CARD);
    assert_eq!(world.tokens().await.len(), 0);

    let store = Arc::new(Unreliable::new(MemoryStore::new()));
    let world = TestService::over(store.clone()).await;
    let request = world.current().sign();
    let token = world.token(request.clone()).await;
    let record = taken_out::<TokenRecord>(&*store).await;
    store.commit(vec![somebody_elses_card(&store.inner).await]).await.unwrap();
    store.meddle(vec![put(&record, None)]);
    assert_eq!(world.token(request).await, token);
    assert_eq!(rows_of(&world, Kind::Answer).await, 0);
}

/// The signature is verified before the stored response is read, so a client that cannot sign learns of no earlier
/// response.
#[tokio::test]
async fn a_repeat_must_be_authentic_too() {
    let world = TestService::new().await;
    let draft = world.founding();
    world.token(draft.sign()).await;
    let forged = draft.clone().with(|draft| draft.key = &BRAND).sign();
    world.send(forged).await.answers(&rows::SIGNATURE_MISMATCH);
    world.change::<Merchant>(MCHID, |merchant| merchant.certificates.clear()).await;
    world.send(draft.sign()).await.answers(&rows::SERIAL_WRONG);
}
