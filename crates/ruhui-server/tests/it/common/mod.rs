//! Starts a service whose clock, random source and store the test controls, signs requests to it, and checks its
//! responses to the last header.
#![allow(dead_code, unused_imports, reason = "`log` and `postgres` use a part of this")]

mod calls;
mod cards;
pub(crate) mod controlled;
pub(crate) mod database;
mod interleaved;
mod request;
pub(crate) mod served;
pub(crate) mod socket;
mod store;

pub(crate) use calls::{APPID, BOUNDARY, PNG, form, merged};
pub(crate) use cards::{MEMBER, PHONE, decrypted, encrypted, filled};
pub(crate) use interleaved::Interleaved;
pub(crate) use request::{Draft, authorization_of};
pub(crate) use store::{Shared, Unreliable};

use axum::body::Body;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, Request, StatusCode};
use http_body_util::BodyExt as _;
use jiff::{SignedDuration, Timestamp};
use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair, PKCS_RSA_SHA256, SerialNumber};
use ruhui_core::api::card_member::{CreatePreAuthToken, OpenUserCardToken};
use ruhui_core::api::certificates::ListCertificates;
use ruhui_core::api::rows::{self, Id};
use ruhui_core::api::security::Echo;
use ruhui_core::api::{Brand, Endpoint, FamilyMarker as _, Partner, Row};
use ruhui_core::key::PrivateKey;
use ruhui_core::sign::{Scheme, header, verify_response};
use ruhui_server::config::{Config, Provision};
use ruhui_server::domain::{Merchant, TokenRecord};
use ruhui_server::env::{Clock as _, Env, ManualClock, SeededEntropy};
use ruhui_server::outbox::CallbackClient;
use ruhui_server::store::records::put;
use ruhui_server::store::{Loaded, MemoryStore, Record, Store, StoreExt as _};
use ruhui_server::{Policy, RateLimit, Service};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, LazyLock};
use tower::ServiceExt as _;

/// Returns an empty store: in memory, except for the tests of the target `postgres`, which use a database.
pub(crate) async fn fresh() -> Arc<dyn Store> {
    match env!("CARGO_CRATE_NAME") {
        "postgres" => database::open(&database::schema()).await,
        _ => Arc::new(MemoryStore::new()),
    }
}

pub(crate) const MERCHANT_KEY: &str = include_str!("../../../../../vectors/keys/merchant_key.pem");
pub(crate) const MERCHANT_CERT: &str = include_str!("../../../../../vectors/keys/merchant_cert.pem");
pub(crate) const PLATFORM_KEY: &str = include_str!("../../../../../vectors/keys/platform_key.pem");
pub(crate) const PLATFORM_PUB: &str = include_str!("../../../../../vectors/keys/platform_pub.pem");
pub(crate) const PLATFORM_CERT: &str = include_str!("../../../../../vectors/keys/platform_cert.pem");
pub(crate) const BRAND_KEY: &str = include_str!("../../../../../vectors/keys/brand_key.pem");

pub(crate) const MCHID: &str = "1900000001";
pub(crate) const SERIAL_NO: &str = "1DDE55AD98ED71D6EDD4A4A16996DE7B47773A8C";
pub(crate) const BRAND_ID: &str = "1004";
pub(crate) const BRAND_SERIAL_NO: &str = "2B1A4D0C0F5E6A7B8C9D0E1F2A3B4C5D6E7F8091";
pub(crate) const CARD_ID: &str = "pbLatjvWOibDc5-TBnbUk1pD12o0";
pub(crate) const OPENID: &str = "obLatjnx9gnqzS4myYGmLZ7LgLBA";
pub(crate) const APIV3_KEY: &str = "0123456789abcdef0123456789ABCDEF";
pub(crate) const BRAND_API_KEY: &str = "fedcba9876543210FEDCBA9876543210";
pub(crate) const PUBLIC_KEY_ID: &str = "PUB_KEY_ID_0119000000012025062400000000000001";
pub(crate) const BRAND_PUBLIC_KEY_ID: &str = "PUB_KEY_ID_0100000010042025062400000000000002";
pub(crate) const PLATFORM_SERIAL: &str = "7132D72A03E93CDDF8C03BBD1F37EEDF1F2D1B4C";

/// Another merchant, which is bound to no brand. It uses the brand's key with another certificate.
pub(crate) const OTHER_MCHID: &str = "1900000002";
pub(crate) const OTHER_SERIAL_NO: &str = "3C1A4D0C0F5E6A7B8C9D0E1F2A3B4C5D6E7F8092";

/// 15 January 2027, 16:00 in Beijing: within the validity of the certificates in `vectors/keys`.
pub(crate) const NOW: i64 = 1_800_000_000;

pub(crate) static MERCHANT: LazyLock<PrivateKey> =
    LazyLock::new(|| PrivateKey::from_pem(MERCHANT_KEY).unwrap());
pub(crate) static BRAND: LazyLock<PrivateKey> = LazyLock::new(|| PrivateKey::from_pem(BRAND_KEY).unwrap());

pub(crate) fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

/// Returns a self-signed certificate for one of the keys, in PEM.
pub(crate) fn certificate(key: &str, serial_no: &str, common_name: &str, not_after: i64) -> String {
    let key = KeyPair::from_pkcs8_pem_and_sign_algo(key, &PKCS_RSA_SHA256).unwrap();
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, common_name);
    params.serial_number = Some(SerialNumber::from_slice(&hex::decode(serial_no).unwrap()));
    params.not_before = time::OffsetDateTime::from_unix_timestamp(NOW - 86_400).unwrap();
    params.not_after = time::OffsetDateTime::from_unix_timestamp(not_after).unwrap();
    params.self_signed(&key).unwrap().pem()
}

/// Writes the keys to a sandbox's folder, so that it need not make any.
pub(crate) fn furnish(root: &Path) {
    std::fs::create_dir_all(root.join("kit")).unwrap();
    std::fs::create_dir_all(root.join("platform")).unwrap();
    let brand_cert = certificate(BRAND_KEY, BRAND_SERIAL_NO, BRAND_ID, NOW + 86_400 * 365);
    for (name, text) in [
        ("kit/apiclient_key.pem", MERCHANT_KEY),
        ("kit/apiclient_cert.pem", MERCHANT_CERT),
        ("kit/brand_key.pem", BRAND_KEY),
        ("kit/brand_cert.pem", &brand_cert),
        ("kit/wxp_cert.pem", PLATFORM_CERT),
        ("kit/apiv3_key.txt", APIV3_KEY),
        ("kit/brand_api_key.txt", BRAND_API_KEY),
        ("platform/wxp_key.pem", PLATFORM_KEY),
        ("platform/wxp_cert_key.pem", PLATFORM_KEY),
        ("platform/brand_wxp_key.pem", PLATFORM_KEY),
    ] {
        std::fs::write(root.join(name), text).unwrap();
    }
}

/// The contents of the sandbox's own `ruhui.toml`, with the keys above and another merchant.
pub(crate) static PROVISION: LazyLock<Provision> = LazyLock::new(|| provision(""));

/// Makes a sandbox's folder with the keys above and the sandbox's own `ruhui.toml`, with more entries at its end.
/// Returns the path of that file.
pub(crate) fn sandbox_folder(root: &Path, entries: &str) -> PathBuf {
    folder_of(root, include_str!("../../../src/config/sandbox.toml"), entries)
}

fn folder_of(root: &Path, file: &str, entries: &str) -> PathBuf {
    furnish(root);
    let text = file
        .replace("{partner_public_key_id}", PUBLIC_KEY_ID)
        .replace("{brand_public_key_id}", BRAND_PUBLIC_KEY_ID);
    let path = root.join("ruhui.toml");
    std::fs::write(&path, text + entries).unwrap();
    path
}

/// Returns the contents of that file with more entries at its end.
pub(crate) fn provision(entries: &str) -> Provision {
    provision_of(include_str!("../../../src/config/sandbox.toml"), entries)
}

/// Returns the contents of the file as the first release wrote it, which named a key in place of a stage.
pub(crate) fn first_provision(entries: &str) -> Provision {
    let file = include_str!("../../../src/config/sandbox.toml");
    let earlier = file.replace("key_stage = \"both_public_key\"", "reply_key = \"public_key\"");
    assert_ne!(file, earlier);
    provision_of(&earlier, entries)
}

fn provision_of(file: &str, entries: &str) -> Provision {
    let folder = tempfile::tempdir().unwrap();
    let path = folder_of(folder.path(), file, entries);
    let (_, mut provision) = Config::load(&path).unwrap();
    provision.merchants.push(Merchant {
        mchid: OTHER_MCHID.parse().unwrap(),
        certificates: vec![certificate(BRAND_KEY, OTHER_SERIAL_NO, OTHER_MCHID, NOW + 86_400)],
        apiv3_key: None,
        reply_key: ruhui_server::domain::ResponseKey::PublicKey,
        key_stage: None,
        public_key_callbacks: None,
    });
    provision
}

/// A service with everything around it.
pub(crate) struct TestService {
    pub(crate) wire: Arc<ManualClock>,
    pub(crate) business: Arc<ManualClock>,
    pub(crate) entropy: Arc<SeededEntropy>,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) policy: Policy,
    pub(crate) service: Arc<Service>,
    nonces: AtomicU32,
}

impl TestService {
    pub(crate) async fn new() -> Self {
        Self::over(fresh().await).await
    }

    pub(crate) async fn over(store: Arc<dyn Store>) -> Self {
        Self::start(store, PROVISION.policy.clone(), 1).await
    }

    /// Starts a service with these entries, in which all replicas together count against the documents' rate limits.
    pub(crate) async fn limited(store: Arc<dyn Store>, provision: &Provision) -> Self {
        let policy = Policy { rate_limit: RateLimit::DOCUMENTED, ..provision.policy.clone() };
        Self::start_of(provision, Arc::new(Shared(store)), policy, 1).await
    }

    pub(crate) async fn with_policy(change: impl FnOnce(&mut Policy)) -> Self {
        let mut policy = PROVISION.policy.clone();
        change(&mut policy);
        Self::start(fresh().await, policy, 1).await
    }

    pub(crate) async fn seeded(store: Arc<dyn Store>, seed: u64) -> Self {
        Self::start(store, PROVISION.policy.clone(), seed).await
    }

    async fn start(store: Arc<dyn Store>, policy: Policy, seed: u64) -> Self {
        Self::start_of(&PROVISION, store, policy, seed).await
    }

    async fn start_of(provision: &Provision, store: Arc<dyn Store>, policy: Policy, seed: u64) -> Self {
        provision.apply(&*store).await.unwrap();
        let (wire, business) = (Arc::new(ManualClock::new(at(NOW))), Arc::new(ManualClock::new(at(NOW))));
        let entropy = Arc::new(SeededEntropy::new(seed));
        let env = Env { wire: wire.clone(), business: business.clone(), entropy: entropy.clone() };
        let service =
            Service::start(env, store.clone(), PROVISION.platform.clone(), policy.clone()).await.unwrap();
        Self { wire, business, entropy, store, policy, service, nonces: AtomicU32::new(0) }
    }

    /// Replaces the service by a new one over the same store, as after a crash.
    pub(crate) async fn restart(&mut self) {
        self.service = self.beside(self.store.clone()).await;
    }

    /// Starts another service over this store, with the same clocks and random source. It provisions nothing.
    pub(crate) async fn beside(&self, store: Arc<dyn Store>) -> Arc<Service> {
        let (wire, business) = (self.wire.clone(), self.business.clone());
        let env = Env { wire, business, entropy: self.entropy.clone() };
        Service::start(env, store, PROVISION.platform.clone(), self.policy.clone()).await.unwrap()
    }

    /// Starts another service over the same store, with the same clocks and another callback client.
    pub(crate) async fn beside_with(&self, client: Arc<dyn CallbackClient>) -> Arc<Service> {
        let (wire, business) = (self.wire.clone(), self.business.clone());
        let env = Env { wire, business, entropy: self.entropy.clone() };
        self.start_beside(client, env).await
    }

    /// Starts another service over the same store, with other clocks.
    pub(crate) async fn start_beside(&self, client: Arc<dyn CallbackClient>, env: Env) -> Arc<Service> {
        let (store, platform) = (self.store.clone(), PROVISION.platform.clone());
        Service::start_with(client, env, store, platform, self.policy.clone()).await.unwrap()
    }

    /// Advances both clocks.
    pub(crate) fn pass(&self, seconds: i64) {
        self.wire.advance(SignedDuration::from_secs(seconds));
        self.business.advance(SignedDuration::from_secs(seconds));
    }

    /// Changes a provisioned record, and reloads it into the service.
    pub(crate) async fn change<T: Record>(&self, id: &str, change: impl FnOnce(&mut T)) {
        let Loaded { mut record, version, .. } = self.store.read::<T>(id).await.unwrap().unwrap();
        change(&mut record);
        self.store.commit(vec![put(&record, Some(version))]).await.unwrap();
        self.service.reload().await.unwrap();
    }

    /// Returns every token in the store.
    pub(crate) async fn tokens(&self) -> Vec<TokenRecord> {
        self.store.read_all().await.unwrap().into_iter().map(|loaded| loaded.record).collect()
    }

    fn draft<E: Endpoint>(&self, body: &Value) -> Draft {
        let nonce = self.nonces.fetch_add(1, Ordering::Relaxed);
        let body = if E::METHOD == http::Method::GET { Vec::new() } else { body.to_string().into_bytes() };
        Draft::new(E::METHOD, E::PATH, format!("{nonce:032X}"), self.wire.now().as_second(), body)
    }

    /// Returns a token request at the founding document's path, with a new nonce.
    pub(crate) fn founding(&self) -> Draft {
        self.draft::<OpenUserCardToken>(&json!({"brand_id": BRAND_ID, "card_id": CARD_ID, "openid": OPENID}))
    }

    /// Returns a token request at the current path.
    pub(crate) fn current(&self) -> Draft {
        self.draft::<CreatePreAuthToken>(&json!({"brand_id": BRAND_ID, "card_id": CARD_ID, "openid": OPENID}))
    }

    /// Returns a token request of the brand itself.
    pub(crate) fn brand(&self) -> Draft {
        self.draft::<CreatePreAuthToken<Brand>>(&json!({"card_id": CARD_ID, "openid": OPENID})).by_brand()
    }

    pub(crate) fn certificates(&self) -> Draft {
        self.draft::<ListCertificates>(&Value::Null)
    }

    pub(crate) fn echo(&self) -> Draft {
        self.draft::<Echo>(&json!({"echo_message": "会员"}))
    }

    /// Sends the bytes of a request to the service.
    pub(crate) async fn send(&self, request: Request<Vec<u8>>) -> Response {
        self.send_to(self.service.clone(), request).await
    }

    /// Sends the bytes of a request to another service.
    pub(crate) async fn send_to(&self, service: Arc<Service>, request: Request<Vec<u8>>) -> Response {
        let router = ruhui_server::http::api(service);
        let response = router.oneshot(request.map(Body::from)).await.unwrap();
        let (parts, body) = response.into_parts();
        Response {
            status: parts.status,
            headers: parts.headers,
            body: body.collect().await.unwrap().to_bytes(),
            now: self.wire.now(),
        }
    }

    /// Sends a request, and returns the token of the response, which must have one.
    pub(crate) async fn token(&self, request: Request<Vec<u8>>) -> String {
        let response = self.send(request).await;
        assert_eq!(response.status, 200, "{}", response.text());
        response.signed_as(Scheme::Merchant);
        response.json()["token"].as_str().unwrap().to_owned()
    }
}

/// A complete response.
#[derive(Debug, Clone)]
pub(crate) struct Response {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    now: Timestamp,
}

const SIGNATURE_HEADERS: [HeaderName; 5] =
    [header::TIMESTAMP, header::NONCE, header::SIGNATURE, header::SERIAL, header::SIGNATURE_TYPE];

impl Response {
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.to_vec()).unwrap()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn message(&self) -> String {
        self.json()["message"].as_str().unwrap().to_owned()
    }

    /// Asserts that the response is the row's, in Chinese.
    pub(crate) fn answers(&self, row: &Row) {
        let body = self.json();
        let said = (self.status.as_u16(), body["code"].as_str().unwrap_or_default());
        assert_eq!(said, (row.status, row.code.as_str()), "{}: {body}", row.name);
        // The message of a wrong parameter has the documents' sentence for its kind, which no row contains.
        match row.id {
            Id::PARAMETER_WRONG => {}
            Id::ENCRYPTED_FIELD_UNREADABLE => assert!(self.message().contains(row.zh), "{body}"),
            _ => assert!(self.message().starts_with(row.zh), "{}: {body}", row.name),
        }
    }

    /// Asserts that the response is signed now, with the scheme's key.
    pub(crate) fn signed_as(&self, scheme: Scheme) {
        let keys = match scheme {
            Scheme::Merchant => &PROVISION.platform.partner,
            Scheme::Brand => &PROVISION.platform.brand,
        };
        let verified = verify_response(&self.headers, &self.body, scheme, &keys.platform_keys(), self.now);
        assert_eq!(verified, Ok(()), "{}", self.text());
        assert_eq!(self.header("wechatpay-signature-type"), scheme.as_str());
        assert_eq!(self.header("wechatpay-timestamp"), self.now.as_second().to_string());
        self.identified();
    }

    /// Asserts that the response is signed, unless it comes from the general parameter check.
    pub(crate) fn signed_unless_general(&self, scheme: Scheme) {
        let body = if self.status == StatusCode::BAD_REQUEST { self.json() } else { Value::Null };
        let is_general = body["code"] == "PARAM_ERROR"
            && body.get("detail").is_some()
            && !body["message"].as_str().unwrap().contains(rows::ENCRYPTED_FIELD_UNREADABLE.zh);
        if is_general { self.unsigned() } else { self.signed_as(scheme) }
    }

    /// Asserts that no header of a signature exists.
    pub(crate) fn unsigned(&self) {
        for name in SIGNATURE_HEADERS {
            assert!(!self.headers.contains_key(&name), "{name}: {}", self.text());
        }
        self.identified();
    }

    /// Asserts that `Request-ID` consists of 32 hexadecimal digits, a dash and a number.
    fn identified(&self) {
        let id = self.header("request-id");
        let fits = id.split_once('-').is_some_and(|(id, result)| {
            id.len() == 32 && id.bytes().all(|b| b.is_ascii_hexdigit()) && result.parse::<u32>().is_ok()
        });
        assert!(fits, "Request-ID {id:?}");
    }

    /// Returns the response as snapshots keep it: the status, the headers that differ between responses, and the body.
    ///
    /// Random values are replaced, so that a snapshot changes only if the response does: one more random number drawn
    /// earlier would change all of them. The usual headers are checked here, for all snapshots.
    pub(crate) fn transcript(&self) -> String {
        let mut text = format!("{}\n", self.status);
        let (_, result) = self.header("request-id").split_once('-').expect("an id and a result");
        self.identified();
        writeln!(text, "request-id: (random)-{result}").unwrap();
        if !self.headers.contains_key(header::SIGNATURE) {
            self.unsigned();
            text.push_str("(unsigned)\n");
        }
        let length = self.body.len().to_string();
        let now = self.now.as_second().to_string();
        let usual = [
            ("cache-control", "no-cache, must-revalidate"),
            ("content-language", "zh-CN"),
            ("content-length", &length),
            ("content-type", "application/json; charset=utf-8"),
            ("keep-alive", "timeout=8"),
            ("x-content-type-options", "nosniff"),
            ("wechatpay-serial", PUBLIC_KEY_ID),
            ("wechatpay-signature-type", Scheme::Merchant.as_str()),
            ("wechatpay-timestamp", &now),
        ];
        // The signature over nonce and body was verified, so these headers are left out.
        let checked = ["request-id", "wechatpay-nonce", "wechatpay-signature"];
        let missing =
            |(name, _): &&(&str, &str)| !name.starts_with("wechatpay-") && !self.headers.contains_key(*name);
        for (name, _) in usual.iter().filter(missing) {
            writeln!(text, "{name}: (missing)").unwrap();
        }
        let mut headers: Vec<(&str, &str)> =
            self.headers.iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap())).collect();
        headers.sort_unstable();
        for header in headers.into_iter().filter(|(name, _)| !checked.contains(name)) {
            if !usual.contains(&header) {
                writeln!(text, "{}: {}", header.0, header.1).unwrap();
            }
        }
        text + "\n" + &self.text_without_random_values()
    }

    /// Returns the body without values that are random or encrypted.
    fn text_without_random_values(&self) -> String {
        let text = self.text();
        // Base64 of a 2048-bit RSA ciphertext.
        let is_encrypted = |part: &&str| part.len() == 344 && part.ends_with("==");
        let encrypted = text.split('"').filter(is_encrypted).map(str::to_owned);
        let body: Value = serde_json::from_slice(&self.body).unwrap_or_default();
        let random = ["token", "coupon_code", "media_url", "card_id"]
            .into_iter()
            .filter_map(|name| body[name].as_str());
        let random =
            random.filter(|value| *value != CARD_ID && !value.contains("Template0000")).map(str::to_owned);
        let replaced = |text: String, (value, by): (String, &str)| text.replace(&value, by);
        let encrypted = encrypted.map(|value| (value, "(encrypted)"));
        encrypted.chain(random.map(|value| (value, "(random)"))).fold(text.clone(), replaced)
    }
}
