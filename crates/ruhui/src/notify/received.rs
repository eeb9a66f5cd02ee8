//! A notification that was verified and opened.

use ruhui_core::api::event::{Event, Notification};
use ruhui_core::types::DateTime;
use std::fmt;
use zeroize::Zeroizing;

/// A notification that was verified and opened. Nothing else can make one.
#[derive(Clone)]
#[non_exhaustive]
pub struct Received {
    /// 通知ID: the same each time this notification is sent.
    pub id: String,
    /// 通知创建时间.
    pub create_time: DateTime,
    /// 通知类型, as it came.
    pub event_type: String,
    /// 回调摘要: for people.
    pub summary: String,
    /// What happened.
    pub event: Event,
    resource: Zeroizing<Vec<u8>>,
}

impl Received {
    /// To be called with verified notifications only.
    pub(super) fn verified(notification: Notification, event: Event, resource: Zeroizing<Vec<u8>>) -> Self {
        let Notification { id, create_time, event_type, summary, .. } = notification;
        Self { id, create_time, event_type, summary, event, resource }
    }

    /// The opened resource as it came, JSON: with members that [`event`](Self::event) does not have, and with
    /// the user's phone number in plain.
    pub fn resource(&self) -> &[u8] {
        &self.resource
    }
}

/// Hides the resource.
impl fmt::Debug for Received {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Received")
            .field("id", &self.id)
            .field("create_time", &self.create_time)
            .field("event_type", &self.event_type)
            .field("event", &self.event)
            .finish_non_exhaustive()
    }
}
