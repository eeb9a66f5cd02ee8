//! The place of a member in a request: path, query or body.

use super::json::Error;
use super::parameter_error::{ParameterError, ParameterIssue};
use super::tree::Node;
use crate::api::{Endpoint, Location};
use http::Method;

/// Whether a field of `E` stands in its path.
pub fn is_path_parameter<E: Endpoint>(field: &str) -> bool {
    E::PATH
        .split('/')
        .any(|segment| segment.strip_prefix('{').and_then(|s| s.strip_suffix('}')) == Some(field))
}

/// The place of all members that are not in the path.
pub(super) fn rest<E: Endpoint>() -> Location {
    if E::METHOD == Method::GET { Location::Query } else { Location::Body }
}

/// The fault of an error, with its place; `rest` is the place of all members that are not in the path.
pub(super) fn locate<E: Endpoint>(error: Error, rest: Location) -> ParameterError {
    let (location, field) = match rest {
        _ if is_path_parameter::<E>(error.name()) => (Location::Url, error.name().to_owned()),
        Location::Query => (Location::Query, error.name().to_owned()),
        _ => (Location::Body, error.pointer()),
    };
    error.at(location, field)
}

/// The names and values of a query, decoded, in its order.
pub(super) fn pairs(query: &str) -> Result<Vec<(String, String)>, ParameterError> {
    serde_urlencoded::from_str(query).map_err(|_| {
        let issue = ParameterIssue::Invalid {
            zh: "查询串无法解析".to_owned(),
            en: "cannot be read".to_owned(),
        };
        ParameterError::at(Location::Query, String::new(), Node::Parameter(query.to_owned()).shown(), issue)
    })
}
