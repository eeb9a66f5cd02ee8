//! The second half of the pipeline: from a verified request to its signed response, which a resend gets again.

use super::connection::Connection;
use super::content::Content;
use super::properties::Properties;
use super::response::ResponseWriter;
use super::served_endpoint::{Failure, ServedEndpoint};
use super::verify::{Verified, target};
use super::{encryption, failing_store, remarks, upload};
use crate::error::Error;
use crate::faults::{FaultTime, Plan};
use crate::idempotency::{Earlier, Kept, SignedRequestRef};
use crate::keyed_lock::Wait;
use crate::limiter::{Admission, Counted};
use crate::request_id::RequestId;
use crate::request_log::Rejection;
use crate::service::Service;
use crate::settings::Settings;
use axum::response::Response;
use http::request::Parts;
use http::{Method, StatusCode};
use ruhui_core::api::{Code, rows};
use ruhui_core::head;
use ruhui_core::wire::{ParameterError, UnusedMember};
use std::sync::Arc;

/// Returns the response to an error, which the request log notes.
pub(super) fn reject(connection: &Connection, writer: &ResponseWriter<'_>, error: &Error) -> Response {
    connection.note(|exchange| exchange.notes.rejection = Some(Rejection::of(error)));
    writer.error(error)
}

/// A verified request in the pipeline.
pub(super) struct VerifiedRequest<'a> {
    pub(super) endpoint: &'a dyn ServedEndpoint,
    /// The endpoint's properties.
    pub(super) properties: Properties,
    /// The faults of a sandbox, if there are any.
    pub(super) plan: Option<&'a Plan>,
    pub(super) service: &'a Service,
    pub(super) settings: &'a Arc<Settings>,
    pub(super) writer: &'a ResponseWriter<'a>,
    pub(super) connection: &'a Connection,
    pub(super) verified: &'a Verified<'a>,
    pub(super) parts: &'a Parts,
    pub(super) path_parameters: &'a [(String, String)],
}

impl VerifiedRequest<'_> {
    fn counted(&self) -> Counted {
        (self.properties.name, self.properties.limit)
    }

    /// Decides on the request; a resend gets the replayed response of the first request.
    ///
    /// Few requests are resends, so no read for an earlier response comes first. A request's writes are committed on
    /// the condition that no response is kept yet. A request that ends without a write first reads whether one is
    /// kept.
    pub(super) async fn respond_once(&self, content: Content) -> Result<Response, Error> {
        let (service, caller) = (self.service, self.verified.authorization.caller());
        let message = self.verified.authorization.message(
            self.parts.method.as_str(),
            target(self.parts),
            &content.signed,
        );
        let origin = SignedRequestRef::of(&self.verified.authorization, &message);
        if self.parts.method == Method::GET {
            self.admit().await?;
            return self.endpoint.decide(self, content, origin).await.map_err(Failure::into_error);
        }
        // Held until the response is kept.
        let guard = service.idempotency.lock(&origin.id).await;
        if guard.wait() == Wait::ForAnother
            && let Some(earlier) = self.earlier(&origin.id).await?
        {
            return self.replay(earlier);
        }
        let admitted = self.admit().await;
        let was_admitted = admitted.is_ok();
        let decided = match admitted {
            Ok(()) => self.endpoint.decide(self, content, origin.clone()).await,
            Err(error) => Err(Failure::Reading(error)),
        };
        let (is_kept, error) = match decided {
            Ok(response) => return Ok(response),
            Err(Failure::Reading(error)) => (false, error),
            // An upload's rejection is about its file, which is not signed: a resend may carry the right file.
            Err(Failure::Deciding(error)) => (!self.properties.uploads_file && error.is_replayed(), error),
        };
        // The store has just failed, so another read would fail too.
        if matches!(error, Error::Store(_) | Error::Bug(_)) {
            return Err(error);
        }
        match self.earlier(&origin.id).await? {
            Some(earlier) => {
                if was_admitted {
                    service.limiter.refund(self.counted(), caller).await;
                }
                self.replay(earlier)
            }
            None if matches!(error, Error::Answered) => Err(Error::Bug("a kept response expired too early")),
            None if is_kept => self.keep(&origin, &error).await,
            None => Err(error),
        }
    }

    /// Returns the response, unless the store loses the result of the commit on purpose.
    pub(super) fn unless_lost(&self, response: Response) -> Result<Response, Error> {
        failing_store::check(self.plan, FaultTime::After)?;
        Ok(response)
    }

    async fn admit(&self) -> Result<(), Error> {
        let caller = self.verified.authorization.caller();
        match self.service.limiter.admit(self.counted(), caller).await? {
            Admission::Admitted => Ok(()),
            Admission::OverLimit => Err((&rows::FREQUENCY_LIMITED).into()),
        }
    }

    /// Checks what can be checked without the endpoint's types: the media type, and that encrypted fields can be
    /// decrypted.
    pub(super) fn check_form(&self, content: &Content) -> Result<(), Error> {
        let is_upload = self.properties.uploads_file;
        if is_upload && content.attachment.is_none() {
            return Err(upload::malformed(&content.oddities).into());
        }
        if !is_upload && head::has_json_body(&self.parts.method, &content.signed) {
            head::check_content_type(&self.parts.headers)?;
        }
        // No encrypted field can be read without the key.
        match self.verified.key_rejected {
            Some(row) if self.properties.has_encrypted_fields => Err(row.into()),
            _ => Ok(()),
        }
    }

    pub(super) fn path_parameters(&self) -> Vec<(&str, &str)> {
        self.path_parameters.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
    }

    /// Logs the members that no field reads.
    pub(super) fn remark_on(&self, unread: &[UnusedMember]) {
        let of_member = |unread| remarks::of_member(self.properties.name, self.properties.document, unread);
        remarks::log(self.service, self.parts, unread.iter().map(of_member));
    }

    /// Returns the error about a parameter, with the cause if a field could not be decrypted.
    pub(super) fn diagnosed(&self, body: &[u8], fault: ParameterError) -> Error {
        let Self { service, verified, settings, .. } = self;
        let family = verified.authorization.caller().family();
        let (keys, decrypter) = (&verified.keys, verified.decrypter);
        let fault = encryption::diagnose(service, &settings.platform, keys, family, decrypter, body, fault);
        Error::Parameter(fault)
    }

    async fn earlier(&self, id: &RequestId) -> Result<Option<Earlier>, Error> {
        Ok(self.service.idempotency.earlier(id).await?)
    }

    /// Replays the response that the first request got, with a new signature.
    fn replay(&self, earlier: Earlier) -> Result<Response, Error> {
        self.connection.note(|exchange| exchange.notes.is_replayed = true);
        match earlier {
            Earlier::Token(record) => {
                let body = serde_json::to_vec(&record.response())
                    .map_err(|_| Error::Bug("a token's response is not JSON"))?;
                Ok(self.writer.json(StatusCode::OK, None, body))
            }
            Earlier::Answer(answer) if answer.status == 200 => self.endpoint.replay(self, &answer.body),
            Earlier::Answer(answer) => {
                let status = StatusCode::from_u16(answer.status)
                    .map_err(|_| Error::Bug("a kept response has no HTTP status"))?;
                let code = serde_json::from_str::<CodeOnly>(&answer.body).ok().map(|body| body.code);
                Ok(self.writer.json(status, code.as_ref(), answer.body.into_bytes()))
            }
        }
    }

    /// Keeps a rejection for resends of the request, and returns its response.
    async fn keep(&self, origin: &SignedRequestRef, error: &Error) -> Result<Response, Error> {
        let body = serde_json::to_string(&error.to_body(self.writer.is_english()))
            .map_err(|_| Error::Bug("an error is not JSON"))?;
        failing_store::check(self.plan, FaultTime::Before)?;
        match self.service.idempotency.keep_rejection(origin, error.row().status, body).await? {
            Kept::Now => Ok(reject(self.connection, self.writer, error)),
            Kept::Earlier(earlier) => self.replay(earlier),
        }
    }
}

/// The code of an error's body.
#[derive(serde::Deserialize)]
struct CodeOnly {
    code: Code,
}
