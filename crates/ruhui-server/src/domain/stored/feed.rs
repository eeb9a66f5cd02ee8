//! Storage form of member news.

use super::HasForm;
use ruhui_core::api::card_member::UserFeed;
use ruhui_core::types::{BrandId, CardId, FeedCell, Text, UserCardCode};
use serde::{Deserialize, Serialize};

/// Storage form of a piece of news, as it was created.
#[derive(Serialize, Deserialize)]
pub(in crate::domain) struct StoredFeed {
    brand_id: BrandId,
    card_id: CardId,
    user_card_code: UserCardCode,
    out_request_no: Text<64>,
    cell: FeedCell,
}

impl From<UserFeed> for StoredFeed {
    fn from(wire: UserFeed) -> Self {
        Self {
            brand_id: wire.brand_id,
            card_id: wire.card_id,
            user_card_code: wire.user_card_code,
            out_request_no: wire.out_request_no,
            cell: wire.cell,
        }
    }
}

impl From<StoredFeed> for UserFeed {
    fn from(stored: StoredFeed) -> Self {
        Self::new(stored.brand_id, stored.card_id, stored.user_card_code, stored.out_request_no, stored.cell)
    }
}

impl HasForm for UserFeed {
    type Form = StoredFeed;
}
