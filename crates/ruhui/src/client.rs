//! The client: from a request struct to a signed request, and from a verified response to a value.

use crate::error::{Error, Parameter, UsageError};
use crate::exchange::{Content, Inner, Outgoing};
use crate::response::Response;
use crate::target;
use bytes::Bytes;
use http::{Method, StatusCode};
use ruhui_core::api::card_member::{
    ConfirmUserCard, PreAuthToken, QueryUserCard, UploadImage, UploadedImage, UserCard,
};
use ruhui_core::api::security::Echo;
use ruhui_core::api::{Endpoint, FamilyMarker, Partner, RetrySafety};
use ruhui_core::env::Clock;
use ruhui_core::key::{PlatformKeys, PrivateKey};
use ruhui_core::types::Text;
use ruhui_core::wire;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

/// A client for one caller, a merchant or a brand. It sends the requests of the caller's family: [`Partner`]
/// or [`Brand`](ruhui_core::api::Brand).
///
/// The client signs every request and verifies every response before it returns a value. Clones are cheap and
/// share the connections. There is no global state, so one process can have clients for several merchants.
///
/// A client of one family cannot send a request of the other; the compiler rejects it:
///
/// ```compile_fail,E0271
/// # async fn f(partner: ruhui::Client, call: ruhui::api::card_member::CreatePreAuthToken<ruhui::api::Brand>) {
/// partner.send(&call).await; // type mismatch: expected `Partner`, found `Brand`
/// # }
/// ```
pub struct Client<F: FamilyMarker = Partner> {
    inner: Arc<Inner>,
    family: PhantomData<fn() -> F>,
}

impl<F: FamilyMarker> Client<F> {
    pub(crate) fn new(inner: Inner) -> Self {
        Self { inner: Arc::new(inner), family: PhantomData }
    }

    /// Returns WeChat Pay's keys and the clock, for the verification of responses.
    pub(crate) fn verifying(&self) -> (&PlatformKeys, Arc<dyn Clock>) {
        (&self.inner.keys, Arc::clone(&self.inner.clock))
    }

    /// Returns the caller's private key, which decrypts sensitive fields.
    pub(crate) fn private_key(&self) -> &PrivateKey {
        self.inner.signer.key()
    }

    /// Sends a request and returns the value of its verified response. Sensitive fields are encrypted in the
    /// request and decrypted in the response.
    ///
    /// If a host cannot be reached, the client retries once at the other host (fail-over). If an attempt
    /// fails after the request may have been sent, by a time-out or a lost connection, only an idempotent
    /// request is retried. Each attempt has its own nonce, timestamp and signature.
    ///
    /// # Errors
    ///
    /// [`Error`], grouped by whose fault it is.
    pub async fn send<E: Endpoint<Family = F>>(&self, call: &E) -> Result<E::Response, Error> {
        self.exchange(call).await?.json()
    }

    /// Sends a request like [`send`](Self::send), and returns the verified response itself, with its headers
    /// and Request-ID. [`Response::json`] decodes the value.
    ///
    /// # Errors
    ///
    /// Same as for [`Client::send`].
    pub async fn exchange<E: Endpoint<Family = F>>(&self, call: &E) -> Result<Response, Error> {
        if E::UPLOADS_FILE {
            return Err(UsageError::Attachment { name: E::NAME }.into());
        }
        self.exchange_as(call, |body| Content::json(&E::METHOD, body)).await
    }

    /// Uploads a picture for a card: JPG, BMP or PNG, at most 2 MB, with a name that ends in `.jpg`, `.jpeg`,
    /// `.bmp` or `.png`. The service checks these rules; the client does not.
    ///
    /// # Errors
    ///
    /// Same as for [`Client::send`].
    pub async fn upload_image(
        &self,
        filename: impl Into<String>,
        picture: impl Into<Bytes>,
    ) -> Result<UploadedImage, Error> {
        let filename = Text::new(filename)
            .map_err(|invalid| UsageError::Invalid { parameter: Parameter::Filename, invalid })?;
        let picture = picture.into();
        self.exchange_image(&UploadImage::new(filename, &picture), picture).await?.json()
    }

    /// Uploads a picture like [`upload_image`](Self::upload_image), with a digest that the caller computed, and returns the
    /// verified response itself.
    ///
    /// # Errors
    ///
    /// Same as for [`Client::send`].
    pub async fn exchange_image(
        &self,
        meta: &UploadImage<F>,
        picture: impl Into<Bytes>,
    ) -> Result<Response, Error> {
        let (filename, picture) = (meta.filename.as_str(), picture.into());
        self.exchange_as(meta, |meta| Content::upload(&*self.inner.entropy, meta, filename, &picture)).await
    }

    async fn exchange_as<E: Endpoint<Family = F>>(
        &self,
        call: &E,
        content: impl FnOnce(Bytes) -> Content,
    ) -> Result<Response, Error> {
        let encoded = wire::encode(call, self.inner.encrypt()).map_err(UsageError::from)?;
        let response = self
            .inner
            .exchange(&Outgoing {
                method: E::METHOD,
                target: target::check(&encoded.target)?,
                content: content(encoded.body.into()),
                safety: E::RETRY_SAFETY,
            })
            .await?;
        if response.status() == StatusCode::ACCEPTED {
            // 202: accepted, not processed. The body is that of an error, and the request has to be retried
            // (partner page 4012081727).
            return Err(Error::Api(Box::new(response.into_api_error())));
        }
        Ok(response)
    }

    /// Requests a pre-auth token (预授权token), at either of its paths:
    /// [`CreatePreAuthToken`](ruhui_core::api::card_member::CreatePreAuthToken), or
    /// [`OpenUserCardToken`](ruhui_core::api::card_member::OpenUserCardToken) (the edition of 2025-06-24). In
    /// a brand's request, `brand_id` is [`CallersOwn`](ruhui_core::api::CallersOwn).
    ///
    /// [`launch`](crate::launch) turns the token into the parameters that the H5 page or mini-program needs.
    ///
    /// # Errors
    ///
    /// Same as for [`Client::send`].
    pub async fn create_pre_auth_token<E>(&self, call: &E) -> Result<PreAuthToken, Error>
    where
        E: Endpoint<Family = F, Response = PreAuthToken>,
    {
        self.send(call).await
    }

    /// Reports the result of opening a card (同步开卡结果): effective or invalid. Report it after each notification
    /// of a new card: an unconfirmed card never becomes effective.
    ///
    /// # Errors
    ///
    /// Same as for [`Client::send`].
    pub async fn confirm_user_card(&self, call: &ConfirmUserCard<F>) -> Result<UserCard, Error> {
        self.send(call).await
    }

    /// Queries one card of a user. Only this query gives the card's certain state: notifications and the
    /// result of the join component are hints.
    ///
    /// # Errors
    ///
    /// Same as for [`Client::send`].
    pub async fn query_user_card(&self, call: &QueryUserCard<F>) -> Result<UserCard, Error> {
        self.send(call).await
    }

    /// Sends a request to any path, with the same guarantees: the client signs and sends `body` as it is, and
    /// returns only a verified 2xx response.
    ///
    /// `target` is the percent-encoded path with an optional query. Only a GET counts as idempotent, so only
    /// a GET is retried after it may have been sent.
    ///
    /// # Errors
    ///
    /// Same as for [`Client::send`].
    pub async fn call(
        &self,
        method: Method,
        target: &str,
        body: impl Into<Bytes>,
    ) -> Result<Response, Error> {
        let safety = if method == Method::GET { RetrySafety::Idempotent } else { RetrySafety::NotIdempotent };
        let (target, content) = (target::check(target)?, Content::json(&method, body.into()));
        self.inner.exchange(&Outgoing { method, target, content, safety }).await
    }
}

impl Client<Partner> {
    /// Sends `message` to the service's echo endpoint and returns the echo. Success proves that signatures
    /// verify in both directions.
    ///
    /// # Errors
    ///
    /// Same as for [`Client::send`].
    pub async fn echo(&self, message: impl Into<String>) -> Result<String, Error> {
        let echoed = self.send(&Echo::new(message)).await?;
        Ok(echoed.echo_message)
    }
}

impl<F: FamilyMarker> Clone for Client<F> {
    fn clone(&self) -> Self {
        Self { inner: Arc::clone(&self.inner), family: PhantomData }
    }
}

impl<F: FamilyMarker> fmt::Debug for Client<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("caller", self.inner.signer.caller())
            .field("serial_no", self.inner.signer.serial_no())
            .field("keys", &self.inner.keys)
            .field("hosts", &self.inner.hosts)
            .finish_non_exhaustive()
    }
}
