//! Receiving callbacks (会员卡事件通知): from headers and raw bytes to a typed event, and back to a response.
//!
//! ```text
//! headers, raw bytes ─► Receiver: verify, decrypt   ─► Received ─► Inbox: once ─► the handler
//!                              │                                      │               │
//!            4xx, 5xx FAIL ◄───┴── NotifyError      503 FAIL, 204 ◄───┴── 500 FAIL ◄──┴─► 204
//! ```
//!
//! [`Receiver`] works with every web framework. With the feature `axum` there is an extractor, and
//! [`CallbackResponse`] is a response of axum: see [`axum`].
//!
//! # What WeChat Pay expects
//!
//! - A response within 5 seconds: 204 without a body for success, anything else for failure. So a handler records
//!   the event and leaves long work for later.
//! - A failed notification is retried every 60 seconds, 11 times at most. It can also arrive twice without a failure,
//!   even at the same time. [`Inbox`] runs a handler once. `SYNC_USER_POINT` is not retried.
//! - A few notifications are probes, signed wrongly on purpose. They are rejected like any other forgery.
//! - An event may differ from the documents. Every verified event with an id, a type and a resource that decrypts is
//!   received. It is typed if it has what its type needs, and is an
//!   [`Event::Invalid`](crate::api::event::Event::Invalid) otherwise. [`Received::invalid_fields`] lists the members that differ;
//!   [`Received::resource`] and [`Received::envelope`] have everything that was sent.
//! - A notification can be lost for good: query the state of cards now and then.
//!
//! # The raw bytes
//!
//! The signature covers the body's raw bytes. Take them before any framework reads JSON from them;
//! JSON that was read and written again has other bytes and is rejected. The findings of
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
