//! Test fixtures: keys, a fixed clock, a counting random source, and a scripted transport.

use async_trait::async_trait;
use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode};
use ruhui::api::card_member::{CreatePreAuthToken, OpenUserCardToken};
use ruhui::env::{Clock, Entropy};
use ruhui::key::PrivateKey;
use ruhui::sign::{Authorization, ResponseSigner, Scheme};
use ruhui::transport::{Transport, TransportError};
use ruhui::types::{BrandId, CardId, NonceStr, OpenId, SerialNo};
use ruhui::{Client, ClientBuilder};
use std::collections::VecDeque;
use std::sync::atomic::{AtomicI64, AtomicU8, Ordering};
use std::sync::{Arc, Mutex};

pub(crate) const MCHID: &str = "1900000001";
pub(crate) const SERIAL_NO: &str = "1DDE55AD98ED71D6EDD4A4A16996DE7B47773A8C";
pub(crate) const PUBLIC_KEY_ID: &str = "PUB_KEY_ID_0119000000012025062400000000000001";
pub(crate) const MERCHANT_KEY: &str = include_str!("../../../../vectors/keys/merchant_key.pem");
pub(crate) const MERCHANT_PUB: &str = include_str!("../../../../vectors/keys/merchant_pub.pem");
pub(crate) const MERCHANT_CERT: &str = include_str!("../../../../vectors/keys/merchant_cert.pem");
pub(crate) const PLATFORM_KEY: &str = include_str!("../../../../vectors/keys/platform_key.pem");
pub(crate) const PLATFORM_PUB: &str = include_str!("../../../../vectors/keys/platform_pub.pem");
pub(crate) const PLATFORM_CERT: &str = include_str!("../../../../vectors/keys/platform_cert.pem");
pub(crate) const BRAND_KEY: &str = include_str!("../../../../vectors/keys/brand_key.pem");

/// The time of the tests, 15 January 2027: within the validity of the certificates in `vectors/keys`.
pub(crate) const NOW: i64 = 1_800_000_000;

pub(crate) const TOKEN: &str =
    r#"{"token":"Ab3dEfGh1jKlMn0pQrStUvWxYz012345","expire_time":"2025-06-24T09:00:00.000+08:00"}"#;

/// A clock that stands still until it is set.
pub(crate) struct Standing(AtomicI64);

impl Standing {
    pub(crate) fn at(second: i64) -> Arc<Self> {
        Arc::new(Self(AtomicI64::new(second)))
    }

    pub(crate) fn set(&self, second: i64) {
        self.0.store(second, Ordering::Relaxed);
    }
}

impl Clock for Standing {
    fn now(&self) -> jiff::Timestamp {
        jiff::Timestamp::from_second(self.0.load(Ordering::Relaxed)).unwrap()
    }
}

/// A random source whose bytes count upwards, so that no two nonces are equal.
#[derive(Default)]
pub(crate) struct Counting(AtomicU8);

impl Entropy for Counting {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill_with(|| self.0.fetch_add(1, Ordering::Relaxed));
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

pub(crate) type Outcome = Result<Response<Bytes>, TransportError>;

/// A transport that returns scripted outcomes in order, and keeps the requests.
#[derive(Default)]
pub(crate) struct Script {
    outcomes: Mutex<VecDeque<Outcome>>,
    requests: Mutex<Vec<Request<Bytes>>>,
}

impl Script {
    pub(crate) fn new(outcomes: impl IntoIterator<Item = Outcome>) -> Arc<Self> {
        Arc::new(Self { outcomes: Mutex::new(outcomes.into_iter().collect()), requests: Mutex::default() })
    }

    pub(crate) fn requests(&self) -> Vec<Request<Bytes>> {
        std::mem::take(&mut self.requests.lock().unwrap())
    }

    /// Returns the hosts of the requests.
    pub(crate) fn hosts(&self) -> Vec<String> {
        self.requests().iter().map(|request| request.uri().host().unwrap().to_owned()).collect()
    }
}

#[async_trait]
impl Transport for Script {
    async fn send(&self, request: Request<Bytes>) -> Outcome {
        self.requests.lock().unwrap().push(request);
        self.outcomes.lock().unwrap().pop_front().expect("the script goes on")
    }
}

/// Returns the signer of the platform's responses, with its usual key and id.
pub(crate) fn platform() -> ResponseSigner {
    let key = PrivateKey::from_pem(PLATFORM_KEY).unwrap();
    ResponseSigner::new(SerialNo::new(PUBLIC_KEY_ID).unwrap(), key)
}

/// Returns a response that is signed as WeChat Pay signs at `NOW`.
pub(crate) fn signed(status: u16, body: &str) -> Response<Bytes> {
    signed_by(&platform(), Scheme::Merchant, NOW, status, body)
}

pub(crate) fn signed_by(
    signer: &ResponseSigner,
    scheme: Scheme,
    second: i64,
    status: u16,
    body: &str,
) -> Response<Bytes> {
    let mut response = unsigned(status, body);
    let now = jiff::Timestamp::from_second(second).unwrap();
    let nonce = NonceStr::new("c5ac7061fccab6bf3e254dcf98995b8c").unwrap();
    let mut headers = HeaderMap::new();
    signer.sign(&mut headers, scheme, now, &nonce, body.as_bytes());
    response.headers_mut().extend(headers);
    response
}

pub(crate) fn unsigned(status: u16, body: &str) -> Response<Bytes> {
    let mut response = Response::new(Bytes::copy_from_slice(body.as_bytes()));
    *response.status_mut() = StatusCode::from_u16(status).unwrap();
    response.headers_mut().insert("request-id", "08F78BB5-0".parse().unwrap());
    response
}

/// Returns a builder with the five parameters, the fixed clock and the counting random source.
pub(crate) fn builder() -> ClientBuilder {
    Client::partner(MCHID, SERIAL_NO, MERCHANT_KEY, PUBLIC_KEY_ID, PLATFORM_PUB)
        .unwrap()
        .clock(Standing::at(NOW))
        .entropy(Arc::new(Counting::default()))
}

pub(crate) fn client(script: &Arc<Script>) -> Client {
    builder().transport(script.clone()).build().unwrap()
}

/// Requests a token with a client whose transport has this one outcome.
pub(crate) async fn ask(outcome: Outcome) -> Result<String, ruhui::Error> {
    let client = client(&Script::new([outcome]));
    client.create_pre_auth_token(&call()).await.map(|token| token.token.as_str().to_owned())
}

pub(crate) fn call() -> CreatePreAuthToken {
    CreatePreAuthToken {
        brand_id: BrandId::new("1004").unwrap(),
        card_id: CardId::new("pbLatjvWOibDc5-TBnbUk1pD12o0").unwrap(),
        openid: OpenId::new("obLatjnx9gnqzS4myYGmLZ7LgLBA").unwrap(),
    }
}

pub(crate) fn founding_call(openid: &str) -> OpenUserCardToken {
    let CreatePreAuthToken { brand_id, card_id, .. } = call();
    OpenUserCardToken { brand_id, card_id, openid: OpenId::new(openid).unwrap() }
}

/// Returns the Authorization of a request, parsed as the service parses it.
pub(crate) fn authorization(request: &Request<Bytes>) -> Authorization {
    Authorization::parse(request.headers()["authorization"].to_str().unwrap()).unwrap()
}

/// Returns whether the request's signature verifies over its own bytes, as the service checks it.
pub(crate) fn is_signed_as_sent(request: &Request<Bytes>) -> bool {
    let key = PrivateKey::from_pem(MERCHANT_KEY).unwrap().public_key();
    let target = request.uri().path_and_query().unwrap().as_str();
    authorization(request).verify(request.method().as_str(), target, request.body(), &key).is_ok()
}
