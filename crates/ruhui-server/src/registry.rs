//! The provisioned state in memory: the callers, and a cache of the card templates that are requested most.
//!
//! Merchants and brands are read whole, since they are few. Templates are cached one by one. A cached record may be
//! stale. Optimistic concurrency makes that safe: every decision names the versions of the records it rests on, and
//! its commit fails with a version conflict if one of them is not the newest.

use crate::directory::Directory;
use crate::domain::Template;
use crate::provisioned;
use crate::store::{Key, Kind, Loaded, Store, StoreError, StoreExt as _};
use ruhui_core::types::CardId;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

/// Largest number of templates in the cache, a few kilobytes each. A template that is not cached is read when it is
/// needed.
const TEMPLATES: usize = 20_000;

/// The cached templates, with the versions at which they were read.
type Templates = BTreeMap<CardId, Arc<Loaded<Template>>>;

/// Whether a reload found a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums, reason = "one or the other")]
pub enum Reloaded {
    /// Another process has provisioned since, and the registry now holds its state.
    Changed,
    /// No process has provisioned since; the registry holds the newest state already.
    Current,
}

/// The provisioned state that this process holds in memory.
pub(crate) struct Registry {
    store: Arc<dyn Store>,
    directory: RwLock<Arc<Directory>>,
    /// The version of the provisioned state that `directory` was read from.
    version: Mutex<Option<i64>>,
    templates: RwLock<Templates>,
}

impl Registry {
    /// Reads merchants and brands, and starts with an empty cache of templates.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the store fails or holds a record that this release cannot use.
    pub(crate) async fn load(store: Arc<dyn Store>) -> Result<Self, StoreError> {
        // The version is read first, so that the next reload finds a change that falls between the two reads.
        let version = Mutex::new(provisioned::version(&*store).await?);
        let directory = RwLock::new(Arc::new(Directory::load(&*store).await?));
        Ok(Self { store, directory, version, templates: RwLock::default() })
    }

    /// The merchants and brands provisioned at the moment.
    pub(crate) fn directory(&self) -> Arc<Directory> {
        self.directory.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Reads merchants and brands again, and invalidates the cache of templates.
    ///
    /// # Errors
    ///
    /// [`StoreError`], as [`Self::load`] returns it. The old state then stays in force.
    pub(crate) async fn reload(&self) -> Result<(), StoreError> {
        let directory = Arc::new(Directory::load(&*self.store).await?);
        *self.directory.write().unwrap_or_else(PoisonError::into_inner) = directory;
        self.templates.write().unwrap_or_else(PoisonError::into_inner).clear();
        Ok(())
    }

    /// Exchanges the provisioned state: that of the store has been replaced by this one, of this version.
    pub(crate) fn install(&self, directory: Directory, version: Option<i64>) {
        *self.directory.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(directory);
        self.templates.write().unwrap_or_else(PoisonError::into_inner).clear();
        *self.version.lock().unwrap_or_else(PoisonError::into_inner) = version;
    }

    /// Reloads as [`reload`](Self::reload) does, if another process has provisioned since.
    ///
    /// # Errors
    ///
    /// [`StoreError`], as [`Self::load`] returns it. The old state then stays in force.
    pub(crate) async fn reload_if_changed(&self) -> Result<Reloaded, StoreError> {
        let newest = provisioned::version(&*self.store).await?;
        if *self.version.lock().unwrap_or_else(PoisonError::into_inner) == newest {
            return Ok(Reloaded::Current);
        }
        self.reload().await?;
        *self.version.lock().unwrap_or_else(PoisonError::into_inner) = newest;
        Ok(Reloaded::Changed)
    }

    /// Returns a template from the cache, or else from the store, where another replica may have created it.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the store fails or the template cannot be read.
    pub(crate) async fn template(
        &self,
        card_id: &CardId,
    ) -> Result<Option<Arc<Loaded<Template>>>, StoreError> {
        let cached = self.templates.read().unwrap_or_else(PoisonError::into_inner).get(card_id).cloned();
        match cached {
            Some(template) => Ok(Some(template)),
            None => self.reload_template(card_id).await,
        }
    }

    /// Whether `template`, which a decision rested on, is not the newest version. Puts the newest into the cache.
    ///
    /// # Errors
    ///
    /// [`StoreError`], as [`Self::template`] returns it.
    pub(crate) async fn is_stale(&self, template: &Loaded<Template>) -> Result<bool, StoreError> {
        let newest = self.reload_template(&template.record.card.card_id).await?;
        Ok(newest.is_none_or(|newest| newest.version != template.version))
    }

    /// Reads a template from the store into the cache.
    async fn reload_template(&self, card_id: &CardId) -> Result<Option<Arc<Loaded<Template>>>, StoreError> {
        let cached = |templates: &Templates| templates.get(card_id).map(|template| template.version);
        let before = cached(&self.templates.read().unwrap_or_else(PoisonError::into_inner));
        let template = self.store.read::<Template>(card_id.as_str()).await?.map(Arc::new);
        let mut templates = self.templates.write().unwrap_or_else(PoisonError::into_inner);
        // Two readers may finish in either order: a template that was cached in the meantime stays, unless it is
        // older. Versions alone do not show that, since a template that was deleted and created again begins at
        // version 1.
        let meanwhile = cached(&templates);
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

    /// Invalidates a record that this process or another has changed, by reading it again if the registry holds its
    /// kind.
    ///
    /// # Errors
    ///
    /// [`StoreError`], as [`Self::load`] returns it.
    pub(crate) async fn refresh(&self, changed: &Key) -> Result<(), StoreError> {
        match changed.kind {
            Kind::Merchant | Kind::Brand => self.reload().await,
            Kind::Template => match CardId::new(changed.id.as_str()) {
                Ok(card_id) => self.reload_template(&card_id).await.map(|_| ()),
                Err(_) => Ok(()),
            },
            _ => Ok(()),
        }
    }
}
