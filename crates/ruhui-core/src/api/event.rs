//! 会员卡事件通知: what WeChat Pay tells the merchant, at the `notify_url` of the card template.
//!
//! A callback is a signed POST with a [`Notification`] as its body; the resource in it is sealed with the
//! caller's APIv3 key (a brand's own 32-byte key in the brand family). Whoever receives one verifies the
//! signature over the raw bytes first ([`crate::sign::verify_reply`]) and opens the resource after.
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
mod resource;

pub use kind::EventKind;
pub use notification::{Notification, OpenNotificationError, RESOURCE_TYPE, Resource};
pub use resource::{PointExchangeEvent, SyncUserPointEvent, UserCardEvent};

use crate::types::{BrandId, CardId, OpenId};
use crate::wire::{self, Fault};
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
}

impl Event {
    /// Reads the resource of an event of this type, as it is inside the seal.
    ///
    /// Members that are not known are ignored, values that are not known are kept, an empty text where one
    /// may be absent is an absent one.
    ///
    /// # Errors
    ///
    /// [`Fault`] when `plain` does not have what the documents promise for the type.
    pub fn read(event_type: &str, plain: &[u8]) -> Result<Self, Fault> {
        Ok(match EventKind::of(event_type) {
            Some(EventKind::UserCardCreated) => Self::UserCardCreated(wire::decode_reply(plain, None)?),
            Some(EventKind::UserCardDeleted) => Self::UserCardDeleted(wire::decode_reply(plain, None)?),
            Some(EventKind::PointExchange) => Self::PointExchange(wire::decode_reply(plain, None)?),
            Some(EventKind::SyncUserPoint) => Self::SyncUserPoint(wire::decode_reply(plain, None)?),
            // Of something unknown nothing is expected, not even JSON.
            None => Self::Unknown(UnknownEvent {
                event_type: event_type.to_owned(),
                resource: serde_json::from_slice(plain)
                    .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(plain).into_owned())),
            }),
        })
    }

    /// The kind, if it is one of the known ones.
    pub fn kind(&self) -> Option<EventKind> {
        match self {
            Self::UserCardCreated(_) => Some(EventKind::UserCardCreated),
            Self::UserCardDeleted(_) => Some(EventKind::UserCardDeleted),
            Self::PointExchange(_) => Some(EventKind::PointExchange),
            Self::SyncUserPoint(_) => Some(EventKind::SyncUserPoint),
            Self::Unknown(_) => None,
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
        }
    }
}

/// An event of a type that this version does not know. Its `Debug` hides the resource.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct UnknownEvent {
    /// The type, as it came.
    pub event_type: String,
    /// What was sealed; a text, if it is not JSON.
    pub resource: Value,
}

impl fmt::Debug for UnknownEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnknownEvent").field("event_type", &self.event_type).finish_non_exhaustive()
    }
}
