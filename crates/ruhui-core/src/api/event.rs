//! 会员卡事件通知: the events that WeChat Pay sends as callbacks (回调通知) to the card template's `notify_url`.
//!
//! A callback is a signed POST whose body is a [`Notification`]. Its resource is encrypted with the caller's
//! APIv3 key (in the brand family, the brand's 32-byte key). The receiver first verifies the signature over the
//! raw bytes ([`crate::sign::verify_response`]), then decrypts the resource.
//!
//! - User cards: <https://pay.weixin.qq.com/doc/v3/partner/4015283692>,
//!   <https://pay.weixin.qq.com/doc/brand/4015582700>
//! - Redemptions of points: <https://pay.weixin.qq.com/doc/v3/partner/4015878622>,
//!   <https://pay.weixin.qq.com/doc/brand/4015879057>
//! - Requests for the balance of points: <https://pay.weixin.qq.com/doc/v3/partner/4016096820>,
//!   <https://pay.weixin.qq.com/doc/brand/4016096803>

mod answers;
mod kind;
mod name;
mod notification;
mod read;
mod resource;

pub use kind::EventKind;
pub use name::{EventTypeName, UnknownEventType};
pub use notification::{Notification, RESOURCE_TYPE, Resource};
pub use read::ReadEvent;
pub use resource::{PointExchangeEvent, PointExchangeRequired, SyncUserPointEvent, UserCardEvent};

use crate::types::{BrandId, CardId, OpenId};
use serde_json::Value;
use std::fmt;

/// An event of a member card, with its decrypted resource.
#[derive(Debug, Clone, PartialEq)]
#[allow(clippy::large_enum_variant, reason = "one at a time, and matching is easier without a box")]
#[non_exhaustive]
pub enum Event {
    /// 用户开通会员卡: the user opened a card. If it is not activated yet, confirm it with
    /// [`ConfirmUserCard`](super::card_member::ConfirmUserCard).
    UserCardCreated(UserCardEvent),
    /// 用户删除会员卡: the user deleted the card, which is invalid from now on.
    UserCardDeleted(UserCardEvent),
    /// 用户积分兑券: the user asks to redeem points. Allow or reject it with
    /// [`ConfirmPointExchange`](super::card_member::ConfirmPointExchange), within three seconds if possible.
    PointExchange(PointExchangeEvent),
    /// 用户积分同步: the user looks at the points. Send the balance at once with
    /// [`SyncUserPoints`](super::card_member::SyncUserPoints): WeChat Pay does not retry this event.
    SyncUserPoint(SyncUserPointEvent),
    /// An event of a type that this version does not know. Accept it, so that WeChat Pay does not retry it.
    Unknown(UnknownEvent),
    /// An event of a known type whose resource lacks a required member, or has an invalid value for one. It
    /// holds the whole resource. Accept the event, since a resend would be invalid too.
    Invalid(InvalidEvent),
}

impl Event {
    /// Returns the kind of the event; `None` if its type is unknown.
    pub fn kind(&self) -> Option<EventKind> {
        match self {
            Self::UserCardCreated(_) => Some(EventKind::UserCardCreated),
            Self::UserCardDeleted(_) => Some(EventKind::UserCardDeleted),
            Self::PointExchange(_) => Some(EventKind::PointExchange),
            Self::SyncUserPoint(_) => Some(EventKind::SyncUserPoint),
            Self::Unknown(_) => None,
            Self::Invalid(event) => Some(event.kind),
        }
    }

    /// Returns the brand, the card template and the user of the event's card, if the event names them. Together
    /// they identify the member permanently, even while the card has no code.
    pub fn member(&self) -> Option<(&BrandId, &CardId, &OpenId)> {
        match self {
            Self::UserCardCreated(event) | Self::UserCardDeleted(event) => {
                Some((&event.brand_id, &event.card_id, &event.openid))
            }
            Self::PointExchange(event) => Some((&event.brand_id, &event.card_id, &event.openid)),
            Self::SyncUserPoint(event) => Some((&event.brand_id, &event.card_id, &event.openid)),
            Self::Unknown(_) => None,
            Self::Invalid(event) => event.member.as_ref().map(|(brand, card, openid)| (brand, card, openid)),
        }
    }
}

/// An event of a known type whose resource does not match the type. Its `Debug` hides the resource.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct InvalidEvent {
    /// The kind of the event.
    pub kind: EventKind,
    /// The `event_type`, as received.
    pub event_type: String,
    /// The decrypted resource: its JSON, or its text if it is not JSON.
    pub resource: Value,
    member: Option<(BrandId, CardId, OpenId)>,
}

impl fmt::Debug for InvalidEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InvalidEvent").field("event_type", &self.event_type).finish_non_exhaustive()
    }
}

/// An event of a type that this version does not know. Its `Debug` hides the resource.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct UnknownEvent {
    /// The `event_type`, as received.
    pub event_type: String,
    /// The decrypted resource: its JSON, or its text if it is not JSON.
    pub resource: Value,
}

impl fmt::Debug for UnknownEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnknownEvent").field("event_type", &self.event_type).finish_non_exhaustive()
    }
}
