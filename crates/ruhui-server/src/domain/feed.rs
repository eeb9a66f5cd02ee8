//! Member news (会员动态, page 4015336987).

use super::{Brand, Member, stored};
use crate::store::records::join;
use crate::store::{Kind, Record};
use jiff::Timestamp;
use ruhui_core::api::card_member::{UserCardState, UserFeed};
use ruhui_core::api::{Row, rows};
use ruhui_core::types::{BrandId, DateTime, FeedCell, OpenId, UserCardCode};
use serde::{Deserialize, Serialize};

/// Number of the last news template that page 4015534755 lists; the first is 0.
const LAST_TEMPLATE: u32 = 17;

/// The news templates whose text has a placeholder for a value. Of the templates for paid benefits, 10 to 17,
/// the page shows a value for 15 only.
const FILLED_TEMPLATES: [&str; 9] = ["1", "2", "4", "5", "6", "7", "8", "9", "15"];

/// A piece of news. The record is also the claim of its `out_request_no`, so it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feed {
    /// News as the API returns it.
    #[serde(with = "stored")]
    pub feed: UserFeed,
    /// User who receives the news.
    pub openid: OpenId,
    /// Time of creation.
    pub create_time: DateTime,
}

impl Feed {
    /// Returns the record's id: an `out_request_no` is unique within its brand.
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

/// Checks the contents of a piece of news. `earlier` is the feed with the same `out_request_no`.
///
/// # Errors
///
/// The first row of the page's error table that applies. The `out_request_no` is checked before all states: a
/// client that retries a creation after a lost response gets FEED_EXISTS, and so knows that the creation
/// succeeded.
pub fn check_cell(brand: &Brand, cell: &FeedCell, earlier: Option<&Feed>) -> Result<(), &'static Row> {
    if !is_legal(cell) {
        return Err(&rows::FEED_CELL_ILLEGAL);
    }
    if !is_permitted(brand, cell.template()) {
        return Err(&rows::FEED_NOT_PERMITTED);
    }
    match earlier {
        Some(_) => Err(&rows::FEED_EXISTS),
        None => Ok(()),
    }
}

/// Checks that the receiver is a member.
///
/// # Errors
///
/// NOT_A_MEMBER.
pub fn check_member(
    member: Option<&Member>,
    code: &UserCardCode,
    now: Timestamp,
) -> Result<(), &'static Row> {
    match member.and_then(|member| member.card(code)) {
        Some(held) if held.state(now) == UserCardState::Effective => Ok(()),
        _ => Err(&rows::NOT_A_MEMBER),
    }
}

/// Whether the template of the cell is a number (page 4015534755), and the cell has a value if the template's
/// text needs one.
fn is_legal(cell: &FeedCell) -> bool {
    let template = cell.template();
    let is_number = template.bytes().all(|byte| byte.is_ascii_digit());
    let is_filled = template.len() < cell.as_str().len();
    is_number && (is_filled || !FILLED_TEMPLATES.contains(&template))
}

/// Whether the brand may use a news template.
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
    use ruhui_core::api::rows::Id;

    #[test]
    fn not_a_member() {
        use UserCardState::{Effective, Expired, Invalid, Unactivated};
        let check = |state, number| {
            let member = sample::member(vec![held(state)]);
            check_member(Some(&member), &code(number), now()).map_err(|row| row.id)
        };
        for state in [Unactivated, Expired, Invalid] {
            assert_eq!(check(state, "1"), Err(Id::NOT_A_MEMBER));
        }
        assert_eq!([check(Effective, "1"), check(Effective, "9")], [Ok(()), Err(Id::NOT_A_MEMBER)]);
        assert_eq!(check_member(None, &code("1"), now()), Err(&rows::NOT_A_MEMBER));
    }

    #[test]
    fn feed_not_permitted() {
        let mut brand = sample::brand();
        let tried =
            |brand: &Brand, cell: &str| check_cell(brand, &cell.parse().unwrap(), None).map_err(|row| row.id);
        for (cell, expected) in [
            ("0", Ok(())),
            ("17_1", Ok(())),
            ("18", Err(Id::FEED_NOT_PERMITTED)),
            ("00", Err(Id::FEED_NOT_PERMITTED)),
        ] {
            assert_eq!(tried(&brand, cell), expected, "{cell}");
        }
        brand.feed_templates = Some(vec!["99".to_owned()]);
        assert_eq!([tried(&brand, "99_1"), tried(&brand, "1_1")], [Ok(()), Err(Id::FEED_NOT_PERMITTED)]);
    }

    #[test]
    fn feed_cell_illegal() {
        let tried =
            |cell: &str| check_cell(&sample::brand(), &cell.parse().unwrap(), None).map_err(|row| row.id);
        for cell in ["x", "a_1", "1a_1", "1", "7", "15"] {
            assert_eq!(tried(cell), Err(Id::FEED_CELL_ILLEGAL), "{cell}");
        }
        for cell in ["0", "3", "10", "1_400", "15_1200_1"] {
            assert_eq!(tried(cell), Ok(()), "{cell}");
        }
    }

    #[test]
    fn feed_exists() {
        let feed = UserFeed::new(
            sample::brand_id(),
            sample::card_id(),
            code("1"),
            sample::text("n"),
            "0".parse().unwrap(),
        );
        let earlier = Feed { feed, openid: sample::openid(), create_time: sample::seconds(-1) };
        let result = check_cell(&sample::brand(), &"0".parse().unwrap(), Some(&earlier));
        assert_eq!(result, Err(&rows::FEED_EXISTS));
    }
}
