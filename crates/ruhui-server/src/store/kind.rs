//! The kinds of records that there are.

use jiff::Timestamp;

/// The kind of a record. Ids are unique within a kind. The SQL backends store the number of a kind, which never
/// changes and is never given to another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Kind {
    /// A merchant and its certificates, by `mchid`.
    Merchant = 1,
    /// A brand, by `brand_id`.
    Brand = 2,
    /// What a brand has, in the order it came: templates and activities.
    Catalog = 3,
    /// A card template, by `card_id`.
    Template = 4,
    /// A user, by `openid`.
    User = 5,
    /// All cards of one user under one template.
    Member = 6,
    /// A name that may be used once: card codes, numbers of requests.
    Claim = 7,
    /// A feed of a card.
    Feed = 8,
    /// A membership activity.
    Activity = 9,
    /// A redemption of points that waits for its merchant.
    Redemption = 10,
    /// A callback that is still to be sent, by the time it is due.
    Delivery = 11,
    /// An uploaded picture.
    Media = 12,
    /// A pre-auth token, by itself.
    Token = 13,
    /// The answer that a signed request got, by the request's id.
    Answer = 14,
    /// What the service keeps for itself, by name.
    Internal = 15,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 15] = [
        Self::Merchant,
        Self::Brand,
        Self::Catalog,
        Self::Template,
        Self::User,
        Self::Member,
        Self::Claim,
        Self::Feed,
        Self::Activity,
        Self::Redemption,
        Self::Delivery,
        Self::Media,
        Self::Token,
        Self::Answer,
        Self::Internal,
    ];

    /// The kinds whose records may be forgotten. A time on a record of another kind means nothing.
    pub const EXPIRING: [Self; 4] = [Self::Token, Self::Answer, Self::Redemption, Self::Feed];

    /// The number that the SQL backends store.
    pub fn number(self) -> u8 {
        self as u8
    }

    /// The time after which a record of this kind may be forgotten, in milliseconds since 1970, as the SQL backends store
    /// it. Records of other kinds have none.
    pub(super) fn expiry(self, expires: Option<Timestamp>) -> Option<i64> {
        expires.filter(|_| Self::EXPIRING.contains(&self)).map(Timestamp::as_millisecond)
    }

    /// The kind's name for people, and in the record of what was provisioned.
    pub fn table(self) -> &'static str {
        match self {
            Self::Merchant => "merchants",
            Self::Brand => "brands",
            Self::Catalog => "catalogs",
            Self::Template => "templates",
            Self::User => "users",
            Self::Member => "members",
            Self::Claim => "claims",
            Self::Feed => "feeds",
            Self::Activity => "activities",
            Self::Redemption => "redemptions",
            Self::Delivery => "deliveries",
            Self::Media => "media",
            Self::Token => "tokens",
            Self::Answer => "answers",
            Self::Internal => "internals",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_kinds_are_those_that_stores_have() {
        let numbers = Kind::ALL.map(|kind| (kind.number(), kind.table()));
        let stored = [
            (1, "merchants"),
            (2, "brands"),
            (3, "catalogs"),
            (4, "templates"),
            (5, "users"),
            (6, "members"),
            (7, "claims"),
            (8, "feeds"),
            (9, "activities"),
            (10, "redemptions"),
            (11, "deliveries"),
            (12, "media"),
            (13, "tokens"),
            (14, "answers"),
            (15, "internals"),
        ];
        assert_eq!(numbers, stored);
    }
}
