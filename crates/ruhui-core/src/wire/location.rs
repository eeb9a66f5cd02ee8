//! Location of a member in a request: path, query or body.

use super::json::Error;
use super::parameter_error::{ParameterError, ParameterIssue};
use super::tree::Node;
use crate::api::{Endpoint, Location};
use http::Method;

/// Returns whether a field of `E` is a path parameter.
pub fn is_path_parameter<E: Endpoint>(field: &str) -> bool {
    E::PATH
        .split('/')
        .any(|segment| segment.strip_prefix('{').and_then(|s| s.strip_suffix('}')) == Some(field))
}

/// Returns the location of all members that are not path parameters: the query for GET, the body otherwise.
pub(super) fn rest<E: Endpoint>() -> Location {
    if E::METHOD == Method::GET { Location::Query } else { Location::Body }
}

/// Adds the location to an error. `rest` is the location of all members that are not path parameters.
pub(super) fn locate<E: Endpoint>(error: Error, rest: Location) -> ParameterError {
    let (location, field) = match rest {
        _ if is_path_parameter::<E>(error.name()) => (Location::Url, error.name().to_owned()),
        Location::Query => (Location::Query, error.name().to_owned()),
        _ => (Location::Body, error.pointer()),
    };
    error.at(location, field)
}

/// Decodes a query to names and values, in the query's order.
pub(super) fn pairs(query: &str) -> Result<Vec<(String, String)>, ParameterError> {
    serde_urlencoded::from_str(query).map_err(|_| {
        let issue = ParameterIssue::Invalid {
            zh: "查询串无法解析".to_owned(),
            en: "cannot be read".to_owned(),
        };
        ParameterError::at(Location::Query, String::new(), Node::Parameter(query.to_owned()).shown(), issue)
    })
}
