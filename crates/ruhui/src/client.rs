//! The client: sends every request, from a struct to a verified value.

use crate::error::{Error, Parameter, UsageError};
use crate::exchange::{Content, Inner, Outgoing};
use crate::response::Response;
use crate::{multipart, target};
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

/// A client of one caller, for the endpoints of its family: [`Partner`] or [`Brand`](ruhui_core::api::Brand).
///
/// Every request is signed, and every returned value was verified. Clones are cheap and share the connections.
/// There is no global state, so a process can have clients of several merchants.
///
/// A client of one family cannot send a request of the other:
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

    /// WeChat Pay's keys and the clock, which verify responses.
    pub(crate) fn verifying(&self) -> (&PlatformKeys, Arc<dyn Clock>) {
        (&self.inner.keys, Arc::clone(&self.inner.clock))
    }

    /// The caller's private key, which also decrypts encrypted fields inside an event.
    pub(crate) fn private_key(&self) -> &PrivateKey {
        self.inner.signer.key()
    }

    /// Sends a request and returns its verified response. Sensitive fields are encrypted in the request and
    /// decrypted in the response.
    ///
    /// If a host cannot be reached, the request is retried once at the other host. After a time-out, it is retried only
    /// if it is idempotent. Each attempt has its own nonce, timestamp and signature.
    ///
    /// # Errors
    ///
    /// [`Error`], grouped by whose fault it is.
    pub async fn send<E: Endpoint<Family = F>>(&self, call: &E) -> Result<E::Response, Error> {
        self.exchange(call).await?.json()
    }

    /// Sends a request like [`send`](Self::send), and returns the verified response itself, with its Request-ID.
    /// [`Response::json`] reads the value from it.
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

    /// Uploads a picture for a card: JPG, BMP or PNG, at most 2 MB; its name ends in `.jpg`, `.jpeg`, `.bmp` or
    /// `.png`. The service checks both.
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
        self.exchange_as(meta, |meta| multipart::form(&*self.inner.entropy, meta, filename, &picture)).await
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
            // Accepted, not processed: the body is an error's, and the request must be resent (partner page
            // 4012081727).
            return Err(Error::Api(Box::new(response.into_api_error())));
        }
        Ok(response)
    }

    /// Requests a pre-auth token, at any of its paths:
    /// [`CreatePreAuthToken`](ruhui_core::api::card_member::CreatePreAuthToken),
    /// or [`OpenUserCardToken`](ruhui_core::api::card_member::OpenUserCardToken) (the founding document's).
    /// For a brand's client `brand_id` is [`CallersOwn`](ruhui_core::api::CallersOwn).
    ///
    /// [`launch`](crate::launch) turns the token into what the page needs.
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

    /// Reports the result of opening a card (同步开卡结果). Without it the card never becomes effective, so call it after
    /// each notification of a new card.
    ///
    /// # Errors
    ///
    /// Same as for [`Client::send`].
    pub async fn confirm_user_card(&self, call: &ConfirmUserCard<F>) -> Result<UserCard, Error> {
        self.send(call).await
    }

    /// Queries one card of a user. Its state is authoritative; a page or a notification is only a hint.
    ///
    /// # Errors
    ///
    /// Same as for [`Client::send`].
    pub async fn query_user_card(&self, call: &QueryUserCard<F>) -> Result<UserCard, Error> {
        self.send(call).await
    }

    /// Sends a request to any other path with the same guarantees: `body` is signed and sent as it is, and only a
    /// verified 2xx is returned.
    ///
    /// `target` is the path and the query, if any, percent-encoded. Only GET counts as idempotent and is retried.
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
    /// Lets the service echo `message`: proves that signatures verify in both directions.
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
