//! Groups messages into exchanges, and takes the chosen exchange.

use super::start::Start;
use super::{BodyState, Captured, Choice, Exchange, Format, Message, NotHttp, Remark, Request, Response};
use http::HeaderMap;

/// Messages of both sides, in the order in which they were sent.
pub(super) struct Transcript {
    pub(super) messages: Vec<Found>,
}

/// Message that was read, with its remarks.
pub(super) struct Found {
    pub(super) start: Start,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
    pub(super) state: BodyState,
    pub(super) remarks: Vec<Remark>,
}

/// Request with its responses.
#[derive(Default)]
struct Group {
    request: Option<Found>,
    responses: Vec<Found>,
}

/// Takes the chosen exchange of a transcript; `None` if it has no exchange, such as if only a tunnel was
/// asked for.
pub(super) fn finish(
    transcript: Transcript,
    format: Format,
    choice: Choice,
) -> Option<Result<Captured, NotHttp>> {
    let mut groups = groups(transcript);
    let of = groups.len();
    if of == 0 {
        return None;
    }
    let taken = match choice {
        Choice::Last => of,
        Choice::Nth(number) => number,
    };
    if taken == 0 || taken > of {
        return Some(Err(NotHttp::NoSuchExchange { asked: taken, of }));
    }
    let Group { request, mut responses } = groups.swap_remove(taken - 1);
    let mut remarks = Vec::new();
    if of > 1 {
        remarks.push(Remark::Several { taken, of });
    }
    let response = responses.pop();
    if !responses.is_empty() {
        let status = |found: &Found| match found.start {
            Start::Status(status) => Some(status),
            _ => None,
        };
        remarks.push(Remark::ResponsesSkipped { statuses: responses.iter().filter_map(status).collect() });
    }
    let request = request.and_then(|found| request_of(found, format));
    let response = response.and_then(|found| response_of(found, format));
    let message = match (request, response) {
        (Some(request), Some(response)) => Message::Exchange(Box::new(Exchange { request, response })),
        (Some(request), None) => Message::Request(request),
        (None, Some(response)) => Message::Response(response),
        (None, None) => return None,
    };
    Some(Ok(Captured { format, message, remarks }))
}

fn groups(transcript: Transcript) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut asked_for_a_tunnel = false;
    for found in transcript.messages {
        match found.start {
            Start::Connect => asked_for_a_tunnel = true,
            Start::Request { .. } => {
                asked_for_a_tunnel = false;
                groups.push(Group { request: Some(found), responses: Vec::new() });
            }
            Start::Status(status) => {
                // A proxy's successful response to CONNECT belongs to no exchange. A failure is the only
                // response.
                let is_consent = std::mem::take(&mut asked_for_a_tunnel) && (200..300).contains(&status);
                if is_consent {
                    continue;
                }
                if groups.is_empty() {
                    groups.push(Group::default());
                }
                if let Some(group) = groups.last_mut() {
                    group.responses.push(found);
                }
            }
        }
    }
    groups
}

fn request_of(found: Found, format: Format) -> Option<Request> {
    let remarks = found.all_remarks(format);
    let Found { start: Start::Request { method, target, .. }, headers, body, state, .. } = found else {
        return None;
    };
    Some(Request { method, target, headers, body, body_state: state, remarks })
}

fn response_of(found: Found, format: Format) -> Option<Response> {
    let remarks = found.all_remarks(format);
    let Found { start: Start::Status(status), headers, body, state, .. } = found else {
        return None;
    };
    Some(Response { status, headers, body, body_state: state, remarks })
}

impl Found {
    fn all_remarks(&self, format: Format) -> Vec<Remark> {
        let is_explained = self.remarks.iter().any(|remark| matches!(remark, Remark::FileBody { .. }));
        let is_missing = self.state == BodyState::Missing && !is_explained;
        let missing = is_missing.then_some(Remark::BodyNotShown(format));
        self.remarks.iter().cloned().chain(missing).collect()
    }
}
