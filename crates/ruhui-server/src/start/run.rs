//! A running service: its listeners, its background jobs, and its graceful shutdown.

use crate::business_clock::BusinessClock;
use crate::http::{self, ForwardProxy, Limits, Listener, SandboxParts};
use crate::jobs;
use crate::kit_keys::KitKeys;
use crate::sandbox_state::SandboxFolder;
use crate::service::Service;
use std::sync::Arc;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// The signals of a graceful shutdown: when it starts, and when draining ends.
#[derive(Debug)]
pub struct Stop<Told, Drained> {
    /// Done when the graceful shutdown is to start.
    pub told: Told,
    /// Polled from then on. Until it is done, `/readyz` returns 503 and every response has `Connection: close`, but
    /// requests are accepted as before: the load balancer has time to take the service out.
    pub drained: Drained,
}

/// Serves the API on two listeners (main and backup host) and the operations on a third, until `stop` is told and
/// drained. Then finishes the requests in flight. Background jobs meanwhile delete expired records, reload the
/// provisioned state and send callbacks.
pub async fn run(
    service: Arc<Service>,
    api: [Listener; 2],
    (operations, clock, folder): (Listener, Option<Arc<BusinessClock>>, Option<SandboxFolder>),
    limits: Limits,
    stop: Stop<impl Future<Output = ()>, impl Future<Output = ()>>,
) {
    let kit_keys = KitKeys::none();
    let sandbox = clock.map(|clock| SandboxParts { clock, reloadable: None, folder, kit_keys, kit: None });
    run_with(service, (api, None), (operations, sandbox), limits, stop).await;
}

/// Serves as [`run`] does, with the proxy of a sandbox, and the parts of it that the controls act on.
pub(super) async fn run_with(
    service: Arc<Service>,
    (api, proxy): ([Listener; 2], Option<ForwardProxy>),
    operations: (Listener, Option<SandboxParts>),
    limits: Limits,
    stop: Stop<impl Future<Output = ()>, impl Future<Output = ()>>,
) {
    let (stopping, stopped) = watch::channel(());
    let until_stopped = |mut stopped: watch::Receiver<()>| async move {
        let _ = stopped.changed().await;
    };
    let mut tasks = JoinSet::new();
    let stop_serving = [(); 3].map(|()| until_stopped(stopped.clone()));
    for serving in http::serve(&service, api, operations, &limits, stop_serving) {
        tasks.spawn(serving);
    }
    if let Some(proxy) = proxy {
        let log = service.request_log.clone();
        tasks.spawn(proxy.serve(log, limits, until_stopped(stopped.clone())));
    }
    tasks.spawn(jobs::delete_expired(service.clone(), until_stopped(stopped.clone())));
    tasks.spawn(jobs::report_overload(service.clone(), until_stopped(stopped.clone())));
    tasks.spawn(jobs::reload_loop(service.clone(), until_stopped(stopped.clone())));
    tasks.spawn(jobs::follow_host_faults(service.clone(), until_stopped(stopped.clone())));
    tasks.spawn(jobs::deliver(service.outbox().clone(), until_stopped(stopped)));
    stop.told.await;
    service.start_draining();
    stop.drained.await;
    drop(stopping);
    while tasks.join_next().await.is_some() {}
}
