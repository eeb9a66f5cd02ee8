//! The service: state, keys and policy, without a network.

use crate::directory::Directory;
use crate::domain::pre_auth::UnknownOpenids;
use crate::domain::rate::Rate;
use crate::domain::{Answer, PublicUrl, ReplyKey, Template};
use crate::env::Env;
use crate::error::Error;
use crate::http::Call;
use crate::once::{TokenSecret, Turns};
use crate::outbox::{Courier, NetworkCourier, Outbox, Reach};
use crate::store::records::put;
use crate::store::{Batch, CommitError, Key, Kind, Loaded, Store, StoreError, StoreExt as _};
use jiff::Timestamp;
use ruhui_core::api::Endpoint;
use ruhui_core::key::{Certificate, PlatformKeys};
use ruhui_core::sign::ReplySigner;
use ruhui_core::types::{Caller, CardId, Family};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use tokio::sync::Semaphore;

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
        self.signers().find(|signer| signer.serial().as_str() == serial)
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
    /// Whether platform certificates are handed out; if not, 404 as for new merchants.
    pub serve_certificates: bool,
    /// Whether the log explains refused signatures: in a sandbox only, it costs tens of milliseconds.
    pub diagnose: bool,
    /// Where callbacks may go.
    pub reach: Reach,
    /// Where pictures are found.
    pub public_url: PublicUrl,
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
    /// The documents' limits.
    pub const DOCUMENTED: Self = Self::On {
        partner: Rate { per_second: 10 },
        brand: Rate { per_second: 5 },
        certificates: Rate { per_second: 1000 },
    };
}

/// Templates in memory, at the versions that were read.
type Templates = BTreeMap<CardId, Arc<Loaded<Template>>>;

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
    directory: RwLock<Arc<Directory>>,
    templates: RwLock<Templates>,
    rates: Mutex<BTreeMap<(&'static str, Caller), Timestamp>>,
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
        let directory = RwLock::new(Arc::new(Directory::load(&*store).await?));
        let templates = RwLock::new(templates(&*store).await?);
        let (turns, rates, outbox) = (Turns::default(), Mutex::default(), Outbox::new(courier));
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
            directory,
            templates,
            rates,
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
        let templates = templates(&*self.store).await?;
        *self.directory.write().unwrap_or_else(PoisonError::into_inner) = directory;
        *self.templates.write().unwrap_or_else(PoisonError::into_inner) = templates;
        Ok(())
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
        // Whichever clock is behind: a moved business clock must not forget repeats that can still come.
        let now = self.env.business.now().min(self.env.wire.now());
        self.store.expire(now, limit).await
    }

    /// Whether seeds and keys are in.
    pub fn is_ready(&self) -> bool {
        !self.directory().is_empty()
    }

    /// Counts one call of `E` by `caller`; `false` when it is one too many. The number of entries is that of
    /// callers, which are provisioned, and calls.
    pub(crate) fn admit<E: Endpoint>(&self, caller: &Caller) -> bool {
        let RateLimit::On { partner, brand, certificates } = self.policy.rate_limit else { return true };
        let rate = match (E::PATH, caller.family()) {
            ("/v3/certificates", _) => certificates,
            (_, Family::Partner) => partner,
            (_, Family::Brand) => brand,
        };
        let now = self.env.wire.now();
        let mut rates = self.rates.lock().unwrap_or_else(PoisonError::into_inner);
        // Several calls have one path, and each page a limit of its own.
        let key = (E::NAME, caller.clone());
        match rate.admit(rates.get(&key).copied(), now) {
            Ok(full_at) => {
                rates.insert(key, full_at);
                true
            }
            Err(_wait) => false,
        }
    }
}

async fn templates(store: &dyn Store) -> Result<Templates, StoreError> {
    let all = store.read_all::<Template>().await?;
    Ok(all.into_iter().map(|loaded| (loaded.record.card.card_id.clone(), Arc::new(loaded))).collect())
}

impl std::fmt::Debug for Service {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Service({:?}, {:?})", self.env, self.policy)
    }
}
