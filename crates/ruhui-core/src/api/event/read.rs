//! From what was inside the seal to an event, whatever it is.

use super::{Event, EventKind, UnfitEvent, UnknownEvent};
use crate::key::PrivateKey;
use crate::types::{BrandId, CardId, OpenId};
use crate::wire::{Fitted, Misfit, Node, fit, parse_received};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// An event, and what of it is not as the documents promise.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ReadEvent {
    /// What happened.
    pub event: Event,
    /// The members that do not fit: left out of the event, or, of an [`Event::Unfit`], why it does not fit.
    pub misfits: Vec<Misfit>,
}

/// What names a card, a user or a redemption; an empty text names nothing.
const NAMES: &[&str] = &["brand_id", "card_id", "openid", "record_id", "user_card_code"];

/// What nobody needs who acts on an event: an empty text stands for it where it is missing.
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

/// Whose card it is, if the resource says at least that.
#[derive(Deserialize)]
struct Member {
    brand_id: BrandId,
    card_id: CardId,
    openid: OpenId,
}

impl Event {
    /// Reads the resource of an event of this type, as it is inside the seal.
    ///
    /// No rule of requests holds for it: texts have any length, characters and form, members that are not known are
    /// ignored, values that are not known are kept, an empty text where one may be absent is an absent one. A member
    /// that does not fit is left out and reported where the event can do without it; else the event is
    /// [`Unfit`](Self::Unfit).
    ///
    /// Phone number and form values are plain inside the seal, or sealed once more, for the caller's private key:
    /// `own_key` opens them. Those that it does not open are as they came.
    ///
    /// ```
    /// use ruhui_core::api::event::Event;
    ///
    /// let plain = br#"{"brand_id":1077,"card_id":"c","openid":"o","user_card_code":"478515832665"}"#;
    /// let read = Event::read("BRAND_MEMBER_CARD_SP.SYNC_USER_POINT", plain, None);
    /// assert!(matches!(&read.event, Event::SyncUserPoint(event) if event.brand_id.as_str() == "1077"));
    ///
    /// let read = Event::read("BRAND_MEMBER_CARD_SP.SYNC_USER_POINT", b"{}", None);
    /// assert!(matches!(read.event, Event::Unfit(_)));
    /// assert_eq!(read.misfits[0].to_string(), "/brand_id is required");
    /// ```
    pub fn read(event_type: &str, plain: &[u8], own_key: Option<&PrivateKey>) -> ReadEvent {
        let tree = parse_received(plain);
        let Some(kind) = EventKind::of(event_type) else {
            // Of something unknown nothing is expected, not even JSON.
            let event = UnknownEvent { event_type: event_type.to_owned(), resource: value(tree.ok(), plain) };
            return ReadEvent { event: Self::Unknown(event), misfits: Vec::new() };
        };
        let (tree, misfits) = match tree {
            Err(misfit) => (None, vec![misfit]),
            Ok(tree) => {
                let (event, misfits) = match kind {
                    EventKind::UserCardCreated => typed(tree.clone(), own_key, Self::UserCardCreated),
                    EventKind::UserCardDeleted => typed(tree.clone(), own_key, Self::UserCardDeleted),
                    EventKind::PointExchange => typed(tree.clone(), own_key, Self::PointExchange),
                    EventKind::SyncUserPoint => typed(tree.clone(), own_key, Self::SyncUserPoint),
                };
                if let Some(event) = event {
                    return ReadEvent { event, misfits };
                }
                (Some(tree), misfits)
            }
        };
        let member = tree.clone().and_then(|tree| fit::<Member>(tree, None, NAMES, &[]).value.ok());
        let event = UnfitEvent {
            kind,
            event_type: event_type.to_owned(),
            resource: value(tree, plain),
            member: member.map(|Member { brand_id, card_id, openid }| (brand_id, card_id, openid)),
        };
        ReadEvent { event: Self::Unfit(event), misfits }
    }
}

fn typed<T: DeserializeOwned>(
    tree: Node,
    own_key: Option<&PrivateKey>,
    event: fn(T) -> Event,
) -> (Option<Event>, Vec<Misfit>) {
    let Fitted { value, misfits } = fit(tree, own_key, NAMES, FOR_SHOW);
    (value.ok().map(event), misfits)
}

/// The resource as it came: JSON, or else a text.
fn value(tree: Option<Node>, plain: &[u8]) -> Value {
    let text = || Value::String(String::from_utf8_lossy(plain).into_owned());
    tree.map_or_else(text, Value::from)
}
