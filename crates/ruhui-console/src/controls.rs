//! The controls of the sandbox, called in the process.

use crate::language::Language;
use crate::problem::Problem;
use axum::Router;
use axum::body::Body;
use axum::http::header::{ACCEPT_LANGUAGE, CONTENT_TYPE, HOST};
use axum::http::{Extensions, Method, Request, Response, StatusCode};
use bytes::Bytes;
use http_body_util::BodyExt as _;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tower::ServiceExt as _;

/// The controls as a router, which responds to requests without a socket.
#[derive(Clone)]
pub(crate) struct InProcess {
    router: Router,
    carried: fn(&Extensions) -> Extensions,
}

impl InProcess {
    pub(crate) fn new(router: Router, carried: fn(&Extensions) -> Extensions) -> Self {
        Self { router, carried }
    }
}

/// The controls for one visitor: errors come in the visitor's language.
#[derive(Clone)]
pub(crate) struct Controls {
    router: Router,
    language: Language,
    /// Extensions for each request, of those that the visitor's request has.
    extensions: Extensions,
}

impl Controls {
    pub(crate) fn new(in_process: &InProcess, language: Language, visitor: &Extensions) -> Self {
        let extensions = (in_process.carried)(visitor);
        Self { router: in_process.router.clone(), language, extensions }
    }

    /// Reads a control.
    ///
    /// # Errors
    ///
    /// The error of the control.
    pub(crate) async fn get<T: DeserializeOwned>(&self, target: &str) -> Result<T, Problem> {
        self.exchange(Method::GET, target, None).await
    }

    /// Uses a control with a JSON body.
    ///
    /// # Errors
    ///
    /// The error of the control.
    pub(crate) async fn post<T: DeserializeOwned>(
        &self,
        target: &str,
        body: &(impl Serialize + Sync),
    ) -> Result<T, Problem> {
        let body = serde_json::to_vec(body).map_err(Problem::internal)?;
        self.exchange(Method::POST, target, Some(("application/json", body.into()))).await
    }

    /// Deletes a thing by its control.
    ///
    /// # Errors
    ///
    /// The error of the control.
    pub(crate) async fn delete<T: DeserializeOwned>(&self, target: &str) -> Result<T, Problem> {
        self.exchange(Method::DELETE, target, None).await
    }

    /// Sends a request to a control, with a body of a type, and reads its JSON.
    ///
    /// # Errors
    ///
    /// The error of the control.
    pub(crate) async fn exchange<T: DeserializeOwned>(
        &self,
        method: Method,
        target: &str,
        body: Option<(&'static str, Bytes)>,
    ) -> Result<T, Problem> {
        let response = self.send(method, target, body).await?;
        serde_json::from_slice(response.body())
            .map_err(|error| Problem::internal(format!("{target} has an unexpected form: {error}")))
    }

    /// Sends a request to a control, and returns its bytes.
    ///
    /// # Errors
    ///
    /// The error of the control.
    pub(crate) async fn send(
        &self,
        method: Method,
        target: &str,
        body: Option<(&'static str, Bytes)>,
    ) -> Result<Response<Bytes>, Problem> {
        let mut request = Request::builder()
            .method(method)
            .uri(target)
            // The visitor's host and origin were checked before; this request comes from this program.
            .header(HOST, "localhost")
            .header(ACCEPT_LANGUAGE, self.language.name());
        if let Some((kind, _)) = &body {
            request = request.header(CONTENT_TYPE, *kind);
        }
        let body = body.map_or_else(Body::empty, |(_, bytes)| Body::from(bytes));
        let mut request = request.body(body).map_err(Problem::internal)?;
        *request.extensions_mut() = self.extensions.clone();
        let Ok(response) = self.router.clone().oneshot(request).await;
        let (parts, body) = response.into_parts();
        let body = body.collect().await.map_err(Problem::internal)?.to_bytes();
        match parts.status {
            StatusCode::OK => Ok(Response::from_parts(parts, body)),
            status => Err(Problem::read(status, &body)),
        }
    }
}

/// Characters of a path segment that are not escaped.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Returns a text as one segment of a path.
pub(crate) fn segment(text: &str) -> String {
    utf8_percent_encode(text, PLAIN).to_string()
}

/// Returns a path with a query. Parameters without a value are left out.
pub(crate) fn with_query(path: &str, query: &[(&str, &str)]) -> String {
    let given: Vec<_> = query.iter().filter(|(_, value)| !value.is_empty()).collect();
    match serde_urlencoded::to_string(given) {
        Ok(query) if !query.is_empty() => format!("{path}?{query}"),
        _ => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_callers_stay_in_their_segment_and_parameter() {
        assert_eq!(segment("../a/b?c#d%中"), "..%2Fa%2Fb%3Fc%23d%25%E4%B8%AD");
        assert_eq!(with_query("/a", &[("x", "1&y=2"), ("z", "")]), "/a?x=1%26y%3D2");
        assert_eq!(with_query("/a", &[("x", "")]), "/a");
    }
}
