//! The byte stream of a connection, with write time-outs and a lingering close.
//!
//! Every wait ends: the connection of a peer that reads nothing is closed. A response that was sent before its
//! request had been read to the end is not lost in a reset.

use super::break_off::End;
use super::connection::Connection;
use super::limits::Limits;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

/// Number of bytes that a closing connection reads and discards at most.
const LINGER: usize = 16 << 20;

/// Number of reads of a closing connection before other connections are served.
const READS: usize = 16;

/// Pause between the part of a response that passes and the reset after it. Some systems discard bytes that the client
/// has not read when the reset arrives.
const BEFORE_RESET: Duration = Duration::from_millis(50);

/// The time-outs of a connection.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience {
    /// Time for the peer to take any byte of a response.
    pub(super) write: Duration,
    /// Time for the peer to close the connection, once the last response has been sent.
    pub(super) linger: Duration,
}

impl Patience {
    pub(super) fn of(limits: &Limits) -> Self {
        Self { write: limits.write, linger: limits.linger }
    }
}

/// A stream between a peer and hyper, with time-outs and a lingering close.
pub(super) struct Guarded<S> {
    stream: S,
    connection: Arc<Connection>,
    patience: Patience,
    /// The time-out of a write that waits. A small response never starts it.
    stalled: Option<Pin<Box<Sleep>>>,
    closing: Closing,
}

enum Closing {
    /// Both directions are open.
    No,
    /// The sending side is closed, and bytes that still arrive are discarded.
    Lingering { until: Pin<Box<Sleep>>, read: usize },
    /// The connection is closed.
    Done,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Guarded<S> {
    pub(super) fn new(stream: S, connection: Arc<Connection>, patience: Patience) -> Self {
        Self { stream, connection, patience, stalled: None, closing: Closing::No }
    }

    /// Returns the result of a write, or an error if the write has waited too long.
    fn limit<T>(&mut self, cx: &mut Context<'_>, written: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.stalled = None;
            return written;
        }
        let patience = self.patience.write;
        let stalled = self.stalled.get_or_insert_with(|| Box::pin(sleep(patience)));
        ready!(stalled.as_mut().poll(cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }

    /// Reads and discards bytes until the peer closes. Closing a socket with unread bytes resets the connection, and
    /// the client loses responses that it has not read.
    fn linger(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Closing::Lingering { until, read } = &mut self.closing else { return Poll::Ready(Ok(())) };
        let mut buffer = [0; 8 << 10];
        for _ in 0..READS {
            let mut buffer = ReadBuf::new(&mut buffer);
            match Pin::new(&mut self.stream).poll_read(cx, &mut buffer) {
                Poll::Ready(Ok(())) if !buffer.filled().is_empty() && *read < LINGER => {
                    *read += buffer.filled().len();
                }
                // The peer has closed the connection, or it has failed.
                Poll::Ready(_) => return Poll::Ready(Ok(())),
                Poll::Pending if *read == 0 && !self.connection.has_unread_body() => {
                    return Poll::Ready(Ok(()));
                }
                Poll::Pending => return until.as_mut().poll(cx).map(Ok),
            }
        }
        // There may be more to read at once.
        cx.waker().wake_by_ref();
        until.as_mut().poll(cx).map(Ok)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Guarded<S> {
    /// Writes the part of a broken response that passes, and discards the rest. `None` if no response is being broken
    /// off.
    fn write_in_part(&mut self, cx: &mut Context<'_>, bytes: &[u8]) -> Option<Poll<io::Result<usize>>> {
        let passing = self.connection.breaking(|breaking| breaking.passing(bytes))?;
        if passing == 0 {
            return Some(Poll::Ready(Ok(bytes.len())));
        }
        let written = Pin::new(&mut self.stream).poll_write(cx, &bytes[..passing]);
        if let Poll::Ready(Ok(length)) = written {
            self.connection.breaking(|breaking| breaking.pass(&bytes[..length]));
            self.connection.tap_sent(&bytes[..length]);
        }
        Some(self.limit(cx, written))
    }

    /// Ends the connection of a broken response, once its part is sent: by an error, after which the HTTP library
    /// drops this stream.
    fn end_broken(&mut self, cx: &mut Context<'_>, end: End, has_passed: bool) -> Poll<io::Result<()>> {
        match end {
            End::Close => {
                ready!(Pin::new(&mut self.stream).poll_shutdown(cx))?;
            }
            End::Reset => {
                if has_passed {
                    let pause = self.stalled.get_or_insert_with(|| Box::pin(sleep(BEFORE_RESET)));
                    ready!(pause.as_mut().poll(cx));
                }
                self.connection.reset();
            }
        }
        Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for Guarded<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(this.connection.poll_may_read(cx));
        let before = buffer.filled().len();
        let read = Pin::new(&mut this.stream).poll_read(cx, buffer);
        let arrived = &buffer.filled()[before..];
        this.connection.has_read(arrived.len());
        this.connection.tap_received(arrived);
        read
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Guarded<S> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        if let Some(written) = this.write_in_part(cx, bytes) {
            return written;
        }
        let written = Pin::new(&mut this.stream).poll_write(cx, bytes);
        if let Poll::Ready(Ok(length)) = written {
            this.connection.tap_sent(&bytes[..length]);
        }
        this.limit(cx, written)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let first = slices.iter().find(|slice| !slice.is_empty());
        if let Some(written) = first.and_then(|bytes| this.write_in_part(cx, bytes)) {
            return written;
        }
        let written = Pin::new(&mut this.stream).poll_write_vectored(cx, slices);
        if let Poll::Ready(Ok(mut length)) = written {
            for slice in slices {
                let sent = length.min(slice.len());
                this.connection.tap_sent(&slice[..sent]);
                length -= sent;
            }
        }
        this.limit(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let flushed = Pin::new(&mut this.stream).poll_flush(cx);
        match this.connection.breaking(|breaking| breaking.end()).flatten() {
            Some((end, has_passed)) if matches!(flushed, Poll::Ready(Ok(()))) => {
                this.end_broken(cx, end, has_passed)
            }
            _ => this.limit(cx, flushed),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if let Closing::No = this.closing {
            let closed = Pin::new(&mut this.stream).poll_shutdown(cx);
            ready!(this.limit(cx, closed))?;
            this.closing = Closing::Lingering { until: Box::pin(sleep(this.patience.linger)), read: 0 };
        }
        let lingered = ready!(this.linger(cx));
        this.closing = Closing::Done;
        Poll::Ready(lingered)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex};
    use tokio::time::Instant;

    const PATIENCE: Patience = Patience { write: Duration::from_secs(10), linger: Duration::from_secs(5) };

    fn guarded(capacity: usize) -> (Guarded<DuplexStream>, DuplexStream) {
        let (near, far) = duplex(capacity);
        (Guarded::new(near, Connection::detached(), PATIENCE), far)
    }

    #[tokio::test(start_paused = true)]
    async fn a_peer_that_reads_nothing_is_given_up() {
        let (mut stream, _far) = guarded(16);
        let begun = Instant::now();
        let error = stream.write_all(&[0; 64]).await.unwrap_err();
        assert_eq!((error.kind(), begun.elapsed()), (io::ErrorKind::TimedOut, PATIENCE.write));
    }

    #[tokio::test(start_paused = true)]
    async fn a_peer_that_reads_slowly_is_served_to_the_end() {
        let (mut stream, mut far) = guarded(16);
        let begun = Instant::now();
        let reading = async {
            for _ in 0..20 {
                sleep(PATIENCE.write - Duration::from_secs(1)).await;
                far.read_exact(&mut [0; 16]).await.unwrap();
            }
        };
        let (written, ()) = tokio::join!(stream.write_all(&[0; 320]), reading);
        written.unwrap();
        assert!(begun.elapsed() > PATIENCE.write * 10);
    }

    #[tokio::test(start_paused = true)]
    async fn closing_does_not_wait_when_nothing_is_left_to_read() {
        let (mut stream, _far) = guarded(16);
        let begun = Instant::now();
        stream.shutdown().await.unwrap();
        assert_eq!(begun.elapsed(), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn closing_waits_for_a_peer_that_is_still_sending_and_not_for_ever() {
        let (mut stream, mut far) = guarded(16);
        stream.connection.leave_body_unread();
        let begun = Instant::now();
        let sending = async {
            sleep(Duration::from_secs(1)).await;
            far.write_all(&[0; 320]).await.unwrap();
            drop(far);
        };
        let (closed, ()) = tokio::join!(stream.shutdown(), sending);
        closed.unwrap();
        assert_eq!(begun.elapsed(), Duration::from_secs(1));

        let (mut stream, _far) = guarded(16);
        stream.connection.leave_body_unread();
        let begun = Instant::now();
        stream.shutdown().await.unwrap();
        assert_eq!(begun.elapsed(), PATIENCE.linger);
    }

    #[tokio::test(start_paused = true)]
    async fn closing_does_not_read_without_end() {
        let (mut stream, mut far) = guarded(1 << 20);
        stream.connection.leave_body_unread();
        let flood = async { while far.write_all(&[0; 1 << 16]).await.is_ok() {} };
        let begun = Instant::now();
        let closing = async {
            stream.shutdown().await.unwrap();
            drop(stream);
        };
        tokio::join!(closing, flood);
        assert_eq!(begun.elapsed(), Duration::ZERO);
    }
}
