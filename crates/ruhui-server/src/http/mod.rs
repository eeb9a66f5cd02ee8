//! HTTP: the routers, the listeners, and the request pipeline between them and the handlers.

mod body;
mod break_off;
mod budget;
mod connection;
mod content;
mod controls;
mod diagnosis;
mod downloads;
mod downtime;
mod encryption;
mod failing_store;
mod faults;
mod faulty_response;
mod in_process;
mod limits;
mod listen;
mod media;
mod nearest;
mod negotiation;
mod open_connections;
mod pipeline;
mod preface;
mod properties;
mod proxy;
mod quota;
mod remarks;
mod response;
mod served_endpoint;
mod socket;
mod stream;
mod upload;
mod verified_request;
mod verify;

pub use limits::Limits;
pub use listen::{Listener, Tls, read_body};
pub use proxy::ProxyClients;
pub use quota::{Network, NetworkError, Quota};

pub(crate) use controls::SandboxParts;
pub(crate) use proxy::ForwardProxy;

use crate::business_clock::BusinessClock;
use crate::handlers::Handle;
use crate::kit_keys::KitKeys;
use crate::request_log::ListenerName;
use crate::sandbox_state::SandboxFolder;
use crate::service::Service;
use axum::Router;
use axum::extract::{Request, State};
use axum::response::Response;
use axum::routing::{MethodFilter, get, on};
use connection::{Common, connection_of};
use downtime::Downtime;
use http::{Method, StatusCode};
use in_process::InProcess;
use std::sync::Arc;

/// The router of the API: one route per endpoint, and the uploaded pictures.
pub fn api(service: Arc<Service>) -> Router {
    let mut router = Router::new();
    macro_rules! route {
        ($endpoint:ty) => {
            router = router.endpoint::<$endpoint>()
        };
    }
    ruhui_core::for_each_endpoint!(route);
    router
        .route(media::PATH, get(media::respond).head(method_not_allowed))
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
        .with_state(service)
}

/// The router of the operations listener: `/readyz` (readiness), for operators and load balancers. With a clock that
/// can be put forward, the service is a sandbox, and the router has the controls and the pages of the console too. Without a folder, a sandbox has
/// no reset and no snapshots.
pub fn operations(
    service: Arc<Service>,
    clock: Option<Arc<BusinessClock>>,
    folder: Option<SandboxFolder>,
) -> Router {
    let kit_keys = KitKeys::none();
    let parts = clock.map(|clock| SandboxParts { clock, reloadable: None, folder, kit_keys, kit: None });
    let limits = Limits::default();
    let api = InProcess::new(service.clone(), api(service.clone()), Common::new(&limits), limits);
    operations_of(service, parts, api)
}

fn operations_of(service: Arc<Service>, sandbox: Option<SandboxParts>, api: InProcess) -> Router {
    let router = Router::new().route("/readyz", get(readyz)).with_state(service.clone());
    match sandbox {
        Some(parts) => {
            // The console shows uploaded pictures, and its pages load pictures of their own origin only.
            let pictures = Router::new().route(media::PATH, get(media::respond)).with_state(service.clone());
            router.merge(pictures).merge(controls::with_pages(service, parts, api))
        }
        None if service.request_log.is_some() => router.merge(controls::request_log(service)),
        None => router,
    }
}

/// Serves the three listeners, each until its `stop` is done: the API on two, the operations on the third.
pub(crate) fn serve<S: Future<Output = ()> + Send + 'static>(
    service: &Arc<Service>,
    [main, backup]: [Listener; 2],
    (operations_listener, sandbox): (Listener, Option<SandboxParts>),
    limits: &Limits,
    stop: [S; 3],
) -> [impl Future<Output = ()> + Send + use<S>; 3] {
    let (router, common) = (api(service.clone()), Common::new(limits));
    let in_process = InProcess::new(service.clone(), router.clone(), common.clone(), limits.clone())
        .at(main.url().unwrap_or_default());
    let operations = operations_of(service.clone(), sandbox, in_process);
    let [first, second, third] = stop;
    [
        (main, ListenerName::Main, router.clone(), first),
        (backup, ListenerName::Backup, router, second),
        (operations_listener, ListenerName::Operations, operations, third),
    ]
    .map(|(listener, name, router, stop)| {
        let (log, downtime) = (service.request_log.clone(), Downtime::of(&service.host_switches, name));
        listener.serve_with(common.clone(), (Some(name), log), downtime, router, limits.clone(), stop)
    })
}

trait RouterExt {
    fn endpoint<E: Handle>(self) -> Self;
}

impl RouterExt for Router<Arc<Service>> {
    fn endpoint<E: Handle>(self) -> Self {
        let filter = MethodFilter::try_from(E::METHOD).expect("endpoints use methods that the router knows");
        let endpoint = served_endpoint::served::<E>();
        let route = on(filter, move |service, request| pipeline::respond(endpoint, service, request));
        // The router would respond to HEAD as to GET, which no document defines.
        self.route(E::PATH, if E::METHOD == Method::GET { route.head(method_not_allowed) } else { route })
    }
}

async fn not_found(State(service): State<Arc<Service>>, request: Request) -> Response {
    empty(&service, request, StatusCode::NOT_FOUND).await
}

async fn method_not_allowed(State(service): State<Arc<Service>>, request: Request) -> Response {
    empty(&service, request, StatusCode::METHOD_NOT_ALLOWED).await
}

/// Responds without a body, once that of the request has arrived, so that the connection can be used again. A sandbox
/// names the nearest known path.
async fn empty(service: &Service, request: Request, status: StatusCode) -> Response {
    let (parts, body) = request.into_parts();
    let is_awaited = preface::awaits_continue(&parts.headers);
    let connection = connection_of(&parts.extensions);
    body::discard(body, is_awaited, &connection).await;
    let mut response = response::empty(service, &parts.headers, status);
    if service.diagnose {
        nearest::name(&parts, &connection, response.headers_mut());
    }
    response
}

async fn readyz(State(service): State<Arc<Service>>) -> (StatusCode, &'static str) {
    let reason = if service.is_draining() {
        "not ready: stopping\n"
    } else if !service.is_ready() {
        "not ready: nothing is provisioned\n"
    } else if !service.is_store_answering().await {
        "not ready: the store does not respond\n"
    } else {
        return (StatusCode::OK, "ready\n");
    };
    (StatusCode::SERVICE_UNAVAILABLE, reason)
}
