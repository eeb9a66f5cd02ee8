//! Request bodies: read within limits of size, time and memory.

use super::budget::Reservation;
use super::connection::{Connection, Phase};
use axum::body::{Body, HttpBody};
use bytes::Bytes;
use futures_util::FutureExt as _;
use http_body_util::BodyExt as _;
use hyper::body::{Frame, Incoming, SizeHint};
use ruhui_core::api::{Row, rows};
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

/// Largest body: a legal agreement of 20,480 characters, escaped, has some 123 kB.
pub(super) const LIMIT: usize = 1 << 20;
/// Largest upload: a picture of 2 MB, and the form around it.
pub(super) const UPLOAD_LIMIT: usize = 3 << 20;
/// Bytes of a body that is too large which are read and discarded, so that the response arrives: a client that is
/// still sending would see a reset instead.
const DRAIN: usize = 16 << 20;
/// Smallest step in which a body takes memory. hyper delivers at most about this much at once.
const STEP: usize = 32 << 10;
/// Largest small body. It has mostly arrived with its head, in the memory that hyper has taken for both.
const SMALL: usize = 8 << 10;
/// Size up to which a body of known length takes memory step by step. Beyond it, the body takes memory for its whole
/// length.
const PROMISED: usize = 64 << 10;

/// The part of a body that the server needs, once the head is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BodyPlan {
    /// All bytes of the body.
    Bytes,
    /// The size of the body only: the head is rejected, and the body takes no memory.
    Size,
    /// Nothing: the head is rejected, and the client waits for `100 Continue` before it sends the body.
    Nothing,
}

/// A received body, with the memory that it takes from the budget until this is dropped.
#[derive(Debug)]
pub(super) struct Received {
    pub(super) bytes: Bytes,
    memory: Option<Reservation>,
}

impl Received {
    /// Returns the memory to the budget, since a verified signature now covers the bytes.
    pub(super) fn is_signed(&mut self) {
        self.memory = None;
    }
}

/// Reads `body`, at most `limit` bytes. `is_awaited` says that the client waits for `100 Continue`.
///
/// A small body that has arrived with its head is taken as it is. For any other body, `judge` first decides by the
/// head. If the head is rejected, the body takes no memory. Otherwise nothing of the body is read before there is
/// memory for it.
///
/// # Errors
///
/// Returns the row for a body that is too large, too slow, incomplete or malformed.
pub(super) async fn read(
    body: Body,
    limit: usize,
    is_awaited: bool,
    connection: &Connection,
    judge: impl FnOnce() -> BodyPlan,
) -> Result<Received, &'static Row> {
    let mut reader = Reader::new(body, limit);
    let is_small = reader.announced.is_some_and(|size| size <= SMALL);
    if is_small
        && !is_awaited
        && let Some(read) = reader.arrived()
    {
        return read;
    }
    let wanted = judge();
    if is_awaited && reader.announced.is_some_and(|size| size > limit) {
        return Err(&rows::BODY_TOO_LARGE);
    }
    if wanted == BodyPlan::Nothing {
        return Ok(Received { bytes: Bytes::new(), memory: None });
    }
    connection.enter(Phase::Receiving);
    let reading = reader.rest(connection, wanted);
    let read = tokio::time::timeout(connection.body_patience(), reading).await;
    connection.enter(Phase::Working);
    read.unwrap_or(Err(&rows::REQUEST_TOO_SLOW))
}

/// Reads and discards a body, so that the connection can be used again.
pub(super) async fn discard(body: Body, is_awaited: bool, connection: &Connection) {
    let wanted = || if is_awaited { BodyPlan::Nothing } else { BodyPlan::Size };
    // The response is the same however the body ends.
    let _ = read(body, 0, is_awaited, connection, wanted).await;
}

struct Reader {
    body: Body,
    limit: usize,
    announced: Option<usize>,
    size: usize,
    /// The bytes read, in several pieces: growing a single one would copy it, and the allocator keeps the memory of
    /// the smaller ones for a while.
    pieces: Vec<Vec<u8>>,
    memory: Option<Reservation>,
}

impl Reader {
    fn new(body: Body, limit: usize) -> Self {
        let announced = HttpBody::size_hint(&body).exact();
        let announced = announced.map(|size| usize::try_from(size).unwrap_or(usize::MAX));
        Self { body, limit, announced, size: 0, pieces: Vec::new(), memory: None }
    }

    /// Returns the whole body, if it is in the buffer that its head was read into.
    fn arrived(&mut self) -> Option<Result<Received, &'static Row>> {
        loop {
            if self.size > self.limit {
                return None;
            }
            match self.body.frame().now_or_never()? {
                None => return Some(Ok(self.finish())),
                Some(Err(error)) => return Some(Err(row_of(error))),
                Some(Ok(frame)) => {
                    let Some(data) = frame.data_ref() else { continue };
                    self.size += data.len();
                    if self.size <= self.limit {
                        self.pieces.push(data.to_vec());
                    }
                }
            }
            if self.announced == Some(self.size) && self.size <= self.limit {
                return Some(Ok(self.finish()));
            }
        }
    }

    async fn rest(mut self, connection: &Connection, wanted: BodyPlan) -> Result<Received, &'static Row> {
        let mut is_kept = wanted == BodyPlan::Bytes;
        loop {
            is_kept &= self.size <= self.limit;
            match is_kept {
                // Backpressure: memory is reserved before the next bytes are read. Until then they stay with the
                // client.
                true => self.make_room(connection, usize::from(self.size < self.most())).await,
                false => (self.pieces, self.memory) = (Vec::new(), None),
            }
            let Some(frame) = self.body.frame().await else { break };
            let frame = frame.map_err(row_of)?;
            let Some(data) = frame.data_ref() else { continue };
            self.size += data.len();
            if self.size > DRAIN {
                break;
            }
            if is_kept && self.size <= self.limit {
                self.make_room(connection, data.len()).await;
                self.append(data);
            }
        }
        if self.size > self.limit { Err(&rows::BODY_TOO_LARGE) } else { Ok(self.finish()) }
    }

    /// The largest size that the body may have.
    fn most(&self) -> usize {
        self.announced.unwrap_or(self.limit).min(self.limit)
    }

    /// Takes memory from the budget, then from the system, for at least `more` bytes.
    async fn make_room(&mut self, connection: &Connection, more: usize) {
        let held: usize = self.pieces.iter().map(Vec::capacity).sum();
        let free = self.pieces.last().map_or(0, |piece| piece.capacity() - piece.len());
        let missing = more.saturating_sub(free);
        let rest = self.most().saturating_sub(held);
        // Large bodies take larger steps, so that they have few pieces.
        let piece = if missing > 0 { STEP.max(held / 2).min(rest).max(missing) } else { 0 };
        let reserved = self.memory.as_ref().map_or(0, Reservation::bytes);
        let wanted = self.to_reserve(held + piece);
        if wanted > reserved {
            let taken = connection.reserve(wanted - reserved).await;
            match &mut self.memory {
                Some(memory) => memory.absorb(taken),
                None => self.memory = Some(taken),
            }
        }
        if piece > 0 {
            self.pieces.push(Vec::with_capacity(piece));
        }
    }

    /// Number of bytes of the budget that a body with pieces of this size needs.
    fn to_reserve(&self, size: usize) -> usize {
        match self.announced {
            // A small body is not counted, like a head of this size, so that it never waits for large ones.
            Some(announced) if announced <= SMALL => 0,
            // Takes all at once: bodies that hold memory and wait for more could all wait for each other.
            Some(_) if size > PROMISED => self.most().max(size),
            _ => size,
        }
    }

    /// Appends bytes, for which the last two pieces have room.
    fn append(&mut self, mut bytes: &[u8]) {
        for piece in &mut self.pieces {
            let (now, later) = bytes.split_at(bytes.len().min(piece.capacity() - piece.len()));
            piece.extend_from_slice(now);
            bytes = later;
        }
    }

    fn finish(&mut self) -> Received {
        let mut pieces = std::mem::take(&mut self.pieces);
        let bytes = if pieces.len() == 1 { pieces.remove(0) } else { pieces.concat() };
        Received { bytes: bytes.into(), memory: self.memory.take() }
    }
}

/// The row of the error table for a body that breaks off.
fn row_of(error: axum::Error) -> &'static Row {
    let error = error.into_inner();
    let mut cause = error.source();
    while let Some(error) = cause {
        if let Some(error) = error.downcast_ref::<io::Error>() {
            return match error.kind() {
                io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData => &rows::BODY_CHUNKS_MALFORMED,
                _ => &rows::BODY_INCOMPLETE,
            };
        }
        cause = error.source();
    }
    &rows::BODY_INCOMPLETE
}

/// The body of a response, with the memory that it takes from the budget until it is sent.
pub(super) struct BudgetedBody {
    body: Body,
    /// Bytes of `body` that hyper has not taken yet.
    rest: Bytes,
    _memory: Reservation,
}

impl BudgetedBody {
    pub(super) fn new(body: Body, memory: Reservation) -> Self {
        Self { body, rest: Bytes::new(), _memory: memory }
    }
}

impl HttpBody for BudgetedBody {
    type Data = Bytes;
    type Error = axum::Error;

    /// Returns copies of small pieces. hyper keeps pieces that it cannot send yet, and a slice of a picture would
    /// keep the whole picture in memory.
    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        while self.rest.is_empty() {
            match ready!(Pin::new(&mut self.body).poll_frame(cx)) {
                None => return Poll::Ready(None),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                Some(Ok(frame)) => self.rest = frame.into_data().unwrap_or_default(),
            }
        }
        let length = self.rest.len().min(STEP);
        let piece = Bytes::copy_from_slice(&self.rest.split_to(length));
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let rest = u64::try_from(self.rest.len()).unwrap_or(u64::MAX);
        SizeHint::with_exact(HttpBody::size_hint(&self.body).lower() + rest)
    }
}

/// A request's body that notes on its connection when it was not read to the end.
pub(super) struct Tracked {
    body: Incoming,
    connection: Arc<Connection>,
    is_read: bool,
}

impl Tracked {
    pub(super) fn new(body: Incoming, connection: Arc<Connection>) -> Self {
        let is_read = body.is_end_stream();
        Self { body, connection, is_read }
    }
}

impl HttpBody for Tracked {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(cx));
        self.is_read = match &frame {
            None => true,
            Some(Ok(_)) => self.body.is_end_stream(),
            Some(Err(_)) => false,
        };
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Tracked {
    fn drop(&mut self) {
        if !self.is_read {
            self.connection.leave_body_unread();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Limits;
    use super::super::connection::Common;
    use super::super::quota::Peer;
    use super::*;
    use futures_util::{StreamExt as _, stream};
    use std::collections::VecDeque;
    use std::sync::atomic::{AtomicUsize, Ordering};

    /// A body of unknown length that counts how many of its pieces were read.
    fn counted(pieces: usize) -> (Body, Arc<AtomicUsize>) {
        let read = Arc::new(AtomicUsize::new(0));
        let counter = read.clone();
        let pieces = stream::iter(0..pieces).map(move |_| {
            counter.fetch_add(1, Ordering::Relaxed);
            Ok::<_, io::Error>(Bytes::from_static(&[b'x'; 1 << 10]))
        });
        (Body::from_stream(pieces), read)
    }

    #[tokio::test(start_paused = true)]
    async fn nothing_is_read_of_a_body_before_there_is_room_for_it() {
        let limits = Limits { unsigned_bytes: STEP, ..Limits::default() };
        let connection = Connection::new(Peer::TrustedProxy, Common::new(&limits), &limits);
        let room = connection.reserve(STEP).await;
        let (body, pieces) = counted(20);
        let error = read(body, LIMIT, false, &connection, || BodyPlan::Bytes).await.unwrap_err();
        assert_eq!((error.status, pieces.load(Ordering::Relaxed)), (rows::REQUEST_TOO_SLOW.status, 0));

        drop(room);
        let (body, pieces) = counted(20);
        let received = read(body, LIMIT, false, &connection, || BodyPlan::Bytes).await.unwrap();
        assert_eq!((received.bytes.len(), pieces.load(Ordering::Relaxed)), (20 << 10, 20));
    }

    /// A body of known length takes no more memory than it has bytes, so that it never waits for others to end.
    #[tokio::test(start_paused = true)]
    async fn a_body_takes_as_much_memory_as_it_has_bytes() {
        let bytes: Vec<u8> = (0..300_000_u32).map(|n| n.to_le_bytes()[0]).collect();
        let limits = Limits { unsigned_bytes: bytes.len(), ..Limits::default() };
        let connection = Connection::new(Peer::TrustedProxy, Common::new(&limits), &limits);
        // The length is known, and the bytes arrive in pieces of all sizes.
        let mut rest = &bytes[..];
        let mut pieces = Vec::new();
        for size in (1..).step_by(997) {
            let (piece, later) = rest.split_at(size.min(rest.len()));
            pieces.push(Ok::<_, io::Error>(Frame::data(Bytes::copy_from_slice(piece))));
            rest = later;
            if rest.is_empty() {
                break;
            }
        }
        let body = Announced { pieces: pieces.into(), size: bytes.len() as u64 };
        let received = read(Body::new(body), LIMIT, false, &connection, || BodyPlan::Bytes).await.unwrap();
        assert!(received.bytes == bytes);
        assert_eq!(received.memory.as_ref().map(Reservation::bytes), Some(bytes.len()));
    }

    /// Two bodies that hold half of the memory each, and both need more.
    #[tokio::test(start_paused = true)]
    async fn bodies_do_not_wait_for_each_other() {
        const SIZE: usize = 160 << 10;
        let limits = Limits { unsigned_bytes: SIZE + SIZE / 2, ..Limits::default() };
        let connection = Connection::new(Peer::TrustedProxy, Common::new(&limits), &limits);
        let one = async || {
            let pieces = (0..SIZE >> 13).flat_map(|_| {
                [Ok(Frame::data(Bytes::from_static(&[0; 8 << 10]))), Ok(Frame::data(Bytes::new()))]
            });
            let body = Announced { pieces: pieces.collect(), size: SIZE as u64 };
            // Dropping the bytes returns the memory.
            read(Body::new(body), LIMIT, false, &connection, || BodyPlan::Bytes)
                .await
                .map(|body| body.bytes.len())
        };
        let (first, second) = tokio::join!(one(), one());
        assert_eq!((first.unwrap(), second.unwrap()), (SIZE, SIZE));
    }

    /// A small body that arrives after its head does not wait for large ones.
    #[tokio::test(start_paused = true)]
    async fn a_small_body_needs_no_room() {
        let limits = Limits { unsigned_bytes: STEP, ..Limits::default() };
        let connection = Connection::new(Peer::TrustedProxy, Common::new(&limits), &limits);
        let _all = connection.reserve(STEP).await;
        let pieces = [Ok(Frame::data(Bytes::new())), Ok(Frame::data(Bytes::from_static(b"{}")))];
        let body = Announced { pieces: pieces.into(), size: 2 };
        let received = read(Body::new(body), LIMIT, false, &connection, || BodyPlan::Bytes).await.unwrap();
        assert_eq!(received.bytes, "{}");
    }

    /// A body of announced length. An empty piece stands for a moment in which nothing arrives.
    struct Announced {
        pieces: VecDeque<Result<Frame<Bytes>, io::Error>>,
        size: u64,
    }

    impl HttpBody for Announced {
        type Data = Bytes;
        type Error = io::Error;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            cx: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
            match self.pieces.pop_front() {
                Some(Ok(piece)) if piece.data_ref().is_some_and(Bytes::is_empty) => {
                    cx.waker().wake_by_ref();
                    Poll::Pending
                }
                piece => Poll::Ready(piece),
            }
        }

        fn size_hint(&self) -> SizeHint {
            SizeHint::with_exact(self.size)
        }
    }
}
