//! The life of a user's cards of a template: what the store, the event history and the request log know about it.
//!
//! No source knows everything. A card has the times of its main steps, to the second. An event and a request are known
//! for as long as the sandbox keeps them in memory. Each entry names its source, and no entry is made up: a step that no
//! source knows is missing, and a remark says which ones may be.

use super::user_records::UserRecords;
use super::{scan, tokens};
use crate::domain::member::ends_at;
use crate::domain::{Feed, HeldCard, Member, Redemption};
use crate::http::controls::events;
use crate::request_log::{Exchange, RequestLog};
use crate::service::Service;
use crate::store::{Kind, Record as _, StoreError};
use jiff::Timestamp;
use ruhui_core::api::card_member::UserCardState;
use ruhui_core::bilingual::Bilingual;
use ruhui_core::types::DateTime;
use serde_json::{Value, json};
use std::sync::Arc;

/// The life of a user's cards.
pub(super) struct Life {
    /// Entries in the order of business time.
    pub(super) entries: Vec<Value>,
    /// Gaps that the entries may have.
    pub(super) remarks: Vec<Bilingual>,
}

/// An entry before it is sorted.
struct Entry {
    time: Timestamp,
    source: Source,
    what: &'static str,
    facts: Value,
}

/// Source of an entry. Cards have times to the second, so within a second the cause comes before its effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Source {
    Token,
    Request,
    Card,
    Redemption,
    Feed,
    Event,
}

impl Source {
    fn as_str(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Request => "request",
            Self::Card => "card",
            Self::Redemption => "redemption",
            Self::Feed => "feed",
            Self::Event => "event",
        }
    }
}

/// Reads the life of a user's cards.
///
/// # Errors
///
/// [`StoreError`] when the store fails.
pub(super) async fn of(
    service: &Service,
    member: &Member,
    records: &UserRecords,
    now: Timestamp,
) -> Result<Life, StoreError> {
    let mut entries = Vec::new();
    for (index, held) in member.cards.iter().enumerate() {
        of_card(held, index + 1, now, &mut entries);
    }
    let mut remarks = Vec::new();
    of_records(records, &mut entries);
    if !records.is_complete {
        remarks.push(Bilingual::new(
            format!("only {} tokens, redemptions and news of the store were searched", scan::MOST_READ),
            format!("仅查找了存储中的 {} 条 token、兑换与动态记录", scan::MOST_READ),
        ));
    }
    let restored = service.request_log.as_deref().and_then(last_restore);
    of_events(service, member, restored.as_deref(), &mut entries).await?;
    of_requests(service, member, restored.as_deref(), &mut entries);
    remarks.extend(gaps(service, restored.as_deref()));
    // The sort is stable: entries of one source come in the order in which they happened.
    entries.sort_by_key(|entry| (entry.time.as_second(), entry.source));
    Ok(Life { entries: entries.into_iter().map(Entry::shown).collect(), remarks })
}

impl Entry {
    fn new(time: Timestamp, source: Source, what: &'static str, facts: Value) -> Self {
        Self { time, source, what, facts }
    }

    fn shown(self) -> Value {
        let mut shown = json!({
            "time": DateTime::milliseconds(self.time),
            "from": self.source.as_str(),
            "what": self.what,
        });
        if let Value::Object(facts) = self.facts {
            facts.into_iter().filter(|(_, value)| !value.is_null()).for_each(|(name, value)| {
                shown[name] = value;
            });
        }
        shown
    }
}

/// Adds the steps that the record of a card has times of. `number` is that of the card, from 1.
fn of_card(held: &HeldCard, number: usize, now: Timestamp, entries: &mut Vec<Entry>) {
    let card = &held.card;
    let code = &card.user_card_code;
    let mut add = |time: DateTime, what, facts: Value| {
        let mut facts = facts;
        facts["card"] = json!(number);
        entries.push(Entry::new(time.timestamp(), Source::Card, what, facts));
    };
    add(card.create_time, "created", json!({ "user_card_code": code }));
    let mut known = vec![card.create_time];
    if card.pickup_time != card.create_time {
        add(card.pickup_time, "picked_up", json!({}));
    }
    if let Some(time) = held.effective_since {
        add(time, "effective", json!({ "level": card.level }));
        known.push(time);
    }
    if let Some(time) = card.invalid_time {
        add(time, "invalid", json!({ "ended_by": held.ended_by, "reason": card.invalid_reason }));
        known.push(time);
    }
    if !known.contains(&card.modify_time) {
        add(card.modify_time, "modified", json!({}));
    }
    if held.state(now) == UserCardState::Expired
        && let Some(end) = ends_at(card)
    {
        add(DateTime::seconds(end), "expired", json!({}));
    }
}

/// Adds the tokens, redemptions and news of the user.
fn of_records(records: &UserRecords, entries: &mut Vec<Entry>) {
    for token in &records.tokens {
        let facts = || json!({ "token": token.token, "purpose": token.purpose });
        entries.push(Entry::new(tokens::created(token), Source::Token, "token_issued", facts()));
        if let Some(spent) = token.spent {
            entries.push(Entry::new(spent.timestamp(), Source::Token, "token_used", facts()));
        }
    }
    for Redemption { asked, create_time, outcome } in &records.redemptions {
        // The record has no time of the outcome.
        let facts = json!({
            "record_id": asked.record_id,
            "deduct_points": asked.deduct_points,
            "outcome": outcome.as_ref().map(|outcome| &outcome.state),
        });
        entries.push(Entry::new(create_time.timestamp(), Source::Redemption, "redemption_asked", facts));
    }
    for Feed { feed, create_time, .. } in &records.feeds {
        let facts = json!({ "out_request_no": feed.out_request_no, "cell": feed.cell });
        entries.push(Entry::new(create_time.timestamp(), Source::Feed, "feed_created", facts));
    }
}

/// Adds the events about the user and the template.
async fn of_events(
    service: &Service,
    member: &Member,
    restored: Option<&Exchange>,
    entries: &mut Vec<Entry>,
) -> Result<(), StoreError> {
    for event in events::all(service).await? {
        let delivery = &event.delivery;
        let resource: Value = serde_json::from_str(delivery.resource.as_str()).unwrap_or_default();
        if resource["openid"] != member.openid.as_str() || resource["card_id"] != member.card_id.as_str() {
            continue;
        }
        let last_attempt = event.known.attempts.last().map(|attempt| attempt.time);
        let is_earlier = restored.zip(last_attempt).is_some_and(|(restored, time)| time < restored.time);
        let facts = json!({
            "event_id": delivery.event_id,
            "event_type": delivery.event_type,
            "state": event.state.as_str(),
            "attempts_made": delivery.made,
            "before_restore": is_earlier.then_some(true),
        });
        entries.push(Entry::new(delivery.create_time.timestamp(), Source::Event, "event_queued", facts));
    }
    Ok(())
}

/// Adds the requests of the log that wrote the record of the user's cards.
fn of_requests(service: &Service, member: &Member, restored: Option<&Exchange>, entries: &mut Vec<Entry>) {
    let exchanges = service.request_log.as_ref().map(|log| log.all()).unwrap_or_default();
    let id = member.id();
    for exchange in exchanges {
        let Some(time) = exchange.notes.business_time else { continue };
        let has_written = |(kind, written): &(Kind, String)| *kind == Kind::Member && *written == id;
        if !exchange.written().iter().any(has_written) {
            continue;
        }
        let facts = json!({
            "request": exchange.id,
            "endpoint": exchange.notes.endpoint.map(|(name, _)| name),
            "status": exchange.response.status(),
            "before_restore": restored.is_some_and(|restored| exchange.id < restored.id).then_some(true),
        });
        entries.push(Entry::new(time, Source::Request, "request", facts));
    }
}

/// Returns the last request that put the sandbox back to a snapshot. Requests before it may have been undone.
fn last_restore(log: &RequestLog) -> Option<Arc<Exchange>> {
    log.all().into_iter().rev().find(|exchange| exchange.notes.is_restore)
}

fn gaps(service: &Service, restored: Option<&Exchange>) -> Vec<Bilingual> {
    let mut gaps = vec![Bilingual::fixed(
        "the record of a card has the time of its last change only; events are known since the start or the last reset",
        "会员卡记录仅保存最后一次修改的时间；事件自启动或重置后才有记录",
    )];
    gaps.push(
        match service.request_log.as_ref().map(|log| log.all().first().map_or(0, |oldest| oldest.id)) {
            None => Bilingual::fixed("this service keeps no request log", "本服务未保留请求日志"),
            Some(0) => Bilingual::fixed("the request log is empty", "请求日志为空"),
            Some(oldest) => Bilingual::new(
                format!("the request log has requests from number {oldest} on"),
                format!("请求日志自第 {oldest} 号请求起"),
            ),
        },
    );
    if let Some(restored) = restored {
        let id = restored.id;
        gaps.push(Bilingual::new(
            format!("request {id} put the sandbox back to a snapshot; it may have undone what is marked as earlier"),
            format!("第 {id} 号请求将沙箱恢复到了快照；标为恢复前的条目可能已被撤销"),
        ));
    }
    gaps
}
