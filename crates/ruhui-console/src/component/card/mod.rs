//! The member card as its user sees it: face, code, points, news and agreement, and the user's acts.
//!
//! The component and the console show it by the same template, `component/card.html`. Each gives the addresses of the acts.

mod acts;
mod code;
mod news;
mod points;
mod texts;
mod validity;
mod view;

pub(crate) use acts::{ActAddresses, delete, redeem, view_points};
pub(crate) use code::{CardCode, ShownCode};
pub(crate) use news::NewsText;
pub(crate) use points::Outcome;
pub(crate) use texts::CardTexts;
pub(crate) use view::{Held, MemberCard, Standing, UserCard};

/// Number of pieces of news that a card shows.
const NEWS_SHOWN: usize = 10;
/// Number of redemptions that a card shows.
const REDEMPTIONS_SHOWN: usize = 5;
