//! The service: state, keys and policy, without a network.

use crate::config;
use crate::directory::Directory;
use crate::domain::pre_auth::UnknownOpenids;
use crate::domain::rate::Rate;
use crate::domain::{Answer, PublicUrl, ReplyKey, Template};
use crate::env::Env;
use crate::error::Error;
use crate::http::{Call, Downloads};
use crate::idempotency::{TokenSecret, Turns};
use crate::in_flight::InFlight;
use crate::limiter::{Counting, Limiter};
use crate::outbox::{Courier, NetworkCourier, Outbox, Reach};
use crate::store::records::put;
use crate::store::{Batch, CommitError, Key, Kind, Loaded, Store, StoreError, StoreExt as _};
use jiff::Timestamp;
use ruhui_core::api::certificates::ListCertificates;
use ruhui_core::api::{Endpoint, rows};
use ruhui_core::key::{Certificate, PlatformKeys};
use ruhui_core::sign::ReplySigner;
use ruhui_core::types::{Caller, CardId, Family};
use ruhui_core::wire::UnknownMembers;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;
use tokio::sync::Semaphore;

/// A store that does not answer for so long is not answering: a balancer's own patience is often 2 s.
const PROBE: Duration = Duration::from_secs(1);

/// What signs replies to one family.
#[derive(Debug, Clone)]
pub struct ReplyKeys {
    /// The public key's private half, under its id.
    pub public_key: ReplySigner,
    /// The platform certificate, if there is one.
    pub certificate: Option<PlatformCertificate>,
}

/// A platform certificate and its key.
#[derive(Debug, Clone)]
pub struct PlatformCertificate {
    /// Signs under the certificate's serial.
    pub signer: ReplySigner,
    /// What callers download.
    pub pem: String,
    /// The same, read.
    pub certificate: Certificate,
}

/// The platform's keys.
#[derive(Debug, Clone)]
pub struct Platform {
    /// For merchants.
    pub partner: ReplyKeys,
    /// For brands.
    pub brand: ReplyKeys,
}

impl Platform {
    /// The keys for a family.
    pub fn keys(&self, family: Family) -> &ReplyKeys {
        match family {
            Family::Partner => &self.partner,
            Family::Brand => &self.brand,
        }
    }
}

impl ReplyKeys {
    /// The key with this name.
    pub fn find(&self, serial: &str) -> Option<&ReplySigner> {
        self.signers().find(|signer| signer.serial().is_written(serial))
    }

    /// What signs when the request names no key.
    pub fn default_for(&self, reply_key: ReplyKey) -> &ReplySigner {
        match (reply_key, &self.certificate) {
            (ReplyKey::Certificate, Some(certificate)) => &certificate.signer,
            _ => &self.public_key,
        }
    }

    /// The public halves, as a caller would configure them.
    pub fn platform_keys(&self) -> PlatformKeys {
        self.signers().fold(PlatformKeys::new(), |keys, signer| {
            keys.with_public_key(signer.serial().clone(), signer.key().public_key())
        })
    }

    /// Both.
    pub(crate) fn signers(&self) -> impl Iterator<Item = &ReplySigner> {
        [Some(&self.public_key), self.certificate.as_ref().map(|certificate| &certificate.signer)]
            .into_iter()
            .flatten()
    }
}

/// What is left to the operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// What is done with openids that nobody registered.
    pub unknown_openids: UnknownOpenids,
    /// Whether calls are limited.
    pub rate_limit: RateLimit,
    /// Whose calls count towards the limit.
    pub counting: Counting,
    /// Requests in hand at once; one more is answered 500 with Retry-After, unverified.
    pub in_flight: usize,
    /// The response of `/v3/certificates`.
    pub certificates: CertificateDownload,
    /// The treatment of request members that the endpoint's page does not name.
    pub unknown_members: UnknownMembers,
    /// True if the log explains rejected signatures, and responses say why sensitive fields do not decrypt.
    /// Only a sandbox sets it: it costs tens of milliseconds, and is a padding oracle.
    pub diagnose: bool,
    /// Where callbacks may go.
    pub reach: Reach,
    /// Where pictures are found.
    pub public_url: PublicUrl,
}

/// The response of `/v3/certificates`. New merchants have the public key only, and have got each of the two errors.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CertificateDownload {
    /// The platform certificates.
    #[default]
    On,
    /// The error 404 RESOURCE_NOT_EXISTS.
    Off,
    /// The error 403 NO_AUTH.
    Forbidden,
}

/// Whether calls are limited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RateLimit {
    /// They are not.
    Off,
    /// So many a second for each call and caller.
    On {
        /// For merchants (10 in the current editions).
        partner: Rate,
        /// For brands (5).
        brand: Rate,
        /// For `/v3/certificates` (1,000).
        certificates: Rate,
    },
}

impl RateLimit {
    /// The documents' limits: for merchants, for brands, for `/v3/certificates`.
    pub const DOCUMENTED_RATES: [Rate; 3] =
        [Rate { per_second: 10 }, Rate { per_second: 5 }, Rate { per_second: 1000 }];
    /// The documents' limits.
    pub const DOCUMENTED: Self = {
        let [partner, brand, certificates] = Self::DOCUMENTED_RATES;
        Self::On { partner, brand, certificates }
    };
}

/// Templates in memory, at the versions that were read: those that were asked for, up to [`TEMPLATES`].
type Templates = BTreeMap<CardId, Arc<Loaded<Template>>>;

/// As many templates are kept in memory, a few kilobytes each; any other is read when it is needed.
const TEMPLATES: usize = 20_000;

/// The service.
pub struct Service {
    pub(crate) env: Env,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) platform: Platform,
    pub(crate) policy: Policy,
    pub(crate) secret: TokenSecret,
    pub(crate) turns: Turns,
    pub(crate) outbox: Outbox,
    pub(crate) diagnosing: Arc<Semaphore>,
    /// Held by the one read that looks whether the store answers.
    probing: Arc<tokio::sync::Mutex<()>>,
    pub(crate) downloads: Downloads,
    directory: RwLock<Arc<Directory>>,
    /// What the directory is of: see [`Self::follow`].
    provisioned: Mutex<Option<i64>>,
    templates: RwLock<Templates>,
    limiter: Limiter,
    pub(crate) in_flight: InFlight,
    leaving: AtomicBool,
}

impl Service {
    /// Reads what was provisioned and is then ready to answer. Callbacks go over the network, as far as the
    /// policy allows.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the store fails or holds what this release cannot use.
    pub async fn start(
        env: Env,
        store: Arc<dyn Store>,
        platform: Platform,
        policy: Policy,
    ) -> Result<Arc<Self>, StoreError> {
        let courier = Arc::new(NetworkCourier::new(policy.reach));
        Self::start_with(courier, env, store, platform, policy).await
    }

    /// The same with another courier for callbacks.
    ///
    /// # Errors
    ///
    /// As for [`Service::start`].
    pub async fn start_with(
        courier: Arc<dyn Courier>,
        env: Env,
        store: Arc<dyn Store>,
        platform: Platform,
        policy: Policy,
    ) -> Result<Arc<Self>, StoreError> {
        let secret = TokenSecret::load(&*store, &*env.entropy).await?;
        // Before what it is the version of, so that no change falls between the two.
        let provisioned = Mutex::new(config::version(&*store).await?);
        let directory = RwLock::new(Arc::new(Directory::load(&*store).await?));
        let (turns, limiter, outbox) =
            (Turns::default(), Limiter::new(policy.counting), Outbox::new(courier));
        let in_flight = InFlight::new(policy.in_flight);
        let diagnosing = Arc::new(Semaphore::new(1));
        Ok(Arc::new(Self {
            env,
            store,
            platform,
            policy,
            secret,
            turns,
            outbox,
            diagnosing,
            probing: Arc::default(),
            downloads: Downloads::default(),
            directory,
            provisioned,
            templates: RwLock::default(),
            limiter,
            in_flight,
            leaving: AtomicBool::new(false),
        }))
    }

    /// Who and what was provisioned, as of now.
    pub fn directory(&self) -> Arc<Directory> {
        self.directory.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Reads again what was provisioned.
    ///
    /// # Errors
    ///
    /// As for [`Service::start`]; the old directory then stays.
    pub async fn reload(&self) -> Result<(), StoreError> {
        let directory = Arc::new(Directory::load(&*self.store).await?);
        *self.directory.write().unwrap_or_else(PoisonError::into_inner) = directory;
        self.templates.write().unwrap_or_else(PoisonError::into_inner).clear();
        Ok(())
    }

    /// Reads again what was provisioned if another process has provisioned since; tells whether it had.
    ///
    /// # Errors
    ///
    /// As for [`Service::reload`].
    pub async fn follow(&self) -> Result<bool, StoreError> {
        let newest = config::version(&*self.store).await?;
        let is_known = |seen: &Mutex<_>| *seen.lock().unwrap_or_else(PoisonError::into_inner) == newest;
        if is_known(&self.provisioned) {
            return Ok(false);
        }
        self.reload().await?;
        *self.provisioned.lock().unwrap_or_else(PoisonError::into_inner) = newest;
        Ok(true)
    }

    /// A template: from memory, or else from the store, where another replica may have put it.
    ///
    /// What is in memory may be stale; a decision that rests on it names its version.
    pub(crate) async fn template(
        &self,
        card_id: &CardId,
    ) -> Result<Option<Arc<Loaded<Template>>>, StoreError> {
        let known = self.templates.read().unwrap_or_else(PoisonError::into_inner).get(card_id).cloned();
        match known {
            Some(template) => Ok(Some(template)),
            None => self.reload_template(card_id).await,
        }
    }

    /// Reads a template from the store, and keeps it in memory.
    pub(crate) async fn reload_template(
        &self,
        card_id: &CardId,
    ) -> Result<Option<Arc<Loaded<Template>>>, StoreError> {
        let known = |templates: &Templates| templates.get(card_id).map(|template| template.version);
        let before = known(&self.templates.read().unwrap_or_else(PoisonError::into_inner));
        let template = self.store.read::<Template>(card_id.as_str()).await?.map(Arc::new);
        let mut templates = self.templates.write().unwrap_or_else(PoisonError::into_inner);
        // Two readers may come in either order: what came meanwhile stays, unless it is older. Versions alone do not
        // tell, since a template that was removed and came back begins anew.
        let meanwhile = known(&templates);
        match &template {
            Some(read) if meanwhile == before || meanwhile < Some(read.version) => {
                if meanwhile.is_none() && templates.len() >= TEMPLATES {
                    templates.pop_first();
                }
                templates.insert(card_id.clone(), read.clone());
            }
            None if meanwhile == before => {
                templates.remove(card_id);
            }
            _ => {}
        }
        Ok(template)
    }

    /// Takes notice that a record has changed behind this process's back: the copy in memory is read again.
    pub(crate) async fn noticed(&self, changed: &Key) -> Result<(), StoreError> {
        match changed.kind {
            Kind::Merchant | Kind::Brand => self.reload().await,
            Kind::Template => match CardId::new(changed.id.as_str()) {
                Ok(card_id) => self.reload_template(&card_id).await.map(|_| ()),
                Err(_) => Ok(()),
            },
            Kind::Delivery => {
                self.wake_outbox();
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Commits what a call does, together with the answer that a repeat of it will get: both or neither.
    /// `false` says that something has changed since it was read: load and decide again.
    ///
    /// # Errors
    ///
    /// [`Error::Answered`] when another replica has answered the same request meanwhile.
    pub(crate) async fn settle<E: Endpoint>(
        &self,
        call: &Call<E>,
        batch: Batch,
        response: &E::Response,
    ) -> Result<bool, Error> {
        let answer = Answer {
            request: call.origin.id.to_text(),
            status: 200,
            body: serde_json::to_string(response).map_err(|_| Error::Bug("a response is not JSON"))?,
            repeatable_until: call.origin.repeatable_until,
        };
        let written: Vec<Key> =
            batch.iter().filter(|write| write.changes()).map(|write| write.condition().0.clone()).collect();
        // First, so that of two replicas with the same request the second is told so.
        let batch = std::iter::once(put(&answer, None)).chain(batch).collect();
        match self.store.commit(batch).await {
            Ok(()) => {
                for key in &written {
                    // It is done, whether the copy in memory is fresh or not: a stale one lets nothing through.
                    if let Err(error) = self.noticed(key).await {
                        tracing::warn!(%error, "a changed record could not be read again");
                    }
                }
                Ok(true)
            }
            Err(CommitError::Changed(key)) if key.kind == Kind::Answer => Err(Error::Answered),
            Err(CommitError::Changed(key)) => {
                self.noticed(&key).await?;
                Ok(false)
            }
            Err(CommitError::Store(error)) => Err(error.into()),
        }
    }

    /// Forgets up to `limit` tokens and answers that are over; tells how many.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the store fails.
    pub async fn forget(&self, limit: usize) -> Result<usize, StoreError> {
        self.forget_over(self.over(), limit).await
    }

    /// The same for what is over at a moment.
    pub(crate) async fn forget_over(&self, moment: Timestamp, limit: usize) -> Result<usize, StoreError> {
        self.store.expire(moment, limit).await
    }

    /// What ends before this is over, whichever clock is behind: a moved business clock must not forget repeats that can
    /// still come.
    pub(crate) fn over(&self) -> Timestamp {
        self.env.business.now().min(self.env.wire.now())
    }

    /// From here on the service is about to stop, and says so.
    pub(crate) fn leave(&self) {
        self.leaving.store(true, Ordering::Relaxed);
    }

    /// Whether it is about to stop.
    pub(crate) fn is_leaving(&self) -> bool {
        self.leaving.load(Ordering::Relaxed)
    }

    /// Whether the store answers a small read in time. However often this is asked, and however long the store takes, one
    /// such read is under way.
    pub(crate) async fn is_store_answering(self: &Arc<Self>) -> bool {
        let answered = async {
            let alone = Arc::clone(&self.probing).lock_owned().await;
            let service = Arc::clone(self);
            let read = tokio::spawn(async move {
                let _alone = alone;
                config::version(&*service.store).await
            });
            matches!(read.await, Ok(Ok(_)))
        };
        tokio::time::timeout(PROBE, answered).await.unwrap_or(false)
    }

    /// Whether seeds and keys are in.
    pub fn is_ready(&self) -> bool {
        !self.directory().is_empty()
    }

    /// Counts one call of `E` by `caller`.
    ///
    /// # Errors
    ///
    /// FREQUENCY_LIMITED when it is one too many; [`Error::Store`] when the store fails.
    pub(crate) async fn admit<E: Endpoint>(&self, caller: &Caller) -> Result<(), Error> {
        let Some(rate) = self.rate_of::<E>(caller) else { return Ok(()) };
        // Several calls have one path, and each page a limit of its own.
        let now = self.env.wire.now();
        match self.limiter.admit(&*self.store, (E::NAME, caller), rate, now).await? {
            true => Ok(()),
            false => Err((&rows::FREQUENCY_LIMITED).into()),
        }
    }

    /// Takes back what [`Self::admit`] has counted: the call was a repeat.
    pub(crate) async fn give_back<E: Endpoint>(&self, caller: &Caller) {
        if let Some(rate) = self.rate_of::<E>(caller) {
            self.limiter.give_back((E::NAME, caller), rate).await;
        }
    }

    fn rate_of<E: Endpoint>(&self, caller: &Caller) -> Option<Rate> {
        let RateLimit::On { partner, brand, certificates } = self.policy.rate_limit else { return None };
        Some(match (E::PATH, caller.family()) {
            (ListCertificates::PATH, _) => certificates,
            (_, Family::Partner) => partner,
            (_, Family::Brand) => brand,
        })
    }
}

impl std::fmt::Debug for Service {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Service({:?}, {:?})", self.env, self.policy)
    }
}
