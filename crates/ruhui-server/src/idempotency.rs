//! Idempotency: the same signed request acts once, however often it is sent.
//!
//! The idempotency key is the request's signature message and its signer: see `request_id`. The response of a write is
//! kept with it as an [`Answer`], in the same batch, until the request's timestamp leaves the window; a resend gets that
//! response. For tokens the token's own record is the kept response, since the token follows from the request's id: one
//! record, one read, one write.
//!
//! Rejections that rest on state are kept too. A resend that arrives during the first request waits for it.

use crate::domain::{Answer, TokenRecord};
use crate::env::Entropy;
use crate::keyed_lock::{KeyGuard, KeyedLock};
use crate::request_id::RequestId;
use crate::store::records::{absent, put};
use crate::store::{CommitError, Loaded, Record as _, Store, StoreError, Write};
use crate::token_secret::TokenSecret;
use jiff::{SignedDuration, Timestamp};
use ruhui_core::sign::{Authorization, WINDOW};
use ruhui_core::types::DateTime;
use std::sync::Arc;

/// The signed request that a call came in.
#[derive(Debug, Clone)]
pub(crate) struct Origin {
    pub(crate) id: RequestId,
    /// The time at which the request's timestamp leaves the window.
    pub(crate) repeatable_until: DateTime,
}

impl Origin {
    /// The origin of a request whose signature over `message` was verified.
    pub(crate) fn of(authorization: &Authorization, message: &[u8]) -> Self {
        let signed_at = Timestamp::from_second(authorization.timestamp_seconds()).unwrap_or(Timestamp::MAX);
        // The window counts whole seconds, so the last of them is still to come when it begins.
        let until = signed_at.saturating_add(WINDOW + SignedDuration::from_secs(1)).unwrap_or(Timestamp::MAX);
        Self { id: RequestId::of(authorization, message), repeatable_until: DateTime::seconds(until) }
    }

    /// The write that keeps a response for resends. It fails if another replica has answered the same request.
    pub(crate) fn keep(&self, status: u16, body: String) -> Write {
        let (id, repeatable_until) = (&self.id, self.repeatable_until);
        let answer = Answer { request: id.to_text(), status, body, repeatable_until };
        put(&answer, None)
    }

    /// A condition: no response to this request is kept.
    pub(crate) fn unanswered(&self) -> Write {
        absent::<Answer>(&self.id.to_text())
    }
}

/// The response that an earlier request of the same id got.
#[derive(Debug)]
pub(crate) enum Earlier {
    /// This token.
    Token(TokenRecord),
    /// This kept response.
    Answer(Answer),
}

/// Whether a rejection was kept.
#[derive(Debug)]
pub(crate) enum Kept {
    /// It was.
    Now,
    /// Another replica has answered the same request meanwhile; its response holds.
    Earlier(Earlier),
}

/// The kept responses of a store.
pub(crate) struct Idempotency {
    store: Arc<dyn Store>,
    secret: TokenSecret,
    in_progress: KeyedLock<RequestId>,
}

impl Idempotency {
    /// Reads the store's secret, or makes one.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the store fails.
    pub(crate) async fn load(store: Arc<dyn Store>, entropy: &dyn Entropy) -> Result<Self, StoreError> {
        let secret = TokenSecret::load(&*store, entropy).await?;
        Ok(Self { store, secret, in_progress: KeyedLock::default() })
    }

    /// Tokens and picture names are derived with it.
    pub(crate) fn secret(&self) -> &TokenSecret {
        &self.secret
    }

    /// Waits until no other request of this id is in progress in this process. Across processes the store's versions
    /// decide.
    pub(crate) async fn lock(&self, id: &RequestId) -> KeyGuard<RequestId> {
        self.in_progress.lock(id).await
    }

    /// Reads the response that an earlier request of this id got.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the store fails.
    pub(crate) async fn earlier(&self, id: &RequestId) -> Result<Option<Earlier>, StoreError> {
        let token = self.secret.token(id);
        let keys = [TokenRecord::key(token.as_str()), Answer::key(&id.to_text())];
        let found = self.store.load(&keys).await?;
        if let Some(stored) = &found[0] {
            return Ok(Some(Earlier::Token(Loaded::read(stored)?.record)));
        }
        if let Some(stored) = &found[1] {
            return Ok(Some(Earlier::Answer(Loaded::read(stored)?.record)));
        }
        Ok(None)
    }

    /// Keeps the response of a rejection, unless the request has been answered already.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the store fails.
    pub(crate) async fn keep_rejection(
        &self,
        origin: &Origin,
        status: u16,
        body: String,
    ) -> Result<Kept, StoreError> {
        // A token has no answer next to it: its own record is the response of its request.
        let no_token = absent::<TokenRecord>(self.secret.token(&origin.id).as_str());
        match self.store.commit(vec![origin.keep(status, body), no_token]).await {
            Ok(()) => Ok(Kept::Now),
            Err(CommitError::Changed(_)) => match self.earlier(&origin.id).await? {
                Some(earlier) => Ok(Kept::Earlier(earlier)),
                // It has expired since.
                None => Ok(Kept::Now),
            },
            Err(CommitError::Store(error)) => Err(error),
        }
    }
}
