//! Kinds of records, with the number under which each is stored.

use jiff::Timestamp;

/// Kind of a record. Ids are unique within a kind. The SQL backends store the kind's number, which never
/// changes and is never given to another kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Kind {
    /// A merchant and its certificates, keyed by `mchid`.
    Merchant = 1,
    /// A brand, keyed by `brand_id`.
    Brand = 2,
    /// List of a brand's templates and activities, in the order of their creation.
    Catalog = 3,
    /// A card template, keyed by `card_id`.
    Template = 4,
    /// A user, keyed by `openid`.
    User = 5,
    /// All cards of one user under one template.
    Member = 6,
    /// A unique name that can be taken once: card codes, request numbers.
    Claim = 7,
    /// A feed of a card.
    Feed = 8,
    /// A membership activity.
    Activity = 9,
    /// A redemption of points that waits for the merchant's confirmation.
    Redemption = 10,
    /// A callback that is queued for sending, keyed by its due time.
    Delivery = 11,
    /// An uploaded picture.
    Media = 12,
    /// A pre-auth token, keyed by its text.
    Token = 13,
    /// The stored response of a signed request, keyed by the request's id (the idempotency key): a resend
    /// gets this response.
    Answer = 14,
    /// Internal state of the service, keyed by name.
    Internal = 15,
}

impl Kind {
    /// Every kind, in the order of the numbers.
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

    /// The kinds whose records expire. An expiry on a record of another kind is ignored.
    pub const EXPIRING: [Self; 4] = [Self::Token, Self::Answer, Self::Redemption, Self::Feed];

    /// Returns the number that the SQL backends store.
    pub fn number(self) -> u8 {
        self as u8
    }

    /// Returns the expiry of a record of this kind in milliseconds since 1970, as the SQL backends store it.
    /// Records of kinds that do not expire have none.
    pub(super) fn expiry(self, expires: Option<Timestamp>) -> Option<i64> {
        expires.filter(|_| Self::EXPIRING.contains(&self)).map(Timestamp::as_millisecond)
    }

    /// Returns the kind's name, as people see it and as the record of provisioned values uses it.
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
