//! Receiving callbacks (会员卡事件通知): verification, decryption, typed events, and idempotent handling.
//!
//! ```text
//! headers, raw bytes ─► Receiver: verify, decrypt   ─► Received ─► Inbox: once ─► the handler
//!                              │                                      │               │
//!            4xx, 5xx FAIL ◄───┴── NotifyError      503 FAIL, 204 ◄───┴── 500 FAIL ◄──┴─► 204
//! ```
//!
//! [`Receiver`] depends on no web framework. The feature `axum` adds an extractor for axum, and makes
//! [`CallbackResponse`] a response there: see [`axum`].
//!
//! # What WeChat Pay expects
//!
//! - A response within 5 seconds: 204 without a body for success, anything else for failure. So a handler
//!   should record the event and leave long work to another task.
//! - Resends: WeChat Pay sends a failed notification again every 60 seconds, at most 11 times. It may also
//!   send duplicates without a failure, even at the same time. [`Inbox`] runs a handler once.
//!   `SYNC_USER_POINT` is never sent again.
//! - Probes: WeChat Pay signs a few notifications wrongly on purpose. They are rejected like any other
//!   forgery.
//! - Differences from the documents: every verified event with an id, a type and a resource that decrypts is
//!   received. It is typed if it has what its type needs, and is an
//!   [`Event::Invalid`](crate::api::event::Event::Invalid) otherwise. [`Received::invalid_fields`] lists the
//!   members that differ; [`Received::resource`] and [`Received::envelope`] have everything that was sent.
//! - Lost notifications: a notification may never arrive, so query the state of cards from time to time.
//!
//! # The raw bytes
//!
//! The signature covers the body's raw bytes. Take them before any framework parses the JSON: JSON that was
//! parsed and serialised again has other bytes, and is rejected. The findings of
//! [`NotifyError::UnverifiedResponse`] name this cause where it can be determined.
//!
//! ```
//! use ruhui::notify::{CallbackResponse, Receiver};
//! use ruhui::api::event::Event;
//!
//! # fn f(receiver: &Receiver, headers: &http::HeaderMap, body: &[u8]) -> http::Response<bytes::Bytes> {
//! let answer = match receiver.receive(headers, body) {
//!     Ok(received) => match &received.event {
//!         Event::UserCardCreated(card) => {
//!             println!("{}: to be confirmed, card {}", received.id, card.card_id);
//!             CallbackResponse::accept()
//!         }
//!         _ => CallbackResponse::accept(),
//!     },
//!     Err(error) => {
//!         eprintln!("rejected: {error}"); // says what to do about it
//!         error.response()
//!     }
//! };
//! answer.into()
//! # }
//! ```

#[cfg(feature = "axum")]
pub mod axum;
mod callback_response;
mod error;
mod inbox;
mod journal;
mod keyed_lock;
mod received;
mod receiver;

pub use callback_response::CallbackResponse;
pub use error::NotifyError;
pub use inbox::{Handled, Inbox, InboxError};
pub use journal::{Claim, Journal, JournalKey, MemoryJournal};
pub use received::Received;
pub use receiver::{Receiver, ReceiverBuilder};
pub use ruhui_core::wire::InvalidField;
