//! Responses and errors of the controls.

use super::context::Controls;
use super::request::received;
use crate::domain::component::Refusal;
use crate::http::response::ResponseWriter;
use crate::reload::{InvalidConfig, ReloadError};
use crate::simulator::{NotProbed, SimulatorError};
use crate::store::StoreError;
use axum::extract::Request;
use axum::response::Response;
use http::header::RETRY_AFTER;
use http::{HeaderMap, HeaderValue, StatusCode};
use ruhui_core::api::{Code, Row, rows};
use ruhui_core::bilingual::Bilingual;
use ruhui_core::head::HeaderError;
use ruhui_core::wire::ParameterError;
use serde_json::{Value, json};

/// The reason why a control did nothing.
pub(super) enum Failure {
    /// WeChat would reject the user's action.
    Rejected(Refusal),
    /// The store failed.
    Store(StoreError),
    /// The callback endpoint did not respond.
    NoAnswer(NotProbed),
    /// The parameters of the request are missing or malformed.
    Malformed(ParameterError),
    /// The headers do not declare a JSON body.
    NotJson(HeaderError),
    /// A value is not possible, although the request is well-formed.
    Invalid {
        /// The name of the member or parameter.
        field: &'static str,
        /// The value, the reason and what is possible instead.
        what: Bilingual,
    },
    /// A field of a request to the API is wrong, so the request was not sent.
    WrongField {
        /// The name of the field, with dots for its inner fields.
        field: String,
        /// The fault.
        what: Bilingual,
    },
    /// A step of a trigger was rejected. The steps before it have happened.
    StepFailed {
        /// The step and the reason.
        what: Bilingual,
        /// The steps up to it.
        steps: Vec<Value>,
    },
    /// The request names something that does not exist.
    NotFound {
        /// The thing that does not exist, and what to do instead.
        what: Bilingual,
    },
    /// The configuration file has a mistake, so nothing was changed.
    InvalidConfig(Box<InvalidConfig>),
    /// The state of the sandbox does not allow it.
    Conflict {
        /// The code of the error.
        code: &'static str,
        /// The reason, and what to do instead.
        what: Bilingual,
    },
    /// A file of the sandbox's folder cannot be read or written.
    File {
        /// The path of the file, and the system's error.
        what: Bilingual,
    },
    /// The body is too large or too slow.
    Body(&'static Row),
    /// The request is from a web page of another origin, or uses another host name.
    Foreign,
}

impl From<SimulatorError> for Failure {
    fn from(error: SimulatorError) -> Self {
        match error {
            SimulatorError::Rejected(refusal) => Self::Rejected(refusal),
            SimulatorError::Store(error) => Self::Store(error),
        }
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Rejected(refusal)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<ReloadError> for Failure {
    fn from(error: ReloadError) -> Self {
        match error {
            ReloadError::Invalid(mistake) => Self::InvalidConfig(mistake),
            ReloadError::Store(error) => Self::Store(error),
        }
    }
}

impl Failure {
    fn status(&self) -> StatusCode {
        match self {
            Self::Rejected(_) | Self::InvalidConfig(_) | Self::Conflict { .. } | Self::StepFailed { .. } => {
                StatusCode::CONFLICT
            }
            Self::Store(_) | Self::File { .. } => StatusCode::INTERNAL_SERVER_ERROR,
            Self::NoAnswer(_) => StatusCode::BAD_GATEWAY,
            Self::Malformed(_) | Self::Invalid { .. } | Self::WrongField { .. } => StatusCode::BAD_REQUEST,
            Self::NotFound { .. } => StatusCode::NOT_FOUND,
            Self::NotJson(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Body(row) => StatusCode::from_u16(row.status).expect("rows have HTTP statuses"),
            Self::Foreign => StatusCode::FORBIDDEN,
        }
    }

    fn code(&self) -> Code {
        match self {
            Self::Rejected(refusal) => Code::from(refusal.code().to_owned()),
            Self::Conflict { code, .. } => Code::from((*code).to_owned()),
            Self::Store(_) | Self::File { .. } => rows::SYSTEM_ERROR.code.clone(),
            Self::NoAnswer(_) => Code::from("NO_ANSWER".to_owned()),
            Self::StepFailed { .. } => Code::from("STEP_FAILED".to_owned()),
            Self::Malformed(_) | Self::NotJson(_) | Self::Invalid { .. } | Self::WrongField { .. } => {
                rows::PARAMETER_WRONG.code.clone()
            }
            Self::NotFound { .. } => Code::from("NOT_FOUND".to_owned()),
            Self::InvalidConfig(_) => Code::from("CONFIG_INVALID".to_owned()),
            Self::Body(row) => row.code.clone(),
            Self::Foreign => rows::NOT_THE_CALLERS_BRAND.code.clone(),
        }
    }

    pub(super) fn message(&self) -> Bilingual {
        match self {
            Self::Rejected(refusal) => Bilingual::of(refusal),
            Self::Store(_) => Bilingual::new(rows::SYSTEM_ERROR.en, rows::SYSTEM_ERROR.zh),
            Self::NoAnswer(failure) => Bilingual::of(failure),
            Self::Malformed(fault) => Bilingual::of(fault),
            Self::NotJson(fault) => Bilingual::of(fault),
            Self::Invalid { field, what } => {
                Bilingual::new(format!("`{field}`: {}", what.en()), format!("`{field}`：{}", what.zh()))
            }
            Self::NotFound { what }
            | Self::Conflict { what, .. }
            | Self::File { what }
            | Self::WrongField { what, .. }
            | Self::StepFailed { what, .. } => what.clone(),
            Self::InvalidConfig(mistake) => mistake.message.clone(),
            Self::Body(row) => Bilingual::new(row.en, row.zh),
            Self::Foreign => Bilingual::new(
                "not for pages of other origins: Host must be localhost or an IP address, and Origin the same; `control_hosts` in ruhui.toml allows further host names",
                "拒绝来自其他网站的请求：Host 须为 localhost 或 IP 地址，Origin 须与其一致；可在 ruhui.toml 的 `control_hosts` 中允许其他主机名",
            ),
        }
    }

    pub(super) fn to_response(&self, controls: &Controls, headers: &HeaderMap) -> Response {
        match self {
            Self::Store(error) => tracing::error!(%error, "the store failed"),
            Self::File { what } => tracing::error!(error = %what, "a file of the sandbox failed"),
            _ => {}
        }
        let writer = ResponseWriter::new(&controls.service, headers);
        let message = self.message();
        let message = if writer.is_english() { message.en() } else { message.zh() };
        let mut body = json!({ "code": self.code(), "message": message });
        if let Self::Rejected(refusal) = self {
            body["extra_data"] = json!({ "errcode": refusal.errcode(), "msg": message });
            if let Some(field) = refusal.field() {
                body["detail"] = json!({ "field": field });
            }
        }
        if let Self::Malformed(fault) = self
            && !fault.field.is_empty()
        {
            body["detail"] = json!({ "field": fault.field });
        }
        if let Self::InvalidConfig(mistake) = self {
            let InvalidConfig { file, line, key, .. } = &**mistake;
            body["detail"] = json!({ "file": file, "line": line, "key": key });
        }
        if let Self::StepFailed { steps, .. } = self {
            body["detail"] = json!({ "steps": steps });
        }
        if let Self::WrongField { field, .. } = self {
            body["detail"] = json!({ "field": field });
        }
        let mut response = writer.json(self.status(), Some(&self.code()), body.to_string().into_bytes());
        if let Self::Store(_) = self {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
}

/// Responds to a request with the result of `act`, which reads or changes the sandbox's state: until it has ended, the
/// state is not replaced. The body arrives before that, so a slow one holds up no reset.
///
/// `act` must wait for nothing but the store; see the rules of [`state_gate`](crate::state_gate).
pub(super) async fn answer_inside<F: Future<Output = Result<Value, Failure>> + Send>(
    controls: Controls,
    request: Request,
    act: impl FnOnce(Controls, Request) -> F + Send,
) -> Response {
    answer(controls, request, |controls, request| async move {
        let request = received(request).await?;
        let service = controls.service.clone();
        let _entered = service.state_gate.enter().await;
        act(controls, request).await
    })
    .await
}

/// Responds to a request with the result of `act`, during which the state may be replaced.
pub(super) async fn answer<F: Future<Output = Result<Value, Failure>> + Send>(
    controls: Controls,
    request: Request,
    act: impl FnOnce(Controls, Request) -> F + Send,
) -> Response {
    let headers = request.headers().clone();
    match act(controls.clone(), request).await {
        Ok(body) => ResponseWriter::new(&controls.service, &headers).json(
            StatusCode::OK,
            None,
            body.to_string().into_bytes(),
        ),
        Err(failure) => failure.to_response(&controls, &headers),
    }
}
