//! Connections between SDK and service: through memory, and over sockets.

use crate::common::*;
use async_trait::async_trait;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::response::Response;
use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use http_body_util::BodyExt as _;
use ruhui::Client;
use ruhui::api::card_member::{ConfirmUserCard, UserCardConfirmState};
use ruhui::api::event::Event;
use ruhui::notify::{self, Inbox, MemoryJournal, Received, Receiver};
use ruhui::transport::{Transport, TransportError};
use ruhui_core::api::{Brand, Partner};
use ruhui_core::types::UserCardCode;
use ruhui_server::Service;
use ruhui_server::domain::AddressPolicy;
use ruhui_server::domain::Template;
use ruhui_server::env::Env;
use ruhui_server::http::{Limits, Listener, Tls};
use ruhui_server::outbox::{CallbackClient, CallbackError, CallbackResponse, NetworkCallbackClient};
use ruhui_server::start::Stop;
use ruhui_server::store::MemoryStore;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;
use tower::ServiceExt as _;

/// A transport to the API that uses no network.
struct InProcess(Arc<Service>);

#[async_trait]
impl Transport for InProcess {
    async fn send(&self, request: http::Request<Bytes>) -> Result<http::Response<Bytes>, TransportError> {
        let mut request = request.map(Body::from);
        // A request line contains only the target.
        *request.uri_mut() = request.uri().path_and_query().unwrap().to_string().parse().unwrap();
        let response = ruhui_server::http::api(self.0.clone()).oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        Ok(http::Response::from_parts(parts, body.collect().await.unwrap().to_bytes()))
    }
}

pub(crate) fn partner(world: &TestService) -> Client<Partner> {
    Client::partner(MCHID, SERIAL_NO, MERCHANT_KEY, PUBLIC_KEY_ID, PLATFORM_PUB)
        .unwrap()
        .clock(world.wire.clone())
        .entropy(world.entropy.clone())
        .transport(Arc::new(InProcess(world.service.clone())))
        .build()
        .unwrap()
}

pub(crate) fn brand(world: &TestService) -> Client<Brand> {
    Client::brand(BRAND_ID, BRAND_SERIAL_NO, BRAND_KEY, BRAND_PUBLIC_KEY_ID, PLATFORM_PUB)
        .unwrap()
        .clock(world.wire.clone())
        .entropy(world.entropy.clone())
        .transport(Arc::new(InProcess(world.service.clone())))
        .build()
        .unwrap()
}

/// The target of the service's callbacks: the SDK's receiver, and an inbox, which makes handling idempotent.
pub(crate) struct Mailbox {
    receiver: Receiver,
    inbox: Inbox<MemoryJournal>,
    events: Mutex<Vec<Event>>,
    last: Mutex<Option<(HeaderMap, Bytes)>>,
    received: AtomicUsize,
    handled: AtomicUsize,
    fails_next: AtomicBool,
}

impl Mailbox {
    pub(crate) async fn of_merchant() -> (TestService, Arc<Self>) {
        Self::of(|world| {
            Receiver::partner(PUBLIC_KEY_ID, PLATFORM_PUB, APIV3_KEY)
                .unwrap()
                .clock(world.wire.clone())
                .build()
                .unwrap()
        })
        .await
    }

    pub(crate) async fn of_brand() -> (TestService, Arc<Self>) {
        Self::of(|world| {
            Receiver::brand(BRAND_PUBLIC_KEY_ID, PLATFORM_PUB, BRAND_API_KEY)
                .unwrap()
                .clock(world.wire.clone())
                .build()
                .unwrap()
        })
        .await
    }

    async fn of(receiver: impl FnOnce(&TestService) -> Receiver) -> (TestService, Arc<Self>) {
        let mut world = TestService::new().await;
        let mailbox = Arc::new(Self {
            receiver: receiver(&world),
            inbox: Inbox::new(MemoryJournal::new()).clock(world.wire.clone()),
            events: Mutex::default(),
            last: Mutex::default(),
            received: AtomicUsize::default(),
            handled: AtomicUsize::default(),
            fails_next: AtomicBool::default(),
        });
        world.service = world.beside_with(mailbox.clone()).await;
        (world, mailbox)
    }

    /// Returns the only event that came since the last call of this function.
    pub(crate) fn only_event(&self) -> Event {
        let mut events = std::mem::take(&mut *self.events.lock().unwrap());
        assert_eq!(events.len(), 1, "{events:?}");
        events.remove(0)
    }

    pub(crate) fn received(&self) -> usize {
        self.received.load(Ordering::SeqCst)
    }

    pub(crate) fn handled(&self) -> usize {
        self.handled.load(Ordering::SeqCst)
    }

    /// Makes the handler fail once.
    pub(crate) fn fail_next(&self) {
        self.fails_next.store(true, Ordering::SeqCst);
    }

    /// Delivers the last callback again.
    pub(crate) async fn repeat_last(&self) {
        let (headers, body) = self.last.lock().unwrap().clone().unwrap();
        assert_eq!(self.take(headers, body).await, StatusCode::NO_CONTENT);
    }

    async fn take(&self, headers: HeaderMap, body: Bytes) -> StatusCode {
        self.received.fetch_add(1, Ordering::SeqCst);
        let received = self.receiver.receive(&headers, &body).unwrap();
        let answer: notify::CallbackResponse =
            self.inbox.handle(&received, self.handle(&received)).await.into();
        answer.status()
    }

    async fn handle(&self, received: &Received) -> Result<(), &'static str> {
        if self.fails_next.swap(false, Ordering::SeqCst) {
            return Err("a database was away");
        }
        self.handled.fetch_add(1, Ordering::SeqCst);
        self.events.lock().unwrap().push(received.event.clone());
        Ok(())
    }
}

#[async_trait]
impl CallbackClient for Mailbox {
    async fn post(
        &self,
        url: &str,
        headers: HeaderMap,
        body: Bytes,
    ) -> Result<CallbackResponse, CallbackError> {
        assert!(url.starts_with("http"), "{url}");
        *self.last.lock().unwrap() = Some((headers.clone(), body.clone()));
        Ok(CallbackResponse::of(self.take(headers, body).await.as_u16()))
    }
}

/// A service, a client and a receiver of events that know only each other's addresses.
pub(crate) struct Ends {
    pub(crate) service: Arc<Service>,
    pub(crate) client: Client<Partner>,
    /// The code of the first card that the receiver confirmed.
    pub(crate) confirmed: oneshot::Receiver<UserCardCode>,
    /// The service stops when this is dropped.
    pub(crate) stop: watch::Sender<()>,
    pub(crate) running: JoinHandle<()>,
}

pub(crate) async fn over_sockets() -> Ends {
    let bind = || Listener::bind("127.0.0.1:0".parse().unwrap(), Tls::Off);
    let [main, backup, operations, callbacks] =
        [bind().await.unwrap(), bind().await.unwrap(), bind().await.unwrap(), bind().await.unwrap()];
    let [main_url, backup_url, notify_url] =
        [&main, &backup, &callbacks].map(|listener| format!("http://{}", listener.address().unwrap()));

    let world = TestService::over(Arc::new(MemoryStore::new())).await;
    world
        .change::<Template>(CARD_ID, |template| {
            template.card.notify_url = format!("{notify_url}/notify").parse().unwrap();
        })
        .await;
    let client = Arc::new(NetworkCallbackClient::new(AddressPolicy::Any));
    let service = world.start_beside(client, Env::system()).await;
    let (stop, stopped) = watch::channel(());
    let until = |mut stopped: watch::Receiver<()>| async move {
        let _ = stopped.changed().await;
    };
    let serving = ruhui_server::start::run(
        service.clone(),
        [main, backup],
        (operations, None, None),
        Limits::default(),
        Stop { told: until(stopped.clone()), drained: async {} },
    );

    let client = Client::partner(MCHID, SERIAL_NO, MERCHANT_KEY, PUBLIC_KEY_ID, PLATFORM_PUB)
        .unwrap()
        .hosts(main_url, backup_url)
        .build()
        .unwrap();
    let receiver = client.receiver(APIV3_KEY).unwrap().build().unwrap();
    let (tell, confirmed) = oneshot::channel();
    let handler = Arc::new(Confirmer { client: client.clone(), receiver, tell: Mutex::new(Some(tell)) });
    let router = Router::new().fallback(move |request: Request| {
        let handler = handler.clone();
        async move { handler.response(request).await }
    });
    let receiving = callbacks.serve(router, Limits::default(), until(stopped));
    let running = tokio::spawn(async move {
        tokio::join!(serving, receiving);
    });
    Ends { service, client, confirmed, stop, running }
}

/// A receiver that confirms every new card.
struct Confirmer {
    client: Client<Partner>,
    receiver: Receiver,
    tell: Mutex<Option<oneshot::Sender<UserCardCode>>>,
}

impl Confirmer {
    async fn response(&self, request: Request) -> Response {
        let (parts, body) = request.into_parts();
        let body = to_bytes(body, 1 << 20).await.unwrap();
        let answer = match self.receiver.receive(&parts.headers, &body) {
            Ok(received) => {
                self.confirm(&received.event).await;
                notify::CallbackResponse::accept()
            }
            Err(error) => error.response(),
        };
        http::Response::from(answer).map(Body::from)
    }

    async fn confirm(&self, event: &Event) {
        let Event::UserCardCreated(card) = event else { return };
        let code = card.user_card_code.clone().unwrap();
        let call = ConfirmUserCard::new(
            card.brand_id.clone(),
            card.card_id.clone(),
            card.openid.clone(),
            code.clone(),
            UserCardConfirmState::CreateCardSuccess,
        );
        self.client.send(&call).await.unwrap();
        if let Some(tell) = self.tell.lock().unwrap().take() {
            tell.send(code).unwrap();
        }
    }
}
