//! Requests that a test can change before and after they are signed.

use super::*;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, USER_AGENT};
use http::{HeaderValue, Method};
use ruhui_core::api::FamilyMarker as _;
use ruhui_core::sign::request_message;
use ruhui_core::types::Family;
use ruhui_core::wire;

impl TestService {
    /// Encodes a request as the SDK would, with a new nonce and with encrypted sensitive fields.
    pub(crate) fn call<E: Endpoint>(&self, call: &E) -> Draft {
        let platform = PrivateKey::from_pem(PLATFORM_KEY).unwrap().public_key();
        let encoded = wire::encode(call, Some(&platform)).unwrap();
        let nonce = self.nonces.fetch_add(1, Ordering::Relaxed);
        let now = self.wire.now().as_second();
        let draft = Draft::new(E::METHOD, &encoded.target, format!("{nonce:032X}"), now, encoded.body);
        match E::Family::FAMILY {
            Family::Partner => draft,
            Family::Brand => draft.by_brand(),
        }
    }
}

/// A request before it is signed.
#[derive(Clone)]
pub(crate) struct Draft {
    pub(crate) method: Method,
    pub(crate) target: String,
    /// The bytes that are signed.
    pub(crate) body: Vec<u8>,
    /// The bytes that are sent, if they differ from the signed ones.
    pub(crate) sent: Option<Vec<u8>>,
    pub(crate) headers: HeaderMap,
    pub(crate) scheme: &'static str,
    /// The caller's field, `mchid` or `brand_id`, and its value.
    pub(crate) caller: (&'static str, String),
    pub(crate) nonce_str: String,
    pub(crate) timestamp: String,
    pub(crate) serial_no: String,
    pub(crate) key: &'static PrivateKey,
}

impl Draft {
    pub(crate) fn new(method: Method, target: &str, nonce_str: String, now: i64, body: Vec<u8>) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        headers.insert(USER_AGENT, HeaderValue::from_static("by-hand/1"));
        headers.insert(header::SERIAL, HeaderValue::from_static(PUBLIC_KEY_ID));
        if method != Method::GET {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        Self {
            method,
            target: target.to_owned(),
            body,
            sent: None,
            headers,
            scheme: Scheme::Merchant.as_str(),
            caller: ("mchid", MCHID.to_owned()),
            nonce_str,
            timestamp: now.to_string(),
            serial_no: SERIAL_NO.to_owned(),
            key: &MERCHANT,
        }
    }

    pub(crate) fn by_brand(mut self) -> Self {
        self.scheme = Scheme::Brand.as_str();
        self.caller = ("brand_id", BRAND_ID.to_owned());
        self.serial_no = BRAND_SERIAL_NO.to_owned();
        self.key = &BRAND;
        self.headers.insert(header::SERIAL, HeaderValue::from_static(BRAND_PUBLIC_KEY_ID));
        self
    }

    pub(crate) fn by_other_merchant(mut self) -> Self {
        self.caller = ("mchid", OTHER_MCHID.to_owned());
        self.serial_no = OTHER_SERIAL_NO.to_owned();
        self.key = &BRAND;
        self
    }

    /// Applies any change, so that it fits into one expression.
    pub(crate) fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    /// Sets a member of the body to another value.
    pub(crate) fn member(self, name: &str, value: impl Into<Value>) -> Self {
        self.with(|draft| {
            let mut body: Value = serde_json::from_slice(&draft.body).unwrap();
            body[name] = value.into();
            draft.body = body.to_string().into_bytes();
        })
    }

    /// Removes a member of the body.
    pub(crate) fn without_member(self, name: &str) -> Self {
        self.with(|draft| {
            let mut body: serde_json::Map<String, Value> = serde_json::from_slice(&draft.body).unwrap();
            body.shift_remove(name);
            draft.body = Value::Object(body).to_string().into_bytes();
        })
    }

    /// Sets a parameter of the query to another value, which must be percent-encoded.
    pub(crate) fn query(self, name: &str, value: &str) -> Self {
        self.with(|draft| {
            let (path, query) = draft.target.split_once('?').unwrap_or((&draft.target, ""));
            let others = query.split('&').filter(|pair| {
                !pair.is_empty() && pair.split_once('=').is_none_or(|(known, _)| known != name)
            });
            let pairs: Vec<_> = others.map(str::to_owned).chain([format!("{name}={value}")]).collect();
            draft.target = format!("{path}?{}", pairs.join("&"));
        })
    }

    /// Replaces a part of the target.
    pub(crate) fn path(self, from: &str, to: &str) -> Self {
        self.with(|draft| draft.target = draft.target.replace(from, to))
    }

    pub(crate) fn body(self, body: impl Into<Vec<u8>>) -> Self {
        self.with(|draft| draft.body = body.into())
    }

    pub(crate) fn header(self, name: HeaderName, value: &str) -> Self {
        self.with(|draft| {
            draft.headers.insert(name, HeaderValue::from_str(value).unwrap());
        })
    }

    pub(crate) fn without(self, name: HeaderName) -> Self {
        self.with(|draft| {
            draft.headers.remove(name);
        })
    }

    /// Returns the canonical message (待签名串), which is signed.
    pub(crate) fn message(&self) -> Vec<u8> {
        request_message(self.method.as_str(), &self.target, &self.timestamp, &self.nonce_str, &self.body)
    }

    /// Signs the request, and returns Authorization's fields in the documents' order.
    pub(crate) fn fields(&self) -> Vec<(String, String)> {
        let (caller, id) = &self.caller;
        let signature = self.key.sign(&self.message());
        [
            (*caller, id),
            ("nonce_str", &self.nonce_str),
            ("signature", &signature),
            ("timestamp", &self.timestamp),
            ("serial_no", &self.serial_no),
        ]
        .map(|(name, value)| (name.to_owned(), value.clone()))
        .into()
    }

    /// Signs the request.
    pub(crate) fn sign(&self) -> Request<Vec<u8>> {
        self.carry(&authorization_of(self.scheme, &self.fields()))
    }

    /// Returns the request with this Authorization.
    pub(crate) fn carry(&self, authorization: &str) -> Request<Vec<u8>> {
        let mut request = self.bare();
        request.headers_mut().insert(AUTHORIZATION, HeaderValue::from_str(authorization).unwrap());
        request
    }

    /// Returns the request without Authorization.
    pub(crate) fn bare(&self) -> Request<Vec<u8>> {
        let mut request = Request::new(self.sent.clone().unwrap_or_else(|| self.body.clone()));
        *request.method_mut() = self.method.clone();
        *request.uri_mut() = self.target.parse().unwrap();
        *request.headers_mut() = self.headers.clone();
        request
    }
}

/// Formats Authorization's value, without blanks.
pub(crate) fn authorization_of(scheme: &str, fields: &[(String, String)]) -> String {
    let fields: Vec<_> = fields.iter().map(|(name, value)| format!("{name}=\"{value}\"")).collect();
    format!("{scheme} {}", fields.join(","))
}
