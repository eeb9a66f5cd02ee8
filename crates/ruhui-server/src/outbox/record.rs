//! The stored delivery: one queued event for one URL, with its attempts and its retry schedule.

use super::client::CallbackResponse;
use super::failure::CallbackFailure;
use crate::store::records::{join, last_part, put};
use crate::store::{Batch, Kind, Loaded, Record, Write};
use jiff::{SignedDuration, Timestamp};
use ruhui_core::api::event::EventKind;
use ruhui_core::api::security::EchoEvent;
use ruhui_core::env::Entropy;
use ruhui_core::types::{BrandId, Caller, DateTime, MchId, NotifyUrl};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Retry schedule: when an event is sent again until it is accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(clippy::exhaustive_enums, reason = "whoever stores one means one of these")]
pub enum Schedule {
    /// Every 60 seconds, up to 11 times (partner page 4015283692).
    #[default]
    EveryMinute,
    /// Once (partner page 4016096820).
    Once,
    /// Up to 10 times, after 15, 15, 30 and 180 seconds, four times half an hour, and an hour (partner page
    /// 4019605946).
    Echo,
}

impl Schedule {
    /// Pauses between attempts, in seconds.
    const ECHO: [i64; 9] = [15, 15, 30, 180, 1800, 1800, 1800, 1800, 3600];

    /// The maximum number of attempts.
    pub(super) fn attempts(self) -> u32 {
        match self {
            Self::EveryMinute => 11,
            Self::Once => 1,
            Self::Echo => Self::ECHO.len() as u32 + 1,
        }
    }

    /// Returns the pause between the attempt with this number, counted from 1, and the next attempt.
    fn pause(self, made: u32) -> SignedDuration {
        let seconds = match self {
            Self::EveryMinute | Self::Once => 60,
            Self::Echo => {
                let index = (made.max(1) - 1) as usize;
                Self::ECHO[index.min(Self::ECHO.len() - 1)]
            }
        };
        SignedDuration::from_secs(seconds)
    }

    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// Age at which a delivery has only one attempt left: the time since the first attempt began, in business
/// time. Every schedule ends long before, unless the service was down or the endpoint has more waiting
/// callbacks than it accepts.
pub(super) const AGE: SignedDuration = SignedDuration::from_hours(24);

/// A queued event, with the time at which its next attempt is due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// Due time of the next attempt, in business time.
    pub due: DateTime,
    /// Id of the event, 36 characters, the same at each attempt.
    pub event_id: String,
    /// Time of the event, in business time.
    pub create_time: DateTime,
    /// Owner of the template, who decides the keys and the signature scheme.
    #[serde(with = "Owner")]
    pub owner: Caller,
    /// URL that the callback is sent to.
    pub notify_url: NotifyUrl,
    /// Type of the event, such as `BRAND_MEMBER_CARD_SP.USER_CARD.CREATE`.
    pub event_type: String,
    /// Type of the resource, such as `user_card`.
    pub original_type: String,
    /// Summary of the event for people.
    pub summary: String,
    /// Resource of the event, before encryption.
    pub resource: Plain,
    /// Number of attempts that have begun.
    pub made: u32,
    /// Number of attempts allowed.
    pub allowed: u32,
    /// Time at which the first attempt began, in business time. Older releases did not store it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub begun: Option<DateTime>,
    /// Retry schedule of the attempts.
    #[serde(default, skip_serializing_if = "Schedule::is_default")]
    pub schedule: Schedule,
    /// Failure of the last attempt, if it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_failure: Option<LastFailure>,
}

/// Failure of the last attempt at a delivery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct LastFailure {
    /// Business time at which the attempt ended.
    pub time: DateTime,
    /// Status of the response, if there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Location of a redirect.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// First bytes of the response's body, as text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// Reason in Chinese.
    pub zh: String,
    /// Reason in English.
    pub en: String,
}

impl LastFailure {
    pub(crate) fn of(failure: &CallbackFailure, now: Timestamp) -> Self {
        let response = match failure {
            CallbackFailure::Rejected(response) => Some(response.clone()),
            CallbackFailure::NoKey(_) | CallbackFailure::NoResponse(_) | CallbackFailure::NotSent { .. } => {
                None
            }
        };
        let status = response.as_ref().map(|response| response.status);
        let (location, body) = match response {
            Some(CallbackResponse { location, excerpt, .. }) => (location, excerpt),
            None => (None, None),
        };
        let time = DateTime::milliseconds(now);
        Self { time, status, location, body, zh: format!("{failure:#}"), en: format!("{failure}") }
    }
}

/// A resource before it is encrypted, as JSON. It may hold a phone number, so `Debug` hides it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Plain(String);

impl Plain {
    /// The JSON text.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for Plain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Plain(redacted)")
    }
}

/// [`Caller`] as it is stored in JSON.
#[derive(Serialize, Deserialize)]
#[serde(remote = "Caller")]
enum Owner {
    #[serde(rename = "mchid")]
    Merchant(MchId),
    #[serde(rename = "brand_id")]
    Brand(BrandId),
}

impl Delivery {
    /// Creates the delivery of an event that happens at `now`, in business time, and is due at once.
    /// `resource` is the struct of [`ruhui_core::api::event`] for this kind.
    ///
    /// # Panics
    ///
    /// Panics when `resource` does not serialize to JSON.
    pub fn new(
        kind: EventKind,
        owner: Caller,
        notify_url: NotifyUrl,
        resource: &impl Serialize,
        now: Timestamp,
        entropy: &dyn Entropy,
    ) -> Self {
        let names = [kind.event_type(owner.family()), kind.original_type(), kind.summary()];
        let schedule = if kind.is_retried() { Schedule::EveryMinute } else { Schedule::Once };
        Self::named(names, schedule, owner, notify_url, resource, now, entropy)
    }

    fn named(
        [event_type, original_type, summary]: [&str; 3],
        schedule: Schedule,
        owner: Caller,
        notify_url: NotifyUrl,
        resource: &impl Serialize,
        now: Timestamp,
        entropy: &dyn Entropy,
    ) -> Self {
        Self {
            due: DateTime::milliseconds(now),
            event_id: event_id(entropy),
            create_time: DateTime::seconds(now),
            event_type: event_type.to_owned(),
            original_type: original_type.to_owned(),
            summary: summary.to_owned(),
            resource: Plain(serde_json::to_string(resource).expect("resources are plain structs")),
            made: 0,
            allowed: schedule.attempts(),
            begun: None,
            schedule,
            last_failure: None,
            owner,
            notify_url,
        }
    }

    /// Creates the delivery of a self-test event whose request is handled at `now`.
    ///
    /// # Panics
    ///
    /// Panics if `resource` does not serialize to JSON.
    pub fn echo(
        owner: Caller,
        notify_url: NotifyUrl,
        resource: &EchoEvent,
        now: Timestamp,
        entropy: &dyn Entropy,
    ) -> Self {
        let names = [EchoEvent::EVENT_TYPE, EchoEvent::ORIGINAL_TYPE, EchoEvent::SUMMARY];
        Self::named(names, Schedule::Echo, owner, notify_url, resource, now, entropy)
    }

    /// Returns the write that queues this delivery. It belongs into the same batch as the change that caused
    /// the event.
    pub fn put(&self) -> Write {
        put(self, None)
    }
}

impl Loaded<Delivery> {
    /// Claims the next attempt, which begins at `now`: returns the claimed delivery, and the batch that fails
    /// with a version conflict if another replica has claimed the attempt. The claim of the last attempt
    /// deletes the record: a failure of that attempt is only logged, and personal data that is not sent again
    /// is not kept.
    pub(super) fn claim(&self, now: Timestamp) -> (Self, Batch) {
        let mut claimed = self.record.clone();
        claimed.made = claimed.made.saturating_add(1);
        let begun = *claimed.begun.get_or_insert_with(|| DateTime::milliseconds(now));
        if end_of(begun).timestamp() <= now {
            claimed.allowed = claimed.made;
        }
        let pause = claimed.schedule.pause(claimed.made);
        let later = |from: Timestamp| from.saturating_add(pause).unwrap_or(Timestamp::MAX);
        let next = later(self.record.due.timestamp());
        // After an outage, or a jump of the clock, missed attempts are not made up for all at once.
        claimed.due = DateTime::milliseconds(if next > now { next } else { later(now) });
        let value = self.rewritten(&claimed);
        let mut batch = vec![self.delete()];
        if !claimed.is_spent() {
            let key = Delivery::key(&claimed.id());
            batch.push(Write::Put { key, read: None, value: value.clone(), expires: None });
        }
        // The claimed record has a new id, so its version is 1.
        (Self::written(claimed, 1, value), batch)
    }

    /// Returns the write that stores the failure of a claimed delivery. `None` after the last attempt, whose
    /// claim deletes the record.
    pub(super) fn failed(&self, failure: LastFailure) -> Option<Write> {
        let failed = || Delivery { last_failure: Some(failure), ..self.record.clone() };
        (!self.record.is_spent()).then(|| self.replace(&failed()))
    }
}

impl Delivery {
    /// Returns the business time from which the next attempt is the last; `None` before the first attempt.
    pub fn last_attempt_from(&self) -> Option<DateTime> {
        self.begun.map(end_of)
    }

    /// Bytes of memory that the delivery holds next to the struct, about.
    pub(crate) fn size(&self) -> usize {
        let texts = [&self.event_id, &self.event_type, &self.original_type, &self.summary, &self.resource.0];
        texts.into_iter().map(String::len).sum::<usize>() + self.notify_url.as_str().len()
    }

    /// Whether no attempt is left.
    pub(crate) fn is_spent(&self) -> bool {
        self.made >= self.allowed
    }

    /// Returns the write that removes an accepted delivery; `None` if its claim has removed it.
    pub(super) fn accepted(&self) -> Option<Write> {
        // A claim creates a new record, so its version is 1.
        (!self.is_spent()).then(|| Write::Delete { key: Self::key(&self.id()), read: 1 })
    }
}

impl Record for Delivery {
    const KIND: Kind = Kind::Delivery;

    /// Returns an id that begins with the due time, so records sort by it.
    fn id(&self) -> String {
        join(&[&due_text(self.due.timestamp()), &self.event_id])
    }
}

/// Returns the end of the due ids: ids of deliveries due at `now` sort before it, all others after it.
pub(super) fn end_of_due(now: Timestamp) -> String {
    due_text(now.saturating_add(SignedDuration::from_millis(1)).unwrap_or(Timestamp::MAX))
}

/// Returns the id of the event in a delivery's id.
pub(crate) fn event_of(id: &str) -> &str {
    last_part(id)
}

/// Formats a time as milliseconds, in digits that sort like the times.
pub(super) fn due_text(at: Timestamp) -> String {
    format!("{:015}", at.as_millisecond().max(0))
}

fn end_of(begun: DateTime) -> DateTime {
    DateTime::milliseconds(begun.timestamp().saturating_add(AGE).unwrap_or(Timestamp::MAX))
}

/// Returns a random UUID (RFC 9562, version 4).
fn event_id(entropy: &dyn Entropy) -> String {
    let mut id = [0; 16];
    entropy.fill(&mut id);
    id[6] = id[6] & 0x0F | 0x40;
    id[8] = id[8] & 0x3F | 0x80;
    let digits = hex::encode(id);
    [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]].join("-")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::env::SeededEntropy;
    use crate::store::Value;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn delivery(kind: EventKind) -> Delivery {
        let owner = Caller::Merchant("1900000001".parse().unwrap());
        let notify_url = "https://example.com/notify".parse().unwrap();
        let resource = serde_json::json!({"phone_number": "13900000000"});
        Delivery::new(kind, owner, notify_url, &resource, at(1000), &SeededEntropy::new(1))
    }

    fn loaded(kind: EventKind) -> Loaded<Delivery> {
        of(delivery(kind))
    }

    fn of(record: Delivery) -> Loaded<Delivery> {
        let text = Value(serde_json::to_string(&record).unwrap());
        Loaded::written(record, 1, text)
    }

    #[test]
    fn a_record_reads_as_it_was_written_and_hides_its_resource() {
        let mut delivery = delivery(EventKind::UserCardCreated);
        for owner in [Caller::Merchant("1900000001".parse().unwrap()), Caller::Brand("1004".parse().unwrap())]
        {
            delivery.owner = owner;
            let json = serde_json::to_string(&delivery).unwrap();
            assert_eq!(serde_json::from_str::<Delivery>(&json).unwrap(), delivery, "{json}");
            assert!(json.contains("13900000000"), "{json}");
            assert!(!format!("{delivery:?}").contains("13900000000"));
        }
    }

    #[test]
    fn an_event_id_has_the_form_of_a_uuid() {
        let id = delivery(EventKind::UserCardCreated).event_id;
        let parts: Vec<usize> = id.split('-').map(str::len).collect();
        assert_eq!((id.len(), parts), (36, vec![8, 4, 4, 4, 12]));
        assert!(id.bytes().all(|b| b == b'-' || b.is_ascii_hexdigit()), "{id}");
        assert_eq!((&id[14..15], b"89ab".contains(&id.as_bytes()[19])), ("4", true), "{id}");
    }

    #[test]
    fn ids_sort_as_the_times_do() {
        let id = delivery(EventKind::UserCardCreated).id();
        assert!(id < end_of_due(at(1000)));
        assert!(id > end_of_due(at(1000) - SignedDuration::from_millis(1)));
        assert_eq!(end_of_due(at(253_402_207_200)).len(), due_text(at(-5)).len());
    }

    #[test]
    fn attempts_keep_to_the_minute_unless_the_service_was_away() {
        let delivery = loaded(EventKind::UserCardCreated);
        for (now, next) in [(1000, 1060), (1059, 1060), (1060, 1120), (5000, 5060)] {
            assert_eq!(delivery.claim(at(now)).0.record.due.timestamp(), at(next), "{now}");
        }
    }

    #[test]
    fn the_attempt_after_a_day_is_the_last() {
        for (age, allowed, writes) in [(86_399, 11, 2), (86_400, 2, 1), (1_000_000, 2, 1)] {
            let (first, _) = loaded(EventKind::UserCardCreated).claim(at(5000));
            assert_eq!(first.record.last_attempt_from().unwrap().timestamp(), at(5000 + 86_400));
            let (claimed, batch) = first.claim(at(5000 + age));
            let claimed = claimed.record;
            assert_eq!((claimed.made, claimed.allowed, batch.len()), (2, allowed, writes), "{age}");
        }
        let longest: i64 = Schedule::ECHO.iter().sum();
        assert!(SignedDuration::from_secs(longest) < AGE, "no schedule is cut short");
    }

    #[test]
    fn an_id_names_its_event() {
        let delivery = delivery(EventKind::UserCardCreated);
        assert_eq!(event_of(&delivery.id()), delivery.event_id);
    }

    #[test]
    fn a_claim_and_a_failure_keep_what_a_later_release_wrote() {
        let mut json = serde_json::to_value(delivery(EventKind::UserCardCreated)).unwrap();
        json["later"] = "kept".into();
        let stored = crate::store::Stored { version: 1, value: json.to_string() };
        let delivery = Loaded::<Delivery>::read("id", stored).unwrap();
        let (claimed, batch) = delivery.claim(at(1000));
        let failure = CallbackFailure::NoKey(claimed.record.owner.clone());
        let failed = claimed.failed(LastFailure::of(&failure, at(1001))).unwrap();
        for write in [&batch[1], &failed] {
            let Write::Put { value, .. } = write else { panic!("{write:?}") };
            assert!(value.0.contains(r#""later":"kept""#), "{}", value.0);
        }
    }

    #[test]
    fn a_self_test_is_sent_ten_times_as_its_page_says() {
        let owner = Caller::Merchant("1900000001".parse().unwrap());
        let notify_url = "https://example.com/notify".parse().unwrap();
        let event = EchoEvent::new("hi".to_owned());
        let record = Delivery::echo(owner, notify_url, &event, at(1000), &SeededEntropy::new(1));
        let mut delivery = of(record);
        let (mut pauses, mut now) = (Vec::new(), 1000);
        loop {
            let (claimed, batch) = delivery.claim(at(now));
            if batch.len() == 1 {
                break;
            }
            let due = claimed.record.due.timestamp().as_second();
            pauses.push(due - now);
            now = due;
            delivery = claimed;
        }
        assert_eq!(pauses, [15, 15, 30, 180, 1800, 1800, 1800, 1800, 3600]);
    }

    #[test]
    fn a_record_of_an_older_version_is_read() {
        let delivery = delivery(EventKind::UserCardCreated);
        let json = serde_json::to_string(&delivery).unwrap();
        assert!(!json.contains("schedule") && !json.contains("last_failure"), "{json}");
        assert_eq!(serde_json::from_str::<Delivery>(&json).unwrap(), delivery);
    }

    #[test]
    fn eleven_attempts_leave_no_record_and_one_question_leaves_none() {
        for (kind, attempts) in [(EventKind::PointExchange, 11), (EventKind::SyncUserPoint, 1)] {
            let mut delivery = loaded(kind);
            for number in 1..=attempts {
                let (claimed, batch) = delivery.claim(at(1000));
                let is_last = number == attempts;
                let expected = (number, if is_last { 1 } else { 2 });
                assert_eq!((claimed.record.made, batch.len()), expected, "{kind:?}");
                assert_eq!(claimed.record.accepted().is_none(), is_last);
                delivery = claimed;
            }
        }
    }
}
