//! The client: encode, sign, send, verify, decode.

use crate::error::{ApiError, Error, Exchange, Failure, Misuse, Proof, Unverified};
use crate::hosts::{Host, Hosts};
use crate::reply::Reply;
use crate::retry::{self, Next};
use crate::target;
use crate::transport::{Transport, TransportError};
use bytes::Bytes;
use http::header::{ACCEPT, ACCEPT_LANGUAGE, AUTHORIZATION, CONTENT_TYPE, USER_AGENT};
use http::uri::PathAndQuery;
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use ruhui_core::api::card_member::PreAuthToken;
use ruhui_core::api::security::Echo;
use ruhui_core::api::{Effect, Endpoint, FamilyMarker, Partner};
use ruhui_core::env::{Clock, Entropy, nonce_str};
use ruhui_core::key::{PlatformKeys, PublicKey};
use ruhui_core::sign::{Scheme, Signer, header, verify_reply};
use ruhui_core::types::NonceStr;
use ruhui_core::wire;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

/// A client of one caller, for the calls of its family: [`Partner`] or [`Brand`](ruhui_core::api::Brand).
///
/// Every call is signed, and every value that comes back was verified. Clones are cheap and share the
/// connections. There is no global state: clients of several merchants live side by side.
///
/// A client of one family has no way to send a call of the other:
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

pub(crate) struct Inner {
    pub(crate) signer: Signer,
    pub(crate) keys: PlatformKeys,
    pub(crate) hosts: Hosts,
    pub(crate) wechatpay_serial: HeaderValue,
    pub(crate) user_agent: HeaderValue,
    pub(crate) accept_language: Option<HeaderValue>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) transport: Arc<dyn Transport>,
}

impl<F: FamilyMarker> Client<F> {
    pub(crate) fn new(inner: Inner) -> Self {
        Self { inner: Arc::new(inner), family: PhantomData }
    }

    /// What verifies: WeChat Pay's keys, and the clock.
    pub(crate) fn verifying(&self) -> (&PlatformKeys, Arc<dyn Clock>) {
        (&self.inner.keys, Arc::clone(&self.inner.clock))
    }

    /// Sends a call and returns its verified answer.
    ///
    /// A host that cannot be reached is replaced by the other one, once; so is one that does not answer in
    /// time, for calls that may be sent twice. Each attempt has its own nonce, timestamp and signature.
    ///
    /// # Errors
    ///
    /// [`Error`], grouped by whose fault it is.
    pub async fn send<E: Endpoint<Family = F>>(&self, call: &E) -> Result<E::Response, Error> {
        let encoded = wire::encode(call, self.inner.seal()).map_err(Misuse::from)?;
        let target = target::check(&encoded.target)?;
        let reply = self.inner.exchange(&E::METHOD, &target, encoded.body.into(), E::EFFECT).await?;
        if reply.status() == StatusCode::ACCEPTED {
            // Accepted, not processed: the body is an error's, and the call is to be repeated (partner page
            // 4012081727).
            let (exchange, body) = reply.into_parts();
            return Err(Error::Api(Box::new(ApiError::read(&body, Proof::Signed, exchange))));
        }
        reply.json()
    }

    /// Asks for a pre-auth token, under any of its paths:
    /// [`CreatePreAuthToken`](ruhui_core::api::card_member::CreatePreAuthToken),
    /// or [`OpenUserCardToken`](ruhui_core::api::card_member::OpenUserCardToken) (the founding document's).
    /// For a brand's client `brand_id` is [`CallersOwn`](ruhui_core::api::CallersOwn).
    ///
    /// [`launch`](crate::launch) turns the token into what the page needs.
    ///
    /// # Errors
    ///
    /// As for [`Client::send`].
    pub async fn create_pre_auth_token<E>(&self, call: &E) -> Result<PreAuthToken, Error>
    where
        E: Endpoint<Family = F, Response = PreAuthToken>,
    {
        self.send(call).await
    }

    /// Calls any other path with the same guarantees: `body` is signed and sent as it is, and only a verified
    /// 2xx comes back.
    ///
    /// `target` is the path and, if there is one, the query, percent-encoded. Only GET is taken as safe to
    /// send twice.
    ///
    /// # Errors
    ///
    /// As for [`Client::send`].
    pub async fn call(&self, method: Method, target: &str, body: impl Into<Bytes>) -> Result<Reply, Error> {
        let effect = if method == Method::GET { Effect::Repeatable } else { Effect::Once };
        let target = target::check(target)?;
        self.inner.exchange(&method, &target, body.into(), effect).await
    }
}

impl Client<Partner> {
    /// Has the service say `message` back: proves that signatures are understood in both directions.
    ///
    /// # Errors
    ///
    /// As for [`Client::send`].
    pub async fn echo(&self, message: impl Into<String>) -> Result<String, Error> {
        let echoed = self.send(&Echo { echo_message: message.into() }).await?;
        Ok(echoed.echo_message)
    }
}

impl Inner {
    /// What sensitive fields are sealed with: the key that the request names. The builder has put it there.
    fn seal(&self) -> Option<&PublicKey> {
        self.wechatpay_serial.to_str().ok().and_then(|serial| self.keys.find(serial))
    }

    async fn exchange(
        &self,
        method: &Method,
        target: &PathAndQuery,
        body: Bytes,
        effect: Effect,
    ) -> Result<Reply, Error> {
        let mut failures: Vec<Failure> = Vec::new();
        for host in self.hosts.order(self.clock.now()) {
            let request = self.request(host, method, target, body.clone());
            match self.transport.send(request).await {
                Ok(reply) => {
                    self.hosts.answered(host);
                    return self.accept(host, reply, failures.pop());
                }
                Err(error) => {
                    if let TransportError::Connect { .. } = error {
                        self.hosts.connect_failed(host, self.clock.now());
                    }
                    let next = retry::after(&error, effect);
                    failures.push(Failure { host: host.to_string(), error });
                    if next == Next::GiveUp {
                        break;
                    }
                }
            }
        }
        Err(Error::Transport(failures))
    }

    /// One attempt: a nonce, a time and a signature of its own, over the very buffer that is sent.
    fn request(
        &self,
        host: &Host,
        method: &Method,
        target: &PathAndQuery,
        body: Bytes,
    ) -> http::Request<Bytes> {
        let nonce = NonceStr::new(nonce_str(&*self.entropy)).expect("32 letters and digits are a nonce");
        let authorization =
            self.signer.authorize(method.as_str(), target.as_str(), self.clock.now(), &nonce, &body);
        let mut authorization =
            HeaderValue::from_str(&authorization).expect("names, numbers and Base64 are visible ASCII");
        authorization.set_sensitive(true);

        let is_json = !body.is_empty() || [Method::POST, Method::PUT, Method::PATCH].contains(method);
        let mut request = http::Request::new(body);
        *request.method_mut() = method.clone();
        *request.uri_mut() = host.uri(target);
        let headers = request.headers_mut();
        headers.insert(AUTHORIZATION, authorization);
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        headers.insert(USER_AGENT, self.user_agent.clone());
        // Names the key that the caller wants replies signed with.
        headers.insert(header::SERIAL, self.wechatpay_serial.clone());
        if is_json {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        if let Some(language) = &self.accept_language {
            headers.insert(ACCEPT_LANGUAGE, language.clone());
        }
        request
    }

    /// The only way from a reply to a value.
    fn accept(
        &self,
        host: &Host,
        reply: http::Response<Bytes>,
        earlier: Option<Failure>,
    ) -> Result<Reply, Error> {
        let (parts, body) = reply.into_parts();
        let request_id =
            parts.headers.get(header::REQUEST_ID).and_then(|id| id.to_str().ok()).map(str::to_owned);
        let exchange = Exchange { host: host.to_string(), status: parts.status, request_id, earlier };
        let is_success = parts.status.is_success();
        // Refusals before authentication are not signed; a signature that is there must fit all the same.
        if !is_success && !is_signed(&parts.headers) {
            return Err(Error::Api(Box::new(ApiError::read(&body, Proof::Unsigned, exchange))));
        }
        let scheme = Scheme::from(self.signer.caller().family());
        if let Err(error) = verify_reply(&parts.headers, &body, scheme, &self.keys, self.clock.now()) {
            return Err(Error::Verify(Box::new(Unverified { error, exchange })));
        }
        match is_success {
            true => Ok(Reply::verified(exchange, parts.headers, body, self.signer.key().clone())),
            false => Err(Error::Api(Box::new(ApiError::read(&body, Proof::Signed, exchange)))),
        }
    }
}

/// Whether a reply has any of the signature's headers.
fn is_signed(headers: &HeaderMap) -> bool {
    [header::TIMESTAMP, header::NONCE, header::SIGNATURE, header::SERIAL, header::SIGNATURE_TYPE]
        .iter()
        .any(|name| headers.contains_key(name))
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
