//! The API's messages: each endpoint's request as one plain struct, the responses, the errors and the events.
//!
//! An endpoint is a struct of its parameters with the constants of [`Endpoint`]. Fields named in `PATH` go to
//! the path, the others to the query for GET and to the JSON body otherwise.
//!
//! [`for_each_endpoint!`](crate::for_each_endpoint) is the only list of endpoints, and [`visit`] walks it. The SDK,
//! the service's router, the tool, the OpenAPI document and the tests all use this list.

pub mod card_member;
pub mod certificates;
pub mod earlier;
mod endpoint;
mod endpoints;
mod error;
pub mod event;
mod label;
mod name;
pub mod rows;
pub mod security;

pub(crate) use endpoint::either;
pub use endpoint::{
    Brand, BrandField, CallersOwn, Document, Endpoint, FamilyMarker, HasSchema, Partner, RetrySafety,
};
pub use endpoints::{Visitor, visit};
pub use error::{Code, Detail, ErrorBody, Location};
pub use label::label;
pub use name::EndpointName;
pub use rows::{Row, Source};
