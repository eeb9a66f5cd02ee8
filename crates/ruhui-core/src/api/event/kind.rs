//! The kinds of events, and the names of each kind on the wire.

use crate::types::Family;

/// The kind of an event. Each family has a different `event_type` for it.
///
/// ```
/// use ruhui_core::api::event::EventKind;
/// use ruhui_core::types::Family;
///
/// let kind = EventKind::UserCardCreated;
/// assert_eq!(kind.event_type(Family::Partner), "BRAND_MEMBER_CARD_SP.USER_CARD.CREATE");
/// assert_eq!(EventKind::of("BRAND_MEMBER_CARD.USER_CARD.CREATE"), Some(kind));
/// assert_eq!(EventKind::of("MEMBERCARDSP.USER_CARD.CREATE"), Some(kind)); // until July 2025
/// assert_eq!(EventKind::of("TRANSACTION.SUCCESS"), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum EventKind {
    /// `USER_CARD.CREATE`: the user opened a card.
    UserCardCreated,
    /// `USER_CARD.DELETE`: the user deleted a card.
    UserCardDeleted,
    /// `POINT_EXCHANGE_COUPON`: the user asks to redeem points for a coupon.
    PointExchange,
    /// `SYNC_USER_POINT`: the user looks at the points, so WeChat Pay asks for the balance.
    SyncUserPoint,
}

impl EventKind {
    /// Every kind.
    pub const ALL: [Self; 4] =
        [Self::UserCardCreated, Self::UserCardDeleted, Self::PointExchange, Self::SyncUserPoint];

    /// Returns the kind of an `event_type` of either family, or of the documents' edition of June 2025.
    pub fn of(event_type: &str) -> Option<Self> {
        let (product, name) = event_type.split_once('.')?;
        let kind = Self::ALL.into_iter().find(|kind| kind.name() == name)?;
        match product {
            PARTNER | BRAND => Some(kind),
            // The edition of June 2025 had card events only.
            OLD => Some(kind).filter(|kind| kind.original_type() == "user_card"),
            _ => None,
        }
    }

    /// Returns the `event_type` of this kind in `family`.
    pub fn event_type(self, family: Family) -> &'static str {
        match (family, self) {
            (Family::Partner, Self::UserCardCreated) => "BRAND_MEMBER_CARD_SP.USER_CARD.CREATE",
            (Family::Partner, Self::UserCardDeleted) => "BRAND_MEMBER_CARD_SP.USER_CARD.DELETE",
            (Family::Partner, Self::PointExchange) => "BRAND_MEMBER_CARD_SP.POINT_EXCHANGE_COUPON",
            (Family::Partner, Self::SyncUserPoint) => "BRAND_MEMBER_CARD_SP.SYNC_USER_POINT",
            (Family::Brand, Self::UserCardCreated) => "BRAND_MEMBER_CARD.USER_CARD.CREATE",
            (Family::Brand, Self::UserCardDeleted) => "BRAND_MEMBER_CARD.USER_CARD.DELETE",
            (Family::Brand, Self::PointExchange) => "BRAND_MEMBER_CARD.POINT_EXCHANGE_COUPON",
            (Family::Brand, Self::SyncUserPoint) => "BRAND_MEMBER_CARD.SYNC_USER_POINT",
        }
    }

    /// Returns the `original_type` of the resource, which is also its `associated_data`.
    pub fn original_type(self) -> &'static str {
        match self {
            Self::UserCardCreated | Self::UserCardDeleted => "user_card",
            Self::PointExchange => "point_coupon",
            Self::SyncUserPoint => "sync_user_point",
        }
    }

    /// Returns the `summary` of the notification, as in the pages' examples; the one for the deletion is ours.
    pub fn summary(self) -> &'static str {
        match self {
            Self::UserCardCreated => "用户开通会员卡通知",
            Self::UserCardDeleted => "用户删除会员卡通知",
            Self::PointExchange => "用户积分兑券事件通知",
            Self::SyncUserPoint => "用户积分同步事件通知",
        }
    }

    /// Whether WeChat Pay retries the callback until it is accepted: every 60 seconds, 11 times at most.
    pub fn is_retried(self) -> bool {
        self != Self::SyncUserPoint
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::UserCardCreated => "USER_CARD.CREATE",
            Self::UserCardDeleted => "USER_CARD.DELETE",
            Self::PointExchange => "POINT_EXCHANGE_COUPON",
            Self::SyncUserPoint => "SYNC_USER_POINT",
        }
    }
}

const PARTNER: &str = "BRAND_MEMBER_CARD_SP";
const BRAND: &str = "BRAND_MEMBER_CARD";
/// The prefix of the edition of 2025.06.22.
const OLD: &str = "MEMBERCARDSP";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_read_back() {
        for kind in EventKind::ALL {
            for family in [Family::Partner, Family::Brand] {
                assert_eq!(EventKind::of(kind.event_type(family)), Some(kind));
            }
            let old = EventKind::of(&format!("MEMBERCARDSP.{}", kind.name()));
            assert_eq!(old.is_some(), kind.original_type() == "user_card");
        }
    }

    #[test]
    fn what_only_looks_like_a_name_is_none() {
        for name in ["", ".", "USER_CARD.CREATE", "BRAND_MEMBER_CARD", "brand_member_card.user_card.create"] {
            assert_eq!(EventKind::of(name), None, "{name}");
        }
    }

    #[test]
    fn the_envelope_holds_what_the_pages_allow() {
        for kind in EventKind::ALL {
            assert!(kind.original_type().len() <= 16 && kind.summary().chars().count() <= 64);
        }
    }
}
