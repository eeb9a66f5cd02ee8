//! 会员卡事件通知: what WeChat Pay tells the merchant, at the `notify_url` of the card template.
//!
//! A callback is a signed POST with a [`Notification`] as its body; the resource in it is encrypted with the
//! caller's APIv3 key (a brand's own 32-byte key in the brand family). Whoever receives one verifies the
//! signature over the raw bytes first ([`crate::sign::verify_response`]) and opens the resource after.
//!
//! - User cards: <https://pay.weixin.qq.com/doc/v3/partner/4015283692>,
//!   <https://pay.weixin.qq.com/doc/brand/4015582700>
//! - Redemptions of points: <https://pay.weixin.qq.com/doc/v3/partner/4015878622>,
//!   <https://pay.weixin.qq.com/doc/brand/4015879057>
//! - Requests for the balance of points: <https://pay.weixin.qq.com/doc/v3/partner/4016096820>,
//!   <https://pay.weixin.qq.com/doc/brand/4016096803>

mod answers;
mod kind;
mod notification;
mod read;
mod resource;

pub use kind::EventKind;
pub use notification::{Notification, RESOURCE_TYPE, Resource};
pub use read::ReadEvent;
pub use resource::{PointExchangeEvent, PointExchangeRequired, SyncUserPointEvent, UserCardEvent};

use crate::types::{BrandId, CardId, OpenId};
use serde_json::Value;
use std::fmt;

/// What happened, with all that WeChat Pay says about it.
#[derive(Debug, Clone, PartialEq)]
#[allow(clippy::large_enum_variant, reason = "one at a time, and matching is easier without a box")]
#[non_exhaustive]
pub enum Event {
    /// 用户开通会员卡: the user opened a card. To be answered with a confirmation of the card, if it is not
    /// activated yet.
    UserCardCreated(UserCardEvent),
    /// 用户删除会员卡: the user deleted the card, which is invalid from now on.
    UserCardDeleted(UserCardEvent),
    /// 用户积分兑券: the user wants to redeem points. To be answered with a confirmation of the redemption,
    /// within three seconds if possible.
    PointExchange(PointExchangeEvent),
    /// 用户积分同步: the user looks at the points. To be answered with the balance, at once; never sent again.
    SyncUserPoint(SyncUserPointEvent),
    /// An event that this version does not know. Accept it: it is sent again and again otherwise.
    Unknown(UnknownEvent),
    /// An event of a known type whose resource lacks a required member, or has another value in its place. It
    /// holds the whole resource. A resend would not match the type either, so accept the event.
    Invalid(InvalidEvent),
}

impl Event {
    /// The kind, if it is one of the known ones.
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

    /// Whose card it is about: the brand, the card template, and the user. They name one card for good, also
    /// while it has no code yet.
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
    /// The type, as it came.
    pub event_type: String,
    /// The decrypted resource; a text if it is not JSON.
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
    /// The type, as it came.
    pub event_type: String,
    /// The decrypted resource; a text if it is not JSON.
    pub resource: Value,
}

impl fmt::Debug for UnknownEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnknownEvent").field("event_type", &self.event_type).finish_non_exhaustive()
    }
}
