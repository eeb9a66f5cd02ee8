//! The secret of a store, from which tokens and names of pictures are derived.
//!
//! A token is derived from the id of its request, so replicas that share a store agree on it without communication.
//! Without the secret, the 26 characters after the time are unpredictable (HMAC-SHA-256; 154 bits).

use crate::env::Entropy;
use crate::request_id::RequestId;
use crate::store::{Kind, Loaded, Record, RowId, Store, StoreError, StoreExt as _};
use ruhui_core::env::{ALPHANUMERIC, alphanumeric};
use ruhui_core::types::{Caller, Token};
use serde::{Deserialize, Serialize};
use std::sync::atomic::{AtomicU32, Ordering};
use zeroize::Zeroizing;

/// The secret that tokens are derived with, the same for all replicas of a store.
pub(crate) struct TokenSecret(Zeroizing<[u8; 32]>);

/// The secret as it is stored.
#[derive(Serialize, Deserialize)]
pub(crate) struct SecretRecord {
    secret: String,
}

impl SecretRecord {
    pub(crate) const ID: &str = "token_secret";
}

impl Record for SecretRecord {
    const KIND: Kind = Kind::Internal;

    fn id(&self) -> String {
        Self::ID.to_owned()
    }
}

impl TokenSecret {
    /// Reads the secret from the store. The first service to start creates it.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the store fails.
    pub(crate) async fn load(store: &dyn Store, entropy: &dyn Entropy) -> Result<Self, StoreError> {
        let mut fresh = Zeroizing::new([0; 32]);
        entropy.fill(&mut *fresh);
        let record = SecretRecord { secret: hex::encode(fresh.as_slice()) };
        // If several services start together, one commit succeeds; all read the secret that it wrote.
        let _ = store.commit(vec![crate::store::records::put(&record, None)]).await;
        let id = RowId::of(SecretRecord::KIND, &record.id());
        let corrupt = |why: (&str, &str)| StoreError::Corrupt {
            kind: SecretRecord::KIND,
            id: id.clone(),
            why: why.into(),
        };
        let Loaded { record, .. } = store
            .read::<SecretRecord>(SecretRecord::ID)
            .await?
            .ok_or_else(|| corrupt(("the token secret is missing", "缺少 token 密钥")))?;
        let mut secret = Zeroizing::new([0; 32]);
        hex::decode_to_slice(&record.secret, &mut *secret)
            .map_err(|_| corrupt(("the token secret is not 32 bytes", "token 密钥不是 32 字节")))?;
        Ok(Self(secret))
    }

    /// Derives the token of a request: 6 characters of time and 26 that cannot be guessed.
    pub(crate) fn token(&self, request: &RequestId) -> Token {
        let stream = Stream::new(&self.0, b"token", *request.digest());
        let text = format!("{}{}", base62(request.timestamp(), 6), alphanumeric(&stream, 26));
        Token::new(text).expect("32 alphanumeric characters are a token")
    }

    /// Derives the name of a caller's picture. A picture that is uploaded again keeps its name, and the name does not
    /// reveal the uploader.
    pub(crate) fn media_id(&self, caller: &Caller, picture: &[u8; 32]) -> String {
        let mut context = aws_lc_rs::digest::Context::new(&aws_lc_rs::digest::SHA256);
        for part in [caller.field().as_bytes(), b"\n", caller.id().as_bytes(), b"\n", picture] {
            context.update(part);
        }
        let digest = context.finish().as_ref().try_into().expect("SHA-256 has 32 bytes");
        alphanumeric(&Stream::new(&self.0, b"media", digest), 32)
    }
}

/// Writes seconds in base 62, most significant digit first, so that the texts sort as the numbers do.
fn base62(mut number: i64, digits: usize) -> String {
    let mut text = vec![b'0'; digits];
    for digit in text.iter_mut().rev() {
        *digit = ALPHANUMERIC[number.rem_euclid(62) as usize];
        number = number.div_euclid(62);
    }
    text.into_iter().map(char::from).collect()
}

/// HMAC-SHA-256 in counter mode, as a source of bytes.
struct Stream<'a> {
    secret: &'a [u8; 32],
    /// The purpose of the bytes, which separates the streams of one secret.
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

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(byte: u8) -> TokenSecret {
        TokenSecret(Zeroizing::new([byte; 32]))
    }

    fn request(timestamp: i64, byte: u8) -> RequestId {
        RequestId::for_test(timestamp, byte)
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
    fn tokens_sort_by_time() {
        let times = [0, 61, 62, 1_750_000_000, 1_750_000_001, 9_999_999_999];
        assert!(times.map(|at| secret(1).token(&request(at, 7))).is_sorted());
    }
}
