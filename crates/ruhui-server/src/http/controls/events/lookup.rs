//! Search for events: the waiting ones of the store, and those that the history knows.

use crate::event_history::{End, KnownEvent};
use crate::http::controls::outcome::Failure;
use crate::outbox::Delivery;
use crate::service::Service;
use crate::store::StoreError;
use ruhui_core::bilingual::Bilingual;
use ruhui_core::types::DateTime;

/// Number of characters from which on the beginning of an id names an event.
const SHORTEST_PREFIX: usize = 4;

/// An event, and what is known about it.
pub(in crate::http::controls) struct Event {
    /// The event as it waits, or as it was sent last.
    pub(in crate::http::controls) delivery: Delivery,
    /// State of the event.
    pub(in crate::http::controls) state: EventState,
    /// The history of the event.
    pub(in crate::http::controls) known: KnownEvent,
}

/// State of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::http::controls) enum EventState {
    /// The next attempt is due at some time.
    Waiting,
    /// An attempt is in progress.
    Sending,
    /// An attempt was accepted.
    Accepted,
    /// No attempt was accepted, and none is left.
    Ended,
    /// A control has removed the event.
    Dropped,
}

impl EventState {
    pub(super) const ALL: [Self; 5] =
        [Self::Waiting, Self::Sending, Self::Accepted, Self::Ended, Self::Dropped];

    pub(in crate::http::controls) fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sending => "sending",
            Self::Accepted => "accepted",
            Self::Ended => "ended",
            Self::Dropped => "dropped",
        }
    }
}

/// Returns all events, oldest first.
///
/// # Errors
///
/// [`StoreError`] when the store fails.
pub(in crate::http::controls) async fn all(service: &Service) -> Result<Vec<Event>, StoreError> {
    // The history comes last: an event that is accepted in between is then in both, rather than in neither.
    let sending = service.outbox().sending();
    let waiting = service.outbox().waiting().await?;
    let mut history = service.event_history.all();
    // An event that waits although it was accepted has come back with a snapshot.
    let state_of = |event_id: &str, end: Option<End>, waits: bool| match end {
        _ if sending.contains(event_id) => EventState::Sending,
        _ if waits => EventState::Waiting,
        Some(End::Accepted) => EventState::Accepted,
        Some(End::Dropped) => EventState::Dropped,
        Some(End::Ended) | None => EventState::Ended,
    };
    let mut events: Vec<Event> = Vec::with_capacity(waiting.len() + history.len());
    for loaded in waiting {
        let delivery = loaded.record;
        let known = history.remove(&delivery.event_id).unwrap_or_default();
        events.push(Event { state: state_of(&delivery.event_id, known.end, true), delivery, known });
    }
    events.extend(history.into_values().filter_map(|known| {
        // Without a delivery the event was queued, and has left the queue since, but by no attempt of this process.
        let delivery = known.delivery.clone()?;
        Some(Event { state: state_of(&delivery.event_id, known.end, false), delivery, known })
    }));
    let place = |event: &Event| -> (DateTime, u64, String) {
        (event.delivery.create_time, event.known.order, event.delivery.event_id.clone())
    };
    events.sort_by_cached_key(place);
    Ok(events)
}

/// Returns the event of an id, or of a unique beginning of one.
///
/// # Errors
///
/// [`Failure`]: no event has this id, several have this beginning, or the store failed.
pub(super) async fn find(service: &Service, id: &str) -> Result<Event, Failure> {
    let mut events = all(service).await?;
    if let Some(index) = events.iter().position(|event| event.delivery.event_id == id) {
        return Ok(events.swap_remove(index));
    }
    let is_prefix = id.len() >= SHORTEST_PREFIX;
    let mut found = events.into_iter().filter(|event| is_prefix && event.delivery.event_id.starts_with(id));
    match (found.next(), found.next()) {
        (Some(event), None) => Ok(event),
        (Some(first), Some(second)) => {
            let (first, second) = (first.delivery.event_id, second.delivery.event_id);
            Err(Failure::Invalid {
                field: "id",
                what: Bilingual::new(
                    format!(
                        "{id:?} is the beginning of several ids, such as {first} and {second}; write more of it"
                    ),
                    format!("{id:?} 是多个事件编号的开头，例如 {first} 和 {second}；请写得更长一些"),
                ),
            })
        }
        (None, _) => Err(Failure::NotFound {
            what: Bilingual::new(
                format!(
                    "there is no event {id:?}: ids have 36 characters, of which the first 4 or more are enough; \
                     `ruhui events` lists the events since the start or the last reset"
                ),
                format!(
                    "没有事件 {id:?}：事件编号共 36 个字符，可只写开头 4 个以上字符；\
                     `ruhui events` 可列出启动或重置以来的事件"
                ),
            ),
        }),
    }
}
