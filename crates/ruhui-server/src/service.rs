//! The service: its parts, and the commit of a decision by a handler or the simulator.
//!
//! ```text
//! http ─► handlers ─► Service ─► registry, idempotency, limiter, outbox ─► store
//! ```

use crate::directory::Directory;
use crate::env::Env;
use crate::event_history::EventHistory;
use crate::faults::{FaultHost, Faults};
use crate::host_switch::{HostSwitches, PortTaken};
use crate::idempotency::Idempotency;
use crate::in_flight::InFlight;
use crate::key_life::PlatformRotation;
use crate::limiter::Limiter;
use crate::outbox::{CallbackClient, CallbackObserver, NetworkCallbackClient, Outbox, event_of};
use crate::platform::Platform;
use crate::policy::Policy;
use crate::provisioned;
use crate::registry::{Registry, Reloaded};
use crate::request_log::{self, RequestLog};
use crate::sandbox_log::SandboxLog;
use crate::settings::{CurrentSettings, Settings};
use crate::state_gate::StateGate;
use crate::store::{Batch, CommitError, Key, Kind, Store, StoreError, Submitted};
use jiff::Timestamp;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Time within which a working store responds to a small read. The time-out of a load balancer is often 2 s.
const PROBE: Duration = Duration::from_secs(1);

/// The service: the state and the parts that all its listeners and jobs share.
pub struct Service {
    pub(crate) env: Env,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) registry: Arc<Registry>,
    pub(crate) idempotency: Idempotency,
    pub(crate) limiter: Limiter,
    pub(crate) in_flight: InFlight,
    pub(crate) sandbox_log: SandboxLog,
    /// Whether the log explains rejections: the `diagnose` of the policy, which never changes while a service runs.
    pub(crate) diagnose: bool,
    settings: Arc<CurrentSettings>,
    /// Held while a control changes keys, so that the copies in memory follow the store in the order of its commits.
    pub(crate) key_changes: tokio::sync::Mutex<()>,
    /// Entered by everything that reads or changes the state, so that a sandbox can replace it.
    pub(crate) state_gate: Arc<StateGate>,
    /// The request log, if the policy asks for it.
    pub(crate) request_log: Option<Arc<RequestLog>>,
    /// Events and attempts since the start. Empty in a service that is no sandbox.
    pub(crate) event_history: Arc<EventHistory>,
    /// The faults that a sandbox plays on purpose; `None` in a service that is no sandbox.
    pub(crate) faults: Option<Arc<Faults>>,
    /// The switches that take the main or the backup host of a sandbox down.
    pub(crate) host_switches: HostSwitches,
    outbox: Arc<Outbox>,
    /// Held during the read by which `/readyz` probes the store, so that only one is in progress.
    probing: Arc<tokio::sync::Mutex<()>>,
    draining: AtomicBool,
    draining_started: tokio::sync::watch::Sender<bool>,
}

/// The result of a commit for which the store did not fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Committed {
    /// The batch is durable.
    Durable,
    /// Version conflict: a record of this kind has changed since the decision read it, and nothing was written.
    Conflict(Kind),
}

/// A batch whose commit is in progress. The commit goes on even if this is dropped.
pub(crate) struct Pending<'a> {
    service: &'a Service,
    written: Vec<Key>,
    submitted: Submitted,
}

impl Service {
    /// Reads the provisioned state and starts the service. Callbacks are sent over the network, as far as the policy
    /// allows.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the store fails or holds a record that this release cannot use.
    pub async fn start(
        env: Env,
        store: Arc<dyn Store>,
        platform: Platform,
        policy: Policy,
    ) -> Result<Arc<Self>, StoreError> {
        let client = Arc::new(NetworkCallbackClient::new(policy.reach));
        Self::start_with(client, env, store, platform, policy).await
    }

    /// Starts the service as [`start`](Self::start) does, with another client for callbacks.
    ///
    /// # Errors
    ///
    /// [`StoreError`], as [`Service::start`] returns it.
    pub async fn start_with(
        client: Arc<dyn CallbackClient>,
        env: Env,
        store: Arc<dyn Store>,
        platform: Platform,
        policy: Policy,
    ) -> Result<Arc<Self>, StoreError> {
        // Reads come first: a service that cannot start writes nothing.
        let registry = Arc::new(Registry::load(store.clone()).await?);
        let idempotency = Idempotency::load(store.clone(), &*env.entropy).await?;
        // Only a sandbox has controls, which rotate certificates.
        let rotation = match policy.diagnose {
            true => PlatformRotation::load(&*store).await?,
            false => PlatformRotation::default(),
        };
        let limiter = Limiter::new(store.clone(), env.wire.clone(), policy.rate_limit);
        let state_gate = Arc::new(StateGate::new(policy.diagnose));
        let request_log =
            policy.request_log.then(|| RequestLog::new(env.wire.clone(), request_log::Bounds::default()));
        let event_history = Arc::new(EventHistory::default());
        let mut observers: Vec<Arc<dyn CallbackObserver>> =
            request_log.iter().map(|log| log.clone() as Arc<dyn CallbackObserver>).collect();
        if policy.diagnose {
            observers.push(event_history.clone());
        }
        let faults = policy.diagnose.then(Arc::<Faults>::default);
        let (in_flight, diagnose) = (InFlight::new(policy.in_flight), policy.diagnose);
        let settings = Arc::new(CurrentSettings::new(Settings::new(platform, rotation, policy)));
        let outbox = Outbox::new(
            client,
            env.clone(),
            store.clone(),
            registry.clone(),
            settings.clone(),
            observers,
            state_gate.clone(),
        )
        .with_faults(faults.clone());
        Ok(Arc::new(Self {
            env,
            store,
            registry,
            idempotency,
            limiter,
            in_flight,
            sandbox_log: SandboxLog::new(),
            diagnose,
            settings,
            key_changes: tokio::sync::Mutex::default(),
            state_gate,
            request_log,
            event_history,
            faults,
            host_switches: HostSwitches::default(),
            outbox: Arc::new(outbox),
            probing: Arc::default(),
            draining: AtomicBool::new(false),
            draining_started: tokio::sync::watch::Sender::new(false),
        }))
    }

    /// The outbox, which sends callbacks.
    pub fn outbox(&self) -> &Arc<Outbox> {
        &self.outbox
    }

    /// The platform's keys and the policy at the moment. A request reads them once.
    pub(crate) fn settings(&self) -> Arc<Settings> {
        self.settings.get()
    }

    /// Replaces the platform's keys and the policy. Requests in flight keep those that they began with.
    pub(crate) fn replace_settings(&self, platform: Platform, policy: Policy) {
        self.limiter.set_limit(policy.rate_limit);
        self.in_flight.set_limit(policy.in_flight);
        self.settings.configure(platform, policy);
    }

    /// Takes another rotation of the platform certificates.
    pub(crate) fn rotate(&self, rotation: PlatformRotation) {
        self.settings.rotate(rotation);
    }

    /// The merchants and brands provisioned at the moment.
    pub fn directory(&self) -> Arc<Directory> {
        self.registry.directory()
    }

    /// Reads the provisioned state again.
    ///
    /// # Errors
    ///
    /// [`StoreError`], as [`Service::start`] returns it. The old state then stays in force.
    pub async fn reload(&self) -> Result<(), StoreError> {
        self.registry.reload().await
    }

    /// Reads the provisioned state again if another process has changed it.
    ///
    /// # Errors
    ///
    /// [`StoreError`], as [`Service::reload`] returns it.
    pub async fn reload_if_changed(&self) -> Result<Reloaded, StoreError> {
        self.registry.reload_if_changed().await
    }

    /// Forgets the requests and events of the past, and sends callbacks again if that was paused: a reset begins a new
    /// history.
    pub(crate) fn forget_history(&self) {
        if let Some(log) = &self.request_log {
            log.clear();
        }
        self.event_history.clear();
        if let Some(faults) = &self.faults {
            faults.reset();
        }
        self.outbox.set_paused(false);
    }

    /// The faults that a sandbox plays on purpose. `None` for a service that is no sandbox.
    pub fn faults(&self) -> Option<&Arc<Faults>> {
        self.faults.as_ref()
    }

    /// Takes the main and the backup host down or up, as the fault rules say, and waits until they are.
    ///
    /// # Errors
    ///
    /// [`PortTaken`] if a host cannot come back yet. Its listener keeps trying.
    pub(crate) async fn apply_host_faults(&self) -> Result<(), PortTaken> {
        let is_down = |host| self.faults.as_ref().is_some_and(|faults| faults.host_down(host));
        self.host_switches.follow(|| [FaultHost::Main, FaultHost::Backup].map(is_down)).await
    }

    /// Submits a batch to the store. The caller can work on while the store makes the batch durable.
    pub(crate) async fn submit(&self, batch: Batch) -> Pending<'_> {
        let changing = batch.iter().filter(|write| write.changes());
        let written = changing.map(|write| write.condition().0.clone()).collect();
        Pending { service: self, written, submitted: self.store.submit(batch).await }
    }

    /// Deletes up to `limit` expired tokens and kept responses, and returns how many it deleted.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the store fails.
    pub async fn delete_expired(&self, limit: usize) -> Result<usize, StoreError> {
        self.delete_expired_at(self.expiry_cutoff(), limit).await
    }

    /// Deletes up to `limit` records that have expired at `cutoff`.
    pub(crate) async fn delete_expired_at(
        &self,
        cutoff: Timestamp,
        limit: usize,
    ) -> Result<usize, StoreError> {
        let _entered = self.state_gate.enter().await;
        self.store.expire(cutoff, limit).await
    }

    /// Expiry cutoff for retention: the earlier of wire time and business time. A business clock that was put forward
    /// must not delete responses whose requests can still be resent.
    pub(crate) fn expiry_cutoff(&self) -> Timestamp {
        self.env.business.now().min(self.env.wire.now())
    }

    /// Starts the graceful shutdown: from here on `/readyz` reports that the service stops, and every response closes
    /// its connection.
    pub(crate) fn start_draining(&self) {
        self.draining.store(true, Ordering::Relaxed);
        self.draining_started.send_replace(true);
    }

    /// Waits until the graceful shutdown starts.
    pub(crate) async fn draining_started(&self) {
        // The sender is part of this service, so it is never closed.
        let _ = self.draining_started.subscribe().wait_for(|has_started| *has_started).await;
    }

    pub(crate) fn is_draining(&self) -> bool {
        self.draining.load(Ordering::Relaxed)
    }

    /// Whether the store responds to a small read in time. Only one such read is in progress, however often this is
    /// called and however long the store takes.
    pub(crate) async fn is_store_answering(&self) -> bool {
        let answered = async {
            let alone = Arc::clone(&self.probing).lock_owned().await;
            let store = self.store.clone();
            let read = tokio::spawn(async move {
                let _alone = alone;
                provisioned::version(&*store).await
            });
            matches!(read.await, Ok(Ok(_)))
        };
        tokio::time::timeout(PROBE, answered).await.unwrap_or(false)
    }

    /// Whether any caller is provisioned.
    pub fn is_ready(&self) -> bool {
        !self.directory().is_empty()
    }

    /// Invalidates this process's copy of a changed record by reading it again, and wakes the outbox for a new
    /// delivery.
    async fn refresh(&self, changed: &Key) -> Result<(), StoreError> {
        match changed.kind {
            Kind::Delivery => {
                if self.diagnose {
                    self.event_history.queued(event_of(&changed.id));
                }
                self.outbox.wake();
                Ok(())
            }
            _ => self.registry.refresh(changed).await,
        }
    }
}

impl Pending<'_> {
    /// The keys of the records that the batch changes.
    pub(crate) fn written(&self) -> &[Key] {
        &self.written
    }

    /// Waits until the batch is durable.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the store fails.
    pub(crate) async fn durable(self) -> Result<Committed, StoreError> {
        match self.submitted.await {
            Ok(()) => {
                for key in &self.written {
                    // The batch is durable whether this fails or not, and a decision that rests on a stale copy fails
                    // its commit.
                    if let Err(error) = self.service.refresh(key).await {
                        tracing::warn!(%error, "a changed record could not be read again");
                    }
                }
                Ok(Committed::Durable)
            }
            Err(CommitError::Changed(key)) => {
                self.service.refresh(&key).await?;
                Ok(Committed::Conflict(key.kind))
            }
            Err(CommitError::Store(error)) => Err(error),
        }
    }
}

impl std::fmt::Debug for Service {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Service({:?}, {:?})", self.env, self.settings().policy)
    }
}
