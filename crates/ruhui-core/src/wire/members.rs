//! Finds the unused members of a request: members that the endpoint's documentation does not define, and
//! members in another place than documented.

use super::location::{is_path_parameter, rest};
use super::shape::Shape;
use super::similar::similar;
use super::tree::{Node, below};
use crate::api::{Endpoint, Location};
use http::Method;
use std::collections::BTreeSet;
use std::marker::PhantomData;

/// Treatment of members that the endpoint's documentation does not define.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums, reason = "a request is rejected or it is not")]
pub enum UnknownMembers {
    /// Requests with undefined members are rejected, as the live service does.
    #[default]
    Reject,
    /// Undefined members are ignored.
    Accept,
}

/// Member of a request that no field reads.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnusedMember {
    /// Location of the member, as messages write it: `/body/payer/openid`, `/query/sub_mch_id`.
    pub source: String,
    /// Name of the member.
    pub name: String,
    /// Reason for which no field reads the member.
    pub why: UnusedReason,
}

/// Reason for which no field reads a member.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum UnusedReason {
    /// The endpoint's documentation does not define the member.
    Undefined {
        /// Defined name that was probably meant.
        similar: Option<&'static str>,
    },
    /// The request has this member in another place.
    Elsewhere {
        /// Place in which the request has the member, as messages write it.
        place: String,
    },
    /// The documentation defines the member, but a request cannot set it.
    NotOfTheRequest,
}

/// Largest number of undefined members that a response names, and the largest number of bytes that they have
/// together.
const MOST: usize = 1_000;
const MOST_BYTES: usize = 64 * 1024;
/// Largest number of other members that are reported, and of undefined names for which a similar name is
/// searched.
const MOST_REMARKS: usize = 100;

/// Returns the members that no field reads, in the query's parameters and in the body.
pub(super) fn unread<E: Endpoint>(query: &[(String, Node)], body: Option<&Node>) -> Vec<UnusedMember> {
    let request = Shape::of::<E>();
    let mut names = BTreeSet::new();
    request.names_into(&mut names);
    Shape::of::<E::Response>().names_into(&mut names);
    names.extend(E::IGNORED_MEMBERS);
    let mut search = Search::<E> {
        request: &request,
        names,
        found: Vec::new(),
        undefined: (0, 0),
        remarks: 0,
        endpoint: PhantomData,
    };
    let of_query = (E::METHOD == Method::GET).then_some(&request);
    let mut seen = BTreeSet::new();
    for (name, value) in query.iter().filter(|(name, _)| seen.insert(name)) {
        search.member(&mut "/query".to_owned(), name, value, of_query, Level::Top);
    }
    if let Some(body) = body {
        search.value(&mut "/body".to_owned(), body, Some(&request), Level::Top);
    }
    search.found
}

/// Whether a member is directly in the query or the body: only there can it have the name of a path
/// parameter.
#[derive(Clone, Copy, PartialEq)]
enum Level {
    Top,
    Inner,
}

struct Search<'a, E> {
    request: &'a Shape,
    names: BTreeSet<&'static str>,
    found: Vec<UnusedMember>,
    /// Number of undefined members reported, and the bytes of their locations.
    undefined: (usize, usize),
    remarks: usize,
    endpoint: PhantomData<E>,
}

impl<E: Endpoint> Search<'_, E> {
    /// Searches a value. `pointer` is unchanged afterwards.
    fn value(&mut self, pointer: &mut String, value: &Node, shape: Option<&Shape>, level: Level) {
        match value {
            Node::Object(members) => {
                for (name, value) in members {
                    self.member(pointer, name, value, shape, level);
                }
            }
            Node::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    below(pointer, &index.to_string(), |pointer| {
                        self.value(pointer, item, shape.and_then(Shape::item), Level::Inner);
                    });
                }
            }
            _ => {}
        }
    }

    /// Searches a member. `shape` is the shape of the object that holds it.
    fn member(
        &mut self,
        pointer: &mut String,
        name: &str,
        value: &Node,
        shape: Option<&Shape>,
        level: Level,
    ) {
        below(pointer, name, |pointer| {
            if !self.names.contains(name) {
                return self.undefined(pointer, name);
            }
            let is_of_path = level == Level::Top && is_path_parameter::<E>(name);
            let below = shape.filter(|_| !is_of_path).and_then(|shape| shape.member(name));
            if below.is_none() && self.remarks < MOST_REMARKS {
                self.remarks += 1;
                let elsewhere = self.elsewhere(name).filter(|place| place != pointer);
                let why = elsewhere
                    .map_or(UnusedReason::NotOfTheRequest, |place| UnusedReason::Elsewhere { place });
                self.found.push(UnusedMember { source: pointer.clone(), name: name.to_owned(), why });
            }
            self.value(pointer, value, below, Level::Inner);
        });
    }

    /// Returns the place in which the request has a member of this name at its top level, if it has one.
    fn elsewhere(&self, name: &str) -> Option<String> {
        self.request.member(name)?;
        Some(match rest::<E>() {
            _ if is_path_parameter::<E>(name) => format!("/uri_template/{name}"),
            Location::Query => format!("/query/{name}"),
            _ => format!("/body/{name}"),
        })
    }

    fn undefined(&mut self, pointer: &str, name: &str) {
        let (count, bytes) = (self.undefined.0 + 1, self.undefined.1 + pointer.len());
        // The first undefined member is always reported, so that no request is accepted because a name is too
        // long.
        if count > 1 && (count > MOST || bytes > MOST_BYTES) {
            return;
        }
        self.undefined = (count, bytes);
        let similar = if count <= MOST_REMARKS { similar(name, self.names.iter().copied()) } else { None };
        let why = UnusedReason::Undefined { similar };
        self.found.push(UnusedMember { source: pointer.to_owned(), name: name.to_owned(), why });
    }
}
