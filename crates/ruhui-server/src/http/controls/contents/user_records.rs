//! The records about a user's cards of a template: tokens, redemptions of points, and news.

use super::scan;
use crate::domain::{Feed, Member, Redemption, TokenRecord};
use crate::store::records::join;
use crate::store::{Store, StoreError};
use serde_json::{Value, json};
use std::cmp::Reverse;

/// The records about a user's cards of a template, in the order of their ids.
pub(super) struct UserRecords {
    pub(super) tokens: Vec<TokenRecord>,
    pub(super) redemptions: Vec<Redemption>,
    pub(super) feeds: Vec<Feed>,
    /// Whether all records of the store were searched.
    pub(super) is_complete: bool,
}

/// Reads the records about a user's cards of a template.
///
/// # Errors
///
/// [`StoreError`] when the store fails.
pub(super) async fn read(store: &dyn Store, member: &Member) -> Result<UserRecords, StoreError> {
    let tokens = scan::all(store, "", |token: TokenRecord| {
        (token.openid == member.openid && token.card_id == member.card_id).then_some(token)
    });
    let tokens = tokens.await?;
    let redemptions = scan::all(store, "", |redemption: Redemption| {
        let asked = &redemption.asked;
        (asked.openid == member.openid && asked.card_id == member.card_id).then_some(redemption)
    });
    let redemptions = redemptions.await?;
    let of_brand = join(&[member.brand_id.as_str(), ""]);
    let feeds = scan::all(store, &of_brand, |feed: Feed| {
        (feed.openid == member.openid && feed.feed.card_id == member.card_id).then_some(feed)
    });
    let feeds = feeds.await?;
    Ok(UserRecords {
        is_complete: [&tokens.next, &redemptions.next, &feeds.next].into_iter().all(Option::is_none),
        tokens: tokens.found,
        redemptions: redemptions.found,
        feeds: feeds.found,
    })
}

impl UserRecords {
    /// Returns the redemptions as JSON, newest first. A redemption without an outcome waits for the merchant.
    pub(super) fn shown_redemptions(&self) -> Vec<Value> {
        let mut redemptions: Vec<&Redemption> = self.redemptions.iter().collect();
        redemptions.sort_by_key(|redemption| Reverse(redemption.create_time.timestamp()));
        let shown = redemptions.into_iter().map(|Redemption { asked, create_time, outcome }| {
            let mut shown = json!({
                "record_id": asked.record_id,
                "user_card_code": asked.user_card_code,
                "exchange_coupon_template_id": asked.exchange_coupon_template_id,
                "deduct_points": asked.deduct_points,
                "create_time": create_time,
            });
            if let Some(outcome) = outcome {
                shown["outcome"] = json!(outcome);
            }
            shown
        });
        shown.collect()
    }

    /// Returns the news as JSON, newest first.
    pub(super) fn shown_feeds(&self) -> Vec<Value> {
        let mut feeds: Vec<&Feed> = self.feeds.iter().collect();
        feeds.sort_by_key(|feed| Reverse(feed.create_time.timestamp()));
        let shown = feeds.into_iter().map(|Feed { feed, create_time, .. }| {
            json!({
                "out_request_no": feed.out_request_no,
                "user_card_code": feed.user_card_code,
                "cell": feed.cell,
                "create_time": create_time,
            })
        });
        shown.collect()
    }
}
