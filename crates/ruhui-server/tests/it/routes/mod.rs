//! Tests of every route and every row of its table of errors: the complete response, to the last header. The tests
//! control clock and random source, so the responses are the same each time; `snapshots/` contains them.

mod again;
mod cards;
mod templates;

use crate::common::*;
use http::header::ACCEPT_LANGUAGE;
use ruhui_core::api::certificates::Certificates;
use ruhui_core::api::rows::{self, Id};
use ruhui_core::api::{self, Endpoint, Row, Visitor};
use ruhui_core::encryption::ApiV3Key;
use ruhui_core::sign::{Scheme, header};
use ruhui_server::domain::AddressPolicy;
use ruhui_server::domain::{Brand, Feature, KeyStage, Merchant};
use ruhui_server::store::{Key, Kind, MemoryStore, Stored, Write};
use ruhui_server::{CertificateDownload, RateLimit};
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Arc;
use tower::ServiceExt as _;

/// An endpoint's name and error rows, from `api::visit`.
struct Entry {
    name: &'static str,
    errors: &'static [&'static Row],
}

fn entries() -> Vec<Entry> {
    struct Collect(Vec<Entry>);
    impl Visitor for Collect {
        fn endpoint<E: Endpoint>(&mut self) {
            self.0.push(Entry { name: E::NAME, errors: E::ERRORS });
        }
    }
    let mut collect = Collect(Vec::new());
    api::visit(&mut collect);
    collect.0
}

/// Returns a good request to an endpoint, and creates the state that it needs. A new endpoint needs a line here, or in
/// `templates` or `cards`.
async fn draft(world: &TestService, name: &str) -> Draft {
    match name {
        "open_user_card_token" => world.founding(),
        "create_pre_auth_token" => world.current(),
        "brand_create_pre_auth_token" => world.brand(),
        "list_certificates" => world.certificates(),
        "echo" => world.echo(),
        other => match (templates::draft(world, other).await, cards::draft(world, other).await) {
            (Some(draft), None) | (None, Some(draft)) => draft,
            _ => panic!("no call of {other} is known to this test"),
        },
    }
}

/// Returns a request to the endpoint of this name.
fn called(world: &TestService, name: &str, parameters: &Value) -> Draft {
    macro_rules! try_endpoint {
        ($endpoint:ty) => {
            if <$endpoint>::NAME == name {
                return world.by_hand::<$endpoint>(parameters);
            }
        };
    }
    ruhui_core::for_each_endpoint!(try_endpoint);
    panic!("{name} is no endpoint")
}

fn scheme(draft: &Draft) -> Scheme {
    Scheme::ALL.into_iter().find(|scheme| scheme.as_str() == draft.scheme).unwrap()
}

#[tokio::test]
async fn every_endpoint_has_a_route_and_succeeds() {
    for Entry { name, .. } in entries() {
        let world = TestService::new().await;
        let draft = draft(&world, name).await;
        let response = world.send(draft.sign()).await;
        // One endpoint was never launched, so no request to it can succeed.
        match name {
            "import_user_card_by_phone" => response.answers(&rows::NOT_OPENED_YET),
            _ => assert_eq!(response.status, 200, "{name}: {}", response.text()),
        }
        response.signed_as(scheme(&draft));
        if name != "list_certificates" {
            insta::assert_snapshot!(name, response.transcript());
        }
    }
}

/// Creates the state of an error row, and returns the request that gets it.
async fn cause(world: &TestService, name: &str, row: &Row, draft: Draft) -> Draft {
    match (name, row.id) {
        ("echo", Id::ENCRYPTED_FIELD_UNREADABLE) => return draft.member("encrypted_echo_message", PHONE),
        ("echo", Id::NOTIFY_URL_PRIVATE) => return draft.member("notify_url", "http://192.168.1.1/notify"),
        _ => {}
    }
    if let Some(caused) = templates::cause(world, name, row, &draft).await {
        return caused;
    }
    if let Some(caused) = cards::cause(world, name, row, &draft).await {
        return caused;
    }
    match row.id {
        Id::TEMPLATE_NOT_OF_BRAND => draft.member("card_id", "pSecondTemplate0000000000001"),
        Id::OPENID_WRONG | Id::OPENID_INVALID => draft.member("openid", "oInvalid00000000000000000000"),
        Id::OPENID_FOREIGN => draft.member("openid", "oForeign00000000000000000000"),
        Id::ONE_VALID_CARD => draft.member("openid", "oMember000000000000000000000"),
        Id::TEMPLATE_INVALID => draft.member("card_id", "pInvalidTemplate000000000001"),
        Id::TEMPLATE_EXPIRED => draft.member("card_id", "pExpiredTemplate000000000001"),
        Id::TEMPLATE_NOT_FOUND => draft.member("card_id", "unknown"),
        Id::NOT_ENABLED => {
            world.change::<Brand>(BRAND_ID, |brand| brand.feature = Feature::NotEnabled).await;
            draft
        }
        Id::NOT_OPENED_YET => {
            world.change::<Brand>(BRAND_ID, |brand| brand.feature = Feature::NotOpenedYet).await;
            draft
        }
        // A request of the brand family always names the caller's brand, so only a staged user causes this row.
        Id::NOT_THE_CALLERS_BRAND if scheme(&draft) == Scheme::Brand => {
            draft.member("openid", "oNoAuth000000000000000000000")
        }
        Id::NOT_THE_CALLERS_BRAND => draft.member("brand_id", "1006"),
        Id::NO_APIV3_KEY => draft.by_other_merchant(),
        other => panic!("no cause of {other:?} is known to this test, for {name}"),
    }
}

/// Returns whether no state leads to the row: a request of the brand family names the caller's brand and gets this row
/// only for a staged user, so a request that names no user cannot get it.
fn is_out_of_reach(row: &Row, draft: &Draft) -> bool {
    let names_user = draft.target.contains("openid=")
        || [OPENID, MEMBER].iter().any(|openid| draft.target.contains(openid))
        || String::from_utf8_lossy(&draft.body).contains("\"openid\"");
    row.id == Id::NOT_THE_CALLERS_BRAND && scheme(draft) == Scheme::Brand && !names_user
}

async fn answering(certificates: CertificateDownload) -> TestService {
    TestService::with_policy(|policy| policy.certificates = certificates).await
}

/// Returns a service whose merchant and brand have as many pictures as they may.
async fn full_of_pictures() -> TestService {
    let world = TestService::new().await;
    for (field, id) in [("mchid", MCHID), ("brand_id", BRAND_ID)] {
        let value = format!(r#"{{"id":"uploads\u001f{field}\u001f{id}","pictures":10000,"bytes":1}}"#);
        let id = format!("uploads\u{1f}{field}\u{1f}{id}");
        let key = Key { kind: Kind::Internal, id };
        let write = Write::Put { key, read: None, value: ruhui_server::store::Value(value), expires: None };
        world.store.commit(vec![write]).await.unwrap();
    }
    world
}

/// Each row has one snapshot: a row that no endpoint influences is the same for all of them.
#[tokio::test]
async fn every_row_of_every_endpoint_has_a_state_that_causes_it() {
    let mut seen = BTreeSet::new();
    for Entry { name, errors } in entries() {
        for row in errors {
            let world = match row.id {
                Id::NO_PLATFORM_CERTIFICATE => answering(CertificateDownload::Off).await,
                Id::PLATFORM_CERTIFICATE_FORBIDDEN => answering(CertificateDownload::Forbidden).await,
                Id::NOTIFY_URL_PRIVATE => {
                    TestService::with_policy(|policy| policy.reach = AddressPolicy::PublicOnly).await
                }
                Id::UPLOADS_FULL => full_of_pictures().await,
                _ => TestService::new().await,
            };
            let good = draft(&world, name).await;
            if is_out_of_reach(row, &good) {
                continue;
            }
            let draft = match row.id {
                Id::NO_PLATFORM_CERTIFICATE | Id::PLATFORM_CERTIFICATE_FORBIDDEN | Id::UPLOADS_FULL => good,
                _ => cause(&world, name, row, good).await,
            };
            let response = world.send(draft.sign()).await;
            response.answers(row);
            response.signed_as(scheme(&draft));
            if seen.insert(row.id) {
                insta::assert_snapshot!(format!("row__{}", row.name), response.transcript());
            }
        }
    }
}

/// Returns every record in the store.
async fn everything(world: &TestService) -> Vec<(Kind, String, Stored)> {
    let mut all = Vec::new();
    for kind in Kind::ALL {
        let records = world.store.scan(kind, "", "", usize::MAX).await.unwrap();
        all.extend(records.into_iter().map(|(id, stored)| (kind, id, stored)));
    }
    all
}

/// A good request that is unsigned, or signed by another merchant, changes nothing and returns nothing.
#[tokio::test]
async fn every_endpoint_asks_first_who_calls() {
    for Entry { name, .. } in entries() {
        let world = TestService::new().await;
        let good = draft(&world, name).await;
        let before = everything(&world).await;
        let strangers = if scheme(&good) == Scheme::Brand { &MERCHANT } else { &BRAND };
        let other_family = match scheme(&good) {
            Scheme::Brand => good.clone().with(|draft| {
                draft.scheme = Scheme::Merchant.as_str();
                draft.caller = ("mchid", MCHID.to_owned());
            }),
            Scheme::Merchant => good.clone().by_brand(),
        };
        for (row, request) in [
            (&rows::AUTHORIZATION_MISSING, good.bare()),
            (&rows::SIGNATURE_MISMATCH, good.clone().with(|draft| draft.key = strangers).sign()),
            (&rows::SCHEME_WRONG, other_family.sign()),
        ] {
            let response = world.send(request).await;
            response.answers(row);
            response.unsigned();
        }
        let wrong =
            if good.method == http::Method::DELETE { http::Method::PUT } else { http::Method::DELETE };
        let response = world.send(good.clone().with(|draft| draft.method = wrong).sign()).await;
        assert_eq!((response.status.as_u16(), response.body.len()), (405, 0), "{name}");
        assert!(everything(&world).await == before, "{name} has changed something");
    }
}

/// The founding document lists two rows. At its path, states that it does not know are INVALID_REQUEST.
#[tokio::test]
async fn states_beyond_the_founding_document_are_invalid_requests_there() {
    for row in [
        &rows::NOT_OPENED_YET,
        &rows::NOT_ENABLED,
        &rows::TEMPLATE_INVALID,
        &rows::TEMPLATE_EXPIRED,
        &rows::ONE_VALID_CARD,
    ] {
        let world = TestService::new().await;
        let response =
            world.send(cause(&world, "open_user_card_token", row, world.founding()).await.sign()).await;
        response.answers(row);
        assert_eq!((row.status, row.code.as_str()), (400, "INVALID_REQUEST"));
    }
}

/// Each staged user of the sandbox gets its row, at both editions' paths.
#[tokio::test]
async fn staged_users_get_their_rows() {
    let staged = [
        ("oNotOfBrand00000000000000000", &rows::TEMPLATE_NOT_OF_BRAND),
        ("oNotOpenedYet000000000000000", &rows::NOT_OPENED_YET),
        ("oNotEnabled00000000000000000", &rows::NOT_ENABLED),
        ("oTemplateInvalid000000000000", &rows::TEMPLATE_INVALID),
        ("oTemplateExpired000000000000", &rows::TEMPLATE_EXPIRED),
        ("oNoAuth000000000000000000000", &rows::NOT_THE_CALLERS_BRAND),
        ("oNotFound0000000000000000000", &rows::TEMPLATE_NOT_FOUND),
        ("oRateLimit000000000000000000", &rows::FREQUENCY_LIMITED),
        ("oSystemError0000000000000000", &rows::SYSTEM_ERROR),
    ];
    let world = TestService::new().await;
    for (openid, row) in staged {
        for draft in [world.founding(), world.current(), world.brand()] {
            world.send(draft.member("openid", openid).sign()).await.answers(row);
        }
    }
    assert_eq!(world.tokens().await.len(), 0);
}

#[tokio::test]
async fn openids_that_nobody_registered() {
    let accepting = TestService::new().await;
    let well_formed = "o0123456789abcdefghijklmnop_";
    accepting.token(accepting.founding().member("openid", &well_formed[..28]).sign()).await;
    for malformed in
        ["x", "O0123456789abcdefghijklmnop_", "o0123456789abcdefghijklmnop", "o0123456789abcdefghijklmno会"]
    {
        let response = accepting.send(accepting.founding().member("openid", malformed).sign()).await;
        response.answers(&rows::OPENID_WRONG);
    }
    let rejecting = TestService::with_policy(|policy| {
        policy.unknown_openids = ruhui_server::domain::UnknownOpenids::Reject;
    })
    .await;
    let response = rejecting.send(rejecting.founding().member("openid", well_formed).sign()).await;
    response.answers(&rows::OPENID_WRONG);
    rejecting.token(rejecting.founding().sign()).await;
}

#[tokio::test]
async fn a_token_is_bound_to_what_was_asked_and_lives_an_hour_of_business_time() {
    let world = TestService::new().await;
    world.business.advance(jiff::SignedDuration::from_millis(86_400_120));
    let response = world.send(world.founding().sign()).await;
    let body = response.json();
    assert_eq!(body["expire_time"], "2027-01-16T17:00:00.120+08:00");
    let token = body["token"].as_str().unwrap();
    assert!(token.len() == 32 && token.bytes().all(|b| b.is_ascii_alphanumeric()), "{token}");
    let [record] = &world.tokens().await[..] else { panic!("not one row") };
    assert_eq!(record.token.as_str(), token);
    assert_eq!(record.expire_time.to_string(), "2027-01-16T17:00:00.120+08:00");
    let bound =
        [record.appid.as_str(), record.brand_id.as_str(), record.card_id.as_str(), record.openid.as_str()];
    assert_eq!(bound, ["wxea9c30890f48d5ae", BRAND_ID, CARD_ID, OPENID]);
}

#[tokio::test]
async fn sign_error_tells_what_the_service_would_have_signed() {
    let world = TestService::new().await;
    let mut request = world.founding().sign();
    let body = String::from_utf8(request.body().clone()).unwrap().replace("{\"brand_id\":", "{\"会员\":");
    *request.body_mut() = body.into_bytes();
    let response = world.send(request).await;
    response.answers(&rows::SIGNATURE_MISMATCH);
    response.unsigned();
    insta::assert_snapshot!("sign_error", response.transcript());
}

#[tokio::test]
async fn frequency_limited() {
    let world = TestService::with_policy(|policy| policy.rate_limit = RateLimit::DOCUMENTED).await;
    let status = async |draft: Draft| world.send(draft.sign()).await.status.as_u16();
    for _ in 0..10 {
        assert_eq!(status(world.founding()).await, 200);
    }
    let response = world.send(world.founding().sign()).await;
    response.answers(&rows::FREQUENCY_LIMITED);
    response.signed_as(Scheme::Merchant);
    insta::assert_snapshot!("frequency_limited", response.transcript());
    assert_eq!(world.tokens().await.len(), 10);

    // Another endpoint and another merchant have their own limit; that of brands is 5.
    assert_eq!(status(world.current()).await, 200);
    assert_eq!(status(world.founding().by_other_merchant()).await, 400);
    for _ in 0..5 {
        assert_eq!(status(world.brand()).await, 200);
    }
    assert_eq!(status(world.brand()).await, 429);
    for _ in 0..20 {
        assert_eq!(status(world.certificates()).await, 200);
    }

    // A tenth of a second allows one more request. Business time has no influence.
    world.business.advance(jiff::SignedDuration::from_secs(60));
    assert_eq!(status(world.founding()).await, 429);
    world.wire.advance(jiff::SignedDuration::from_millis(100));
    assert_eq!([status(world.founding()).await, status(world.founding()).await], [200, 429]);
    world.pass(1);
    for _ in 0..10 {
        assert_eq!(status(world.founding()).await, 200);
    }
    assert_eq!(status(world.founding()).await, 429);
}

#[tokio::test]
async fn a_request_that_is_not_authentic_costs_nobody_quota() {
    let world = TestService::with_policy(|policy| policy.rate_limit = RateLimit::DOCUMENTED).await;
    for _ in 0..20 {
        world
            .send(world.founding().with(|draft| draft.key = &BRAND).sign())
            .await
            .answers(&rows::SIGNATURE_MISMATCH);
    }
    world.token(world.founding().sign()).await;
}

#[tokio::test]
async fn the_certificates_open_with_the_apiv3_key() {
    let world = TestService::new().await;
    let response = world.send(world.certificates().without(header::SERIAL).sign()).await;
    response.signed_as(Scheme::Merchant);
    // A client that downloads certificates has no other key yet.
    assert_eq!(response.header("wechatpay-serial"), PLATFORM_SERIAL);
    let list: Certificates = serde_json::from_slice(&response.body).unwrap();
    let [one] = &list.data[..] else { panic!("not one certificate") };
    let pem = one.encrypt_certificate.decrypt(&ApiV3Key::new(APIV3_KEY).unwrap()).unwrap();
    assert_eq!(String::from_utf8(pem).unwrap(), PLATFORM_CERT);
    let transcript = response.transcript().replace(&one.encrypt_certificate.ciphertext, "(opens)");
    insta::assert_snapshot!("list_certificates", transcript);
}

/// A client with the public key can request its signature here too.
#[tokio::test]
async fn the_response_key_is_the_one_that_the_request_names() {
    let world = TestService::new().await;
    let signed_by = async |draft: Draft| {
        let response = world.send(draft.sign()).await;
        response.signed_as(Scheme::Merchant);
        response.header("wechatpay-serial").to_owned()
    };
    for (draft, default) in [(world.founding(), PUBLIC_KEY_ID), (world.certificates(), PLATFORM_SERIAL)] {
        for named in [PUBLIC_KEY_ID, PLATFORM_SERIAL] {
            assert_eq!(signed_by(draft.clone().header(header::SERIAL, named)).await, named);
        }
        for unknown in ["PUB_KEY_ID_0", BRAND_PUBLIC_KEY_ID, SERIAL_NO] {
            assert_eq!(signed_by(draft.clone().header(header::SERIAL, unknown)).await, default);
        }
        assert_eq!(signed_by(draft.without(header::SERIAL)).await, default);
    }
    world.change::<Merchant>(MCHID, |merchant| merchant.move_to(KeyStage::BothCertificate)).await;
    assert_eq!(signed_by(world.founding().without(header::SERIAL)).await, PLATFORM_SERIAL);
    assert_eq!(signed_by(world.founding()).await, PUBLIC_KEY_ID);
}

#[tokio::test]
async fn english_is_spoken_when_it_is_asked_for() {
    let world = TestService::new().await;
    let english = |draft: Draft| draft.header(ACCEPT_LANGUAGE, "en");
    let cases = [
        ("english__authorization_missing", english(world.founding()).bare()),
        (
            "english__timestamp_outside_window",
            english(world.founding()).with(|d| d.timestamp = "1".to_owned()).sign(),
        ),
        ("english__parameter_wrong", english(world.founding()).member("openid", "x".repeat(129)).sign()),
        ("english__openid_wrong", english(world.founding()).member("openid", "x").sign()),
    ];
    for (name, request) in cases {
        insta::assert_snapshot!(name, world.send(request).await.transcript());
    }
}

#[tokio::test]
async fn echo_needs_no_brand_and_writes_nothing() {
    let world = TestService::new().await;
    let response = world.send(world.echo().by_other_merchant().sign()).await;
    assert_eq!(response.json()["echo_message"], "会员");
    response.signed_as(Scheme::Merchant);
}

#[tokio::test]
async fn ready_only_when_seeds_and_keys_are_in() {
    let world = TestService::new().await;
    let status = async |service: Arc<ruhui_server::Service>| {
        let request = http::Request::get("/readyz").body(axum::body::Body::empty()).unwrap();
        ruhui_server::http::operations(service, None, None).oneshot(request).await.unwrap().status().as_u16()
    };
    assert_eq!(status(world.service.clone()).await, 200);
    assert_eq!(status(world.beside(Arc::new(MemoryStore::new())).await).await, 503);
}

async fn readiness(service: Arc<ruhui_server::Service>) -> (u16, String) {
    let request = http::Request::get("/readyz").body(axum::body::Body::empty()).unwrap();
    let response = ruhui_server::http::operations(service, None, None).oneshot(request).await.unwrap();
    let status = response.status().as_u16();
    let body = axum::body::to_bytes(response.into_body(), 1000).await.unwrap();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

/// A load balancer must use another replica, because clients do not fail over on the 500s of this one.
#[tokio::test]
async fn a_service_whose_store_does_not_answer_is_not_ready() {
    let store = Arc::new(Unreliable::new(MemoryStore::new()));
    let world = TestService::over(store.clone()).await;
    let away = (503, "not ready: the store does not respond\n".to_owned());
    assert_eq!(readiness(world.service.clone()).await.0, 200);

    store.fail_loads(1);
    assert_eq!(readiness(world.service.clone()).await, away);
    assert_eq!(readiness(world.service.clone()).await.0, 200);

    store.hang(true);
    store.loads();
    let asked: Vec<_> = (0..20).map(|_| tokio::spawn(readiness(world.service.clone()))).collect();
    for asked in asked {
        assert_eq!(asked.await.unwrap(), away);
    }
    assert_eq!(store.loads(), 1, "they wait for one read");
}
