//! The pipeline of one request: sign, send, verify the response; fail over to the other host if an attempt
//! fails.

use crate::error::{ApiError, Error, Exchange, Failure, Proof, UnverifiedResponse};
use crate::hosts::{Host, Hosts};
use crate::response::Response;
use crate::retry::{self, Next};
use crate::transport::{Transport, TransportError};
use bytes::Bytes;
use http::header::{ACCEPT, ACCEPT_LANGUAGE, AUTHORIZATION, CONTENT_TYPE, USER_AGENT};
use http::uri::PathAndQuery;
use http::{HeaderMap, HeaderValue, Method};
use ruhui_core::api::RetrySafety;
use ruhui_core::env::{Clock, Entropy, nonce_str};
use ruhui_core::explain::{ReceivedResponse, explain_response};
use ruhui_core::form;
use ruhui_core::key::{PlatformKeys, PublicKey};
use ruhui_core::sign::{Scheme, Signer, header, verify_response};
use ruhui_core::types::NonceStr;
use std::sync::Arc;

/// Parts of a client: caller, keys, hosts, transport.
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

/// Request without a host: the same bytes go to the main or the backup host.
pub(crate) struct Outgoing {
    pub(crate) method: Method,
    pub(crate) target: PathAndQuery,
    pub(crate) content: Content,
    pub(crate) safety: RetrySafety,
}

/// Body of a request, and the part of it that is signed.
pub(crate) struct Content {
    pub(crate) body: Bytes,
    /// The signed bytes: the body itself, except in an upload, where only the part `meta` is signed.
    pub(crate) signed: Bytes,
    pub(crate) content_type: Option<HeaderValue>,
}

impl Content {
    /// Content with a JSON body, or without a body.
    pub(crate) fn json(method: &Method, body: Bytes) -> Self {
        let has_type = !body.is_empty() || [Method::POST, Method::PUT, Method::PATCH].contains(method);
        let content_type = has_type.then(|| HeaderValue::from_static("application/json"));
        Self { signed: body.clone(), body, content_type }
    }

    /// Content of an upload: `meta`, and the file.
    pub(crate) fn upload(entropy: &dyn Entropy, meta: Bytes, filename: &str, file: &[u8]) -> Self {
        let form = form::write(entropy, &meta, filename, file);
        Self { body: form.body.into(), signed: meta, content_type: Some(form.content_type) }
    }
}

impl Inner {
    /// Returns the key that encrypts sensitive fields. The request names this key in `Wechatpay-Serial`,
    /// which the builder sets.
    pub(crate) fn encrypt(&self) -> Option<&PublicKey> {
        self.wechatpay_serial.to_str().ok().and_then(|serial| self.keys.find(serial))
    }

    pub(crate) async fn exchange(&self, outgoing: &Outgoing) -> Result<Response, Error> {
        let mut failures: Vec<Failure> = Vec::new();
        for host in self.hosts.order(self.clock.now()) {
            let request = self.request(host, outgoing);
            match self.transport.send(request).await {
                Ok(response) => {
                    self.hosts.answered(host);
                    return self.accept(host, response, failures.pop());
                }
                Err(error) => {
                    if let TransportError::Connect { .. } = error {
                        self.hosts.connect_failed(host, self.clock.now());
                    }
                    let next = retry::after(&error, outgoing.safety);
                    failures.push(Failure { host: host.to_string(), error });
                    if next == Next::GiveUp {
                        break;
                    }
                }
            }
        }
        Err(Error::Transport(failures))
    }

    /// Builds the request of one attempt. Nonce, time and signature are new each time, and the signature
    /// covers the very buffer that is sent.
    fn request(&self, host: &Host, outgoing: &Outgoing) -> http::Request<Bytes> {
        let Outgoing { method, target, content, .. } = outgoing;
        let nonce = NonceStr::new(nonce_str(&*self.entropy)).expect("32 letters and digits are a nonce");
        let authorization = self.signer.authorize(
            method.as_str(),
            target.as_str(),
            self.clock.now(),
            &nonce,
            &content.signed,
        );
        let mut authorization =
            HeaderValue::from_str(&authorization).expect("names, numbers and Base64 are visible ASCII");
        authorization.set_sensitive(true);

        let mut request = http::Request::new(content.body.clone());
        *request.method_mut() = method.clone();
        *request.uri_mut() = host.uri(target);
        let headers = request.headers_mut();
        headers.insert(AUTHORIZATION, authorization);
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        headers.insert(USER_AGENT, self.user_agent.clone());
        // Names the key with which the service is to sign its response.
        headers.insert(header::SERIAL, self.wechatpay_serial.clone());
        if let Some(content_type) = &content.content_type {
            headers.insert(CONTENT_TYPE, content_type.clone());
        }
        if let Some(language) = &self.accept_language {
            headers.insert(ACCEPT_LANGUAGE, language.clone());
        }
        request
    }

    /// Verifies a response. Every value that the client returns comes through this function.
    fn accept(
        &self,
        host: &Host,
        response: http::Response<Bytes>,
        earlier: Option<Failure>,
    ) -> Result<Response, Error> {
        let (parts, body) = response.into_parts();
        let request_id =
            parts.headers.get(header::REQUEST_ID).and_then(|id| id.to_str().ok()).map(str::to_owned);
        let exchange = Exchange { host: host.to_string(), status: parts.status, request_id, earlier };
        let is_success = parts.status.is_success();
        // The service does not sign errors before authentication. A signature that exists must verify.
        if !is_success && !is_signed(&parts.headers) {
            return Err(Error::Api(Box::new(ApiError::read(
                &parts.headers,
                &body,
                Proof::Unsigned,
                exchange,
            ))));
        }
        let scheme = Scheme::from(self.signer.caller().family());
        let now = self.clock.now();
        if let Err(error) = verify_response(&parts.headers, &body, scheme, &self.keys, now) {
            let received = ReceivedResponse::new(&parts.headers, &body, scheme).at(now);
            let own = self.signer.key().public_key();
            let findings = explain_response(&received, &self.keys, Some(&own)).findings;
            return Err(Error::Verify(Box::new(UnverifiedResponse { error, findings, exchange })));
        }
        if is_success {
            Ok(Response::verified(exchange, parts.headers, body, self.signer.key().clone()))
        } else {
            Err(Error::Api(Box::new(ApiError::read(&parts.headers, &body, Proof::Signed, exchange))))
        }
    }
}

/// Returns whether a response has any of the signature's headers.
fn is_signed(headers: &HeaderMap) -> bool {
    header::OF_SIGNATURE.iter().any(|name| headers.contains_key(name))
}
