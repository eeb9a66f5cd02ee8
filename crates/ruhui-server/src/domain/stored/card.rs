//! Storage form of a user's card.

use super::HasForm;
use super::parts::{StoredAnswers, StoredValidity};
use ruhui_core::api::card_member::{CardType, UserCard, UserCardState};
use ruhui_core::types::{BrandId, CardId, Color, DateTime, OpenId, PhoneNumber, Text, UserCardCode};
use serde::{Deserialize, Serialize};

/// Storage form of a card, in the state that was written last.
#[derive(Serialize, Deserialize)]
pub(in crate::domain) struct StoredCard {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    user_card_code: Option<UserCardCode>,
    card_id: CardId,
    openid: OpenId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    card_color: Option<Color>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    card_picture_url: Option<Text<256>>,
    brand_id: BrandId,
    card_type: CardType,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    phone_number: Option<PhoneNumber>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    level: Option<Text<10>>,
    valid_date_information: StoredValidity,
    pickup_time: DateTime,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    user_information: Option<StoredAnswers>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    attach: Option<Text<256>>,
    user_card_state: UserCardState,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    invalid_reason: Option<Text<256>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    invalid_time: Option<DateTime>,
    create_time: DateTime,
    modify_time: DateTime,
}

impl From<UserCard> for StoredCard {
    fn from(wire: UserCard) -> Self {
        Self {
            user_card_code: wire.user_card_code,
            card_id: wire.card_id,
            openid: wire.openid,
            card_color: wire.card_color,
            card_picture_url: wire.card_picture_url,
            brand_id: wire.brand_id,
            card_type: wire.card_type,
            phone_number: wire.phone_number,
            level: wire.level,
            valid_date_information: wire.valid_date_information.into(),
            pickup_time: wire.pickup_time,
            user_information: wire.user_information.map(Into::into),
            attach: wire.attach,
            user_card_state: wire.user_card_state,
            invalid_reason: wire.invalid_reason,
            invalid_time: wire.invalid_time,
            create_time: wire.create_time,
            modify_time: wire.modify_time,
        }
    }
}

impl From<StoredCard> for UserCard {
    fn from(stored: StoredCard) -> Self {
        let mut wire = Self::new(
            stored.brand_id,
            stored.card_id,
            stored.openid,
            stored.card_type,
            stored.valid_date_information.into(),
            stored.user_card_state,
            stored.pickup_time,
        );
        wire.user_card_code = stored.user_card_code;
        wire.card_color = stored.card_color;
        wire.card_picture_url = stored.card_picture_url;
        wire.phone_number = stored.phone_number;
        wire.level = stored.level;
        wire.user_information = stored.user_information.map(Into::into);
        wire.attach = stored.attach;
        wire.invalid_reason = stored.invalid_reason;
        wire.invalid_time = stored.invalid_time;
        wire.create_time = stored.create_time;
        wire.modify_time = stored.modify_time;
        wire
    }
}

impl HasForm for UserCard {
    type Form = StoredCard;
}
