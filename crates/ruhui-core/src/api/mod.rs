//! What is said: every endpoint as one plain struct, and the bodies that go back.
//!
//! An endpoint is a struct of its parameters with the constants of [`Endpoint`]. Fields named in `PATH` go to
//! the path, the others to the query for GET and to the JSON body otherwise. The SDK, the service's router,
//! the tool, the OpenAPI document and the tests all walk [`for_each_endpoint!`](crate::for_each_endpoint), or [`visit`],
//! which does; nothing else lists endpoints.

pub mod card_member;
pub mod certificates;
pub mod earlier;
mod endpoint;
mod endpoints;
mod error;
pub mod event;
mod label;
pub mod rows;
pub mod security;

pub(crate) use endpoint::either;
pub use endpoint::{
    Brand, BrandField, CallersOwn, Described, Document, Effect, Endpoint, FamilyMarker, Partner,
};
pub use endpoints::{Visitor, visit};
pub use error::{Code, Detail, ErrorBody, Location};
pub use label::label;
pub use rows::{Row, Source};
