//! Reads a decrypted resource as an event, whatever the resource holds.

use super::{Event, EventKind, InvalidEvent, UnknownEvent};
use crate::key::PrivateKey;
use crate::types::{BrandId, CardId, OpenId};
use crate::wire::{Fitted, InvalidField, Node, fit, parse_received};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// The result of reading a resource: the event, and the members that are not as documented.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ReadEvent {
    /// The event.
    pub event: Event,
    /// The members that are not as documented. The event leaves them out; if it is an [`Event::Invalid`], they are
    /// the reason.
    pub invalid_fields: Vec<InvalidField>,
}

/// The members that identify a card, a user or a redemption. An empty one counts as missing.
const NAMES: &[&str] = &["brand_id", "card_id", "openid", "record_id", "user_card_code"];

/// The members that a handler of the event can do without. A missing one is read as an empty text.
const FOR_SHOW: &[&str] = &[
    "appid",
    "card_color",
    "card_picture_url",
    "card_type",
    "user_card_state",
    "exchange_coupon_template_id",
    "product_coupon_id",
    "product_coupon_stock_type",
    "stock_id",
];

/// The brand, card template and user of an event that is otherwise invalid.
#[derive(Deserialize)]
struct Member {
    brand_id: BrandId,
    card_id: CardId,
    openid: OpenId,
}

impl Event {
    /// Reads `plain`, the decrypted resource of an event of type `event_type`.
    ///
    /// The rules of requests do not apply: texts may have any length, characters and form, unknown members are
    /// ignored, unknown values are kept, and an empty text of an optional member counts as absent. A member that is
    /// not as documented is left out and reported if the event does not require it; otherwise the event is
    /// [`Invalid`](Self::Invalid).
    ///
    /// The phone number and the form values of a decrypted resource are plain, or encrypted a second time for
    /// the caller's private key. `own_key` decrypts such values; a value that it does not decrypt is kept as
    /// received.
    ///
    /// ```
    /// use ruhui_core::api::event::Event;
    ///
    /// let plain = br#"{"brand_id":1077,"card_id":"c","openid":"o","user_card_code":"478515832665"}"#;
    /// let read = Event::read("BRAND_MEMBER_CARD_SP.SYNC_USER_POINT", plain, None);
    /// assert!(matches!(&read.event, Event::SyncUserPoint(event) if event.brand_id.as_str() == "1077"));
    ///
    /// let read = Event::read("BRAND_MEMBER_CARD_SP.SYNC_USER_POINT", b"{}", None);
    /// assert!(matches!(read.event, Event::Invalid(_)));
    /// assert_eq!(read.invalid_fields[0].to_string(), "/brand_id is required");
    /// ```
    pub fn read(event_type: &str, plain: &[u8], own_key: Option<&PrivateKey>) -> ReadEvent {
        let tree = parse_received(plain);
        let Some(kind) = EventKind::of(event_type) else {
            // The resource of an unknown type has no documented form, and may not be JSON.
            let event = UnknownEvent { event_type: event_type.to_owned(), resource: value(tree.ok(), plain) };
            return ReadEvent { event: Self::Unknown(event), invalid_fields: Vec::new() };
        };
        let (tree, invalid_fields) = match tree {
            Err(invalid_field) => (None, vec![invalid_field]),
            Ok(tree) => {
                let (event, invalid_fields) = match kind {
                    EventKind::UserCardCreated => typed(tree.clone(), own_key, Self::UserCardCreated),
                    EventKind::UserCardDeleted => typed(tree.clone(), own_key, Self::UserCardDeleted),
                    EventKind::PointExchange => typed(tree.clone(), own_key, Self::PointExchange),
                    EventKind::SyncUserPoint => typed(tree.clone(), own_key, Self::SyncUserPoint),
                };
                if let Some(event) = event {
                    return ReadEvent { event, invalid_fields };
                }
                (Some(tree), invalid_fields)
            }
        };
        let member = tree.clone().and_then(|tree| fit::<Member>(tree, None, NAMES, &[]).value.ok());
        let event = InvalidEvent {
            kind,
            event_type: event_type.to_owned(),
            resource: value(tree, plain),
            member: member.map(|Member { brand_id, card_id, openid }| (brand_id, card_id, openid)),
        };
        ReadEvent { event: Self::Invalid(event), invalid_fields }
    }
}

fn typed<T: DeserializeOwned>(
    tree: Node,
    own_key: Option<&PrivateKey>,
    event: fn(T) -> Event,
) -> (Option<Event>, Vec<InvalidField>) {
    let Fitted { value, invalid_fields } = fit(tree, own_key, NAMES, FOR_SHOW);
    (value.ok().map(event), invalid_fields)
}

/// Returns the resource as received: its JSON, or its text if it is not JSON.
fn value(tree: Option<Node>, plain: &[u8]) -> Value {
    let text = || Value::String(String::from_utf8_lossy(plain).into_owned());
    tree.map_or_else(text, Value::from)
}
