//! All causes that an explanation can name. To add one, add a row to the section that it belongs to.
//!
//! | Section | Causes |
//! |---|---|
//! | `authorization`, `timestamp`, `serial`, `caller` | the Authorization header and its fields |
//! | `head`, `form`, `request` | other headers, an upload's form, and the request itself |
//! | `damage`, `signer` | the signature's text, its key and its algorithm |
//! | `message` | the message that was signed: each row has the function that makes the mistake |
//! | `response` | responses and callbacks |

pub(super) mod authorization;
pub(super) mod caller;
pub(super) mod damage;
pub(super) mod form;
pub(super) mod head;
pub(super) mod message;
pub(super) mod request;
pub(super) mod response;
mod section;
pub(super) mod serial;
pub(super) mod signer;
pub(super) mod timestamp;

use super::cause::Cause;

/// Returns every cause that [`explain`](super::explain) can name, in the order of its checks.
pub fn causes() -> impl Iterator<Item = &'static Cause> {
    let of_head =
        [authorization::ALL, timestamp::ALL, serial::ALL, caller::ALL].into_iter().flatten().copied();
    let of_message = message::MISTAKES.iter().map(|mistake| &mistake.cause);
    of_head
        .chain(form::CAUSES.iter())
        .chain([head::ALL, request::ALL].into_iter().flatten().copied())
        .chain(damage::CAUSES.iter())
        .chain(signer::ALL.iter().copied())
        .chain(of_message)
}

/// Returns every cause that [`explain_response`](super::explain_response) can name.
pub fn response_causes() -> impl Iterator<Item = &'static Cause> {
    let rewritings = response::REWRITINGS.iter().map(|rewriting| &rewriting.cause);
    response::ALL.iter().copied().chain(damage::RESPONSE_CAUSES.iter()).chain(rewritings)
}
