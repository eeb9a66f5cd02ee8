//! The tap of a connection: copies its bytes, and cuts them into exchanges.

use super::RequestLog;
use super::exchange::{Exchange, ListenerName, Stage, Way};
use super::framing::{Advance, Direction, Framing};
use super::kept::Message;
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Number of requests of one connection that wait for their responses and are logged. Clients that pipeline send a few;
/// small requests without an end would each take the memory of an exchange.
const PIPELINED: usize = 32;

/// The tap of one connection. A client may send further requests before the first has its response; the responses
/// come in the order of the requests (RFC 9112, section 9.3.2).
pub(crate) struct Tap {
    log: Arc<RequestLog>,
    listener: ListenerName,
    peer: Option<SocketAddr>,
    /// The exchanges whose response is not complete yet, oldest first.
    open: VecDeque<Open>,
    receiving: Receiving,
    sending: Framing,
    /// Whether more than [`PIPELINED`] requests waited. Those after them are not logged, nor is the rest of the connection.
    has_left: bool,
    /// Gets the number of each exchange that is added to the log.
    number: Option<Arc<AtomicU64>>,
}

/// The request that the next byte from the client belongs to.
#[derive(Debug, Clone, Copy)]
enum Receiving {
    /// A new one.
    Next,
    /// The request of the newest open exchange.
    Newest(Framing),
    /// One whose exchange has ended: the service responded before it had arrived to its end.
    Ended(Framing),
}

/// An exchange in progress.
struct Open {
    exchange: Arc<Exchange>,
}

impl std::fmt::Debug for Tap {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Tap({}, {} open)", self.listener.as_str(), self.open.len())
    }
}

impl Tap {
    pub(crate) fn new(log: Arc<RequestLog>, listener: ListenerName, peer: Option<SocketAddr>) -> Self {
        let (receiving, sending) = (Receiving::Next, Framing::new());
        let (open, has_left) = (VecDeque::new(), false);
        Self { log, listener, peer, open, receiving, sending, has_left, number: None }
    }

    /// Writes the number of the last exchange that was added to the log into `number`.
    pub(crate) fn reporting_to(mut self, number: Arc<AtomicU64>) -> Self {
        self.number = Some(number);
        self
    }

    /// Notes bytes that the client has sent.
    pub(crate) fn received(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let advance = match &mut self.receiving {
                Receiving::Next if self.has_left || self.open.len() == PIPELINED => {
                    self.has_left = true;
                    return;
                }
                Receiving::Next => {
                    self.begin();
                    self.receiving = Receiving::Newest(Framing::new());
                    continue;
                }
                Receiving::Newest(framing) => match self.open.back_mut() {
                    Some(open) => open.receive(&self.log, framing, bytes),
                    None => Advance::whole(bytes),
                },
                Receiving::Ended(framing) => framing.advance(Direction::Request, bytes),
            };
            let Some(length) = advance.end else { return };
            if let (Receiving::Newest(_), Some(open)) = (self.receiving, self.open.back_mut()) {
                open.note(|exchange| exchange.is_received = true);
            }
            self.receiving = Receiving::Next;
            bytes = &bytes[length..];
        }
    }

    /// Notes bytes that were sent to the client.
    pub(crate) fn sent(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            if self.open.is_empty() && !self.has_left {
                self.begin();
            }
            let Some(open) = self.open.front_mut() else { return };
            let advance = open.send(&self.log, &mut self.sending, bytes);
            let Some(length) = advance.end else { return };
            self.sending = Framing::new();
            self.end_first(Sent::Whole);
            bytes = &bytes[length..];
        }
    }

    /// Adds notes to the exchange whose request is being processed.
    pub(crate) fn note(&mut self, note: impl FnOnce(&mut Exchange)) {
        if let Some(open) = self.open.front_mut() {
            open.note(note);
        }
    }

    /// Bytes that the open exchanges keep.
    #[cfg(test)]
    pub(super) fn kept(&self) -> usize {
        self.open
            .iter()
            .map(|open| open.exchange.request.bytes().len() + open.exchange.response.bytes().len())
            .sum()
    }

    fn begin(&mut self) {
        let mut exchange = self.log.begin();
        if let Some(exchange) = Arc::get_mut(&mut exchange) {
            let client = self.peer.and_then(|peer| self.log.proxied_client(peer));
            let (peer, is_proxied) = (client.or(self.peer), client.is_some());
            exchange.way = Way::Received { listener: self.listener, peer, is_proxied };
        }
        self.open.push_back(Open { exchange });
    }

    /// Ends the first open exchange, and adds it to the log.
    fn end_first(&mut self, sent: Sent) {
        let Some(mut open) = self.open.pop_front() else { return };
        if self.open.is_empty()
            && let Receiving::Newest(framing) = self.receiving
        {
            self.receiving = Receiving::Ended(framing);
        }
        self.log.release(open.exchange.request.room() + open.exchange.response.room());
        open.note(|exchange| {
            exchange.is_sent = sent == Sent::Whole;
            exchange.reach(Stage::Sent);
        });
        if !self.is_wanted(&open.exchange) {
            return self.log.discard(open.exchange);
        }
        let added = self.log.add(open.exchange);
        if let Some(number) = &self.number {
            number.store(added, Ordering::Relaxed);
        }
    }

    /// Whether an exchange belongs into the log. Readiness probes and readers of the log itself do not.
    fn is_wanted(&self, exchange: &Exchange) -> bool {
        let is_empty = exchange.request.start_line().is_empty() && exchange.response.is_empty();
        let is_read = exchange.request.bytes().starts_with(b"GET ");
        let is_read_of_operations = is_read && self.listener == ListenerName::Operations;
        !(is_empty || is_read_of_operations || exchange.notes.is_left_out)
    }
}

/// Whether a response was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sent {
    /// To its end.
    Whole,
    /// In part, or not at all: the connection has ended.
    Part,
}

/// The connection has ended, and with it the exchanges that are open.
impl Drop for Tap {
    fn drop(&mut self) {
        while !self.open.is_empty() {
            let sent = if self.sending.is_until_close() { Sent::Whole } else { Sent::Part };
            self.sending = Framing::new();
            self.end_first(sent);
        }
    }
}

impl Open {
    fn note(&mut self, note: impl FnOnce(&mut Exchange)) {
        // The exchange is shared only once it is in the log.
        if let Some(exchange) = Arc::get_mut(&mut self.exchange) {
            note(exchange);
        }
    }

    fn receive(&mut self, log: &RequestLog, framing: &mut Framing, bytes: &[u8]) -> Advance {
        let Some(exchange) = Arc::get_mut(&mut self.exchange) else { return Advance::whole(bytes) };
        push(log, &mut exchange.request, framing, Direction::Request, bytes)
    }

    fn send(&mut self, log: &RequestLog, framing: &mut Framing, bytes: &[u8]) -> Advance {
        let Some(exchange) = Arc::get_mut(&mut self.exchange) else { return Advance::whole(bytes) };
        let direction = Direction::Response { is_to_head: exchange.request.bytes().starts_with(b"HEAD ") };
        push(log, &mut exchange.response, framing, direction, bytes)
    }
}

/// Appends to a message the bytes that belong to it.
fn push(
    log: &RequestLog,
    message: &mut Message,
    framing: &mut Framing,
    direction: Direction,
    bytes: &[u8],
) -> Advance {
    let advance = framing.advance(direction, bytes);
    let (head, body) = bytes[..advance.end.unwrap_or(bytes.len())].split_at(advance.head);
    message.push_head(head, |more| log.reserve(more));
    if !framing.is_in_head() {
        message.end_head();
    }
    if !body.is_empty() {
        message.push_body(body, |more| log.reserve(more));
    }
    advance
}
