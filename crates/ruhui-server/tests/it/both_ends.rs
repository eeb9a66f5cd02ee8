//! Tests of SDK and service together in one process: requests go through memory, and the tests set the one clock.

use crate::common::*;
use async_trait::async_trait;
use axum::body::Body;
use bytes::Bytes;
use http::{HeaderValue, Request, Response};
use http_body_util::BodyExt as _;
use jiff::SignedDuration;
use ruhui::error::Proof;
use ruhui::transport::{Phase, Transport, TransportError};
use ruhui::{Client, ClientBuilder, Error};
use ruhui_core::api::card_member::{CreatePreAuthToken, OpenUserCardToken, PreAuthToken};
use ruhui_core::api::{Brand, CallersOwn, Code, Partner, rows};
use ruhui_core::sign::{VerifyError, header};
use ruhui_server::Service;
use ruhui_server::domain::{KeyStage, Merchant};
use ruhui_server::env::{Clock as _, Entropy as _, SeededEntropy};
use ruhui_server::store::MemoryStore;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use tower::ServiceExt as _;

type Change = Box<dyn FnOnce(&mut Response<Bytes>) + Send>;

/// An in-memory transport between SDK and service. It records requests, and can change or lose the next response.
struct Between {
    service: Mutex<Arc<Service>>,
    tamper: Mutex<Option<Change>>,
    lose: Mutex<Option<TransportError>>,
    requests: Mutex<Vec<Request<Vec<u8>>>>,
    responses: Mutex<Vec<Response<Bytes>>>,
}

impl Between {
    fn new(world: &TestService) -> Arc<Self> {
        Arc::new(Self {
            service: Mutex::new(world.service.clone()),
            tamper: Mutex::default(),
            lose: Mutex::default(),
            requests: Mutex::default(),
            responses: Mutex::default(),
        })
    }

    /// Changes the next response before the client receives it.
    fn tamper(&self, change: impl FnOnce(&mut Response<Bytes>) + Send + 'static) {
        *self.tamper.lock().unwrap() = Some(Box::new(change));
    }

    /// Loses the next response, after the service has processed its request.
    fn lose(&self, error: TransportError) {
        *self.lose.lock().unwrap() = Some(error);
    }

    fn last_request(&self) -> Request<Vec<u8>> {
        self.requests.lock().unwrap().last().unwrap().clone()
    }

    fn last_response(&self) -> Response<Bytes> {
        self.responses.lock().unwrap().last().unwrap().clone()
    }
}

#[async_trait]
impl Transport for Between {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let mut request = request.map(|body| body.to_vec());
        // A request line contains only the target.
        let target = request.uri().path_and_query().unwrap().to_string();
        *request.uri_mut() = target.parse().unwrap();
        self.requests.lock().unwrap().push(request.clone());
        let router = ruhui_server::http::api(self.service.lock().unwrap().clone());
        let (parts, body) = router.oneshot(request.map(Body::from)).await.unwrap().into_parts();
        let mut response = Response::from_parts(parts, body.collect().await.unwrap().to_bytes());
        self.responses.lock().unwrap().push(response.clone());
        if let Some(error) = self.lose.lock().unwrap().take() {
            return Err(error);
        }
        if let Some(change) = self.tamper.lock().unwrap().take() {
            change(&mut response);
        }
        Ok(response)
    }
}

fn partner(world: &TestService, between: &Arc<Between>) -> ClientBuilder<Partner> {
    Client::partner(MCHID, SERIAL_NO, MERCHANT_KEY, PUBLIC_KEY_ID, PLATFORM_PUB)
        .unwrap()
        .clock(world.wire.clone())
        .entropy(world.entropy.clone())
        .transport(between.clone())
}

fn brand(world: &TestService, between: &Arc<Between>) -> ClientBuilder<Brand> {
    Client::brand(BRAND_ID, BRAND_SERIAL_NO, BRAND_KEY, BRAND_PUBLIC_KEY_ID, PLATFORM_PUB)
        .unwrap()
        .clock(world.wire.clone())
        .entropy(world.entropy.clone())
        .transport(between.clone())
}

fn founding(openid: &str) -> OpenUserCardToken {
    OpenUserCardToken {
        brand_id: BRAND_ID.parse().unwrap(),
        card_id: CARD_ID.parse().unwrap(),
        openid: openid.parse().unwrap(),
    }
}

fn current(openid: &str) -> CreatePreAuthToken {
    let OpenUserCardToken { brand_id, card_id, openid } = founding(openid);
    CreatePreAuthToken { brand_id, card_id, openid }
}

fn brands(openid: &str) -> CreatePreAuthToken<Brand> {
    let OpenUserCardToken { card_id, openid, .. } = founding(openid);
    CreatePreAuthToken { brand_id: CallersOwn, card_id, openid }
}

fn api_error(error: Error) -> (u16, Code, Proof) {
    let Error::Api(refusal) = error else { panic!("{error:?}") };
    (refusal.status().as_u16(), refusal.code.clone().unwrap(), refusal.proof)
}

#[tokio::test]
async fn a_token_on_each_path() {
    let world = TestService::new().await;
    let between = Between::new(&world);
    let partner = partner(&world, &between).build().unwrap();
    let brand = brand(&world, &between).build().unwrap();
    let tokens = [
        partner.create_pre_auth_token(&founding(OPENID)).await.unwrap(),
        partner.create_pre_auth_token(&current(OPENID)).await.unwrap(),
        brand.create_pre_auth_token(&brands(OPENID)).await.unwrap(),
    ];
    let rows = world.tokens().await;
    assert_eq!(rows.len(), 3);
    for token in tokens {
        assert!(rows.iter().any(|row| row.response() == token));
        assert_eq!(token.expire_time.timestamp(), at(NOW + 3600));
    }
    assert_eq!(partner.echo("会员").await.unwrap(), "会员");
}

#[tokio::test]
async fn refusals_arrive_with_code_detail_and_proof() {
    let world = TestService::new().await;
    let between = Between::new(&world);
    let client = partner(&world, &between).build().unwrap();
    let error = client.create_pre_auth_token(&current("oMember000000000000000000000")).await.unwrap_err();
    assert!(!error.is_retryable() && !error.may_have_taken_effect());
    assert_eq!(error.request_id(), between.last_response().headers()["request-id"].to_str().ok());
    assert_eq!(api_error(error), (400, Code::InvalidRequest, Proof::Signed));

    let error = client.create_pre_auth_token(&current("oSystemError0000000000000000")).await.unwrap_err();
    assert!(error.is_retryable() && error.may_have_taken_effect());
    assert_eq!(api_error(error), (500, Code::SystemError, Proof::Signed));

    let error = client.call(http::Method::POST, "/v3/security/echo", "{}").await.unwrap_err();
    assert!(error.to_string().contains("/echo_message"), "{error}");
    assert_eq!(api_error(error), (400, Code::ParamError, Proof::Unsigned));

    let error = client.create_pre_auth_token(&founding("oBad")).await.unwrap_err();
    assert_eq!(api_error(error), (400, Code::ParamError, Proof::Signed));

    let error = client.call(http::Method::GET, "/v3/nowhere", "").await.unwrap_err();
    assert_eq!(error.status().unwrap(), 404);
}

#[tokio::test]
async fn a_signature_that_does_not_fit_is_told_with_what_would_have() {
    let world = TestService::new().await;
    let between = Between::new(&world);
    let client = Client::partner(MCHID, SERIAL_NO, BRAND_KEY, PUBLIC_KEY_ID, PLATFORM_PUB)
        .unwrap()
        .clock(world.wire.clone())
        .transport(between.clone())
        .build()
        .unwrap();
    let error = client.create_pre_auth_token(&founding(OPENID)).await.unwrap_err();
    let Error::Api(refusal) = &error else { panic!("{error:?}") };
    let information = refusal.sign_information().unwrap();
    assert_eq!(
        (information.method.as_str(), information.url.as_str()),
        ("POST", between.last_request().uri().path())
    );
    assert_eq!(api_error(error), (401, Code::SignError, Proof::Unsigned));
}

#[tokio::test]
async fn responses_are_accepted_under_the_keys_that_the_client_has() {
    let world = TestService::new().await;
    let between = Between::new(&world);
    let serial = || between.last_response().headers()["wechatpay-serial"].to_str().unwrap().to_owned();
    let client = partner(&world, &between).build().unwrap();
    client.echo("").await.unwrap();
    assert_eq!(serial(), PUBLIC_KEY_ID);

    // The service does not know the client's public key, and signs with its own.
    let stranger = Client::partner(MCHID, SERIAL_NO, MERCHANT_KEY, "PUB_KEY_ID_0", PLATFORM_PUB)
        .unwrap()
        .clock(world.wire.clone())
        .transport(between.clone());
    let error = stranger.build().unwrap().echo("").await.unwrap_err();
    let Error::Verify(unverified) = &error else { panic!("{error:?}") };
    let VerifyError::UnknownSerial { serial: unknown, known } = &unverified.error else {
        panic!("{error:?}")
    };
    assert_eq!((unknown.as_str(), known[0].as_str()), (PUBLIC_KEY_ID, "PUB_KEY_ID_0"));

    // For a merchant in certificate mode the service signs with its certificate's key, and this client has the
    // certificate.
    world.change::<Merchant>(MCHID, |merchant| merchant.move_to(KeyStage::BothCertificate)).await;
    let certified = Client::partner(MCHID, SERIAL_NO, MERCHANT_KEY, "PUB_KEY_ID_0", PLATFORM_PUB)
        .unwrap()
        .clock(world.wire.clone())
        .transport(between.clone())
        .platform_certificate(PLATFORM_CERT);
    certified.build().unwrap().create_pre_auth_token(&founding(OPENID)).await.unwrap();
    assert_eq!(serial(), PLATFORM_SERIAL);
}

#[tokio::test]
async fn a_brand_must_name_its_key() {
    let world = TestService::new().await;
    let between = Between::new(&world);
    let client = brand(&world, &between).build().unwrap();
    client.create_pre_auth_token(&brands(OPENID)).await.unwrap();
    let mut request = between.last_request();
    request.headers_mut().remove(header::SERIAL);
    // A resend is recognised whatever its unsigned headers are.
    assert_eq!(world.send(request).await.status, 200);

    let wrong = Client::brand(BRAND_ID, BRAND_SERIAL_NO, BRAND_KEY, PUBLIC_KEY_ID, PLATFORM_PUB)
        .unwrap()
        .clock(world.wire.clone())
        .transport(between.clone())
        .build()
        .unwrap();
    let error = wrong.create_pre_auth_token(&brands(OPENID)).await.unwrap_err();
    // The rejection is signed with the brand's own key, which this client does not have.
    assert!(
        matches!(&error, Error::Verify(unverified) if matches!(unverified.error, VerifyError::UnknownSerial { .. }))
    );
    assert!(
        String::from_utf8_lossy(between.last_response().body()).contains(rows::WECHATPAY_SERIAL_WRONG.zh)
    );
}

/// Two certificates are valid at the same time; then the old one is removed.
#[tokio::test]
async fn a_merchants_key_is_rotated_without_a_gap() {
    let world = TestService::new().await;
    let between = Between::new(&world);
    let old = partner(&world, &between).build().unwrap();
    let serial = "4D1A4D0C0F5E6A7B8C9D0E1F2A3B4C5D6E7F8093";
    let new = Client::partner(MCHID, serial, BRAND_KEY, PUBLIC_KEY_ID, PLATFORM_PUB)
        .unwrap()
        .clock(world.wire.clone())
        .transport(between.clone())
        .build()
        .unwrap();
    assert_eq!(api_error(new.echo("").await.unwrap_err()), (401, Code::SignError, Proof::Unsigned));
    let certificate = certificate(BRAND_KEY, serial, MCHID, NOW + 86_400);
    world.change::<Merchant>(MCHID, |merchant| merchant.certificates.push(certificate)).await;
    old.echo("").await.unwrap();
    new.echo("").await.unwrap();
    world.change::<Merchant>(MCHID, |merchant| drop(merchant.certificates.remove(0))).await;
    assert_eq!(api_error(old.echo("").await.unwrap_err()), (401, Code::SignError, Proof::Unsigned));
    new.echo("").await.unwrap();
    world.pass(86_401);
    let error = new.echo("").await.unwrap_err();
    assert!(error.to_string().contains(rows::CERTIFICATE_EXPIRED.zh), "{error}");
}

#[tokio::test]
async fn clocks_apart_by_five_minutes_agree_and_by_more_do_not() {
    let world = TestService::new().await;
    let between = Between::new(&world);
    let ask = async |second: i64| {
        let clock = Arc::new(ruhui_server::env::ManualClock::new(at(second)));
        let client = partner(&world, &between).clock(clock).build().unwrap();
        client.echo("").await.map_err(api_error)
    };
    for offset in [-300, 300] {
        assert_eq!(ask(NOW + offset).await, Ok(String::new()));
    }
    for offset in [-301, 301] {
        assert_eq!(ask(NOW + offset).await, Err((401, Code::SignError, Proof::Unsigned)));
    }
}

/// Each way to damage a response, and the client's error for it.
#[tokio::test]
async fn tampered_responses_are_told_apart_and_never_become_values() {
    let world = TestService::new().await;
    let between = Between::new(&world);
    let client = partner(&world, &between).build().unwrap();
    for (index, (what, fits)) in TAMPERINGS.iter().enumerate() {
        println!("{what}");
        between.tamper(move |response| tamper(index, response));
        let error = client.create_pre_auth_token(&founding(OPENID)).await.unwrap_err();
        let Error::Verify(unverified) = &error else { panic!("{error:?}") };
        assert!(fits(&unverified.error), "{error}");
        assert!(error.may_have_taken_effect());
        assert_eq!(error.is_retryable(), unverified.error == VerifyError::Probe);
    }
    assert_eq!(world.tokens().await.len(), TAMPERINGS.len());
}

type Fits = fn(&VerifyError) -> bool;

const TAMPERINGS: [(&str, Fits); 14] = [
    ("a bit of the body is flipped", |e| *e == VerifyError::Forged),
    ("the body is cut", |e| *e == VerifyError::Forged),
    ("a line feed is added", |e| *e == VerifyError::Forged),
    ("the body is another's", |e| *e == VerifyError::Forged),
    ("the nonce is another", |e| *e == VerifyError::Forged),
    ("the signature is cut", |e| *e == VerifyError::Forged),
    ("a probe", |e| *e == VerifyError::Probe),
    ("no signature", |e| *e == VerifyError::MissingHeader(header::SIGNATURE)),
    ("no header at all", |e| *e == VerifyError::MissingHeader(header::TIMESTAMP)),
    ("a second serial", |e| *e == VerifyError::DuplicateHeader(header::SERIAL)),
    ("an unknown serial", |e| matches!(e, VerifyError::UnknownSerial { .. })),
    ("301 s old", |e| *e == VerifyError::TooOld { seconds: 301 }),
    ("301 s ahead", |e| *e == VerifyError::TooFarAhead { seconds: 301 }),
    ("the other scheme", |e| matches!(e, VerifyError::WrongAlgorithm { .. })),
];

fn tamper(index: usize, response: &mut Response<Bytes>) {
    let signature = response.headers()[header::SIGNATURE].to_str().unwrap().to_owned();
    let timestamp: i64 = response.headers()[header::TIMESTAMP].to_str().unwrap().parse().unwrap();
    let mut set = |name, value: &str| {
        response.headers_mut().insert(name, HeaderValue::from_str(value).unwrap());
    };
    match index {
        4 => return set(header::NONCE, "0"),
        5 => return set(header::SIGNATURE, &signature[..340]),
        6 => return set(header::SIGNATURE, &format!("WECHATPAY/SIGNTEST/{}", &signature[19..])),
        10 => return set(header::SERIAL, "PUB_KEY_ID_0"),
        11 => return set(header::TIMESTAMP, &(timestamp - 301).to_string()),
        12 => return set(header::TIMESTAMP, &(timestamp + 301).to_string()),
        13 => return set(header::SIGNATURE_TYPE, "WECHATPAY-BRAND-SHA256-RSA2048"),
        _ => {}
    }
    let mut body = response.body().to_vec();
    match index {
        0 => body[12] ^= 1,
        1 => drop(body.pop()),
        2 => body.push(b'\n'),
        3 => {
            body = br#"{"token":"d2df23f2f4fasf3gws","expire_time":"2030-05-20T13:29:35.120+08:00"}"#.to_vec()
        }
        _ => {}
    }
    *response.body_mut() = body.into();
    match index {
        7 => drop(response.headers_mut().remove(header::SIGNATURE)),
        8 => response.headers_mut().clear(),
        9 => drop(response.headers_mut().append(header::SERIAL, HeaderValue::from_static("PUB_KEY_ID_0"))),
        _ => {}
    }
}

/// A rejection may be unsigned. One with a signature mismatch is not trusted.
#[tokio::test]
async fn a_tampered_refusal_is_not_believed() {
    let world = TestService::new().await;
    let between = Between::new(&world);
    let client = partner(&world, &between).build().unwrap();
    between.tamper(|response| tamper(0, response));
    let error = client.create_pre_auth_token(&founding("oInvalid00000000000000000000")).await.unwrap_err();
    assert!(matches!(error, Error::Verify(_)), "{error:?}");
}

/// The replayed response of an earlier request is verified while its time is inside the window. TLS alone binds a
/// response to its request; the documented signature covers only time, nonce and body.
#[tokio::test]
async fn a_stale_response_is_too_old() {
    let world = TestService::new().await;
    let between = Between::new(&world);
    let client = partner(&world, &between).build().unwrap();
    client.echo("").await.unwrap();
    let stale = between.last_response();
    world.pass(301);
    between.tamper(|response| *response = stale);
    let error = client.echo("").await.unwrap_err();
    let Error::Verify(unverified) = &error else { panic!("{error:?}") };
    assert_eq!(unverified.error, VerifyError::TooOld { seconds: 301 });
}

/// If a response is lost, the client sends a newly signed request to the backup host, and gets another token.
#[tokio::test]
async fn a_lost_response_is_asked_for_again_at_the_backup_host() {
    let world = TestService::new().await;
    let between = Between::new(&world);
    let client = partner(&world, &between).build().unwrap();
    between.lose(TransportError::Timeout { phase: Phase::Waiting });
    let token = client.create_pre_auth_token(&founding(OPENID)).await.unwrap();
    let rows = world.tokens().await;
    assert_eq!(rows.len(), 2);
    assert!(rows.iter().any(|row| row.response() == token));
}

// Seeded simulation.

/// An acknowledged token of the client, with its request.
struct Granted {
    token: PreAuthToken,
    brand_id: String,
    card_id: String,
    openid: String,
    at: jiff::Timestamp,
}

/// A request that the service processed, and its response.
struct Sighted {
    request: Request<Vec<u8>>,
    signed_at: i64,
    status: u16,
    body: Bytes,
}

struct Simulation {
    seed: u64,
    step: u32,
    random: SeededEntropy,
    world: TestService,
    store: Arc<Unreliable<MemoryStore>>,
    between: Arc<Between>,
    partner: Client<Partner>,
    brand: Client<Brand>,
    granted: Vec<Granted>,
    sighted: Vec<Sighted>,
    /// Time up to which rows may have been deleted.
    forgotten_until: jiff::Timestamp,
    /// Counts of events by name. The simulation must have produced each kind of event to prove anything about it.
    seen: BTreeMap<&'static str, u32>,
}

impl Simulation {
    async fn new(seed: u64) -> Self {
        let store = Arc::new(Unreliable::new(MemoryStore::new()));
        let world = TestService::seeded(store.clone(), seed).await;
        let between = Between::new(&world);
        Self {
            seed,
            step: 0,
            random: SeededEntropy::new(seed),
            partner: partner(&world, &between).build().unwrap(),
            brand: brand(&world, &between).build().unwrap(),
            world,
            store,
            between,
            granted: Vec::new(),
            sighted: Vec::new(),
            forgotten_until: jiff::Timestamp::MIN,
            seen: BTreeMap::new(),
        }
    }

    fn below(&self, limit: u64) -> u64 {
        let mut bytes = [0; 8];
        self.random.fill(&mut bytes);
        u64::from_le_bytes(bytes) % limit
    }

    fn saw(&mut self, what: &'static str) {
        *self.seen.entry(what).or_default() += 1;
    }

    /// Returns seed and step, for the messages of failures.
    fn place(&self) -> String {
        format!("seed {}, step {}", self.seed, self.step)
    }

    async fn one_step(&mut self) {
        self.step += 1;
        match self.below(20) {
            0..=8 => self.ask(false).await,
            9 | 10 => self.ask(true).await,
            11..=13 => self.repeat().await,
            14 => {
                self.world.pass(i64::try_from(self.below(200)).unwrap());
                self.saw("time passes");
            }
            15 => {
                let hours = i64::try_from(self.below(4)).unwrap() - 1;
                self.world.business.advance(SignedDuration::from_hours(hours));
                self.saw("business time is moved");
            }
            16 => {
                self.world.restart().await;
                *self.between.service.lock().unwrap() = self.world.service.clone();
                self.saw("restart");
            }
            17 => {
                match self.below(4) {
                    0 => self.store.fail_loads(1),
                    1 => self.store.fail_load_after(1),
                    2 => self.store.fail_commits(1),
                    _ => self.store.lose_answers(1),
                }
                self.ask(false).await;
                self.store.heal();
                self.saw("the store fails");
            }
            18 => {
                let now = self.world.business.now().min(self.world.wire.now());
                self.world.service.delete_expired(1000).await.unwrap();
                self.forgotten_until = self.forgotten_until.max(now);
                self.saw("what is over is forgotten");
            }
            _ => self.forge().await,
        }
        self.check().await;
    }

    /// Sends a request through the SDK, and may tamper with the response.
    async fn ask(&mut self, tampered: bool) {
        let openid = [
            "obLatjnx9gnqzS4myYGmLZ7LgLBA",
            "oSimulated000000000000000000",
            "oMember000000000000000000000",
            "x",
        ][usize::try_from(self.below(4)).unwrap()];
        if tampered {
            let index = usize::try_from(self.below(TAMPERINGS.len() as u64)).unwrap();
            // Without any header a rejection is an unsigned one, which the client accepts as a hint.
            let index = if index == 8 { 7 } else { index };
            self.between.tamper(move |response| tamper(index, response));
        }
        let result = match self.below(3) {
            0 => self.partner.create_pre_auth_token(&founding(openid)).await,
            1 => self.partner.create_pre_auth_token(&current(openid)).await,
            _ => self.brand.create_pre_auth_token(&brands(openid)).await,
        };
        let response = self.between.last_response();
        if response.status().as_u16() < 429 {
            self.sighted.push(Sighted {
                request: self.between.last_request(),
                signed_at: self.world.wire.now().as_second(),
                status: response.status().as_u16(),
                body: response.body().clone(),
            });
        }
        match result {
            Ok(token) => {
                assert!(!tampered, "{}: a tampered response became a value", self.place());
                self.saw("token");
                self.granted.push(Granted {
                    token,
                    brand_id: BRAND_ID.to_owned(),
                    card_id: CARD_ID.to_owned(),
                    openid: openid.to_owned(),
                    at: self.world.business.now(),
                });
            }
            Err(Error::Verify(_)) => {
                assert!(tampered, "{}: an honest response did not verify", self.place());
                self.saw("unverified");
            }
            Err(Error::Api(refusal)) => {
                assert!(!tampered, "{}: a tampered refusal was believed: {refusal:?}", self.place());
                assert_eq!(refusal.proof, Proof::Signed, "{}", self.place());
                self.saw(if refusal.status().is_server_error() { "system error" } else { "refusal" });
            }
            Err(error) => panic!("{}: {error:?}", self.place()),
        }
    }

    /// Resends an earlier request, byte for byte.
    async fn repeat(&mut self) {
        if self.sighted.is_empty() {
            return;
        }
        // Half of the resends are recent requests, because older ones have left the window.
        let among = if self.below(2) == 0 { 8 } else { usize::MAX };
        let back = self.below(self.sighted.len().min(among) as u64);
        let index = self.sighted.len() - 1 - usize::try_from(back).unwrap();
        let before = self.world.tokens().await.len();
        let response = self.world.send(self.sighted[index].request.clone()).await;
        let Sighted { signed_at, status, body, .. } = &self.sighted[index];
        let place = self.place();
        if self.world.wire.now().as_second() - signed_at > 300 {
            assert_eq!(response.status, 401, "{place}");
            response.unsigned();
            self.saw("late repeat");
        } else {
            assert_eq!((response.status.as_u16(), &response.body), (*status, body), "{place}");
            self.saw("repeat");
        }
        assert_eq!(self.world.tokens().await.len(), before, "{place}");
    }

    /// Sends an earlier request with a change, or one with a wrong key. It has no effect.
    async fn forge(&mut self) {
        let before = self.world.tokens().await;
        let draft = self.world.founding();
        let mut request = match self.sighted.last() {
            Some(sighted) if self.below(2) == 0 => sighted.request.clone(),
            _ => draft.sign(),
        };
        match self.below(4) {
            0 => request.body_mut().push(b' '),
            1 => *request.uri_mut() = format!("{}?x", request.uri()).parse().unwrap(),
            2 => *request.method_mut() = http::Method::PUT,
            _ => request = draft.with(|draft| draft.key = &BRAND).sign(),
        }
        let response = self.world.send(request).await;
        assert!([401, 405].contains(&response.status.as_u16()), "{}: {}", self.place(), response.text());
        response.unsigned();
        assert_eq!(self.world.tokens().await, before, "{}", self.place());
        self.saw("forged");
    }

    /// Asserts the invariants.
    async fn check(&self) {
        let rows: BTreeMap<_, _> =
            self.world.tokens().await.into_iter().map(|row| (row.token.as_str().to_owned(), row)).collect();
        for granted in &self.granted {
            let end = granted.at + SignedDuration::from_hours(1);
            let place = self.place();
            assert_eq!(granted.token.expire_time.timestamp(), end, "{place}: not an hour of business time");
            if end <= self.forgotten_until {
                continue;
            }
            let row = rows.get(granted.token.token.as_str());
            let row = row.unwrap_or_else(|| panic!("{place}: an acknowledged token is gone"));
            assert_eq!(row.response(), granted.token, "{place}");
            let bound =
                [row.brand_id.as_str(), row.card_id.as_str(), row.openid.as_str(), row.appid.as_str()];
            let asked = [&granted.brand_id, &granted.card_id, &granted.openid, "wxea9c30890f48d5ae"];
            assert_eq!(bound, asked, "{place}: bound to something else");
        }
    }
}

#[tokio::test]
async fn a_simulation_of_everything_keeps_what_must_hold() {
    let mut seen: BTreeMap<&str, u32> = BTreeMap::new();
    for seed in 1..=6 {
        let mut simulation = Simulation::new(seed).await;
        for _ in 0..150 {
            simulation.one_step().await;
        }
        for (what, count) in simulation.seen {
            *seen.entry(what).or_default() += count;
        }
    }
    assert!(seen.len() == 12 && seen.values().all(|count| *count > 10), "{seen:?}");
}
