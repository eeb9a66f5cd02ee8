//! An exchange: one request with its response, or one attempt at a callback, with the service's notes on it.

use super::kept::Message;
use crate::error::Error;
use crate::faults::Plan;
use crate::store::{Key, Kind};
use jiff::Timestamp;
use ruhui_core::api::{Document, Row};
use ruhui_core::bilingual::Bilingual;
use ruhui_core::explain::Explanation;
use std::fmt;
use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::time::Instant;

/// One request with its response, or one attempt at a callback.
#[derive(Debug, Clone)]
pub(crate) struct Exchange {
    /// Number of the exchange in the log, from 1. The log gives it when the exchange has ended.
    pub(crate) id: u64,
    /// Time at which the first byte arrived, in wire time.
    pub(crate) time: Timestamp,
    /// Way of the exchange.
    pub(crate) way: Way,
    /// The request.
    pub(crate) request: Message,
    /// Whether the request arrived to its end.
    pub(crate) is_received: bool,
    /// The response.
    pub(crate) response: Message,
    /// Whether the response was sent to its end.
    pub(crate) is_sent: bool,
    /// Notes of the service.
    pub(crate) notes: Notes,
    /// Moment of the first byte.
    begun: Instant,
    /// Microseconds from the first byte to the end of each stage that was reached.
    stages: [Option<u32>; Stage::ALL.len()],
}

/// Way of an exchange.
#[derive(Debug, Clone)]
pub(crate) enum Way {
    /// A request to one of the service's listeners.
    Received {
        /// The listener.
        listener: ListenerName,
        /// Address of the client, if it is known.
        peer: Option<SocketAddr>,
        /// Whether it came by the proxy.
        is_proxied: bool,
    },
    /// A callback of the service to a merchant.
    Callback(Box<Callback>),
}

/// Name of a listener.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ListenerName {
    /// The main host.
    Main,
    /// The backup host.
    Backup,
    /// The operations listener.
    Operations,
}

impl ListenerName {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Main => "main",
            Self::Backup => "backup",
            Self::Operations => "operations",
        }
    }
}

/// Facts about an attempt at a callback.
#[derive(Debug, Clone)]
pub(crate) struct Callback {
    /// Id of the event.
    pub(crate) event_id: String,
    /// Type of the event.
    pub(crate) event_type: String,
    /// URL that the callback was sent to.
    pub(crate) notify_url: String,
    /// Number of the attempt, from 1.
    pub(crate) attempt: u32,
    /// Reason for the attempt: `scheduled`, `resent` or `probe`.
    pub(crate) reason: &'static str,
    /// Reason for which the attempt failed, if it failed.
    pub(crate) failure: Option<Bilingual>,
}

/// A stage of a request. Each is noted when it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    /// The body has arrived.
    Received,
    /// The signature is verified.
    Verified,
    /// The handler has decided.
    Decided,
    /// The response is signed.
    Signed,
    /// The batch is durable.
    Committed,
    /// The last byte of the response is sent.
    Sent,
}

impl Stage {
    pub(crate) const ALL: [Self; 6] =
        [Self::Received, Self::Verified, Self::Decided, Self::Signed, Self::Committed, Self::Sent];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Verified => "verified",
            Self::Decided => "decided",
            Self::Signed => "signed",
            Self::Committed => "committed",
            Self::Sent => "sent",
        }
    }
}

/// Notes of the service on a request. They hold no allocation for a request that is not rejected.
#[derive(Debug, Clone, Default)]
pub(crate) struct Notes {
    /// Name and document of the endpoint.
    pub(crate) endpoint: Option<(&'static str, Document)>,
    /// Rejection of the request.
    pub(crate) rejection: Option<Rejection>,
    /// Whether the response repeats that of an earlier request with the same signature.
    pub(crate) is_replayed: bool,
    /// Whether the exchange stays out of the log: it has emptied the log.
    pub(crate) is_left_out: bool,
    /// Whether the exchange has put the sandbox back to a snapshot.
    pub(crate) is_restore: bool,
    /// Business time at which the records were written.
    pub(crate) business_time: Option<Timestamp>,
    /// Known path that is nearest to an unknown one.
    pub(crate) nearest: Option<Nearest>,
    /// Explanation of a rejected signature; empty until it is made.
    pub(crate) diagnosis: Option<Arc<OnceLock<Explanation>>>,
    /// Faults that were played on purpose.
    pub(crate) faults: Option<Arc<Plan>>,
    /// Records that the request wrote.
    written: PackedKeys,
}

/// A rejection by the service, as the request log shows it.
#[derive(Debug, Clone)]
pub(crate) struct Rejection {
    /// Row of the error table.
    pub(crate) row: &'static Row,
    /// The whole message.
    pub(crate) message: Bilingual,
    /// The inner cause of a failure of the service, which the response does not show.
    pub(crate) cause: Option<Bilingual>,
}

impl Rejection {
    pub(crate) fn of(error: &Error) -> Self {
        let message = Bilingual::new(error.to_body(true).message, error.to_body(false).message);
        let cause = match error {
            Error::Rejected(_) | Error::Parameter(_) | Error::Answered => None,
            Error::Store(error) => Some(Bilingual::of(error)),
            Error::Overloaded => Some(Bilingual::fixed(
                "overloaded: the in-flight limit or the memory for unsigned bytes is used up",
                "服务过载：已达处理中请求数上限，或未验签数据的内存已用尽",
            )),
            Error::Bug(what) => Some(Bilingual::new(format!("a bug: {what}"), format!("程序缺陷：{what}"))),
        };
        Self { row: error.row(), message, cause }
    }
}

/// A known method and path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Nearest {
    /// The method.
    pub(crate) method: &'static str,
    /// The path, with `{field}` in place of each field that goes there.
    pub(crate) path: &'static str,
}

impl fmt::Display for Nearest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path)
    }
}

/// Keys of records in one buffer, which is used again for later requests.
#[derive(Debug, Clone, Default)]
struct PackedKeys(Vec<u8>);

impl Exchange {
    pub(super) fn blank(now: Timestamp) -> Self {
        Self {
            id: 0,
            time: now,
            way: Way::Received { listener: ListenerName::Main, peer: None, is_proxied: false },
            request: Message::default(),
            is_received: false,
            response: Message::default(),
            is_sent: false,
            notes: Notes::default(),
            begun: Instant::now(),
            stages: Default::default(),
        }
    }

    /// Empties the exchange for another one. Small buffers stay.
    pub(super) fn clear(&mut self) {
        self.request.clear();
        self.response.clear();
        self.notes.written.0.clear();
    }

    /// Begins `now` as a new exchange, with the buffers of this one, which is empty.
    pub(super) fn begin_again(&mut self, now: Timestamp) {
        let Self { request, response, notes: Notes { written, .. }, .. } =
            std::mem::replace(self, Self::blank(now));
        (self.request, self.response, self.notes.written) = (request, response, written);
    }

    /// Notes that a stage has ended.
    pub(crate) fn reach(&mut self, stage: Stage) {
        self.reach_after(stage, self.begun.elapsed());
    }

    /// Notes that a stage has ended this long after the first byte.
    pub(super) fn reach_after(&mut self, stage: Stage, duration: Duration) {
        self.stages[stage as usize] = Some(u32::try_from(duration.as_micros()).unwrap_or(u32::MAX));
    }

    /// The stages that were reached, each with the microseconds since the first byte.
    pub(crate) fn stages(&self) -> impl Iterator<Item = (Stage, u32)> {
        Stage::ALL.into_iter().filter_map(|stage| Some((stage, self.stages[stage as usize]?)))
    }

    /// Notes the keys of a batch that is being committed at this business time.
    pub(crate) fn write_on_commit(&mut self, keys: &[Key], business_time: Timestamp) {
        self.notes.business_time = Some(business_time);
        self.notes.written.0.clear();
        for key in keys {
            let Ok(length) = u16::try_from(key.id.len()) else { continue };
            let packed = &mut self.notes.written.0;
            packed.push(key.kind.number());
            packed.extend_from_slice(&length.to_be_bytes());
            packed.extend_from_slice(key.id.as_bytes());
        }
    }

    /// Notes whether the batch is durable. After a version conflict nothing of it is written.
    pub(crate) fn commit(&mut self, is_durable: bool) {
        if is_durable {
            self.reach(Stage::Committed);
        } else {
            self.notes.written.0.clear();
        }
    }

    /// Kinds and ids of the records that the request wrote.
    pub(crate) fn written(&self) -> Vec<(Kind, String)> {
        let (mut keys, mut rest) = (Vec::new(), &self.notes.written.0[..]);
        while let [number, high, low, more @ ..] = rest {
            let length = usize::from(u16::from_be_bytes([*high, *low])).min(more.len());
            let (id, next) = more.split_at(length);
            let kind = Kind::ALL.into_iter().find(|kind| kind.number() == *number);
            keys.extend(kind.map(|kind| (kind, String::from_utf8_lossy(id).into_owned())));
            rest = next;
        }
        keys
    }

    /// Bytes of memory that the exchange holds.
    pub(super) fn size(&self) -> usize {
        size_of::<Self>() + self.request.size() + self.response.size() + self.notes.written.0.capacity()
    }
}
