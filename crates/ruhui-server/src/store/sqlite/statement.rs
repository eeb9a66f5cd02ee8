//! SQL texts, one for each kind.

/// The parts with the kind's table between them, as a constant: the statement cache compares texts.
macro_rules! statement {
    ($kind:expr, $first:literal $(, $rest:literal)+) => {
        match $kind {
            Kind::Merchant => concat!($first $(, "merchants", $rest)+),
            Kind::Brand => concat!($first $(, "brands", $rest)+),
            Kind::Catalog => concat!($first $(, "catalogs", $rest)+),
            Kind::Template => concat!($first $(, "templates", $rest)+),
            Kind::User => concat!($first $(, "users", $rest)+),
            Kind::Member => concat!($first $(, "members", $rest)+),
            Kind::Claim => concat!($first $(, "claims", $rest)+),
            Kind::Feed => concat!($first $(, "feeds", $rest)+),
            Kind::Activity => concat!($first $(, "activities", $rest)+),
            Kind::Redemption => concat!($first $(, "redemptions", $rest)+),
            Kind::Delivery => concat!($first $(, "deliveries", $rest)+),
            Kind::Media => concat!($first $(, "media", $rest)+),
            Kind::Token => concat!($first $(, "tokens", $rest)+),
            Kind::Answer => concat!($first $(, "answers", $rest)+),
            Kind::Internal => concat!($first $(, "internals", $rest)+),
        }
    };
}
pub(super) use statement;

#[cfg(test)]
mod tests {
    use crate::store::Kind;

    #[test]
    fn each_kind_has_its_own_table() {
        for kind in Kind::ALL {
            assert_eq!(statement!(kind, "a ", " b ", " c"), format!("a {0} b {0} c", kind.table()));
        }
    }
}
