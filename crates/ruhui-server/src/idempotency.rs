//! The same signed request acts once.
//!
//! A request's id follows from everything that was signed, and from who signed. A token is derived from that
//! id with a secret of the service, so the token's own row is the record of the request: one row, one lookup,
//! one write, and replicas that share the store agree without asking each other. Without the secret the 26
//! characters after the time are unpredictable (HMAC-SHA-256; 154 bits).
//!
//! Refusals that rest on state are remembered as [`Answer`]s, until the request's timestamp leaves the window.

use crate::domain::{Answer, TokenRecord};
use crate::env::Entropy;
use crate::store::{Kind, Loaded, Record, Store, StoreError, StoreExt as _};
use ruhui_core::env::alphanumeric;
use ruhui_core::sign::Authorization;
use ruhui_core::types::{Caller, Token};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::OwnedMutexGuard;
use zeroize::Zeroizing;

/// What names one signed request. Ordered by the request's own time.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct RequestId {
    timestamp: i64,
    digest: [u8; 32],
}

impl RequestId {
    /// The id of a request whose signature was accepted. PKCS#1 v1.5 signatures are deterministic, so equal
    /// messages under one serial are equal requests.
    pub(crate) fn of(authorization: &Authorization, message: &[u8]) -> Self {
        let mut context = aws_lc_rs::digest::Context::new(&aws_lc_rs::digest::SHA256);
        for line in
            [authorization.caller().field(), authorization.caller().id(), authorization.serial_no().as_str()]
        {
            context.update(line.as_bytes());
            context.update(b"\n");
        }
        context.update(message);
        let digest = context.finish().as_ref().try_into().expect("SHA-256 has 32 bytes");
        Self { timestamp: authorization.timestamp_seconds(), digest }
    }

    /// The id as a text that sorts by time.
    pub(crate) fn to_text(&self) -> String {
        format!("{:012}{}", self.timestamp, hex::encode(&self.digest[..20]))
    }
}

/// The secret that tokens are derived with, the same for all replicas of a store.
pub(crate) struct TokenSecret(Zeroizing<[u8; 32]>);

#[derive(Serialize, Deserialize)]
struct SecretRecord {
    secret: String,
}

impl Record for SecretRecord {
    const KIND: Kind = Kind::Internal;

    fn id(&self) -> String {
        "token_secret".to_owned()
    }
}

impl TokenSecret {
    /// Reads the secret from the store; the first service to start puts one there.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the store fails.
    pub(crate) async fn load(store: &dyn Store, entropy: &dyn Entropy) -> Result<Self, StoreError> {
        let mut fresh = Zeroizing::new([0; 32]);
        entropy.fill(&mut *fresh);
        let record = SecretRecord { secret: hex::encode(fresh.as_slice()) };
        // Of several services that start together one wins; all read the winner's.
        let _ = store.commit(vec![crate::store::records::put(&record, None)]).await;
        let corrupt =
            |why: (&str, &str)| StoreError::Corrupt { table: Kind::Internal.table(), why: why.into() };
        let Loaded { record, .. } = store
            .read::<SecretRecord>("token_secret")
            .await?
            .ok_or_else(|| corrupt(("the token secret is missing", "缺少 token 密钥")))?;
        let mut secret = Zeroizing::new([0; 32]);
        hex::decode_to_slice(&record.secret, &mut *secret)
            .map_err(|_| corrupt(("the token secret is not 32 bytes", "token 密钥不是 32 字节")))?;
        Ok(Self(secret))
    }

    /// The one token that this request can get: 6 characters of time and 26 that nobody can guess.
    pub(crate) fn token(&self, request: &RequestId) -> Token {
        let stream = Stream::new(&self.0, b"token", request.digest);
        let text = format!("{}{}", base62(request.timestamp, 6), alphanumeric(&stream, 26));
        Token::new(text).expect("32 alphanumeric characters are a token")
    }

    /// The one name that this caller's picture can get: a picture that is uploaded again keeps its place, and
    /// nobody who has a picture can find out who uploaded it.
    pub(crate) fn media_id(&self, caller: &Caller, picture: &[u8; 32]) -> String {
        let mut context = aws_lc_rs::digest::Context::new(&aws_lc_rs::digest::SHA256);
        for part in [caller.field().as_bytes(), b"\n", caller.id().as_bytes(), b"\n", picture] {
            context.update(part);
        }
        let digest = context.finish().as_ref().try_into().expect("SHA-256 has 32 bytes");
        alphanumeric(&Stream::new(&self.0, b"media", digest), 32)
    }
}

/// Seconds in base 62, most significant first: sorts as the numbers do.
fn base62(mut number: i64, digits: usize) -> String {
    const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut text = vec![b'0'; digits];
    for digit in text.iter_mut().rev() {
        *digit = ALPHABET[number.rem_euclid(62) as usize];
        number = number.div_euclid(62);
    }
    text.into_iter().map(char::from).collect()
}

/// HMAC-SHA-256 in counter mode, as a source of bytes.
struct Stream<'a> {
    secret: &'a [u8; 32],
    /// What the bytes are for.
    purpose: &'static [u8],
    digest: [u8; 32],
    block: AtomicU32,
}

impl<'a> Stream<'a> {
    fn new(secret: &'a [u8; 32], purpose: &'static [u8], digest: [u8; 32]) -> Self {
        Self { secret, purpose, digest, block: AtomicU32::new(0) }
    }
}

impl Entropy for Stream<'_> {
    fn fill(&self, bytes: &mut [u8]) {
        let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, self.secret);
        for chunk in bytes.chunks_mut(32) {
            let block = self.block.fetch_add(1, Ordering::Relaxed);
            let mut message = aws_lc_rs::hmac::Context::with_key(&key);
            for part in [self.purpose, &block.to_be_bytes(), &self.digest] {
                message.update(part);
            }
            chunk.copy_from_slice(&message.sign().as_ref()[..chunk.len()]);
        }
    }
}

/// What an earlier sending of the same request was answered.
#[derive(Debug)]
pub(crate) enum Earlier {
    /// It got this token.
    Token(TokenRecord),
    /// It got this answer.
    Answer(Answer),
}

/// Looks an earlier sending up.
///
/// # Errors
///
/// [`StoreError`] when the store fails.
pub(crate) async fn earlier(
    store: &dyn Store,
    request: &RequestId,
    token: &Token,
) -> Result<Option<Earlier>, StoreError> {
    let keys = [TokenRecord::key(token.as_str()), Answer::key(&request.to_text())];
    let found = store.load(&keys).await?;
    if let Some(stored) = &found[0] {
        return Ok(Some(Earlier::Token(Loaded::read(stored)?.record)));
    }
    if let Some(stored) = &found[1] {
        return Ok(Some(Earlier::Answer(Loaded::read(stored)?.record)));
    }
    Ok(None)
}

/// Makes a concurrent repeat wait for the first sending, within this process; across processes the store's
/// versions do.
#[derive(Debug, Default, Clone)]
pub(crate) struct Turns(Arc<Mutex<Waiting>>);

/// Who is being handled, by digest.
type Waiting = BTreeMap<[u8; 32], Arc<tokio::sync::Mutex<()>>>;

/// A place in the queue for one request, and after waiting the right to handle it; the next repeat gets that
/// right when this is dropped.
#[derive(Debug)]
pub(crate) struct Turn {
    turns: Turns,
    digest: [u8; 32],
    guard: Option<OwnedMutexGuard<()>>,
    has_waited: bool,
}

impl Turn {
    /// Whether another sending of the request came first: its outcome is there now, if it had one.
    pub(crate) fn has_waited(&self) -> bool {
        self.has_waited
    }
}

impl Turns {
    /// Waits until no other sending of this request is being handled.
    pub(crate) async fn enter(&self, request: &RequestId) -> Turn {
        let digest = request.digest;
        let mutex = Arc::clone(self.waiting().entry(digest).or_default());
        // Built before the wait, so that a sender who goes away while waiting leaves nothing behind.
        let mut turn = Turn { turns: self.clone(), digest, guard: None, has_waited: false };
        turn.guard = match Arc::clone(&mutex).try_lock_owned() {
            Ok(guard) => Some(guard),
            Err(_) => {
                turn.has_waited = true;
                Some(mutex.lock_owned().await)
            }
        };
        turn
    }

    fn waiting(&self) -> std::sync::MutexGuard<'_, Waiting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.guard = None;
        let mut waiting = self.turns.waiting();
        // One: the map's own. Every other holder is a sender that waits, or a turn, and each comes here after it has let
        // go of its own, so that the last of them removes the entry.
        if waiting.get(&self.digest).is_some_and(|mutex| Arc::strong_count(mutex) == 1) {
            waiting.remove(&self.digest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    fn request(timestamp: i64, byte: u8) -> RequestId {
        RequestId { timestamp, digest: [byte; 32] }
    }

    fn secret(byte: u8) -> TokenSecret {
        TokenSecret(Zeroizing::new([byte; 32]))
    }

    #[test]
    fn a_request_has_one_token_and_every_secret_another() {
        let token = secret(1).token(&request(1_750_000_000, 7));
        assert_eq!(token, secret(1).token(&request(1_750_000_000, 7)));
        assert_ne!(token, secret(2).token(&request(1_750_000_000, 7)));
        assert_ne!(token, secret(1).token(&request(1_750_000_000, 8)));
        assert_eq!(token.as_str().len(), 32);
        assert!(token.as_str().bytes().all(|byte| byte.is_ascii_alphanumeric()));
    }

    #[test]
    fn tokens_and_request_ids_sort_by_time() {
        let times = [0, 61, 62, 1_750_000_000, 1_750_000_001, 9_999_999_999];
        let tokens: Vec<_> = times.iter().map(|at| secret(1).token(&request(*at, 7))).collect();
        assert!(tokens.is_sorted());
        let ids: Vec<_> = times.iter().map(|at| request(*at, 7).to_text()).collect();
        assert!(ids.is_sorted());
    }

    /// One request is done at the moment at which its repeat, which waits, is given up.
    #[test]
    fn turns_that_end_in_step_leave_nothing() {
        let turns = Turns::default();
        let mut context = Context::from_waker(Waker::noop());
        for round in 0..4000 {
            let (one, another) = (request(1, 1), request(1, 1));
            let Poll::Ready(first) = pin!(turns.enter(&one)).poll(&mut context) else { panic!("it is free") };
            let mut second = Box::pin(turns.enter(&another));
            assert!(second.as_mut().poll(&mut context).is_pending());
            let arrived = AtomicU32::new(0);
            let in_step = || {
                arrived.fetch_add(1, Ordering::SeqCst);
                while arrived.load(Ordering::SeqCst) < 2 {
                    std::hint::spin_loop();
                }
            };
            std::thread::scope(|scope| {
                scope.spawn(|| {
                    in_step();
                    drop(first);
                });
                in_step();
                drop(second);
            });
            assert!(turns.waiting().is_empty(), "after {round} rounds");
        }
    }

    #[tokio::test]
    async fn turns_are_forgotten_when_nobody_waits() {
        let turns = Turns::default();
        let first = turns.enter(&request(1, 1)).await;
        let other = turns.enter(&request(1, 2)).await;
        let waiting = tokio::spawn({
            let turns = turns.clone();
            async move { drop(turns.enter(&request(1, 1)).await) }
        });
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        drop(first);
        waiting.await.unwrap();
        drop(other);
        assert!(turns.waiting().is_empty());
    }
}
