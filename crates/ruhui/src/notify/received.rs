//! Notifications that were verified and decrypted.

use ruhui_core::api::event::{Event, Notification, ReadEvent};
use ruhui_core::types::DateTime;
use ruhui_core::wire::InvalidField;
use std::fmt;
use zeroize::Zeroizing;

/// A notification that was verified and decrypted. Only a [`Receiver`](super::Receiver) creates one.
#[derive(Clone)]
#[non_exhaustive]
pub struct Received {
    /// 通知ID: the same each time this notification is sent.
    pub id: String,
    /// 通知创建时间; `None` if the notification has no readable time.
    pub create_time: Option<DateTime>,
    /// 通知类型, as received.
    pub event_type: String,
    /// 回调摘要: a summary for people.
    pub summary: String,
    /// The typed event.
    pub event: Event,
    /// Members that differ from the documents, first of the envelope and then of the resource.
    /// [`event`](Self::event) leaves them out. For an [`Event::Invalid`] they are the reason for which the
    /// event is not typed.
    pub invalid_fields: Vec<InvalidField>,
    envelope: Vec<u8>,
    resource: Zeroizing<Vec<u8>>,
}

impl Received {
    /// Creates a notification. Callers must have verified its signature.
    pub(super) fn verified(
        body: &[u8],
        notification: Notification,
        read: ReadEvent,
        resource: Zeroizing<Vec<u8>>,
    ) -> Self {
        let invalid_fields =
            notification.invalid_fields().iter().cloned().chain(read.invalid_fields).collect();
        let Notification { id, create_time, event_type, summary, .. } = notification;
        let (event, envelope) = (read.event, body.to_vec());
        Self { id, create_time, event_type, summary, event, invalid_fields, envelope, resource }
    }

    /// Returns the callback's body as received: JSON, with the resource encrypted.
    pub fn envelope(&self) -> &[u8] {
        &self.envelope
    }

    /// Returns the decrypted resource as received: JSON. It includes members that [`event`](Self::event) does
    /// not have, and the user's phone number in plain text.
    pub fn resource(&self) -> &[u8] {
        &self.resource
    }
}

/// Hides the resource and the envelope.
impl fmt::Debug for Received {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Received")
            .field("id", &self.id)
            .field("create_time", &self.create_time)
            .field("event_type", &self.event_type)
            .field("event", &self.event)
            .field("invalid_fields", &self.invalid_fields)
            .finish_non_exhaustive()
    }
}
