//! Idempotency: a signed request takes effect once, however often a client resends it.
//!
//! The idempotency key is the request's signature message and its signer: see `request_id`. The response of a write
//! is kept under that key as an [`Answer`], committed in the same batch, until the request's timestamp is outside the
//! signature's time window. A resend gets that replayed response. For tokens, the token's own record is the kept
//! response, since the token is derived from the request's id: one record, one read, one write.
//!
//! Rejections that rest on state are kept too. A resend that arrives while the first request is in progress waits for
//! it.

use crate::domain::{Answer, TokenRecord};
use crate::env::Entropy;
use crate::keyed_lock::{KeyGuard, KeyedLock};
use crate::request_id::RequestId;
use crate::store::records::{absent, decode, put};
use crate::store::{CommitError, Record as _, Store, StoreError, Write};
use crate::token_secret::TokenSecret;
use jiff::{SignedDuration, Timestamp};
use ruhui_core::sign::{Authorization, WINDOW};
use ruhui_core::types::DateTime;
use std::sync::Arc;

/// The identity of a signed request: its idempotency key, and how long it can be resent.
#[derive(Debug, Clone)]
pub(crate) struct SignedRequestRef {
    pub(crate) id: RequestId,
    /// Time at which the request's timestamp leaves the window. Later resends are rejected.
    pub(crate) repeatable_until: DateTime,
}

impl SignedRequestRef {
    /// Computes the origin of a request whose signature over `message` was verified.
    pub(crate) fn of(authorization: &Authorization, message: &[u8]) -> Self {
        let signed_at = Timestamp::from_second(authorization.timestamp_seconds()).unwrap_or(Timestamp::MAX);
        // The window counts whole seconds, so the request is valid until the end of its last second.
        let until = signed_at.saturating_add(WINDOW + SignedDuration::from_secs(1)).unwrap_or(Timestamp::MAX);
        Self { id: RequestId::of(authorization, message), repeatable_until: DateTime::seconds(until) }
    }

    /// The write that keeps a response for resends. Its commit fails if another replica has responded to the same
    /// request.
    pub(crate) fn keep(&self, status: u16, body: String) -> Write {
        let (id, repeatable_until) = (&self.id, self.repeatable_until);
        let answer = Answer { request: id.to_text(), status, body, repeatable_until };
        put(&answer, None)
    }

    /// The condition that no response to this request is kept. A commit that includes it fails otherwise.
    pub(crate) fn unanswered(&self) -> Write {
        absent::<Answer>(&self.id.to_text())
    }
}

/// The response that an earlier request with the same id got.
#[derive(Debug)]
pub(crate) enum Earlier {
    /// The token that the request asked for.
    Token(TokenRecord),
    /// Any other kept response.
    Answer(Answer),
}

/// The result of keeping a rejection.
#[derive(Debug)]
pub(crate) enum Kept {
    /// The rejection is the response to the request.
    Now,
    /// Another replica has responded to the same request meanwhile; that response is replayed instead.
    Earlier(Earlier),
}

/// The kept responses of a store, and the locks of the requests in progress.
pub(crate) struct Idempotency {
    store: Arc<dyn Store>,
    secret: TokenSecret,
    in_progress: KeyedLock<RequestId>,
}

impl Idempotency {
    /// Reads the store's token secret, or creates it.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the store fails.
    pub(crate) async fn load(store: Arc<dyn Store>, entropy: &dyn Entropy) -> Result<Self, StoreError> {
        let secret = TokenSecret::load(&*store, entropy).await?;
        Ok(Self { store, secret, in_progress: KeyedLock::default() })
    }

    /// The secret from which tokens and names of pictures are derived.
    pub(crate) fn secret(&self) -> &TokenSecret {
        &self.secret
    }

    /// Waits until no other request with this id is in progress in this process. Between processes, version conflicts
    /// in the store decide.
    pub(crate) async fn lock(&self, id: &RequestId) -> KeyGuard<RequestId> {
        self.in_progress.lock(id).await
    }

    /// Reads the response that an earlier request with this id got.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the store fails.
    pub(crate) async fn earlier(&self, id: &RequestId) -> Result<Option<Earlier>, StoreError> {
        let token = self.secret.token(id);
        let keys = [TokenRecord::key(token.as_str()), Answer::key(&id.to_text())];
        let found = self.store.load(&keys).await?;
        if let Some(stored) = &found[0] {
            return Ok(Some(Earlier::Token(decode(&keys[0].id, stored)?)));
        }
        if let Some(stored) = &found[1] {
            return Ok(Some(Earlier::Answer(decode(&keys[1].id, stored)?)));
        }
        Ok(None)
    }

    /// Keeps the response of a rejection, unless a response to the request is kept already.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the store fails.
    pub(crate) async fn keep_rejection(
        &self,
        origin: &SignedRequestRef,
        status: u16,
        body: String,
    ) -> Result<Kept, StoreError> {
        // A token has no `Answer`: its own record is the response to its request.
        let no_token = absent::<TokenRecord>(self.secret.token(&origin.id).as_str());
        match self.store.commit(vec![origin.keep(status, body), no_token]).await {
            Ok(()) => Ok(Kept::Now),
            Err(CommitError::Changed(_)) => match self.earlier(&origin.id).await? {
                Some(earlier) => Ok(Kept::Earlier(earlier)),
                // The conflicting response has expired since.
                None => Ok(Kept::Now),
            },
            Err(CommitError::Store(error)) => Err(error),
        }
    }
}
