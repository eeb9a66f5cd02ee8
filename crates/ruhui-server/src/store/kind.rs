//! The kinds of records that there are.

/// What kind of record a key names. Ids are unique within a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A merchant and its certificates, by `mchid`.
    Merchant,
    /// A brand, by `brand_id`.
    Brand,
    /// What a brand has, in the order it came: templates and activities.
    Catalog,
    /// A card template, by `card_id`.
    Template,
    /// A user, by `openid`.
    User,
    /// All cards of one user under one template.
    Member,
    /// A name that may be used once: card codes, numbers of requests.
    Claim,
    /// A feed of a card.
    Feed,
    /// A membership activity.
    Activity,
    /// A redemption of points that waits for its merchant.
    Redemption,
    /// A callback that is still to be sent, by the time it is due.
    Delivery,
    /// An uploaded picture.
    Media,
    /// A pre-auth token, by itself.
    Token,
    /// The answer that a signed request got, by the request's id.
    Answer,
    /// What the service keeps for itself, by name.
    Internal,
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

    /// The name of the table in the SQL backends.
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
