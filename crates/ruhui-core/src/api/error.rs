//! The body of an error response (partner page 4012081726).

use serde::{Deserialize, Serialize};
use std::fmt;

/// The `code` of an error. Callers branch on status and code, never on the message.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Code {
    /// `PARAM_ERROR`: a parameter is wrong.
    ParamError,
    /// `INVALID_REQUEST`: the request breaks a rule of the API or of the business.
    InvalidRequest,
    /// `SIGN_ERROR`: the signature was rejected.
    SignError,
    /// `SYSTEM_ERROR`: the service failed; try again later.
    SystemError,
    /// `NO_AUTH`: the caller has no right to do this.
    NoAuth,
    /// `NOT_FOUND`: the object does not exist.
    NotFound,
    /// `RESOURCE_NOT_EXISTS`: the object does not exist (endpoints outside this product).
    ResourceNotExists,
    /// `FREQUENCY_LIMITED`: the rate limit is exceeded; the request was not processed.
    FrequencyLimited,
    /// `ALREADY_EXISTS`: the object exists already.
    AlreadyExists,
    /// `REQUEST_BLOCKED`: an upload was rejected.
    RequestBlocked,
    /// Any other code, as received.
    Unknown(String),
}

impl Code {
    const KNOWN: [Self; 10] = [
        Self::ParamError,
        Self::InvalidRequest,
        Self::SignError,
        Self::SystemError,
        Self::NoAuth,
        Self::NotFound,
        Self::ResourceNotExists,
        Self::FrequencyLimited,
        Self::AlreadyExists,
        Self::RequestBlocked,
    ];

    /// Returns the code as written on the wire.
    pub fn as_str(&self) -> &str {
        match self {
            Self::ParamError => "PARAM_ERROR",
            Self::InvalidRequest => "INVALID_REQUEST",
            Self::SignError => "SIGN_ERROR",
            Self::SystemError => "SYSTEM_ERROR",
            Self::NoAuth => "NO_AUTH",
            Self::NotFound => "NOT_FOUND",
            Self::ResourceNotExists => "RESOURCE_NOT_EXISTS",
            Self::FrequencyLimited => "FREQUENCY_LIMITED",
            Self::AlreadyExists => "ALREADY_EXISTS",
            Self::RequestBlocked => "REQUEST_BLOCKED",
            Self::Unknown(code) => code,
        }
    }
}

impl From<String> for Code {
    fn from(text: String) -> Self {
        Self::KNOWN.into_iter().find(|code| code.as_str() == text).unwrap_or(Self::Unknown(text))
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Code {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Code {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Code".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let known: Vec<_> = Self::KNOWN.iter().map(Self::as_str).collect();
        schemars::json_schema!({ "type": "string", "examples": known })
    }
}

/// The body of every error response.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[allow(clippy::exhaustive_structs)]
pub struct ErrorBody {
    /// The error's code, for programs.
    pub code: Code,
    /// The error's message, for people.
    pub message: String,
    /// Details of the error, in a form that varies: see [`Detail`] and [`crate::sign::SignInformation`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<serde_json::Value>,
}

/// The documented `detail` of PARAM_ERROR and INVALID_REQUEST. The live service omits some members, so each is
/// optional.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[allow(clippy::exhaustive_structs)]
pub struct Detail {
    /// The wrong field: a JSON Pointer into the body, or the bare name of a path or query parameter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// The value found, with its JSON type; a long text is cut. If the length is wrong, it is the length found; if
    /// members are undefined, it is the list of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<serde_json::Value>,
    /// The problem with the value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issue: Option<String>,
    /// The part of the request that has the field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
}

/// The part of a request that has a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Location {
    /// The body.
    Body,
    /// The path. The documents write `url`; the live service has been seen to write `uri_template`.
    #[serde(alias = "uri_template")]
    Url,
    /// The query.
    Query,
}

impl Location {
    /// Returns the location as written in `detail`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Body => "body",
            Self::Url => "url",
            Self::Query => "query",
        }
    }
}
