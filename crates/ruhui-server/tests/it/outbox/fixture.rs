//! A service whose clocks, store and callback client the test controls.

pub(crate) use crate::common::{APIV3_KEY, BRAND_ID, MCHID};
use crate::common::{MERCHANT_CERT, NOW, PROVISION, at, fresh};
use async_trait::async_trait;
use bytes::Bytes;
use http::HeaderMap;
use jiff::SignedDuration;
use ruhui_core::api::event::{EventKind, Notification};
use ruhui_core::encryption::ApiV3Key;
use ruhui_core::sign::{Scheme, VerifyError, verify_response};
use ruhui_core::types::{Caller, NotifyUrl};
use ruhui_core::wire::UnknownMembers;
use ruhui_server::domain::AddressPolicy;
use ruhui_server::domain::UnknownOpenids;
use ruhui_server::domain::{Brand, Merchant, PublicUrl};
use ruhui_server::env::{Clock as _, Env, ManualClock, SeededEntropy};
use ruhui_server::outbox::{Attempt, CallbackClient, CallbackError, CallbackResponse, Delivery};
use ruhui_server::store::records::put;
use ruhui_server::store::{Record, Store, StoreExt as _};
use ruhui_server::{CertificateDownload, Policy, RateLimit, Service};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use tokio::sync::{Semaphore, mpsc};

pub(crate) const SHOP: &str = "https://shop.example/notify";

/// Behaviour of the endpoint at one URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Behavior {
    Answer(u16),
    Fail(CallbackError),
    /// Responds 200 when the test lets it.
    Hang,
}

/// A callback that an endpoint received.
#[derive(Debug, Clone)]
pub(crate) struct ReceivedCallback {
    pub(crate) url: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// A callback client without a network. Endpoints respond 204 unless the test sets another behaviour.
pub(crate) struct Street {
    does: Mutex<BTreeMap<String, Behavior>>,
    let_go: Semaphore,
    came: mpsc::UnboundedSender<ReceivedCallback>,
}

#[async_trait]
impl CallbackClient for Street {
    async fn post(
        &self,
        url: &str,
        headers: HeaderMap,
        body: Bytes,
    ) -> Result<CallbackResponse, CallbackError> {
        // Lets other tasks run between claim and response.
        tokio::task::yield_now().await;
        self.came.send(ReceivedCallback { url: url.to_owned(), headers, body }).unwrap();
        let does = self.does.lock().unwrap().get(url).cloned();
        match does.unwrap_or(Behavior::Answer(204)) {
            Behavior::Answer(status) => Ok(CallbackResponse::of(status)),
            Behavior::Fail(error) => Err(error),
            Behavior::Hang => {
                self.let_go.acquire().await.unwrap().forget();
                Ok(CallbackResponse::of(200))
            }
        }
    }
}

pub(crate) struct CallbackFixture {
    pub(crate) clock: Arc<ManualClock>,
    wire: Arc<ManualClock>,
    pub(crate) entropy: Arc<SeededEntropy>,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) street: Arc<Street>,
    pub(crate) came: mpsc::UnboundedReceiver<ReceivedCallback>,
    pub(crate) service: Arc<Service>,
}

impl CallbackFixture {
    pub(crate) async fn new() -> Self {
        Self::over(fresh().await).await
    }

    pub(crate) async fn over(store: Arc<dyn Store>) -> Self {
        let (sender, came) = mpsc::unbounded_channel();
        let street = Arc::new(Street { does: Mutex::default(), let_go: Semaphore::new(0), came: sender });
        let now = at(NOW);
        let (clock, wire) = (Arc::new(ManualClock::new(now)), Arc::new(ManualClock::new(now)));
        // Business time may have any value; signatures must not depend on it.
        clock.advance(SignedDuration::from_hours(1000));
        let entropy = Arc::new(SeededEntropy::new(1));
        record::<Merchant>(
            &*store,
            json!({"mchid": MCHID, "certificates": [MERCHANT_CERT], "apiv3_key": APIV3_KEY}),
        )
        .await;
        record::<Brand>(
            &*store,
            json!({"brand_id": BRAND_ID, "name": "a brand", "merchants": [], "feature": "enabled",
                   "certificates": [MERCHANT_CERT], "api_key": APIV3_KEY}),
        )
        .await;
        let service = start(&street, &clock, &wire, &entropy, store.clone()).await;
        Self { clock, wire, entropy, store, street, came, service }
    }

    /// Starts another service over another view of the store, with the same clocks.
    pub(crate) async fn beside(&self, store: Arc<dyn Store>) -> Arc<Service> {
        start(&self.street, &self.clock, &self.wire, &self.entropy, store).await
    }

    pub(crate) async fn restart(&mut self) {
        self.service = self.beside(self.store.clone()).await;
    }

    /// Replaces a merchant or brand, and reloads the service.
    pub(crate) async fn provide<T: Record>(&self, value: Value) {
        record::<T>(&*self.store, value).await;
        self.service.reload().await.unwrap();
    }

    pub(crate) fn event(&self, kind: EventKind, owner: Caller, url: &str) -> Delivery {
        let url: NotifyUrl = url.parse().unwrap();
        let resource = json!({"brand_id": BRAND_ID, "phone_number": "13900000000"});
        Delivery::new(kind, owner, url, &resource, self.clock.now(), &*self.entropy)
    }

    /// Commits an event about a card under a template whose events go to `url`.
    pub(crate) async fn happen(&self, kind: EventKind, url: &str) -> String {
        let event = self.event(kind, merchant(), url);
        self.store.commit(vec![event.put()]).await.unwrap();
        event.event_id
    }

    pub(crate) fn does(&self, url: &str, does: Behavior) {
        self.street.does.lock().unwrap().insert(url.to_owned(), does);
    }

    /// Lets this number of hanging endpoints respond.
    pub(crate) fn let_go(&self, answers: usize) {
        self.street.let_go.add_permits(answers);
    }

    pub(crate) fn pass(&self, seconds: i64) {
        self.clock.advance(SignedDuration::from_secs(seconds));
        self.wire.advance(SignedDuration::from_secs(seconds));
    }

    pub(crate) async fn round(&self) -> Vec<Attempt> {
        self.service.outbox().deliver_due().await.unwrap()
    }

    /// Returns the callbacks since the last call of this function.
    pub(crate) fn came(&mut self) -> Vec<ReceivedCallback> {
        std::iter::from_fn(|| self.came.try_recv().ok()).collect()
    }

    pub(crate) async fn waiting(&self) -> Vec<Delivery> {
        self.store.read_all().await.unwrap().into_iter().map(|loaded| loaded.record).collect()
    }

    pub(crate) fn verify(&self, came: &ReceivedCallback, scheme: Scheme) -> Result<(), VerifyError> {
        let keys = PROVISION.platform.keys(scheme.family()).platform_keys();
        verify_response(&came.headers, &came.body, scheme, &keys, self.wire.now())
    }
}

async fn record<T: Record>(store: &dyn Store, value: Value) {
    let record: T = serde_json::from_value(value).unwrap();
    let read = store.read::<T>(&record.id()).await.unwrap().map(|loaded| loaded.version);
    store.commit(vec![put(&record, read)]).await.unwrap();
}

async fn start(
    street: &Arc<Street>,
    clock: &Arc<ManualClock>,
    wire: &Arc<ManualClock>,
    entropy: &Arc<SeededEntropy>,
    store: Arc<dyn Store>,
) -> Arc<Service> {
    let env = Env { wire: wire.clone(), business: clock.clone(), entropy: entropy.clone() };
    let policy = Policy {
        unknown_openids: UnknownOpenids::Reject,
        rate_limit: RateLimit::Off,
        in_flight: 100,
        certificates: CertificateDownload::On,
        unknown_members: UnknownMembers::Reject,
        diagnose: false,
        request_log: false,
        reach: AddressPolicy::PublicOnly,
        public_url: PublicUrl::new("https://api.example").unwrap(),
        control_hosts: Vec::new(),
        page_origins: Vec::new(),
    };
    Service::start_with(street.clone(), env, store, PROVISION.platform.clone(), policy).await.unwrap()
}

pub(crate) fn merchant() -> Caller {
    Caller::Merchant(MCHID.parse().unwrap())
}

pub(crate) fn brand() -> Caller {
    Caller::Brand(BRAND_ID.parse().unwrap())
}

impl ReceivedCallback {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(crate) fn resource(&self) -> Value {
        let notification: Notification = serde_json::from_slice(&self.body).unwrap();
        let plain = notification.decrypt(&ApiV3Key::new(APIV3_KEY).unwrap()).unwrap();
        serde_json::from_slice(&plain).unwrap()
    }
}
