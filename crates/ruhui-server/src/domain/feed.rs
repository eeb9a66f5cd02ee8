//! Member news (会员动态, page 4015336987).

use super::{Brand, Member};
use crate::store::records::join;
use crate::store::{Kind, Record};
use jiff::Timestamp;
use ruhui_core::api::card_member::{UserCardState, UserFeed};
use ruhui_core::api::{Row, rows};
use ruhui_core::types::{BrandId, DateTime, FeedCell, OpenId, UserCardCode};
use serde::{Deserialize, Serialize};

/// The last of the templates of news that page 4015534755 lists; the first is 0.
const LAST_TEMPLATE: u32 = 17;

/// A piece of news. Its record is also the claim on its number, so it stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feed {
    /// What the API says of it.
    pub feed: UserFeed,
    /// To whom.
    pub openid: OpenId,
    /// When.
    pub create_time: DateTime,
}

impl Feed {
    /// The record's id: a number is a brand's own.
    pub fn id_of(brand_id: &BrandId, out_request_no: &str) -> String {
        join(&[brand_id.as_str(), out_request_no])
    }
}

impl Record for Feed {
    const KIND: Kind = Kind::Feed;

    fn id(&self) -> String {
        Self::id_of(&self.feed.brand_id, self.feed.out_request_no.as_str())
    }
}

/// Decides whether a piece of news is created; `earlier` is the feed of the same number.
///
/// # Errors
///
/// The first row of the page that applies.
pub fn check_feed(
    brand: &Brand,
    member: Option<&Member>,
    code: &UserCardCode,
    cell: &FeedCell,
    earlier: Option<&Feed>,
    now: Timestamp,
) -> Result<(), &'static Row> {
    let held = member.and_then(|member| member.card(code));
    if held.is_none_or(|held| held.state(now) != UserCardState::Effective) {
        return Err(&rows::NOT_A_MEMBER);
    }
    if !is_permitted(brand, cell.template()) {
        return Err(&rows::FEED_NOT_PERMITTED);
    }
    match earlier {
        Some(_) => Err(&rows::FEED_EXISTS),
        None => Ok(()),
    }
}

/// Whether the brand may use a template of news.
fn is_permitted(brand: &Brand, template: &str) -> bool {
    match &brand.feed_templates {
        Some(permitted) => permitted.iter().any(|known| known == template),
        None => (0..=LAST_TEMPLATE).any(|known| known.to_string() == template),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::sample::{self, code, held, now};

    fn check(brand: &Brand, state: UserCardState, number: &str, cell: &str) -> Result<(), &'static str> {
        let member = sample::member(vec![held(state)]);
        check_feed(brand, Some(&member), &code(number), &cell.parse().unwrap(), None, now())
            .map_err(|row| row.name)
    }

    #[test]
    fn not_a_member() {
        use UserCardState::{Effective, Expired, Invalid, Unactivated};
        for state in [Unactivated, Expired, Invalid] {
            assert_eq!(check(&sample::brand(), state, "1", "0"), Err("not_a_member"));
        }
        assert_eq!(check(&sample::brand(), Effective, "9", "0"), Err("not_a_member"));
        let nobody = check_feed(&sample::brand(), None, &code("1"), &"0".parse().unwrap(), None, now());
        assert_eq!(nobody, Err(&rows::NOT_A_MEMBER));
    }

    #[test]
    fn feed_not_permitted() {
        let mut brand = sample::brand();
        let tried = |brand: &Brand, cell| check(brand, UserCardState::Effective, "1", cell);
        for (cell, expected) in [
            ("0", Ok(())),
            ("17_1", Ok(())),
            ("18", Err("feed_not_permitted")),
            ("00", Err("feed_not_permitted")),
            ("a_1", Err("feed_not_permitted")),
        ] {
            assert_eq!(tried(&brand, cell), expected, "{cell}");
        }
        brand.feed_templates = Some(vec!["a".to_owned()]);
        assert_eq!([tried(&brand, "a_1"), tried(&brand, "1_1")], [Ok(()), Err("feed_not_permitted")]);
    }

    #[test]
    fn feed_exists() {
        let feed = UserFeed {
            brand_id: sample::brand_id(),
            card_id: sample::card_id(),
            user_card_code: code("1"),
            out_request_no: sample::text("n"),
            cell: "0".parse().unwrap(),
        };
        let earlier = Feed { feed, openid: sample::openid(), create_time: sample::seconds(-1) };
        let member = sample::member(vec![held(UserCardState::Effective)]);
        let result = check_feed(
            &sample::brand(),
            Some(&member),
            &code("1"),
            &"0".parse().unwrap(),
            Some(&earlier),
            now(),
        );
        assert_eq!(result, Err(&rows::FEED_EXISTS));
    }
}
