//! Typed client of a sandbox's controls: JSON over its operations listener.
//!
//! Also a sandbox in the same process is controlled over HTTP. So a test acts as any other program does, in any
//! language, and the client is the same for every sandbox: that of the command `ruhui sandbox`, too.

mod clock;
mod error;
mod events;
mod faults;
mod requests;
mod state;
mod users;

pub use clock::Clock;
pub use error::{ControlError, Rejection};
pub use events::{Attempt, Event, EventFailure, EventFilter, Events, Resent};
pub use faults::{FaultKind, FaultRule, Faults, ListedFault};
pub use requests::{ExchangeSummary, RequestFilter, Requests};
pub use state::{ChangedState, Snapshot};
pub use users::{Outcome, PointsViewed, Probed};

use reqwest::header::{ACCEPT_LANGUAGE, CONTENT_TYPE, HeaderValue};
use reqwest::{Client, Method, RequestBuilder, redirect};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::time::Duration;

/// Time limit of a request. A probe is slow: the sandbox waits for the receiver's response. A follower of the request
/// log waits for the next request.
const TIMEOUT: Duration = Duration::from_secs(15);

/// Client of the controls of one sandbox.
///
/// ```no_run
/// # async fn f() -> Result<(), ruhui_sandbox::controls::ControlError> {
/// use ruhui_sandbox::controls::Controls;
/// use std::time::Duration;
///
/// let controls = Controls::new("http://127.0.0.1:7082")?;
/// let clock = controls.advance_clock(Duration::from_secs(3600)).await?;
/// println!("{}", clock.now);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Controls {
    client: Client,
    url: String,
    language: HeaderValue,
}

impl Controls {
    /// Makes a client of the sandbox with this operations URL. Messages are in English.
    ///
    /// # Errors
    ///
    /// [`ControlError::NoUrl`] if the text is no URL, and [`ControlError::Client`] if the system has no resources for a
    /// client.
    pub fn new(operations_url: &str) -> Result<Self, ControlError> {
        let url = operations_url.trim_end_matches('/').to_owned();
        // The operations listener serves plain HTTP on this machine. A connection is closed after its request, since it
        // belongs to the runtime of one test, and the client may be used in several.
        let builder = Client::builder().timeout(TIMEOUT).redirect(redirect::Policy::none());
        let builder = builder.no_proxy().tls_certs_only([]).pool_max_idle_per_host(0);
        let client = builder.build().map_err(ControlError::Client)?;
        let controls = Self { client, url, language: HeaderValue::from_static("en") };
        controls.url_of("clock")?;
        Ok(controls)
    }

    /// Requests messages in Chinese.
    #[must_use]
    pub fn in_chinese(self) -> Self {
        Self { language: HeaderValue::from_static("zh-CN"), ..self }
    }

    /// The URL of the operations listener.
    pub fn operations_url(&self) -> &str {
        &self.url
    }

    /// Requests `GET /sandbox/{path}`, for a control that has no method of its own here.
    ///
    /// # Errors
    ///
    /// [`ControlError`], also if the sandbox rejects the request.
    pub async fn get(&self, path: &str, query: &[(&str, &str)]) -> Result<Value, ControlError> {
        let mut url = self.url_of(path)?;
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        self.send(self.client.request(Method::GET, url)).await
    }

    /// Requests `POST /sandbox/{path}` with a JSON body, for a control that has no method of its own here.
    ///
    /// # Errors
    ///
    /// [`ControlError`], also if the sandbox rejects the request.
    pub async fn post(&self, path: &str, body: &Value) -> Result<Value, ControlError> {
        let request = self.client.request(Method::POST, self.url_of(path)?);
        self.send(request.header(CONTENT_TYPE, "application/json").body(body.to_string())).await
    }

    /// Requests `DELETE /sandbox/{path}`, for a control that has no method of its own here.
    ///
    /// # Errors
    ///
    /// [`ControlError`], also if the sandbox rejects the request.
    pub async fn delete(&self, path: &str) -> Result<Value, ControlError> {
        self.send(self.client.request(Method::DELETE, self.url_of(path)?)).await
    }

    /// Requests `DELETE /sandbox/{path}/{name}`. The name may be any text: the sandbox says whether it is one.
    ///
    /// # Errors
    ///
    /// [`ControlError`], also if the sandbox rejects the request.
    pub async fn delete_named(&self, path: &str, name: &str) -> Result<Value, ControlError> {
        let mut url = self.url_of(path)?;
        // A URL has no segment `.` or `..`. The sandbox rejects the blank as it rejects the dots.
        let name = if matches!(name, "." | "..") { format!("{name} ") } else { name.to_owned() };
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.push(&name);
        }
        self.send(self.client.request(Method::DELETE, url)).await
    }

    /// Applies `ruhui.toml` as it is now, and returns what changed. A sandbox in memory has a text that never changes.
    ///
    /// # Errors
    ///
    /// [`ControlError`]: nothing was changed.
    pub async fn reload(&self) -> Result<Value, ControlError> {
        self.post("reload", &json!({})).await
    }

    fn url_of(&self, path: &str) -> Result<reqwest::Url, ControlError> {
        let url = format!("{}/sandbox/{path}", self.url);
        url.parse().map_err(|_| ControlError::NoUrl { url: self.url.clone() })
    }

    async fn send(&self, request: RequestBuilder) -> Result<Value, ControlError> {
        let request = request.header(ACCEPT_LANGUAGE, self.language.clone());
        let response = request.send().await.map_err(|error| self.unanswered(&error))?;
        let status = response.status();
        let body = response.bytes().await.map_err(|error| self.unanswered(&error))?;
        match serde_json::from_slice(&body) {
            Ok(value) if status.is_success() => Ok(value),
            Ok(body) => Err(ControlError::Rejected(Box::new(Rejection { status: status.as_u16(), body }))),
            Err(_) => Err(ControlError::Foreign { url: self.url.clone(), status: status.as_u16() }),
        }
    }

    fn unanswered(&self, error: &reqwest::Error) -> ControlError {
        let url = self.url.clone();
        if error.is_connect() { ControlError::NoConnection { url } } else { ControlError::NoResponse { url } }
    }
}

/// Reads the response of a control as its type.
fn read<T: DeserializeOwned>(value: Value) -> Result<T, ControlError> {
    serde_json::from_value(value).map_err(|error| ControlError::Unreadable { why: error.to_string() })
}

/// A response with a list.
#[derive(Deserialize)]
struct Listed<T> {
    data: Vec<T>,
}
